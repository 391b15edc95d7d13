"""Squarespace without a key: a store page asked with `?format=json` answers what its template is filled with.

**Squarespace's own robots.txt keeps robots from `?format=`, on every site, and merchants cannot edit it.** So as long
as that is so this door stays shut, no evidence is given, and the site is read page by page instead; it is here for
the sites that let us in. Unproven: written by what those who read it say.

Which pages are stores is not said anywhere: the sitemap's products lie below them, and the home page links to them.
A product is known by its page's path: nothing public answers to its number. How the list is paged is followed as it is
told, and a store of several pages is walked twice, since nothing tells whether it moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors import values
from connectors.doors import squarespace_mapping
from connectors.doors.asking import LOOKED_AT, RUBBISH, Asker, Words, currency_code, origin
from connectors.doors.connector import ID_LIMIT, Door, DoorConnector, keyless
from connectors.doors.sweep import Batch
from connectors.drafting import Json, Mapped
from connectors.errors import AddressBlocked, CatalogueMalformed, ConnectorError, PlatformNotRecognised, ShopThrottled
from connectors.http import Cancelled, Response, redact_url
from connectors.json_body import read_json
from connectors.protocol import Evidence, Probe, ShopConnection, StockDetail
from connectors.records import Withdrawn

AS_JSON: Final = {"format": "json"}
MOST_PAGES: Final = 30
"""Of a site, that are asked whether they are stores."""
LIKELIEST: Final = 6
GIVES: Final = (
    "Sans clé : produits, déclinaisons, prix, prix barrés, photos, descriptions et stock. Manquent : les marques et "
    "les codes-barres."
)
WORDS: Final = Words(
    robots="Le fichier robots.txt de Squarespace interdit aux robots la liste des produits. Rien à faire : la "
    "boutique se lit page par page (« site simple »).",
    closed="Aucune page de boutique Squarespace n'a été trouvée à cette adresse. Donnez celle de la page qui montre "
    "vos produits.",
)

_SIGNS: Final = re.compile(
    rb"Static\.SQUARESPACE_CONTEXT|static1?\.squarespace\.com|squarespace-cdn\.com|<!-- This is Squarespace"
)
_HREF: Final = re.compile(rb"<a\b[^>]*?\bhref=[\"']([^\"'#?]{1,300})[\"'#?]", re.I)
_LOC: Final = re.compile(rb"<loc>\s*([^<\s]{1,2000})\s*</loc>")
_IN_STORE: Final = re.compile(r"(/[^/]+)/p/[^/]+")
_FILE: Final = re.compile(r"\.\w{2,5}$")


def looks_like_squarespace(home: Response) -> bool:
    server = home.headers.get("Server", "").casefold()
    return server == "squarespace" or _SIGNS.search(home.body[:LOOKED_AT]) is not None


class SquarespaceDoor(Door):
    """One run's way to a Squarespace site. A place is a page's path, and the query of its next part."""

    first = "|"

    def __init__(self, asker: Asker) -> None:
        super().__init__(asker)
        self._pages: list[str] | None = None
        self._currency: str | None = None
        self._stores: dict[str, int] = {}
        """Path -> how many products it announces."""

    # -- where products are

    @property
    def pages(self) -> list[str]:
        """Paths that may be stores: those that the sitemap has products below, else all that the home page links to."""
        if self._pages is None:
            below = [found[1] for path in self._mapped() if (found := _IN_STORE.fullmatch(path))]
            linked = self._linked() if not below else []
            self._pages = sorted(dict.fromkeys([*below, *linked]))[:MOST_PAGES]
        if not self._pages:
            where = redact_url(self.ask.url)
            raise PlatformNotRecognised(f"no page that could be a store at {where}", message=WORDS.closed)
        return self._pages

    def _mapped(self) -> Iterator[str]:
        url = f"{self.ask.url}sitemap.xml"
        try:
            if not self.ask.gate.allows(url):
                return
            answer = self.ask.session.get(url, tries=2)
        except (ShopThrottled, AddressBlocked):
            raise
        except ConnectorError:
            return
        for raw in _LOC.findall(answer.body) if answer.status == 200 else ():
            yield from self._paths(raw, self.ask.url)

    def _linked(self) -> list[str]:
        found = []
        for raw in _HREF.findall(self.ask.home.body[: 4 * LOOKED_AT]):
            found += [p for p in self._paths(raw, self.ask.home.url) if p.count("/") <= 2 and not _FILE.search(p)]
        return [path for path in found if path != "/"]

    def _paths(self, raw: bytes, base: str) -> list[str]:
        url, _ = values.http_url(unescape(raw.decode("utf-8", "replace")), base)
        if url is None or not values.same_site(url, self.ask.url):
            return []
        return [urlsplit(url).path.rstrip("/") or "/"]

    # -- the lists

    def batch(self, place: str) -> Batch:
        path, _, query = place.partition("|")
        path = path or self.pages[0]

        def accept(value: Any) -> Json:
            if not isinstance(value, dict) or not isinstance(value.get("collection", {}), dict):
                raise ValueError("not the JSON of a page")
            if _is_store(value) and not isinstance(value.get("items", []), list):
                raise ValueError("no list of products")
            if _is_store(value) and not value.get("items") and (query or _count(value)):
                raise ValueError("an empty store where products are announced")
            return value

        try:
            params = {**dict(parse_qsl(query)), **AS_JSON}
            value = self.ask.read(f"{origin(self.ask.url)}{path.lstrip('/')}", params, accept=accept)
        except PlatformNotRecognised:
            value = {}
        store = _is_store(value)
        if store:
            self._stores[path] = max(_count(value), len(value.get("items") or []))
            self._currency = self._currency or _currency(value)
        more = _next(value) if store else ""
        after = f"{path}|{more}" if more else self._beyond(path)
        if after is None and not self._stores:
            raise PlatformNotRecognised(f"no store at {redact_url(self.ask.url)}", message=WORDS.closed)
        return Batch(list(value.get("items") or []) if store else [], after, sure=not (more or query))

    def _beyond(self, path: str) -> str | None:
        """The next page that may be a store."""
        later = [page for page in self.pages if page > path]
        return f"{later[0]}|" if later else None

    def key(self, item: Any) -> str | None:
        path = item.get("fullUrl") if isinstance(item, dict) else None
        if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
            return None
        path = unquote(path)
        return path if len(path) <= ID_LIMIT else None

    def mapped(self, item: Any) -> Mapped:
        shop = squarespace_mapping.Shop(self.ask.url, self._currency)
        return squarespace_mapping.product(item, self.key(item) or "", shop)

    def has_store(self) -> bool:
        """Whether one of the likeliest pages is a store."""
        place: str | None = self.first
        for _ in range(LIKELIEST):
            if place is None or self._stores:
                break
            place = self.batch(place).after
        return bool(self._stores)

    def announced(self) -> int | None:
        return sum(self._stores.values()) if self._stores else None

    # -- by path

    def confirmed(self, ids: Sequence[str]) -> Iterator[Mapped]:
        for path in ids:
            if path.startswith("/") and not path.startswith("//"):
                yield self._confirmed(path)

    def _confirmed(self, path: str) -> Mapped:
        """By the product's own page. Gone: 404, or its address leads elsewhere."""
        url, _ = values.http_url(path, self.ask.url)
        if url is None or not self.ask.gate.allows(url, AS_JSON):
            return None, []
        answer = self.ask.session.get(url, AS_JSON, headers={"Accept": "application/json"})
        moved = unquote(urlsplit(answer.url).path).rstrip("/") != path.rstrip("/")
        if answer.status in (404, 410) or (moved and answer.status == 200):
            return Withdrawn(source_id=path, reason="gone"), []
        self.ask.judge(answer)
        try:
            value = read_json(answer.body)[0]
            item = value.get("item") if isinstance(value, dict) else None
            if not isinstance(item, dict):
                raise ValueError("no item in the JSON of a product")
        except ValueError as error:
            raise CatalogueMalformed(f"GET {redact_url(answer.url)}: {error}", message=RUBBISH) from None
        self._currency = self._currency or _currency(value)
        return self.record({**item, "fullUrl": path})


