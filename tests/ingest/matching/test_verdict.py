"""Matching on our own labelled pairs, and what must hold for any two listings."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.ingest.matching import Item, Match, features, match
from aggregator.ingest.matching.features import Features
from tests.ingest.matching.pairs import LabelledPair, all_pairs


@cache
def judged() -> list[tuple[LabelledPair, Match]]:
    return [(pair, match(features(pair.left), features(pair.right))) for pair in all_pairs()]


def same(left: str, right: str, **more: str) -> Match:
    return match(features(Item(left, **more)), features(Item(right, **more)))  # type: ignore[arg-type]


def test_there_are_pairs_enough_to_tell() -> None:
    pairs = all_pairs()
    assert len(pairs) >= 1500
    assert len({pair.family for pair in pairs if not pair.same}) >= 40
    assert 0.4 < sum(pair.held_out for pair in pairs) / len(pairs) < 0.6


@pytest.mark.parametrize("held_out", [False, True], ids=["seen", "held out"])
def test_precision_comes_first_and_most_is_found(held_out: bool) -> None:
    counted = Counter((pair.same, found.same) for pair, found in judged() if pair.held_out is held_out)
    right, wrong, missed = counted[True, True], counted[False, True], counted[True, False]
    assert right / (right + wrong) >= 0.97
    assert right / (right + missed) >= 0.85


def test_no_family_of_near_products_is_let_through() -> None:
    asked = Counter(pair.family for pair, _ in judged() if not pair.same)
    wrong = Counter(pair.family for pair, found in judged() if found.same and not pair.same)
    assert {family for family, count in wrong.items() if count > max(2, asked[family] * 0.1)} == set()


def test_a_number_that_two_shops_gave_their_articles_themselves_proves_nothing_alone() -> None:
    def of(title: str, brand: str | None = None) -> Features:
        return features(Item(title, brand=brand, skus=("WOO-0056",)))

    yarn = of("Pelote & cie épaisse Lande, bleu nuit", "Brin de Laine")
    assert not match(yarn, of("Planche & cie à découper réversible en bois debout")).same
    assert not match(yarn, of("Aiguilles circulaires en bambou", "Brin de Laine")).same
    assert match(yarn, of("Pelote épaisse Lande bleu nuit", "Brin de Laine")).same
    told = features(
        Item("Lumix DMC-FX35K appareil photo", brand="Panasonic")
    )  # a title that has it makes it the maker's
    assert match(features(Item("Appareil photo compact", brand="Panasonic", skus=("DMC-FX35K",))), told).same


def test_a_litre_at_the_end_is_no_size() -> None:
    assert same("Savon noir à l'huile de lin 1 L", "Savon noir huile de lin, 1 litre", brand="Oliméa").same
    assert features(Item("Pull Marin bleu L")).sizes == ("l",)
    assert not same("Pull Marin torsadé bleu - L", "Pull Marin torsadé bleu - M", brand="Oliméa").same


def test_the_order_of_the_two_does_not_matter() -> None:
    for pair, found in judged():
        assert match(features(pair.right), features(pair.left)) == found


_TITLES = st.sampled_from([item.title for pair in all_pairs()[::7] for item in (pair.left, pair.right)])


@given(
    one=st.one_of(_TITLES, st.text(max_size=60)),
    other=st.one_of(_TITLES, st.text(max_size=60)),
    brand=st.one_of(st.none(), st.sampled_from(["Bosch", "Le Creuset", "HP", ""])),
    prices=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
)
@settings(max_examples=300, deadline=None)
def test_any_two_texts_are_judged_alike_from_both_sides(
    one: str, other: str, brand: str | None, prices: tuple[int, int]
) -> None:
    mine = features(Item(one, brand=brand, lowest_minor=prices[0], currency="EUR"))
    theirs = features(Item(other, lowest_minor=prices[1], currency="EUR"))
    found = match(mine, theirs)
    assert found == match(theirs, mine)
    assert 0.0 <= found.confidence <= 1.0
    assert not (found.same and found.barred)
    assert found.reason in ("", "gtin", "model", "title")


GTIN = "03046920022651"


def with_gtin(title: str, gtin: str = GTIN, **more: object) -> Item:
    return Item(title, gtins=(gtin,), **more)  # type: ignore[arg-type]


def test_one_gtin_is_one_product_however_it_is_called() -> None:
    one, other = with_gtin("Lindt Excellence noir 70 % 100 g"), with_gtin("Tablette chocolat Excellence 100g LINDT")
    found = match(features(one), features(other))
    assert found.same
    assert found.reason == "gtin"
    assert found.confidence >= 0.97


@pytest.mark.parametrize(
    ("left", "right", "why"),
    [
        ("Lindt Excellence noir 70 % 100 g", "Lot de 5 Lindt Excellence noir 70 % 100 g", "count"),
        ("Lindt Excellence noir 70 % 100 g", "Perceuse à percussion Makita", "gtin"),
        ("Lindt Excellence noir 70 % 100 g", "Lindt Excellence noir 70 % 250 g", "measure"),
    ],
)
def test_one_gtin_on_two_things_is_a_mistake(left: str, right: str, why: str) -> None:
    found = match(features(with_gtin(left)), features(with_gtin(right)))
    assert not found.same
    assert why in found.against
    assert found.barred


@pytest.mark.parametrize("gtin", ["02000000000008", "00200000000004", "00000000000000", "00000000000017"])
def test_numbers_of_one_shop_only_and_fillers_are_no_gtins(gtin: str) -> None:
    assert features(with_gtin("Pain de campagne", gtin)).gtins == ()


def test_two_gtins_are_two_products() -> None:
    one = with_gtin("Carnet Leuchtturm pointillé", brand="Leuchtturm")
    other = with_gtin("Carnet Leuchtturm pointillé", "04004117425257", brand="Leuchtturm")
    assert match(features(one), features(other)).barred


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Panasonic Lumix DMC-FX35K", "PANASONIC DMC FX35 K"),
        ("Perceuse Bosch GSR 18V-55", "Bosch GSR18V-55 perceuse visseuse"),
        ("Casque Sony WH-1000XM4 noir", "Sony WH1000XM4 Wireless Headphones black"),
        ("dmrea38vk dvd recorder and vhs combo player", "panasonic DMR-EA38VK dvd/vcr combo"),
    ],
)
def test_a_model_number_is_known_however_it_is_written(left: str, right: str) -> None:
    found = same(left, right)
    assert found.same
    assert found.reason == "model"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Housse pour Panasonic DMC-FX35K", "Panasonic DMC-FX35K"),
        ("Cartouche compatible HP CH561EE", "Cartouche HP CH561EE"),
        ("Sony WH-1000XM4 noir", "Sony WH-1000XM4 noir reconditionné"),
        ("Brother TN-2420", "Brother TN-2410"),
        ("Pneu Michelin CrossClimate 2 205/55 R16", "Pneu Michelin CrossClimate 2 225/45 R17"),
        ("Ampoule Philips E27 8 W lot de 2", "Ampoule Philips E27 8 W lot de 6"),
        ("Soucoupe verte Maison Leroux", "Soucoupe verte Maison Leroux"),
        ("Bol en grès bleu fait main", "Bol en grès bleu fait main"),
    ],
)
def test_near_is_not_the_same(left: str, right: str) -> None:
    assert not same(left, right).same


def test_a_listing_of_one_colour_belongs_to_one_that_has_it_among_others() -> None:
    several = Item(
        "Chaise Fermob Bistro", brand="Fermob", variants=2, options=(("Couleur", "Rouge"), ("Couleur", "Vert"))
    )
    red, blue = Item("Chaise Fermob Bistro rouge", brand="Fermob"), Item("Chaise Fermob Bistro bleue", brand="Fermob")
    assert match(features(several), features(red)).same
    assert not match(features(several), features(blue)).same


def test_a_brand_that_is_the_shops_own_name_says_nothing() -> None:
    bold = Item("Marinière Minquidame Saint James", brand="Chez Lucette", shop_name="Chez Lucette")
    assert match(features(bold), features(Item("Marinière Minquidame Saint James", brand="Saint James"))).same


@pytest.mark.parametrize(
    "text", ["9" * 400 + " x 2 cm", "9" * 400 + " ml", "lot de " + "9" * 400, "9" * 400 + " pcs", "1e999 kg"]
)
def test_absurd_numbers_are_no_quantities(text: str) -> None:
    listing = features(Item(f"Pot {text}"))
    assert all(value < 10**12 for _, value in listing.measures)
    assert match(listing, listing).confidence <= 1.0


@pytest.mark.parametrize(
    ("title", "factor", "is_same"),
    [
        ("Carafe Duralex Picardie", 1.2, True),
        ("Carafe Duralex Picardie", 1.4, False),
        ("Carafe Duralex Picardie Provence", 1.4, True),
        ("Carafe Duralex Picardie Provence", 1.7, False),
        ("Puzzle Ravensburger Venise Rialto Gondoles Carnaval crépuscule", 2.5, True),  # the sales
        ("Puzzle Ravensburger Venise Rialto Gondoles Carnaval crépuscule", 3.1, False),
    ],
)
def test_the_less_a_title_tells_the_nearer_prices_must_be(title: str, factor: float, is_same: bool) -> None:
    brand = title.split()[1]
    dear, cheap = (
        features(Item(title, brand=brand, lowest_minor=minor, currency="EUR")) for minor in (round(1000 * factor), 1000)
    )
    assert match(dear, cheap).same is is_same
    assert match(cheap, dear).same is is_same
    free = features(Item(title, brand=brand))
    assert match(dear, free).same, "a price that is not told speaks against nothing"
