"""The page that tells anybody how fresh the offers are, shop by shop."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from aggregator.store import pace, runs, shops
from aggregator.store.pace import PaceRow
from aggregator.store.runs import Counts
from aggregator.store.tables import SHOP
from tests.web.conftest import Portal
from tests.web.test_pages import page, text
from tests.web.town import NOW


def test_anybody_can_see_how_fresh_the_offers_are(portal: Portal) -> None:
    tree = page(portal, "/fraicheur")
    rows = [" ".join(row.text(separator=" ").split()) for row in tree.css("tbody tr")]
    assert len(rows) == 3
    assert rows[0].startswith("La Petite Fabrique ")
    assert "%" in rows[0]
    assert text(tree, "h1") == "Fraîcheur des offres"
    assert "Boutiques en attente de lecture" in text(tree, "dl.facts")


def test_anybody_can_see_which_shops_fail_and_why(own_portal: Portal) -> None:
    hour = timedelta(hours=1)
    with own_portal.store.write() as connection:
        (shop,) = connection.execute(sa.select(SHOP.c.id).order_by(SHOP.c.id).limit(1)).scalars()
        run, _ = runs.open_or_resume(connection, shop, cursor=None, full=True, now=NOW - hour)
        told = ("credentials_rejected", "La boutique refuse la clé. Créez-en une nouvelle.", "GET /x: 401", "merchant")
        runs.close(connection, run, Counts(), state="failed", now=NOW - hour, error=told)
        failing = PaceRow(NOW - hour, NOW - hour, 900.0, None, None, 3, NOW - 5 * hour, 1.0)
        pace.save(connection, shop, failing, NOW - hour)
    tree = page(own_portal, "/fraicheur")
    row = next(row.text() for row in tree.css("tbody tr"))
    assert "ne nous laisse plus entrer" in row, "those that fail come first"
    assert "panne commencée il y a 5 heures" in row
    facts = text(tree, "dl.facts")
    assert "en échec : 1" in facts
    assert "la première prévue il y a 1 heure" in facts
    assert "clé" not in text(tree, "main"), "what its merchant must do is theirs"


def test_a_region_of_many_shops_tells_of_them_page_by_page(own_portal: Portal) -> None:
    with own_portal.store.write() as connection:
        for number in range(210):
            address = f"https://boutique{number}.example/"
            shops.add(
                connection, url=address, name=f"Boutique {number}", connector="woocommerce-store",
                platform="WooCommerce", status="approved", merchant_id=None, memory={}, now=NOW,
            )  # fmt: skip
    trees = [page(own_portal, f"/fraicheur?page={number}") for number in (1, 2)]
    assert [len(tree.css("tbody tr")) for tree in trees] == [200, 13]
    assert text(trees[0], ".pager span") == "Page 1 sur 2"
    assert own_portal.http.get("/fraicheur?page=3").headers["location"] == "/fraicheur?page=2"
