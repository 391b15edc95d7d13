"""A product that several shops sell, reports of wrong ones, and the list of wishes."""

from __future__ import annotations

from datetime import timedelta

import orjson
import sqlalchemy as sa
from selectolax.lexbor import LexborHTMLParser

from aggregator.store import products
from aggregator.store.tables import LISTING, OFFER, PAST_PRICE
from tests.web.conftest import Portal
from tests.web.test_pages import PULL, links, page, text
from tests.web.town import NOW

POT = "/produit/501-cafetiere-a-piston-ouessant-1-l"


def test_a_product_compares_the_offers_of_its_shops(portal: Portal) -> None:
    tree = page(portal, f"{POT}?lieu=dinan-22050")
    assert text(tree, ".buy .price") == "à partir de 36,50 €", "29,00 € is sold out"
    rows = [" ".join(row.text(separator=" ").split()) for row in tree.css(".compared > li")]
    assert [row[:12] for row in rows] == ["Au Comptoir ", "La Petite Fa", "Librairie du"]
    assert "Saint-Malo à 21 km OUESSANT cafetière piston 8 tasses 36,50 € En stock vérifié il y a 1 heure" in rows[0]
    assert "Retrait en boutique Livraison 4,90 €, offerte dès 60 €" in rows[1]
    assert "Épuisé" in rows[2]
    assert "Prix toutes taxes comprises, hors frais de livraison." in text(tree, "main")
    nearest = page(portal, f"{POT}?lieu=dinan-22050&tri=distance")
    assert text(nearest, ".compared h3") == "La Petite Fabrique"
    data = orjson.loads(tree.css('script[type="application/ld+json"]')[0].text())
    assert data["offers"]["@type"] == "AggregateOffer"
    assert (data["offers"]["lowPrice"], data["offers"]["offerCount"]) == ("36.50", 3)


def test_every_page_with_prices_says_what_is_in_them(portal: Portal) -> None:
    for address in ("/", "/recherche?q=pull", PULL):
        assert "Prix toutes taxes comprises, hors frais de livraison." in text(page(portal, address), "footer.foot")


def test_the_page_of_one_shops_offer_leads_to_all_and_says_which_is_canonical(portal: Portal) -> None:
    tree = page(portal, "/offre/1008-cafetiere-a-piston-ouessant-1-l")
    assert "En vente aussi dans 2 autres boutiques" in text(tree, ".also")
    assert links(tree, ".also a")["Comparer les offres"] == POT
    canonical = tree.css_first('link[rel="canonical"]')
    assert canonical is not None
    assert canonical.attributes["href"] == f"http://127.0.0.1:8000{POT}"


def test_a_product_is_read_in_as_many_queries_however_many_sell_it(portal: Portal) -> None:
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    sa.event.listen(portal.store.engine, "before_cursor_execute", note)
    try:
        with portal.store.read() as connection:
            found = products.find(connection, 501)
    finally:
        sa.event.remove(portal.store.engine, "before_cursor_execute", note)
    assert found is not None
    assert len(found.listings) == 3
    assert len([one for one in asked if one.startswith("SELECT")]) == 6, "it was five for each listing"


def test_a_crossed_out_price_in_a_comparison_obeys_the_law_too(own_portal: Portal) -> None:
    since = NOW - timedelta(days=2)
    with own_portal.store.write() as connection:
        number = connection.execute(sa.select(OFFER.c.id).where(OFFER.c.listing_id == 1008)).scalar_one()
        reduced = {"list_price_minor": 4990, "priced_at": since, "reduced_at": since}
        connection.execute(sa.update(OFFER).where(OFFER.c.id == number).values(**reduced))
        past = {"offer_id": number, "began_at": NOW - timedelta(days=60), "ended_at": since, "price_minor": 4590}
        connection.execute(sa.insert(PAST_PRICE), past | {"currency": "EUR"})
    row = text(page(own_portal, POT), "#offre-1008")
    assert "39,90 € au lieu de 49,90 €" in row
    assert "Prix le plus bas des 30 jours avant la baisse : 45,90 €" in row


def test_addresses_of_products_lead_to_the_right_one(own_portal: Portal) -> None:
    answer = own_portal.http.get("/produit/501?lieu=dinan-22050")
    assert (answer.status_code, answer.headers["location"]) == (301, f"{POT}?lieu=dinan-22050")
    assert page(own_portal, "/produit/999", 404).css_first("main form") is not None
    with own_portal.store.write() as connection:
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_((1009, 1010))).values(status="hidden"))
    alone = own_portal.http.get(POT)
    assert (alone.status_code, alone.headers["location"]) == (302, "/offre/1008-cafetiere-a-piston-ouessant-1-l")
    with own_portal.store.write() as connection:
        connection.execute(sa.update(LISTING).where(LISTING.c.id == 1008).values(status="hidden"))
    page(own_portal, POT, 404)


