"""What products only name by number: languages, currency, categories, option values, features, picture sizes.

Small lists are read once a run. Option values and feature values may be as many as the products (each custom feature
has its own), so they are asked for by number, a page of products at a time, and forgotten when they become many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from connectors.drafting import MALFORMED, label, text_of
from connectors.errors import CatalogueMalformed, CredentialsRejected
from connectors.prestashop import mapping
from connectors.prestashop.api import Api, Json, Params
from connectors.prestashop.mapping import Shop, flag, identifier, linked, number, spoken
from connectors.prestashop.paging import PACK, Lister, either, packs

REMEMBERED: Final = 20_000
"""Option or feature values that are held at once."""
FRENCH: Final = "fr"
EURO: Final = "EUR"
LARGE: Final = ("large_default", "large", "thickbox_default", "medium_default", "home_default")
"""Picture sizes that themes have, the best first."""
SMALL_LIST: Final = 1000
CURRENCY_FIELDS: Final = ("id", "iso_code", "conversion_rate", "deleted", "active")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Categories:
    """The shop's tree, by category id."""

    paths: dict[int, tuple[str, ...]]
    """Names from below the root."""
    slugs: dict[int, str]
    parents: dict[int, int]
    """Without the root and the home category."""


class Lookups:
    """Fills a `Shop` for one run. `limited` collects what the key may not read, though the catalogue can do without."""

    def __init__(self, api: Api, orders_when_empty: bool = False) -> None:
        self._api = api
        self.limited: list[str] = []
        languages = _each(self._once("languages", ("id", "iso_code", "active"), {"filter[active]": 1}, 100), _language)
        if not languages:
            raise CatalogueMalformed("the shop says that it speaks no language")
        self.languages = len(languages)
        language = next((i for i, iso in languages if iso == FRENCH), languages[0][0])
        self.lister = Lister(api, {"language": language})
        self.language = language
        self._options: dict[int, tuple[int, str, str]] = {}
        self._features: dict[int, tuple[str, str]] = {}
        self._groups: dict[int, tuple[int, str]] | None = None
        self._names: dict[int, str] | None = None
        self.shop = Shop(
            url=api.connection.url,
            currency=_currency(self._once("currencies", CURRENCY_FIELDS, {}, 200)),
            language=language,
            orders_when_empty=orders_when_empty,
            options=self._options,
            features=self._features,
        )

    def learn(self, products: Iterable[Json], combinations: Iterable[Json]) -> None:
        """Ask for the option and feature values that these items name and that are not known yet."""
        for known in (self._options, self._features):
            if len(known) > REMEMBERED:
                known.clear()
        wanted = _unknown(combinations, "product_option_values", "id", self._options)
        if wanted:
            self._learn_options(wanted)
        wanted = _unknown(products, "product_features", "id_feature_value", self._features)
        if wanted:
            self._optional(lambda: self._learn_features(wanted), "product_feature_values")

    def categories(self) -> Categories:
        """The whole tree; it has names for people and slugs for addresses."""
        terms = self._whole("categories", ("id", "id_parent", "is_root_category", "name", "link_rewrite"))
        known = {i: term for term in terms if (i := identifier(term)) is not None}
        return Categories(
            paths=mapping.category_paths(terms, self.language),
            slugs=dict(_each(terms, lambda c: (number(c["id"]), spoken(c.get("link_rewrite"), self.language)))),
            parents={i: number(c.get("id_parent")) for i, c in known.items() if not mapping.is_root(c)},
        )

    def image_size(self) -> str:
        """The name of the picture size to use: themes rename them. The usual one where the key may not look."""
        found = self._optional(lambda: self._whole("image_types", ("id", "name", "width", "products")), "image_types")
        sizes = dict(_each(found or [], _image_type))
        usual = next((name for name in LARGE if name in sizes), None)
        return usual or max(sizes, key=lambda name: (sizes[name], name), default=LARGE[0])

    # -- asking --------------------------------------------------------------------------------------------------

    def _once(self, resource: str, fields: Sequence[str], chosen: Params, size: int) -> list[Json]:
        """A small list that all lanes of a run need, asked for by the first of them."""
        kept: dict[str, list[Json]] = self._api.connection.kept.setdefault("prestashop.lookups", {})
        if resource not in kept:
            kept[resource] = Lister(self._api, {}).page(resource, fields, chosen, size)
        return kept[resource]

    def _whole(self, resource: str, fields: Sequence[str]) -> list[Json]:
        """A small list, page by page all the same."""
        found: list[Json] = []
        last = 0
        while True:
            page = self.lister.page(resource, fields, {"filter[id]": f">[{last}]"}, SMALL_LIST)
            found += page
            reached = max((i for item in page if (i := identifier(item)) is not None), default=0)
            if len(page) < SMALL_LIST or reached <= last:
                return found
            last = reached

    def _by_ids(self, resource: str, fields: Sequence[str], ids: Sequence[int]) -> list[Json]:
        return [
            item
            for pack in packs(ids)
            for item in self.lister.page(resource, fields, {"filter[id]": either(pack)}, PACK)
        ]

    def _learn_options(self, wanted: list[int]) -> None:
        if self._groups is None:
            groups = self._whole("product_options", ("id", "position", "name", "public_name"))
            self._groups = dict(_each(groups, self._group))
        for value in self._by_ids("product_option_values", ("id", "id_attribute_group", "name"), wanted):
            if (value_id := identifier(value)) is not None:
                rank, name = self._groups.get(number(value.get("id_attribute_group")), (0, ""))
                self._options[value_id] = (rank, name, label(spoken(value.get("name"), self.language)))

    def _learn_features(self, wanted: list[int]) -> None:
        if self._names is None:
            names = self._whole("product_features", ("id", "name"))
            self._names = dict(_each(names, lambda f: (number(f["id"]), label(spoken(f.get("name"), self.language)))))
        for value in self._by_ids("product_feature_values", ("id", "id_feature", "value"), wanted):
            if (value_id := identifier(value)) is not None:
                name = self._names.get(number(value.get("id_feature")), "")
                self._features[value_id] = (name, label(spoken(value.get("value"), self.language)))

    def _group(self, group: Json) -> tuple[int, tuple[int, str]]:
        """Ordered as the shop's pages do it; the public name is the one that visitors read."""
        name = spoken(group.get("public_name"), self.language) or spoken(group.get("name"), self.language)
        return number(group["id"]), (number(group.get("position")), label(name))

    def _optional(self, ask: Callable[[], T], resource: str) -> T | None:
        """A catalogue without this is poorer, not wrong: where the key may not read it, go on without."""
        if resource in self.limited:
            return None
        try:
            return ask()
        except CredentialsRejected:
            self.limited.append(resource)
            return None


