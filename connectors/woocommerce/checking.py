"""`check` for both connectors: one real page, read with the very mode that a sync will use, within 15 seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from connectors.checking import EMPTY, HTTP_ONLY, NOTICES, Progress, about, checked
from connectors.protocol import CheckReport, ShopConnection
from connectors.records import ProductRecord
from connectors.woocommerce.api import Api
from connectors.woocommerce.reading import Source, mapped
from connectors.woocommerce.recognising import COMING_SOON, woocommerce_version

SPARE: Final = 10
"""Products read beyond the sample, in place of those that are hidden or left out."""
COMING_SOON_WARNING: Final = (
    "La boutique est en mode « Bientôt disponible » : vos clients n'y voient que la page d'attente. "
    "Rendez-la visible (WooCommerce > Réglages > Visibilité du site) avant de la publier ici."
)


class CheckedSource(Source, Protocol):
    def warnings(self) -> list[str]: ...


def check(
    name: str,
    platform: str,
    connection: ShopConnection,
    open_source: Callable[[], tuple[Api, CheckedSource]],
    sample: int,
) -> CheckReport:
    """Never raises for a shop's fault."""
    return checked(
        name, platform, connection, lambda progress: _read(progress, connection, open_source, min(max(sample, 1), 100))
    )


def _read(
    progress: Progress,
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
        progress.warnings += [*source.warnings(), *about(progress)]
        if api.notices:
            progress.warnings.append(NOTICES)
    if not page.items:
        progress.warnings.append(EMPTY)
