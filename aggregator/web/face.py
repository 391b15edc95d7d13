"""A region's own face: its colour, its logo, its words. Read once, when the portal starts; docs/face.md explains.

What cannot be shown is refused then, in a sentence: nobody should find it out on the screen.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Annotated, Final
from xml.etree import ElementTree

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from PIL import Image, UnidentifiedImageError

from aggregator.errors import SettingsInvalid
from aggregator.settings import Settings
from aggregator.web import colours, texts

router = APIRouter(prefix="/region", include_in_schema=False)

TEXTS: Final = ("accroche", "accueil", "contact", "mentions-legales")
"""Files of plain text, `NAME.txt`, in another language `NAME.en.txt`: the home page's title and welcome, how to reach
who runs the portal, what the legal notice says besides."""
MAX_TEXT: Final = 20_000
MAX_LOGO: Final = 200_000
MAX_PIXELS: Final = 2_000
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_DRAWING: Final = frozenset(
    ("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "linearGradient", "use",
     "radialGradient", "stop", "clipPath", "mask", "title", "desc", "symbol", "text", "tspan")
)  # fmt: skip
_ELSEWHERE: Final = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression|javascript:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A small file of the region, as it is served; its address holds the content's hash."""

    name: str
    media_type: str
    content: bytes

    @property
    def address(self) -> str:
        return f"/region/{self.name}?v={hashlib.sha256(self.content).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Face:
    """What a region shows of itself; nothing of it need be there."""

    style: Sheet | None = None
    logo: Sheet | None = None
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    """(name, language) -> text."""

    def paragraphs(self, name: str) -> list[str]:
        """One of `TEXTS` in the language spoken, else in French; empty where the region says nothing."""
        text = self.words.get((name, texts.language())) or self.words.get((name, texts.SOURCE), "")
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]

    def line(self, name: str) -> str:
        """The same where it is one line."""
        return " ".join(self.paragraphs(name))


def read_face(settings: Settings) -> Face:
    """Raises SettingsInvalid for a colour that cannot be read, a logo that cannot be shown, a text that is none."""
    folder = settings.face_folder
    return Face(_style(settings.accent), _logo(folder), _words(folder))


def _style(accent: str) -> Sheet | None:
    if not accent:
        return None
    colour = colours.parse(accent)
    found = min(colours.worst(colour, colours.LIGHT_GROUNDS), colours.worst(colour, (colours.ON_BRAND_LIGHT,)))
    if found < colours.READABLE:
        told = f"{found:.1f}".replace(".", ",")
        raise SettingsInvalid(
            f"EMPLETTES_ACCENT : {accent} est trop claire pour être lue sur le fond du portail (contraste {told}, il "
            "en faut 4,5). Choisissez une teinte plus foncée."
        )
    return Sheet("couleurs.css", "text/css; charset=utf-8", colours.style_sheet(colour).encode())


def _logo(folder: Path) -> Sheet | None:
    for name, media_type, read in (("logo.svg", "image/svg+xml", drawing), ("logo.png", "image/png", _picture)):
        file = folder / name
        if file.is_file():
            if file.stat().st_size > MAX_LOGO:
                raise SettingsInvalid(f"{file} : le logo dépasse {MAX_LOGO // 1000} Ko.")
            try:
                return Sheet(name, media_type, read(file.read_bytes()))
            except ValueError as wrong:
                raise SettingsInvalid(f"{file} : {wrong}") from None
    return None


def drawing(raw: bytes) -> bytes:
    """An SVG reduced to what draws: no script, no style sheet, no link, nothing from elsewhere. Raises ValueError."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise ValueError("ce fichier SVG contient une DTD ; enregistrez-le sans (« SVG simple »).")
    try:
        root = ElementTree.fromstring(raw)  # noqa: S314  the operator's own file, without entities
    except ElementTree.ParseError:
        raise ValueError("ce fichier n'est pas un SVG lisible.") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError("ce fichier n'est pas un SVG.")
    _strip(root)
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root)


def _strip(node: ElementTree.Element) -> None:
    for name, value in list(node.attrib.items()):
        foreign = name.startswith("{") and name != _XLINK
        away = name in ("href", _XLINK) and not value.startswith("#")
        if foreign or away or name.lower().startswith("on") or _ELSEWHERE.search(value):
            del node.attrib[name]
    for child in list(node):
        if isinstance(child.tag, str) and child.tag.removeprefix(f"{{{_SVG}}}") in _DRAWING:
            _strip(child)
        else:
            node.remove(child)


def _picture(raw: bytes) -> bytes:
    try:
        with Image.open(BytesIO(raw), formats=["PNG"]) as image:
            if max(image.size) > MAX_PIXELS:
                raise ValueError(f"le logo dépasse {MAX_PIXELS} pixels.")
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError):
        raise ValueError("ce fichier n'est pas une image PNG lisible.") from None
    return raw


def _words(folder: Path) -> dict[tuple[str, str], str]:
    found = {}
    for name in TEXTS:
        for code in texts.LANGUAGES:
            file = folder / (f"{name}.txt" if code == texts.SOURCE else f"{name}.{code}.txt")
            if file.is_file():
                found[name, code] = _text(file)
    return found


def _text(file: Path) -> str:
    raw = file.read_bytes()
    if len(raw) > MAX_TEXT:
        raise SettingsInvalid(f"{file} : ce texte dépasse {MAX_TEXT // 1000} Ko.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsInvalid(f"{file} : ce texte n'est pas en UTF-8.") from None


def _face(request: Request) -> Face:
    found: Face = request.app.state.site.face
    return found


@router.get("/{name}")
def sheet(name: str, face: Annotated[Face, Depends(_face)]) -> Response:
    """The region's style sheet or logo."""
    for one in (face.style, face.logo):
        if one is not None and one.name == name:
            headers = {"cache-control": "public, max-age=31536000, immutable"}
            return Response(one.content, headers=headers, media_type=one.media_type)
    raise HTTPException(404)
