"""Both PrestaShop connectors keep every promise of the connector contract, on a part of the captured shop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors import registry
from tests.contracts.connector import ConnectorContract, IncrementalContract, StockLaneContract
from tests.support.player import Player
from tests.support.prestashop_player import LISTING, WEBSERVICE, PlayedShop, playing

pytestmark = [pytest.mark.captures, pytest.mark.xdist_group("played_prestashop")]
PRODUCTS = 300
"""More than a page of either connector."""


@pytest.fixture(scope="module")
def running() -> Iterator[Player]:
    with playing("--keep", str(PRODUCTS), "--aged") as player:
        yield player


@pytest.fixture
def fresh(running: Player) -> Player:
    running.reset()
    return running


class TestWebservice(ConnectorContract, IncrementalContract, StockLaneContract):
    @pytest.fixture
    def shop(self, fresh: Player) -> PlayedShop:
        return PlayedShop(fresh, registry.get(WEBSERVICE), PRODUCTS)


class TestListing(ConnectorContract):
    @pytest.fixture
    def shop(self, fresh: Player) -> PlayedShop:
        return PlayedShop(fresh, registry.get(LISTING), PRODUCTS)
