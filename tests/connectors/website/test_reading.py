"""Addresses that are not what they seem: several ways to one product, names that lead nowhere, pages that moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors import registry
from connectors.errors import ConnectorError
from connectors.pages.record import product_id
from connectors.protocol import ShopConnection
from connectors.records import CatalogMessage, EndOfCatalog, ProductRecord, Withdrawn
from tests.support.hostile import HostileServer, redirect, reply
from tests.support.sessions import session_for
from tests.support.sites import Ware, document, html_reply, listing_page, product_page

WARES = [Ware(n) for n in range(1, 9)]
LONG = "/produit/" + "tres-" * 60 + "longue-adresse"


@dataclass
class Shop:
    """A site whose routes a test changes between two reads, and what a sync would keep of it."""

    server: HostileServer
    memory: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def connect(self) -> Iterator[ShopConnection]:
        with session_for(self.server, deadline=30.0) as session:
            yield ShopConnection(self.server.url("/"), session, memory=self.memory, crawl_delay=0.0)

    def read(self, cursor: str | None = None) -> list[CatalogMessage]:
        self.server.seen.clear()
        with self.connect() as connection:
            return list(registry.get("website").read_catalog(connection, cursor))

    def ask(self, *ids: str) -> list[Any]:
        self.server.seen.clear()
        with self.connect() as connection:
            return list(registry.get("website").read_products(connection, ids))

    def visited(self) -> set[str]:
        return {seen.target for seen in self.server.seen} - {"/robots.txt", "/sitemap.xml", "/sitemap_index.xml"}


def canonical(ware: Ware, path: str) -> bytes:
    return product_page(ware).replace(b"<title>", f'<link rel="canonical" href="{path}"><title>'.encode(), 1)


def listed(paths: list[str]) -> bytes:
    cards = "".join(
        f'<li class="product-card"><a href="{path}"><h2>{ware.name}</h2></a><span class="price">12,50 €</span></li>'
        for ware, path in zip(WARES, paths, strict=False)
    )
    return document("Toutes les pièces", f'<h1>Toutes les pièces</h1><ul class="products">{cards}</ul>')


@pytest.fixture
def shop() -> Iterator[Shop]:
    routes = {ware.path: html_reply(product_page(ware)) for ware in WARES}
    routes["/"] = html_reply(listing_page("Poterie du Lac", WARES))
    routes["/pieces"] = html_reply(listing_page("Toutes les pièces", WARES))
    with HostileServer(routes) as server:
        yield Shop(server)


def ids(messages: list[Any]) -> list[str]:
    return [message.source_id for message in messages if isinstance(message, ProductRecord)]


def end(messages: list[Any]) -> EndOfCatalog:
    last = messages[-1]
    assert isinstance(last, EndOfCatalog)
    return last


def test_a_page_is_named_by_itself_and_not_visited_again_by_its_other_address(shop: Shop) -> None:
    aliases = [f"/rayon/bols/piece-{ware.number}" for ware in WARES]
    for ware, alias in zip(WARES, aliases, strict=True):
        shop.server.routes[alias] = html_reply(canonical(ware, ware.path))
    for path in ("/", "/pieces"):
        shop.server.routes[path] = html_reply(listed(aliases))
    messages = shop.read()
    assert sorted(ids(messages)) == sorted(ware.path for ware in WARES)
    changes = shop.read(end(messages).cursor)
    assert ids(changes) == []
    assert not shop.visited() & {*aliases, *(ware.path for ware in WARES)}
    assert ids(shop.ask(WARES[0].path)) == [WARES[0].path]


def test_a_page_that_names_itself_wrongly_is_not_taken_for_gone(shop: Shop) -> None:
    for ware in WARES:
        shop.server.routes[ware.path] = html_reply(canonical(ware, f"/nulle-part/{ware.number}"))
    messages = shop.read()
    assert len(ids(messages)) == len(WARES)
    [name] = [i for i in ids(messages) if i.endswith("/1")]
    assert name == "/nulle-part/1"
    changes = shop.read(end(messages).cursor)
    assert not [message for message in changes if isinstance(message, Withdrawn)]
    assert ids(shop.ask(name)) == [name]


def test_an_address_too_long_for_an_id_is_known_by_what_is_remembered(shop: Shop) -> None:
    shop.server.routes[LONG] = html_reply(product_page(WARES[0]))
    for path in ("/", "/pieces"):
        shop.server.routes[path] = html_reply(listed([LONG, *(ware.path for ware in WARES[1:])]))
    name = product_id(shop.server.url(LONG))
    assert len(name) <= 200
    assert name in ids(shop.read())
    assert ids(shop.ask(name)) == [name]
    shop.memory.clear()
    assert shop.ask(name) == []
    assert shop.visited() == set()


def test_what_the_page_itself_tells_of_a_product(shop: Shop) -> None:
    paths = [ware.path for ware in WARES]
    shop.server.routes |= {
        paths[0]: reply(410, b"<html>parti</html>", {"Content-Type": "text/html"}),
        paths[1]: redirect("/pieces"),
        paths[2]: redirect(paths[3]),
        paths[4]: html_reply(
            document("Plus vendu", "<h1>Ce produit n'est plus vendu</h1><p>Merci de votre visite.</p>")
        ),
        paths[5]: reply(403, b"<html>non</html>", {"Content-Type": "text/html"}),
    }
    told = shop.ask(*paths, "ni une adresse", "//ailleurs.example/vase", "/jamais-vu")
    assert ids(told) == [paths[3], paths[6], paths[7]]
    assert {message.source_id: message.reason for message in told if isinstance(message, Withdrawn)} == {
        paths[0]: "gone",
        paths[1]: "hidden",
        paths[2]: "gone",
        paths[4]: "hidden",
        "/jamais-vu": "gone",
    }


def test_a_firewall_in_the_way_withdraws_nothing(shop: Shop) -> None:
    messages = shop.read()
    wall = html_reply(b"<!doctype html><title>Un instant...</title><p>V\xc3\xa9rification de votre navigateur.</p>")
    for path in list(shop.server.routes):
        shop.server.routes[path] = wall
    with pytest.raises(ConnectorError) as caught:
        shop.read(end(messages).cursor)
    assert caught.value.code == "access_forbidden"
    told: list[Any] = []
    with pytest.raises(ConnectorError):
        told += shop.ask(*(ware.path for ware in WARES))
    assert told == []


def test_a_cursor_without_a_memory_reads_everything(shop: Shop) -> None:
    cursor = end(shop.read()).cursor
    shop.memory.clear()
    again = shop.read(cursor)
    assert len(ids(again)) == len(WARES)
    assert end(again).scope == "changes"


@pytest.mark.parametrize(
    "checkpoint",
    ["", "{", '{"v": 1, "started": "hier"}', '{"v": 1, "started": "2026-11-23T09:00:00+00:00", "delivered": "x"}'],
)
def test_a_checkpoint_that_is_none_begins_anew(shop: Shop, checkpoint: str) -> None:
    with shop.connect() as connection:
        messages = list(registry.get("website").read_catalog(connection, None, checkpoint))
    assert len(ids(messages)) == len(WARES)


def test_a_site_without_a_product_is_an_error_and_no_empty_catalogue() -> None:
    page = html_reply(document("La vie du port", "<h1>La vie du port</h1><p>Bonjour à tous.</p>"))
    with HostileServer({"/": page}) as server, pytest.raises(ConnectorError) as caught:
        Shop(server).read()
    assert caught.value.code == "catalogue_malformed"
    assert server.paths().count("/") == 2, "a home page that was unwell for a moment is asked for once more"
