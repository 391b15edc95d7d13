"""Shops, communes and categories: their pages and the lists of them."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from aggregator.store import Store, directory
from aggregator.store.portal import list_shops
from aggregator.store.tables import SHOP
from aggregator.web.kept import Kept
from tests.web.conftest import Portal
from tests.web.test_pages import links, page, text
from tests.web.town import NOW, seed


def test_a_category_shows_what_lies_below_it_and_its_products(portal: Portal) -> None:
    tree = page(portal, "/categorie/mode")
    assert text(tree, "h1") == "Mode"
    assert text(tree, ".total") == "17 offres"
    below = links(tree, ".shelves a")
    assert list(below) == ["T-shirts et hauts 4", "Autres accessoires de mode 8"]
    brands = links(tree, ".filters a")
    (url,) = [url for name, url in brands.items() if name.startswith("Ty Breizh")]
    assert url == "/recherche?category=mode&brand=Ty+Breizh"
    child = page(portal, "/categorie/mode/hauts")
    assert links(child, ".trail a") == {"Accueil": "/", "Mode": "/categorie/mode"}


def described(portal: Portal, path: str) -> str:
    """What search engines write below the title of a page."""
    node = page(portal, path).css_first('meta[name="description"]')
    assert node is not None
    return str(node.attributes["content"])


def test_each_page_is_described_in_words_of_its_own(portal: Portal) -> None:
    """The same words for all categories would be left out by search engines."""
    assert described(portal, "/categorie/mode").startswith("Mode\u00a0: 17 offres dans les boutiques de la région")
    assert described(portal, "/en/categorie/mode").startswith("Fashion: 17 offers in the region’s shops")
    assert described(portal, "/commune/22050-dinan") == "Une boutique de Dinan et ses produits, avec prix et stock."
    assert described(portal, "/en/commune/22050-dinan").startswith("A shop of Dinan and its products")


def test_pages_of_a_category_keep_its_address(own_portal: Portal) -> None:
    tree = page(own_portal, "/categorie/mode")
    rels = {link.attributes["rel"]: link.attributes["href"] for link in tree.css("head link")}
    assert rels["canonical"] == "http://127.0.0.1:8000/categorie/mode"
    late = own_portal.http.get("/categorie/mode?page=9")
    assert (late.status_code, late.headers["location"]) == (302, "/categorie/mode")


@pytest.mark.parametrize(
    "path",
    ["/categorie/rien", "/categorie/mode/rien", "/categorie/", "/commune/99999", "/commune/x", "/commune/22050dinan",
     "/produit/0", "/boutique/0"],
)  # fmt: skip
def test_what_is_no_category_or_commune_is_a_404(portal: Portal, path: str) -> None:
    page(portal, path, 404)


def test_a_commune_lists_its_shops_what_is_new_and_what_is_near(portal: Portal) -> None:
    tree = page(portal, "/commune/22050-dinan")
    assert text(tree, ".total") == "1 boutique, 29 offres"
    assert links(tree, ".shop-cards a") == {"La Petite Fabrique": "/boutique/1-la-petite-fabrique"}
    assert "12 rue de l'Horloge" in text(tree, ".shop-cards")
    assert len(tree.css(".grid .card")) == 12
    assert links(tree, ".section-head a")["Tous les produits"] == "/recherche?town=Dinan"
    assert list(links(tree, ".chips a")) == ["Saint-Malo à 21 km", "Fougères à 64 km"]
    wrong = portal.http.get("/commune/22050")
    assert (wrong.status_code, wrong.headers["location"]) == (301, "/commune/22050-dinan")


def test_a_commune_without_a_shop_leads_to_the_nearest(portal: Portal) -> None:
    tree = page(portal, "/commune/35238-rennes")
    assert "Aucune boutique de cette commune" in text(tree, ".note")
    assert tree.css_first('meta[name="robots"]') is not None
    assert any(url.startswith("/recherche?lieu=rennes-35238") for url in links(tree, "main a").values())


def test_lists_of_everything(portal: Portal) -> None:
    assert links(page(portal, "/communes"), ".columns a") == {
        "Dinan": "/commune/22050-dinan",
        "Fougères": "/commune/35115-fougeres",
        "Saint-Malo": "/commune/35288-saint-malo",
    }
    shops = page(portal, "/boutiques")
    assert list(links(shops, ".columns a")) == [
        "Au Comptoir des Marées",
        "La Petite Fabrique",
        "Librairie du Vieux Pont",
    ]
    late = portal.http.get("/boutiques?page=7")
    assert (late.status_code, late.headers["location"]) == (302, "/boutiques")
    shelves = page(portal, "/categories")
    assert links(shelves, ".shelf-list a")["Vaisselle"] == "/categorie/maison/vaisselle"
    assert not any("Chaussures" in name for name in links(shelves, ".shelf-list a")), "what is empty is no shelf"


def test_a_shops_own_products_are_sought_among_its_own(portal: Portal) -> None:
    tree = page(portal, "/boutique/1-la-petite-fabrique")
    fields = {field.attributes["name"]: field.attributes.get("value") for field in tree.css(".top-search input")}
    assert fields == {"q": "", "shop": "1"} or "shop" in fields
    assert links(tree, ".shelves a")["Mode 6"] == "/recherche?category=mode&shop=1"
    assert tree.css_first("svg.locator") is not None


def test_a_shop_is_paged_without_gap_or_repeat_each_listing_for_itself(portal: Portal) -> None:
    pages = [page(portal, f"/boutique/1-la-petite-fabrique{more}") for more in ("", "?page=2")]
    seen = [url for tree in pages for url in links(tree, ".card-title a").values()]
    assert len(seen) == len(set(seen)) == 29
    assert all(url.startswith("/offre/") for url in seen), "also what other shops sell"
    late = portal.http.get("/boutique/1-la-petite-fabrique?page=9")
    assert (late.status_code, late.headers["location"]) == (302, "/boutique/1-la-petite-fabrique?page=2")


def test_communes_are_counted_by_their_public_shops(store: Store) -> None:
    seed(store)
    with store.read() as connection:
        assert {(line.insee, line.shops) for line in directory.towns(connection)} == {
            ("22050", 1), ("35115", 1), ("35288", 1),
        }  # fmt: skip
        total, shops = list_shops(connection, offset=0, limit=9, insee="22050")
        assert (total, [shop.name for shop in shops]) == (1, ["La Petite Fabrique"])
    with store.write() as connection:
        connection.execute(sa.update(SHOP).where(SHOP.c.name == "La Petite Fabrique").values(status="paused"))
    with store.read() as connection:
        assert "22050" not in {line.insee for line in directory.towns(connection)}


def test_what_is_kept_is_made_anew_beside_those_who_ask() -> None:
    clock = [NOW]
    kept = Kept(lambda: clock[0])
    made: list[int] = []
    done = threading.Event()

    def make() -> int:
        made.append(len(made))
        if len(made) > 1:
            done.set()
        return len(made)

    minute = timedelta(minutes=1)
    assert [kept.get("a", minute, make) for _ in range(3)] == [1, 1, 1]
    clock[0] += 2 * minute
    assert kept.get("a", minute, make) == 1, "nobody waits for the new one"
    assert done.wait(5)
    for thread in threading.enumerate():
        if thread.name == "kept-a":
            thread.join(5)
    assert kept.get("a", minute, make) == 2


def test_a_failure_to_make_anew_keeps_the_old_value() -> None:
    clock = [NOW]
    kept = Kept(lambda: clock[0])
    assert kept.get("a", timedelta(minutes=1), lambda: "old") == "old"
    clock[0] += timedelta(hours=1)

    def fail() -> str:
        raise RuntimeError("the database is away")

    assert kept.get("a", timedelta(minutes=1), fail) == "old"
    for thread in threading.enumerate():
        if thread.name == "kept-a":
            thread.join(5)
    assert kept.get("a", timedelta(minutes=1), fail) == "old"
