"""The website connector keeps the contract, over a site that names its products in a map and one that has none.

What is overridden supposes a list of records in JSON, and one process that asks and reads: here pages are asked for by
one process while another takes them, and each page stands for itself.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from connectors.errors import AccessForbidden, CatalogueMalformed, ConnectorError
from connectors.records import EndOfCatalog, Issue, IssueCode, ProductRecord
from tests.contracts.connector import (
    ROOT,
    ConnectorContract,
    IncrementalContract,
    ShopUnderTest,
    everything,
    product_ids,
    the_end,
)
from tests.support.site_shop import SiteUnderTest, WebsiteShop, number_of

PRODUCTS = 120
"""More than a checkpoint's worth; each costs a request, and most tests read them all."""


class WebsiteContract(ConnectorContract):
    mapped: bool

    @pytest.fixture
    def shop(self) -> Iterator[WebsiteShop]:
        with SiteUnderTest(PRODUCTS, mapped=self.mapped) as site:
            yield WebsiteShop(site, mapped=self.mapped)

    def test_two_full_reads_of_a_still_shop_are_equal(self, shop: ShopUnderTest) -> None:
        """Each from nothing: what the first one learns of the site's addresses is the order of the second."""
        assert isinstance(shop, WebsiteShop)
        reads = []
        for _ in range(2):
            shop.memory.clear()
            reads.append([m for m in everything(shop) if isinstance(m, ProductRecord | Issue)])
        assert reads[0] == reads[1]

    def test_a_malformed_product_is_one_issue_and_the_rest_arrives(self, shop: ShopUnderTest) -> None:
        """No page is malformed as JSON is; what cannot be published is a product without a name."""
        spoilt = sorted(shop.public_ids(), key=number_of)[40]
        shop.spoil(spoilt)
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids() - {spoilt}
        rejected = [m for m in messages if isinstance(m, Issue) and m.rejected]
        assert [(i.code, i.source_id) for i in rejected] == [(IssueCode.TITLE_MISSING, spoilt)]
        assert the_end(messages).complete

    def test_a_php_notice_before_the_json_is_read_over_and_said(self, shop: ShopUnderTest) -> None:
        """Before HTML it is a text like any other, and nobody is told."""
        shop.fault("warning", "", times=-1)
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids()
        assert the_end(messages).complete

    def test_stops_within_two_seconds_of_being_closed(self, shop: ShopUnderTest) -> None:
        """What the other process had asked for when it was told may still arrive; nothing is asked after that."""
        assert isinstance(shop, WebsiteShop)
        shop.delay = 0.05
        with shop.connect() as connection:
            reading = shop.connector.read_catalog(connection)
            next(reading)
            began = time.monotonic()
            with closing(reading):  # type: ignore[type-var]
                pass
            assert time.monotonic() - began < 2.0
            asked = len(shop.asked())
            assert asked < PRODUCTS
            time.sleep(0.3)
            assert len(shop.asked()) == asked

    def test_memory_does_not_grow_with_the_catalogue(self, shop: ShopUnderTest) -> None:
        """Neither here nor in the spider's process; read without the delay between two pages."""
        peaks = []
        for products in (150, 450):
            with shop.grown(products) as big:
                peaks.append(peaks_of_a_read(big))
        (ours, theirs), (ours_big, theirs_big) = peaks
        assert ours_big <= ours * 1.3 + 1_000_000, peaks
        assert theirs_big <= theirs * 1.3 + 10_000_000, peaks

    @pytest.mark.parametrize("kind", ["500", "html", "401", "403", "hang", "reset", "429", "maintenance"])
    def test_check_never_raises_for_a_shops_fault(self, shop: ShopUnderTest, kind: str) -> None:
        """Not "truncated": the half of a page is a page."""
        shop.fault(kind, "", times=-1, seconds=20)
        with shop.connect(deadline=1.0, tries=1) as connection:
            report = shop.connector.check(connection)
        assert report.error is not None
        assert report.error.message


