"""Prices as WooCommerce derives them from what the merchant typed, in strings and minor units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .model import Product

CURRENCY = {
    "currency_code": "EUR",
    "currency_symbol": "€",
    "currency_minor_unit": 2,
    "currency_decimal_separator": ",",
    "currency_thousand_separator": " ",
    "currency_prefix": "",
    "currency_suffix": " €",
}


@dataclass(frozen=True, slots=True)
class Price:
    """What a product costs at one moment. `low` and `high` differ only for parents; "" = no price."""

    active: str
    regular: str
    sale: str
    on_sale: bool
    low: str
    high: str


def is_on_sale(product: Product, now: float) -> bool:
    """A sale price, inside its dates at the second `now`."""
    started = product.sale_from is None or product.sale_from <= now
    return bool(product.sale_price) and started and (product.sale_to is None or now <= product.sale_to)


def active_price(product: Product) -> str:
    """The stored price: what was right at the last save. A sale that began or ended since waits for the daily task
    (measured: up to a day stale, with `on_sale` already false)."""
    return product.sale_price if is_on_sale(product, product.modified) else product.regular_price


def price_of(product: Product, family: Iterable[Product], now: float) -> Price:
    """A product's price; a parent's comes from its published children (`family`)."""
    if product.type not in ("variable", "grouped"):
        active = active_price(product)
        return Price(active, product.regular_price, product.sale_price, is_on_sale(product, now), active, active)
    children = [c for c in family if c.status == "publish" and active_price(c) != ""]
    if not children:
        return Price("", "", "", False, "", "")
    active_prices = sorted((active_price(c) for c in children), key=Decimal)
    regular = min((c.regular_price for c in children), key=Decimal)
    on_sale = product.type == "variable" and any(is_on_sale(c, now) for c in children)
    return Price(active_prices[0], regular, "", on_sale, active_prices[0], active_prices[-1])


def gross(price: str, vat_percent: int) -> str:
    """With tax, to the cent; "" stays ""."""
    if price == "":
        return ""
    with_tax = Decimal(price) * (100 + vat_percent) / 100
    return str(with_tax.quantize(Decimal("0.01"), ROUND_HALF_UP))


def minor(price: str) -> str:
    """Minor units as the Store API gives them; both "no price" and "free" are "0" there."""
    return str(int((Decimal(price or "0") * 100).quantize(Decimal(1), ROUND_HALF_UP)))


def decimals(price: str) -> str:
    """Two decimals with a point, as JSON-LD has them."""
    return str(Decimal(price or "0").quantize(Decimal("0.01"), ROUND_HALF_UP))


def euros(price: str) -> str:
    """`1 234,57` with the shop's separators (the thousands' space is a plain one, as measured)."""
    return f"{Decimal(decimals(price)):,.2f}".replace(",", " ").replace(".", ",")


def price_html(price: Price, bdi: bool) -> str:
    """The price as the shop writes it in HTML; wc/v3 wraps amounts in <bdi>, the Store API does not."""

    def amount(text: str) -> str:
        inner = f'{euros(text)}&nbsp;<span class="woocommerce-Price-currencySymbol">&euro;</span>'
        inner = f"<bdi>{inner}</bdi>" if bdi else inner
        return f'<span class="woocommerce-Price-amount amount">{inner}</span>'

    if price.active == "":
        return ""
    if price.low != price.high:
        return f"{amount(price.low)} &ndash; {amount(price.high)}"
    if not price.on_sale or not price.regular:
        return amount(price.active)
    return (
        f'<del aria-hidden="true">{amount(price.regular)}</del> '
        f'<span class="screen-reader-text">Original price was: {euros(price.regular)}&nbsp;&euro;.</span>'
        f'<ins aria-hidden="true">{amount(price.active)}</ins>'
        f'<span class="screen-reader-text">Current price is: {euros(price.active)}&nbsp;&euro;.</span>'
    )
