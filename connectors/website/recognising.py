"""`detect` for websites: any page that a browser shows may be a shop's; what speaks for it makes the confidence."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from connectors.http import Response
from connectors.pages.signatures import NEVER_ALONE_A_SHOP, recognise
from connectors.protocol import Evidence, Probe

UNKNOWN: Final = "Site sans plateforme connue"
GIVES: Final = (
    "Sans clé : ce que montrent les pages de vos produits (nom, prix, disponibilité, photos, marque, code-barres), "
    "visitées une à une, au plus deux par seconde. Chaque page est revue au moins une fois par jour."
)
_LOOKED_AT: Final = 1024 * 1024
_PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_MARKUP: Final = re.compile(
    rb"\"@type\"\s*:\s*\[?\s*\"(?:Product|Offer|AggregateOffer)\"|itemtype=[\"'][^\"']*schema\.org/(?:Product|Offer)"
    rb"|property=[\"'](?:product:price|og:price)",
    re.I,
)
_SHOP: Final = re.compile(
    rb"ajouter au panier|add[ -]to[ -]cart|mon panier|voir le panier|votre panier"
    rb"|href=[\"'][^\"']*/(?:panier|cart|basket|checkout|commande)\b",
    re.I,
)


def website(probe: Probe, name: str) -> Evidence | None:
    """Any HTML page; None for what is none (a file, an interface)."""
    if not is_page(probe.home):
        return None
    body = probe.home.body[:_LOOKED_AT]
    confidence, reasons = 0.2, []
    signature = recognise(probe.home.headers, body)
    if signature is not None:
        confidence += 0.1 if signature.platform in NEVER_ALONE_A_SHOP else 0.2
        reasons.append(f"Le site porte les marques de {signature.platform} : {', '.join(signature.marks[:3])}.")
    if _MARKUP.search(body):
        confidence += 0.1
        reasons.append("La page d'accueil décrit des produits avec des données structurées.")
    if _SHOP.search(body):
        confidence += 0.1
        reasons.append("La page d'accueil mène à un panier.")
    if not reasons:
        reasons.append("C'est un site web : ses pages de produits seront cherchées et lues une à une.")
    return Evidence(
        connector=name,
        platform=signature.platform if signature else UNKNOWN,
        shop_url=base_of(probe.home.url, probe.asked),
        confidence=round(confidence, 2),
        reasons=tuple(reasons),
        gives=GIVES,
    )


def is_page(answer: Response) -> bool:
    kind = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return answer.body.lstrip()[:1] not in (b"{", b"[", b"")
    return kind in ("", "text/plain") and _PAGE.search(answer.body[:4096]) is not None


def base_of(home: str, asked: str) -> str:
    """The site's base: where the redirects led to; the folder that was asked for is kept, a page or a file is not."""
    parts = urlsplit(home)
    folder = urlsplit(asked or home).path
    if not folder.endswith("/") or not parts.path.startswith(folder):
        folder = "/"
    return f"{parts.scheme}://{parts.netloc}{folder}"
