"""Both WooCommerce connectors keep every promise of the connector contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aggregator.demo.server import FakeShop
from connectors import registry
from connectors.woocommerce.discovery import STORE, V3
from tests.contracts.connector import ConnectorContract, IncrementalContract, StockLaneContract
from tests.support.woo_shop import WooShop, small_catalogue


class TestStoreApi(ConnectorContract):
    @pytest.fixture
    def shop(self) -> Iterator[WooShop]:
        with FakeShop(small_catalogue()) as shop:
            yield WooShop(shop, registry.get("woocommerce-store"), STORE)


class TestRest(ConnectorContract, IncrementalContract, StockLaneContract):
    @pytest.fixture
    def shop(self) -> Iterator[WooShop]:
        with FakeShop(small_catalogue()) as shop:
            yield WooShop(shop, registry.get("woocommerce-rest"), V3)
