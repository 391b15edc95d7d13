"""Bodies decoded in a stream, however they are cut into pieces."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.inflate import BodyBroken, BodyTooLarge, inflate

CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "": bytes,
}


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@given(st.binary(max_size=2000).map(lambda data: data * 3), st.sampled_from(sorted(CODINGS)), st.integers(1, 500))
def test_any_body_in_any_pieces(body: bytes, coding: str, size: int) -> None:
    assert inflate(in_pieces(CODINGS[coding](body), size), coding, len(body)) == body


@given(st.binary(min_size=1, max_size=500), st.integers(1, 50))
def test_bare_deflate(body: bytes, size: int) -> None:
    packer = zlib.compressobj(wbits=-15)
    assert inflate(in_pieces(packer.compress(body) + packer.flush(), size), "deflate", 500) == body


@given(st.binary(min_size=1, max_size=2000), st.sampled_from(["gzip", "deflate"]), st.data())
def test_a_missing_end_is_noticed(body: bytes, coding: str, data: st.DataObject) -> None:
    packed = CODINGS[coding](body)
    cut = packed[: data.draw(st.integers(1, len(packed) - 1))]
    with pytest.raises(BodyBroken):
        inflate([cut], coding, 10_000)


@pytest.mark.parametrize("coding", sorted(CODINGS))
def test_the_cap_is_exact(coding: str) -> None:
    packed = CODINGS[coding](b"x" * 100_000)
    assert len(inflate([packed], coding, 100_000)) == 100_000
    with pytest.raises(BodyTooLarge):
        inflate([packed], coding, 99_999)


@pytest.mark.parametrize("coding", sorted(CODINGS))
def test_no_body_at_all(coding: str) -> None:
    assert inflate([], coding, 10) == b""


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, gzip", "é"]))
def test_rubbish_is_refused_or_decoded(body: bytes, coding: str) -> None:
    try:
        decoded = inflate([body], coding, 1000)
    except (BodyBroken, BodyTooLarge):
        return
    assert len(decoded) <= 1000
