"""Pure: a body's Content-Encoding undone in a stream, so that a compression bomb stops at the cap."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_PIECE = 256 * 1024


class BodyTooLarge(Exception):
    """More bytes than the cap, once decoded."""


class BodyBroken(Exception):
    """The body is not what its Content-Encoding says, or its end is missing."""


def inflate(pieces: Iterable[bytes], encoding: str, cap: int) -> bytes:
    """The whole body that `pieces` hold, decoded. Never holds more than `cap` and one piece.

    `encoding` is a Content-Encoding of gzip, deflate or identity; any other is BodyBroken, as we asked for none."""
    return b"".join(inflated(pieces, encoding, cap))


def inflated(pieces: Iterable[bytes], encoding: str, cap: int) -> Iterator[bytes]:
    """The same, piece by piece; the cap holds for all of them together."""
    size = 0
    for piece in _decoded(pieces, encoding.strip().lower()):
        size += len(piece)
        if size > cap:
            raise BodyTooLarge(f"more than {cap} bytes")
        yield piece


def _decoded(pieces: Iterable[bytes], coding: str) -> Iterable[bytes]:
    if coding in ("", "identity"):
        return pieces
    if coding in ("gzip", "x-gzip"):
        return _gunzipped(pieces)
    if coding == "deflate":
        return _undeflated(pieces)
    raise BodyBroken(f"unknown Content-Encoding {coding[:40]!r}")


def _gunzipped(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """RFC 1952 allows several members in a row; what follows the last one (some hosts pad) is ignored."""
    stream = zlib.decompressobj(31)
    begun = False
    for piece in pieces:
        data = piece
        while data:
            if stream.eof:
                if not data.startswith(b"\x1f"):
                    break  # read on all the same: only a body that was read to its end leaves the connection usable
                stream = zlib.decompressobj(31)
            begun = True
            yield from _drained(stream, data)
            data = stream.unused_data if stream.eof else b""
    if begun and not stream.eof:
        raise BodyBroken("the gzip stream has no end")


def _undeflated(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """ "deflate" means zlib (RFC 9110), but some servers send the bare stream: the first two bytes tell."""
    stream = None
    held = b""
    for piece in pieces:
        if stream is None:
            held += piece
            if len(held) < 2:
                continue
            zlib_header = held[0] & 0x0F == 8 and int.from_bytes(held[:2], "big") % 31 == 0
            stream, piece = zlib.decompressobj(15 if zlib_header else -15), held
        if not stream.eof:
            yield from _drained(stream, piece)
    if held and (stream is None or not stream.eof):
        raise BodyBroken("the deflate stream has no end")


def _drained(stream: zlib._Decompress, data: bytes) -> Iterable[bytes]:
    try:
        while True:
            out = stream.decompress(data, _PIECE)
            if out:
                yield out
            data = stream.unconsumed_tail
            # zlib may also hold back output without input left: ask until it gives less than was allowed.
            if stream.eof or (not data and len(out) < _PIECE):
                return
    except zlib.error as error:
        raise BodyBroken(f"not what its Content-Encoding says: {error}") from None
