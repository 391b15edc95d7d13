"""Addresses are built only where the shop's own redirects prove the pattern, and stay what they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.drafting import Json
from connectors.prestashop.api import Api
from connectors.prestashop.mapping import Shop
from connectors.prestashop.routes import MEMORY_ROUTE, MOST, PATTERNS, Facts, Router, fitting
from connectors.protocol import Credentials, ShopConnection
from tests.support.hostile import HostileServer, Line, Seen, reply
from tests.support.sessions import session_for

SLUGS = {2: "accueil", 3: "vetements", 4: "pulls"}
PARENTS = {3: 2, 4: 3}
SLUG = st.from_regex(r"[a-z]{1,8}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)


def item(number: int, **change: Any) -> Json:
    return {
        "id": number,
        "active": 1,
        "visibility": "both",
        "state": 1,
        "id_category_default": 4,
        "link_rewrite": f"gilet-{number}",
        "ean13": "",
        "cache_default_attribute": 0,
        **change,
    }


MANY = [
    *(item(n) for n in range(1, 9)),
    *(item(n, ean13=f"20000000000{n}") for n in range(20, 24)),
    *(item(n, cache_default_attribute=5, id_category_default=3) for n in range(30, 33)),
]


class Front:
    """Redirects products to what the shop's own pattern makes of them."""

    def __init__(self, items: list[Json], pattern: str, lead: str = "") -> None:
        self.pattern, self.lead, self.status = pattern, lead, 302
        self._facts = {i["id"]: facts(i) for i in items}
        self.asked: list[int] = []

    def __call__(self, line: Line, seen: Seen) -> None:
        number = int(seen.query.rpartition("id_product=")[2])
        self.asked.append(number)
        host = seen.headers["host"]
        location = f"http://{host}/{self.lead}{self._facts[number].fill(self.pattern)}"
        reply(self.status, b"", {"Location": location})(line, seen)


def facts(row: Json) -> Facts:
    category = row["id_category_default"]
    path = {4: "vetements/pulls", 3: "vetements", 2: ""}[category]
    ean13, combinations = row["ean13"], row["cache_default_attribute"] > 0
    return Facts(row["id"], row["link_rewrite"], SLUGS[category], path, ean13, combinations)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


def learnt(
    server: HostileServer, front: Front, items: list[Json], memory: dict[str, str], *, recheck: bool = False
) -> list[str | None]:
    """The addresses of these products after one run."""
    server.routes["/index.php"] = front
    with session_for(server) as session:
        connection = ShopConnection(server.url("/"), session, Credentials("k" * 32, ""), memory)
        router = Router(Api(connection), Shop(url=server.url("/"), currency="EUR"), SLUGS, PARENTS)
        router.learn(items, recheck=recheck)
        return [router.page(row) for row in items]


def right(server: HostileServer, front: Front, items: list[Json]) -> list[str]:
    return [f"{server.url('/')}{front.lead}{facts(row).fill(front.pattern)}" for row in items]


@pytest.mark.parametrize(
    ("pattern", "lead"),
    [
        ("{category}/{id}-{rewrite}-{ean13}.html", ""),
        ("{category}/{id}-{rewrite}-{ean13}.html", "fr/"),
        ("{category}/{id}-{rewrite}.html", ""),
        ("{id}-{rewrite}.html", ""),
        ("{categories}/{rewrite}-{id}", ""),
        ("{id}/{rewrite}/", "boutique/fr/"),
    ],
)
def test_a_route_is_learnt_from_a_few_redirects_and_kept(server: HostileServer, pattern: str, lead: str) -> None:
    front, memory = Front(MANY, pattern, lead), dict[str, str]()
    assert learnt(server, front, MANY, memory) == right(server, front, MANY)
    assert len(front.asked) <= 10
    front.asked.clear()
    again = dict(memory)
    assert learnt(server, front, MANY, again) == right(server, front, MANY)
    assert front.asked == []
    assert again == memory


