"""From a shop's own signal to the portal's answer: engine, index and portal as they run, in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from aggregator.demo.options import Key
from aggregator.demo.server import FakeShop
from aggregator.ingest.sync import utc_now
from aggregator.search.indexer import drain
from aggregator.search.reader import FollowingReader
from aggregator.settings import Settings
from aggregator.store import Store, open_store, runs, shops, signals
from aggregator.store.secrets import Sealer
from aggregator.store.tables import HINT
from aggregator.web.app import create_app
from connectors.credentials import Credentials
from connectors.woocommerce import webhooks
from connectors.woocommerce.registration import install
from scheduler.service import engine
from scheduler.workers import Workers
from tests.support.player import Player, playing
from tests.support.waiting import until
from tests.support.woo_shop import reach, small_catalogue
from tests.web.conftest import running

SOON = 5.0
"""Seconds from the signal to the portal's answer."""


class Deployment:
    """Everything that `emplettes up` runs, in this process, over one shop."""

    def __init__(self, store: Store, settings: Settings, url: str) -> None:
        self.store, self.settings, self.url = store, settings, url
        self.http = httpx.Client(base_url=url)
        self.shop = 0
        self.key = Credentials("", "")

    @property
    def address(self) -> str:
        return f"{self.url}/signaux/{self.key.key}"

    def connect(self, url: str, connector: str, credentials: Credentials | None = None) -> None:
        sealer, now = Sealer(self.settings), utc_now()
        with self.store.write() as connection:
            self.shop = shops.add(
                connection,
                url=url,
                name="Laines du Port",
                connector=connector,
                platform="WooCommerce",
                status="approved",
                credentials=sealer.seal(credentials) if credentials else None,
                memory={},
                now=now,
            )
            self.key = signals.renew(connection, sealer, self.shop, now)

    def read_whole(self) -> None:
        until(lambda: any(run.state == "complete" for run in self.runs()), 60)
        until(lambda: self.found("") > 0, 30)

    def runs(self) -> list[runs.RunRow]:
        with self.store.read() as connection:
            return runs.list_runs(connection, self.shop)

    def search(self, words: str) -> Any:
        return self.http.get("/api/v1/search", params={"q": words}).json()

    def found(self, words: str) -> int:
        total: int = self.search(words)["total"]
        return total

    def prices(self, words: str) -> set[int]:
        return {item["price"]["amount_minor"] for item in self.search(words)["results"] if item["price"]}

    def hints(self) -> int:
        with self.store.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(HINT)).scalar_one()


@contextmanager
def deployed(settings: Settings) -> Iterator[Deployment]:
    settings = settings.model_copy(update={"allow_hosts": "127.0.0.1"})
    with open_store(settings) as store:
        drain(store, settings, wait=True)
        app = create_app(settings, store, FollowingReader(settings))
        with engine(store, settings), running(app) as url:
            made = Deployment(store, settings, url)
            with made.http:
                yield made


def test_what_a_shop_delivers_is_answered_by_the_portal_within_seconds(sqlite_settings: Settings) -> None:
    """The shop's webhooks are made through its API, it delivers by itself, and polling would come in half an hour."""
    keys = (Key("ck_both", "cs_both", "read_write"),)
    with FakeShop(small_catalogue(30), keys=keys) as fake, deployed(sqlite_settings) as portal:
        portal.connect(fake.url + "/", "woocommerce-rest", Credentials("ck_both", "cs_both"))
        portal.read_whole()
        with reach(fake) as reached:
            reached.connection.credentials = Credentials("ck_both", "cs_both")
            install(reached.connection, portal.address, portal.key.secret, ours=f"{portal.url}/signaux/")
        product = fake.fake.product(type="simple", status="publish", regular_price="11.90")

        fake.fake.set(product.id, {"name": "Cache-nez inouï", "regular_price": "13.37"})
        assert fake.fake.deliver("product.updated", product.id) == [200]
        until(lambda: portal.prices("cache-nez inouï") == {1337}, SOON)

        fake.fake.trash(product.id)
        assert fake.fake.deliver("product.deleted", product.id) == [200]
        until(lambda: portal.found("cache-nez inouï") == 0, 3 * SOON)  # the shop rests between two turns

        new = fake.fake.add({"name": "Passe-montagne inédit", "regular_price": "21.00"})
        assert fake.fake.deliver("product.created", new.id) == [200]
        until(lambda: portal.prices("passe-montagne inédit") == {2100}, 3 * SOON)
        assert [run.lane == "hint" for run in portal.runs()] == [True, True, True, False]


