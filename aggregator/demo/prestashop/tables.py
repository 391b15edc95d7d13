"""A catalogue as a PrestaShop's database holds it: rows by resource, prices net of tax, stock apart from products.

Products and combinations are numbered apart, from the same number on, as in real shops: product 1040 and combination
1040 are not of one family.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from ..clock import local
from ..french import COLOURS
from ..model import Catalogue, Picture, Product, Term
from ..text import slugify
from .options import Options
from .schema import RESOURCES, Resource

Row = dict[str, Any]
ROOT, HOME, FRANCE = 1, 2, 8
NEVER, NO_DAY, NOTHING = "0000-00-00 00:00:00", "0000-00-00", "0.000000"
_RATES = {"20": 1, "10": 2, "5.5": 3, "2.1": 4}  # the groups that an installer's French pack makes
_CENT, _SIXTH = Decimal("0.01"), Decimal("0.000001")


@dataclasses.dataclass
class Table:
    """The rows of one resource by id, in the order in which the shop lists them; and their texts in language 2."""

    resource: Resource
    rows: dict[int, Row] = dataclasses.field(default_factory=dict)
    second: dict[int, dict[str, str]] = dataclasses.field(default_factory=dict)
    highest: int = 0

    def add(self, **values: Any) -> Row:
        """A new row; the id is the next one where none is given. Unset fields are empty."""
        values.setdefault("id", self.highest + 1)
        self.highest = max(self.highest, values["id"])
        row = {name: values.pop(name, "" if field.i18n else 0) for name, field in self.resource.fields.items()}
        if self.resource.associations:
            row["associations"] = values.pop("associations", {})
        if values:
            raise KeyError(f"no such field: {', '.join(sorted(values))}")
        self.rows[row["id"]] = row
        return row

    def text(self, row: Row, field: str, language: int) -> Any:
        """A field in that language; what was never translated is the first language's copy, as PrestaShop does."""
        return self.second.get(row["id"], {}).get(field, row[field]) if language == 2 else row[field]


def stamp(second: float) -> str:
    """The shop's own time, without a zone."""
    return local(int(second)).replace("T", " ")


def six(value: Decimal) -> str:
    """A decimal as the webservice gives it."""
    return str(value.quantize(_SIXTH))


@dataclasses.dataclass
class Drawn:
    """Every photo by its image id: what to draw, and the seed that the product's photos share."""

    pictures: dict[int, tuple[Picture, int]] = dataclasses.field(default_factory=dict)

    def add(self, product: Product) -> list[int]:
        """Ids for all photos of the product."""
        if product.picture is None:
            return []
        first = len(self.pictures) + 1
        found = range(first, first + product.images)
        for nth, number in enumerate(found):
            self.pictures[number] = (product.picture, product.id * 10 + nth)
        return list(found)


def build(catalogue: Catalogue, options: Options) -> tuple[dict[str, Table], Drawn]:
    """All tables of the shop that sells this catalogue, and its photos."""
    builder = _Builder(catalogue, options)
    builder.settings()
    builder.terms()
    family: dict[int, list[Product]] = {}
    for product in catalogue.products:
        if product.type == "variation":
            family.setdefault(product.parent, []).append(product)
    for product in catalogue.products:
        if product.type != "variation":
            builder.product(product, family.get(product.id, []))
    builder.order()
    return builder.tables, builder.drawn


