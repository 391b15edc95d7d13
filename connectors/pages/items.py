"""Pure: attributes in the page's own elements (microdata, RDFa) as the same nodes that JSON-LD gives.

One CSS query, one walk to each element's nearest scope with what was learnt on the way, no recursion.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from selectolax.lexbor import LexborNode

from connectors.pages import machine
from connectors.pages.graph import Graph, Role, Root
from connectors.pages.offers_markup import Node, types
from connectors.pages.page import Page, attribute
from connectors.pages.seen import Seen, Source

_MAX_ELEMENTS: Final = 6000
_MAX_DEPTH: Final = 400
_MAX_TEXT: Final = 20_000
_MAX_REFERENCES: Final = 40
_ADDRESSES: Final = machine.words(
    "url image availability itemCondition sameAs logo item mainEntityOfPage contentUrl thumbnailUrl additionalType "
    "businessFunction priceType acceptedPaymentMethod potentialAction thumbnail"
)
"""Properties whose value is where an element points to; of all others it is what the element says."""
_MONEY: Final = frozenset({"price", "lowPrice", "highPrice", "minPrice", "maxPrice"})
_ABOVE: Final = frozenset({"Product", "ProductGroup", "Offer", "Review"})
_ORPHANS: Final = machine.words(
    "name price priceCurrency availability sku brand description image gtin13 gtin gtin14 gtin8 gtin12 mpn lowPrice "
    "highPrice"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The attributes' names. `scope` makes an element an item, `kind` gives its type."""

    prop: str
    scope: str
    kind: str
    name: str
    """The item's own address."""


@dataclass(slots=True)
class _Item:
    element: LexborNode
    node: Node = field(default_factory=dict)
    parent: _Item | None = None
    prop: str = ""


