"""Where a shop's feed lies, and what its address answers when it does not answer with the feed."""

from __future__ import annotations

from typing import Final

from connectors.errors import AccessForbidden, CatalogueMalformed, PlatformNotRecognised
from connectors.http import Stream, redact_url
from connectors.protocol import ShopConnection

MEMORY_FEED: Final = "feed"
FORBIDDEN: Final = (
    "L'adresse du flux refuse notre robot. Rendez-la accessible sans mot de passe, ou demandez à votre hébergeur "
    "d'autoriser « EmplettesBot »."
)
GONE: Final = "Il n'y a plus de flux à cette adresse. Donnez l'adresse actuelle du flux de votre catalogue."
RUBBISH: Final = (
    "L'adresse du flux répond, mais pas avec une liste de produits lisible. Vos offres restent affichées ; "
    "régénérez le flux dans votre boutique, puis ouvrez son adresse dans un navigateur pour vérifier."
)


def feed_url(connection: ShopConnection) -> str:
    return connection.memory.get(MEMORY_FEED) or connection.url


def judge(stream: Stream) -> None:
    """Raise what a status means. 429 and 5xx never come here: the session has dealt with them."""
    detail = f"GET {redact_url(stream.url)}: {stream.status}"
    if stream.status == 200:
        return
    if stream.status in (401, 403, 406, 451):
        raise AccessForbidden(detail, message=FORBIDDEN)
    if stream.status in (404, 410):
        raise PlatformNotRecognised(detail, message=GONE)
    raise CatalogueMalformed(detail, message=RUBBISH)
