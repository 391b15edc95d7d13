"""A page that kills the spider's process: the site is read all the same, the page is left alone, and an Issue tells."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.settings import Settings
from aggregator.store import issues, open_store, shops
from connectors import registry
from connectors.records import IssueCode
from connectors.website import poison
from connectors.website.connector import WebsiteConnector
from connectors.website.process import Spiders
from tests.connectors.website.test_sync import SiteTown
from tests.support.site_shop import SiteUnderTest

PROGRAM = """
    import os, sys
    sys.path.insert(0, {root!r})
    from connectors.pages.page import Page
    parse = Page.parse

    def crash(url, body, **more):  # as a parser written in C would: no exception tells of it
        if open({poisoned!r}).read().strip() == url.rpartition("/")[2]:
            os._exit(11)
        return parse(url, body, **more)

    Page.parse = crash
    from spiders.__main__ import main
    sys.exit(main(["crawl"]))
"""


class PoisonedTown(SiteTown):
    poisoned: Path

    def poison(self, number: int | str) -> None:
        """Only this product's page kills whoever reads it."""
        self.poisoned.write_text(str(number))

    def outcomes(self, count: int) -> list[str]:
        found: list[str] = []
        for _ in range(count):
            found.append(self.sync().outcome)
            self.now += timedelta(hours=1)
        return found

    def told(self) -> list[tuple[IssueCode, str]]:
        with self.store.read() as connection:
            rows = issues.list_open(connection, self.shop_id)
        return [(IssueCode(row.code), row.source_id) for row in rows if row.code == IssueCode.PAGE_UNREADABLE]

    def memory(self) -> str | None:
        with self.store.read() as connection:
            return shops.get(connection, self.shop_id).memory.get(poison.MEMORY)


@pytest.fixture
def town(sqlite_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PoisonedTown]:
    poisoned = tmp_path / "poisoned"
    poisoned.write_text("nothing")
    root = str(Path(__file__).parents[3])
    program = textwrap.dedent(PROGRAM).format(root=root, poisoned=str(poisoned))
    spiders = Spiders((sys.executable, "-P", "-c", program))
    known = registry.get
    connector = WebsiteConnector(spiders)
    monkeypatch.setattr(registry, "get", lambda name: connector if name == "website" else known(name))
    with SiteUnderTest(12) as site, open_store(sqlite_settings) as store:
        made = PoisonedTown(site, store, sqlite_settings)
        made.poisoned = poisoned
        connector._clock = lambda: made.now
        yield made
    spiders.close()


def test_a_page_that_killed_us_twice_is_left_alone_and_told_of(town: PoisonedTown) -> None:
    number = town.simple()[2]
    town.poison(number)
    assert town.outcomes(3) == ["failed", "failed", "complete"]
    others = {f"/p/{n}" for n in town.simple() if n != number}
    assert others <= town.offers().keys()
    assert f"/p/{number}" not in town.offers()
    assert town.told() == [(IssueCode.PAGE_UNREADABLE, f"/p/{number}")]
    assert number not in town.asked()
    assert town.outcomes(1) == ["complete"]


def test_what_was_known_of_its_product_stays_and_a_month_later_the_page_may_show_it_again(town: PoisonedTown) -> None:
    number = town.simple()[2]
    assert town.outcomes(1) == ["complete"]
    town.poison(number)
    town.now += timedelta(days=1)
    assert town.outcomes(5) == ["failed", "failed", "complete", "complete", "complete"]
    assert town.statuses()[f"/p/{number}"] == "visible", "nobody says that it is gone"
    town.poison("nothing")
    town.now += poison.LEFT_ALONE
    assert town.outcomes(1) == ["complete"]
    assert (town.told(), number in town.asked()) == ([], True)


def test_one_death_alone_blames_no_page(town: PoisonedTown) -> None:
    town.poison(town.simple()[2])
    assert town.outcomes(1) == ["failed"]
    town.poison("nothing")
    assert town.memory() is not None
    assert town.outcomes(1) == ["complete"]
    assert (town.memory(), town.told()) == (None, [])