@pytest.mark.parametrize("pattern", ["{category}/p{id}-{rewrite}.html", "{rewrite}.html", "produits/{rewrite}-x{id}"])
def test_a_route_that_no_pattern_gives_is_never_guessed(server: HostileServer, pattern: str) -> None:
    front, memory = Front(MANY, pattern), dict[str, str]()
    assert learnt(server, front, MANY, memory) == [None] * len(MANY)
    front.asked.clear()
    assert learnt(server, front, MANY, memory) == [None] * len(MANY)
    assert front.asked == []


def test_a_class_whose_addresses_are_made_otherwise_keeps_the_safe_form(server: HostileServer) -> None:
    class Mixed(Front):
        def __call__(self, line: Line, seen: Seen) -> None:
            self.pattern = "{id}-{rewrite}" if int(seen.query.rpartition("=")[2]) >= 30 else PATTERNS[0]
            super().__call__(line, seen)

    found = learnt(server, Mixed(MANY, ""), MANY, {})
    assert found[:12] == right(server, Front(MANY, PATTERNS[0]), MANY[:12])
    assert found[12:] == [None] * 3


def test_too_few_proofs_are_none_and_the_only_one_of_its_class_is_enough_beside_others(server: HostileServer) -> None:
    front = Front(MANY, PATTERNS[0])
    assert learnt(server, front, MANY[:3], {}) == [None] * 3
    some = [*MANY[:8], MANY[8]]
    assert learnt(server, front, some, {}) == right(server, front, some)


def test_a_shop_that_changed_its_route_is_learnt_anew(server: HostileServer) -> None:
    memory: dict[str, str] = {}
    learnt(server, Front(MANY, PATTERNS[0]), MANY, memory)
    other = Front(MANY, "{id}-{rewrite}.html", "fr/")
    assert learnt(server, other, MANY, memory, recheck=True) == right(server, other, MANY)


@pytest.mark.parametrize("status", [200, 404, 500, 503])
def test_a_front_that_does_not_redirect_changes_nothing_that_is_known(server: HostileServer, status: int) -> None:
    memory: dict[str, str] = {}
    front = Front(MANY, PATTERNS[0])
    before = learnt(server, front, MANY, memory)
    front.status = status
    if status != 200:
        assert learnt(server, front, MANY, memory, recheck=True) == before
    assert learnt(server, front, MANY, {}) == [None] * len(MANY)
    assert len(front.asked) <= 2 * MOST


def test_another_site_proves_nothing(server: HostileServer) -> None:
    class Elsewhere(Front):
        def __call__(self, line: Line, seen: Seen) -> None:
            reply(302, b"", {"Location": "https://ailleurs.example/pulls/1-gilet-1.html"})(line, seen)

    assert learnt(server, Elsewhere(MANY, ""), MANY, {}) == [None] * len(MANY)


@pytest.mark.parametrize(
    "memory", ["", "{", "[]", '{"v":1}', '{"v":1,"patterns":{"x":3},"kinds":{},"proofs":9}', "null"]
)
def test_a_memory_that_cannot_be_read_is_forgotten(server: HostileServer, memory: str) -> None:
    front = Front(MANY, PATTERNS[0])
    known = {MEMORY_ROUTE: memory}
    assert learnt(server, front, MANY, known) == right(server, front, MANY)
    assert orjson.loads(known[MEMORY_ROUTE])["proofs"] >= 4


@given(SLUG, SLUG, st.integers(1, 10**6), st.sampled_from(["", "4006381333931"]), st.sampled_from(PATTERNS))
def test_a_pattern_always_fits_what_it_made(rewrite: str, category: str, number: int, ean13: str, pattern: str) -> None:
    made = Facts(number, rewrite, category, f"haut/{category}", ean13, False)
    lead = "https://laines.example/fr/"
    assert fitting(PATTERNS, made, lead + made.fill(pattern))[pattern] == lead
