"""The webservice's names of things: resources with their fields and associations, in the order in which they come.

One line a resource. After a field's name: `*` a text in each language, `!` computed when asked for (cannot be
filtered), `>name` the resource that it links to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

DATES = ("date_add", "date_upd")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a resource."""

    name: str
    i18n: bool = False
    computed: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Association:
    """A list below `associations`; its items are dictionaries of `fields`, the first of which is an id."""

    name: str
    child: str
    api: str
    fields: tuple[str, ...] = ("id",)


@dataclass(frozen=True)
class Resource:
    """One resource: its names in the plural and the singular, what it holds, and how its root entry describes it."""

    name: str
    node: str
    title: str
    fields: Mapping[str, Field]
    associations: Mapping[str, Association]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The fields that are there once a language."""
        return tuple(f.name for f in self.fields.values() if f.i18n)

    def plain(self, dated: bool) -> list[str]:
        """What can be filtered and sorted by: not the texts, and the dates only with `date=1` (measured)."""
        names = [f.name for f in self.fields.values() if not f.i18n and f.name not in DATES]
        return [*names, *DATES] if dated else names


def _field(text: str) -> Field:
    name, _, link = text.partition(">")
    return Field(name.rstrip("*!"), name.endswith("*"), name.endswith("!"), link)


def _resource(name: str, node: str, title: str, fields: str, *associations: Association) -> Resource:
    known = {f.name: f for f in map(_field, fields.split())}
    return Resource(name, node, title, known, {a.name: a for a in associations})


def _linked(name: str, child: str, api: str = "", fields: str = "id") -> Association:
    return Association(name, child, api or name, tuple(fields.split()))


_OPTION_VALUES = _linked("product_option_values", "product_option_value")

RESOURCES: dict[str, Resource] = {
    resource.name: resource
    for resource in (
        _resource(
            "categories",
            "category",
            "The product categories",
            "id id_parent level_depth nb_products_recursive! active id_shop_default is_root_category position date_add "
            "date_upd name* link_rewrite* description* additional_description* meta_title* meta_description* "
            "meta_keywords*",
            _linked("categories", "category"),
            _linked("products", "product"),
        ),
        _resource(
            "combinations",
            "combination",
            "The product combinations",
            "id id_product>products ean13 isbn upc mpn reference supplier_reference wholesale_price price ecotax "
            "weight unit_price_impact minimal_quantity low_stock_threshold low_stock_alert default_on available_date",
            _OPTION_VALUES,
            _linked("images", "image", "images/products"),
        ),
        _resource(
            "countries",
            "country",
            "The countries",
            "id id_zone id_currency call_prefix iso_code active contains_states need_identification_number "
            "need_zip_code zip_code_format display_tax_label name*",
        ),
        _resource(
            "currencies",
            "currency",
            "The currencies",
            "id names* name! symbol* iso_code numeric_iso_code precision conversion_rate deleted active unofficial "
            "modified pattern*",
        ),
        _resource(
            "image_types",
            "image_type",
            "The image types",
            "id name width height categories products manufacturers suppliers stores",
        ),
        _resource(
            "languages",
            "language",
            "Shop languages",
            "id name iso_code locale language_code active is_rtl date_format_lite date_format_full",
        ),
        _resource(
            "manufacturers",
            "manufacturer",
            "The product brands",
            "id active link_rewrite! name date_add date_upd description* short_description* meta_title* "
            "meta_description* meta_keywords*",
            _linked("addresses", "address"),
        ),
        _resource(
            "product_feature_values",
            "product_feature_value",
            "The product feature values",
            "id id_feature custom value*",
        ),
        _resource("product_features", "product_feature", "The product features", "id position name*"),
        _resource(
            "product_option_values",
            "product_option_value",
            "The product attribute values",
            "id id_attribute_group>product_options color position name*",
        ),
        _resource(
            "product_options",
            "product_option",
            "The product attributes",
            "id is_color_group group_type position name* public_name*",
            _OPTION_VALUES,
        ),
        _resource(
            "products",
            "product",
            "The products",
            "id id_manufacturer>manufacturers id_supplier>suppliers id_category_default>categories new "
            "cache_default_attribute id_default_image! id_default_combination!>combinations "
            "id_tax_rules_group>tax_rule_groups position_in_category! manufacturer_name! quantity! type! "
            "id_shop_default reference supplier_reference location width height depth weight quantity_discount ean13 "
            "isbn upc mpn cache_is_pack cache_has_attachments is_virtual state additional_delivery_times "
            "delivery_in_stock* delivery_out_stock* product_type on_sale online_only ecotax minimal_quantity "
            "low_stock_threshold low_stock_alert price wholesale_price unity unit_price unit_price_ratio "
            "additional_shipping_cost customizable text_fields uploadable_files active redirect_type "
            "id_type_redirected available_for_order available_date show_condition condition show_price indexed "
            "visibility advanced_stock_management date_add date_upd pack_stock_type meta_description* meta_keywords* "
            "meta_title* link_rewrite* name* description* description_short* available_now* available_later*",
            _linked("categories", "category"),
            _linked("images", "image"),
            _linked("combinations", "combination"),
            _OPTION_VALUES,
            _linked("product_features", "product_feature", fields="id id_feature_value"),
            _linked("tags", "tag"),
            _linked("stock_availables", "stock_available", fields="id id_product_attribute"),
            _linked("attachments", "attachment"),
            _linked("accessories", "product", "products"),
            _linked("product_bundle", "product", "products", "id id_product_attribute quantity"),
        ),
        _resource(
            "shop_groups",
            "shop_group",
            "Shop groups from multi-shop feature",
            "id name color share_customer share_order share_stock active deleted",
        ),
        _resource(
            "shop_urls",
            "shop_url",
            "Shop URLs from multi-shop feature",
            "id id_shop>shops active main domain domain_ssl physical_uri virtual_uri",
        ),
        _resource(
            "shops",
            "shop",
            "Shops from multi-shop feature",
            "id id_shop_group>shop_groups id_category>categories active deleted name color theme_name",
        ),
        _resource(
            "specific_price_rules",
            "specific_price_rule",
            "Specific price management",
            "id id_shop id_country id_currency id_group name from_quantity price reduction reduction_tax "
            "reduction_type from to",
        ),
        _resource(
            "specific_prices",
            "specific_price",
            "Specific price management",
            "id id_shop_group>shop_groups id_shop>shops id_cart id_product>products id_product_attribute>combinations "
            "id_currency>currencies id_country>countries id_group id_customer id_specific_price_rule price "
            "from_quantity reduction reduction_tax reduction_type from to",
        ),
        _resource(
            "stock_availables",
            "stock_available",
            "Available quantities",
            "id id_product>products id_product_attribute>combinations id_shop>shops id_shop_group>shop_groups quantity "
            "depends_on_stock out_of_stock location",
        ),
        _resource(
            "suppliers",
            "supplier",
            "The product suppliers",
            "id link_rewrite name active date_add date_upd description* meta_title* meta_description* meta_keywords*",
        ),
        _resource("tags", "tag", "The Products tags", "id id_lang>languages name"),
        _resource("tax_rule_groups", "tax_rule_group", "Tax rule groups", "id name active deleted date_add date_upd"),
        _resource(
            "tax_rules",
            "tax_rule",
            "Tax rules entity",
            "id id_tax_rules_group>tax_rule_groups id_state id_country>countries zipcode_from zipcode_to id_tax>taxes "
            "behavior description",
        ),
        _resource("taxes", "tax", "The tax rate", "id rate active deleted name*"),
    )
}
# Resources that exist in every shop and that the fake does not play: a key has no right to them (401, code 26).
ELSEWHERE = (
    "addresses", "attachments", "carriers", "carts", "configurations", "contacts", "content_management_system",
    "customers", "employees", "groups", "guests", "order_details", "order_states", "orders", "product_suppliers",
    "search", "states", "stock_movements", "stores", "zones",
)  # fmt: skip
EVERY = sorted({*RESOURCES, "images", *ELSEWHERE})