def _is_store(value: Json) -> bool:
    collection = value.get("collection")
    return isinstance(collection, dict) and str(collection.get("typeName", "")).startswith("products")


def _count(value: Json) -> int:
    count = value["collection"].get("itemCount")
    return count if isinstance(count, int) and not isinstance(count, bool) else 0


def _next(value: Json) -> str:
    """The query of the next part, "" where this is the last."""
    pagination = value.get("pagination")
    if not isinstance(pagination, dict) or not pagination.get("nextPage"):
        return ""
    query = urlsplit(str(pagination.get("nextPageUrl") or "")).query
    offset = pagination.get("nextPageOffset")
    return query or (f"offset={offset}" if isinstance(offset, int) else "")


def _currency(value: Json) -> str | None:
    """The store's own setting, wherever this version has it."""
    for name in ("websiteSettings", "website"):
        settings = value.get(name)
        told = settings.get("storeSettings") if isinstance(settings, dict) else None
        if isinstance(told, dict) and (code := currency_code(told.get("selectedCurrency"))):
            return code
    website = value.get("website")
    return currency_code(website.get("currency")) if isinstance(website, dict) else None


class SquarespaceConnector(DoorConnector):
    """Squarespace's pages as JSON, where robots.txt allows them."""

    name = "squarespace"
    platform = "Squarespace"
    capabilities = keyless(requests_per_1000_products=20, stock=StockDetail.QUANTITY)

    def open(self, connection: ShopConnection) -> SquarespaceDoor:
        return SquarespaceDoor(Asker(connection, WORDS))

    def detect(self, probe: Probe) -> Evidence | None:
        """A store that answers in JSON is proof; where robots.txt forbids that, whoever reads pages has the site."""
        if not looks_like_squarespace(probe.home):
            return None
        base = origin(probe.home.url)
        door = SquarespaceDoor(Asker(ShopConnection(url=base, session=probe.session), WORDS, home=probe.home))
        try:
            if not door.has_store():
                return None
        except AddressBlocked:
            raise
        except (ConnectorError, Cancelled):
            return None
        return Evidence(
            connector=self.name,
            platform=self.platform,
            shop_url=base,
            confidence=1.0,
            reasons=("Le site porte les marques de Squarespace.", "Sa page de boutique répond en JSON."),
            gives=GIVES,
        )
