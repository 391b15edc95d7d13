"""The child process that decodes strangers' pictures: `python -m aggregator.ingest.rendering`.

Decoders of pictures are where hostile bytes do most harm, so they run apart: bounded in memory, niced, killed by the
parent when they take too long, and ended with it. Says on standard output what it made of each picture that comes on
standard input; both are frames, a length of four bytes before each. Nothing is written anywhere else.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import IO, Any, Final, Self

import orjson

from aggregator.photo_files import WIDTHS, widths_of

MAX_BYTES: Final = 15 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
MAX_RAW_PIXELS: Final = 25_000_000
"""Of what must be decoded whole: a JPEG can be read at a fraction of its size."""
MIN_SIDE: Final = 16
"""Pixels: less is a spacer or a counter, no photo."""
MAX_HEIGHT: Final = 2400
SECONDS: Final = 20.0
"""For one picture; an honest one of 40 million pixels takes two."""
QUALITY: Final = 78
_MEMORY: Final = 1024**3
"""Address space of the child: Python and the libraries take a quarter of it."""
_ENVIRONMENT: Final = ("PATH", "LANG", "PYTHONPATH", "VIRTUAL_ENV")
"""All that the child is told: no key, no address of the database."""
_LENGTH: Final = struct.Struct(">I")


class NoPicture(Exception):
    """What came is no picture that can be shown; the text says why."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture in our sizes, as WebP without any metadata. `width` and `height` are the largest one's."""

    width: int
    height: int
    files: dict[int, bytes]
    """Width -> WebP."""


def kind_of(body: bytes) -> str | None:
    """What the first bytes say that this is: "JPEG", "PNG", "WEBP", "GIF"; None for anything else."""
    if body.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "WEBP"
    return "GIF" if body.startswith((b"GIF87a", b"GIF89a")) else None


def largest(width: int, height: int) -> tuple[int, int]:
    """The largest size that is kept of a picture of this size: never enlarged, nor very tall."""
    scale = min(1.0, WIDTHS[-1] / width, MAX_HEIGHT / height)
    return max(round(width * scale), 1), max(round(height * scale), 1)


class Renderer:
    """Owns the child, begun at the first picture and again after it died. One picture at a time; thread-safe."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def render(self, body: bytes) -> Rendered:
        """The picture in our sizes. Raises NoPicture."""
        kind = kind_of(body)
        if kind is None:
            raise NoPicture("neither JPEG nor PNG, WebP, GIF")
        if len(body) > MAX_BYTES:
            raise NoPicture(f"more than {MAX_BYTES} bytes")
        with self._lock:
            return self._exchange(kind, body)

    def close(self) -> None:
        """End the child, under a `render` too, which raises NoPicture then; a later one begins another."""
        child = self._child
        if child is not None:
            child.kill()
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(self, kind: str, body: bytes) -> Rendered:
        if self._child is not None and self._child.poll() is not None:  # killed meanwhile: not this picture's fault
            self._end()
        child = self._child or self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        watchdog = threading.Timer(self._seconds, child.kill)
        watchdog.start()
        try:
            _send(child.stdin, kind.encode())
            _send(child.stdin, body)
            child.stdin.flush()
            answer = orjson.loads(_receive(child.stdout))
            if "error" in answer:
                raise NoPicture(answer["error"])
            files = {width: _receive(child.stdout) for width in answer["widths"]}
        except (OSError, EOFError, orjson.JSONDecodeError):  # it was killed, or its memory was not enough
            self._end()
            raise NoPicture("the decoder gave up: too slow or too large") from None
        finally:
            watchdog.cancel()
        return Rendered(answer["width"], answer["height"], files)

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "aggregator.ingest.rendering"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH", "VIRTUAL_ENV") if name in os.environ
            },
        )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _send(stream: IO[bytes], content: bytes) -> None:
    stream.write(_LENGTH.pack(len(content)) + content)


def _receive(stream: IO[bytes]) -> bytes:
    """One frame. Raises EOFError where the stream ends."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    content = stream.read(_LENGTH.unpack(head)[0])
    if len(content) < _LENGTH.unpack(head)[0]:
        raise EOFError
    return content


# -- in the child -----------------------------------------------------------------------------------------------------


def draw(kind: str, body: bytes) -> Rendered:
    """Decode, judge, turn upright, shrink, forget all metadata. Raises NoPicture, or whatever the decoder raises."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # ours is judged here, before a pixel is decoded
    with Image.open(io.BytesIO(body), formats=(kind,)) as image:
        width, height = image.size
        most = MAX_PIXELS if kind == "JPEG" else MAX_RAW_PIXELS
        if width * height > most:
            raise NoPicture(f"{width} x {height} pixels are more than {most}")
        if min(width, height) < MIN_SIDE:
            raise NoPicture(f"{width} x {height} pixels are no photo")
        turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        target = largest(height, width) if turned else largest(width, height)
        box = (target[1], target[0]) if turned else target
        image.draft(None, box)
        upright = ImageOps.exif_transpose(_flat(image, box))
        profile = image.info.get("icc_profile")
    plain = _in_srgb(upright, profile)
    files = {}
    for size in reversed(widths_of(target[0])):
        if size != plain.width:
            plain = plain.resize((size, max(round(target[1] * size / target[0]), 1)), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        plain.save(out, "WEBP", quality=QUALITY, method=4, icc_profile=b"", exif=b"", xmp=b"")
        files[size] = out.getvalue()
    return Rendered(target[0], target[1], files)


def _flat(image: Any, box: tuple[int, int]) -> Any:
    """The picture shrunk to `box`, on white where it is transparent, in RGB (a CMYK one stays so for its profile)."""
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits: converted as they are, nearly all would be white
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "PA", "LA") or (image.mode in ("1", "L", "RGB") and "transparency" in image.info):
        orientation = image.getexif()
        image = image.convert("RGBA")
        image.info["exif"] = orientation.tobytes()
    elif image.mode not in ("RGB", "RGBA", "L", "CMYK"):
        image = image.convert("RGB")
    small = image if image.size == box else image.resize(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if small.mode == "RGBA":
        white = Image.new("RGB", small.size, "white")
        white.paste(small, mask=small.getchannel("A"))
        white.info["exif"] = small.info.get("exif", b"")
        return white
    return small.copy() if small is image else small


def _in_srgb(image: Any, profile: bytes | None) -> Any:
    """Colours as browsers take them where no profile is given."""
    from PIL import ImageCms

    if profile and image.mode in ("RGB", "CMYK", "L"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            image = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def main() -> None:
    """Serve until standard input ends."""
    for limit, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # a system that knows no such limit, or has a lower one
            resource.setrlimit(limit, (most, most))
    os.nice(10)  # syncs and pages go first
    while True:
        try:
            kind, body = _receive(sys.stdin.buffer).decode(), _receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            done = draw(kind, body)
        except NoPicture as reason:
            _send(sys.stdout.buffer, orjson.dumps({"error": str(reason)}))
        except Exception as problem:  # a decoder stumbles over hostile bytes in every way there is
            _send(sys.stdout.buffer, orjson.dumps({"error": f"unreadable ({type(problem).__name__})"}))
        else:
            head = {"width": done.width, "height": done.height, "widths": list(done.files)}
            _send(sys.stdout.buffer, orjson.dumps(head))
            for content in done.files.values():
                _send(sys.stdout.buffer, content)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
