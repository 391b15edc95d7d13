"""The index folder: generations, the pointer to the one that serves, and the locks around them.

    index/gen-3/        a whole index; `gen-3/emplettes.json` says of which schema it is; made last, so a complete sign
    index/current       the name of the generation that serves; replaced by one rename
    index/writer.lock   held for one drain: the one-writer rule
    index/rebuild.lock  held while a next generation is written

Locks are `flock`s: the kernel frees them when their process dies, however it dies. Readers hold a shared one on
`in-use` in their generation, so that it is not deleted under them.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import orjson

from aggregator.errors import EmplettesError


class IndexOutdated(EmplettesError):
    """The index was made by another version, or cannot be read: only a rebuild helps."""

    def __init__(self) -> None:
        super().__init__(
            "L'index de recherche vient d'une autre version d'Emplettes ou est abîmé. "
            "Reconstruisez-le avec « emplettes index rebuild » : les offres elles-mêmes ne sont pas touchées."
        )


class Generations:
    """The folder of one index. Cheap to make; nothing is written before it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current"

    def current(self) -> Path | None:
        """The generation that serves; `None` while there is none."""
        try:
            name = self._pointer.read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        return self.folder / name

    def pointer_stamp(self) -> object:
        """Changes whenever another generation begins to serve; `None` while there is none. One stat."""
        try:
            stat = self._pointer.stat()
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns

    def create(self) -> Path:
        """A new empty folder for the next generation. It serves once `publish` is called."""
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            numbers = [int(path.name[4:]) for path in self.folder.glob("gen-*") if path.name[4:].isdigit()]
            path = self.folder / f"gen-{max(numbers, default=0) + 1}"
            with suppress(FileExistsError):
                path.mkdir()
                return path

    def publish(self, generation: Path, schema_version: int) -> None:
        """Let a complete generation serve from now on: durable, and never half done."""
        _write_durably(generation / "emplettes.json", orjson.dumps({"schema": schema_version}))
        (generation / "in-use").touch()
        _write_durably(self._pointer, f"{generation.name}\n".encode())

    def schema_version(self, generation: Path) -> int | None:
        """The schema of a generation; `None` where it cannot be told."""
        try:
            version = orjson.loads((generation / "emplettes.json").read_bytes())["schema"]
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
            return None
        return version if isinstance(version, int) else None

    def clean(self) -> None:
        """Delete generations that neither serve nor are read nor written. Call it with the writer's lock held."""
        with self.lock("rebuild", wait=False) as free:
            if not free:
                return
            serving = self.current()
            for path in self.folder.glob("gen-*"):
                if path != serving and not _is_read(path):
                    shutil.rmtree(path, ignore_errors=True)

    def size(self) -> int:
        """Bytes on disk, all generations together."""
        total = 0
        for path in self.folder.rglob("*"):
            with suppress(OSError):
                total += path.stat().st_size
        return total

    @contextmanager
    def lock(self, name: str, *, wait: bool) -> Iterator[bool]:
        """Hold `writer` or `rebuild`. Yields False, without it, where another holds it and `wait` is False."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True

    def is_rebuilding(self) -> bool:
        """True while a process writes a next generation."""
        with self.lock("rebuild", wait=False) as free:
            return not free


def hold(generation: Path) -> IO[bytes]:
    """Keep a generation from being deleted while the returned file is open. Raises OSError where it is going."""
    file = (generation / "in-use").open("rb")
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file


def _is_read(generation: Path) -> bool:
    try:
        with (generation / "in-use").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _write_durably(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
