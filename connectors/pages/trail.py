"""Pure: a BreadcrumbList as the categories above a product."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from connectors.pages import machine
from connectors.pages.offers_markup import Node, Resolve, nodes
from connectors.pages.page import Page
from connectors.spellings import fold

_HOME: Final = frozenset(
    {"home", "accueil", "startseite", "inicio", "homepage", "home page", "page d accueil", "start", "hjem", "hem"}
)
MAX_STEPS: Final = 12


def trail(lists: list[Node], page: Page, resolve: Resolve, names: frozenset[str]) -> tuple[str, ...]:
    """The longest of the lists, from the root, without the home page and without the product itself (`names`)."""
    found = [_steps(node, page, resolve, names) for node in lists[:10]]
    return max(found, key=len, default=())


def _steps(node: Node, page: Page, resolve: Resolve, names: frozenset[str]) -> tuple[str, ...]:
    ranked: list[tuple[float, int, str, str | None]] = []
    for n, step in enumerate(nodes(node.get("itemListElement"), resolve)):
        item = next(nodes(step.get("item"), resolve), {})
        name = machine.text(step.get("name") or item.get("name"), 200)
        if name:
            raw = machine.scalar(item.get("url") or item.get("@id") or step.get("url")) or _text(step.get("item"))
            ranked.append((_position(step.get("position"), n), n, name, page.absolute(raw)))
    ranked.sort(key=lambda one: one[:2])
    return without_ends([(name, url) for _, _, name, url in ranked], page, names)


def without_ends(steps: list[tuple[str, str | None]], page: Page, names: frozenset[str]) -> tuple[str, ...]:
    """The steps (name, address) but for the home page at their head and the page itself at their end."""
    here = {page.url, page.canonical or page.url}
    if steps and (fold(steps[0][0]) in _HOME or (steps[0][1] and urlsplit(steps[0][1]).path in ("", "/"))):
        steps = steps[1:]
    folded = {fold(name) for name in names}
    if steps and (steps[-1][1] in here or fold(steps[-1][0]) in folded):
        steps = steps[:-1]
    return tuple(name for name, _ in steps)[:MAX_STEPS]


def _text(raw: Any) -> str:
    return raw if isinstance(raw, str) else ""


def _position(raw: Any, default: int) -> float:
    try:
        return float(machine.scalar(raw))
    except ValueError:
        return float(default + 1)
