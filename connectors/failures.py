"""Pure: what went wrong with one request, as the error that it would end as."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from requests.exceptions import InvalidHeader, InvalidURL

from connectors.errors import ConnectorError, ShopInMaintenance, ShopThrottled, ShopUnreachable
from connectors.refusals import is_maintenance, is_refusal, retry_after
from connectors.transport import NameUnknown

__all__ = ["Failure", "dropped", "is_refusal", "name_unknown", "refused"]


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with one try: the error that it would end as, and whether another try makes sense."""

    error: ConnectorError
    retry: bool = True
    wait: float | None = None
    """What the shop itself asked for (Retry-After), in seconds."""


def refused(status: int, headers: Mapping[str, str], body: bytes, where: str) -> Failure:
    """What such an answer means. `where` is the redacted URL."""
    wait = retry_after(headers.get("Retry-After"))
    detail = f"GET {where}: {status}" + (f", Retry-After {wait:.0f} s" if wait is not None else "")
    if status == 429:
        return Failure(ShopThrottled(detail, retry_after=wait), wait=wait)
    if is_maintenance(status, wait, body):
        return Failure(ShopInMaintenance(detail, retry_after=wait), wait=wait)
    return Failure(ShopUnreachable(detail), wait=wait)


def name_unknown(where: str, error: NameUnknown) -> Failure:
    return Failure(
        ShopUnreachable(
            f"GET {where}: the host name does not resolve",
            message="Ce nom de site n'existe pas (ou plus). Vérifiez l'orthographe de l'adresse "
            "et, si elle est juste, que le nom de domaine n'a pas expiré.",
        ),
        retry=error.temporary,
    )


def dropped(where: str, error: BaseException) -> Failure:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _bad_certificate(where, cause)
    root = causes[-1]
    reason = root.strerror if isinstance(root, OSError) and isinstance(root.strerror, str) else ""
    text = f"GET {where}: {type(root).__name__}" + (f" ({reason[:100]})" if reason else "")
    if isinstance(error, InvalidURL | InvalidHeader):
        return Failure(ShopUnreachable(text), retry=False)
    return Failure(ShopUnreachable(text))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps, outermost first, however requests and urllib3 wrapped it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        wrapped = getattr(current, "reason", None) or next(
            (arg for arg in reversed(current.args) if isinstance(arg, BaseException)), None
        )
        current = wrapped if isinstance(wrapped, BaseException) else current.__cause__


def _bad_certificate(where: str, error: ssl.SSLCertVerificationError) -> Failure:
    default = "n'est pas valable"
    # OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED, _HOSTNAME_MISMATCH and _IP_ADDRESS_MISMATCH
    what = {10: "a expiré", 62: "n'est pas fait pour cette adresse", 64: "n'est pas fait pour cette adresse"}
    return Failure(
        ShopUnreachable(
            f"GET {where}: certificate refused ({error.verify_message})",
            message=f"Le certificat de sécurité (HTTPS) du site {what.get(error.verify_code, default)}. "
            "Demandez à votre hébergeur de le renouveler. Nous réessaierons de nous-mêmes.",
        ),
        retry=False,
    )
