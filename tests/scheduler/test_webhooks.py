"""Webhooks that were switched off or deleted: those that we made live again within a day, of others we tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from aggregator.demo.options import Key
from aggregator.demo.server import FakeShop
from aggregator.demo.webhooks import Webhook
from aggregator.settings import Settings
from aggregator.store import Store, freshness, shops, signals
from aggregator.store.dialect import exclusive
from aggregator.store.secrets import Sealer
from aggregator.store.tables import SHOP
from connectors.credentials import Credentials
from connectors.protocol import ShopConnection
from connectors.woocommerce.registration import install
from connectors.woocommerce.webhooks import TOPICS
from scheduler.notices import digest
from scheduler.webhooks import EVERY, watch
from tests.support.woo_shop import session_for, small_catalogue

KEYS = (Key("ck_read", "cs_read"), Key("ck_both", "cs_both", "read_write"))


class Told:
    """A shop whose webhooks deliver to us, and a clock."""

    def __init__(self, store: Store, settings: Settings, shop: FakeShop) -> None:
        self.store, self.shop, self.now = store, shop, datetime.now(UTC)
        self.asked_before = 0
        self.settings = settings.model_copy(update={"allow_hosts": "127.0.0.1", "public_url": "http://127.0.0.1:9"})
        sealer = Sealer(self.settings)
        with store.write() as connection:
            self.id = shops.add(
                connection, url=shop.url + "/", name="Laines", connector="woocommerce-rest", platform="WooCommerce",
                status="approved", credentials=sealer.seal(Credentials("ck_both", "cs_both")), memory={}, now=self.now,
            )  # fmt: skip
            self.key = signals.renew(connection, sealer, self.id, self.now)
            connection.execute(sa.update(SHOP).values(last_complete_at=self.now))

    @property
    def ours(self) -> str:
        return f"{self.settings.public_url}/signaux/"

    def install(self, *, by_command: bool) -> None:
        with session_for(self.shop) as session:
            target = ShopConnection(self.shop.url + "/", session, Credentials("ck_both", "cs_both"))
            install(target, self.ours + self.key.key, self.key.secret, ours=self.ours)
        if by_command:
            with self.store.write() as connection:
                signals.installed(connection, self.id, self.now)

    def a_day_later(self) -> int:
        self.now += EVERY + timedelta(minutes=1)
        self.asked_before = len(self.shop.fake.requests)
        return watch(self.store, self.settings, self.now)

    def hook(self, topic: str) -> Webhook:
        return next(one for one in self.shop.fake.webhooks.values() if one.topic == topic)

    def trouble(self) -> str | None:
        with self.store.read() as connection:
            return freshness.measure(connection, self.now).shops[0].webhooks

    def changed(self) -> bool:
        with self.store.read() as connection:
            return signals.wishes(connection, self.now) == [self.id]

    def written(self) -> int:
        return sum(seen.method not in ("GET", "HEAD") for seen in self.shop.fake.requests[self.asked_before :])


@pytest.fixture
def told(store: Store, store_settings: Settings) -> Iterator[Told]:
    with FakeShop(small_catalogue(6), keys=KEYS) as shop:
        yield Told(store, store_settings, shop)


def test_what_we_made_and_the_shop_switched_off_or_lost_lives_again_and_the_shop_is_read(told: Told) -> None:
    told.install(by_command=True)
    assert watch(told.store, told.settings, told.now) == 0, "not twice a day"
    assert told.a_day_later() == 1
    assert (told.written(), told.changed(), told.trouble()) == (0, False, None)
    told.hook("product.updated").status = "disabled"
    del told.shop.fake.webhooks[told.hook("product.deleted").id]
    assert told.a_day_later() == 1
    hooks = told.shop.fake.webhooks.values()
    assert {(one.topic, one.status, one.delivery_url, one.secret) for one in hooks} == {
        (topic, "active", told.ours + told.key.key, told.key.secret) for topic in TOPICS
    }
    assert (told.written(), told.changed(), told.trouble()) == (2, True, None)


def test_an_address_that_was_changed_reaches_the_webhooks_that_we_made(told: Told) -> None:
    told.install(by_command=True)
    with told.store.write() as connection:
        told.key = signals.renew(connection, Sealer(told.settings), told.id, told.now)
    told.a_day_later()
    hooks = told.shop.fake.webhooks.values()
    assert {(one.delivery_url, one.secret) for one in hooks} == {(told.ours + told.key.key, told.key.secret)}
    assert len(hooks) == len(TOPICS)


def test_what_a_person_paused_stays_paused(told: Told) -> None:
    told.install(by_command=True)
    told.hook("product.updated").status = "paused"
    told.a_day_later()
    assert (told.written(), told.trouble()) == (0, "paused")


@pytest.mark.parametrize(("status", "trouble"), [("active", None), ("disabled", "disabled"), ("paused", "paused")])
def test_webhooks_that_were_set_by_hand_are_never_written_only_told_of(
    told: Told, status: str, trouble: str | None
) -> None:
    told.install(by_command=False)
    told.hook("product.updated").status = status
    assert told.a_day_later() == 1
    assert (told.written(), told.changed(), told.trouble()) == (0, False, trouble)
    assert told.hook("product.updated").status == status
    with told.store.read() as connection:
        _, text = digest(freshness.measure(connection, told.now), [], "ma région", "http://x")
    assert ("Webhooks" in text) == (trouble is not None)


def test_a_shop_that_never_had_any_lacks_none_and_gets_none(told: Told) -> None:
    assert told.a_day_later() == 1
    assert (told.written(), told.trouble(), told.shop.fake.webhooks) == (0, None, {})


def test_those_that_told_us_something_and_are_gone_are_missed(told: Told) -> None:
    with told.store.write() as connection:
        signals.hear(connection, told.id, "1", "1", told.now)
    told.a_day_later()
    assert (told.written(), told.trouble()) == (0, "absent")


def test_webhooks_of_others_are_left_alone(told: Told) -> None:
    told.install(by_command=True)
    theirs = told.hook("product.updated")
    theirs.delivery_url, theirs.status, theirs.name = "https://compta.example/hook", "disabled", "Comptabilité"
    told.a_day_later()
    assert (theirs.delivery_url, theirs.status, theirs.name) == (
        "https://compta.example/hook", "disabled", "Comptabilité",
    )  # fmt: skip
    assert len(told.shop.fake.webhooks) == len(TOPICS) + 1


def test_a_key_that_may_no_longer_write_is_told_of(told: Told) -> None:
    told.install(by_command=True)
    told.hook("product.updated").status = "disabled"
    with told.store.write() as connection:
        sealed = Sealer(told.settings).seal(Credentials("ck_read", "cs_read"))
        shops.set_credentials(connection, told.id, sealed)
    told.a_day_later()
    assert told.trouble() == "refused"
    assert told.hook("product.updated").status == "disabled"


def test_a_shop_that_is_being_read_or_does_not_answer_waits_for_another_time(told: Told) -> None:
    told.install(by_command=True)
    told.hook("product.updated").status = "disabled"
    with exclusive(told.store, "shop", told.id):
        assert told.a_day_later() == 0
        assert len(told.shop.fake.requests) == told.asked_before
    told.shop.fake.fault("500", times=-1)
    assert watch(told.store, told.settings, told.now) == 1
    assert told.trouble() is None
    told.shop.fake.clear_faults()
    told.a_day_later()
    assert told.hook("product.updated").status == "active"
