"""Finds a WordPress site's REST interface: pretty permalinks, plain ones, or wherever its pages say it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

from connectors import values
from connectors.errors import AccessForbidden, CatalogueMalformed, PlatformNotRecognised
from connectors.http import Response, redact_url
from connectors.json_body import read_json
from connectors.protocol import ShopConnection

STORE: Final = "/wc/store/v1/products"
V3: Final = "/wc/v3/products"
MEMORY_ROOT: Final = "rest_root"
FIREWALL: Final = (
    "La boutique refuse l'accès à son interface publique (pare-feu ou extension de sécurité). Demandez à votre "
    "hébergeur, ou dans les réglages de l'extension, d'autoriser « EmplettesBot » sur les adresses /wp-json/."
)

_FIELDS: Final = "namespaces,name,home,url"
_LINK_ELEMENT: Final = re.compile(rb"<link\b[^>]*\brel=[\"']https://api\.w\.org/[\"'][^>]*>", re.I)
_HREF: Final = re.compile(rb"\bhref=[\"']([^\"']+)[\"']", re.I)
_LINK_HEADER: Final = re.compile(r"<([^>]+)>;\s*rel=\"https://api\.w\.org/\"")


@dataclass(frozen=True, slots=True)
class Index:
    """What `/wp-json/` says of the site. `namespaces` is empty where the site hides it."""

    root: str
    namespaces: frozenset[str] = frozenset()
    home: str = ""


def linked_root(home: Response) -> str | None:
    """The REST root that a page of the site names, in its head or its Link header."""
    element = _LINK_ELEMENT.search(home.body[:500_000])
    href = _HREF.search(element.group()) if element else None
    raw = unescape(href.group(1).decode("utf-8", "replace")) if href else None
    if raw is None and (header := _LINK_HEADER.search(home.headers.get("Link", ""))):
        raw = header.group(1)
    url, _ = values.http_url(raw, home.url) if raw else (None, None)
    if url is None or not values.same_site(url, home.url):
        return None
    if url.startswith("http://") and home.url.startswith("https://"):  # a site behind a TLS-ending proxy
        url = "https://" + url.removeprefix("http://")
    return url if "rest_route=" in url else url.rstrip("/") + "/"


def shop_url_of(root: str) -> str:
    """The shop's base URL, from its REST root: both end in the same folder."""
    base, _, plain = root.partition("?")
    return base.removesuffix("index.php") if plain else base.rstrip("/").rpartition("/")[0] + "/"


def roots(shop_url: str, home: Response | None) -> list[str]:
    """Where the REST interface may be, the likeliest first."""
    guesses = [shop_url + "wp-json/", shop_url + "?rest_route=/"]
    linked = linked_root(home) if home else None
    if linked is None:
        return guesses
    if _bare(linked) == _bare(shop_url):
        return [linked]
    return [*guesses, linked]  # the site names itself by another host or port than the one that answers


def _bare(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")


Permit = Callable[[str, Mapping[str, str]], None]
"""Called before each guess with its URL and parameters; raises AccessForbidden where robots.txt does."""


def find_index(connection: ShopConnection, permit: Permit, home: Response | None = None) -> Index:
    """Find the REST interface of a shop.

    Raises AccessForbidden where it is closed, CatalogueMalformed where the site names it and it answers rubbish (a
    security page, cut JSON), PlatformNotRecognised where there is none."""
    refused: dict[str, int] = {}
    while True:
        for root in [r for r in roots(connection.url, home) if r not in refused]:
            base, _, plain = root.partition("?")
            permit(base, {"rest_route": "/"} if plain else {})
            found, refused[root] = ask_index(connection, root)
            if found:
                return found
            if refused[root] in (401, 403):  # a no is a no: the other address is not a way round it
                raise AccessForbidden(f"GET {redact_url(root)}: {refused[root]}", message=FIREWALL)
        if home is not None:
            break
        home = connection.session.get(connection.url)
    where = f"no REST interface at {redact_url(connection.url)}: {sorted(refused.values())}"
    if refused.get(linked_root(home) or "") == 200:
        raise CatalogueMalformed(where)
    raise PlatformNotRecognised(where)


def ask_index(connection: ShopConnection, root: str) -> tuple[Index | None, int]:
    """What the root says of itself; where it is hidden, whether the Store API answers under it all the same."""
    base, _, plain = root.partition("?")
    params: dict[str, str | int] = {"_fields": _FIELDS}
    response = connection.session.get(base, {"rest_route": "/", **params} if plain else params)
    value = _json_or_none(response)
    if isinstance(value, dict) and isinstance(value.get("namespaces"), list):
        names = frozenset(n for n in value["namespaces"] if isinstance(n, str))
        home = value.get("home")
        return Index(root, names, home if isinstance(home, str) else ""), response.status
    if response.status in (401, 403, 404):
        route = {"rest_route": STORE} if plain else {}
        probe = connection.session.get(base if plain else root + STORE[1:], {**route, "per_page": 1, "_fields": "id"})
        if isinstance(_json_or_none(probe), list):
            return Index(root), 200
    return None, response.status


def _json_or_none(response: Response) -> Any:
    if response.status != 200:
        return None
    try:
        return read_json(response.body)[0]
    except ValueError:
        return None
