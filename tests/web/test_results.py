"""Results over the index that is shipped: found, narrowed, near, explained."""

from __future__ import annotations

from aggregator.search.port import FacetValue, PriceRange, SearchResults
from aggregator.web import views
from aggregator.web.query import SearchRequest
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


def test_of_many_values_a_page_lists_the_commonest_and_leads_to_all() -> None:
    """A hundred brands, shops, towns and sizes were half of the page's weight and of its time."""
    brands = tuple(FacetValue(f"Marque {n}", f"Marque {n}", 100 - n) for n in range(60))
    sizes = tuple(FacetValue(str(60 - n), str(60 - n), 100 - n) for n in range(30))
    asked = SearchRequest(text="bol", filters=(("brand", "Marque 55"),), page=4)
    groups = {g.name: g for g in views.facet_groups(asked, SearchResults(9, (), {"brand": brands, "size": sizes}))}
    brand, size = groups["brand"], groups["size"]
    assert [choice.value for choice in brand.first] == [f"Marque {n}" for n in (*range(7), 55)]
    assert [choice.value for choice in brand.more] == [f"Marque {n}" for n in range(7, 20)]
    assert (brand.count, brand.whole) == (60, "/recherche/filtrer?par=brand&q=bol&brand=Marque+55")
    listed = [int(choice.value) for choice in (*size.first, *size.more)]
    assert listed == list(range(41, 61)), "the commonest, growing"


def test_a_range_in_which_nothing_lies_can_be_changed() -> None:
    asked = SearchRequest(text="bol", prices=PriceRange(1))
    (group,) = views.facet_groups(asked, SearchResults(0, (), {}))
    assert (group.name, group.first) == ("price", ())


def test_all_values_of_a_facet_can_be_ticked_at_once(portal: Portal) -> None:
    tree = page(portal, "/recherche/filtrer?par=town&q=ecru&availability=InStock&town=Dinan&sort=price_asc")
    fields = {(f.attributes["name"], f.attributes["value"]): f.attributes for f in tree.css("main form input")}
    towns = [str(value) for name, value in fields if name == "town"]
    assert towns == sorted(towns)
    assert "checked" in fields["town", "Dinan"]
    assert "checked" not in fields["town", "Saint-Malo"]
    for label in tree.css(".choices label"):
        town, count, _ = text(label, "label").rsplit(" ", 2)  # type: ignore[arg-type]
        found = page(portal, f"/recherche?q=ecru&availability=InStock&town={town}")
        assert text(found, ".total").split()[0] == count
    kept = [pair for pair in fields if pair[0] != "town"]
    assert kept == [("q", "ecru"), ("availability", "InStock"), ("sort", "price_asc")]
    assert links(tree, ".back a")["← Revenir aux résultats"] == (
        "/recherche?q=ecru&town=Dinan&availability=InStock&sort=price_asc"
    )
    assert portal.http.get("/recherche/filtrer?par=category").status_code == 404
    assert portal.http.get("/recherche/filtrer").status_code == 404


def test_only_a_last_page_that_is_known_is_told() -> None:
    asked = SearchRequest(text="bol", page=2)
    assert views.pager(asked, 167, exact=False) == views.Pager(2, None, "/recherche?q=bol", "/recherche?q=bol&page=3")
    assert views.pager(asked, 2) == views.Pager(2, 2, "/recherche?q=bol", None)


def test_a_price_is_asked_from_and_to_as_people_write_it(portal: Portal) -> None:
    tree = page(portal, "/recherche?q=ecru&price=10-25&town=Dinan&sort=price_asc&lieu=dinan-22050")
    form = {f.attributes["name"]: f.attributes["value"] for f in tree.css(".price-form input")}
    assert form == {
        "q": "ecru", "town": "Dinan", "lieu": "dinan-22050", "sort": "price_asc", "price_min": "", "price_max": "",
    }  # fmt: skip
    swapped = page(portal, "/recherche?q=ecru&price_min=50&price_max=12%2C50&sort=price_asc")
    prices = [text(card, ".price") for card in swapped.css(".card")]  # type: ignore[arg-type]
    amounts = [float(price.removesuffix(" €").replace(",", ".")) for price in prices]
    assert amounts
    assert amounts == sorted(amounts)
    assert 12.5 <= amounts[0] <= amounts[-1] <= 50
    assert text(swapped, ".total").split()[0] == str(len(amounts))
    fields = {f.attributes["name"]: f.attributes["value"] for f in swapped.css(".price-form input")}
    assert (fields["price_min"], fields["price_max"]) == ("12,50", "50")
    assert links(swapped, ".chips.active a") == {
        "Retirer le filtre De 12,50 € à 50,00 € ×": "/recherche?q=ecru&sort=price_asc"
    }
    for name, url in links(swapped, ".facet a").items():
        assert text(page(portal, url), ".total").split()[0] == name.rsplit(" ", 1)[1], name


def test_what_is_no_price_is_said_and_the_rest_holds(portal: Portal) -> None:
    tree = page(portal, "/recherche?q=ecru&price_min=pas+cher&price_max=20%2C00&town=Dinan")
    assert "« pas cher » n’est pas un prix" in text(tree, ".note")
    wrong = tree.css_first(".price-form [aria-invalid]")
    assert wrong is not None
    assert (wrong.attributes["name"], wrong.attributes["value"]) == ("price_min", "pas cher")
    assert list(links(tree, ".chips.active a")) == [
        "Retirer le filtre Dinan ×", "Retirer le filtre Jusqu’à 20,00 € ×", "Tout effacer",
    ]  # fmt: skip


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
    named = {"Cafetière à piston Ouessant 1 L": "/produit/501-cafetiere-a-piston-ouessant-1-l"}
    assert links(tree, ".card-title a") == named
    assert links(page(portal, "/recherche?q=cafetiere+8+tasses"), ".card-title a") == named, "another shop's words"
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
