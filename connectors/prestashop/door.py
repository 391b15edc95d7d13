"""The JSON that a shop's own category pages answer to their own scripts: a hundred products a request, without a key.

Found by its links; asked for as the theme's pagination does (`Accept: application/json`, `resultsPerPage`), in the
shop's own order, since robots.txt forbids any other (`order=`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

from connectors import values
from connectors.errors import AccessForbidden, CatalogueMalformed, ConnectorError, PlatformNotRecognised
from connectors.gate import Gate
from connectors.http import Response, redact_url
from connectors.json_body import read_json
from connectors.prestashop.tiles import Tile, has_labels, tiles_of
from connectors.protocol import ShopConnection

Json = dict[str, Any]

PER_PAGE: Final = 100
RUBBISH_TRIES: Final = 3
HOME_CATEGORY: Final = 2
"""The number that PrestaShop gives the category of its home page."""
MAX_CATEGORIES: Final = 400
ROBOTS: Final = (
    "Le fichier robots.txt de la boutique interdit la lecture de ses rayons par les robots. Pour paraître ici, "
    "autorisez-y « EmplettesBot », ou donnez une clé du webservice."
)
CLOSED: Final = (
    "Les rayons de la boutique ne se laissent pas lire sans clé (thème ancien, ou extension de sécurité). Donnez une "
    "clé du webservice, en lecture seule."
)
NOT_THE_SHOP: Final = (
    "La page d'accueil de la boutique n'est pas celle que nous connaissons (page d'attente, pare-feu, chantier). Vos "
    "offres restent affichées ; vérifiez que le site s'ouvre dans un navigateur."
)
FORBIDDEN: Final = (
    "La boutique refuse notre robot (pare-feu ou extension de sécurité). Demandez à votre hébergeur d'autoriser "
    "« EmplettesBot », ou donnez une clé du webservice."
)

_SIGNS: Final = re.compile(
    rb"var prestashop\s*=|<meta name=[\"']generator[\"'] content=[\"']PrestaShop"
    rb"|/modules/(?:ps_|blockcart|homefeatured)"
    rb"|prestashop\.js|data-module-name=[\"']ps_|powered by prestashop|propuls\xc3\xa9e? par prestashop",
    re.I,
)
_HREF: Final = re.compile(r"<a\b[^>]*?\bhref=[\"']([^\"'#]+)[\"']", re.I)
_CATEGORY: Final = re.compile(r"(?:^|/)([1-9][0-9]{0,8})-[^/.]+$")
_NO_SHELF: Final = frozenset({"content", "brand", "brands", "supplier", "suppliers", "cms", "module", "marque", "blog"})
_MAP_PAGE: Final = re.compile(r"/(?:plan-(?:du-)?site|sitemap)$")
_BASE: Final = re.compile(rb"\"base_url\":\"(https?:[^\"]{4,300})\"")
_CURRENCY: Final = re.compile(rb"\"currency\":\{[^{}]*?\"iso_code\":\"([A-Z]{3})\"")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a category."""

    items: list[Any]
    total: int
    """Products that the category announces, with this very answer."""
    tiles: Mapping[int, Tile] = field(default_factory=dict)


def base_of(home: Response) -> str:
    """The shop's base address, from its own script variables; else the site's root."""
    parts = urlsplit(home.url)
    origin = f"{parts.scheme}://{parts.netloc}/"
    found = _BASE.search(home.body[:2_000_000])
    if not found:
        return origin
    url, _ = values.http_url(found[1].decode("utf-8", "replace").replace("\\/", "/"))
    if url is None or not values.same_site(url, home.url):
        return origin
    if url.startswith("http://") and parts.scheme == "https":  # a shop behind a proxy that ends TLS
        url = "https://" + url.removeprefix("http://")
    return url.rstrip("/") + "/"


def looks_like_prestashop(home: Response) -> bool:
    """The page's own marks, or the header and cookie that the software sets."""
    if _SIGNS.search(home.body[:1_000_000]):
        return True
    told = f"{home.headers.get('Powered-By', '')} {home.headers.get('Set-Cookie', '')}"
    return "prestashop" in told.casefold()


def currency_of(home: Response) -> str | None:
    found = _CURRENCY.search(home.body[:2_000_000])
    return found[1].decode() if found else None


def category_links(page: Response, base: str) -> dict[int, str]:
    """Category number -> address, of all that a page links to; the shortest address of each."""
    found: dict[int, str] = {}
    for href in _HREF.findall(page.body[:4_000_000].decode("utf-8", "replace")):
        url, _ = values.http_url(unescape(href), page.url)
        if url is None or "?" in url or not url.startswith(base):
            continue
        path = url.removeprefix(base)
        category = _CATEGORY.search(path)
        if category and not _NO_SHELF.intersection(path.split("/")[:-1]):
            number = int(category[1])
            if number not in found or len(url) < len(found[number]):
                found[number] = url
    return found


