"""Strangers' pictures in a child process: a photo comes out in our sizes, whatever else as a reason."""

from __future__ import annotations

import io
import os
import random
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from aggregator.ingest.rendering import MAX_HEIGHT, NoPicture, Rendered, Renderer, kind_of, largest
from aggregator.photo_files import WIDTHS, widths_of
from tests.support.photographs import COLOURS, encoded, photo, png_header, quarters

SECRET = "Atelier, 12 rue Haute, 44.1, 3.2"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as opened:
        yield opened


def image(rendered: Rendered, width: int | None = None) -> Image.Image:
    opened = Image.open(io.BytesIO(rendered.files[width or rendered.width]))
    opened.load()
    return opened


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    """Colours in the middles of the quarters, roughly: lossy coding moves them a little."""
    wide, high = picture.size
    points = [(wide // 4, high // 4), (wide * 3 // 4, high // 4), (wide // 4, high * 3 // 4)]
    points.append((wide * 3 // 4, high * 3 // 4))
    found: list[tuple[int, ...]] = []
    for point in points:
        pixel = picture.convert("RGB").getpixel(point)
        assert isinstance(pixel, tuple)
        found.append(min(COLOURS, key=lambda colour: sum(abs(a - b) for a, b in zip(colour, pixel, strict=True))))
    return found


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "P"), ("WEBP", "RGB"), ("WEBP", "RGBA"), ("GIF", "P")],
)
def test_each_kind_comes_out_as_webp_in_each_width(renderer: Renderer, kind: str, mode: str) -> None:
    done = renderer.render(encoded(quarters(1600, 800, mode), kind))
    assert (done.width, done.height, sorted(done.files)) == (1200, 600, [320, 640, 1200])
    for width in done.files:
        picture = image(done, width)
        assert (picture.format, picture.size) == ("WEBP", (width, width // 2))
        assert corners(picture) == list(COLOURS)


def test_nothing_is_enlarged(renderer: Renderer) -> None:
    done = renderer.render(encoded(quarters(200, 100)))
    assert {width: image(done, width).size for width in done.files} == {200: (200, 100)}


def test_what_is_very_tall_is_kept_lower(renderer: Renderer) -> None:
    done = renderer.render(encoded(quarters(600, 4800)))
    assert (done.width, done.height) == (300, MAX_HEIGHT)
    assert list(done.files) == [300]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_is_turned_upright_and_forgets_who_took_it_where(renderer: Renderer, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees, clockwise
    exif[0x010E] = SECRET
    lying = quarters(800, 400).transpose(Image.Transpose.ROTATE_90)
    done = renderer.render(encoded(lying, kind, exif=exif))
    assert (done.width, done.height) == (800, 400)
    assert corners(image(done)) == list(COLOURS)
    for content in done.files.values():
        assert SECRET.encode() not in content
        assert not Image.open(io.BytesIO(content)).getexif()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stands_on_white(renderer: Renderer, mode: str) -> None:
    clear = Image.new("RGBA", (400, 400), (255, 0, 0, 0)).convert(mode)
    body = encoded(clear, "PNG", transparency=0) if mode == "P" else encoded(clear, "PNG")
    assert image(renderer.render(body)).convert("RGB").getpixel((200, 200)) == (255, 255, 255)


def test_sixteen_bits_of_grey_stay_grey(renderer: Renderer) -> None:
    done = renderer.render(encoded(Image.new("I;16", (64, 64), 32768), "PNG"))
    pixel = image(done).convert("RGB").getpixel((30, 30))
    assert isinstance(pixel, tuple)
    assert all(110 < value < 145 for value in pixel)


def test_of_a_moving_picture_the_first_frame_is_kept(renderer: Renderer) -> None:
    other = Image.new("P", (300, 300), 3)
    moving = encoded(quarters(300, 300, "P"), "GIF", save_all=True, append_images=[other], duration=100)
    assert corners(image(renderer.render(moving))) == list(COLOURS)


BAD = {
    "html": b"<!doctype html><title>404</title>",
    "html with an extension's first bytes": b"\xff\xd8\xff<html>" + b"x" * 500,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "nothing": b"",
    "tiff": encoded(quarters(64, 64), "TIFF"),
    "bmp": encoded(quarters(64, 64), "BMP"),
    "half a jpeg": photo()[:9000],
    "half a png": encoded(quarters(300, 300), "PNG")[:-200],
    "a bomb of 100 million pixels": png_header(10_000, 10_000),
    "a bomb of 4 billion pixels": png_header(65_000, 65_000),
    "a counter": encoded(Image.new("RGB", (1, 1)), "PNG"),
    "a line": encoded(Image.new("RGB", (2000, 3)), "PNG"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_photo_says_so_and_the_next_one_is_read(renderer: Renderer, name: str) -> None:
    with pytest.raises(NoPicture):
        renderer.render(BAD[name])
    assert renderer.render(encoded(quarters(64, 64))).width == 64


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_damage_harms(renderer: Renderer, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]))
    body = bytearray(encoded(quarters(120, 80, "P" if kind == "GIF" else "RGB"), kind))
    chance = random.Random(data.draw(st.integers(0, 10**6)))
    for _ in range(data.draw(st.integers(1, 20))):
        body[chance.randrange(4, len(body))] = chance.randrange(256)
    try:
        done = renderer.render(bytes(body))
    except NoPicture:
        return
    assert all(Image.open(io.BytesIO(content)).format == "WEBP" for content in done.files.values())


def test_a_child_that_takes_too_long_is_ended() -> None:
    with Renderer(seconds=0.01) as impatient, pytest.raises(NoPicture, match="gave up"):
        impatient.render(photo())


def test_a_child_that_was_killed_is_begun_again() -> None:
    with Renderer() as renderer:
        assert renderer.render(photo(64, 64)).width == 64
        child = renderer._child
        assert child is not None
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        assert renderer.render(photo(64, 64)).width == 64


def test_closing_ends_what_is_under_way() -> None:
    renderer = Renderer()
    slow = encoded(Image.effect_noise((1500, 1500), 90), "PNG", compress_level=0)
    outcome: list[object] = []

    def work() -> None:
        try:
            outcome.append(renderer.render(slow))
        except NoPicture as reason:
            outcome.append(reason)

    thread = threading.Thread(target=work)
    thread.start()
    while renderer._child is None and thread.is_alive():
        time.sleep(0.005)
    renderer.close()
    thread.join(5)
    assert len(outcome) == 1
    assert isinstance(outcome[0], NoPicture)


def test_the_first_bytes_tell_the_kind() -> None:
    assert kind_of(photo()) == "JPEG"
    assert kind_of(b"RIFF\x00\x00\x00\x00WAVE") is None
    assert kind_of(b"\x89PNG") is None


@settings(deadline=None)
@given(st.integers(16, 20_000), st.integers(16, 20_000))
def test_sizes_are_never_larger_and_keep_their_shape(width: int, height: int) -> None:
    wide, high = largest(width, height)
    assert 1 <= wide <= min(width, WIDTHS[-1])
    assert 1 <= high <= min(height, MAX_HEIGHT)
    if min(wide, high) > 20:
        assert abs(wide / high - width / height) < 0.06 * width / height
    sizes = widths_of(wide)
    assert sizes[-1] == wide
    assert list(sizes) == sorted(set(sizes))
