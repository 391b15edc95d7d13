"""`check` with and without a key: one real page, read with the very mode that a sync will use, within 15 seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from connectors.checking import EMPTY, HTTP_ONLY, NOTICES, Progress, about, checked
from connectors.drafting import Json
from connectors.errors import AddressBlocked, ConnectorError, CredentialsRejected, ShopUnreachable
from connectors.prestashop import listing_mapping
from connectors.prestashop.api import Api
from connectors.prestashop.door import Door
from connectors.prestashop.listing_mapping import Beside, Front
from connectors.prestashop.paging import Position, Walk
from connectors.prestashop.product_page import product_number
from connectors.prestashop.reading import ACTIVE, Source
from connectors.prestashop.tiles import NO_TILE
from connectors.protocol import CheckReport, ShopConnection
from connectors.records import ProductRecord

SPARE: Final = 10
"""Products read beyond the sample, in place of those that are hidden or left out."""
NEEDED: Final = (
    "products",
    "combinations",
    "stock_availables",
    "product_options",
    "product_option_values",
    "categories",
    "languages",
    "currencies",
)
"""Without these a catalogue would be wrong."""
USEFUL: Final = {
    "product_features": "les caractéristiques des produits manqueront",
    "product_feature_values": "les caractéristiques des produits manqueront",
    "image_types": "les photos seront demandées dans le format habituel, qui peut manquer chez vous",
}
PRIVATE: Final = frozenset(
    {"addresses", "carts", "cart_rules", "configurations", "contacts", "customer_messages", "customer_threads"}
    | {"customers", "customizations", "employees", "guests", "messages", "order_carriers", "order_cart_rules"}
    | {"order_details", "order_histories", "order_invoices", "order_payments", "order_slip", "orders"}
)
"""Customers, orders and settings: a key that can read them is worth stealing."""
SHOWN: Final = 8
WRITES: Final = frozenset({"put", "post", "patch", "delete"})

KEY_IN_CLEAR: Final = (
    "La boutique n'est pas en HTTPS : la clé voyage en clair sur internet. Demandez un certificat à votre hébergeur, "
    "puis créez une nouvelle clé."
)
NO_CURRENCY: Final = (
    "La boutique a plusieurs devises, et aucune n'y est clairement celle par défaut (taux 1) : aucun prix ne sera "
    "publié."
)
WHERE: Final = "(dans PrestaShop : Paramètres avancés > Webservice > votre clé, colonne « GET »)"


def webservice(name: str, platform: str, connection: ShopConnection, sample: int) -> CheckReport:
    wanted = min(max(sample, 1), 100)
    return checked(name, platform, connection, lambda progress: _read(progress, connection, wanted))


def _read(progress: Progress, connection: ShopConnection, sample: int) -> None:
    api = Api.of(connection)
    try:
        rights = api.rights()
    except ConnectorError as error:
        progress.reachable = not isinstance(error, ShopUnreachable | AddressBlocked)
        raise
    progress.reachable, progress.version = True, api.version
    if connection.url.startswith("http://"):
        progress.warnings += [HTTP_ONLY, KEY_IN_CLEAR]
    progress.warnings += about_rights(rights)
    if missing := [resource for resource in NEEDED if "get" not in rights.get(resource, ())]:
        raise CredentialsRejected(f"rights missing: {', '.join(missing)}", message=_missing(missing))
    source = Source(api)
    walk = Walk(source.priced, source.fields, ACTIVE, Position(), sample + SPARE)
    items = next(walk.pages(), [])
    progress.authorised = True
    try:
        _sample(progress, source, items, sample)
        progress.products = walk.count()
    finally:
        progress.warnings += about(progress)
        if api.notices:
            progress.warnings.append(NOTICES)
    if source.shop.currency is None:
        progress.warnings.append(NO_CURRENCY)
    if not progress.sample:
        progress.warnings.append(EMPTY)


def _sample(progress: Progress, source: Source, items: Sequence[Json], sample: int) -> None:
    families = source.families_of(items)
    source.prepare(families)
    for family in families:
        record, issues = source.map(family)
        progress.read += 1
        progress.issues += issues
        if isinstance(record, ProductRecord):
            progress.sample.append(record)
        if len(progress.sample) == sample:
            break


def listing(name: str, platform: str, connection: ShopConnection, sample: int) -> CheckReport:
    wanted = min(max(sample, 1), 100)
    return checked(name, platform, connection, lambda progress: _read_listing(progress, connection, wanted))


def _read_listing(progress: Progress, connection: ShopConnection, sample: int) -> None:
    door = Door.of(connection)
    front = Front(connection.url, door.currency)
    progress.reachable = True
    if connection.url.startswith("http://"):
        progress.warnings.append(HTTP_ONLY)
    page = door.listing(next(iter(door.categories.values())), 1, sample + SPARE)
    progress.authorised, progress.products = True, page.total
    for item in page.items:
        tile = page.tiles.get(product_number(item) or 0, NO_TILE)
        record, issues = listing_mapping.guarded(item, front, Beside(tile))
        progress.read += 1
        progress.issues += issues
        if isinstance(record, ProductRecord):
            progress.sample.append(record)
        if len(progress.sample) == sample:
            break
    progress.warnings += about(progress)
    if door.notices:
        progress.warnings.append(NOTICES)
    if not progress.sample:
        progress.warnings.append(EMPTY)


def about_rights(rights: Mapping[str, frozenset[str]]) -> list[str]:
    """French: what the key may do too much, and what it may not read though it would help."""
    told = []
    written = sorted(resource for resource, methods in rights.items() if methods & WRITES)
    if written:
        told.append(
            f"La clé peut aussi modifier la boutique ({_listed(written)}). Nous ne faisons que lire : ne laissez que "
            f"des droits de lecture {WHERE}."
        )
    if spare := sorted(rights.keys() & PRIVATE):
        told.append(
            f"La clé donne accès à des données que nous ne lisons jamais ({_listed(spare)}). Retirez-lui ces droits "
            f"{WHERE}."
        )
    lacking = {what: resource for resource, what in USEFUL.items() if "get" not in rights.get(resource, ())}
    told += [f"La clé ne peut pas lire « {resource} » : {what} {WHERE}." for what, resource in lacking.items()]
    return told


def _missing(resources: Sequence[str]) -> str:
    return f"La clé est valable, mais il lui manque le droit de lire {_listed(resources)} {WHERE}."


def _listed(resources: Sequence[str]) -> str:
    shown = ", ".join(resources[:SHOWN])
    return shown + (f" et {len(resources) - SHOWN} autres" if len(resources) > SHOWN else "")
