"""What pages say, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import orjson
import pytest
import sqlalchemy as sa
from selectolax.lexbor import LexborHTMLParser

from aggregator.search.ordering import RINGS
from aggregator.search.port import FACETS, SearchQuery, Sort
from aggregator.search.tantivy_schema import BOOSTS, IN_STOCK_POINTS, SURE_POINTS
from aggregator.store.tables import LISTING, SHOP
from aggregator.web.app import create_app
from aggregator.web.security import MAX_BODY
from tests.support.stores import settings_for
from tests.web.conftest import Portal, running
from tests.web.town import HOSTILE, NOW

PULL = "/offre/1001-pull-marin-torsade"


def page(portal: Portal, path: str, status: int = 200) -> LexborHTMLParser:
    answer = portal.http.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return LexborHTMLParser(answer.text)


def text(tree: LexborHTMLParser, selector: str) -> str:
    found = tree.css_first(selector)
    assert found is not None, selector
    return " ".join(found.text(separator=" ").split())


def links(tree: LexborHTMLParser, selector: str) -> dict[str, str]:
    return {" ".join(a.text().split()): str(a.attributes["href"]) for a in tree.css(selector)}


def test_home_says_what_there_is_and_where_to_begin(portal: Portal) -> None:
    tree = page(portal, "/")
    assert "73 offres" in text(tree, ".hero")
    assert "% des offres vérifiées depuis moins d’un jour" in text(tree, ".promise")
    assert len(tree.css(".grid .card")) == 10
    assert links(tree, ".shelves-grid a")["Jeux et jouets"] == "/categorie/jouets"
    assert links(tree, ".shelves-grid a")["Vaisselle"] == "/categorie/maison/vaisselle"
    assert links(tree, ".chips a")["Dinan 1 boutique"] == "/commune/22050-dinan"
    assert "Accessibilité : non conforme" in links(tree, "main a")


def test_results_show_cards_with_price_stock_shop_and_age(portal: Portal) -> None:
    tree = page(portal, "/recherche?q=pull")
    assert text(tree, "h1") == "« pull »"
    assert text(tree, ".total") == "1 offre"
    card = text(tree, ".card")
    assert "à partir de 49,90 €" in card
    assert "En stock" in card
    assert "La Petite Fabrique, Dinan" in card
    assert "vérifié il y a 12 minutes" in card
    image = tree.css_first(".card img")
    assert image is not None
    assert image.attributes["referrerpolicy"] == "no-referrer"
    assert image.attributes["loading"] == "lazy"


@pytest.mark.parametrize(
    ("query", "shown"),
    [("catalogue", "Gratuit"), ("table", "Prix sur demande"), ("lampe", "à vérifier"), ("echarpe", "Épuisé")],
)
def test_states_are_said_in_words(portal: Portal, query: str, shown: str) -> None:
    assert shown in text(page(portal, f"/recherche?q={query}"), ".grid")


def test_facets_count_keep_state_and_come_off(portal: Portal) -> None:
    tree = page(portal, "/recherche?q=ecru&sort=price_asc")
    towns = {name.rsplit(" ", 1)[0]: url for name, url in links(tree, ".filters a").items()}
    narrowed = page(portal, towns["Dinan"])
    assert portal.index.asked[-1] == SearchQuery("ecru", {"town": ("Dinan",)}, Sort.PRICE_ASC)
    assert int(text(narrowed, ".total").split()[0]) < int(text(tree, ".total").split()[0])
    assert narrowed.css_first(".facet a.chosen[aria-current]") is not None
    off = links(narrowed, ".chips.active a")
    assert off == {"Retirer le filtre Dinan ×": "/recherche?q=ecru&sort=price_asc"}


def test_a_chosen_category_opens_its_branch(portal: Portal) -> None:
    closed = links(page(portal, "/recherche"), ".filters a")
    assert not any("ccessoires" in name for name in closed)
    opened = links(page(portal, "/recherche?category=mode"), ".filters a")
    (url,) = [url for name, url in opened.items() if name.startswith("Autres accessoires")]
    tree = page(portal, url)
    assert text(tree, "h1") == "Autres accessoires de mode"
    assert list(links(tree, ".trail a")) == ["Accueil", "Mode"]
    assert portal.index.asked[-1].filters == {"category": ("mode/accessoires",)}


def test_results_are_paged_with_links_both_ways(portal: Portal) -> None:
    tree = page(portal, "/recherche?page=2")
    assert text(tree, ".pager span") == "Page 2 sur 3"
    assert [a.attributes["href"] for a in tree.css(".pager a")] == ["/recherche", "/recherche?page=3"]
    rels = {link.attributes["rel"]: link.attributes["href"] for link in tree.css("head link")}
    assert rels["next"] == "http://127.0.0.1:8000/recherche?page=3"
    late = portal.http.get("/recherche?page=399")
    assert (late.status_code, late.headers["location"]) == (302, "/recherche?page=3")


def test_no_hit_helps_further(portal: Portal) -> None:
    tree = page(portal, "/recherche?q=zzz&town=Dinan")
    assert text(tree, ".total") == "Aucune offre trouvée"
    assert links(tree, ".nothing a")["Maison, table et linge"] == "/categorie/maison"


def test_where_nothing_is_found_only_ways_that_lead_somewhere_are_offered(portal: Portal) -> None:
    tree = page(portal, "/recherche?q=pull&town=Foug%C3%A8res&brand=Bois-Joli")
    ways = links(tree, ".nothing a")
    assert ways["Chercher sans les filtres"] == "/recherche?q=pull"
    assert "Sans le filtre « Commune »" not in ways, "no shop has it of that brand"
    assert "1 offre" in text(tree, ".nothing li")


def test_a_correction_is_said_and_undone_by_one_click(portal: Portal) -> None:
    tree = page(portal, "/recherche?q=teiere")
    assert "Résultats pour théière" in text(tree, ".note")
    (undo,) = links(tree, ".note a").values()
    assert undo == "/recherche?q=teiere&verbatim=1"
    plain = page(portal, undo)
    assert portal.index.asked[-2].verbatim or portal.index.asked[-1].verbatim
    assert "théière" not in text(plain, "main").lower()
    assert "/recherche?q=teiere" in links(plain, "main a").values()


def test_a_shop_filter_has_a_name_even_without_a_hit(portal: Portal) -> None:
    tree = page(portal, f"/recherche?q=zzz&shop={portal.town.shop}")
    assert "La Petite Fabrique" in text(tree, ".chips.active")


def test_only_single_facets_are_for_search_engines(portal: Portal) -> None:
    def robots(path: str) -> bool:
        return page(portal, path).css_first('meta[name="robots"]') is not None

    assert not robots("/categorie/jouets")
    assert not robots("/recherche")
    assert robots("/recherche?q=bol")
    assert robots("/recherche?town=Dinan")
    assert robots("/recherche?category=jouets&town=Dinan")
    assert robots("/recherche?lieu=dinan-22050")
    assert robots("/envies")
    assert robots("/pourquoi?offre=1001")


def test_an_offer_tells_all_and_leads_to_the_shop(portal: Portal) -> None:
    tree = page(portal, PULL)
    assert text(tree, "h1") == "Pull marin torsadé"
    assert text(tree, ".buy .price") == "à partir de 49,90 €"
    rows = [" ".join(row.text(separator=" ").split()) for row in tree.css("tbody tr")]
    assert rows == ["36 45,90 € Épuisé", "38 49,90 € En stock : 3", "40 54,90 € En stock : 12"]
    button = tree.css_first(".buy a.button")
    assert button is not None
    assert button.attributes["href"] == "https://boutique.example/produit/1001/"
    assert button.attributes["rel"] == "noopener"
    assert len(tree.css(".photos img")) == len(tree.css(".thumbs img")) == 4
    assert tree.css_first(".prose strong") is not None
    assert "100 % laine" in text(tree, ".facts")
    assert tree.css_first("del, s") is None


def test_an_offer_carries_structured_data(portal: Portal) -> None:
    tree = page(portal, PULL)
    product, trail = (orjson.loads(block.text()) for block in tree.css('script[type="application/ld+json"]'))
    assert product["@type"] == "ProductGroup"
    assert [one["offers"]["price"] for one in product["hasVariant"]] == ["45.90", "49.90", "54.90"]
    assert [step["name"] for step in trail["itemListElement"]] == ["Accueil", "Mode", "Pull marin torsadé"]
    canonical = tree.css_first('link[rel="canonical"]')
    assert canonical is not None
    assert canonical.attributes["href"] == f"http://127.0.0.1:8000{PULL}"


def test_a_single_offer_shows_its_codes(portal: Portal) -> None:
    facts = text(page(portal, "/offre/1002-lampe-a-poser"), ".facts")
    assert "REF-1" in facts
    assert "3760001234561" in facts


def test_a_suspect_offer_says_so(portal: Portal) -> None:
    assert "À vérifier" in text(page(portal, "/offre/1002-lampe-a-poser"), ".note")


def test_an_offer_past_its_age_limit_says_so(own_portal: Portal) -> None:
    assert "Nous n’avons pas pu relire" not in text(page(own_portal, PULL), ".buy")
    with own_portal.store.write() as connection:
        connection.execute(sa.update(LISTING).values(checked_at=NOW - timedelta(hours=49)))
    assert "Nous n’avons pas pu relire cette boutique" in text(page(own_portal, PULL), ".buy")
    assert "à vérifier" in text(page(own_portal, "/recherche"), ".card .when")


def test_what_was_handed_over_as_a_file_may_be_older_though_it_names_pages(own_portal: Portal) -> None:
    with own_portal.store.write() as connection:
        connection.execute(sa.update(SHOP).values(url=sa.literal("fichier://") + SHOP.c.host))
        connection.execute(sa.update(LISTING).values(checked_at=NOW - timedelta(hours=49)))
    assert "Nous n’avons pas pu relire" not in text(page(own_portal, PULL), ".buy")
    with own_portal.store.write() as connection:
        connection.execute(sa.update(LISTING).values(checked_at=NOW - timedelta(hours=15 * 48 + 1)))
    assert "Nous n’avons pas pu relire cette boutique" in text(page(own_portal, PULL), ".buy")


@pytest.mark.parametrize("path", ["/offre/1001", "/offre/1001-", "/offre/1001-autre", "/offre/1001-Pull-Marin"])
def test_a_wrong_slug_leads_to_the_right_one(portal: Portal, path: str) -> None:
    answer = portal.http.get(path)
    assert (answer.status_code, answer.headers["location"]) == (301, PULL)


def test_a_title_without_a_letter_has_an_address_too(portal: Portal) -> None:
    tree = page(portal, "/offre/1007-oe")
    assert "Disponibilité non précisée" in text(tree, ".buy")
    assert "0,10 €" in text(tree, ".buy")
    assert tree.css_first(".gallery .no-photo") is not None


def test_what_was_withdrawn_is_gone_with_a_way_on(portal: Portal) -> None:
    tree = page(portal, "/offre/1003-vase-epuise", 410)
    assert "Vase épuisé" in text(tree, "main")
    assert links(tree, "main a")["Chercher des produits semblables"] == "/recherche?q=Vase+%C3%A9puis%C3%A9"


@pytest.mark.parametrize(
    "path",
    ["/offre/9001", "/offre/0", "/offre/-1", "/offre/1e3", "/offre/99999999999999999999", "/offre/x", "/boutique/999",
     "/boutique/4", "/rien", "/static/../app.py", "/static/rien.css", "/%00", "/offre/1001%2F..%2F"],
)  # fmt: skip
def test_what_is_not_there_is_a_404_that_helps(portal: Portal, path: str) -> None:
    tree = page(portal, path, 404)
    assert "/recherche" in links(tree, "main a").values()


def test_a_shop_says_who_it_is(portal: Portal) -> None:
    tree = page(portal, f"/boutique/{portal.town.shop}-la-petite-fabrique")
    head = text(tree, ".shop-head")
    for said in (
        "Marie Le Goff",
        "732 829 320 00074",
        "Dinan",
        "Produits 29",
        "il y a 7 minutes",
        "12 rue de l'Horloge",
        "Retrait en boutique",
        "Livraison 4,90 €",
        "faits à Dinan",
        "Fermé, ouvre demain à 10 h",
    ):
        assert said in head
    assert "m1@example.fr" not in tree.html  # type: ignore[operator]  # the page has html
    assert text(tree, ".pager span") == "Page 1 sur 2"
    assert len(page(portal, f"/boutique/{portal.town.shop}-la-petite-fabrique?page=2").css(".card")) == 5


@pytest.mark.parametrize(
    "path", ["/classement", "/a-propos", "/robot", "/mentions-legales", "/accessibilite", "/connecter"]
)
def test_explaining_pages_exist_and_are_linked_from_every_page(portal: Portal, path: str) -> None:
    assert page(portal, path).css_first("h1") is not None
    assert path in links(page(portal, "/rien", 404), "footer a").values()


def test_the_declaration_of_accessibility_has_its_date(portal: Portal) -> None:
    assert "Établie le 23 novembre 2026." in text(page(portal, "/accessibilite"), "main")
    assert "Drawn up on 23 November 2026." in text(page(portal, "/en/accessibilite"), "main")


def test_the_icon_is_found_where_it_always_was(portal: Portal) -> None:
    answer = portal.http.get("/favicon.ico", follow_redirects=True)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


def test_the_page_on_ranking_says_the_figures_that_count(portal: Portal) -> None:
    said = text(page(portal, "/classement"), "main")
    weights = {name: weight / BOOSTS["description"] for name, weight in BOOSTS.items()}
    assert (weights["title"], weights["title"] + weights["head"], weights["brand"]) == (5.0, 9.5, 3.0)
    assert (weights["category"], weights["category"] + weights["kind"]) == (1.0, 4.0)
    assert "Un mot du titre compte cinq fois plus qu’un mot de la description, et près de dix fois" in said
    assert "marque compte trois fois plus ; un mot de la catégorie autant" in said
    assert "quatre fois plus s’il nomme l’objet" in said
    assert f"en stock a {100 * IN_STOCK_POINTS:.0f} % de points en plus" in said
    assert f"a {100 * SURE_POINTS:.0f} % de points en plus qu’une offre « à vérifier »" in said
    for reach, share in RINGS:
        assert f"{100 * share:.0f} % de points en plus jusqu’à {reach:.0f} km" in said


def test_the_robot_page_names_the_user_agent(portal: Portal) -> None:
    assert portal.settings.user_agent in text(page(portal, "/robot"), "main")


def test_the_legal_notice_names_the_publisher_or_says_that_it_is_missing(portal: Portal, tmp_path: Path) -> None:
    assert "ne sont pas encore renseignés" in text(page(portal, "/mentions-legales"), "main")
    named = settings_for(tmp_path).model_copy(update={"publisher": "Région <b>Test</b> ; 1 rue du Port"})
    app = create_app(named, portal.store, portal.index)
    with running(app) as url:
        answer = httpx.get(f"{url}/mentions-legales")
    assert "Région &lt;b&gt;Test&lt;/b&gt;<br>1 rue du Port" in answer.text


def test_a_merchant_without_a_site_gets_a_table_to_fill_in(portal: Portal) -> None:
    assert 'href="/modele-tableau.csv"' in portal.http.get("/connecter").text
    answer = portal.http.get("/modele-tableau.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    headings, example = answer.content.decode("utf-8-sig").splitlines()
    assert headings.split(";")[:3] == ["Référence", "Nom du produit", "Prix TTC"]
    assert len(example.split(";")) == len(headings.split(";"))


def test_machines_find_their_files(portal: Portal) -> None:
    assert "Disallow: /api/" in portal.http.get("/robots.txt").text
    assert portal.http.get("/healthz").json() == {"status": "ok", "listings": 73}
    css = page(portal, "/").css_first('link[rel="stylesheet"]')
    assert css is not None
    answer = portal.http.get(str(css.attributes["href"]))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert len(answer.content) < 36_000


def test_every_answer_carries_the_security_headers(own_portal: Portal) -> None:
    own_portal.store.close()  # the next read opens a database again; a broken index makes a true 500
    own_portal.index.search = None  # type: ignore[method-assign,assignment]
    for path, status in [("/recherche", 500), ("/rien", 404), ("/classement", 200), ("/static/icon.svg", 200),
                         ("/api/v1/search", 500), ("/api/v1/search?page=0", 422)]:  # fmt: skip
        answer = own_portal.http.get(path)
        assert answer.status_code == status
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
        assert "Traceback" not in answer.text


def test_where_pages_cannot_be_made_at_all_it_is_said_in_a_sentence(portal: Portal) -> None:
    app = create_app(portal.settings, portal.store, portal.index)
    app.state.site.templates.globals.clear()
    with running(app) as url:
        answer = httpx.get(url)
    assert answer.status_code == 500
    assert "Un problème de notre côté" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
                                     {"origin": "https://evil.example"}, {"origin": "null"}])  # fmt: skip
def test_posts_from_other_sites_are_refused(portal: Portal, headers: dict[str, str]) -> None:
    assert portal.http.post("/connecter", data={"url": ""}, headers=headers).status_code == 403
    assert portal.http.post("/connecter/demande", data={}, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {}, {"origin": "http://127.0.0.1:8000"}])
def test_our_own_posts_are_read(portal: Portal, headers: dict[str, str]) -> None:
    assert portal.http.post("/connecter", data={"url": ""}, headers=headers).status_code == 422


def test_a_long_body_is_refused_announced_or_not(portal: Portal) -> None:
    long = b"url=" + b"a" * MAX_BODY
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert portal.http.post("/connecter", content=long, headers=kind).status_code == 413
    assert portal.http.post("/connecter", content=iter([long[:100], long[100:]]), headers=kind).status_code == 413


def test_what_shops_write_is_never_markup(portal: Portal) -> None:
    for path in (
        "/",
        "/recherche?q=affiche",
        "/offre/1006-affiche-script-alert-1-script-title",
        "/recherche?sort=newest",
    ):
        answer = portal.http.get(path)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "</title><!--" not in answer.text
        assert HOSTILE not in answer.text


ATTACKS = [HOSTILE, "\x00", "%", "{{7*191}}", "'; DROP TABLE offer; --", "../../etc/passwd", "a" * 5000, "\u202e\ud7ff",
           "(((", '"', "\\", "AND OR NOT", "title:*", "-1", "9" * 40, "NaN", "[]", "\r\nSet-Cookie: a=b"]  # fmt: skip
PARAMETERS = [*FACETS, "q", "sort", "page"]


PAGES = ("/recherche", "/api/v1/search", "/suggestions", "/pourquoi", "/envies", "/produit/501", "/categorie/mode",
         "/boutique/1-la-petite-fabrique")  # fmt: skip


@pytest.mark.parametrize(
    ("names", "paths"), [(PARAMETERS, PAGES), (["q"], PAGES[:3]), (["lieu"], PAGES[:1]), (["brand", "sort"], PAGES[:2])]
)
def test_no_parameter_breaks_a_page_or_is_reflected_raw(
    portal: Portal, names: list[str], paths: tuple[str, ...]
) -> None:
    for attack in ATTACKS:
        for path in paths:
            answer = portal.http.get(path, params=dict.fromkeys(names, attack), follow_redirects=True)
            assert answer.status_code in (200, 422, 404 if path == "/pourquoi" else 200), (path, attack)
            assert "set-cookie" not in answer.headers
            if "html" in answer.headers["content-type"]:
                assert "<script>alert" not in answer.text
                assert "1337" not in answer.text
