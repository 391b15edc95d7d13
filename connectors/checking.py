"""How far a check of a shop got, and its faults as sentences: what `Connector.check` does on every platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from connectors.crawl import FieldSeen
from connectors.errors import ConnectorError, ShopUnreachable
from connectors.http import Cancelled
from connectors.protocol import CheckReport, ShopConnection
from connectors.records import Issue, IssueCode, ProductRecord

SECONDS: Final = 14.0
"""Of the 15 that the contract allows."""

HTTP_ONLY: Final = "La boutique n'est pas en HTTPS : les navigateurs la signalent comme « non sécurisée »."
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


class Progress:
    """How far the check got."""

    def __init__(self) -> None:
        self.version: str | None = None
        self.reachable = self.authorised = False
        self.products: int | None = None
        self.sample: list[ProductRecord] = []
        self.issues: list[Issue] = []
        self.warnings: list[str] = []
        self.read = 0
        self.platform: str | None = None
        """Where the check learns it."""
        self.fields: list[tuple[str, tuple[FieldSeen, ...]]] = []
        self.error: ConnectorError | None = None


def checked(name: str, platform: str, connection: ShopConnection, read: Callable[[Progress], None]) -> CheckReport:
    """`read` as far as it gets within the time. Never raises for a shop's fault: what went wrong is in the report,
    beside what was read before."""
    progress = Progress()
    try:
        with connection.session.within(SECONDS):
            read(progress)
    except ConnectorError as error:
        progress.error = error
    except Cancelled:
        progress.error = ShopUnreachable("the check was cancelled")
    return CheckReport(
        platform=progress.platform or platform,
        connector=name,
        shop_url=connection.url,
        version=progress.version,
        reachable=progress.reachable,
        authorised=progress.authorised,
        products=progress.products,
        sample=tuple(progress.sample),
        issues=tuple(progress.issues),
        warnings=tuple(progress.warnings),
        fields=tuple(progress.fields),
        error=progress.error,
    )


def about(progress: Progress) -> list[str]:
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