class ItemReader:
    """Reads one page's items in one dialect."""

    def __init__(self, page: Page, dialect: Dialect, source: Source) -> None:
        self._page = page
        self._dialect = dialect
        self._source = source
        self._items: dict[int, _Item] = {}
        """By the identity of the element."""
        self._owners: dict[int, _Item | None] = {}
        self._orphans: dict[str, list[str]] = {}
        self._referring: list[_Item] = []
        """With `itemref`."""
        self._spent = 0
        """Characters of text read so far."""

    def read(self, elements: list[LexborNode]) -> Seen:
        """All products of the elements that carry the dialect's attributes, given in the page's order.

        One is made of properties without any item around them, where each of them is there once."""
        last = 0
        for element in elements[:_MAX_ELEMENTS]:
            if element.mem_id != last:  # a query gives it once for each selector that it matches
                self._take(element)
            last = element.mem_id
        self._follow_references()
        roots = self._roots()
        seen = Graph(self._page, self._source, roots).read()
        if not seen.products and (orphan := self._orphan()):
            found = Graph(self._page, self._source, [orphan]).read()
            return replace(seen, products=found.products, notes=("properties without an item around them",))
        return seen

    # --- elements

    def _take(self, element: LexborNode) -> None:
        attributes = element.attributes
        dialect = self._dialect
        props = (attributes.get(dialect.prop) or "").split() if dialect.prop in attributes else []
        props = [prop.rpartition("/")[2].rpartition(":")[2] for prop in props[:5]]
        owner = self._owner(element)
        value: Any
        if dialect.scope in attributes:
            kinds = (attributes.get(dialect.kind) or "").split()[:10]
            item = _Item(element, {"@type": kinds}, owner, props[0] if props else "")
            if name := attributes.get(dialect.name):
                item.node["@id"] = name
            self._items[element.mem_id] = item
            if attributes.get("itemref"):
                self._referring.append(item)
            value = item.node
            if props and not kinds and (said := attributes.get("content")):
                value = said
        elif props:
            value = self._value(element, props[0], attributes)
        else:
            return
        for prop in props:
            if owner is not None:
                owner.node.setdefault(prop, []).append(value)
            elif prop in _ORPHANS and isinstance(value, str):
                self._orphans.setdefault(prop, []).append(value)

    def _owner(self, element: LexborNode) -> _Item | None:
        """The nearest item around an element."""
        path: list[int] = []
        found: _Item | None = None
        around = element.parent
        for _ in range(_MAX_DEPTH):
            if around is None:
                break
            key = around.mem_id
            if key in self._items:
                found = self._items[key]
                break
            if key in self._owners:
                found = self._owners[key]
                break
            path.append(key)
            around = around.parent
        for key in path:
            self._owners[key] = found
        return found

    def _value(self, element: LexborNode, prop: str, attributes: dict[str, str | None]) -> str:
        said = attributes.get("content")
        money = prop in _MONEY
        if said is not None and (said.strip() or element.tag == "meta") and (not money or machine.price(said)[0]):
            return said
        if prop in _ADDRESSES:
            for name in ("href", "src", "data-src", "resource", "data"):
                if address := attributes.get(name):
                    return address
        if element.tag in ("data", "meter", "input") and (value := attributes.get("value")):
            return value
        if element.tag == "time" and (moment := attributes.get("datetime")):
            return moment
        if self._spent > _MAX_TEXT * 100:  # elements in elements, each with all the text
            return ""
        text = (
            split_amount(element)
            if money
            else (element.inner_html or "")
            if prop == "description"
            else element.text(separator=" ", strip=True)
        )
        self._spent += len(text)
        return (
            text[:_MAX_TEXT] or attributes.get("alt") or attribute(element.css_first("img[alt]"), "alt") or said or ""
        )

    # --- items

    def _follow_references(self) -> None:
        """`itemref`: properties that stand elsewhere on the page."""
        left = _MAX_REFERENCES
        for item in self._referring:
            for name in (item.element.attributes.get("itemref") or "").split():
                left -= 1
                if left < 0:
                    return
                if not name.replace("-", "").replace("_", "").isalnum():
                    continue
                there = self._page.tree.css_first(f'[id="{name}"]')
                if there is not None:
                    self._lend(item, there)

    def _lend(self, item: _Item, there: LexborNode) -> None:
        for element in there.css(f"[{self._dialect.prop}]")[:200]:
            if (inner := self._items.get(element.mem_id)) is not None:
                if inner.parent is None and inner.prop and inner is not item:
                    inner.parent = item
                    item.node.setdefault(inner.prop, []).append(inner.node)
            elif self._owner(element) is None:
                attributes = element.attributes
                for prop in (attributes.get(self._dialect.prop) or "").split()[:5]:
                    item.node.setdefault(prop, []).append(self._value(element, prop, attributes))

    def _roots(self) -> list[Root]:
        """Top-level items: of products that look alike, several are tiles; within another item, one is related."""
        tops = [item for item in self._items.values() if item.parent is None or not item.prop]
        names: dict[str, list[str]] = {}
        for item in tops:
            if not _is_within_product(item):
                names.setdefault(_shape(item), []).append(machine.text(item.node.get("name")) or "")
        found = []
        for item in tops:
            role: Role = "main"
            if _is_within_product(item):
                role = "related"
            elif len(set(names.get(_shape(item), ()))) > 1:
                role = "listed"
            found.append(Root(_where(item.element), item.node, role=role))
        return found

    def _orphan(self) -> Root | None:
        """A product of properties that no item holds, only where nothing is there twice."""
        found = {prop: list(dict.fromkeys(values)) for prop, values in self._orphans.items()}
        if any(len(values) > 1 for prop, values in found.items() if prop not in ("image", "description")):
            return None
        if not ({"price", "lowPrice"} & found.keys()) or not ({"name", "sku", "priceCurrency"} & found.keys()):
            return None
        offer = {key: found[key] for key in ("price", "lowPrice", "highPrice", "priceCurrency", "availability")
                 if key in found}  # fmt: skip
        rest = {key: values for key, values in found.items() if key not in offer}
        return Root("orphans", {"@type": ["Product"], **rest, "offers": [{"@type": ["Offer"], **offer}]})


def _is_within_product(item: _Item) -> bool:
    """A page or a site may stand around its product; a product around another has related ones in it."""
    around = item.parent
    if around is None or _ABOVE.isdisjoint(types(around.node)):
        return False
    name = machine.text(item.node.get("name"))
    return name is None or name != machine.text(around.node.get("name"))


def _shape(item: _Item) -> str:
    """What tiles of one list have in common: their type, their element and its first class."""
    classes = (item.element.attributes.get("class") or "").split()
    return " ".join((*types(item.node), item.element.tag or "", *classes[:1]))


def _where(element: LexborNode) -> str:
    attributes = element.attributes
    name, classes = attributes.get("id"), (attributes.get("class") or "").split()
    return f"{element.tag}{f'#{name}' if name else f'.{classes[0]}' if classes else ''}"[:80]


def split_amount(element: LexborNode) -> str:
    """The element's text; cents that stand in an element of their own ("12<sup>90</sup>") are cents."""
    parts = [part for part in element.text(separator="\n", strip=True).split("\n", 40) if part]
    joined = ""
    for part in parts[:12]:
        if joined[-1:].isdigit() and part[:1].isdigit():
            joined += "." if len(part) == 2 and "." not in joined and "," not in joined else " "
        elif joined and not (joined[-1] in ".,€" or part[0] in ".,€"):
            joined += " "
        joined += part
    return joined
