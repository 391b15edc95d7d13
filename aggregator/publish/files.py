"""How files are made that others fetch: whole or not at all, compressed on the way, in constant memory."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast


class GivenUp(Exception):
    """Who makes the files is to stop: what was begun goes, what was there stays."""


class Counted:
    """A file being written, with its size and SHA-256 so far."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.bytes += len(data)
        return self._stream.write(data)

    def flush(self) -> None:
        self._stream.flush()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class Pending:
    """A gzip file under a name of its own, until `keep` puts it in its place. The same content gives the same bytes."""

    def __init__(self, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        self.place = place
        self._path = place.with_name(f".{place.name}.{os.getpid()}")
        self._file = self._path.open("wb")
        self.counted = Counted(self._file)
        self._gzip = gzip.GzipFile(
            filename="", mode="wb", compresslevel=6, fileobj=cast(IO[bytes], self.counted), mtime=0
        )

    def write(self, data: bytes) -> None:
        self._gzip.write(data)

    def close(self) -> None:
        """Finish the content; it is safe on the disk afterwards. Closing again does nothing."""
        if self._file.closed:
            return
        self._gzip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def keep(self) -> None:
        os.replace(self._path, self.place)

    def drop(self) -> None:
        """Leave no trace; nothing happens after `keep`."""
        with suppress(OSError):
            self._gzip.close()
        self._file.close()
        self._path.unlink(missing_ok=True)


@contextmanager
def gzipped(place: Path) -> Iterator[Pending]:
    """Write one compressed file: in its place at the end of the `with`, not at all where that ends in an error."""
    pending = Pending(place)
    try:
        yield pending
        pending.close()
        pending.keep()
    finally:
        pending.drop()


def replace(place: Path, content: bytes) -> None:
    """Put a small file in its place, whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    fresh.write_bytes(content)
    os.replace(fresh, place)


def sweep(folder: Path) -> None:
    """Remove what a killed process left unfinished; nobody else may be writing."""
    for left in folder.glob(".*"):
        left.unlink(missing_ok=True)
