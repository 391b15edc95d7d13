"""From a shop's address to a search result and back, as an operator types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.demo.server import FakeShop
from aggregator.settings import Settings
from aggregator.store import open_store, pace, shops
from aggregator.store.dialect import exclusive
from tests.cli.conftest import KEY, SECRET, Done, Emplettes
from tests.support.stores import settings_for

SYNC_KEYS = {
    "shop_id", "outcome", "requests", "products_seen", "offers_seen", "created", "updated", "unchanged", "withdrawn",
    "rejected", "seconds", "cpu_seconds", "max_rss_mb", "error",
}  # fmt: skip
OFFER_KEYS = {
    "shop_id", "product_source_id", "source_id", "title", "variant", "price_minor", "list_price_minor", "currency",
    "availability", "quantity", "gtin", "brand", "category_path", "url", "images", "checked_at",
}  # fmt: skip


def visible(shop: FakeShop) -> set[str]:
    return {str(number) for number in shop.fake.visible_ids()}


def test_check_tells_what_would_be_published_and_keeps_nothing(here: Callable[..., Done], shop: FakeShop) -> None:
    told = here("check", shop.url, "--json")
    assert told.code == 0
    report = told.json()
    assert (report["platform"], report["connector"]) == ("WooCommerce", "woocommerce-store")
    assert report["products"] == len(visible(shop))
    assert {product["source_id"] for product in report["sample"]} <= visible(shop)
    assert len(report["sample"]) == 20
    assert any("HTTPS" in warning for warning in report["warnings"])
    assert here("shops", "list", "--json").json() == []


def test_a_shop_comes_is_read_found_and_leaves(emplettes: Emplettes, here: Callable[..., Done], shop: FakeShop) -> None:
    merchant = here(
        "merchants",
        "add",
        "--name",
        "Aux Quatre Saisons",
        "--siret",
        "732 829 320 00074",
        "--commune",
        "Lodève",
        "--json",
    )
    assert merchant.json() == {"merchant_id": "1"}

    added = emplettes("shops", "add", shop.url, "--name", "Quatre Saisons", "--merchant", "1", "--json")
    assert added.code == 0
    assert added.json()["shop_id"] == "1"
    assert added.json()["status"] == "approved"
    assert here("shops", "show", "1", "--json").json()["merchant_id"] == "1"

    first = emplettes("sync", "--all", "--json")
    assert first.code == 0
    (run,) = first.json()
    assert set(run) >= SYNC_KEYS
    assert run["outcome"] == "complete"
    assert run["error"] is None
    assert run["products_seen"] == len(visible(shop))
    assert run["created"] == run["offers_seen"] > run["products_seen"]

    exported = emplettes("offers", "export", "1", "--json")
    offers = [json.loads(line) for line in exported.out.splitlines()]
    assert len(offers) == run["offers_seen"]
    assert all(set(offer) == OFFER_KEYS for offer in offers)
    assert {offer["product_source_id"] for offer in offers} == visible(shop)

    title = offers[0]["title"]
    found = emplettes("search", title, "--json").json()
    assert set(found) == {
        "total",
        "page",
        "pages",
        "pages_exact",
        "per_page",
        "corrected",
        "widened",
        "results",
        "facets",
    }
    assert title in {result["title"] for result in found["results"]}
    assert found["results"][0]["shop"] == {"id": "1", "name": "Quatre Saisons", "town": "Lodève"}
    assert {value["value"] for value in found["facets"]["town"]} == {"Lodève"}

    again = emplettes("sync", "1", "--json").json()[0]
    assert (again["created"], again["updated"], again["withdrawn"]) == (0, 0, 0)
    assert again["unchanged"] == run["offers_seen"]
    assert [row["outcome"] for row in here("runs", "1", "--json").json()] == ["complete", "complete"]

    gone = here("shops", "remove", "1", "--note", "fermeture", "--json")
    assert gone.json()["status"] == "left"
    assert here("offers", "export").out == ""
    assert here("search", title, "--json").json()["total"] == 0
    refused = here("shops", "add", shop.url, "--json")
    assert refused.code == 1
    assert refused.json()["error"]["code"] == "refused"
    assert "fermeture" in refused.err
    assert here("shops", "add", shop.url, "--again", "--json").json()["shop_id"] == "1"


@pytest.mark.parametrize("shape", ["json", "lines", "options"])
def test_a_key_is_used_sealed_and_shown_nowhere(
    here: Callable[..., Done], shop: FakeShop, tmp_path: Path, shape: str
) -> None:
    file = tmp_path / "cle"
    file.write_text(json.dumps({"key": KEY, "secret": SECRET}) if shape == "json" else f"{KEY}\n{SECRET}\n")
    given = ["--key", KEY, "--secret", SECRET] if shape == "options" else ["--credentials-file", str(file)]
    added = here("shops", "add", shop.url, *given, "--json")
    assert added.json()["connector"] == "woocommerce-rest"
    assert added.json()["has_credentials"] is True
    run = here("sync", "1", "--json")
    assert run.json()[0]["outcome"] == "complete"
    assert any("oauth_signature" in seen.query for seen in shop.fake.requests)
    file.unlink()
    shown = here("shops", "show", "1")
    for said in (added, run, shown):
        assert SECRET not in said.out + said.err
    for path in (tmp_path / "commands").rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_a_connected_shop_is_given_a_key_and_keeps_its_offers(here: Callable[..., Done], shop: FakeShop) -> None:
    here("shops", "add", shop.url, "--name", "Quatre Saisons")
    here("sync", "1")
    offers = len(here("offers", "export").out.splitlines())
    refused = here("shops", "add", shop.url, "--key", KEY, "--secret", SECRET)
    assert refused.code == 1
    assert "--again" in refused.err
    again = here("shops", "add", shop.url, "--key", KEY, "--secret", SECRET, "--again", "--json").json()
    assert (again["shop_id"], again["name"], again["connector"]) == ("1", "Quatre Saisons", "woocommerce-rest")
    (run,) = here("sync", "1", "--json").json()
    assert (run["outcome"], run["created"], run["withdrawn"]) == ("complete", 0, 0)
    assert len(here("offers", "export").out.splitlines()) == offers


def test_a_wrong_key_adds_nothing_and_is_not_repeated(here: Callable[..., Done], shop: FakeShop) -> None:
    refused = here("shops", "add", shop.url, "--key", KEY, "--secret", "cs_faux_secret", "--json")
    assert refused.code == 1
    error = refused.json()["error"]
    assert (error["code"], error["who_acts"]) == ("credentials_rejected", "merchant")
    assert "cs_faux_secret" not in refused.out + refused.err
    assert here("shops", "list", "--json").json() == []


def test_one_shop_that_fails_does_not_stop_the_others(here: Callable[..., Done], shop: FakeShop) -> None:
    here("shops", "add", shop.url)
    told = here("sync", "77", "1", "--json")
    assert told.code == 1
    missing, read = told.json()
    assert (missing["shop_id"], missing["outcome"], missing["error"]["code"]) == ("77", "failed", "not_found")
    assert set(missing) == set(read)
    assert read["outcome"] == "complete"


def test_a_shop_that_fails_keeps_its_offers_and_says_who_must_act(here: Callable[..., Done], shop: FakeShop) -> None:
    here("shops", "add", shop.url)
    here("sync", "1")
    before = here("offers", "export").out
    shop.fake.fault("html", times=-1)
    told = here("sync", "1", "--json")
    assert told.code == 1
    (run,) = told.json()
    assert run["outcome"] == "failed"
    assert (run["error"]["code"], run["error"]["who_acts"]) == ("catalogue_malformed", "merchant")
    assert run["error"]["message"] in told.err or "Lecture de" in told.err
    assert here("offers", "export").out == before
    assert here("runs", "--json").json()[0]["error"]["code"] == "catalogue_malformed"


def test_issues_and_tables_are_for_people(here: Callable[..., Done], shop: FakeShop) -> None:
    product = shop.fake.product(type="simple")
    shop.fake.state.set(product.id, {"regular_price": "", "sale_price": ""})
    here("shops", "add", shop.url, "--name", "Quatre Saisons")
    synced = here("sync", "1")
    assert "complète" in synced.out
    (issue,) = here("issues", "1", "--json").json()
    assert (issue["product_source_id"], issue["code"]) == (str(product.id), "price_missing")
    assert "prix sur demande" in " ".join(here("issues").out.split())
    assert "approuvée" in here("shops", "list").out
    status = here("index", "status", "--json").json()
    assert status["documents"] == len(visible(shop))
    assert status["pending"] == 0
    assert here("index", "rebuild", "--json").json()["documents"] == len(visible(shop))


def test_both_databases_serve_the_command_line(
    store_settings: Settings, emplettes: Emplettes, here: Callable[..., Done], shop: FakeShop
) -> None:
    emplettes.settings["DATA"] = str(store_settings.data)
    if store_settings.database_url is not None:
        emplettes.settings["DATABASE_URL"] = store_settings.database_url.get_secret_value()
    assert here("shops", "add", shop.url, "--json").code == 0
    (run,) = here("sync", "1", "--json").json()
    assert run["outcome"] == "complete"
    exported = [json.loads(line) for line in here("offers", "export").out.splitlines()]
    assert {offer["product_source_id"] for offer in exported} == visible(shop)
    assert here("search", "", "--json").json()["total"] == len(visible(shop))


def test_an_index_that_needs_a_rebuild_says_so_and_loses_no_offer(
    emplettes: Emplettes, here: Callable[..., Done], shop: FakeShop
) -> None:
    here("shops", "add", shop.url)
    here("sync", "1")
    for file in (Path(emplettes.settings["DATA"]) / "index").rglob("meta.json"):
        file.write_text("rubbish")
    product = shop.fake.product(type="simple")
    shop.fake.state.set(product.id, {"name": "Chapeau de paille neuf"})
    told = here("sync", "1", "--json")
    (run,) = told.json()
    assert told.code == 1
    assert (run["outcome"], run["updated"]) == ("complete", 1)
    assert "emplettes index rebuild" in run["error"]["message"]
    assert here("index", "rebuild").code == 0
    assert here("search", "chapeau de paille neuf", "--json").json()["total"] >= 1


def test_a_proposed_shop_is_read_only_once_it_is_approved(
    emplettes: Emplettes, here: Callable[..., Done], shop: FakeShop
) -> None:
    with open_store(settings_for(Path(emplettes.settings["DATA"]))) as store, store.write() as connection:
        shops.add(
            connection,
            url=f"{shop.url}/",
            name="Proposée",
            connector="woocommerce-store",
            platform="WooCommerce",
            status="proposed",
            memory={},
            now=datetime.now(UTC),
        )
    assert here("sync", "--all", "--json").json() == []
    (refused,) = here("sync", "1", "--json").json()
    assert refused["error"]["code"] == "refused"
    assert "emplettes shops approve 1" in refused["error"]["message"]
    assert here("shops", "approve", "1", "--note", "vue au marché", "--json").json()["status"] == "approved"
    (run,) = here("sync", "--all", "--json").json()
    assert run["outcome"] == "complete"
    assert here("shops", "refuse", "1", "--json").json()["status"] == "refused"
    assert here("search", "", "--json").json()["total"] == 0


def test_a_clear_out_is_held_shown_and_published_once_it_is_confirmed(
    here: Callable[..., Done], shop: FakeShop
) -> None:
    here("shops", "add", shop.url)
    assert here("sync", "1").code == 0
    assert here("held", "list", "--json").json() == []
    assert "Rien n'attend" in here("held", "confirm", "1").err
    kept, *gone = shop.fake.visible_ids()
    for number in gone:
        shop.fake.trash(number)
    assert here("sync", "1", "--json").json()[0]["outcome"] == "held"
    (waiting,) = here("held", "list", "1", "--json").json()
    assert (waiting["reason"], waiting["answer"], len(waiting["examples"])) == ("absence", None, 3)
    assert waiting["examples"][0]["title"] in here("held", "list").out

    assert here("held", "reject", "1").code == 0
    assert "rejeté jusqu'au" in here("held", "list").out
    done = here("held", "confirm", "1", "--json")
    assert done.json()["outcome"] == "complete"
    lines = here("offers", "export", "1").out.splitlines()
    assert {json.loads(line)["product_source_id"] for line in lines} == {str(kept)}
    assert here("held", "list", "--json").json() == []


def test_what_is_confirmed_while_the_shop_is_read_is_read_again(
    here: Callable[..., Done], shop: FakeShop, emplettes: Emplettes
) -> None:
    here("shops", "add", shop.url)
    here("sync", "1")
    for number in shop.fake.visible_ids()[1:]:
        shop.fake.trash(number)
    here("sync", "1")
    with open_store(settings_for(Path(emplettes.settings["DATA"]))) as store:
        with exclusive(store, "shop", 1):
            done = here("held", "confirm", "1")
        assert (done.code, "le moteur la relira" in done.err) == (0, True)
        with store.read() as connection:
            (due,) = pace.due(connection, datetime.now(UTC), 10)
        assert (due.wanted, due.wanted_full) == (True, True)


def test_a_price_that_jumped_is_told_in_euros(here: Callable[..., Done], shop: FakeShop) -> None:
    here("shops", "add", shop.url)
    here("sync", "1")
    number = next(n for n in shop.fake.visible_ids() if shop.fake.state[n].type == "simple")
    shop.fake.sql_set(number, {"regular_price": "990.00", "sale_price": ""})
    here("sync", "1")
    listed = here("held", "list")
    assert "→ 990,00\u00a0€" in listed.out
    assert "emplettes held confirm N" in listed.err
    status = here("status").out
    assert "à confirmer" in status
    assert "1 complète, 1 retenue" in status
    assert "aucune boutique en retard" in status
    assert "au plus tôt" in status, "no engine has planned a reading yet, though the shop was read"
