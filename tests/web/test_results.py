"""Results over the index that is shipped: found, narrowed, near, explained."""

from __future__ import annotations

from tests.web.conftest import Portal
from tests.web.test_pages import links, page, text


def test_a_plural_and_a_typing_error_find_the_product(portal: Portal) -> None:
    assert "Pull marin torsadé" in text(page(portal, "/recherche?q=pulls+torsades"), ".grid")
    assert "Cerf-volant" in text(page(portal, "/recherche?q=cerf-volan"), ".grid")


def test_every_facet_link_leads_to_as_many_products_as_it_says(portal: Portal) -> None:
    found = links(page(portal, "/recherche"), ".filters a")
    assert len(found) > 15
    for name, url in found.items():
        label, count = name.rsplit(" ", 1)
        assert text(page(portal, url), ".total").split()[0] == count, label


def test_a_category_narrows_level_by_level(portal: Portal) -> None:
    opened = links(page(portal, "/categorie/mode"), ".filters a")
    ((name, url),) = [(name, url) for name, url in opened.items() if name.startswith("Autres accessoires")]
    narrowed = page(portal, url)
    assert text(narrowed, ".total").split()[0] == name.split()[-1] == "8"
    assert text(narrowed, "h1") == "Autres accessoires de mode"


def test_the_trail_of_an_offer_leads_to_its_category(portal: Portal) -> None:
    offer = next(iter(links(page(portal, "/recherche?q=bonnet+ocre"), ".card a").values()))
    trail = links(page(portal, offer), ".trail a")
    assert list(trail) == ["Accueil", "Mode", "Autres accessoires de mode"]
    assert text(page(portal, trail["Autres accessoires de mode"]), ".total") == "8 offres"


def test_paging_shows_every_listing_once(portal: Portal) -> None:
    pages = [page(portal, f"/recherche?page={number}") for number in (1, 2, 3)]
    seen = [url for tree in pages for url in links(tree, ".card-title a").values()]
    assert len(seen) == len(set(seen)) == 71, "73 offers, of which three are one product"


def test_a_place_typed_becomes_part_of_the_address(portal: Portal) -> None:
    answer = portal.http.get("/recherche?q=bol&lieu=22100+Dinan&km=20")
    assert (answer.status_code, answer.headers["location"]) == (302, "/recherche?q=bol&lieu=dinan-22050&km=20")
    answer = portal.http.get("/recherche?lieu=48.45678,-2.0512")
    assert answer.headers["location"] == "/recherche?lieu=48.46%2C-2.05", "about a kilometre, not a house"


def test_near_a_place_only_what_is_near_is_shown_with_its_distance(portal: Portal) -> None:
    tree = page(portal, "/recherche?lieu=dinan-22050&km=5")
    assert text(tree, ".total") == "29 offres à moins de 5 km de Dinan"
    assert {text(card, ".km") for card in tree.css(".card")} == {"à moins d’1 km"}  # type: ignore[arg-type]
    wider = page(portal, "/recherche?lieu=dinan-22050&km=50&sort=distance")
    told = [text(card, ".km") for card in wider.css(".card")]  # type: ignore[arg-type]
    assert told == sorted(told, key=lambda km: "moins" not in km)
    assert text(wider, ".total").startswith("51 offres")
    assert links(wider, ".chips.active a")["Retirer le lieu Dinan, 50 km ×"] == "/recherche"


def test_a_place_that_we_do_not_know_is_said_and_alike_ones_are_offered(portal: Portal) -> None:
    tree = page(portal, "/recherche?lieu=Dinnan&km=20")
    assert "Nous ne connaissons pas « Dinnan »" in text(tree, ".near-form")
    assert links(tree, ".others a")["Dinan (22100)"] == "/recherche?lieu=dinan-22050&km=20"
    assert text(tree, ".total") == "73 offres"


def test_communes_of_one_name_are_told_apart(portal: Portal) -> None:
    tree = page(portal, portal.http.get("/recherche?lieu=Saint-Denis").headers["location"])
    assert len(links(tree, ".others a")) > 1


def test_a_new_search_keeps_the_place_but_not_the_filters(portal: Portal) -> None:
    tree = page(portal, "/recherche?q=bol&town=Dinan&lieu=dinan-22050&km=20")
    kept = {field.attributes["name"]: field.attributes["value"] for field in tree.css(".top-search input")}
    assert kept == {"q": "bol", "lieu": "dinan-22050", "km": "20"}


def test_what_several_shops_sell_is_one_result(portal: Portal) -> None:
    tree = page(portal, "/recherche?q=cafetiere+ouessant")
    assert text(tree, ".total") == "3 offres"
    (url,) = links(tree, ".card-title a").values()
    assert url.startswith("/produit/501-")
    card = text(tree, ".card")
    assert "à partir de 36,50 €" in card, "the cheapest of 29,00 € is sold out"
    assert "3 boutiques" in card


def test_every_result_says_why_it_is_there(portal: Portal) -> None:
    tree = page(portal, "/recherche?q=pulls+torsades&lieu=dinan-22050")
    reasons = page(portal, next(iter(links(tree, ".card .why").values())))
    told = text(reasons, "main")
    assert "dans le nom du produit" in told
    assert "En stock" in told
    assert "Distance de Dinan" in told
    assert links(reasons, "main a")["← Revenir aux résultats"] == "/recherche?q=pulls+torsades&lieu=dinan-22050"
    sorted_ = page(portal, "/pourquoi?offre=1001&q=pull&sort=price_asc")
    assert "seul le prix compte" in text(sorted_, "main")
    assert "ne trouve plus cette offre" in text(page(portal, "/pourquoi?offre=1001&q=bol"), "main")


def test_suggestions_are_small_and_lead_somewhere(portal: Portal) -> None:
    answer = portal.http.get("/suggestions?q=caf")
    assert answer.headers["cache-control"] == "public, max-age=60"
    groups = {group["title"]: group["items"] for group in answer.json()["groups"]}
    urls = [item["url"] for items in groups.values() for item in items]
    assert urls
    assert all(portal.http.get(url, follow_redirects=True).status_code == 200 for url in urls)
    assert len(answer.content) < 4_000
    assert portal.http.get("/suggestions?q=").json() == {"groups": []}
    (communes,) = portal.http.get("/suggestions/lieux?q=din").json()["groups"]
    assert communes["items"][0] == {"label": "Dinan (22100)"}, "the region's own come first"