def test_a_shop_that_only_says_that_it_changed_is_read_whole(sqlite_settings: Settings) -> None:
    with FakeShop(small_catalogue(30)) as fake, deployed(sqlite_settings) as portal:
        portal.connect(fake.url + "/", "woocommerce-store")
        portal.read_whole()
        product = fake.fake.product(type="simple", status="publish", regular_price="11.90")
        fake.fake.set(product.id, {"name": "Cache-nez inouï", "regular_price": "13.37"})
        assert httpx.get(f"{portal.address}/change").status_code == 200
        until(lambda: portal.prices("cache-nez inouï") == {1337}, SOON)
        for _ in range(20):
            httpx.post(f"{portal.address}/change")
        assert len(portal.runs()) == 2


def test_a_signal_does_not_wait_for_somebody_s_whole_catalogue(sqlite_settings: Settings) -> None:
    settings = sqlite_settings.model_copy(update={"allow_hosts": "127.0.0.1", "workers": 1})
    with FakeShop(small_catalogue(30)) as slow, FakeShop(small_catalogue(30)) as fake, open_store(settings) as store:
        portal = Deployment(store, settings, "")
        portal.connect(fake.url + "/", "woocommerce-store")
        workers = Workers(store, settings)
        assert workers.tick() == 1
        until(lambda: workers.running == 0, 30)
        named = portal.shop
        slow.fake.fault("hang", times=-1, match="products", seconds=30)
        portal.connect(slow.url + "/", "woocommerce-store")
        assert workers.tick() == 1
        until(lambda: any("products" in seen.query + seen.path for seen in slow.fake.requests), 30)
        with store.write() as connection:
            signals.hear(connection, named, "d1", str(fake.fake.visible_ids()[0]), utc_now())
        assert workers.tick() == 1
        until(lambda: portal.hints() == 0 and workers.running == 1, 10)  # the other one goes on
        assert workers.stop(10)


@pytest.mark.captures
def test_a_delivery_of_the_recorded_shop_is_answered_and_a_forged_or_repeated_one_is_not(
    sqlite_settings: Settings,
) -> None:
    with playing("--assume-https") as player, deployed(sqlite_settings) as portal:
        portal.connect(player.url, "woocommerce-rest", Credentials("ck_test", "cs_test"))
        portal.read_whole()
        product = _buyable(player)
        name = "Xylophone de quincaillerie"
        player.control("set", id=product["id"], fields={"name": name, "regular_price": product["regular_price"]})
        assert portal.found(name) == 0

        def deliver(**more: Any) -> dict[str, Any]:
            answered: dict[str, Any] = player.control(
                "webhook", url=portal.address, topic="product.updated", id=product["id"], **more
            )
            return answered

        asked = player.count()
        assert deliver(secret="un autre secret")["status"] == 401
        assert deliver(signature="A" * 43 + "=")["status"] == 401
        assert deliver(ping=True)["status"] == 200
        assert portal.hints() == 0

        genuine = deliver(secret=portal.key.secret)
        assert genuine["status"] == 200
        until(lambda: portal.found(name) == 1, SOON)
        assert player.count() > asked
        until(lambda: portal.hints() == 0 and portal.runs()[0].state == "complete", SOON)

        before = portal.runs(), player.count()
        body = b'{"id": %d}' % product["id"]
        assert httpx.post(portal.address, headers=genuine["headers"], content=body).status_code == 401, "another body"
        headers = genuine["headers"] | {"X-WC-Webhook-Signature": webhooks.sign(portal.key.secret, body)}
        assert httpx.post(portal.address, headers=headers, content=body).status_code == 200
        until(lambda: portal.hints() == 0 and portal.runs()[0].state == "complete", 4 * SOON)
        assert len(portal.runs()) == len(before[0]) + 1
        before = portal.runs(), player.count()
        for _ in range(5):
            assert httpx.post(portal.address, headers=headers, content=body).status_code == 200
        assert portal.hints() == 0
        assert (portal.runs(), player.count()) == before


def _buyable(player: Player) -> dict[str, Any]:
    """A simple product of the recorded shop that is shown, with a price."""
    with httpx.Client(base_url=player.origin, auth=("ck_test", "cs_test")) as http:
        found: list[dict[str, Any]] = http.get(
            "/wp-json/wc/v3/products", params={"type": "simple", "status": "publish", "per_page": 50}
        ).json()
    return next(
        item
        for item in found
        if item["catalog_visibility"] == "visible" and item["regular_price"] and not item["sale_price"]
    )
