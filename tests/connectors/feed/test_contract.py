"""The feed connector keeps the contract, each of its promises in the way that fits one stream instead of pages."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.errors import ConnectorError
from connectors.http import Cancelled
from connectors.records import EndOfCatalog
from tests.contracts.connector import ConnectorContract, ShopUnderTest, everything, product_ids, the_end
from tests.support.feed_shop import FeedServer, FeedShop, Shape, small_feed


class FeedContract(ConnectorContract):
    shape: Shape = "rss"

    @pytest.fixture
    def shop(self) -> Iterator[FeedShop]:
        with FeedServer(small_feed(), self.shape) as server:
            yield FeedShop(server)

    @pytest.mark.parametrize("kind", ["html", "empty"])
    def test_two_hundred_with_rubbish_is_never_an_empty_catalogue(self, shop: ShopUnderTest, kind: str) -> None:
        shop.fault(kind, times=-1)
        with pytest.raises(ConnectorError) as caught:
            everything(shop)
        assert caught.value.code == "catalogue_malformed"

    def test_a_feed_that_always_stops_half_way_is_incomplete(self, shop: ShopUnderTest) -> None:
        """A page of JSON that is cut is worth nothing; the whole items of a cut feed are, and withdraw nothing."""
        shop.fault("truncated", times=-1)
        messages = everything(shop)
        assert 0 < len(set(product_ids(messages))) < len(shop.public_ids())
        end = the_end(messages)
        assert not end.complete
        assert end.detail

    def test_an_empty_answer_in_mid_list_never_completes_a_catalogue(self, shop: ShopUnderTest) -> None:
        """A feed has no middle to be asked for: the first answer breaks off, the second one is empty."""
        shop.fault("cut")
        shop.fault("empty", times=-1)
        try:
            ends = [m for m in everything(shop) if isinstance(m, EndOfCatalog)]
        except ConnectorError:
            return
        assert [end.complete for end in ends] == [False]

    def test_stops_within_two_seconds_of_being_cancelled_in_a_request(self, shop: ShopUnderTest) -> None:
        shop.fault("stall", times=-1)
        with shop.connect() as connection:
            cancelled: list[float] = []

            def cancel() -> None:
                cancelled.append(time.monotonic())
                connection.session.cancel()

            threading.Timer(0.5, cancel).start()
            with pytest.raises(Cancelled):
                list(shop.connector.read_catalog(connection))
            assert time.monotonic() - cancelled[0] < 2.0

    def test_a_line_that_breaks_is_tried_again(self, shop: ShopUnderTest) -> None:
        shop.fault("cut", times=1)
        messages = everything(shop)
        ids = product_ids(messages)
        assert set(ids) == shop.public_ids()
        assert len(ids) == len(set(ids))
        assert the_end(messages).complete

    def test_by_id_tells_what_is_there_hidden_and_gone(self, shop: ShopUnderTest) -> None:
        """A feed cannot be asked, and says so by its silence."""
        assert not shop.connector.capabilities.confirms_by_id
        with shop.connect() as connection:
            assert list(shop.connector.read_products(connection, sorted(shop.public_ids())[:3])) == []

    def test_by_id_gives_the_same_record_as_the_catalogue(self, shop: ShopUnderTest) -> None:
        assert not shop.connector.capabilities.confirms_by_id


class TestXml(FeedContract):
    shape = "rss"


class TestTable(FeedContract):
    shape = "tsv"

    # A table has no last tag. One that was cut between two cells of a row, or within one, cannot be told from a whole
    # one unless the transport tells it; the guard is for that.
    test_a_feed_that_always_stops_half_way_is_incomplete = None  # type: ignore[assignment]

    @pytest.mark.parametrize("kind", ["html", "empty", "reset", "500"])
    def test_a_passing_trouble_is_tried_again(self, shop: ShopUnderTest, kind: str) -> None:
        super().test_a_passing_trouble_is_tried_again(shop, kind)

    @pytest.mark.parametrize("kind", ["500", "html", "401", "403", "hang", "reset", "429", "maintenance", "cut"])
    def test_check_never_raises_for_a_shops_fault(self, shop: ShopUnderTest, kind: str) -> None:
        super().test_check_never_raises_for_a_shops_fault(shop, kind)

    def test_a_malformed_product_is_one_issue_and_the_rest_arrives(self, shop: ShopUnderTest) -> None:
        assert isinstance(shop, FeedShop)
        usual: Any = product_ids(everything(shop))
        shop.server.raw = shop.server.body().replace(b"\r\n144\t", b"\r\n144\ttrop\t", 1)
        messages = everything(shop)
        assert set(product_ids(messages)) == set(usual) - {"144"}
        assert the_end(messages).complete
