"""Pure: the products in a graph of schema.org nodes, wherever they hang, each with its role on the page.

JSON-LD, microdata and RDFa all end here. The walk has no recursion and a cap on nodes: blocks come from strangers.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final, Literal

from connectors import values
from connectors.pages import machine
from connectors.pages.offers_markup import (
    GTIN_KEYS,
    MAX_OFFERS,
    Node,
    OfferReader,
    extra_attributes,
    images,
    nodes,
    types,
    variant_attributes,
)
from connectors.pages.page import Page
from connectors.pages.seen import Seen, SeenOffer, SeenProduct, Source
from connectors.pages.trail import trail
from connectors.records import Attribute, Condition

Role = Literal["main", "listed", "related"]
_RANK: Final[dict[Role, int]] = {"main": 0, "listed": 1, "related": 2}
_MAX_NODES: Final = 20_000
_MAX_PRODUCTS: Final = 300
_PRODUCTS: Final = machine.words(
    "Product ProductGroup IndividualProduct ProductModel SomeProducts Vehicle Car Motorcycle ProductCollection "
    "DietarySupplement Drug MotorizedBicycle"
)
_WORKS: Final = machine.words(
    "Book Movie MusicAlbum MusicRelease VideoGame Game SoftwareApplication CreativeWork Audiobook "
    "VisualArtwork Painting Sculpture Photograph Map Thing"
)
"""Products only where they are offered."""
_SELLERS: Final = machine.words(
    "Organization OnlineStore OnlineBusiness Store LocalBusiness Corporation ClothingStore BookStore FurnitureStore "
    "HomeGoodsStore JewelryStore ShoeStore SportingGoodsStore ToyStore HobbyShop GardenStore ElectronicsStore "
    "HardwareStore BikeStore Florist PetStore MusicStore OfficeEquipmentStore DepartmentStore"
)
_RELATED: Final = machine.words(
    "isRelatedTo isSimilarTo isAccessoryOrSparePartFor isConsumableFor isPartOf hasPart itemReviewed "
    "review reviews relatedLink citation workExample exampleOfWork subjectOf recommendation"
)
_LISTED: Final = machine.words(
    "itemListElement itemList makesOffer hasOfferCatalog offerCatalog owns hasMenu makesOffers catalog"
)
_ABOUT: Final = frozenset({"about", "mentions"})
"""Of an article: what it speaks of. Of a web page: what it shows."""
_OWN_KEYS: Final = machine.words(
    "offers brand manufacturer image aggregateRating hasVariant isVariantOf additionalProperty category "
    "hasMerchantReturnPolicy shippingDetails seller author publisher weight width height depth"
)
"""Of a product: read with it, never walked through."""


@dataclass(slots=True)
class _Found:
    node: Node
    where: str
    role: Role
    repaired: bool
    extra_offers: list[Any] = field(default_factory=list)
    """Offers that hold the product (BuyAction, Offer.itemOffered) instead of being held by it."""


@dataclass(frozen=True, slots=True)
class Root:
    """One block, or one top-level item."""

    where: str
    value: Any
    repaired: bool = False
    role: Role = "main"


class Graph:
    """All roots of one page as one source gives them."""

    def __init__(self, page: Page, source: Source, roots: list[Root]) -> None:
        self._page = page
        self._source = source
        self._roots = roots
        self._by_id = _index(roots)
        self._products: dict[int, _Found] = {}
        self._types: set[str] = set()
        self._trails: list[Node] = []
        self._sellers: list[str] = []

    @property
    def _offers(self) -> OfferReader:
        """Made anew each time: kept, it would hold this graph in a cycle, and with it the page's whole tree."""
        return OfferReader(self._page, self.resolve)

    def resolve(self, raw: Any) -> Any:
        """The node that `{"@id": ...}` stands for; anything else as it is."""
        if isinstance(raw, dict):
            name = raw.get("@id")
            if isinstance(name, str) and len(raw) <= 2 and (len(raw) == 1 or "@type" in raw):
                return self._by_id.get(name, raw)
        elif isinstance(raw, str):
            return self._by_id.get(raw, raw) if raw.startswith(("#", "http", "_:")) else raw
        return raw

    def read(self) -> Seen:
        """Every product with its role, the types, the breadcrumbs, the seller. Malformed blocks are the caller's."""
        self._walk()
        found = list(self._products.values())
        products = self._merged(found[:_MAX_PRODUCTS])
        names = frozenset(p.name for p in products if p.role == "main" and p.name)
        breadcrumbs = trail(self._trails, self._page, self.resolve, names)
        return Seen(
            self._source,
            products=products,
            types=frozenset(self._types),
            breadcrumbs=breadcrumbs,
            seller=self._sellers[0] if self._sellers else None,
        )

    # --- walking

    def _walk(self) -> None:
        queue: deque[tuple[Any, str, Role, bool, Node | None]] = deque(
            (root.value, root.where, root.role, root.repaired, None) for root in self._roots
        )
        visited: dict[int, int] = {}
        for _ in range(_MAX_NODES):
            if not queue:
                return
            raw, where, role, repaired, holder = queue.popleft()
            if isinstance(raw, list):
                for n, item in enumerate(raw[:2000]):
                    if isinstance(item, (dict, list)):
                        queue.append((item, f"{where}[{n}]" if len(raw) > 1 else where, role, repaired, holder))
                continue
            node = self.resolve(raw)
            if not isinstance(node, dict) or visited.get(id(node), 9) <= _RANK[role]:
                continue
            visited[id(node)] = _RANK[role]
            kinds = types(node)
            self._types.update(kinds)
            own = self._note(node, kinds, where, role, repaired, holder)
            offer = "Offer" in kinds or "AggregateOffer" in kinds
            for key, value in node.items():
                if not isinstance(value, (dict, list)) or key == "@context" or (own and key in _OWN_KEYS):
                    continue
                step: Role = role
                rated = (
                    key == "itemReviewed" and "AggregateRating" in kinds
                )  # the shop's buyers rate what it sells here
                if (
                    (key in _RELATED and not rated)
                    or (own and key != "mainEntityOfPage")
                    or (key in _ABOUT and not _is_page(kinds))
                ):
                    step = "related"
                elif key in _LISTED and "BreadcrumbList" not in kinds:
                    step = "listed" if role == "main" else role
                path = f"{where}, {key}" if where else key
                queue.append((value, path, step, repaired, node if offer and key == "itemOffered" else None))

    def _note(
        self, node: Node, kinds: tuple[str, ...], where: str, role: Role, repaired: bool, holder: Node | None
    ) -> bool:
        """Keep what the node is; True where it is a product."""
        if _is_product(node, kinds):
            known = self._products.get(id(node))
            if known is None:
                known = self._products[id(node)] = _Found(node, where, role, repaired)
            elif _RANK[role] < _RANK[known.role]:
                known.role, known.where = role, where
            if holder is not None:
                known.extra_offers.append(holder)
            return True
        if "BreadcrumbList" in kinds:
            self._trails.append(node)
        elif role == "main" and (_SELLERS.intersection(kinds) or any(kind.endswith("Store") for kind in kinds)):
            name = machine.text(node.get("name"), 200)
            if name:
                self._sellers.append(name)
        elif "WebSite" in kinds and (name := machine.text(node.get("name"), 200)):
            self._sellers.append(name)
        return False

    # --- products

    def _merged(self, found: list[_Found]) -> tuple[SeenProduct, ...]:
        """Variants that stand beside each other are one product: by their group, or by being in it."""
        inside = {
            id(variant)
            for one in found
            for variant in nodes(one.node.get("hasVariant"), self.resolve)
            if isinstance(variant, dict)
        }
        grouped: dict[int, tuple[Node, list[_Found]]] = {}
        singles: list[_Found] = []
        for one in found:
            group = next(nodes(one.node.get("isVariantOf"), self.resolve), None)
            if id(one.node) in inside:
                continue
            if group is not None and not one.node.get("hasVariant"):
                grouped.setdefault(_group_key(group), (group, []))[1].append(one)
            else:
                singles.append(one)
        known = {_group_key(one.node): n for n, one in enumerate(singles)}
        products = [self._product(one) for one in singles]
        for key, (group, members) in grouped.items():
            if key in known:
                here = products[known[key]]
                if not here.offers:
                    products[known[key]] = replace(here, offers=self._variant_offers([m.node for m in members]))
            else:
                products.append(self._of_group(group, members))
        return tuple(products)

    def _of_group(self, group: Node, members: list[_Found]) -> SeenProduct:
        first = self._product(members[0])
        base = self._product(_Found(group, first.where, members[0].role, first.repaired))
        name = base.name if len(members) > 1 and base.name else first.name or base.name
        offers = self._variant_offers([member.node for member in members]) if len(members) > 1 else first.offers
        return replace(
            first,
            name=name,
            offers=offers,
            description=first.description or base.description,
            brand=first.brand or base.brand,
            images=first.images or base.images,
            category_path=first.category_path or base.category_path,
            condition=first.condition or base.condition,
        )

    def _product(self, found: _Found) -> SeenProduct:
        node, page = found.node, self._page
        offers = self._offers.read(node.get("offers") or found.extra_offers)
        variants = self._variant_offers(list(nodes(node.get("hasVariant") or node.get("model"), self.resolve)))
        if variants and (len(variants) > 1 or not offers):
            offers = variants
        if not offers and (node.get("price") or node.get("lowPrice") or node.get("priceSpecification")):
            offers = self._offers.read({k: v for k, v in node.items() if k not in ("url", "image", "offers")})
        good, bad = machine.first_gtin(
            node[key] for key in (*GTIN_KEYS, "productID", "productId", "identifier") if key in node
        )
        return SeenProduct(
            self._source,
            found.where,
            name=machine.text(node.get("name") or node.get("title")),
            description=machine.long_text(node.get("description")),
            brand=_brand(node, self.resolve),
            sku=machine.code(node.get("sku")) or _product_id(node),
            mpn=machine.code(node.get("mpn")),
            gtin=good,
            bad_gtin=None if good else bad if any(key in node for key in GTIN_KEYS) else None,
            url=page.absolute(machine.scalar(node.get("url"))) or _address_id(node, page),
            images=images(node.get("image"), page, self.resolve),
            category_path=_categories(node.get("category")),
            condition=self._condition(node),
            attributes=_attributes(node, self.resolve),
            offers=offers,
            role=found.role,
            repaired=found.repaired,
        )

    def _condition(self, node: Node) -> Condition | None:
        """Of the product itself, else of its offers, where they agree."""
        own = values.condition(machine.scalar(node.get("itemCondition")))
        said = {
            values.condition(machine.scalar(offer.get("itemCondition")))
            for offer in islice(nodes(node.get("offers"), self.resolve), MAX_OFFERS)
        }
        return own or (said.pop() if len(said) == 1 else None)

    def _variant_offers(self, variants: list[Node]) -> tuple[SeenOffer, ...]:
        found: list[SeenOffer] = []
        for node in variants[:MAX_OFFERS]:
            good, bad = machine.first_gtin(node[key] for key in GTIN_KEYS if key in node)
            attributes = variant_attributes(node, self.resolve)
            if not attributes and (name := machine.text(node.get("name"), 300)):
                attributes = (("Modèle", name),) if len(variants) > 1 else ()
            for offer in self._offers.read(node.get("offers")):
                own = replace(
                    offer,
                    sku=machine.code(node.get("sku")) or offer.sku,
                    gtin=offer.gtin or good,
                    bad_gtin=offer.bad_gtin or bad,
                    url=offer.url or self._page.absolute(machine.scalar(node.get("url"))),
                    variant=attributes or offer.variant,
                    images=images(node.get("image"), self._page, self.resolve, 4) or offer.images,
                )
                found.append(own)
        return tuple(dict.fromkeys(found))[:MAX_OFFERS]


