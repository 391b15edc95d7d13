"""The invented catalogues: the same everywhere, plausible French, and a merchant's mess in known places."""

from __future__ import annotations

import io
import re
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from stdnum import ean
from stdnum.fr import siret as siret_checker

from aggregator.demo.catalogue import KINDS, TODAY, generate_shop
from aggregator.demo.codes import ean13, luhn_digit, siret
from aggregator.demo.french import Noun, agree, typeset
from aggregator.demo.model import Catalogue, Product
from aggregator.demo.pictures import draw
from aggregator.demo.ranges import RANGES
from aggregator.demo.shapes import SHAPES
from aggregator.demo.synthetic import synthetic

TOWN = [generate_shop(kind) for kind in KINDS]
TIDY = [generate_shop(kind, tidy=True) for kind in KINDS]


def texts(catalogue: Catalogue) -> list[str]:
    """All that a visitor reads, without tags."""
    found = [catalogue.name, catalogue.tagline, *(t.name for t in (*catalogue.categories, *catalogue.tags))]
    for product in catalogue.products:
        found += [product.name, product.description, product.short_description]
    return [re.sub(r"<[^>]+>", "\n", text) for text in found if text]


@pytest.mark.parametrize("kind", KINDS)
def test_a_shop_is_the_same_each_time_and_another_with_another_seed(kind: str) -> None:
    assert generate_shop(kind, seed=5, products=80) == generate_shop(kind, seed=5, products=80)
    assert generate_shop(kind, seed=5, products=80) != generate_shop(kind, seed=6, products=80)


def test_the_town_has_a_few_thousand_products_and_about_an_eighth_of_them_vary() -> None:
    counts = [c.count() for c in TOWN]
    varying = sum(p.type == "variable" for c in TOWN for p in c.products)
    assert 4000 <= sum(counts) <= 5200
    assert all(90 <= count <= 900 for count in counts)
    assert 0.08 <= varying / sum(counts) <= 0.17
    assert len({c.name for c in TOWN}) == len(TOWN) >= 8


def test_each_merchant_has_a_siret_of_their_own_that_passes_luhn() -> None:
    numbers = [c.merchant.siret for c in TOWN]
    assert all(siret_checker.is_valid(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert all(c.merchant.email.endswith("@example.fr") for c in TOWN)


@given(st.integers(min_value=0, max_value=99_999))
def test_made_up_sirets_are_valid(number: int) -> None:
    assert siret_checker.is_valid(siret(number))


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_made_up_eans_are_valid(stem: str) -> None:
    assert ean.is_valid(ean13(stem))
    assert ean.is_valid(ean13(stem)[:-1] + str((int(ean13(stem)[-1]) + 3) % 10)) is False


def test_a_luhn_digit_is_iso_7812s() -> None:
    assert luhn_digit("7992739871") == "3"  # the standard's own example


@pytest.mark.parametrize("catalogue", TOWN, ids=lambda c: c.kind)
def test_ids_and_slugs_are_unique_and_everything_referred_to_exists(catalogue: Catalogue) -> None:
    ids = [p.id for p in catalogue.products]
    assert ids == sorted(set(ids))
    slugs = [p.slug for p in catalogue.products if p.slug and p.type != "variation"]
    assert len(slugs) == len(set(slugs))
    categories = {t.id: t for t in catalogue.categories}
    by_id = {p.id: p for p in catalogue.products}
    attributes = {a.id: a for a in catalogue.attributes}
    for product in catalogue.products:
        assert set(product.categories) <= set(categories)
        assert product.type != "variation" or by_id[product.parent].type == "variable"
        for attribute, value in product.choice:
            assert attributes[attribute].term(value).slug == value
    assert {bool(t.parent) for t in categories.values()} == {True, False}
    assert all(not categories[t.parent].parent for t in categories.values() if t.parent)


@pytest.mark.parametrize("catalogue", TIDY, ids=lambda c: c.kind)
def test_prices_are_plausible_and_sales_are_below_them(catalogue: Catalogue) -> None:
    for product in catalogue.products:
        if product.type == "variable" or (RANGES[catalogue.kind].unpriced and not product.regular_price):
            continue
        price = Decimal(product.regular_price)
        assert 1 < price < 1500
        assert not product.sale_price or Decimal(product.sale_price) < price
        assert not product.manage_stock or (product.stock_status == "instock") == ((product.stock_quantity or 0) > 0)


@pytest.mark.parametrize("catalogue", TIDY, ids=lambda c: c.kind)
def test_gtins_are_valid_and_meant_for_inside_a_shop(catalogue: Catalogue) -> None:
    codes = [p.global_unique_id for p in catalogue.products if p.global_unique_id]
    assert len(codes) > len(catalogue.products) / 4
    assert all(ean.is_valid(code) and code.startswith("2") for code in codes)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("catalogue", TIDY, ids=lambda c: c.kind)
def test_the_french_is_set_as_french_is(catalogue: Catalogue) -> None:
    for text in texts(catalogue):
        assert "{" not in text, text
        assert "|" not in text, text
        assert "  " not in text, text
        assert "'" not in text, f"a straight apostrophe: {text}"
        assert not re.search(r"[^\S\u00a0][:;!?»]", text), f"a plain space before a high mark: {text}"
        assert not re.search(
            r"(?i)\b(de les?|à les?|si il|que il|ce [aeéiou]\w*|le [aeéiou]\w*|la [aeéiou]\w*)\b", text
        )
        assert not re.search(r"\b(\w{3,}) \1\b", text), f"a word twice: {text}"
        assert not re.search(
            r"\b(tres|apres|meme|etre|deja|ete|materiel|qualite|francais|legere?|epais|decor)\b", text
        ), text


def test_descriptions_have_two_to_five_sentences_and_differ() -> None:
    for catalogue in TIDY:
        articles = [p for p in catalogue.products if p.type != "variation"]
        for product in articles:
            plain = re.sub(r"<ul>.*</ul>|<[^>]+>", " ", product.description, flags=re.S)
            assert 2 <= len(re.findall(r"[.!?](?=\s)", plain)) <= 6, plain
        assert len({p.description for p in articles}) > len(articles) * 0.6


@pytest.mark.parametrize("kind", KINDS)
def test_every_opening_agrees_with_its_noun(kind: str) -> None:
    """Participles stand in the sentences by hand: check those that end in a way that French forbids for the noun."""
    for good in RANGES[kind].goods:
        noun = good.noun
        assert noun.this.startswith(
            ("Ces ",) if noun.plural else ("Cette ",) if noun.gender == "f" else ("Ce ", "Cet ")
        )
        for say in good.says:
            first = re.match(r"(\w+[eé]{1,2}s?)\b(?:,| )", say)
            if first and re.search(r"(é|ée|és|ées)$", first[1]):
                expected = "é" + noun.ending
                assert first[1].endswith(expected), f"{noun.text}: {say}"


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        (Noun("arrosoir", "m"), "Cet arrosoir est tissé. Il va."),
        (Noun("hamac", "m"), "Ce hamac est tissé. Il va."),
        (Noun("horloge", "f"), "Cette horloge est tissée. Elle va."),
        (Noun("écharpes", "f", True), "Ces écharpes sont tissées. Elles vont."),
        (Noun("gants", "m", True), "Ces gants sont tissés. Ils vont."),
    ],
)
def test_templates_agree(noun: Noun, expected: str) -> None:
    assert agree("{N} {est tissé{e}|sont tissé{e}}. {Il} {va|vont}.", noun) == expected