def test_a_report_is_noted_once_from_our_own_pages_and_not_without_end(own_portal: Portal) -> None:
    sent = {"produit": "501", "offre": "1009"}
    own = {"sec-fetch-site": "same-origin"}
    foreign = own_portal.http.post("/signaler", data=sent, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    answer = own_portal.http.post("/signaler", data=sent, headers=own)
    assert (answer.status_code, answer.headers["location"]) == (303, "/produit/501?signale=1009#offre-1009")
    for wrong in ({"produit": "501", "offre": "1001"}, {"produit": "x", "offre": "1"}, {"produit": "501-a"}, {}):
        assert own_portal.http.post("/signaler", data=wrong, headers=own).status_code == 404
    with own_portal.store.read() as connection:
        assert products.open_reports(connection) == 1
    told = [own_portal.http.post("/signaler", data=sent, headers=own) for _ in range(21)]
    assert told[-1].status_code == 429
    assert int(told[-1].headers["retry-after"]) >= 60
    assert page(own_portal, "/").css_first("h1") is not None


def test_what_is_gone_shows_what_resembles_it(own_portal: Portal) -> None:
    with own_portal.store.write() as connection:
        connection.execute(sa.update(LISTING).where(LISTING.c.id == 1).values(status="hidden"))
    tree = page(own_portal, "/offre/1-theiere-en-gres-bleu-nuit", 410)
    similar = links(tree, ".card-title a")
    assert "Théière en grès ocre" in similar
    assert "Théière en grès bleu nuit" not in similar
    missing = page(own_portal, "/offre/4242-bonnet-de-marin-en-laine", 404)
    assert any(name.startswith("Bonnet de marin") for name in links(missing, ".card-title a"))
    field = missing.css_first("main input[name=q]")
    assert field is not None
    assert field.attributes["value"] == "bonnet de marin en laine"


def test_a_shared_list_of_wishes_needs_no_script_and_is_kept_nowhere(portal: Portal) -> None:
    tree = page(portal, "/envies?offre=1001&offre=2&offre=1&offre=1003&offre=x&offre=1001")
    shops = [text(basket, "h2") for basket in tree.css(".basket")]  # type: ignore[arg-type]
    assert shops == ["La Petite Fabrique Dinan", "Au Comptoir des Marées Saint-Malo"]
    assert "Total dans cette boutique : 84,80 €" in text(tree, ".basket")
    assert "Une envie n’est plus en vente ici." in text(tree, ".note")
    assert links(tree, "main .aside a")["adresse de la liste"] == "/envies?offre=1001&offre=2&offre=1"
    answer = portal.http.get("/envies?offre=1")
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert page(portal, "/envies").css_first("noscript") is not None
    long = portal.http.get("/envies", params=[("offre", str(number)) for number in range(1, 400)])
    assert long.text.count("data-wished") <= 100


def reduced(portal: Portal, *, days_before: int) -> LexborHTMLParser:
    """The page of an offer that fell to 49,90 € two days ago, after so many days at 59,90 €."""
    began = NOW - timedelta(days=2 + days_before)
    since = NOW - timedelta(days=2)
    with portal.store.write() as connection:
        offer = connection.execute(sa.select(OFFER.c.id).where(OFFER.c.listing_id == 1001, OFFER.c.price_minor == 4990))
        number = offer.scalar_one()
        connection.execute(
            sa.update(OFFER)
            .where(OFFER.c.id == number)
            .values(list_price_minor=6490, priced_at=since, reduced_at=since)
        )
        past = {"offer_id": number, "began_at": began, "ended_at": since, "price_minor": 5990, "currency": "EUR"}
        connection.execute(sa.insert(PAST_PRICE), past)
    return page(portal, PULL)


def test_a_crossed_out_price_stands_beside_the_lowest_of_thirty_days(own_portal: Portal) -> None:
    tree = reduced(own_portal, days_before=40)
    assert text(tree, ".buy .price s") == "au lieu de 64,90 €"
    assert "Prix le plus bas des 30 jours avant la baisse : 59,90 €" in text(tree, ".buy")


def test_no_crossed_out_price_where_the_journal_is_too_short_to_prove_it(own_portal: Portal) -> None:
    tree = reduced(own_portal, days_before=20)
    assert tree.css_first("del, s") is None
    assert "30 jours" not in text(tree, ".buy")
