"""« Connecter ma boutique » for a shop on no platform at all."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from aggregator.settings import Settings
from aggregator.store import shops
from tests.support.site_shop import SiteUnderTest
from tests.web.conftest import Portal, open_portal
from tests.web.test_connect import ANSWERS, check, token_of
from tests.web.test_pages import text


@pytest.fixture
def portal(sqlite_settings: Settings) -> Iterator[Portal]:
    allowed = sqlite_settings.model_copy(update={"allow_hosts": "127.0.0.1", "crawl_delay": 0.0})
    with open_portal(allowed) as opened:
        yield opened


def test_a_site_is_shown_as_it_will_be_published_and_can_be_proposed(portal: Portal) -> None:
    with SiteUnderTest(45, mapped=False) as site:
        began = time.monotonic()
        status, tree = check(portal, site.url)
        assert time.monotonic() - began < 15
    assert status == 200
    assert "Site sans plateforme connue" in text(tree, ".found")
    assert "45" in text(tree, ".found")
    assert len(tree.css(".grid .card")) == 20
    assert tree.css_first(".grid .card .price") is not None
    answer = portal.http.post("/connecter/demande", data={"token": token_of(tree), **ANSWERS})
    assert (answer.status_code, answer.headers["location"]) == (303, "/connecter/merci")
    with portal.store.read() as connection:
        proposed = shops.list_all(connection, "proposed")
    assert [shop.connector for shop in proposed if shop.url == site.url + "/"] == ["website"]
