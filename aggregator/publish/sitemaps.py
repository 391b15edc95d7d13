"""Sitemaps (sitemaps.org, 0.9): every page worth finding, with the day and minute when what it shows last changed.

By freshness: what changed within a day, a week, a month, and before are files of their own, so that a search engine
that trusts the dates of the index reads a small file a day. One pass over the listings by id, pages of them at a time:
memory does not grow with the region. A page is named in French; its other languages are told by the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple, TypeVar
from urllib.parse import quote
from xml.sax.saxutils import escape

import sqlalchemy as sa

from aggregator.geo import communes
from aggregator.publish import addresses
from aggregator.publish.files import GivenUp, Pending, replace
from aggregator.settings import Settings
from aggregator.store import Store
from aggregator.store.products import best_title
from aggregator.store.public import HAS_OFFER, LISTED, SHOP_IS_PUBLIC
from aggregator.store.tables import LISTING, MERCHANT, SHOP

PER_FILE: Final = 50_000
"""What the protocol allows; at some 120 bytes an address that is far below its 50 MB."""
SOONEST: Final = timedelta(minutes=5)
LATEST: Final = timedelta(hours=3)
_LARGE: Final = 10_000_000
"""Bytes of the files of a large region: half a million pages."""
INDEX: Final = "index.xml"
NAME: Final = re.compile(r"[a-z]+-[0-9]{1,5}\.xml\.gz\Z")
_PAGE: Final = 2_000
_AGES: Final = (("jour", timedelta(days=1)), ("semaine", timedelta(days=7)), ("mois", timedelta(days=30)))
_OLDER: Final = "anciennes"
_PLAIN: Final = ("", "boutiques", "communes", "categories", "classement", "fraicheur", "robot", "mentions-legales")
"""Pages that are always there; they have no date, since nobody could vouch for it."""

_Key = TypeVar("_Key", int, str)


class Page(NamedTuple):
    """One listing as the pass reads it."""

    id: int
    shop_id: int
    title: str
    product_id: int | None
    category: str | None
    changed: datetime


@dataclass(slots=True)
class _Series:
    """The files of one kind, one after the other, each at most `PER_FILE` addresses."""

    folder: Path
    kind: str
    done: list[tuple[Pending, datetime | None]] = field(default_factory=list)
    open: Pending | None = None
    count: int = 0
    newest: datetime | None = None

    def add(self, address: str, changed: datetime | None) -> None:
        if self.open is None:
            self.open = Pending(self.folder / f"{self.kind}-{len(self.done) + 1}.xml.gz")
            self.open.write(_HEAD)
            self.count, self.newest = 0, None
        self.open.write(_url(address, changed))
        self.count += 1
        if changed is not None and (self.newest is None or changed > self.newest):
            self.newest = changed
        if self.count == PER_FILE:
            self.finish()

    def finish(self) -> None:
        if self.open is not None:
            self.open.write(b"</urlset>\n")
            self.open.close()
            self.done.append((self.open, self.newest))
            self.open = None


_HEAD: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


def due(settings: Settings, now: datetime) -> bool:
    """True where the sitemaps are missing or old: a small region's after five minutes, a large one's, whose making
    costs half a minute, after three hours."""
    index = settings.sitemaps_folder / INDEX
    if not index.exists():
        return True
    size = sum(file.stat().st_size for file in settings.sitemaps_folder.glob("*.gz"))
    age = now - datetime.fromtimestamp(index.stat().st_mtime, UTC)
    return age >= min(max(SOONEST, LATEST * size / _LARGE), LATEST)


def write(store: Store, settings: Settings, now: datetime, stopping: Callable[[], bool] = bool) -> int:
    """Write all sitemaps anew; how many addresses they name. They take the old ones' places together, the index last,
    so that it never names a file that is not there. Raises GivenUp once `stopping` says so."""
    folder, base = settings.sitemaps_folder, settings.public_url.rstrip("/")
    series: dict[str, _Series] = {}

    def add(kind: str, path: str, changed: datetime | None) -> None:
        series.setdefault(kind, _Series(folder, kind)).add(base + path, changed)

    try:
        total = 0
        for kind, path, changed in _entries(store, now):
            add(kind, path, changed)
            total += 1
            if total % _PAGE == 0 and stopping():
                raise GivenUp
        for one in series.values():
            one.finish()
        _publish(folder, base, list(series.values()))
        return total
    finally:
        for one in series.values():
            for pending, _ in one.done:
                pending.drop()
            if one.open is not None:
                one.open.drop()


def _publish(folder: Path, base: str, series: Iterable[_Series]) -> None:
    names = set()
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for one in series:
        for pending, newest in one.done:
            pending.keep()
            names.add(pending.place.name)
            dated = f"<lastmod>{_instant(newest)}</lastmod>" if newest else ""
            lines.append(f"<sitemap><loc>{escape(base)}/sitemaps/{pending.place.name}</loc>{dated}</sitemap>")
    replace(folder / INDEX, "\n".join([*lines, "</sitemapindex>", ""]).encode())
    for file in folder.iterdir():
        if NAME.match(file.name) and file.name not in names:
            file.unlink()


def _entries(store: Store, now: datetime) -> Iterator[tuple[str, str, datetime | None]]:
    """(kind of file, path, changed) of every page."""
    shops, towns = _shops(store)
    newest_of_shop: dict[int, datetime] = {}
    newest_of_node: dict[str, datetime] = {}
    for page in _listings(store):
        if page.shop_id not in shops:
            continue
        _later(newest_of_shop, page.shop_id, page.changed)
        node = page.category or ""
        while node:
            _later(newest_of_node, node, page.changed)
            node = node.rpartition("/")[0]
        if page.product_id is None:
            yield _kind(page.changed, now), addresses.path("offre", page.id, page.title), page.changed
    for pages in _products(store, shops):
        changed = max(page.changed for page in pages)
        if len(pages) == 1:
            alone = pages[0]
            yield _kind(changed, now), addresses.path("offre", alone.id, alone.title), changed
        else:
            title = best_title([page.title for page in pages])
            yield _kind(changed, now), addresses.path("produit", pages[0].product_id or 0, title), changed
    for shop_id, name in shops.items():
        if shop_id in newest_of_shop:
            yield "pages", addresses.path("boutique", shop_id, name), newest_of_shop[shop_id]
    for insee, ids in towns.items():
        dates = [newest_of_shop[shop_id] for shop_id in ids if shop_id in newest_of_shop]
        commune = communes.by_insee(insee)
        if dates and commune:
            yield "pages", addresses.town(insee, commune.name), max(dates)
    for node, changed in newest_of_node.items():
        yield "pages", addresses.category(node), changed
    for name in _PLAIN:
        yield "pages", f"/{name}", None


def _shops(store: Store) -> tuple[dict[int, str], dict[str, list[int]]]:
    """Names of the public shops, and which of them stand in which commune."""
    statement = (
        sa.select(SHOP.c.id, SHOP.c.name, MERCHANT.c.insee)
        .outerjoin(MERCHANT, MERCHANT.c.id == SHOP.c.merchant_id)
        .where(SHOP_IS_PUBLIC)
        .order_by(SHOP.c.id)
    )
    names: dict[int, str] = {}
    towns: dict[str, list[int]] = {}
    with store.read() as connection:
        for shop_id, name, insee in connection.execute(statement):
            names[shop_id] = name
            if insee:
                towns.setdefault(insee, []).append(shop_id)
    return names, towns


_PUBLIC = sa.select(
    LISTING.c.id,
    LISTING.c.shop_id,
    LISTING.c.title,
    LISTING.c.product_id,
    LISTING.c.category,
    sa.func.coalesce(LISTING.c.changed_at, LISTING.c.first_seen_at, type_=LISTING.c.first_seen_at.type),
).where(LISTED, HAS_OFFER)


def _listings(store: Store) -> Iterator[Page]:
    """All public listings by id, a page at a time: no long transaction stands in a writer's way."""
    after = 0
    while True:
        with store.read() as connection:
            statement = _PUBLIC.where(LISTING.c.id > after).order_by(LISTING.c.id).limit(_PAGE)
            rows = connection.execute(statement).all()
        yield from map(Page._make, rows)
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def _products(store: Store, shops: dict[int, str]) -> Iterator[list[Page]]:
    """The public listings of each product."""
    for _, pages in groupby(_grouped(store), key=lambda page: page.product_id):
        public = [page for page in pages if page.shop_id in shops]
        if public:
            yield public


def _grouped(store: Store) -> Iterator[Page]:
    after = (0, 0)
    key = sa.tuple_(LISTING.c.product_id, LISTING.c.id)
    while True:
        with store.read() as connection:
            statement = (
                _PUBLIC.where(LISTING.c.product_id.is_not(None), key > sa.tuple_(*after))
                .order_by(LISTING.c.product_id, LISTING.c.id)
                .limit(_PAGE)
            )
            rows = connection.execute(statement).all()
        yield from map(Page._make, rows)
        if len(rows) < _PAGE:
            return
        after = (rows[-1][3], rows[-1][0])


def _later(dates: dict[_Key, datetime], key: _Key, changed: datetime) -> None:
    known = dates.get(key)
    if known is None or changed > known:
        dates[key] = changed


def _kind(changed: datetime, now: datetime) -> str:
    return next((kind for kind, age in _AGES if now - changed <= age), _OLDER)


def _url(address: str, changed: datetime | None) -> bytes:
    dated = f"<lastmod>{_instant(changed)}</lastmod>" if changed else ""
    return f"<url><loc>{escape(quote(address, safe=':/?&=%-_.~'))}</loc>{dated}</url>\n".encode()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
