"""How a fake PrestaShop is set up: everything that differs between real ones and that a reader must survive."""

from __future__ import annotations

from dataclasses import dataclass, field

ROUTE = "{category}/{id}{variant}-{rewrite}{ean}.html"
# What a merchant who followed the guide ticks; `wholesale_price` comes along with products all the same (measured).
CATALOGUE = (
    "categories", "combinations", "countries", "currencies", "image_types", "images", "languages", "manufacturers",
    "product_feature_values", "product_features", "product_option_values", "product_options", "products", "shop_groups",
    "shop_urls", "shops", "specific_price_rules", "specific_prices", "stock_availables", "suppliers", "tags",
    "tax_rule_groups", "tax_rules", "taxes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """A webservice key (32 characters): the resources it may read, and the other methods it may use on all of them."""

    text: str
    resources: tuple[str, ...] = CATALOGUE
    writes: tuple[str, ...] = ()
    active: bool = True


READ_KEY = "DEMOREADKEYDEMOREADKEYDEMOREAD00"
DEFAULT_KEYS = (
    Key(READ_KEY),
    Key("DEMOWRITEKEYDEMOWRITEKEYDEMOWR00", writes=("POST", "PUT", "PATCH", "DELETE")),
    Key("DEMOFEWRIGHTSDEMOFEWRIGHTSDEMO00", resources=("products", "categories", "images")),
    Key("DEMOOFFKEYDEMOOFFKEYDEMOOFFKEY00", active=False),
)


@dataclass(frozen=True, slots=True)
class Options:
    """The switches of one fake PrestaShop.

    `route`: the merchant's product route; the tokens are those of the default.
    `languages`: 1 (French) or 2 (English too: texts come as lists, pages below /fr/ and /en/).
    `ints_as_strings`: "1" for 1, as PHP before 8.1 gives it.
    `memory_rows`: a list of more rows than these with display=full runs out of memory (0: never); chosen fields are
    three times as light.
    `strip_authorization`: the host drops the Authorization header, as many CGI set-ups do.
    `orders_without_stock`: the shop's default where a stock row leaves it to the shop (out_of_stock = 2).
    `vat_percent`: 20, 10, 5.5 or 2.1, for everything that the shop sells.
    `listing_json`: category pages answer `Accept: application/json` (from 1.7 on).
    `latency_ms`: (per request, per item); the measured shop took about (15, 2) with display=full.
    `workers`: answers made at once (0: no limit).
    """

    version: str = "8.0.3"
    base_path: str = ""
    keys: tuple[Key, ...] = field(default=DEFAULT_KEYS)
    route: str = ROUTE
    languages: int = 1
    ints_as_strings: bool = False
    memory_rows: int = 0
    strip_authorization: bool = False
    listing_json: bool = True
    vat_percent: str = "20"
    orders_without_stock: bool = False
    robots: str | None = None
    latency_ms: tuple[float, float] = (0.0, 0.0)
    workers: int = 0

    def __post_init__(self) -> None:
        if self.base_path and not (self.base_path.startswith("/") and not self.base_path.endswith("/")):
            raise ValueError("base_path starts with a slash and does not end with one: '/boutique'")
        if self.languages not in (1, 2):
            raise ValueError("one or two languages")
        if any(len(key.text) != 32 for key in self.keys):
            raise ValueError("a key has 32 characters")

    def at_least(self, *version: int) -> bool:
        """Is the shop's PrestaShop at least this version?"""
        return tuple(int(part) for part in self.version.split(".")) >= version