class Door:
    """One run's way to a shop's category pages."""

    def __init__(self, connection: ShopConnection, *, home: Response | None = None) -> None:
        self.connection = connection
        self.session = connection.session
        self.gate = Gate(connection.session, ROBOTS)
        self.notices = 0
        self._labels = False
        """Whether the shop's tiles say what is sold out."""
        self._home = home
        self._given = home is not None
        self._categories: dict[int, str] | None = None

    @classmethod
    def of(cls, connection: ShopConnection) -> Door:
        """The one of this connection: the home page and robots.txt are asked for once."""
        kept: Door | None = connection.kept.get("prestashop.door")
        if kept is None:
            kept = connection.kept["prestashop.door"] = cls(connection)
        return kept

    @property
    def home(self) -> Response:
        if self._home is None:
            self.gate.permit(self.connection.url)
            self._home = self.session.get(self.connection.url)
            judge(self._home)
        return self._home

    @property
    def currency(self) -> str | None:
        return currency_of(self.home)

    @property
    def categories(self) -> dict[int, str]:
        """Number -> address, the home page's category first: as a rule it lists the whole shop."""
        if self._categories is None:
            self._categories = self._linked()
            for _ in range(1, 1 if self._given else RUBBISH_TRIES):
                if self._categories:
                    break
                self._home = None  # a firewall's waiting page, say
                self._categories = self._linked()
        if not self._categories:
            detail = f"no category links at {redact_url(self.connection.url)}"
            if looks_like_prestashop(self.home):
                raise PlatformNotRecognised(detail, message=CLOSED)
            raise CatalogueMalformed(detail, message=NOT_THE_SHOP)
        return self._categories

    def _linked(self) -> dict[int, str]:
        found = category_links(self.home, self.connection.url)
        for url in self._maps():
            found = {**category_links(self._page(url), self.connection.url), **found}
        order = sorted(found, key=lambda number: (number != HOME_CATEGORY, number))
        return {number: found[number] for number in order[:MAX_CATEGORIES]}

    def announced(self) -> int:
        """How many products the first category announces. Raises where the door is closed."""
        return self.listing(next(iter(self.categories.values())), 1, 1).total

    def listing(self, url: str, page: int, size: int = PER_PAGE) -> Listing:
        """One page of a category. Raises CatalogueMalformed where the answer is anything else."""
        params = {"resultsPerPage": size, "page": page}
        self.gate.permit(url, params)
        complaint = ""
        for _ in range(RUBBISH_TRIES):
            response = self.session.get(url, params, headers={"Accept": "application/json"})
            judge(response)
            try:
                value, notice = read_json(response.body)
                found = _listing(value, self._labels)
            except ValueError as error:
                complaint = str(error)
                continue
            if not found.items and found.total > (page - 1) * size:
                complaint = f"an empty page {page} where {found.total} products are announced"
                continue
            self.notices += notice
            self._labels = self._labels or has_labels(found.tiles.values())
            return found
        raise CatalogueMalformed(f"GET {redact_url(response.url)}: {complaint}", message=CLOSED)

    def _maps(self) -> Iterable[str]:
        """The page that lists all categories, where the home page links to it."""
        for href in _HREF.findall(self.home.body[:4_000_000].decode("utf-8", "replace")):
            url, _ = values.http_url(unescape(href), self.home.url)
            if url and url.startswith(self.connection.url) and _MAP_PAGE.search(url) and self.gate.allows(url):
                return [url]
        return []

    def _page(self, url: str) -> Response:
        """A page that helps where it is there."""
        try:
            return self.session.get(url, tries=2)
        except ConnectorError:
            return Response(url, 0, {}, b"")


def _listing(value: Any, labels: bool) -> Listing:
    if not isinstance(value, dict):
        raise ValueError(f"{type(value).__name__} where a listing should be")
    items, pagination = value.get("products"), value.get("pagination")
    if isinstance(items, dict):
        items = list(items.values())
    if not isinstance(items, list) or not isinstance(pagination, dict):
        raise ValueError("no products or no pagination")
    total = pagination.get("total_items")
    if isinstance(total, str) and total.isascii() and total.isdigit():
        total = int(total)
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise ValueError("no total_items")
    if items and not any(isinstance(item, dict) for item in items):
        raise ValueError("a list without products")
    return Listing(items, total, tiles_of(value.get("rendered_products"), items, labels))


def judge(response: Response) -> None:
    """Raise what a status means. 429 and 5xx never come here: the session has dealt with them."""
    status = response.status
    if status == 200:
        return
    detail = f"GET {redact_url(response.url)}: {status}"
    if status in (404, 410):
        raise PlatformNotRecognised(detail)
    if 400 <= status < 500:
        raise AccessForbidden(detail, message=FORBIDDEN)
    raise CatalogueMalformed(detail)
