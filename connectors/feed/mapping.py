"""Pure: the fields of a feed's items to records, after Google's product data specification."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from connectors import spellings, values
from connectors.drafting import MAX_IMAGES, TITLE_LIMIT, Draft
from connectors.feed.shape import Fields
from connectors.records import Attribute, Availability, Condition, Issue, IssueCode, OfferRecord, ProductRecord

Mapped = tuple[ProductRecord | None, list[Issue]]

_ID: Final = 200
_VARIANT_NAMES: Final = {
    "color": "Couleur",
    "colour": "Couleur",
    "size": "Taille",
    "material": "Matière",
    "pattern": "Motif",
}
_QUANTITIES: Final = ("quantity", "inventory", "sell_on_google_quantity", "quantity_to_sell_on_facebook")
_CODES: Final = ("gtin", "ean", "upc", "isbn")
_SEVERAL: Final = re.compile(r"\s*[,|]\s*(?=https?://)")
_TRACKING: Final = re.compile(r"(?<=[?&])(?:utm_[a-z_]+|gclid|fbclid|srsltid)=[^&#]*&?")
_LEVELS: Final = re.compile(r"\s*[>›»]\s*")
_JOINTS: Final = " \t,;:-–—/|·("


class IdTooLong(ValueError):
    """An id that the store could not keep."""


def item_id(fields: Fields) -> str:
    """The item's id; "" where it has none. Raises IdTooLong."""
    raw = fields.get("id") or fields.get("guid")
    if not raw:
        return ""
    text = _label(raw[0])
    if len(text) > _ID:
        raise IdTooLong(f"an id of {len(text)} characters")
    return text


def group_id(fields: Fields) -> str:
    """The item group; "" where the item stands alone."""
    raw = fields.get("item_group_id")
    return values.plain_text(raw[0], _ID) if raw else ""


class Mapper:
    """Maps the items of one feed as it stands at one moment."""

    def __init__(self, site: str, now: datetime) -> None:
        self._site = site
        self._now = now
        self.changes_at: datetime | None = None
        """When the first sale begins or ends: until then, an unchanged feed says the same."""

    def product(self, source_id: str, items: Sequence[Fields]) -> Mapped:
        """One product of these items, its variants. Never empty."""
        draft = Draft(item={}, source_id=source_id, issues=[])
        title = _group_title(items) if len(items) > 1 else _title(items[0])
        if not title:
            return _rejected(draft, IssueCode.TITLE_MISSING, "title", "")
        links = [self._link(item, draft) for item in items]
        url = next((link for link in links if link), None)
        if url is None:  # without a page there is nowhere to send the buyer
            return _rejected(draft, IssueCode.URL_INVALID, "link", "no link that can be used")
        if not values.same_site(url, self._site):
            draft.complain(IssueCode.URL_FOREIGN, "link", url)
        pictures = [self._images(item, draft) for item in items]
        if not any(pictures):
            draft.complain(IssueCode.IMAGE_MISSING, "image_link")
        options = [_options(item) for item in items]
        shared = tuple(pair for pair in options[0] if all(pair in others for others in options))
        offers = tuple(
            self._offer(item, draft, link if link != url else None, images if images != pictures[0] else (), own)
            for item, link, images, own in zip(
                items, links, pictures, [tuple(p for p in o if p not in shared) for o in options], strict=True
            )
        )
        first = items[0]
        record = ProductRecord(
            source_id=source_id,
            title=title,
            description=_description(first),
            url=url,
            brand=_label(_first(first, "brand", "manufacturer")) or None,
            category_path=_category(first),
            google_category=_google_category(first),
            condition=_condition(items),
            images=pictures[0] or next((p for p in pictures if p), ()),
            attributes=shared,
            offers=offers,
        )
        return record, draft.issues

    def _offer(
        self, item: Fields, draft: Draft, url: str | None, images: tuple[str, ...], variant: tuple[Attribute, ...]
    ) -> OfferRecord:
        price, listed, currency = self._price(item, draft)
        availability, quantity = _stock(item, draft)
        return OfferRecord(
            source_id=item_id(item),
            price_minor=price,
            list_price_minor=listed,
            currency=currency,
            availability=availability,
            quantity=quantity,
            variant=variant,
            gtin=_gtin(item, draft),
            sku=values.plain_text(_first(item, "sku", "mpn"), 200) or None,
            url=url,
            images=images,
        )

    # -- prices

    def _price(self, item: Fields, draft: Draft) -> tuple[int | None, int | None, str | None]:
        """(shown price, crossed-out price, currency). A feed cannot say "free": 0 is no price."""
        price, currency, complaint = spellings.money(_first(item, "price"))
        sale, sale_currency, sale_complaint = self._sale(item, draft)
        if sale_complaint:
            draft.complain(IssueCode.PRICE_UNREADABLE, "sale_price", sale_complaint)
        if complaint:
            draft.complain(IssueCode.PRICE_UNREADABLE, "price", complaint)
            return None, None, None  # a sale price alone could be anything
        if not price:
            draft.complain(IssueCode.PRICE_MISSING, "price", "a price of 0" if price == 0 else "")
            return None, None, None
        if sale and sale_currency == currency and sale < price:
            return sale, price, currency
        return price, None, currency

    def _sale(self, item: Fields, draft: Draft) -> spellings.Money:
        """The sale price, while its dates say so."""
        raw = _first(item, "sale_price")
        if not raw:
            return None, None, None
        if dates := _first(item, "sale_price_effective_date"):
            when, complaint = spellings.period(dates)
            if complaint:
                return None, None, complaint
            for moment in when:
                if moment is not None and moment > self._now and (not self.changes_at or moment < self.changes_at):
                    self.changes_at = moment
            if not spellings.running(when, self._now):
                return None, None, None
        return spellings.money(raw)

    # -- addresses

    def _link(self, item: Fields, draft: Draft) -> str | None:
        for raw in (*item.get("link", ()), *item.get("canonical_link", ())):
            url, complaint = values.http_url(raw, self._site)
            if url is not None:
                return _untracked(url)
            draft.complain(IssueCode.URL_INVALID, "link", complaint or "")
        return None

    def _images(self, item: Fields, draft: Draft) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for raw in (*item.get("image_link", ()), *item.get("additional_image_link", ())):
            for one in _SEVERAL.split(raw) if "," in raw or "|" in raw else (raw,):
                url, complaint = values.http_url(one, self._site)
                if url is None:
                    draft.complain(IssueCode.URL_INVALID, "image_link", complaint or "")
                elif len(found) < MAX_IMAGES:
                    found[url] = None
        return tuple(found)


