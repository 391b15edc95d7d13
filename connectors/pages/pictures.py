"""Pure: the pictures of the page's product where no source names them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from connectors.drafting import MAX_IMAGES
from connectors.pages.page import Page
from connectors.pages.tiles import Tiles
from connectors.pages.titles import Title, covers, is_framed, tokens
from connectors.spellings import fold

_ORNAMENT: Final = re.compile(
    r"logo|icon|sprite|placeholder|pixel|payment|paiement|flag|banner|loader|spinner|avatar|star|rating"
    r"|blank|spacer|button|\.svg",
    re.I,
)
_GALLERY: Final = re.compile(r"gallery|galerie|product|produit|main|cover|zoom|slide|photo|image", re.I)
_SOURCES: Final = (
    "data-zoom-image",
    "data-large_image",
    "data-full",
    "data-original",
    "data-src",
    "data-lazy-src",
    "src",
)
_DRAWN: Final = re.compile(
    r"\.gif(?:\?|\Z)|(?<![a-z])(?:fond|background|bandeau|ligne|puce|fleche|arrow|bullet|separat\w+)(?![a-z])", re.I
)
_LARGER: Final = re.compile(r"#|javascript:|.*\.(?:jpe?g|png|webp|avif)(?:\?.*)?\Z", re.I)
"""Where a link shows the same picture larger."""
_MOST: Final = 300
_MOST_BESIDE: Final = 8
_FAR: Final = 9
_ENOUGH: Final = 0.75


def pictures(page: Page, tiles: Tiles, title: Title | None) -> tuple[str, ...]:
    """Addresses of the pictures that stand in the title's box or are named as the product, the likeliest first; where
    there are none, the photos in the smallest box that holds the title and some."""
    near = _boxes(title.node) if title is not None and title.node is not None else {}
    found: list[tuple[float, int, str]] = []
    beside: list[tuple[int, str]] = []
    for n, node in enumerate(page.tree.css("img")[:_MOST]):
        attributes = node.attributes
        raw = next(
            (value for name in _SOURCES if (value := attributes.get(name)) and not value.startswith("data:")), None
        )
        if not raw or _ORNAMENT.search(raw) or tiles.holds(node) or _is_small(attributes):
            continue
        alike = _alike(raw, attributes.get("alt") or "", title.text) if title is not None else 0.0
        level, named = _above(node, near)
        weight = 2.0 * (alike > 0.6) + max(0.0, 1.5 - 0.4 * level) + 0.5 * named + 0.5 * _is_large(attributes)
        if weight >= _ENOUGH and (address := page.absolute(raw)):
            found.append((-weight, n, address))
        elif near and not found and _is_photo(node, raw) and (address := page.absolute(raw)):
            beside.append((level, address))
    if not found and beside:
        closest = min(level for level, _ in beside)
        return tuple(dict.fromkeys(address for level, address in beside if level == closest))[:_MOST_BESIDE]
    return tuple(dict.fromkeys(address for _, _, address in sorted(found)))[:MAX_IMAGES]


def _is_photo(node: LexborNode, address: str) -> bool:
    """Whether a picture that nothing names may be the product's: no drawing, not what every page has, no link to
    another page."""
    if _DRAWN.search(address) is not None or is_framed(node):
        return False
    above = node.parent
    for _ in range(3):
        if above is None or above.tag == "a":
            break
        above = above.parent
    href = (above.attributes.get("href") or "") if above is not None and above.tag == "a" else ""
    return not href or _LARGER.match(href) is not None


def _alike(address: str, alt: str, title: str) -> float:
    """How far the picture's text or its file's name is the product's."""
    file = fold(unquote(address.rpartition("/")[2].partition("?")[0]))
    return max(covers(alt, title), covers(file, fold(title)) if len(tokens(file)) > 2 else 0.0)


def _is_small(attributes: dict[str, str | None]) -> bool:
    return any(size < 60 for size in _sizes(attributes))


def _is_large(attributes: dict[str, str | None]) -> bool:
    """Declared as large as a product's own picture is shown: what stands beside it is smaller."""
    sizes = _sizes(attributes)
    return bool(sizes) and min(sizes) >= 200


def _sizes(attributes: dict[str, str | None]) -> list[int]:
    given = [attributes.get("width") or "", attributes.get("height") or ""]
    return [int(size[:6]) for size in given if size.isascii() and size.isdigit()]


def _boxes(node: LexborNode | None) -> dict[int, int]:
    """The elements around the title, with how far out they are; what holds the whole page is always far."""
    found: dict[int, int] = {}
    while node is not None and len(found) <= _FAR and node.tag != "html":
        found[node.mem_id] = _FAR if node.tag == "body" else len(found)
        node = node.parent
    return found


def _above(node: LexborNode, near: dict[int, int]) -> tuple[int, bool]:
    """(how far out the picture and the title are in one box, whether a box on the way is called a gallery)."""
    named = False
    current: LexborNode | None = node
    for _ in range(_FAR):
        if current is None:
            break
        if current.mem_id in near:
            return near[current.mem_id], named
        named = named or _GALLERY.search((current.attributes.get("class") or "")[:200]) is not None
        current = current.parent
    return _FAR + 1, named