class TestWithoutMap(WebsiteContract, IncrementalContract):
    """Found from the home page, list by list."""

    mapped = False

    @pytest.mark.parametrize("kind", ["html", "empty"])
    def test_two_hundred_with_rubbish_is_never_an_empty_catalogue(self, shop: ShopUnderTest, kind: str) -> None:
        """A firewall's page with 200 keeps us out as 403 does. The half of a page is a page."""
        shop.fault(kind, shop.catalogue_requests, times=-1)
        with pytest.raises((CatalogueMalformed, AccessForbidden)) as caught:
            everything(shop)
        assert isinstance(caught.value, AccessForbidden) == (kind == "html")

    @pytest.mark.parametrize("kind", ["truncated", "empty", "reset", "500"])
    def test_a_passing_trouble_is_tried_again(self, shop: ShopUnderTest, kind: str) -> None:
        """Not a firewall's page, which is a refusal."""
        super().test_a_passing_trouble_is_tried_again(shop, kind)

    # Without a map nothing tells it.
    test_a_change_after_the_cursor_comes_alone = None  # type: ignore[assignment]
    # With a map the spider holds more; that is measured below.
    test_memory_does_not_grow_with_the_catalogue = None  # type: ignore[assignment]


class TestWithMap(WebsiteContract, IncrementalContract):
    """Found in the site's map, and changes by its dates."""

    mapped = True

    @pytest.mark.parametrize("kind", ["html", "empty"])
    def test_two_hundred_with_rubbish_is_never_an_empty_catalogue(self, shop: ShopUnderTest, kind: str) -> None:
        """The map leads to the products whatever the home page says: rubbish is on all pages."""
        shop.fault(kind, "", times=-1)
        with pytest.raises(ConnectorError) as caught:
            everything(shop)
        assert isinstance(caught.value, CatalogueMalformed | AccessForbidden)

    @pytest.mark.parametrize("kind", ["truncated", "empty", "reset", "500"])
    def test_a_passing_trouble_is_tried_again(self, shop: ShopUnderTest, kind: str) -> None:
        super().test_a_passing_trouble_is_tried_again(shop, kind)

    def test_a_retry_after_beyond_the_deadline_ends_the_run_at_once(self, shop: ShopUnderTest) -> None:
        shop.fault("429", "", times=-1, retry_after=3600)
        super().test_a_retry_after_beyond_the_deadline_ends_the_run_at_once(shop)

    @pytest.mark.parametrize("kind", ["401", "403"])
    def test_a_refusal_is_not_tried_again(self, shop: ShopUnderTest, kind: str) -> None:
        shop.fault(kind, "", times=-1)
        with pytest.raises(AccessForbidden):
            everything(shop)
        asked = [a.target for a in shop.asked()]
        assert len(set(asked)) == len(asked) <= 8

    def test_a_shop_that_hangs_ends_within_the_deadline(self, shop: ShopUnderTest) -> None:
        shop.fault("hang", "", times=-1, seconds=20)
        super().test_a_shop_that_hangs_ends_within_the_deadline(shop)

    def test_an_empty_answer_in_mid_list_never_completes_a_catalogue(self, shop: ShopUnderTest) -> None:
        """The list is the map."""
        shop.fault("truncated", r"^/sitemap\.xml", times=-1)
        messages: list[Any] = []
        with contextlib.suppress(CatalogueMalformed):
            messages += everything(shop)
        assert not [m for m in messages if isinstance(m, EndOfCatalog) and m.complete]

    def test_stops_within_two_seconds_of_being_cancelled_in_a_request(self, shop: ShopUnderTest) -> None:
        shop.fault("hang", r"^/p/", times=-1, seconds=20)
        super().test_stops_within_two_seconds_of_being_cancelled_in_a_request(shop)


_READ = """
import json, sys, tracemalloc
sys.path.insert(0, {root!r})
from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.http import HttpSession
from connectors.protocol import ShopConnection
from connectors.website.process import SPIDERS
url, allowed = sys.argv[1:]
with HttpSession(AddressPolicy(frozenset([allowed])), user_agent="EmplettesBot/1.0") as session:
    connection = ShopConnection(url=url, session=session, crawl_delay=0.0)
    tracemalloc.start()
    count = sum(1 for _ in registry.get("website").read_catalog(connection))
    status = open(f"/proc/{{SPIDERS.pid}}/status").read()
    kib = int(status.partition("VmHWM:")[2].split()[0])
    print(json.dumps([tracemalloc.get_traced_memory()[1], kib * 1024, count]))
"""


def peaks_of_a_read(shop: ShopUnderTest) -> tuple[int, int]:
    """The most that Python held in a process that does nothing but read this shop; and the spider's, resident."""
    allowed = shop.url.split("/")[2]
    command = [sys.executable, "-c", _READ.format(root=str(ROOT)), shop.url, allowed]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    ours, theirs, count = json.loads(done.stdout)
    assert count > 120
    return ours, theirs