def _rejected(draft: Draft, code: IssueCode, field: str, detail: str) -> Mapped:
    """Left out: of what was found on the way, only the reason counts."""
    return None, [Issue(code=code, source_id=draft.source_id, rejected=True, field=field, detail=detail)]


# --- one field each


def _first(item: Fields, *names: str) -> str:
    for name in names:
        if found := item.get(name):
            return found[0]
    return ""


@lru_cache(maxsize=8192)
def _label(raw: str) -> str:
    return values.plain_text(raw, 300)


def _title(item: Fields) -> str:
    return values.plain_text(_first(item, "title"), TITLE_LIMIT)


def _group_title(items: Sequence[Fields]) -> str:
    """The title that the feed gives the group, else what its variants' titles have in common at either end."""
    if given := _first(items[0], "item_group_title"):
        return values.plain_text(given, TITLE_LIMIT)
    titles = list(dict.fromkeys(title for item in items if (title := _title(item))))
    if len(titles) < 2:
        return titles[0] if titles else ""
    words = [title.split() for title in titles]
    head = _common(words)
    tail = _common([list(reversed(one)) for one in words])
    common = [" ".join(head).rstrip(_JOINTS), " ".join(reversed(tail)).lstrip(_JOINTS + ")")]
    best = max(common, key=len)
    return best if len(best) >= 3 else titles[0]


def _common(lists: Iterable[Sequence[str]]) -> list[str]:
    """What all of them begin with."""
    found: list[str] = []
    for words in zip(*lists, strict=False):
        if len(set(words)) > 1:
            break
        found.append(words[0])
    return found


def _description(item: Fields) -> str:
    raw = _first(item, "description", "content", "summary")
    return values.clean_html(raw) if raw else ""


def _category(item: Fields) -> tuple[str, ...]:
    """The merchant's own path where given, else Google's where it is written out (its numbers say nothing here)."""
    for name in ("product_type", "google_product_category"):
        paths = [_path(raw) for raw in item.get(name, ()) if not raw.strip().isdigit()]
        if best := max(paths, key=len, default=()):
            return best
    return ()


def _google_category(item: Fields) -> str | None:
    """As the feed writes it: a number of Google's list, or the path written out."""
    return values.plain_text(_first(item, "google_product_category"), 750) or None


def _condition(items: Sequence[Fields]) -> Condition | None:
    """What all variants say; Google takes an item without a word for new, a shopper should not."""
    said = {values.condition(_first(item, "condition")) for item in items}
    return said.pop() if len(said) == 1 else None


@lru_cache(maxsize=4096)
def _path(raw: str) -> tuple[str, ...]:
    text = values.plain_text(raw, 1000)
    return tuple(part[:200] for part in _LEVELS.split(text) if part)


def _options(item: Fields) -> tuple[Attribute, ...]:
    found: dict[str, str] = {}
    for name, shown in _VARIANT_NAMES.items():
        if raw := item.get(name):
            found.setdefault(shown, _label(raw[0])[:200])
    return tuple((name, value) for name, value in found.items() if value)


def _gtin(item: Fields, draft: Draft) -> str | None:
    for name in _CODES:
        if raw := item.get(name):
            code, complaint = values.gtin14(raw[0])
            if complaint:
                draft.complain(IssueCode.GTIN_INVALID, name, complaint)
            elif code:
                return code
    return None


def _stock(item: Fields, draft: Draft) -> tuple[Availability | None, int | None]:
    """Availability as told, else as the quantity tells it; a quantity that contradicts it is left out."""
    availability, complaint = spellings.availability(_first(item, "availability"))
    if complaint:
        draft.complain(IssueCode.AVAILABILITY_UNKNOWN, "availability", complaint)
    raw = _first(item, *_QUANTITIES)
    if not raw:
        return availability, None
    counted, quantity, complaint = spellings.stock(raw)
    if complaint:
        draft.complain(IssueCode.AVAILABILITY_UNKNOWN, "quantity", complaint)
    availability = availability or counted
    return availability, quantity if availability is counted else None


def _untracked(url: str) -> str:
    """Without the marks of paid ads: a visit from here is none."""
    if "?" not in url or not _TRACKING.search(url):
        return url
    return _TRACKING.sub("", url).rstrip("?&")
