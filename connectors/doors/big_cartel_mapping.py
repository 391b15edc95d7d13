"""Pure: Big Cartel's public JSON of a product to a record. Its prices are decimals in the shop's one currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from connectors import values
from connectors.doors import drafts
from connectors.drafting import TITLE_LIMIT, Draft, Json, Mapped, PriceUnreadable, label, rows, text_of
from connectors.records import Attribute, Availability, IssueCode, OfferRecord

STATUSES: Final = {
    "active": Availability.IN_STOCK,
    "sold-out": Availability.OUT_OF_STOCK,
    "sold_out": Availability.OUT_OF_STOCK,
    "coming-soon": Availability.OUT_OF_STOCK,
    "coming_soon": Availability.OUT_OF_STOCK,
}
"""With a dash in the shop's JSON, with an underscore in the documented API. What comes soon cannot be bought yet."""
OPTION: Final = "Option"
"""What to call a choice that has no name of its own."""
NO_CHOICE: Final = frozenset({"", "default"})


@dataclass(frozen=True, slots=True)
class Shop:
    """What an item alone does not say."""

    url: str
    currency: str | None = None


def product(item: Json, permalink: str, shop: Shop) -> Mapped:
    """One product with its options as offers; every product has at least one, named like itself."""
    draft = Draft(item=item, source_id=permalink, issues=[])
    draft.title = values.plain_text(text_of(item["name"]), TITLE_LIMIT)
    artists = [name for artist in rows(item.get("artists")) if (name := label(text_of(artist.get("name"))))]
    draft.brand = artists[0] if len(artists) == 1 else None
    url, complaint = values.http_url(text_of(item.get("url")) or f"product/{permalink}", shop.url)
    if url is None:
        draft.complain(IssueCode.URL_INVALID, "url", complaint or "", rejected=True)
        return None, draft.issues
    if not values.same_site(url, shop.url):
        draft.complain(IssueCode.URL_FOREIGN, "url", url)
    options = rows(item["options"])
    groups = {group.get("id"): label(text_of(group.get("name"))) for group in rows(item.get("option_groups"))}
    shelf = next((name for one in rows(item.get("categories")) if (name := label(text_of(one.get("name"))))), "")
    return drafts.finish(
        draft,
        url=url,
        description=text_of(item.get("description")),
        category_path=(shelf,) if shelf else (),
        images=drafts.pictures((image.get("url") for image in rows(item.get("images"))), draft, shop.url),
        offers=[_offer(option, groups, len(options) > 1, draft, shop) for option in options],
    )


def _offer(option: Json, groups: dict[Any, str], chosen: bool, draft: Draft, shop: Shop) -> OfferRecord:
    number = option["id"]
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError("an option without a number")
    availability = _availability(draft, option)
    raw = option.get("price")
    try:
        price, _ = drafts.shown(
            drafts.amount(draft.item.get("default_price") if raw is None else raw, shop.currency),
            None,
            buyable=availability is Availability.IN_STOCK,
        )
    except PriceUnreadable as error:
        price = None
        draft.complain(IssueCode.PRICE_UNREADABLE, "price", str(error))
    else:
        if price is None:
            draft.complain(IssueCode.PRICE_MISSING, "price")
    return OfferRecord(
        source_id=str(number),
        price_minor=price,
        currency=shop.currency if price is not None else None,
        availability=availability,
        variant=_choice(option, groups, chosen, draft.title),
    )


def _availability(draft: Draft, option: Json) -> Availability | None:
    """The product's status first, then the option's own flag."""
    status = draft.item.get("status", "active")
    known = STATUSES.get(status) if isinstance(status, str) else None
    if known is None:
        draft.complain(IssueCode.AVAILABILITY_UNKNOWN, "status", f"status {str(status)[:40]!r}")
    sold_out = option.get("sold_out", False)
    if not isinstance(sold_out, bool):
        raise TypeError("sold_out is not a boolean")
    return Availability.OUT_OF_STOCK if sold_out else known


def _choice(option: Json, groups: dict[Any, str], chosen: bool, title: str) -> tuple[Attribute, ...]:
    """By the groups that the choice is made of, where the shop tells them; else by the option's whole name."""
    found = []
    for value in rows(option.get("option_group_values")):
        name = label(text_of(value.get("name")))
        if name:
            found.append((groups.get(value.get("option_group_id")) or OPTION, name))
    if found:
        return tuple(found)
    name = label(text_of(option.get("name")))
    only = not chosen and name.casefold() in (*NO_CHOICE, title.casefold())
    return () if only or not name else ((OPTION, name),)
