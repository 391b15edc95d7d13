"""Products as the public pages tell them: a listing's row, and a product page's `data-product` (names as measured).

Of the page's 97 fields those that say something about the product; a listing's row has all of its 28.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .addresses import Addresses
from .prices import Priced
from .state import PrestaState
from .tables import IMAGE_SIZES, Row

_CENT = Decimal("0.01")
REQUIRES_CUSTOMIZATION = 2
"""`customizable`: 0 no, 1 if one likes, 2 it must be."""


def money(value: Decimal) -> str:
    """`1 234,57 €` with the spaces of French typography."""
    shown = f"{value.quantize(_CENT, ROUND_HALF_UP):,.2f}".replace(",", "\u202f").replace(".", ",")
    return f"{shown}\u00a0€"


class Telling:
    """Tells one shop's products. Hold the state's lock."""

    def __init__(self, state: PrestaState, addresses: Addresses) -> None:
        self.state, self.addresses = state, addresses

    def priced(self, row: Row, combination: int = 0) -> Priced:
        """The price as shown now."""
        return self.state.prices.shown(row, combination, self.state.clock)

    def category_name(self, row: Row, field: str = "name") -> str:
        """Its default category."""
        found = self.state.tables["categories"].rows.get(row["id_category_default"])
        return str(found[field]) if found else ""

    # -- a listing's row ---------------------------------------------------------------------------------------------
    def listed(self, row: Row) -> dict[str, Any]:
        """One product in the JSON of a category page: no EAN, and of the stock only whether a cart takes the product
        (the default combination, where it has some; measured)."""
        price = self.priced(row)
        default = int(row["cache_default_attribute"] or 0)
        link = self.addresses.product(row)
        item: dict[str, Any] = {
            "add_to_cart_url": self._cart(row, default),
            "id_product": row["id"],
            "price": money(price.now),
            "unit_price": money(Decimal(0)),
            "reference": row["reference"],
            "active": row["active"],
            "description_short": row["description_short"],
            "link_rewrite": row["link_rewrite"],
            "name": row["name"],
            "category_name": self.category_name(row),
            "link": link,
            "manufacturer_name": row["manufacturer_name"] or None,
            "rate": _number(price.rate),
            "tax_name": f"TVA FR {_number(price.rate)}%",
            "url": self.addresses.chosen(row, default) if default else link,
            "canonical_url": link,
            "labels": {"tax_short": "TTC", "tax_long": "TTC"},
            "main_variants": self._colours(row),
            "cover": self._cover(row),
        }
        return item | self._discounted(price)

    def _cart(self, row: Row, combination: int) -> str | None:
        if not self.state.buyable(row, combination) or self._must_be_personalised(row):
            return None
        chosen = f"&id_product_attribute={combination}" if combination else ""
        return f"{self.addresses.base_url}/panier?add=1&id_product={row['id']}{chosen}&token=0123456789abcdef"

    @staticmethod
    def _must_be_personalised(row: Row) -> bool:
        return int(row["customizable"]) == REQUIRES_CUSTOMIZATION

    def _discounted(self, price: Priced) -> dict[str, Any]:
        off = price.regular - price.now
        found: dict[str, Any] = {
            "has_discount": off > 0,
            "discount_type": None,
            "discount_percentage": None,
            "discount_percentage_absolute": None,
            "discount_amount": None,
            "discount_to_display": None,
            "price_amount": float(price.now),
            "regular_price_amount": float(price.regular),
            "regular_price": money(price.regular),
        }
        if off > 0 and price.discount:
            percent = (off * 100 / price.regular).quantize(Decimal(1), ROUND_HALF_UP)
            found |= {
                "discount_type": price.discount["reduction_type"],
                "discount_percentage": f"-{percent}%",
                "discount_percentage_absolute": f"{percent}%",
                "discount_amount": money(off),
                "discount_to_display": money(off),
            }
        return found

    def _colours(self, row: Row) -> list[dict[str, Any]]:
        """One combination a colour, where a group of colours tells them apart."""
        values, groups = self.state.tables["product_option_values"].rows, self.state.tables["product_options"].rows
        found: dict[int, dict[str, Any]] = {}
        for combination in self.state.combinations(row["id"]):
            for link in combination["associations"]["product_option_values"]:
                value = values[link["id"]]
                if groups[value["id_attribute_group"]]["is_color_group"] and value["id"] not in found:
                    found[value["id"]] = {
                        "id_product_attribute": combination["id"],
                        "texture": "",
                        "id_product": row["id"],
                        "name": value["name"],
                        "id_attribute": value["id"],
                        "url": self.addresses.chosen(row, combination["id"]),
                        "type": "color",
                        "html_color_code": value["color"],
                    }
        return list(found.values())

    def availability(self, stock: Row) -> str:
        """What the page says of the stock; "" where there is nothing to say."""
        if stock["quantity"] <= 0:
            return "" if self.state.orderable(stock) else "Rupture de stock"
        return "Derniers articles en stock" if stock["quantity"] <= _LAST_ONES else ""

    # -- photos ------------------------------------------------------------------------------------------------------
    def photo(self, row: Row, image: int, nth: int) -> dict[str, Any]:
        """A photo in all sizes."""
        sizes = {
            name: {"url": self.addresses.photo(image, name, row["link_rewrite"]), "width": side, "height": side}
            for name, side in IMAGE_SIZES.items()
        }
        return {
            "bySize": sizes,
            "small": sizes["small_default"],
            "medium": sizes["home_default"],
            "large": sizes["large_default"],
            "legend": row["name"],
            "id_image": image,
            "cover": 1 if nth == 0 else None,
            "position": nth + 1,
            "associatedVariants": [c["id"] for c in self.state.combinations(row["id"])] if nth == 0 else [],
        }

    def photos(self, row: Row) -> list[dict[str, Any]]:
        """All photos of a product."""
        images = row["associations"].get("images", [])
        return [self.photo(row, image["id"], nth) for nth, image in enumerate(images)]

    def _cover(self, row: Row) -> dict[str, Any] | None:
        return self.photo(row, row["id_default_image"], 0) if row["id_default_image"] else None

    # -- a product page's data-product -------------------------------------------------------------------------------
    def data_product(self, row: Row, combination: int = 0) -> dict[str, Any]:
        """What the page of a product (or of one combination; the default one's if 0) tells its own scripts.

        No EAN but a combination's (measured): a simple product's is in the page's JSON-LD.
        """
        combination = combination or int(row["cache_default_attribute"] or 0)
        price, stock = self.priced(row, combination), self.state.stock_of(row["id"], combination)
        chosen = self.state.tables["combinations"].rows.get(combination)
        net = price.now * 100 / (100 + price.rate)
        availability = self.availability(stock)
        found = {name: row[name] for name in _FROM_THE_ROW}
        found |= {
            "id": row["id"],
            "id_product": row["id"],
            "id_product_attribute": combination,
            "price": money(price.now),
            "price_amount": float(price.now),
            "price_tax_exc": float(net.quantize(_CENT, ROUND_HALF_UP)),
            "price_without_reduction": float(price.regular),
            "reduction": float(price.regular - price.now),
            "rate": _number(price.rate),
            "tax_name": f"TVA FR {_number(price.rate)}%",
            "specific_prices": price.discount,
            "quantity": stock["quantity"],
            "quantity_all_versions": self.state.stock_of(row["id"])["quantity"],
            "out_of_stock": stock["out_of_stock"],
            "allow_oosp": int(self.state.orderable(stock)),
            "category": self.category_name(row, "link_rewrite"),
            "category_name": self.category_name(row),
            "manufacturer_name": row["manufacturer_name"] or None,
            "link": self.addresses.product(row),
            "features": self._features(row),
            "images": self.photos(row),
            "cover": self._cover(row),
            "show_quantities": True,
            "quantity_label": "Produits" if stock["quantity"] > 1 else "Produit",
            "show_availability": True,
            "availability": _AVAILABLE[availability],
            "availability_message": availability,
            "customization_required": self._must_be_personalised(row),
        }
        if chosen:
            found["attributes"] = self._attributes(chosen)
        found |= self._discounted(price)
        for name in ("regular_price_amount", "regular_price", "discount_to_display"):
            found.pop(name, None)  # listings only
        return found

    def _features(self, row: Row) -> list[dict[str, Any]]:
        names, values = self.state.tables["product_features"].rows, self.state.tables["product_feature_values"].rows
        return [
            {
                "name": names[f["id"]]["name"],
                "value": values[f["id_feature_value"]]["value"],
                "id_feature": f["id"],
                "position": names[f["id"]]["position"],
            }
            for f in row["associations"].get("product_features", [])
        ]

    def _attributes(self, combination: Row) -> dict[str, dict[str, Any]]:
        values, groups = self.state.tables["product_option_values"].rows, self.state.tables["product_options"].rows
        found = {}
        for link in combination["associations"]["product_option_values"]:
            value = values[link["id"]]
            group = value["id_attribute_group"]
            found[str(group)] = {
                "id_attribute": value["id"],
                "id_attribute_group": group,
                "name": value["name"],
                "group": groups[group]["name"],
                **{name: combination[name] for name in ("reference", "ean13", "isbn", "upc", "mpn")},
            }
        return found


_LAST_ONES = 3
_AVAILABLE = {"": "available", "Derniers articles en stock": "last_remaining_items", "Rupture de stock": "unavailable"}


_FROM_THE_ROW = (
    "id_shop_default", "id_manufacturer", "id_supplier", "reference", "is_virtual", "delivery_in_stock",
    "delivery_out_stock", "id_category_default", "on_sale", "online_only", "minimal_quantity", "low_stock_threshold",
    "low_stock_alert", "unity", "additional_shipping_cost", "customizable", "redirect_type", "available_for_order",
    "show_condition", "condition", "show_price", "indexed", "visibility", "cache_default_attribute", "date_add",
    "date_upd", "pack_stock_type", "meta_description", "meta_keywords", "meta_title", "link_rewrite", "name",
    "description", "description_short", "available_now", "available_later",
)  # fmt: skip


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
