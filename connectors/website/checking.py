"""`check` for websites: the first products of the site, read page by page as a sync will, within 15 seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Final

from connectors.checking import HTTP_ONLY, Progress, about, checked
from connectors.crawl import SiteEnd, SitePage
from connectors.errors import AccessForbidden, AddressBlocked, PlatformNotRecognised, ShopUnreachable
from connectors.protocol import CheckReport, ShopConnection
from connectors.records import ProductRecord
from connectors.website.jobs import error_of, job, told
from connectors.website.process import Spiders

LOOK_SECONDS: Final = 12.0
"""Of the check's 14; the process may have to start first."""
NOTHING: Final = (
    "Nous n'avons trouvé aucune page de produit sur ce site. Donnez l'adresse de la page d'accueil de la boutique ; si "
    "vos produits sont sur un autre site, donnez le sien ; sinon, un flux de produits ou un tableur convient aussi."
)
NOT_YET: Final = (
    "Ces quelques secondes n'ont pas suffi pour lire un premier produit. Ce n'était qu'un coup d'œil : la lecture "
    "complète prendra le temps qu'il faut."
)
UNREADABLE: Final = (
    "Les pages de produits de ce site n'ont pas répondu. Vérifiez qu'elles s'ouvrent dans un navigateur."
)
AT_LEAST: Final = "Le site n'a pas été parcouru en entier : il a au moins {count} pages de produits."
_MISSING: Final[tuple[tuple[str, Callable[[ProductRecord], bool]], ...]] = (
    ("la disponibilité", lambda record: all(offer.availability is None for offer in record.offers)),
    ("la marque", lambda record: record.brand is None),
    ("le code-barres (EAN)", lambda record: all(offer.gtin is None for offer in record.offers)),
    ("la description", lambda record: not record.description),
)
"""What Issues do not say."""


def website(name: str, platform: str, connection: ShopConnection, spiders: Spiders, sample: int) -> CheckReport:
    wanted = min(max(sample, 1), 100)

    def read(progress: Progress) -> None:
        if connection.url.startswith("http://"):
            progress.warnings.append(HTTP_ONLY)
        order = job(connection, enough=wanted, seconds=LOOK_SECONDS)
        ends = time.monotonic() + order.budget.seconds
        with closing(spiders.crawl(order, connection.session)) as lines:  # type: ignore[type-var]
            for line in lines:
                if isinstance(line, SitePage):
                    _page(progress, line, wanted)
                elif isinstance(line, SiteEnd):
                    _end(progress, line, counted=time.monotonic() < ends and not _left(line))

    return checked(name, platform, connection, read)


def _page(progress: Progress, page: SitePage, wanted: int) -> None:
    progress.reachable = progress.authorised = True
    if progress.read >= wanted:
        return
    if page.record is not None or page.issues:
        progress.read += 1
        progress.issues += page.issues
    if page.record is not None:
        progress.sample.append(page.record)
        if page.fields:
            progress.fields.append((page.record.source_id, page.fields))


def _end(progress: Progress, end: SiteEnd, *, counted: bool) -> None:
    progress.platform = end.platform
    progress.products = end.product_pages if progress.sample or end.product_pages else None
    progress.warnings += end.warnings
    if end.error is not None and not progress.sample:
        error = error_of(end)
        progress.reachable = not isinstance(error, ShopUnreachable | AddressBlocked)
        progress.authorised = progress.reachable and not isinstance(error, AccessForbidden)
        raise error
    if not progress.sample:
        _nothing(progress, end)
        return
    if not counted:
        progress.warnings.append(AT_LEAST.format(count=end.product_pages))
    progress.warnings += about(progress)
    progress.warnings += missing(progress.sample)


def _left(end: SiteEnd) -> bool:
    """True where pages still waited when the look ended: with a Crawl-delay it ends before its time is over."""
    return any(one.reason == "budget" for one in end.skipped)


def _nothing(progress: Progress, end: SiteEnd) -> None:
    """No product was read. Where pages still waited, that is no fault: a Crawl-delay of ten seconds, which many sites
    ask for, leaves time for two requests, and such a site can be read all the same."""
    progress.reachable = progress.authorised = bool(end.requests)
    if end.requests and _left(end):
        progress.products = end.product_pages or None
        progress.warnings.append(NOT_YET)
    elif end.product_pages or not end.requests:
        raise ShopUnreachable(told(end), message=UNREADABLE if end.requests else None)
    else:
        raise PlatformNotRecognised(f"no product page; {told(end)}", message=NOTHING)


def missing(sample: Sequence[ProductRecord]) -> list[str]:
    """What the sampled pages do not say, as sentences."""
    said = []
    for what, lacks in _MISSING:
        count = sum(lacks(record) for record in sample)
        if count == len(sample) > 1:
            said.append(f"Aucun des {count} produits lus n'indique {what}.")
        elif count > 1:
            said.append(f"{count} des {len(sample)} produits lus n'indiquent pas {what}.")
        elif count:
            said.append(f"1 des {len(sample)} produits lus n'indique pas {what}.")
    return said
