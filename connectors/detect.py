"""From what a person typed to the shop and the connectors that can read it, with the evidence."""

from __future__ import annotations

import re
from typing import Final

from connectors import registry, values
from connectors.errors import AccessForbidden, AddressBlocked, PlatformNotRecognised, ShopUnreachable
from connectors.http import HttpSession, Response, redact_url
from connectors.protocol import Evidence, Probe

_SCHEME: Final = re.compile(r"https?://", re.I)
_MAX_HOME: Final = 8 * 1024 * 1024
_MAX_OTHER: Final = 1024 * 1024
_MAX_STREAM: Final = 64 * 1024 * 1024
"""Never reached, but by one piece of a compression bomb."""
_PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
NOT_AN_ADDRESS: Final = (
    "Ce n'est pas une adresse de site. Donnez-la comme dans un navigateur, par exemple maboutique.fr."
)
CLOSED: Final = (
    "Le site demande un mot de passe ou refuse notre robot dès sa page d'accueil. Ouvrez-le au public, ou demandez à "
    "votre hébergeur d'autoriser « EmplettesBot »."
)


def detect(typed: str, session: HttpSession, *, with_credentials: bool = False) -> list[Evidence]:
    """Every way to read the shop at this address, the best first; a key that is given makes the keyed ways best. Page
    by page only where there is no other way.

    Raises PlatformNotRecognised where there is none, and whatever kept the address from answering."""
    home, asked = _opened(typed, session)
    probe = Probe(url=home.url, session=session, home=home, asked=asked)
    found: list[Evidence] = []
    for name in registry.names():
        if name == registry.LAST_RESORT:
            continue
        evidence = registry.get(name).detect(probe)
        if evidence is not None:
            found.append(evidence)
    if not found and (evidence := registry.get(registry.LAST_RESORT).detect(probe)) is not None:
        found.append(evidence)
    if not found:
        raise PlatformNotRecognised(f"no connector knows {redact_url(home.url)}")
    return sorted(found, key=lambda e: _rank(e, with_credentials), reverse=True)


def _rank(evidence: Evidence, with_credentials: bool) -> tuple[bool, float]:
    keyed = registry.get(evidence.connector).capabilities.needs_credentials
    return keyed == with_credentials, evidence.confidence


def addresses(typed: str) -> list[str]:
    """The URLs that a typed address may mean: https first, http where no scheme was typed. Raises
    PlatformNotRecognised where it is no address at all."""
    text = typed.strip()
    schemes = [""] if _SCHEME.match(text) else ["https://", "http://"]
    if not text or any(c.isspace() for c in text) or ("://" in text and schemes != [""]):
        raise PlatformNotRecognised("not an address", message=NOT_AN_ADDRESS)
    urls = []
    for scheme in schemes:
        url, complaint = values.http_url(scheme + text)
        if url is None:
            raise PlatformNotRecognised(f"not an address: {complaint}", message=NOT_AN_ADDRESS)
        urls.append(url)
    return urls


def _opened(typed: str, session: HttpSession) -> tuple[Response, str]:
    """The page at the address, after redirects, and what was asked. Raises the ConnectorError that says why there is
    none."""
    *others, last = addresses(typed)
    for url in others:
        try:
            return _judged(_beginning(url, session, tries=1)), url
        except AddressBlocked:
            raise
        except ShopUnreachable:
            continue
    return _judged(_beginning(last, session, tries=2)), last


def _beginning(url: str, session: HttpSession, tries: int) -> Response:
    """What the address answers, up to 8 MiB of it, or 1 MiB of what is no page: it may be a feed of a gigabyte."""
    body = bytearray()
    with session.stream(url, tries=tries, max_bytes=_MAX_STREAM, seconds=None) as stream:
        for piece in stream:
            body += piece
            if len(body) >= (_MAX_HOME if _PAGE.search(body[:4096]) else _MAX_OTHER):
                break
        return Response(stream.url, stream.status, stream.headers, bytes(body))


def _judged(home: Response) -> Response:
    detail = f"GET {redact_url(home.url)}: {home.status}"
    if home.status in (401, 403, 406, 451):
        raise AccessForbidden(detail, message=CLOSED)
    if home.status != 200:
        raise PlatformNotRecognised(detail)
    return home
