"""The captured shop (PrestaShop 8.0.3, 2,017 products): both connectors read exactly what its rows say, every one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from connectors import registry
from connectors.prestashop import listing_mapping
from connectors.prestashop.changes import MEMORY_DATES
from connectors.prestashop.listing_mapping import Front
from connectors.prestashop.visits import PAGES
from connectors.records import (
    Checkpoint,
    EndOfCatalog,
    Issue,
    ProductRecord,
    StockRecord,
    Withdrawn,
)
from connectors.values import gtin14, plain_text
from tests.support.player import Player
from tests.support.prestashop_player import (
    KEY,
    LISTING,
    WEBSERVICE,
    Row,
    captured,
    cents,
    combinations,
    pages,
    playing,
    reaching,
    shown,
)

pytestmark = [pytest.mark.captures, pytest.mark.xdist_group("captured_prestashop")]
NAMES = (WEBSERVICE, LISTING)
MOST_REQUESTS = {WEBSERVICE: 60, LISTING: 60}
MOST_OF_A_SWEEP = 15
PERSONALISED = 19
"""The one product that has no basket in lists because it must be personalised first."""


@dataclass(frozen=True)
class Run:
    """A full read: what came, what the client counted, what the shop saw."""

    messages: list[Any]
    requests: int
    log: list[dict[str, Any]]
    memory: dict[str, str]

    @property
    def found(self) -> dict[str, ProductRecord]:
        return records(self.messages)


@pytest.fixture(scope="module")
def running() -> Iterator[Player]:
    with playing() as player:
        yield player


@pytest.fixture(scope="module")
def untouched(running: Player) -> dict[str, Run]:
    """One full read by each connector of the shop as it was recorded."""
    runs = {}
    for name in NAMES:
        running.reset()
        memory: dict[str, str] = {}
        with reaching(running, key=None if name == LISTING else KEY, memory=memory) as connection:
            messages = list(registry.get(name).read_catalog(connection))
            runs[name] = Run(messages, connection.session.requests, running.log(), memory)
    return runs


@pytest.fixture
def changing(running: Player) -> Iterator[Player]:
    """For tests that change the catalogue."""
    running.reset()
    yield running
    running.reset()


def records(messages: list[Any]) -> dict[str, ProductRecord]:
    return {m.source_id: m for m in messages if isinstance(m, ProductRecord)}


def public(name: str) -> dict[str, Row]:
    return {str(row["id"]): row for row in captured("products") if shown(row, name)}


def offers_of(row: Row, name: str) -> dict[str, Row]:
    """Offer id -> the captured row that says its price: the combinations, or the product itself."""
    family = combinations().get(row["id"]) if name == WEBSERVICE else None
    return {f"{row['id']}-{c['id']}": c for c in family} if family else {str(row["id"]): row}


def stock() -> dict[tuple[int, int], Row]:
    return {(row["id_product"], row["id_product_attribute"]): row for row in captured("stock_availables")}


@pytest.mark.parametrize("name", NAMES)
def test_every_product_and_offer_is_there(untouched: dict[str, Run], name: str) -> None:
    run = untouched[name]
    wanted = {i: list(offers_of(row, name)) for i, row in public(name).items()}
    assert len(wanted) == 1855
    assert {i: [o.source_id for o in r.offers] for i, r in run.found.items()} == wanted
    assert [m for m in run.messages if isinstance(m, Issue | Withdrawn)] == []
    end = run.messages[-1]
    assert isinstance(end, EndOfCatalog)
    assert end.complete
    assert end.announced == end.seen == (1912 if name == WEBSERVICE else 1855)


@pytest.mark.parametrize("name", NAMES)
def test_prices_tax_included_and_crossed_out_are_the_shops(untouched: dict[str, Run], name: str) -> None:
    found = untouched[name].found
    crossed_out = 0
    for i, row in public(name).items():
        for offer, (source_id, priced) in zip(found[i].offers, offers_of(row, name).items(), strict=True):
            price, regular = cents(priced["ttc"]), cents(priced["reg"])
            assert (offer.source_id, offer.price_minor, offer.currency) == (source_id, price, "EUR")
            assert offer.list_price_minor == (regular if regular > price else None)
            crossed_out += regular > price
    assert crossed_out > 100


@pytest.mark.parametrize("name", NAMES)
def test_names_brands_and_barcodes_are_the_shops(untouched: dict[str, Run], name: str) -> None:
    found = untouched[name].found
    barcodes = 0
    for i, row in public(name).items():
        record = found[i]
        assert record.title == plain_text(row["name"])
        assert record.brand == (row["manufacturer_name"] or None)
        for offer, own in zip(record.offers, offers_of(row, name).values(), strict=True):
            assert offer.gtin == gtin14(own["ean13"])[0]
            barcodes += offer.gtin is not None
    assert barcodes > 1000


def test_stock_with_a_key_is_the_shops(untouched: dict[str, Run]) -> None:
    known = stock()
    seen = set()
    for i, row in public(WEBSERVICE).items():
        for offer in untouched[WEBSERVICE].found[i].offers:
            product, _, combination = offer.source_id.partition("-")
            line = known[int(product), int(combination or 0)]
            available = row["available_for_order"] and line["quantity"] > 0
            seen.add(offer.availability)
            assert offer.availability == ("InStock" if available else "OutOfStock")
            assert offer.quantity == line["quantity"]
    assert seen == {"InStock", "OutOfStock"}


def test_stock_without_a_key_is_the_shops(untouched: dict[str, Run]) -> None:
    """Also of what must be personalised first, and of families whose default combination alone is sold out."""
    known, wrong, unsaid = stock(), [], []
    for i, row in public(LISTING).items():
        available = row["available_for_order"] and known[row["id"], 0]["quantity"] > 0
        told = untouched[LISTING].found[i].offers[0].availability
        if told is None:
            unsaid.append(i)
        elif told != ("InStock" if available else "OutOfStock"):
            wrong.append(i)
    assert (wrong, unsaid) == ([], [])


def test_variants_categories_features_and_pictures(untouched: dict[str, Run]) -> None:
    found = untouched[WEBSERVICE].found
    options = {v["id"]: v for v in captured("product_option_values")}
    groups = {g["id"]: g["public_name"] for g in captured("product_options")}
    for i, row in public(WEBSERVICE).items():
        own = [image["id"] for image in row["associations"].get("images", ())]
        assert [int(url.rsplit("/", 2)[1].split("-")[0]) for url in found[i].images] == own[:10]
        for offer, source in zip(found[i].offers, offers_of(row, WEBSERVICE).values(), strict=True):
            links = source["associations"].get("product_option_values", ()) if source is not row else ()
            chosen = {(groups[options[v["id"]]["id_attribute_group"]], options[v["id"]]["name"]) for v in links}
            assert set(offer.variant) == chosen
    assert found["1"].offers[0].variant == (("Taille", "S"), ("Couleur", "Blanc"))
    assert found["1"].category_path == ("Vêtements", "Hommes")
    assert found["1"].attributes == (("Composition", "Coton"), ("Propriété", "Manches courtes"))
    assert found["1"].images[0].endswith("/1-large_default/x.jpg")
    assert found["1"].offers[0].images[0].endswith("/2-large_default/x.jpg")


@pytest.mark.parametrize("name", NAMES)
def test_addresses_are_where_the_shop_itself_leads(untouched: dict[str, Run], name: str, running: Player) -> None:
    """Every one is compared with the route; those whose redirect was captured, with the redirect."""
    found = untouched[name].found
    slugs = {c["id"]: c["link_rewrite"] for c in captured("categories")}
    for i, row in public(name).items():
        code = f"-{row['ean13']}" if row["ean13"] else ""
        path = f"{slugs[row['id_category_default']]}/{i}-{row['link_rewrite']}{code}.html"
        assert found[i].url == running.url + path
    redirects = 0
    for page in pages():
        number = page["query"].rpartition("id_product=")[2]
        if page["kind"] == "product-redirect" and number in found and "attribute" not in page["query"]:
            location = dict(page["headers"])["Location"]
            assert found[number].url == running.url + location.split("/", 3)[3]
            redirects += 1
    assert redirects >= 25


def test_requests_are_few_polite_and_never_in_the_open(untouched: dict[str, Run]) -> None:
    for name, run in untouched.items():
        assert run.requests == len(run.log) <= MOST_REQUESTS[name], (name, run.requests)
        assert {line["method"] for line in run.log} == {"GET"}
        assert not [line for line in run.log if "ws_key" in line["query"] or "wholesale" in line["query"]]
        assert sum(line["path"] == "/robots.txt" for line in run.log) == 1
        assert not [line for line in run.log if "order=" in line["query"] or "search" in line["path"]]
    keyed = {line["path"] for line in untouched[WEBSERVICE].log if line["key"]}
    assert all(path.startswith("/api/") for path in keyed)
    assert {line["key"] for line in untouched[LISTING].log} == {None}
    products = [line for line in untouched[LISTING].log if line["path"].endswith(".html")]
    assert len(products) <= PAGES


def test_a_still_shop_is_swept_in_few_requests(changing: Player, untouched: dict[str, Run]) -> None:
    with reaching(changing, memory=dict(untouched[WEBSERVICE].memory)) as connection:
        messages = list(registry.get(WEBSERVICE).read_stock(connection))
        assert connection.session.requests == len(changing.log()) <= MOST_OF_A_SWEEP, connection.session.requests
    swept = {m.source_id: m.offers for m in messages if isinstance(m, StockRecord)}
    read = untouched[WEBSERVICE].found
    assert swept.keys() == read.keys()
    for i, offers in swept.items():
        names = type(offers[0]).model_fields
        assert [o.model_dump() for o in offers] == [o.model_dump(include=set(names)) for o in read[i].offers]
    assert the_end(messages).complete


def test_a_second_read_finds_the_same_and_asks_less(changing: Player, untouched: dict[str, Run]) -> None:
    """Addresses too: what was learnt of them is kept."""
    memory = dict(untouched[WEBSERVICE].memory)
    with reaching(changing, memory=memory) as connection:
        again = list(registry.get(WEBSERVICE).read_catalog(connection))
        assert connection.session.requests < untouched[WEBSERVICE].requests
    assert records(again) == untouched[WEBSERVICE].found
    memory.pop(MEMORY_DATES)
    assert memory == {n: text for n, text in untouched[WEBSERVICE].memory.items() if n != MEMORY_DATES}


def the_end(messages: list[Any]) -> EndOfCatalog:
    end = messages[-1]
    assert isinstance(end, EndOfCatalog)
    return end


def swept(player: Player) -> dict[str, StockRecord]:
    with reaching(player) as connection:
        return {m.source_id: m for m in registry.get(WEBSERVICE).read_stock(connection) if isinstance(m, StockRecord)}


def changes(player: Player, cursor: str) -> list[Any]:
    with reaching(player) as connection:
        return list(registry.get(WEBSERVICE).read_catalog(connection, cursor))


def test_every_change_is_seen_by_the_next_sweep(changing: Player) -> None:
    before = swept(changing)
    changing.control("stock", id_product=46, quantity=0)
    changing.control("stock", id_product=68, id_product_attribute=77, quantity=123)
    changing.control("discount", id_product=42, reduction="0.250000", reduction_type="percentage", reduction_tax=1)
    old = next(row for row in captured("specific_prices") if row["id_product"] == 49)
    changing.control("discount", remove=old["id"])
    changing.control("sql_set", id=72, fields={"price": "10.000000"})
    changing.control("set", resource="combinations", id=1, fields={"price": "5.000000"})
    changing.control("delete", id=63)
    changing.control("delete", resource="combinations", id=2)
    changing.control("deactivate", id=70)
    added = str(changing.control("add", like=42, fields={"name": "Neuf"}, quantity=7)["id"])
    after = swept(changing)

    assert before.keys() - after.keys() == {"63", "70"}
    assert after.keys() - before.keys() == {added}
    offers = {o.source_id: o for record in after.values() for o in record.offers}
    earlier = {o.source_id: o for record in before.values() for o in record.offers}
    assert offers["46"].quantity == 0
    assert (offers["68-77"].quantity, earlier["68-77"].quantity) == (123, 9)
    full = earlier["42"].price_minor
    assert full is not None
    assert offers["42"].price_minor == pytest.approx(full * 0.75, abs=1)
    assert offers["42"].list_price_minor == full
    assert offers["49"].price_minor == earlier["49"].list_price_minor
    assert offers["49"].list_price_minor is None
    assert offers["72"].price_minor != earlier["72"].price_minor
    assert offers["1-1"].price_minor == pytest.approx(((earlier["1-1"].list_price_minor or 0) + 600) * 0.8, abs=1)
    assert "1-2" in earlier
    assert "1-2" not in offers
    assert (offers[added].quantity, offers[added].availability) == (7, "InStock")
    touched = {"46", "68", "42", "49", "72", "1", added}
    assert {i for i in after if after[i] != before.get(i)} == touched


def test_changes_and_the_deletion_that_redates_a_catalogue() -> None:
    with playing("--aged") as player:
        with reaching(player) as connection:
            cursor = the_end(list(registry.get(WEBSERVICE).read_catalog(connection))).cursor
        assert cursor
        player.control("set", id=46, fields={"name": "Autre nom"})
        player.control("deactivate", id=70)
        added = str(player.control("add", like=46, fields={"name": "Neuf"})["id"])
        messages = changes(player, cursor)
        assert {i: r.title for i, r in records(messages).items()} == {"46": "Autre nom", added: "Neuf"}
        assert [(m.source_id, m.reason) for m in messages if isinstance(m, Withdrawn)] == [("70", "hidden")]
        redated = player.control("delete", id=63)["redated"]
        messages = changes(player, cursor)
        seen = [m.source_id for m in messages if isinstance(m, ProductRecord | Withdrawn)]
        assert len(seen) == len(set(seen)) >= len(redated) > 1000
        assert "63" not in seen
        assert the_end(messages).complete


def test_changes_without_a_key_are_seen_by_the_next_read(changing: Player) -> None:
    connector = registry.get(LISTING)
    with reaching(changing, key=None) as connection:
        before = records(list(connector.read_catalog(connection)))
    changing.control("stock", id_product=46, quantity=0)
    changing.control("discount", id_product=42, reduction="0.250000", reduction_type="percentage", reduction_tax=1)
    changing.control("set", id=72, fields={"price": "10.000000", "name": "Moins cher"})
    changing.control("delete", id=63)
    changing.control("deactivate", id=70)
    added = str(changing.control("add", like=42, fields={"name": "Neuf"}, quantity=7)["id"])
    with reaching(changing, key=None) as connection:
        after = records(list(connector.read_catalog(connection)))
        told = list(connector.read_products(connection, ["63", "70", "46"]))
    assert before.keys() - after.keys() == {"63", "70"}
    assert after.keys() - before.keys() == {added}
    assert after["46"].offers[0].availability == "OutOfStock"
    assert after["42"].offers[0].list_price_minor == before["42"].offers[0].price_minor
    assert after["72"].title == "Moins cher"
    assert {m.source_id: m.reason for m in told if isinstance(m, Withdrawn)} == {"63": "gone", "70": "hidden"}
    assert records(told).keys() == {"46"}


def test_captured_product_pages_say_what_their_rows_say() -> None:
    """Real pages, real rows: what confirms a product is the record that the list gives."""
    front = Front("http://127.0.0.1:8230/", "EUR")
    rows = {row["id_product"]: row for row in captured_listing()}
    same = hidden = 0
    for page in pages():
        if page["kind"] != "product" or page["status"] != 200 or page["note"] == "one combination":
            continue
        number = int(page["path"].rpartition("/")[2].split("-")[0])
        record, issues = listing_mapping.confirmed(page["body"].encode(), number, front, None)
        if number not in rows:
            assert record == Withdrawn(source_id=str(number), reason="hidden")
            hidden += 1
        elif not listing_mapping.has_basket(rows[number]) and (number == PERSONALISED or number in combinations()):
            assert record is not None  # the page knows more of the stock than the row
        else:
            assert (record, issues) == listing_mapping.guarded(rows[number], front)
            same += 1
    assert (same, hidden) == (25, 2)


def captured_listing() -> list[Row]:
    import json

    found: list[Row] = []
    for page in pages():
        if page["kind"] == "category-json" and page["path"] == "/2-accueil":
            found += json.loads(page["body"])["products"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_first_twenty_for_a_new_shop(changing: Player, name: str) -> None:
    with reaching(changing) as connection:
        report = registry.get(name).check(connection)
        assert report.error is None
        assert len(report.sample) == 20
        assert connection.session.requests <= 25


def test_resuming_costs_the_shop_only_the_rest(changing: Player, untouched: dict[str, Run]) -> None:
    for name in NAMES:
        places = [m for m in untouched[name].messages if isinstance(m, Checkpoint)]
        middle = places[len(places) // 2]
        with reaching(changing, memory=dict(untouched[name].memory)) as connection:
            rest = records(list(registry.get(name).read_catalog(connection, checkpoint=middle.position)))
            assert 600 < len(rest) < 1200
            assert connection.session.requests <= MOST_REQUESTS[name] * 0.6


@pytest.mark.parametrize("options", [("--languages", "2"), ("--max-full", "50")])
def test_other_settings_of_the_shop_read_the_same(untouched: dict[str, Run], options: tuple[str, ...]) -> None:
    def without_host(found: dict[str, ProductRecord]) -> dict[str, tuple[Any, ...]]:
        return {i: (r.title, r.description, r.category_path, r.attributes, [o.variant for o in r.offers])
                for i, r in found.items()}  # fmt: skip

    with playing(*options) as player, reaching(player) as connection:
        found = records(list(registry.get(WEBSERVICE).read_catalog(connection)))
    assert without_host(found) == without_host(untouched[WEBSERVICE].found)
