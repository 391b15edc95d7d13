"""The pages' read queries, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from aggregator.store import Store
from aggregator.store.portal import (
    Gone,
    ListingView,
    OfferView,
    ShopView,
    cards,
    find_listing,
    find_shop,
    representative,
)
from aggregator.store.tables import OFFER, SHOP
from connectors.records import Availability
from tests.web.town import Town, seed


@pytest.fixture
def town(store: Store) -> Town:
    return seed(store)[0]


def test_cards_keep_the_order_and_leave_out_what_is_not_public(store: Store, town: Town) -> None:
    asked = [town.suspect, 3, 9001, town.hidden, town.variants, 3, 424242, 1]
    with store.read() as connection:
        assert [card.listing_id for card in cards(connection, asked)] == [town.suspect, 3, town.variants, 1]
        assert cards(connection, []) == []


def test_a_card_shows_the_cheapest_offer_that_can_be_bought(store: Store, town: Town) -> None:
    with store.read() as connection:
        (card,) = cards(connection, [town.variants])
    assert (card.price_minor, card.currency, card.price_varies) == (4990, "EUR", True)
    assert card.availability is Availability.IN_STOCK
    assert card.offer_id == town.variants * 10 + 1
    assert (card.shop_name, card.town) == ("La Petite Fabrique", "Dinan")


def test_a_listing_is_shown_gone_or_unknown(store: Store, town: Town) -> None:
    with store.read() as connection:
        shown = find_listing(connection, town.variants)
        assert isinstance(shown, ListingView)
        assert [offer.price_minor for offer in shown.offers] == [4590, 4990, 5490]
        assert shown.attributes == (("Matière", "100 % laine"), ("Entretien", "À la main"))
        assert isinstance(find_listing(connection, town.suspect), ListingView)
        assert find_listing(connection, town.hidden) == Gone("Vase épuisé")
        assert find_listing(connection, 9001) is None, "a proposed shop's listing must look like none"
        assert find_listing(connection, 2**53) is None


def test_a_listing_without_a_visible_offer_is_gone(store: Store, town: Town) -> None:
    with store.write() as connection:
        connection.execute(sa.update(OFFER).where(OFFER.c.listing_id == 1).values(status="hidden"))
    with store.read() as connection:
        assert isinstance(find_listing(connection, 1), Gone)
        assert cards(connection, [1]) == []


def test_a_shop_is_public_only_while_it_is_approved(store: Store, town: Town) -> None:
    with store.read() as connection:
        shop = find_shop(connection, town.shop)
        assert isinstance(shop, ShopView)
        assert (shop.merchant, shop.siret) == ("Marie Le Goff", "73282932000074")
        assert find_shop(connection, town.proposed_shop) is None
    with store.write() as connection:
        connection.execute(sa.update(SHOP).where(SHOP.c.id == town.shop).values(status="paused"))
    with store.read() as connection:
        assert isinstance(find_shop(connection, town.shop), Gone)
        assert isinstance(find_listing(connection, town.variants), Gone)
        assert cards(connection, [town.variants]) == []


offers = st.builds(
    OfferView,
    offer_id=st.integers(1, 9),
    variant=st.just(()),
    price_minor=st.none() | st.integers(0, 500),
    currency=st.just("EUR"),
    availability=st.none() | st.sampled_from(Availability),
    quantity=st.none(),
    gtin=st.none(),
    sku=st.none(),
    url=st.none(),
    images=st.just(()),
)


@given(st.lists(offers, min_size=1, max_size=6))
def test_the_representative_is_the_cheapest_of_the_best_class(given_offers: list[OfferView]) -> None:
    best = representative(given_offers)
    assert best in given_offers
    buyable = [offer for offer in given_offers if offer.can_be_bought]
    prices = [offer.price_minor for offer in buyable or given_offers if offer.price_minor is not None]
    assert best.can_be_bought == bool(buyable)
    assert best.price_minor == min(prices, default=None)