def _each(items: Iterable[Json], read: Callable[[Json], T | None]) -> list[T]:
    """What can be read of a list; an odd entry of a lookup is passed over."""
    found = []
    for item in items:
        try:
            value = read(item)
        except MALFORMED:
            continue
        if value is not None:
            found.append(value)
    return found


def _unknown(items: Iterable[Json], association: str, name: str, known: Mapping[int, object]) -> list[int]:
    wanted: dict[int, None] = {}
    for item in items:
        try:
            wanted.update(dict.fromkeys(i for i in linked(item, association, name) if i not in known))
        except MALFORMED:
            continue
    return list(wanted)


def _language(item: Json) -> tuple[int, str] | None:
    return (number(item["id"]), text_of(item.get("iso_code")).casefold()) if flag(item.get("active", 1)) else None


def _image_type(item: Json) -> tuple[str, int] | None:
    return (text_of(item["name"]), number(item.get("width"))) if flag(item.get("products", 1)) else None


def _currency(items: list[Json]) -> str | None:
    """The default currency, in which virtual prices come: its rate is 1. None where several or none can be it."""
    rates: dict[str, float] = {}
    for code, rate in _each(items, _rate):
        rates.setdefault(code, rate)
    if len(rates) == 1:
        return next(iter(rates))
    default = [code for code, rate in rates.items() if rate == 1]
    if len(default) == 1:
        return default[0]
    return EURO if EURO in default else None


def _rate(item: Json) -> tuple[str, float] | None:
    if not flag(item.get("active", 1)) or flag(item.get("deleted", 0)):
        return None
    code = text_of(item.get("iso_code")).upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        return None
    return code, float(item.get("conversion_rate") or 0)
