"""`detect` for both connectors: is the probed address a WooCommerce shop, and where is its base?"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from connectors.errors import AddressBlocked, ConnectorError
from connectors.http import Cancelled
from connectors.protocol import Evidence, Probe, ShopConnection
from connectors.woocommerce.api import Api
from connectors.woocommerce.discovery import MEMORY_ROOT, STORE, Index, linked_root, shop_url_of

COMING_SOON: Final = b"woo-coming-soon-page"
GIVES_WITHOUT_KEY: Final = (
    "Sans clé : produits, déclinaisons, prix affichés, stock, photos et catégories. Les codes-barres manquent."
)
GIVES_WITH_KEY: Final = (
    "Avec une clé en lecture seule : tout cela, les codes-barres (EAN/GTIN), et une mise à jour plus légère pour "
    "la boutique."
)

_VERSION: Final = re.compile(
    rb"<meta name=[\"']generator[\"'] content=[\"']WooCommerce ([0-9][0-9A-Za-z.\-]{0,20})", re.I
)
_SIGNS: Final = re.compile(rb"/plugins/woocommerce/|content=[\"']WooCommerce |class=[\"'][^\"']*\bwoocommerce\b", re.I)


def woocommerce_version(html: bytes) -> str | None:
    found = _VERSION.search(html[:500_000])
    return found.group(1).decode() if found else None


def store(probe: Probe, name: str, platform: str) -> Evidence | None:
    """The Store API answering is proof. A page that looks like WooCommerce without it is worth a check, which then
    says what is in the way (robots.txt, a firewall)."""
    api = _api(probe)
    index = api.index if api else None
    shop_url = _shop_url(probe, index)
    if api is not None:
        total = _store_total(api)
        if total is not None:
            reasons: tuple[str, ...] = (
                "L'interface publique de WooCommerce (Store API) répond.",
                f"Elle annonce {total} produits.",
            )
            return _evidence(probe, name, platform, index, shop_url, 1.0, reasons, GIVES_WITHOUT_KEY)
    if not _SIGNS.search(probe.home.body[:1_000_000]):
        return None
    reasons = ("La page d'accueil porte les marques de WooCommerce, mais son interface publique ne répond pas.",)
    return _evidence(probe, name, platform, index, shop_url, 0.5, reasons, GIVES_WITHOUT_KEY)


def rest(probe: Probe, name: str, platform: str) -> Evidence | None:
    api = _api(probe)
    index = api.index if api else None
    if index is None or "wc/v3" not in index.namespaces:
        return None
    reasons = ("Le site annonce l'interface REST de WooCommerce (wc/v3).",)
    return _evidence(probe, name, platform, index, _shop_url(probe, index), 0.9, reasons, GIVES_WITH_KEY)


def _evidence(
    probe: Probe,
    name: str,
    platform: str,
    index: Index | None,
    shop_url: str,
    confidence: float,
    reasons: tuple[str, ...],
    gives: str,
) -> Evidence:
    return Evidence(
        connector=name,
        platform=platform,
        shop_url=shop_url,
        confidence=confidence,
        reasons=reasons,
        gives=gives,
        version=woocommerce_version(probe.home.body),
        memory=((MEMORY_ROOT, index.root),) if index else (),
    )


def _api(probe: Probe) -> Api | None:
    """The REST interface that the page names, else the one under its folder, else under the site's root."""
    origin = _origin(probe.home.url)
    places = [origin] if linked_root(probe.home) else [_folder(probe.home.url), origin]
    for url in dict.fromkeys(places):
        api = Api(ShopConnection(url=url, session=probe.session), home=probe.home)
        try:
            return api if api.index else None
        except AddressBlocked:
            raise
        except (ConnectorError, Cancelled):
            continue
    return None


def _shop_url(probe: Probe, index: Index | None) -> str:
    root = index.root if index else linked_root(probe.home)
    return shop_url_of(root) if root else _origin(probe.home.url)


def _store_total(api: Api) -> int | None:
    try:
        page = api.listing(STORE, {"per_page": 1, "catalog_visibility": "visible", "_fields": "id"}, tries=2)
    except AddressBlocked:
        raise
    except (ConnectorError, Cancelled):
        return None
    return page.total if page.total is not None else len(page.items)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _folder(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[0] + "/"
