"""Pictures for tests, good and bad, as bytes."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

COLOURS = ((200, 30, 30), (30, 160, 60), (40, 60, 200), (230, 200, 40))


def quarters(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Red, green / blue, yellow: which way up it is can be seen."""
    image = Image.new("RGB", (2, 2))
    for at, colour in enumerate(COLOURS):
        image.putpixel((at % 2, at // 2), colour)
    return image.resize((width, height), Image.Resampling.NEAREST).convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(width: int = 900, height: int = 600) -> bytes:
    return encoded(quarters(width, height))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims this size, in a hundred bytes: what a decompression bomb looks like from outside."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
