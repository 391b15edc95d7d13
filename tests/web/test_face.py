"""A region's own face: what it says and shows, and what is refused before anybody sees it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from aggregator.errors import SettingsInvalid
from aggregator.settings import Settings
from aggregator.web import colours
from aggregator.web.face import drawing, read_face
from aggregator.web.texts import speaking
from tests.web.conftest import open_portal

LOGO = b"""<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 8 8" onload="alert(1)"><script>alert(2)</script><style>@import "https://a.example"</style>
 <a href="javascript:alert(3)"><path d="M0 0h8"/></a><image href="https://a.example/x.png"/>
 <foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>
 <use xlink:href="https://a.example/s.svg#x"/><use xlink:href="#mark"/>
 <path id="mark" d="M1 1h2" fill="url(#g)" style="fill: url(https://a.example)"/></svg>"""


def dressed(settings: Settings, **more: object) -> Settings:
    """The settings of a region with a face of its own."""
    folder = settings.data / "face"
    folder.mkdir()
    (folder / "logo.svg").write_bytes(LOGO)
    (folder / "accroche.txt").write_text("Le marché du pays de Dinan\n", encoding="utf-8")
    (folder / "accroche.en.txt").write_text("The Dinan area's market\n", encoding="utf-8")
    (folder / "accueil.txt").write_text("Bonjour <b>à tous</b>.\n\nEt bienvenue\nici.", encoding="utf-8")
    (folder / "contact.txt").write_text("Écrivez à bonjour@dinan.example.", encoding="utf-8")
    return settings.model_copy(update={"accent": "#0b5d4e", "towns": "Dinan", **more})


def test_a_region_s_colour_logo_and_words_are_shown(sqlite_settings: Settings) -> None:
    with open_portal(dressed(sqlite_settings)) as portal:
        tree = LexborHTMLParser(portal.http.get("/").text)
        assert [node.text() for node in tree.css("h1")] == ["Le marché du pays de Dinan"]
        assert [node.text() for node in tree.css("section.prose p")] == ["Bonjour <b>à tous</b>.", "Et bienvenue ici."]
        logo = tree.css_first(".brand img")
        assert logo is not None
        drawn = portal.http.get(str(logo.attributes["src"]))
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
        sheets = [str(one.attributes["href"]) for one in tree.css('link[rel="stylesheet"]')]
        style = portal.http.get(sheets[-1])
        assert style.headers["content-type"].startswith("text/css")
        assert "--brand: #0b5d4e" in style.text
        english = LexborHTMLParser(portal.http.get("/en/").text)
        assert [node.text() for node in english.css("h1")] == ["The Dinan area's market"]
        assert "bonjour@dinan.example" in portal.http.get("/mentions-legales").text
        assert portal.http.get("/region/autre.css").status_code == 404


def test_a_drawing_keeps_what_draws_and_nothing_else() -> None:
    kept = drawing(LOGO).decode()
    for bad in ("script", "alert", "a.example", "foreignObject", "<image", "<a", "style", "onload"):
        assert bad not in kept
    assert 'd="M1 1h2"' in kept
    assert 'fill="url(#g)"' in kept
    assert '"#mark"' in kept


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("logo.svg", b"<svg", "SVG lisible"),
        ("logo.svg", b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'/>", "DTD"),
        ("logo.svg", b"<html/>", "pas un SVG"),
        ("logo.png", b"GIF89a", "PNG"),
        ("logo.svg", b" " * 300_000, "200 Ko"),
        ("accueil.txt", b"\xff\xfe\x00", "UTF-8"),
        ("contact.txt", b"a" * 30_000, "20 Ko"),
    ],
)
def test_what_cannot_be_shown_is_refused_at_the_start(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsInvalid, match=told):
        read_face(Settings(_env_file=None, face=tmp_path))


def test_a_png_is_shown_as_it_is(tmp_path: Path) -> None:
    stream = BytesIO()
    Image.new("RGB", (40, 20), "#0b5d4e").save(stream, "PNG")
    (tmp_path / "logo.png").write_bytes(stream.getvalue())
    logo = read_face(Settings(_env_file=None, face=tmp_path)).logo
    assert logo is not None
    assert (logo.media_type, logo.content) == ("image/png", stream.getvalue())


def test_without_a_face_nothing_is_missing(tmp_path: Path) -> None:
    face = read_face(Settings(_env_file=None, data=tmp_path))
    assert (face.style, face.logo, face.paragraphs("accueil")) == (None, None, [])


def test_french_words_stand_in_for_missing_ones(tmp_path: Path) -> None:
    (tmp_path / "contact.txt").write_text("Écrivez-nous.", encoding="utf-8")
    with speaking("en"):
        assert read_face(Settings(_env_file=None, face=tmp_path)).line("contact") == "Écrivez-nous."


@pytest.mark.parametrize("accent", ["#f2b544", "#ffffff", "#8f8f8f"])
def test_a_colour_that_cannot_be_read_is_refused(accent: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"EMPLETTES_ACCENT .*contraste"):
        read_face(Settings(_env_file=None, accent=accent))


def test_contrast_is_counted_as_wcag_does() -> None:
    black, white, grey = (0, 0, 0), (255, 255, 255), colours.parse("#767676")
    assert colours.contrast(black, white) == pytest.approx(21)
    assert colours.contrast(grey, white) == pytest.approx(4.54, abs=0.01)
    assert colours.contrast(grey, grey) == 1


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_any_colour_has_a_shade_for_the_night(colour: colours.Colour) -> None:
    night = colours.by_night(colour)
    assert colours.worst(night, (*colours.DARK_GROUNDS, colours.ON_BRAND_DARK)) >= colours.READABLE


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    sheet = (Path(colours.__file__).parent / "static" / "emplettes.css").read_text(encoding="utf-8")
    day, night = sheet.split("@media (prefers-color-scheme: dark)", 1)
    for grounds, text, rules in (
        (colours.LIGHT_GROUNDS, colours.ON_BRAND_LIGHT, day), (colours.DARK_GROUNDS, colours.ON_BRAND_DARK, night),
    ):  # fmt: skip
        for name, value in zip(("paper", "card", "sunk", "on-brand"), (*grounds, text), strict=True):
            assert f"--{name}: {value}" in rules
