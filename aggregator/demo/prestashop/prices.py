"""What a product costs: the virtual prices of the webservice, and what the pages show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .tables import FRANCE, NEVER, Row, Table

_ZERO = Decimal(0)
_VISITORS = (0, 1)  # everybody, and the group of visitors


@dataclass(frozen=True, slots=True)
class Priced:
    """A price to the cent, tax included: now, without the discount, and the rate of its tax in percent."""

    now: Decimal
    regular: Decimal
    rate: Decimal
    discount: Row | None


class Prices:
    """Computes prices over the shop's tables, at the moment `now` (the shop's own time, as text)."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables

    def rate(self, product: Row, country: int = FRANCE) -> Decimal:
        """The tax in percent that this country takes; 0 where no rule says anything."""
        for rule in self.tables["tax_rules"].rows.values():
            if rule["id_tax_rules_group"] == product["id_tax_rules_group"] and rule["id_country"] == country:
                return Decimal(self.tables["taxes"].rows[rule["id_tax"]]["rate"])
        return _ZERO

    def discount(self, product: int, combination: int, now: str) -> Row | None:
        """The specific price that counts for a visitor who buys one: the most specific, then the newest."""
        found = [
            row
            for row in self.tables["specific_prices"].rows.values()
            if row["id_product"] in (0, product)
            and row["id_product_attribute"] in (0, combination)
            and not row["id_customer"]
            and not row["id_cart"]
            and row["id_group"] in _VISITORS
            and row["id_country"] in (0, FRANCE)
            and row["from_quantity"] <= 1
            and (row["from"] == NEVER or row["from"] <= now)
            and (row["to"] == NEVER or now <= row["to"])
        ]
        return max(found, key=lambda r: (r["id_product_attribute"], r["id_product"], r["id"]), default=None)

    def virtual(self, product: Row, combination: int, options: Mapping[str, Any], now: str) -> str:
        """`price[name][...]` of a product, or of one of its combinations: with tax and reduction unless told otherwise.

        A combination of another product costs "0.000000".
        """
        said = {name: str(value) not in ("", "0") for name, value in options.items()}
        impact = self._impact(product, combination)
        if impact is None:
            return "0.000000"
        country = int(options["country"]) if str(options.get("country", "")).isdigit() else FRANCE
        rate = 1 + self.rate(product, country) / 100
        taxed = said.get("use_tax", True)
        row = self.discount(product["id"], combination or self._default(product), now)
        price, off = self._amounts(Decimal(product["price"]), impact, row, rate, taxed)
        if said.get("only_reduction"):
            price = off
        elif said.get("use_reduction", True):
            price = max(price - off, _ZERO)
        places = int(options["decimals"]) if str(options.get("decimals", "")).isdigit() else 2
        return f"{price.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):.6f}"

    def shown(self, product: Row, combination: int, now: str) -> Priced:
        """What the page shows."""
        price, regular = (Decimal(self.virtual(product, combination, {"use_reduction": r}, now)) for r in (1, 0))
        row = self.discount(product["id"], combination or self._default(product), now)
        cents = Decimal("0.01")
        return Priced(price.quantize(cents), regular.quantize(cents), self.rate(product), row)

    def _default(self, product: Row) -> int:
        return int(product["cache_default_attribute"] or 0)

    def _impact(self, product: Row, combination: int) -> Decimal | None:
        """What the combination adds; the default one's where none is named."""
        number = combination or self._default(product)
        row = self.tables["combinations"].rows.get(number)
        if row is None or row["id_product"] != product["id"]:
            return None if combination else _ZERO
        return Decimal(row["price"])

    @staticmethod
    def _amounts(net: Decimal, impact: Decimal, row: Row | None, rate: Decimal, taxed: bool) -> tuple[Decimal, Decimal]:
        """(the price before the reduction, the reduction), both with tax if `taxed`."""
        factor = rate if taxed else Decimal(1)
        if row is None:
            return (net + impact) * factor, _ZERO
        fixed = Decimal(row["price"])
        if fixed >= 0:
            net, impact = fixed, _ZERO if row["id_product_attribute"] else impact
        price = (net + impact) * factor
        off = Decimal(row["reduction"])
        if row["reduction_type"] == "percentage":
            return price, price * off
        if taxed:
            return price, off if row["reduction_tax"] else off * rate
        return price, off / rate if row["reduction_tax"] else off
