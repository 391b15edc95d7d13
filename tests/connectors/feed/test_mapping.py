"""A feed's fields as records: prices while they hold, variants put together, addresses, codes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feed.mapping import Mapper
from connectors.feed.shape import KNOWN, Fields
from connectors.records import Availability, Condition, IssueCode, OfferRecord, ProductRecord

SITE = "https://laines.example/"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def item(**fields: str | list[str] | None) -> Fields:
    ordinary: dict[str, str | list[str] | None] = {
        "id": "1", "title": "Gilet", "link": f"{SITE}gilet", "price": "20.00 EUR", "image_link": f"{SITE}g.jpg",
    }  # fmt: skip
    return {k: v if isinstance(v, list) else [v] for k, v in (ordinary | fields).items() if v is not None}


def mapped(*items: Fields, now: datetime = NOW) -> tuple[ProductRecord | None, list[IssueCode]]:
    record, issues = Mapper(SITE, now).product("p", items)
    return record, [issue.code for issue in issues]


def offer(**fields: str | list[str] | None) -> tuple[OfferRecord, list[IssueCode]]:
    record, codes = mapped(item(**fields))
    assert record is not None
    return record.offers[0], codes


@pytest.mark.parametrize(
    ("fields", "shown", "crossed", "codes"),
    [
        ({}, 2000, None, []),
        ({"sale_price": "15,00 EUR"}, 1500, 2000, []),
        ({"sale_price": "25 EUR"}, 2000, None, []),
        ({"sale_price": "20 EUR"}, 2000, None, []),
        ({"sale_price": "0 EUR"}, 2000, None, []),
        ({"sale_price": "15 USD"}, 2000, None, []),
        ({"sale_price": "quinze"}, 2000, None, [IssueCode.PRICE_UNREADABLE]),
        ({"sale_price": "15 EUR", "sale_price_effective_date": "2026-11-20/2026-11-23"}, 1500, 2000, []),
        ({"sale_price": "15 EUR", "sale_price_effective_date": "2026-11-20/2026-11-22"}, 2000, None, []),
        ({"sale_price": "15 EUR", "sale_price_effective_date": "2026-12-01/2026-12-24"}, 2000, None, []),
        ({"sale_price": "15 EUR", "sale_price_effective_date": "soldes"}, 2000, None, [IssueCode.PRICE_UNREADABLE]),
        ({"price": "0 EUR"}, None, None, [IssueCode.PRICE_MISSING]),
        ({"price": None}, None, None, [IssueCode.PRICE_MISSING]),
        ({"price": "sur devis"}, None, None, [IssueCode.PRICE_UNREADABLE]),
        ({"price": "sur devis", "sale_price": "5 EUR"}, None, None, [IssueCode.PRICE_UNREADABLE]),
    ],
)
def test_prices(fields: dict[str, str], shown: int | None, crossed: int | None, codes: list[IssueCode]) -> None:
    sold, found = offer(**fields)
    assert (sold.price_minor, sold.list_price_minor) == (shown, crossed)
    assert found == codes


def test_the_next_change_of_a_sale_is_remembered() -> None:
    mapper = Mapper(SITE, NOW)
    for dates in ("2026-11-20/2026-11-30", "2026-11-25T10:00Z/2026-12-24", "2026-01-01/2026-02-01"):
        mapper.product("p", [item(sale_price="15 EUR", sale_price_effective_date=dates)])
    assert mapper.changes_at == datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "availability", "quantity"),
    [
        ({"availability": "in_stock", "quantity": "4"}, Availability.IN_STOCK, 4),
        ({"availability": "in_stock", "quantity": "0"}, Availability.IN_STOCK, None),
        ({"availability": "out of stock", "inventory": "0"}, Availability.OUT_OF_STOCK, 0),
        ({"availability": "preorder", "quantity": "9"}, Availability.BACK_ORDER, None),
        ({"quantity": "3"}, Availability.IN_STOCK, 3),
        ({"quantity": "0"}, Availability.OUT_OF_STOCK, 0),
        ({}, None, None),
        ({"availability": "bof"}, None, None),
    ],
)
def test_stock(fields: dict[str, str], availability: Availability | None, quantity: int | None) -> None:
    sold, codes = offer(**fields)
    assert (sold.availability, sold.quantity) == (availability, quantity)
    assert codes == ([IssueCode.AVAILABILITY_UNKNOWN] if fields.get("availability") == "bof" else [])


@pytest.mark.parametrize(
    ("titles", "common"),
    [
        (["Pull laine - S", "Pull laine - M"], "Pull laine"),
        (["Pull laine (rouge, S)", "Pull laine (rouge, M)"], "Pull laine (rouge"),
        (["Rouge pull marin", "Bleu pull marin"], "pull marin"),
        (["Pull", "Pull"], "Pull"),
        (["Bol", "Vase"], "Bol"),
    ],
)
def test_the_title_of_a_group(titles: list[str], common: str) -> None:
    record, _ = mapped(*(item(id=str(n), title=title) for n, title in enumerate(titles)))
    assert record is not None
    assert record.title == common
    named, _ = mapped(*(item(id=str(n), title=t, item_group_title="Le pull") for n, t in enumerate(titles)))
    assert named is not None
    assert len(titles) == 1 or named.title == "Le pull"


def test_variants_hold_what_differs_and_the_product_what_they_share() -> None:
    record, codes = mapped(
        item(id="1", size="S", color="Rouge", material="Laine", link=f"{SITE}gilet?t=s", gtin="4006381333931"),
        item(
            id="2",
            size="M",
            color="Rouge",
            material="Laine",
            link=f"{SITE}gilet?t=m",
            image_link=f"{SITE}m.jpg",
            mpn="G-M",
        ),
    )
    assert record is not None
    assert record.attributes == (("Couleur", "Rouge"), ("Matière", "Laine"))
    one, two = record.offers
    assert (one.variant, one.url, one.images, one.gtin) == ((("Taille", "S"),), None, (), "04006381333931")
    assert (two.variant, two.url, two.sku) == ((("Taille", "M"),), f"{SITE}gilet?t=m", "G-M")
    assert two.images == (f"{SITE}m.jpg",)
    assert codes == []


def test_pictures_are_ten_at_most_and_may_share_a_cell() -> None:
    more = ", ".join(f"{SITE}{n}.jpg" for n in range(20))
    record, codes = mapped(item(additional_image_link=[more, "ftp://x.fr/a.jpg"]))
    assert record is not None
    assert len(record.images) == 10
    assert record.images[0] == f"{SITE}g.jpg"
    assert codes == [IssueCode.URL_INVALID]
    assert mapped(item(image_link=None))[1] == [IssueCode.IMAGE_MISSING]


@pytest.mark.parametrize(
    ("link", "url", "codes"),
    [
        (f"{SITE}a?utm_source=google&utm_medium=cpc", f"{SITE}a", []),
        (f"{SITE}a?id=3&utm_source=google&taille=m&gclid=x", f"{SITE}a?id=3&taille=m", []),
        ("/a", f"{SITE}a", []),
        ("https://autre.example/a", "https://autre.example/a", [IssueCode.URL_FOREIGN]),
    ],
)
def test_links(link: str, url: str, codes: list[IssueCode]) -> None:
    record, found = mapped(item(link=link))
    assert record is not None
    assert (record.url, found) == (url, codes)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": None}, IssueCode.TITLE_MISSING),
        ({"title": "  "}, IssueCode.TITLE_MISSING),
        ({"link": None}, IssueCode.URL_INVALID),
        ({"link": "javascript:alert(1)"}, IssueCode.URL_INVALID),
    ],
)
def test_what_is_left_out_and_why(fields: dict[str, str | None], code: IssueCode) -> None:
    record, issues = Mapper(SITE, NOW).product("p", [item(**fields)])
    assert record is None
    assert [(i.code, i.rejected) for i in issues] == [(code, True)]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"product_type": "Mode > Pulls"}, ("Mode", "Pulls")),
        ({"product_type": ["Mode", "Mode > Femme > Pulls"]}, ("Mode", "Femme", "Pulls")),
        ({"google_product_category": "1604"}, ()),
        ({"google_product_category": "Apparel & Accessories > Clothing"}, ("Apparel & Accessories", "Clothing")),
        ({"product_type": "Mode", "google_product_category": "A > B > C"}, ("Mode",)),
    ],
)
def test_categories(fields: dict[str, str | list[str]], path: tuple[str, ...]) -> None:
    record, _ = mapped(item(**fields))
    assert record is not None
    assert record.category_path == path


def test_a_wrong_code_is_told_and_never_hides_a_product() -> None:
    sold, codes = offer(gtin="4006381333932")
    assert (sold.gtin, codes) == (None, [IssueCode.GTIN_INVALID])
    sold, codes = offer(gtin="4006381333932", isbn="9782070360024")
    assert sold.gtin == "09782070360024"


FIELDS = st.dictionaries(
    st.sampled_from(sorted(KNOWN)), st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=3), max_size=12
)


@settings(max_examples=300, deadline=None)
@given(st.lists(FIELDS, min_size=1, max_size=4))
def test_whatever_the_fields_hold(items: list[Fields]) -> None:
    whole = [{"id": [str(n)], **fields} for n, fields in enumerate(items)]
    for n, fields in enumerate(whole):
        fields["id"] = [f"{n}"]
    record, issues = Mapper(SITE, NOW).product("p", whole)
    assert record is not None or any(issue.rejected for issue in issues)
    assert all(len(issue.detail) <= 300 for issue in issues)


@pytest.mark.parametrize(
    ("said", "condition"),
    [(["used"], Condition.USED), (["new", "New "], Condition.NEW), (["new", "used"], None), ([None, "new"], None)],
)
def test_a_condition_is_what_all_variants_say(said: list[str | None], condition: Condition | None) -> None:
    record, _ = mapped(*(item(id=str(number), condition=word) for number, word in enumerate(said)))
    assert record is not None
    assert record.condition is condition


def test_googles_category_is_kept_beside_the_merchants_own() -> None:
    record, _ = mapped(item(product_type="Laines > Gilets", google_product_category="1604"))
    assert record is not None
    assert (record.category_path, record.google_category) == (("Laines", "Gilets"), "1604")
    written, _ = mapped(item(google_product_category="Vêtements &gt; Hauts"))
    assert written is not None
    assert (written.category_path, written.google_category) == (("Vêtements", "Hauts"), "Vêtements > Hauts")