def _index(roots: list[Root]) -> dict[str, Node]:
    """Nodes by "@id", those that say something: a reference alone is no node."""
    found: dict[str, Node] = {}
    queue: deque[Any] = deque(root.value for root in roots)
    for _ in range(_MAX_NODES):
        if not queue:
            break
        raw = queue.popleft()
        if isinstance(raw, dict):
            name = raw.get("@id")
            if isinstance(name, str) and len(raw) > 1 and len(raw) > len(found.get(name, ())):
                found[name] = raw
        elif not isinstance(raw, list):
            continue
        queue.extend(v for v in (raw.values() if isinstance(raw, dict) else raw) if isinstance(v, (dict, list)))
    return found


def _is_product(node: Node, kinds: tuple[str, ...]) -> bool:
    return not _PRODUCTS.isdisjoint(kinds) or (bool(node.get("offers")) and not _WORKS.isdisjoint(kinds))


def _is_page(kinds: tuple[str, ...]) -> bool:
    return any(kind.endswith("Page") for kind in kinds)


def _group_key(group: Node) -> int:
    name = group.get("@id") or group.get("productGroupID") or group.get("name")
    return hash(name) if isinstance(name, (str, int)) else id(group)


def _brand(node: Node, resolve: Any) -> str | None:
    for key in ("brand", "manufacturer"):
        raw = node.get(key)
        one = next(nodes(raw, resolve), None)
        found = machine.text(one.get("name") if one else raw, 200)
        if found and not found.startswith(("http://", "https://")):
            return found
    return None


def _product_id(node: Node) -> str | None:
    found = machine.code(node.get("productID") or node.get("productId"))
    return found.rpartition(":")[2].strip() or None if found else None


def _address_id(node: Node, page: Page) -> str | None:
    name = node.get("@id")
    return page.absolute(name) if isinstance(name, str) and name.startswith("http") else None


def _categories(raw: Any) -> tuple[str, ...]:
    found = machine.text(raw, 500)
    if not found or found.startswith("http") or found.isdigit():
        return ()
    for mark in (">", "›", "»", "→", "|"):
        if mark in found:
            return tuple(part for part in (piece.strip() for piece in found.split(mark)) if part)[:8]
    return (found,)


def _attributes(node: Node, resolve: Any) -> tuple[Attribute, ...]:
    found = dict.fromkeys((*variant_attributes(node, resolve), *extra_attributes(node, resolve)))
    return tuple(found)[:40]
