"""Both PrestaShop connectors keep the contract on the fake shop too, which needs no recordings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aggregator.demo.prestashop.fake import PrestaShop
from connectors import registry
from tests.contracts.connector import ConnectorContract, IncrementalContract, StockLaneContract
from tests.support.presta_shop import FakedPresta, stocked

CATALOGUE = stocked(300)  # more than a page of either connector


@pytest.fixture
def fake() -> Iterator[PrestaShop]:
    with PrestaShop(CATALOGUE) as shop:
        numbers = shop.fake.visible_ids()
        shop.fake.sql_set(numbers[3], {"active": 0})
        shop.fake.sql_set(numbers[5], {"visibility": "none"})
        yield shop


class TestWebservice(ConnectorContract, IncrementalContract, StockLaneContract):
    @pytest.fixture
    def shop(self, fake: PrestaShop) -> FakedPresta:
        return FakedPresta(fake, registry.get("prestashop-webservice"))


class TestListing(ConnectorContract):
    @pytest.fixture
    def shop(self, fake: PrestaShop) -> FakedPresta:
        return FakedPresta(fake, registry.get("prestashop-listing"))
