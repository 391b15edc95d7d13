"""Pure: what a site's pages were like as a whole, and whether that is why nothing can be read of it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final
from urllib.parse import urlsplit

from connectors.errors import (
    AccessForbidden,
    ConnectorError,
    PlatformNotRecognised,
    ShopInMaintenance,
    ShopThrottled,
)
from connectors.pages.kind import PageKind, Verdict
from connectors.redaction import redact_url
from spiders.failures import Failed, Why

_REFUSED: Final = frozenset({401, 403, 407, 418, 451})
_CLOSED: Final = re.compile(
    r"maintenance|closed|construction|retour|back soon|cong[ée]s|(?:opening|coming) soon|ouverture|bient[ôo]t|ferm[ée]",
    re.I,
)
"""In a verdict's reasons: what stands in the shop's way is its owner's, and will go away by itself."""
_ENOUGH_TO_KNOW: Final = 8
"""Pages, all of them useless in the same way: more of them would only annoy."""
_FIREWALLED: Final = 12
"""Refusals in a row after which a site that was read before does not want to be read any more."""
_OTHER_WAYS: Final = "donnez-nous un flux de produits (celui de Google Shopping convient) ou un tableur"
REFUSED: Final = (
    "Le site refuse notre robot (pare-feu, captcha ou mot de passe). Retirez le mot de passe s'il y en a un, demandez "
    f"à votre hébergeur d'autoriser « EmplettesBot », ou {_OTHER_WAYS}."
)
ROBOTS: Final = (
    f"Le fichier robots.txt du site interdit sa lecture à notre robot. Autorisez-y « EmplettesBot », ou {_OTHER_WAYS}."
)
ROBOTS_FAILS: Final = (
    "Le fichier robots.txt du site répond par une erreur ({status}) : tant qu'il ne se lit pas, notre robot ne lit "
    "rien d'autre. Vérifiez que ce fichier et le site s'ouvrent dans un navigateur ; nous réessaierons de nous-mêmes."
)
NEEDS_JAVASCRIPT: Final = (
    "Les pages de ce site restent vides tant que JavaScript ne les a pas remplies : notre robot n'y trouve rien. "
    f"Pour paraître ici, {_OTHER_WAYS}."
)


class Health:
    """Counts what the pages were, as they come."""

    def __init__(self) -> None:
        self.platform: str | None = None
        self._seen: Counter[str] = Counter()
        self._refused_in_a_row = 0
        self._home: Failed | None = None

    def refused(self, status: int) -> None:
        """A page answered with a status of 400 or more that is no "not now"."""
        self._count("blocked" if status in _REFUSED else "missing")

    def read(self, verdict: Verdict) -> None:
        """A page was read."""
        match verdict.kind:
            case PageKind.BLOCKED:
                closed = any(_CLOSED.search(reason) for reason in verdict.reasons)
                self._count("closed" if closed else "blocked")
            case PageKind.SHELL:
                self._count("shell")
            case _:
                self._count("good")

    def failed(self, failed: Failed, *, first: bool) -> None:
        """A page could not be read. `first`: it was the home page."""
        if first:
            self._home = failed

    def hopeless(self) -> ConnectorError | None:
        """The error with which to end before more is asked for in vain."""
        total = self._seen.total()
        for kind in ("blocked", "closed", "shell"):
            if total >= _ENOUGH_TO_KNOW and self._seen[kind] == total:
                return self._alike(kind)
        return self._alike("blocked") if self._refused_in_a_row >= _FIREWALLED else None

    def error(self, given: ConnectorError | None, products: int, *, forbidden: bool) -> ConnectorError | None:
        """Why the site as a whole could not be read; None where what was read of it counts. `given`: what ended the
        job; `forbidden`: robots.txt keeps us from the shop's own address."""
        if isinstance(given, ShopThrottled | ShopInMaintenance):
            return given
        for kind in ("blocked", "closed"):
            if self._seen[kind] * 2 > self._seen.total():
                return self._alike(kind)
        if products:
            return None
        if given is not None:
            return given
        if self._home is not None:
            return self._no_home(self._home)
        if self._seen["shell"] and self._seen["shell"] * 2 >= self._seen["shell"] + self._seen["good"]:
            return self._alike("shell")
        if forbidden and not self._seen.total():
            return AccessForbidden("robots.txt forbids the shop's own address", message=ROBOTS)
        return None

    def _count(self, kind: str) -> None:
        self._seen[kind] += 1
        self._refused_in_a_row = self._refused_in_a_row + 1 if kind == "blocked" else 0

    def _alike(self, kind: str) -> ConnectorError:
        detail = f"{self._seen[kind]} of {self._seen.total()} pages"
        match kind:
            case "blocked":
                return AccessForbidden(f"{detail} refuse our robot", message=REFUSED)
            case "closed":
                return ShopInMaintenance(f"{detail} speak of maintenance")
            case _:
                return PlatformNotRecognised(f"{detail} are empty without JavaScript", message=NEEDS_JAVASCRIPT)

    def _no_home(self, failed: Failed) -> ConnectorError:
        if failed.why is Why.OTHER_SITE and failed.location is not None:
            host = urlsplit(failed.location).hostname or ""
            return PlatformNotRecognised(
                f"the home page redirects to {redact_url(failed.location)}",
                message=f"Cette adresse renvoie vers un autre site, {host}. Si c'est bien votre boutique, "
                "enregistrez l'adresse de ce site-là.",
            )
        if failed.why is Why.ROBOTS:
            return AccessForbidden(failed.told(), message=ROBOTS)
        return failed.error()
