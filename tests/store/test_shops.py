"""Shops: who may come (back), what leaves with them, and that the index hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.errors import NotFound, Refused
from aggregator.store import changes, merchants, shops
from aggregator.store.engine import Store
from aggregator.store.tables import HELD_INTENT, ISSUE, LISTING, LISTING_CONTENT, OFFER, SYNC_RUN

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def add(store: Store, url: str = "https://boutique.exemple.fr/", **values: Any) -> int:
    given: dict[str, Any] = {
        "name": "La Boutique",
        "connector": "woocommerce-store",
        "platform": "WooCommerce",
        "status": "approved",
        "memory": {"root": "wp-json"},
        "now": NOW,
    }
    with store.write() as connection:
        return shops.add(connection, url=url, **(given | values))


def shop(store: Store, shop_id: int) -> shops.ShopRow:
    with store.read() as connection:
        return shops.get(connection, shop_id)


def fill(connection: Connection, shop_id: int, listing_id: int = 1, status: str = "visible") -> None:
    """A listing with two visible offers and a hidden one, an issue and a held intent."""
    connection.execute(
        sa.insert(LISTING).values(
            id=listing_id,
            shop_id=shop_id,
            source_id=str(listing_id),
            title="Bol",
            url="https://boutique.exemple.fr/bol",
            category_path="[]",
            status=status,
            missing_sweeps=0,
            first_seen_at=NOW,
            checked_at=NOW,
            last_run_id=1,
        )
    )
    connection.execute(
        sa.insert(LISTING_CONTENT).values(listing_id=listing_id, description="", images="[]", attributes="[]")
    )
    for number, offer_status in enumerate(("visible", "visible", "hidden")):
        connection.execute(
            sa.insert(OFFER).values(
                id=listing_id * 10 + number,
                listing_id=listing_id,
                shop_id=shop_id,
                source_id=str(number),
                variant="[]",
                images="[]",
                status=offer_status,
                priced_at=NOW,
            )
        )
    connection.execute(
        sa.insert(ISSUE).values(
            shop_id=shop_id,
            source_id=str(listing_id),
            code="image_missing",
            field="",
            detail="",
            rejected=False,
            first_seen_at=NOW,
            last_run_id=1,
        )
    )
    connection.execute(
        sa.insert(HELD_INTENT).values(
            shop_id=shop_id,
            run_id=1,
            kind="price",
            target_id=listing_id * 10,
            whole_product=False,
            listing_id=listing_id,
            offers=1,
            payload="{}",
            state="held",
            sweeps=1,
            first_seen_at=NOW,
        )
    )


def open_run(connection: Connection, shop_id: int) -> None:
    connection.execute(
        sa.insert(SYNC_RUN).values(
            shop_id=shop_id, state="open", lease="token", bytes=0, started_at=NOW, heartbeat_at=NOW
        )
    )


def rows(connection: Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def changed(store: Store) -> set[int]:
    with store.read() as connection:
        return {listing for listing, _ in changes.take(connection, 100)}


def test_what_was_added_is_read_again_without_its_key(store: Store) -> None:
    shop_id = add(store, credentials="sealed-text")
    row = shop(store, shop_id)
    assert row == shops.ShopRow(
        id=shop_id,
        merchant_id=None,
        name="La Boutique",
        url="https://boutique.exemple.fr/",
        host="boutique.exemple.fr",
        connector="woocommerce-store",
        platform="WooCommerce",
        status="approved",
        has_credentials=True,
        memory={"root": "wp-json"},
        cursor=None,
        created_at=NOW,
        decided_at=NOW,
        note="",
        about="",
        delivery="",
        pickup=None,
        export_agreed=False,
        last_complete_at=None,
    )
    assert "sealed-text" not in repr(row)
    with store.read() as connection:
        assert shops.sealed_credentials(connection, shop_id) == "sealed-text"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.exemple.fr/", "exemple.fr"),
        ("http://exemple.fr:80/boutique/", "exemple.fr"),
        ("http://exemple.fr:443/", "exemple.fr:443"),
        ("http://127.0.0.1:8123/", "127.0.0.1:8123"),
    ],
)
def test_a_host_is_remembered_without_what_does_not_tell_shops_apart(url: str, host: str) -> None:
    assert shops.host_of(url) == host


def test_lists_are_by_status_and_by_host(store: Store) -> None:
    one = add(store)
    two = add(store, "https://autre.exemple.fr/", status="proposed", name="Autre")
    three = add(store, "https://autre.exemple.fr/deux/", status="proposed", name="Trois")
    with store.read() as connection:
        assert [row.id for row in shops.list_all(connection)] == [one, two, three]
        assert [row.id for row in shops.list_all(connection, "proposed")] == [two, three]
        assert [row.id for row in shops.by_host(connection, "autre.exemple.fr")] == [two, three]
        assert shops.get(connection, two).decided_at is None


@pytest.mark.parametrize(
    "url",
    ["https://boutique.exemple.fr/", "http://boutique.exemple.fr/", "https://www.boutique.exemple.fr"],
)
def test_a_connected_shop_is_refused_and_named(store: Store, url: str) -> None:
    shop_id = add(store)
    with pytest.raises(Refused, match=f"« La Boutique » .*n° {shop_id}"):
        add(store, url, name="Double")
    assert shop(store, shop_id).name == "La Boutique"


def test_a_connected_shop_takes_another_key_and_keeps_its_offers(store: Store) -> None:
    shop_id = add(store, status="proposed", credentials="old key")
    with store.write() as connection:
        fill(connection, shop_id)
        shops.save_progress(connection, shop_id, memory={"root": "x"}, cursor="2026", last_complete_at=NOW)
        open_run(connection, shop_id)
    again = add(
        store,
        "http://www.boutique.exemple.fr/",
        name="Autre nom",
        connector="woocommerce-rest",
        credentials="new key",
        memory={"auth": "oauth"},
        again=True,
    )
    row = shop(store, shop_id)
    assert again == shop_id
    assert (row.name, row.status, row.last_complete_at) == ("La Boutique", "proposed", NOW)
    assert (row.connector, row.memory, row.cursor) == ("woocommerce-rest", {"auth": "oauth"}, None)
    with store.read() as connection:
        assert shops.sealed_credentials(connection, shop_id) == "new key"
        assert rows(connection, LISTING) == 1
        assert connection.execute(sa.select(SYNC_RUN.c.state)).scalar_one() == "failed"


def test_another_port_is_another_shop(store: Store) -> None:
    assert add(store, "http://127.0.0.1:8001/") != add(store, "http://127.0.0.1:8002/")


@pytest.mark.parametrize(
    ("decide", "word", "status"), [(shops.refuse, "refusée", "refused"), (shops.remove, "retirée", "left")]
)
def test_a_departed_host_is_remembered_until_the_operator_takes_it_back(
    store: Store, decide: Any, word: str, status: str
) -> None:
    shop_id = add(store, credentials="sealed-text")
    with store.write() as connection:
        decide(connection, shop_id, "hors de la région", NOW)
    gone = shop(store, shop_id)
    assert (gone.status, gone.has_credentials, gone.memory, gone.note) == (status, False, {}, "hors de la région")

    for url in ("https://boutique.exemple.fr/", "http://www.boutique.exemple.fr/", "https://boutique.exemple.fr/b/"):
        with pytest.raises(Refused, match=f"{word} le 24/11/2026 .raison : hors de la région"):
            add(store, url)

    later = NOW + timedelta(days=3)
    again = add(store, "http://www.boutique.exemple.fr/", name="De retour", again=True, now=later)
    back = shop(store, shop_id)
    assert again == shop_id
    assert (back.name, back.status, back.url, back.note, back.created_at) == (
        "De retour",
        "approved",
        "http://www.boutique.exemple.fr/",
        "",
        later,
    )


def test_a_refused_shop_that_is_taken_back_is_still_its_merchants(store: Store) -> None:
    with store.write() as connection:
        merchant = merchants.add(
            connection, name="Dupont", siret="73282932000074", commune="Dinan", email="a@exemple.fr", now=NOW
        )
    shop_id = add(store, status="proposed", merchant_id=merchant)
    with store.write() as connection:
        shops.refuse(connection, shop_id, "", NOW)
    add(store, name="", again=True)
    back = shop(store, shop_id)
    assert (back.name, back.merchant_id, back.status) == ("La Boutique", merchant, "approved")


def test_removing_a_shop_takes_everything_but_its_runs(store: Store) -> None:
    shop_id = add(store, credentials="sealed-text")
    other = add(store, "https://autre.exemple.fr/")
    with store.write() as connection:
        fill(connection, shop_id, 1)
        fill(connection, shop_id, 2, "hidden")
        fill(connection, other, 3)
        open_run(connection, shop_id)
        shops.save_progress(connection, shop_id, memory={"root": "x"}, cursor="2026", last_complete_at=NOW)
        shops.remove(connection, shop_id, "fermeture", NOW)
    with store.read() as connection:
        for table in (LISTING, LISTING_CONTENT, ISSUE, HELD_INTENT):
            assert rows(connection, table) == 1
        assert rows(connection, OFFER) == 3
        run = connection.execute(sa.select(SYNC_RUN)).one()
        row = shops.get(connection, shop_id)
    assert (run.state, run.lease, run.finished_at) == ("failed", "", NOW)
    assert (row.status, row.cursor, row.last_complete_at, row.memory) == ("left", None, None, {})
    assert changed(store) == {1, 2}


def test_every_decision_that_the_public_sees_reaches_the_change_log(store: Store) -> None:
    shop_id = add(store, status="proposed")
    with store.write() as connection:
        fill(connection, shop_id)
    with store.write() as connection:
        shops.approve(connection, shop_id, "", NOW)
    assert changed(store) == {1}
    with store.write() as connection:
        changes.forget(connection, changes.take(connection, 100))
        shops.rename(connection, shop_id, "Nouveau nom")
    assert changed(store) == {1}
    assert shop(store, shop_id).name == "Nouveau nom"


def test_approving_is_once_and_never_for_a_departed_shop(store: Store) -> None:
    shop_id = add(store, status="proposed")
    later = NOW + timedelta(days=1)
    with store.write() as connection:
        shops.approve(connection, shop_id, "vue", later)
        shops.approve(connection, shop_id, "revue", later + timedelta(days=1))
    row = shop(store, shop_id)
    assert (row.status, row.note, row.decided_at) == ("approved", "vue", later)
    with store.write() as connection:
        shops.refuse(connection, shop_id, "", later)
    with store.write() as connection, pytest.raises(Refused, match="--again"):
        shops.approve(connection, shop_id, "", later)
    with store.write() as connection, pytest.raises(Refused, match="déjà été refusée"):
        shops.remove(connection, shop_id, "", later)


def test_published_listings_and_offers_are_counted(store: Store) -> None:
    shop_id = add(store)
    empty = add(store, "https://vide.exemple.fr/")
    with store.write() as connection:
        fill(connection, shop_id, 1)
        fill(connection, shop_id, 2, "suspect")
        fill(connection, shop_id, 3, "hidden")
    with store.read() as connection:
        assert shops.counts(connection) == {shop_id: (2, 4)}
        assert empty not in shops.counts(connection)


def test_progress_and_keys_are_kept_and_forgotten(store: Store) -> None:
    shop_id = add(store)
    with store.write() as connection:
        shops.save_progress(connection, shop_id, memory={"auth": "oauth"}, cursor="c1", last_complete_at=NOW)
        shops.set_credentials(connection, shop_id, "sealed")
    row = shop(store, shop_id)
    assert (row.memory, row.cursor, row.last_complete_at, row.has_credentials) == ({"auth": "oauth"}, "c1", NOW, True)
    with store.write() as connection:
        shops.set_credentials(connection, shop_id, None)
    with store.read() as connection:
        assert shops.sealed_credentials(connection, shop_id) is None


def test_an_unknown_shop_is_not_found(store: Store) -> None:
    with store.write() as connection:
        for attempt in (
            lambda: shops.get(connection, 99),
            lambda: shops.approve(connection, 99, "", NOW),
            lambda: shops.remove(connection, 99, "", NOW),
            lambda: shops.set_credentials(connection, 99, "x"),
            lambda: shops.sealed_credentials(connection, 99),
            lambda: shops.rename(connection, 99, "x"),
        ):
            with pytest.raises(NotFound, match="n° 99"):
                attempt()
