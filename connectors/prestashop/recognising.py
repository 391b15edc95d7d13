"""`detect` for both connectors: is the probed address a PrestaShop, and what does it let itself be asked?"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from connectors.errors import AddressBlocked, ConnectorError
from connectors.http import Cancelled
from connectors.prestashop import refusals
from connectors.prestashop.door import Door, base_of, looks_like_prestashop
from connectors.protocol import Evidence, Probe, ShopConnection

GIVES_WITHOUT_KEY: Final = (
    "Sans clé : produits, prix TTC, prix barrés, marques, codes-barres et disponibilité, d'après les pages de la "
    "boutique ; descriptions et caractéristiques viennent peu à peu. Manquent : les autres déclinaisons (tailles, "
    "couleurs) et le stock exact."
)
GIVES_WITH_KEY: Final = (
    "Avec une clé du webservice, en lecture seule : tout cela, chaque déclinaison avec son prix et son stock, les "
    "descriptions et caractéristiques, et une mise à jour plus légère pour la boutique."
)


def webservice(probe: Probe, name: str, platform: str) -> Evidence | None:
    """/api/ without a key is PrestaShop's own question for one, switched on or off."""
    if not looks_like_prestashop(probe.home):
        return None
    for base in dict.fromkeys((base_of(probe.home), _folder(probe.home.url), _origin(probe.home.url))):
        try:
            answer = probe.session.get(f"{base}api/", follow_redirects=False, tries=1, max_bytes=2**20)
        except AddressBlocked:
            raise
        except (ConnectorError, Cancelled):
            continue
        if answer.status == 401 and refusals.asks_for_our_key(answer):
            reasons = ("Le site porte les marques de PrestaShop.", "Son webservice répond et demande une clé.")
            return Evidence(
                connector=name,
                platform=platform,
                shop_url=base,
                confidence=0.9,
                reasons=reasons,
                gives=GIVES_WITH_KEY,
                version=answer.headers.get("PSWS-Version"),
            )
    return None


def listing(probe: Probe, name: str, platform: str) -> Evidence | None:
    """A category that answers in JSON is proof. A page that looks like PrestaShop without it is worth a check, which
    then says what is in the way."""
    if not looks_like_prestashop(probe.home):
        return None
    base = base_of(probe.home)
    door = Door(ShopConnection(url=base, session=probe.session), home=probe.home)
    try:
        announced = door.announced()
    except AddressBlocked:
        raise
    except (ConnectorError, Cancelled):
        announced = None
    if announced is None:
        confidence = 0.5
        reasons: tuple[str, ...] = (
            "Le site porte les marques de PrestaShop, mais ses rayons ne répondent pas sous une forme lisible.",
        )
    else:
        confidence = 1.0
        reasons = ("Le site porte les marques de PrestaShop.", f"Son premier rayon annonce {announced} produits.")
    return Evidence(
        connector=name,
        platform=platform,
        shop_url=base,
        confidence=confidence,
        reasons=reasons,
        gives=GIVES_WITHOUT_KEY,
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _folder(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[0] + "/"