def test_high_marks_get_a_no_break_space() -> None:
    assert typeset("Simple : oui ! « 30 °C » ?") == "Simple\u00a0: oui\u00a0! «\u00a030\u00a0°C\u00a0»\u00a0?"


@pytest.mark.parametrize("catalogue", TOWN, ids=lambda c: c.kind)
def test_the_mess_is_there(catalogue: Catalogue) -> None:
    products = [p for p in catalogue.products if p.type != "variation"]
    statuses = Counter(p.status for p in products)
    assert (statuses["draft"], statuses["pending"], statuses["private"], statuses["future"]) == (2, 1, 1, 1)
    seen = Counter(p.catalog_visibility for p in products)
    assert (seen["hidden"], seen["search"], seen["catalog"]) == (2, 1, 1)
    assert sum(bool(p.post_password) for p in products) == 1
    unpriced = sum(p.type == "simple" and not p.regular_price for p in products)
    assert unpriced == 2 if not RANGES[catalogue.kind].unpriced else 5 <= unpriced <= 20
    assert sum(bool(p.global_unique_id) and not ean.is_valid(p.global_unique_id) for p in products) >= 3
    assert sum("<b>" in p.name for p in products) == 1
    assert sum("&amp;" in p.name for p in products) == 2
    assert sum(p.images == 0 for p in products) == 4
    assert sum(p.regular_price == "24.567" for p in products) == 1


def test_sales_of_every_sort_but_none_of_books() -> None:
    for catalogue in TOWN:
        sales = [p for p in catalogue.products if p.sale_price]
        assert bool(sales) == (catalogue.kind != "books")
        if sales:
            assert any(p.sale_to and p.sale_to < TODAY for p in sales)
            assert any(p.sale_from and p.sale_from > TODAY for p in sales)


def test_a_few_things_are_free_and_one_is_sold_elsewhere() -> None:
    everything = [p for c in TOWN for p in c.products]
    assert sum(p.regular_price == "0" for p in everything) == 2
    assert sum(p.type == "external" for p in everything) == 1
    assert sum(p.type == "grouped" and len(p.grouped) == 3 for p in everything) == 1


def test_a_synthetic_catalogue_has_the_size_asked_for_and_writes_its_texts_when_read() -> None:
    catalogue = synthetic(2000)
    assert catalogue.count() == 2000
    assert len(catalogue.products) == 2000 + 250 * 4
    assert all(not p.description for p in catalogue.products)
    assert len(catalogue.description_of(catalogue.products[0])) > 500
    assert catalogue.description_of(catalogue.products[0]) == synthetic(1).description_of(catalogue.products[0])


def pictured(products: tuple[Product, ...]) -> dict[str, Product]:
    return {p.picture.shape: p for p in products if p.picture}


def test_every_shape_in_the_shops_is_drawn_and_none_is_left_over() -> None:
    wanted = {p.picture.shape for c in TIDY for p in c.products if p.picture}
    assert wanted == set(SHAPES)


@pytest.mark.parametrize("catalogue", TIDY, ids=lambda c: c.kind)
def test_pictures_are_small_square_jpegs_and_always_the_same(catalogue: Catalogue) -> None:
    product = next(iter(pictured(catalogue.products).values()))
    assert product.picture is not None
    body = draw(product.picture, product.id * 10)
    draw.cache_clear()
    assert draw(product.picture, product.id * 10) == body
    assert draw(product.picture, product.id * 10 + 1) != body
    with Image.open(io.BytesIO(body)) as image:
        assert (image.format, image.size) == ("JPEG", (600, 600))
        colours = image.convert("RGB").resize((60, 60)).getcolors(3600) or []
    assert len(colours) > 40  # something is on it
    assert 6_000 < len(body) < 40_000
