"""The captured PrestaShop (8.0.3, 2,017 products), played back by a process of its own, with controls.

Like `tests.support.player` for WooCommerce: it lies outside the project, and tests that use it carry the marker
`captures`. `PlayedShop` is a part of it as the connector contract wants a shop.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.http import HttpSession
from connectors.protocol import Connector, Credentials, ShopConnection
from tests.contracts.connector import Asked
from tests.support.player import SHARED, Player

STAGE = Path(__file__).with_name("prestashop_stage.py")
PLAYER = SHARED / "tools" / "play_prestashop.py"
CAPTURES = SHARED / "captures" / "prestashop"
KEY = "TESTKEYTESTKEYTESTKEYTESTKEY0000"
WEBSERVICE, LISTING = "prestashop-webservice", "prestashop-listing"

Row = dict[str, Any]


def require_captures() -> None:
    """Skip, with the reason, where the recorded shop is not there."""
    if not PLAYER.exists() or not CAPTURES.exists():
        pytest.skip(f"the recorded PrestaShop is not at {SHARED} (EMPLETTES_SHARED says where)")


@cache
def captured(name: str) -> tuple[Row, ...]:
    """All rows of one resource of the real shop."""
    return tuple(_lines(CAPTURES / "items" / f"{name}.jsonl.gz"))


@cache
def pages() -> tuple[Row, ...]:
    """The recorded public pages."""
    return tuple(_lines(CAPTURES / "pages.jsonl.gz"))


@cache
def exchange(number: str) -> Row:
    """One recorded exchange by its number ("016")."""
    return next(e for e in _lines(CAPTURES / "exchanges.jsonl.gz") if e["name"].startswith(number))


def _lines(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


class PatientPlayer(Player):
    """The player writes a request into its log when the answer has left: the last line may be a moment late."""

    def log(self) -> list[Row]:
        for _ in range(20):
            found = super().log()
            if len(found) >= self.count():
                break
            time.sleep(0.005)
        return found


@contextmanager
def playing(*options: str) -> Iterator[Player]:
    """Start a player on a free port; it ends with the block."""
    require_captures()
    process = subprocess.Popen(
        [sys.executable, str(STAGE), str(PLAYER), "--port", "0", "--rebase-host", *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "http://" in line, "the player did not start"
        yield PatientPlayer(line.split(" on ")[1].split("/ ")[0])
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()


@contextmanager
def reaching(
    player: Player, *, key: str | None = KEY, memory: dict[str, str] | None = None, **options: Any
) -> Iterator[ShopConnection]:
    """A connection with the shop, with the owner's key unless `key` is None."""
    policy = AddressPolicy(frozenset({"127.0.0.1", "localhost"}))
    with HttpSession(policy, user_agent="EmplettesBot/1.0 (+https://portail.example/robot)", **options) as session:
        credentials = Credentials(key, "") if key is not None else None
        known = memory if memory is not None else {}
        yield ShopConnection(url=player.url, session=session, credentials=credentials, memory=known)


def log_since(player: Player, began: float) -> list[Row]:
    """The requests that began since then, in their order: one that hung in an earlier test may come late."""
    return sorted((line for line in player.log() if line["at"] > began - 0.001), key=lambda line: float(line["at"]))


# -- what the captured rows say ------------------------------------------------------------------------------------


def cents(amount: str) -> int:
    """A virtual price as it was captured: two decimals, then zeros."""
    whole, _, fraction = amount.partition(".")
    assert not fraction[2:].strip("0")
    return int(whole) * 100 + int(fraction[:2])


@cache
def combinations() -> dict[int, list[Row]]:
    """Product id -> its combinations, by id."""
    found: dict[int, list[Row]] = {}
    for row in sorted(captured("combinations"), key=lambda c: c["id"]):
        found.setdefault(row["id_product"], []).append(row)
    return found


def shown(product: Row, connector: str) -> bool:
    visible = ("both", "catalog", "search") if connector == WEBSERVICE else ("both", "catalog")
    return product["active"] == 1 and product["visibility"] in visible


class PlayedShop:
    """The first products of the captured shop, as `tests.contracts.connector.ShopUnderTest`."""

    def __init__(self, player: Player, connector: Connector, keep: int) -> None:
        self.connector = connector
        self.player = player
        self.url = player.url
        self.secrets = (KEY,)
        self._keyed = connector.name == WEBSERVICE
        self.catalogue_requests = r"/api/products\?" if self._keyed else r"resultsPerPage="
        self._products = {row["id"]: dict(row) for row in sorted(captured("products"), key=lambda p: p["id"])[:keep]}
        self._since = time.time()

    @contextmanager
    def connect(self, **session_options: Any) -> Iterator[ShopConnection]:
        with reaching(self.player, **{"deadline": 60.0, **session_options}) as connection:
            yield connection

    def public_ids(self) -> set[str]:
        return {str(i) for i, row in self._products.items() if shown(row, self.connector.name)}

    def shown_prices(self) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for product in self.public_ids():
            family = combinations().get(int(product)) if self._keyed else None
            if family:
                found |= {f"{product}-{row['id']}": cents(row["ttc"]) for row in family}
            else:
                found[product] = cents(self._products[int(product)]["ttc"])
        return found

    def asked(self) -> list[Asked]:
        """The player logs whole milliseconds: a microsecond a request keeps their differences from falling short."""
        return [
            Asked(line["method"], f"{line['path']}?{line['query']}", line["at"] + n * 1e-6, line["status"] or 0)
            for n, line in enumerate(log_since(self.player, self._since))
        ]

    def forget_requests(self) -> None:
        self.player.control("clear_faults")
        self._since = time.time()

    def fault(self, kind: str, match: str = "", times: int = 1, **options: Any) -> None:
        """The contract names the second page by `page=2`; pages by key have no number: all but the first are meant,
        so that a shop that says "nothing here" says it in every list."""
        if self._keyed and match.endswith(r".*\bpage=2\b"):
            match = r"/api/products\?(?!.*filter%5Bid%5D=%3E%5B0%5D.*limit=250)"
        known = {"429": ("retry_after",), "hang": ("seconds",)}
        kept = {name: value for name, value in options.items() if name in known.get(kind, ())}
        self.player.fault(kind, match, times, **kept)

    def spoil(self, product_id: str) -> None:
        self.player.control("sql_set", id=int(product_id), fields={"name": 12})

    def unpublish(self, product_id: str) -> None:
        self._products[int(product_id)]["active"] = 0
        self.player.control("deactivate", id=int(product_id))

    def hide(self, product_id: str) -> None:
        self._products[int(product_id)]["visibility"] = "none"
        self.player.control("set", id=int(product_id), fields={"visibility": "none"})

    def delete(self, product_id: str) -> None:
        del self._products[int(product_id)]
        self.player.control("delete", id=int(product_id))

    def rename(self, product_id: str) -> None:
        self.player.control("set", id=int(product_id), fields={"name": "Tout neuf"})

    @contextmanager
    def grown(self, products: int) -> Iterator[PlayedShop]:
        """With 400 more than asked: a shop of one page and a bit holds less than others, whatever their size."""
        with playing("--keep", str(products + 400), "--aged") as player:
            yield PlayedShop(player, registry.get(self.connector.name), products + 400)
