"""The connectors of all doors keep every promise of the connector contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from connectors.records import Withdrawn
from tests.contracts.connector import ConnectorContract, ShopUnderTest, product_ids
from tests.support.door_shops import (
    BigCartelUnderTest,
    DoorShop,
    MagentoUnderTest,
    ShopifyUnderTest,
    SquarespaceUnderTest,
)


class DoorContract(ConnectorContract):
    kind: ClassVar[type[DoorShop]]
    unlisted: ClassVar[str] = "gone"
    """What is said of a product that is no longer shown: none of these platforms tells deleted from withdrawn."""

    @pytest.fixture
    def shop(self) -> Iterator[DoorShop]:
        with self.kind.opened() as shop:
            yield shop

    def test_by_id_tells_what_is_there_hidden_and_gone(self, shop: ShopUnderTest) -> None:
        there, hidden, gone = sorted(shop.public_ids())[:3]
        shop.hide(hidden)
        shop.delete(gone)
        with shop.connect() as connection:
            messages = list(shop.connector.read_products(connection, [there, hidden, gone]))
        assert product_ids(messages) == [there]
        reasons = {m.source_id: m.reason for m in messages if isinstance(m, Withdrawn)}
        assert reasons == {hidden: self.unlisted, gone: self.unlisted}


class TestShopify(DoorContract):
    kind = ShopifyUnderTest


class TestBigCartel(DoorContract):
    kind = BigCartelUnderTest


class TestMagento(DoorContract):
    kind = MagentoUnderTest
    unlisted = "hidden"


class TestSquarespace(DoorContract):
    kind = SquarespaceUnderTest
