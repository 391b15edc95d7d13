"""Without a key: categories that do and do not hold the whole shop, lists that move while they are read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from connectors import registry
from connectors.errors import CatalogueMalformed
from connectors.protocol import ShopConnection
from connectors.records import Checkpoint, EndOfCatalog, ProductRecord
from tests.support.hostile import HostileServer, Line, Seen, reply
from tests.support.prestashop_player import LISTING
from tests.support.sessions import session_for

HOME = """<html><body><script>var prestashop = {"currency":{"id":1,"iso_code":"EUR"}};</script>%s</body></html>"""


class Shelves:
    """Category pages over loopback: what is on each shelf, and what happens when it is read."""

    def __init__(self, shelves: Mapping[int, list[int]]) -> None:
        self.shelves = {number: list(products) for number, products in shelves.items()}
        self.asked: list[tuple[int, int]] = []
        self.before: Callable[[int, int], None] = lambda _category, _page: None
        self.claimed: dict[int, int] = {}

    def home(self, line: Line, seen: Seen) -> None:
        links = "".join(f'<a href="/{number}-rayon">R</a>' for number in self.shelves)
        reply(200, (HOME % links).encode())(line, seen)

    def page(self, line: Line, seen: Seen) -> None:
        category = int(re.findall(r"\d+", seen.path)[0])
        size, page = (int(re.findall(rf"{name}=(\d+)", seen.query)[0]) for name in ("resultsPerPage", "page"))
        self.before(category, page)
        self.asked.append((category, page))
        products = self.shelves[category]
        shown = products[(page - 1) * size : page * size]
        total = self.claimed.get(category, len(products))
        body = {"products": [row(n) for n in shown], "pagination": {"total_items": total}}
        reply(200, json.dumps(body).encode())(line, seen)


def row(number: int) -> dict[str, Any]:
    return {"id_product": number, "name": f"Produit {number}", "url": f"/rayon/{number}-p.html", "price_amount": 1.5,
            "add_to_cart_url": "/panier?add=1"}  # fmt: skip


@pytest.fixture
def read() -> Iterator[Callable[..., list[Any]]]:
    with HostileServer() as server:

        def reading(shelves: Shelves, checkpoint: str | None = None) -> list[Any]:
            server.routes["/"] = shelves.home
            for number in shelves.shelves:
                server.routes[f"/{number}-rayon"] = shelves.page
            with session_for(server, deadline=20.0) as session:
                connection = ShopConnection(url=server.url("/"), session=session)
                return list(registry.get(LISTING).read_catalog(connection, checkpoint=checkpoint))

        yield reading


def ids(messages: list[Any]) -> list[int]:
    return [int(m.source_id) for m in messages if isinstance(m, ProductRecord)]


def the_end(messages: list[Any]) -> EndOfCatalog:
    assert isinstance(messages[-1], EndOfCatalog)
    return messages[-1]


def test_a_home_category_with_everything_spares_the_others(read: Callable[..., list[Any]]) -> None:
    shop = Shelves({2: [*range(1, 251)], 3: [*range(1, 141)], 4: [*range(120, 251)], 5: []})
    messages = read(shop)
    assert ids(messages) == [*range(1, 251)]
    assert the_end(messages).complete
    assert shop.asked == [(2, 1), (2, 2), (2, 3), (3, 1), (4, 1), (5, 1)]


def test_where_it_holds_only_a_choice_every_category_is_read_whole(read: Callable[..., list[Any]]) -> None:
    """Category 3 shows nothing new on its first page: that is not believed any more once category 4 does."""
    shop = Shelves({2: [*range(1, 101)], 3: [*range(1, 101), *range(500, 650)], 4: [700, *range(1, 150)]})
    messages = read(shop)
    assert sorted(ids(messages)) == sorted({*range(1, 150), *range(500, 650), 700})
    end = the_end(messages)
    assert end.complete
    assert end.seen == len(ids(messages))
    assert end.announced == end.seen


def test_a_list_that_gets_shorter_loses_nothing(read: Callable[..., list[Any]]) -> None:
    shop = Shelves({2: [*range(1, 401)]})

    def leave(_: int, page: int) -> None:
        if page == 3 and 5 in shop.shelves[2]:
            for gone in (5, 6, 7):
                shop.shelves[2].remove(gone)

    shop.before = leave
    messages = read(shop)
    assert set(ids(messages)) == {*range(1, 401)}
    assert the_end(messages).complete


def test_products_that_change_places_are_found_in_a_second_pass(read: Callable[..., list[Any]]) -> None:
    shop = Shelves({2: [*range(1, 251)]})

    def shuffle(_: int, page: int) -> None:
        if page == 2 and len(shop.asked) == 1:  # as ties in the shop's order do
            products = shop.shelves[2]
            products[50], products[150] = products[150], products[50]

    shop.before = shuffle
    messages = read(shop)
    assert set(ids(messages)) == {*range(1, 251)}
    assert len(ids(messages)) == 250
    assert the_end(messages).complete


@pytest.mark.parametrize("times", [2, 9])
def test_a_waiting_page_in_place_of_the_home_page_is_asked_past_or_said(
    read: Callable[..., list[Any]], times: int
) -> None:
    """Firewalls show one now and then: not "this is no PrestaShop", since it was one when it was connected."""
    shop = Shelves({2: [1, 2, 3]})
    home, left = shop.home, [times]

    def waiting(line: Line, seen: Seen) -> None:
        left[0] -= 1
        (reply(200, b"<html><h1>Un instant...</h1></html>") if left[0] >= 0 else home)(line, seen)

    shop.home = waiting  # type: ignore[method-assign]
    if times < 3:
        assert ids(read(shop)) == [1, 2, 3]
    else:
        with pytest.raises(CatalogueMalformed):
            read(shop)
        assert left == [times - 3]


def test_fewer_than_announced_is_incomplete(read: Callable[..., list[Any]]) -> None:
    shop = Shelves({2: [*range(1, 180)]})
    shop.claimed[2] = 190
    messages = read(shop)
    assert len(ids(messages)) == 179
    assert not the_end(messages).complete
    assert the_end(messages).detail


def test_an_empty_page_where_more_is_announced_is_no_end(read: Callable[..., list[Any]]) -> None:
    shop = Shelves({2: [*range(1, 101)]})
    shop.claimed[2] = 300
    with pytest.raises(CatalogueMalformed):
        read(shop)


def test_resuming_in_any_category_loses_and_repeats_nothing(read: Callable[..., list[Any]]) -> None:
    shelves = {2: [*range(1, 101)], 3: [*range(1, 101), *range(500, 650)], 4: [700, *range(1, 150)]}
    whole = read(Shelves(shelves))
    everything = set(ids(whole))
    for place in [n for n, m in enumerate(whole) if isinstance(m, Checkpoint)]:
        before, rest = ids(whole[:place]), read(Shelves(shelves), whole[place].position)
        assert not set(before) & set(ids(rest))
        assert set(before) | set(ids(rest)) == everything
        assert the_end(rest).complete
