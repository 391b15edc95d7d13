"""Pure: what kept a page from being read, and the error that the whole site would end as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from connectors.errors import (
    AddressBlocked,
    CatalogueMalformed,
    ConnectorError,
    ShopInMaintenance,
    ShopThrottled,
    ShopUnreachable,
)
from connectors.redaction import redact_url


class Why(StrEnum):
    """What kept one page from being read."""

    REFUSED = "refused"
    """429 or a server's error: `status` says which."""
    SILENT = "no answer"
    """Refused, dropped or cut connection."""
    SLOW = "too slow"
    """The answer was not whole when the request's time was over."""
    UNKNOWN_NAME = "unknown host"
    CERTIFICATE = "certificate"
    ADDRESS = "private address"
    TOO_LARGE = "too large"
    EMPTY = "empty"
    """200 and nothing, or a text where a page should be."""
    GARBLED = "garbled"
    """Not what its Content-Encoding says."""
    ROBOTS = "robots.txt"
    OTHER_SITE = "other site"
    """It redirects there: `location` says where to."""
    REDIRECTS = "redirects"
    """Too many, or to what is no address."""


_PASSING = frozenset({429, 502, 503, 504, 520, 521, 522, 523, 524, 525, 527, 530})
"""Answers about the site rather than the page; 52x are a CDN's that does not reach it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A page that could not be read."""

    url: str
    why: Why
    status: int | None = None
    detail: str = ""
    """English."""
    wait: float | None = None
    """Retry-After, in seconds."""
    maintenance: bool = False
    location: str | None = None
    size: int = 0
    """Bytes that came all the same."""

    @property
    def at_once(self) -> bool:
        """Another try makes sense now, at the pace that the failure leaves."""
        return self.why is Why.SILENT or (self.why is Why.REFUSED and self.status in _PASSING)

    @property
    def later(self) -> bool:
        """Another try makes sense once everything else was read: this may be the page's own trouble."""
        return self.why in (Why.SLOW, Why.EMPTY) or (self.why is Why.REFUSED and self.status not in _PASSING)

    @property
    def against_site(self) -> bool:
        """It says that the site is in trouble (or wants to be left alone), not only that the page is no use."""
        return self.at_once or self.later

    def told(self) -> str:
        """English, for a detail or the log."""
        what = f"{self.status}" if self.status is not None and self.why is Why.REFUSED else str(self.why)
        return f"GET {redact_url(self.url)}: {what}" + (f" ({self.detail})" if self.detail else "")

    def error(self) -> ConnectorError:
        """What the job ends as where this failure keeps the whole site from being read."""
        detail = self.told()
        if self.status == 429:
            return ShopThrottled(detail, retry_after=self.wait)
        if self.maintenance:
            return ShopInMaintenance(detail, retry_after=self.wait)
        if self.why is Why.ADDRESS:
            return AddressBlocked(detail)
        if self.why is Why.EMPTY:
            return CatalogueMalformed(detail)
        return ShopUnreachable(detail, message=_MESSAGES.get(self.why))


_MESSAGES = {
    Why.UNKNOWN_NAME: "Ce nom de site n'existe pas (ou plus). Vérifiez l'orthographe de l'adresse "
    "et, si elle est juste, que le nom de domaine n'a pas expiré.",
    Why.CERTIFICATE: "Le certificat de sécurité (HTTPS) du site n'est pas valable. "
    "Demandez à votre hébergeur de le renouveler. Nous réessaierons de nous-mêmes.",
    Why.REDIRECTS: "L'adresse de la boutique renvoie sans fin d'une page à l'autre. "
    "Vérifiez que le site s'ouvre dans un navigateur.",
    Why.SLOW: "La boutique met trop de temps à répondre. Demandez à votre hébergeur pourquoi elle est si lente ; "
    "nous réessaierons de nous-mêmes.",
}


def of_exception(url: str, error: Exception, size: int) -> Failed:
    """What Scrapy's downloader raised, as a failure. `size`: bytes that had come by then."""
    match error:
        case DownloadTimeoutError():
            return Failed(url, Why.SLOW, size=size)
        case DownloadCancelledError() | IgnoreRequest():  # the cap of the handler, or of its decompression
            return Failed(url, Why.TOO_LARGE, size=size)
        case CannotResolveHostError():
            return Failed(url, Why.UNKNOWN_NAME)
        case UnsupportedURLSchemeError():
            return Failed(url, Why.OTHER_SITE, detail="not http(s)")
        case DownloadConnectionRefusedError() | ResponseDataLossError():
            return Failed(url, Why.SILENT, detail=type(error).__name__, size=size)
        case DownloadFailedError() if _is_certificate(error):
            return Failed(url, Why.CERTIFICATE)
        case DownloadFailedError() | OSError() if not _is_coding(error):
            return Failed(url, Why.SILENT, detail=str(error)[:100], size=size)
        case _:
            return Failed(url, Why.GARBLED, detail=type(error).__name__, size=size)


def _is_certificate(error: Exception) -> bool:
    text = f"{error} {error.__cause__!r}".lower()
    return "certificate" in text or "verificationerror" in text


def _is_coding(error: Exception) -> bool:
    """gzip says that a body is no gzip by an OSError."""
    return type(error).__module__ == "gzip"
