"""`check` for both connectors: one real page, read with the very mode that a sync will use, within 15 seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol

from connectors.errors import ConnectorError, ShopUnreachable
from connectors.http import Cancelled
from connectors.protocol import CheckReport, ShopConnection
from connectors.records import Issue, IssueCode, ProductRecord
from connectors.woocommerce.api import Api
from connectors.woocommerce.reading import Source, mapped
from connectors.woocommerce.recognising import COMING_SOON, woocommerce_version

SECONDS: Final = 14.0
"""Of the 15 that the contract allows."""

SPARE: Final = 10
"""Products read beyond the sample, in place of those that are hidden or left out."""

HTTP_ONLY: Final = "La boutique n'est pas en HTTPS : les navigateurs la signalent comme « non sécurisée »."
COMING_SOON_WARNING: Final = (
    "La boutique est en mode « Bientôt disponible » : vos clients n'y voient que la page d'attente. "
    "Rendez-la visible (WooCommerce > Réglages > Visibilité du site) avant de la publier ici."
)
NOTICES: Final = (
    "Le site affiche des messages d'erreur PHP au milieu de ses données (souvent une extension à mettre à jour). "
    "Nous les ignorons, mais votre webmestre devrait les corriger."
)
EMPTY: Final = "La boutique ne montre aucun produit publié et visible."
ON_PRODUCTS: Final = {
    IssueCode.IMAGE_MISSING: "n'ont pas de photo",
    IssueCode.PRICE_MISSING: "n'ont pas de prix",
    IssueCode.PRICE_UNREADABLE: "ont un prix illisible",
    IssueCode.GTIN_INVALID: "ont un code-barres (EAN/GTIN) faux",
    IssueCode.RECORD_MALFORMED: "sont illisibles",
    IssueCode.VARIANTS_MISSING: "n'ont aucune déclinaison en vente",
    IssueCode.URL_FOREIGN: "ont leur page sur un autre site",
}


class CheckedSource(Source, Protocol):
    def warnings(self) -> list[str]: ...


class _Progress:
    """How far the check got."""

    def __init__(self) -> None:
        self.version: str | None = None
        self.reachable = self.authorised = False
        self.products: int | None = None
        self.sample: list[ProductRecord] = []
        self.issues: list[Issue] = []
        self.warnings: list[str] = []
        self.read = 0
        self.error: ConnectorError | None = None


def check(
    name: str,
    platform: str,
    connection: ShopConnection,
    open_source: Callable[[], tuple[Api, CheckedSource]],
    sample: int,
) -> CheckReport:
    """Never raises for a shop's fault: what went wrong is in the report, beside what was read before."""
    progress = _Progress()
    try:
        with connection.session.within(SECONDS):
            _read(progress, connection, open_source, min(max(sample, 1), 100))
    except ConnectorError as error:
        progress.error = error
    except Cancelled:
        progress.error = ShopUnreachable("the check was cancelled")
    return CheckReport(
        platform=platform,
        connector=name,
        shop_url=connection.url,
        version=progress.version,
        reachable=progress.reachable,
        authorised=progress.authorised,
        products=progress.products,
        sample=tuple(progress.sample),
        issues=tuple(progress.issues),
        warnings=tuple(progress.warnings),
        error=progress.error,
    )


def _read(
    progress: _Progress,
    connection: ShopConnection,
    open_source: Callable[[], tuple[Api, CheckedSource]],
    sample: int,
) -> None:
    api, source = open_source()
    home = connection.session.get(connection.url)
    progress.reachable = True
    progress.version = woocommerce_version(home.body)
    if connection.url.startswith("http://"):
        progress.warnings.append(HTTP_ONLY)
    if COMING_SOON in home.body:
        progress.warnings.append(COMING_SOON_WARNING)
    page = source.page(1, min(sample + SPARE, 100), last_size=True, ids_only=False)
    progress.authorised = True
    progress.products = page.total
    try:
        for _, record, issues in mapped(source, page.items):
            progress.read += 1
            progress.issues += issues
            if isinstance(record, ProductRecord):
                progress.sample.append(record)
            if len(progress.sample) == sample:
                break
    finally:
        progress.warnings += [*source.warnings(), *_about(progress)]
        if api.notices:
            progress.warnings.append(NOTICES)
    if not page.items:
        progress.warnings.append(EMPTY)


def _about(progress: _Progress) -> list[str]:
    """The sample's faults as sentences: "3 des 20 premiers produits n'ont pas de photo."."""
    found = Counter(issue.code for issue in progress.issues)
    return [
        f"{found[code]} des {progress.read} premiers produits {what}."
        if found[code] > 1
        else f"1 des {progress.read} premiers produits {_singular(what)}."
        for code, what in ON_PRODUCTS.items()
        if found[code]
    ]


def _singular(what: str) -> str:
    for many, one in (("n'ont", "n'a"), ("ont", "a"), ("sont illisibles", "est illisible")):
        if what.startswith(many):
            return one + what.removeprefix(many)
    return what
