"""One answer a field out of several sources: agreement, contradiction, and when nothing may be said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.pages import tiles, titles, visible
from connectors.pages.choose import Choice, choose, suffices
from connectors.pages.own import own
from connectors.pages.page import Page
from connectors.pages.pricing import default_offer
from connectors.pages.seen import Seen, SeenOffer, SeenProduct, Source
from connectors.records import Availability

URL = "https://poterie.example/vases/vase-bleu"
IN, OUT = Availability.IN_STOCK, Availability.OUT_OF_STOCK


def html(middle: str = "", *, name: str = "Vase bleu") -> str:
    return f"<title>{name} | Poterie</title><main><h1>{name}</h1>{middle}</main>"


def product(source: Source = Source.JSON_LD, **said: object) -> SeenProduct:
    values: dict[str, object] = {"name": "Vase bleu", "offers": (offer(),)} | said
    return SeenProduct(source, "script 1", **values)  # type: ignore[arg-type]


def offer(price: str | None = "34.90", currency: str | None = "EUR", **said: object) -> SeenOffer:
    return SeenOffer(price=price, currency=currency, **({"availability": IN} | said))  # type: ignore[arg-type]


def chosen(*seen: Seen, middle: str = "", look: bool = False, currency: str | None = None, url: str = URL) -> Choice:
    page = Page.parse(url, html(middle).encode())
    cards = tiles.find(page)
    title = titles.main_title(page, cards)
    owns = own(page, seen, title)
    shown = visible.read(page, cards, title) if look else None
    return choose(page, seen, title, shown, owns, currency)


def seen(*products: SeenProduct, **said: object) -> Seen:
    source = products[0].source if products else Source.JSON_LD
    return Seen(source, tuple(products), **said)  # type: ignore[arg-type]


def confidence(choice: Choice, name: str) -> float:
    return next(field.confidence for field in choice.fields if field.name == name)


# --- the price


def test_sources_that_agree_are_worth_more_than_one() -> None:
    alone = chosen(seen(product()))
    agreed = chosen(seen(product()), seen(product(Source.MICRODATA)))
    assert (alone.price.value, agreed.price.value) == (Decimal("34.90"), Decimal("34.90"))
    assert agreed.price.confidence > alone.price.confidence


def test_price_and_currency_are_one_sources() -> None:
    choice = chosen(
        seen(product(offers=(offer("43.90", "EUR"),))),
        seen(product(Source.OPEN_GRAPH, offers=(offer("48.00", "USD"),))),
    )
    assert (choice.price.value, choice.price.currency) == (Decimal("43.90"), "EUR")


def test_of_two_prices_the_one_that_is_shown_beside_the_title_is_right() -> None:
    both = seen(product(offers=(offer("49.00"),))), seen(product(Source.OPEN_GRAPH, offers=(offer("34.90"),)))
    assert chosen(*both).price.value == Decimal("49.00")
    middle = '<p class="price"><del>49,00 €</del> <ins>34,90 €</ins></p><button>Ajouter au panier</button>'
    choice = chosen(*both, middle=middle, look=True)
    assert (choice.price.value, choice.price.list_price) == (Decimal("34.90"), Decimal("49.00"))


def test_an_old_price_in_the_markup_gives_way_to_the_sale_on_the_page() -> None:
    middle = '<p class="price"><del>49,00 €</del> <ins>34,90 €</ins></p><button>Ajouter au panier</button>'
    choice = chosen(seen(product(offers=(offer("49.00"),))), middle=middle, look=True)
    assert (choice.price.value, choice.price.source) == (Decimal("34.90"), Source.VISIBLE)


def test_a_price_converted_for_the_visitor_is_not_the_shops() -> None:
    middle = '<p class="price">£29.90</p><button>Add to cart</button>'
    choice = chosen(seen(product(offers=(offer("34.90", "EUR"),))), middle=middle, look=True)
    assert (choice.price.value, choice.price.currency) == (Decimal("34.90"), "EUR")


def test_a_list_price_is_above_the_price_or_none() -> None:
    above = chosen(seen(product(offers=(offer("34.90", list_price="49.00"),))))
    below = chosen(seen(product(offers=(offer("34.90", list_price="29.00"),))))
    assert (above.price.list_price, below.price.list_price) == (Decimal("49.00"), None)


ZEROS = {
    "0 in the markup alone": ("", None),
    "0 shown as a price": ('<p class="price">0,00 €</p><button>Ajouter au panier</button>', None),
    "free in the price's place": ('<p class="price">Gratuit</p><button>Ajouter au panier</button>', Decimal(0)),
}


@pytest.mark.parametrize(("middle", "expected"), ZEROS.values(), ids=ZEROS)
def test_zero_no_price_and_free_are_three_things(middle: str, expected: Decimal | None) -> None:
    choice = chosen(seen(product(offers=(offer("0"),))), middle=middle, look=True)
    assert choice.price.value == expected
    assert not choice.price.doubted


def test_a_product_that_is_named_free_and_costs_zero_is_free() -> None:
    page = Page.parse(
        URL, html('<p class="price">0,00 €</p><button>Ajouter</button>', name="Catalogue gratuit").encode()
    )
    cards = tiles.find(page)
    title = titles.main_title(page, cards)
    said = (seen(product(name="Catalogue gratuit", offers=(offer("0.00"),))),)
    choice = choose(page, said, title, visible.read(page, cards), own(page, said, title), None)
    assert choice.price.value == 0


def test_a_price_on_request_is_not_taken_from_elsewhere_on_the_page() -> None:
    middle = "<p>Prix sur devis</p><p>Le bol assorti : 12,00 €</p>"
    assert chosen(seen(product(offers=())), middle=middle, look=True).price.value is None


def test_a_doubtful_price_is_not_published() -> None:
    others = "".join(f'<li><a href="/p/{n}"><img src="/{n}.jpg">Bol</a> {n},50 €</li>' for n in (11, 12, 13, 14))
    choice = chosen(middle=f"<p>Nous contacter</p><h2>Vous aimerez aussi</h2><ul>{others}</ul>", look=True)
    assert choice.price.value is None
    assert choice.price.doubted
    assert choice.price.answers


CURRENCIES = [
    ("", "EUR", "https://poterie.fr/vase", "EUR"),
    ("", None, "https://poterie.ch/vase", "CHF"),
    ("", None, "https://poterie.com/vase", None),
    ('<script>var shop = {"currency": "GBP"}</script>', None, "https://poterie.com/vase", "GBP"),
    ('<p class="price">34,90 zł</p><button>Do koszyka</button>', None, "https://poterie.com/vase", "PLN"),
]


@pytest.mark.parametrize(("middle", "default", "url", "expected"), CURRENCIES)
def test_a_currency_that_the_source_leaves_out(
    middle: str, default: str | None, url: str, expected: str | None
) -> None:
    choice = chosen(seen(product(offers=(offer(currency=None),))), middle=middle, look=True, currency=default, url=url)
    assert choice.price.currency == expected
    assert (choice.price.value is None) is (expected is None)


def test_the_default_offer() -> None:
    page = Page.parse(URL + "?taille=L", html().encode())
    small, large = offer("20.00", sku="S", url=URL + "?taille=S"), offer("30.00", sku="L", url=URL + "?taille=L")
    assert default_offer(page, (small, large), None) is large, "the one that the page's address names"
    plain = Page.parse(URL, html().encode())
    assert default_offer(plain, (small, large), "L") is large, "the one with the product's own reference"
    assert default_offer(plain, (large, small), None) is small, "else the lowest"
    gone = offer("10.00", sku="XS", url=URL + "?taille=XS", availability=OUT)
    assert default_offer(plain, (gone, small, large), None) is small, "that can be bought"


# --- which product


def test_a_related_product_in_the_markup_is_not_the_pages_own() -> None:
    other = product(
        name="Bol jaune", url="https://poterie.example/bols/bol-jaune", offers=(offer("12.00"),), role="related"
    )
    listed = product(name="Pichet", url="https://poterie.example/pichet", offers=(offer("45.00"),), role="listed")
    assert chosen(seen(other, listed, product(url=URL))).price.value == Decimal("34.90")
    assert not chosen(seen(other, listed)).marked


def test_of_two_main_products_the_one_named_as_the_page_is_its_own() -> None:
    other = product(name="Service à thé complet", offers=(offer("120.00"),))
    assert chosen(seen(other, product())).price.value == Decimal("34.90")


# --- the other fields


def test_availability_of_variants_is_the_best_of_them() -> None:
    offers = (offer(availability=OUT, sku="S"), offer(availability=IN, sku="M"))
    assert chosen(seen(product(offers=offers))).availability is IN


def test_availability_is_never_a_default() -> None:
    assert chosen(seen(product(offers=(offer(availability=None),)))).availability is None


def test_a_button_alone_says_in_stock_only_beside_a_price() -> None:
    button = "<button>Ajouter au panier</button>"
    unsaid = seen(product(offers=(offer(availability=None),)))
    assert chosen(unsaid, middle=f"<p>34,90 €</p>{button}", look=True).availability is IN
    assert chosen(seen(product(offers=())), middle=button, look=True).availability is None


def test_a_brand_is_never_the_shops_own_name() -> None:
    choice = chosen(seen(product(brand="Poterie des Lys"), seller="Poterie des Lys"))
    assert choice.brand is None
    assert chosen(seen(product(brand="Poterie"))).brand is None, "the name of its domain"
    assert chosen(seen(product(brand="Revol"), seller="Poterie des Lys")).brand == "Revol"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Terre & Feu", True), ("terre-et-feu.fr", True), ("Terre-et-Feu", True), ("L'Établi", True), ("Revol", False)],
)
def test_what_is_the_shops_name(name: str, expected: bool) -> None:
    head = '<meta property="og:site_name" content="Terre &amp; Feu"><a href="/"><img alt="Logo L\'Établi"></a>'
    page = Page.parse("https://www.terre-et-feu.fr/vase", head.encode())
    assert titles.is_shop(name, titles.shop_names(page)) is expected


def test_a_gtin_is_published_where_it_is_the_only_one() -> None:
    one, other = "04006381333931", "03760123456784"
    assert chosen(seen(product(gtin=one))).gtin == one
    several = seen(product(offers=(offer(sku="S", gtin=one), offer(sku="M", gtin=other))))
    assert chosen(several).gtin is None
    assert chosen(seen(product(bad_gtin="4006381333932"))).bad_gtin == "4006381333932"


def test_the_name_is_what_the_sources_agree_on() -> None:
    choice = chosen(seen(product(name="Vase bleu - grès émaillé, livraison rapide, promo Noël")))
    assert choice.name == "Vase bleu"
    assert confidence(choice, "name") > 0.7


def test_variants_are_those_of_the_richest_source_completed_by_the_others() -> None:
    markup = product(offers=(offer("34.90", sku="S", gtin="04006381333931"), offer("39.90", sku="L", availability=OUT)))
    state = product(
        Source.STATE,
        offers=(
            offer(None, None, sku="S", availability=None, variant=(("Taille", "S"),)),
            offer("39.90", sku="L", availability=None, variant=(("Taille", "L"),)),
        ),
    )
    small, large = chosen(seen(markup), seen(state)).offers
    assert (small.price, small.currency, small.gtin, small.variant) == (
        "34.90",
        "EUR",
        "04006381333931",
        (("Taille", "S"),),
    )
    assert (large.availability, large.variant) == (OUT, (("Taille", "L"),))


def test_a_category_for_what_nobody_sorted_is_none() -> None:
    assert chosen(seen(product(), breadcrumbs=("Non classé",))).category_path == ()
    assert chosen(seen(product(), breadcrumbs=("Vases", "Grès", "Vase bleu"))).category_path == ("Vases", "Grès")


def test_structured_data_suffices_where_it_is_whole_and_uncontradicted() -> None:
    whole = seen(product(brand="Revol"))

    def enough(said: Seen, middle: str = "") -> bool:
        page = Page.parse(URL, html(middle).encode())
        cards = tiles.find(page)
        title = titles.main_title(page, cards)
        return suffices(page, own(page, (said,), title), title)

    assert enough(whole)
    assert enough(whole, '<p class="price">34,90 €</p>')
    assert not enough(whole, '<p class="price"><del>34,90 €</del> <b>29,90 €</b></p>')
    assert not enough(whole, '<p class="price">29,90 €</p>'), "the page shows another price"
    assert not enough(whole, '<p class="price">34,90 €</p><p>Rupture de stock</p>'), "the page says that it is sold out"
    assert not enough(seen(product()), ""), "no brand"
    assert not enough(seen(product(brand="Revol", offers=(offer(), offer("12.00")))))
    assert not enough(seen(product(brand="Revol", offers=(offer(availability=None),))))