class _Builder:
    def __init__(self, catalogue: Catalogue, options: Options) -> None:
        self.catalogue, self.options = catalogue, options
        self.tables = {name: Table(resource) for name, resource in RESOURCES.items()}
        self.drawn = Drawn()
        self.rate = 1 + Decimal(options.vat_percent) / 100
        self.features: dict[str, dict[str, int]] = {}
        self.brands = {t.id: t.name for t in catalogue.brands}
        self.opened = stamp(min((p.created for p in catalogue.products), default=0) - 86_400)
        self.by_id = {p.id: p for p in catalogue.products}
        self.next_combination = min(self.by_id, default=1)

    # -- what every shop has -----------------------------------------------------------------------------------------
    def settings(self) -> None:
        """Languages, currency, country, taxes, image sizes, the shop itself."""
        t = self.tables
        t["languages"].add(
            name="Français (French)", iso_code="fr", locale="fr-FR", language_code="fr", active=1,
            date_format_lite="d/m/Y", date_format_full="d/m/Y H:i:s",
        )  # fmt: skip
        t["languages"].add(
            name="English (English)", iso_code="en", locale="en-US", language_code="en-us",
            active=int(self.options.languages > 1), date_format_lite="m/d/Y", date_format_full="m/d/Y H:i:s",
        )  # fmt: skip
        t["currencies"].add(
            names="Euro", name="Euro", symbol="€", iso_code="EUR", numeric_iso_code="978", precision=2,
            conversion_rate="1.000000", active=1,
        )  # fmt: skip
        for number, iso, prefix, name in ((3, "BE", 32, "Belgique"), (FRANCE, "FR", 33, "France")):
            t["countries"].add(
                id=number, id_zone=1, call_prefix=prefix, iso_code=iso, active=int(iso == "FR"), need_zip_code=1,
                zip_code_format="NNNNN" if iso == "FR" else "NNNN", display_tax_label=1, name=name,
            )  # fmt: skip
        for rate, group in _RATES.items():
            shown = rate.replace(".", ",")
            t["taxes"].add(id=group, rate=f"{float(rate):.3f}", active=1, name=f"TVA FR {shown}%")
            t["tax_rule_groups"].add(
                id=group, name=f"FR Taux ({shown}%)", active=1, date_add=self.opened, date_upd=self.opened
            )
            t["tax_rules"].add(
                id_tax_rules_group=group, id_country=FRANCE, zipcode_from="0", zipcode_to="0", id_tax=group,
                description="",
            )  # fmt: skip
        for name, side in IMAGE_SIZES.items():
            t["image_types"].add(name=name, width=side, height=side, products=1, categories=int(side > 200))
        t["shop_groups"].add(name="Default", color="", active=1)
        t["shops"].add(
            id_shop_group=1, id_category=HOME, active=1, name=self.catalogue.name, color="", theme_name="classic"
        )
        t["shop_urls"].add(
            id_shop=1, active=1, main=1, domain="", domain_ssl="", virtual_uri="",
            physical_uri=f"{self.options.base_path}/",
        )  # fmt: skip

    def terms(self) -> None:
        """Categories below the home one, brands, option groups with their values, tags."""
        t = self.tables
        dates = {"date_add": self.opened, "date_upd": self.opened}
        lists: dict[str, Any] = {"active": 1, "id_shop_default": 1, **dates}
        t["categories"].add(id=ROOT, name="Racine", link_rewrite="racine", **lists)
        t["categories"].add(
            id=HOME, id_parent=ROOT, level_depth=1, is_root_category=1, name="Accueil", link_rewrite="accueil", **lists
        )
        for n, term in enumerate(self.catalogue.categories):
            depth = 3 if term.parent else 2
            parent = term.parent or HOME
            t["categories"].add(
                id=term.id, id_parent=parent, level_depth=depth, position=n, name=term.name, link_rewrite=term.slug,
                description=f"<p>{term.description}</p>" if term.description else "", **lists,
            )  # fmt: skip
        for row in t["categories"].rows.values():
            below = [{"id": r["id"]} for r in t["categories"].rows.values() if r["id_parent"] == row["id"]]
            row["associations"] = {"categories": below, "products": []} if below else {"products": []}
        for brand in self.catalogue.brands:
            t["manufacturers"].add(id=brand.id, active=1, link_rewrite=brand.slug, name=brand.name, **dates)
        for n, attribute in enumerate(self.catalogue.attributes):
            colours = attribute.slug == "couleur"
            t["product_options"].add(
                id=attribute.id, is_color_group=int(colours), group_type="color" if colours else "select", position=n,
                name=attribute.name, public_name=attribute.name,
                associations={"product_option_values": [{"id": v.id} for v in attribute.terms]},
            )  # fmt: skip
            for place, value in enumerate(attribute.terms):
                colour = _hex(value) if colours else ""
                t["product_option_values"].add(
                    id=value.id, id_attribute_group=attribute.id, color=colour, position=place, name=value.name
                )
        for tag in self.catalogue.tags:
            t["tags"].add(id=tag.id, id_lang=1, name=tag.name)

    # -- products ----------------------------------------------------------------------------------------------------
    def product(self, product: Product, variations: list[Product]) -> None:
        """The product's row, its combinations, its stock, its discounts."""
        first = next((v for v in variations if v.regular_price), product)
        price = self._net(first.regular_price or self._bundle_price(product))
        images = self.drawn.add(product)
        row = self._product_row(product, price, images)
        links = row["associations"]
        for n, variation in enumerate(variations):
            self._combination(row, variation, price, n)
        if not variations:
            self._discount(product, product.id, 0)
        self._stock(row, product, [v for v in variations if v.status == "publish"])
        for number in [c["id"] for c in links["categories"]]:
            self.tables["categories"].rows[number]["associations"]["products"].append({"id": product.id})
        row["associations"] = {name: items for name, items in links.items() if items}

    def _product_row(self, product: Product, price: Decimal, images: list[int]) -> Row:
        categories = sorted(product.categories) or [HOME]
        kind = {"variable": "combinations", "grouped": "pack"}.get(product.type, "standard")
        shown = bool(product.regular_price) or product.type in ("variable", "grouped")
        brand = next(iter(product.brands), 0)
        slug = product.slug or slugify(product.name)
        linked: dict[str, list[Row]] = {
            "categories": [{"id": n} for n in dict.fromkeys([HOME, *categories])],
            "images": [{"id": n} for n in images],
            "combinations": [],
            "product_option_values": [],
            "product_features": self._features(product),
            "tags": [{"id": n} for n in product.tags],
            "stock_availables": [],
            "product_bundle": [{"id": n, "id_product_attribute": 0, "quantity": 1} for n in product.grouped],
        }
        code = product.global_unique_id
        return self.tables["products"].add(
            id=product.id, id_manufacturer=brand, id_category_default=categories[-1], new=None,
            id_default_image=images[0] if images else 0, id_tax_rules_group=_RATES[self.options.vat_percent],
            manufacturer_name=self.brands.get(brand, False), type="pack" if kind == "pack" else "simple",
            id_shop_default=1, reference=product.sku, supplier_reference="", location="", width=NOTHING,
            height=NOTHING, depth=NOTHING, weight=six(Decimal(product.weight or "0")),
            ean13=code if code.isdigit() else "", isbn="", upc="", mpn="", cache_is_pack=int(kind == "pack"), state=1,
            additional_delivery_times=1, product_type=kind, ecotax=NOTHING, minimal_quantity=1,
            low_stock_threshold=None, price=six(price), wholesale_price=six(price / 2), unity="", unit_price=NOTHING,
            unit_price_ratio=NOTHING, additional_shipping_cost=NOTHING, active=int(product.status == "publish"),
            redirect_type="404", available_for_order=int(shown), available_date=NO_DAY, condition="new",
            show_price=int(shown), indexed=1, visibility=_VISIBILITY[product.catalog_visibility],
            date_add=stamp(product.created), date_upd=stamp(product.modified), pack_stock_type=3, link_rewrite=slug,
            name=_plain(product.name), description=self.catalogue.description_of(product).strip(),
            description_short=product.short_description.strip(), associations=linked,
        )  # fmt: skip

    def _combination(self, row: Row, variation: Product, base: Decimal, nth: int) -> None:
        if variation.status != "publish":  # a combination cannot be switched off: the merchant deletes it
            return
        table = self.tables["combinations"]
        number = self.next_combination + len(table.rows)
        attributes = {a.id: a for a in self.catalogue.attributes}
        values = [attributes[a].term(v).id for a, v in variation.choice if v]
        first = not row["associations"]["combinations"]
        impact = self._net(variation.regular_price) - base if variation.regular_price else Decimal(0)
        table.add(
            id=number, id_product=row["id"], ean13=variation.global_unique_id, isbn="", upc="", mpn="",
            reference=variation.sku, supplier_reference="", wholesale_price=NOTHING, price=six(impact), ecotax=NOTHING,
            weight=NOTHING, unit_price_impact=NOTHING, minimal_quantity=1, low_stock_threshold=None,
            default_on=1 if first else None, available_date=NO_DAY,
            associations={
                "product_option_values": [{"id": v} for v in values],
                **({"images": [{"id": row["id_default_image"]}]} if row["id_default_image"] else {}),
            },
        )  # fmt: skip
        if first:
            row["cache_default_attribute"] = row["id_default_combination"] = number
        links = row["associations"]
        links["combinations"].append({"id": number})
        known = {v["id"] for v in links["product_option_values"]}
        links["product_option_values"] += [{"id": v} for v in values if v not in known]
        self._discount(variation, row["id"], number)

    def _stock(self, row: Row, product: Product, variations: list[Product]) -> None:
        """The product's own row, then one a combination; the first is their sum."""
        combinations = [0, *(c["id"] for c in row["associations"]["combinations"])]
        quantities = [_quantity(v) for v in variations]
        quantities = [sum(quantities), *quantities] if variations else [_quantity(product)]
        backorders = any(p.backorders != "no" for p in (product, *variations))
        for combination, quantity in zip(combinations, quantities, strict=True):
            added = self.tables["stock_availables"].add(
                id_product=row["id"], id_product_attribute=combination, id_shop=1, quantity=quantity, location="",
                out_of_stock=1 if backorders else 2,
            )  # fmt: skip
            row["associations"]["stock_availables"].append({"id": added["id"], "id_product_attribute": combination})

    def _discount(self, product: Product, owner: int, combination: int) -> None:
        if not product.sale_price or not product.regular_price:
            return
        regular, sale = Decimal(product.regular_price), Decimal(product.sale_price)
        off, kind = regular - sale, "amount"
        for percent in (10, 15, 20, 25, 30):
            if (regular * (100 - percent) / 100).quantize(_CENT) == sale:
                off, kind = Decimal(percent) / 100, "percentage"
        self.tables["specific_prices"].add(
            id_product=owner, id_product_attribute=combination, price="-1.000000", from_quantity=1, reduction=six(off),
            reduction_tax=1, reduction_type=kind, **{
                "from": stamp(product.sale_from) if product.sale_from else NEVER,
                "to": stamp(product.sale_to) if product.sale_to else NEVER,
            },
        )  # fmt: skip

    def _bundle_price(self, product: Product) -> str:
        """A pack costs a little less than what is in it."""
        members = [self.by_id[n] for n in product.grouped if n in self.by_id]
        prices = [Decimal(p.regular_price) for p in members if p.regular_price]
        return str((sum(prices, Decimal(0)) * Decimal("0.9")).quantize(_CENT)) if prices else ""

    def _features(self, product: Product) -> list[Row]:
        """What the product is, where its combinations do not differ by it."""
        found = []
        for use in product.attributes:
            for slug in () if use.variation else use.options:
                feature = self._feature(use.attribute.name)
                values = self.features[use.attribute.name]
                name = use.attribute.term(slug).name
                if name not in values:
                    values[name] = self.tables["product_feature_values"].add(id_feature=feature, value=name)["id"]
                found.append({"id": feature, "id_feature_value": values[name]})
        return found

    def _feature(self, name: str) -> int:
        table = self.tables["product_features"]
        if name not in self.features:
            self.features[name] = {}
            table.add(position=len(table.rows), name=name)
        return next(n for n, row in table.rows.items() if row["name"] == name)

    def _net(self, gross: str) -> Decimal:
        return (Decimal(gross or "0") / self.rate).quantize(_SIXTH)

    def order(self) -> None:
        """The order of lists that nobody sorted (not by id, measured), and what categories say of their products."""
        products = self.tables["products"]
        products.rows = dict(sorted(products.rows.items(), key=lambda r: (r[1]["id_category_default"], r[0])))
        categories = self.tables["categories"].rows
        for row in categories.values():
            for place, one in enumerate(row["associations"]["products"]):
                product = products.rows[one["id"]]
                if product["id_category_default"] == row["id"]:
                    product["position_in_category"] = place
            row["nb_products_recursive"] = len(row["associations"]["products"])
            if not row["associations"]["products"]:
                del row["associations"]["products"]


IMAGE_SIZES = {
    "cart_default": 125, "small_default": 98, "medium_default": 452, "home_default": 250, "large_default": 800,
}  # fmt: skip
_VISIBILITY = {"visible": "both", "catalog": "catalog", "search": "search", "hidden": "none"}


def _quantity(product: Product) -> int:
    """PrestaShop counts everything: what WooCommerce only calls in stock gets a number."""
    if product.stock_quantity is not None:
        return product.stock_quantity
    return 0 if product.stock_status == "outofstock" else 5 + product.id % 40


def _plain(name: str) -> str:
    """PrestaShop's names hold none of the characters <>;=#{} (its own rule), so no markup and no entities."""
    return "".join(c for c in name.replace("&amp;", "&") if c not in "<>;=#{}")


def _hex(value: Term) -> str:
    found = next((colour for name, colour in COLOURS.items() if slugify(name) == value.slug), (128, 128, 128))
    return "#{:02x}{:02x}{:02x}".format(*found)
