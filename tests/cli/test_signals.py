"""`emplettes shops signals`: an address each, its secret once, webhooks by command, and what to do by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.demo.options import Key
from aggregator.demo.server import FakeShop
from aggregator.store import shops
from aggregator.store.engine import Store, create_engine
from connectors.woocommerce.webhooks import TOPICS
from tests.cli.conftest import Done, Emplettes
from tests.support.woo_shop import small_catalogue

Run = Callable[..., Done]
KEYS = (Key("ck_read", "cs_read"), Key("ck_both", "cs_both", "read_write"))


@pytest.fixture
def woo() -> Iterator[FakeShop]:
    with FakeShop(small_catalogue(6), keys=KEYS) as shop:
        yield shop


def add(here: Run, shop: FakeShop, key: str) -> None:
    assert here("shops", "add", shop.url, "--key", f"ck_{key}", "--secret", f"cs_{key}").code == 0


def stored(emplettes: Emplettes, connector: str, *, url: str = "https://boutique.example/") -> int:
    store = Store(create_engine(f"sqlite:///{Path(emplettes.settings['DATA']) / 'emplettes.db'}"))
    with store, store.write() as connection:
        return shops.add(
            connection, url=url, name="Boutique", connector=connector, platform="-", status="approved", memory={},
            now=datetime.now(UTC),
        )  # fmt: skip


def test_the_address_stays_and_the_secret_is_shown_once(here: Run, woo: FakeShop) -> None:
    add(here, woo, "read")
    first, again = here("shops", "signals", 1, "--json").json(), here("shops", "signals", 1, "--json").json()
    assert first["secret"]
    assert again == first | {"secret": None}
    assert first["change_url"] == first["delivery_url"] + "/change"
    new = here("shops", "signals", 1, "--new", "--json").json()
    assert new["secret"] not in (None, first["secret"])
    assert new["delivery_url"] != first["delivery_url"]


def test_it_says_how_to_set_it_up_by_hand(here: Run, woo: FakeShop) -> None:
    add(here, woo, "read")
    told = here("shops", "signals", 1)
    assert "/signaux/" in told.out
    for word in (
        "Réglages > Avancé > Webhooks",
        "Produit mis à jour",
        "--install",
        "80, 443 et 8080",
        "Notez le secret",
    ):
        assert word in told.err, word


def test_webhooks_are_made_by_command_and_renewed(here: Run, woo: FakeShop) -> None:
    add(here, woo, "both")
    assert woo.fake.webhooks == {}, "never without being asked"
    told = here("shops", "signals", 1, "--install", "--json").json()
    assert [(one["topic"], one["was"], one["status"]) for one in told["webhooks"]] == [
        (topic, "absent", "active") for topic in TOPICS
    ]
    assert {(hook.delivery_url, hook.secret) for hook in woo.fake.webhooks.values()} == {
        (told["delivery_url"], told["secret"])
    }
    renewed = here("shops", "signals", 1, "--install", "--new", "--json").json()
    assert {(hook.delivery_url, hook.secret) for hook in woo.fake.webhooks.values()} == {
        (renewed["delivery_url"], renewed["secret"])
    }
    shown = here("shops", "signals", 1, "--install")
    assert shown.code == 0
    assert shown.out.count("actif") == 2 * len(TOPICS)


def test_a_key_that_only_reads_is_told_so_and_the_secret_is_not_lost(here: Run, woo: FakeShop) -> None:
    add(here, woo, "read")
    told = here("shops", "signals", 1, "--install", "--json")
    assert told.code == 1
    assert "à la main" in told.json()["error"]["message"]
    assert told.json()["secret"]
    assert woo.fake.webhooks == {}


def test_without_a_key_webhooks_are_the_merchant_s_own_matter(here: Run, emplettes: Emplettes) -> None:
    number = stored(emplettes, "woocommerce-store")
    told = here("shops", "signals", number, "--install", "--json")
    assert (told.code, told.json()["error"]["code"]) == (1, "refused")
    assert f"emplettes shops signals {number}" in told.json()["error"]["message"]


def test_other_shops_have_an_address_to_call(here: Run, emplettes: Emplettes) -> None:
    number = stored(emplettes, "prestashop-listing")
    told = here("shops", "signals", number)
    assert told.code == 0
    assert "curl -fsS" in told.err
    assert "Webhooks" not in told.err
    assert "Secret" not in told.out
    found = here("shops", "signals", number, "--json").json()
    assert (found["delivery_url"], found["secret"]) == (None, None)


def test_what_is_handed_over_as_a_file_has_none(here: Run, emplettes: Emplettes) -> None:
    number = stored(emplettes, "spreadsheet", url="fichier://abc")
    told = here("shops", "signals", number, "--json")
    assert "shops import" in told.json()["error"]["message"]


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("https://portail.example", True),
        ("http://portail.example:8080", True),
        ("https://portail.example:8443", False),
        ("http://127.0.0.1", False),
        ("http://192.168.1.5", False),
        ("http://localhost", False),
    ],
)
def test_an_address_that_no_shop_can_call_is_said(
    here: Run, emplettes: Emplettes, address: str, reachable: bool
) -> None:
    number = stored(emplettes, "prestashop-listing")
    emplettes.settings["PUBLIC_URL"] = address
    assert ("Attention" in here("shops", "signals", number).err) is not reachable
