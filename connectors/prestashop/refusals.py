"""Pure: what the webservice's own error codes mean. Its statuses alone say little: 401 is "no key" or "no right".

Codes and their meaning: measured on 8.0.3, the same numbers stand in the source of 1.6 to 9.1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from connectors.errors import (
    AccessForbidden,
    CatalogueMalformed,
    ConnectorError,
    CredentialsRejected,
    PlatformNotRecognised,
)
from connectors.http import Response, redact_url
from connectors.json_body import read_json
from connectors.prestashop import xml_body

Codes = Sequence[tuple[int, str]]
"""(code, English message) of one answer."""

NO_KEY_SEEN: Final = (
    "La clé n'arrive pas jusqu'à PrestaShop : l'hébergement efface l'en-tête « Authorization ». Ajoutez dans le "
    'fichier .htaccess : SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1 — ou montrez cette phrase à votre '
    "hébergeur."
)
LOCKED: Final = (
    "Le site demande un mot de passe avant de répondre (protection de l'hébergement) : la clé n'y suffit pas. "
    "Ouvrez le site au public, ou demandez à votre hébergeur d'ouvrir l'adresse /api/."
)
KEY_MALFORMED: Final = (
    "Ce n'est pas une clé du webservice : elle a exactement 32 caractères. Copiez-la entière dans PrestaShop "
    "(Paramètres avancés > Webservice)."
)
KEY_UNKNOWN: Final = (
    "La boutique ne connaît pas cette clé, ou la clé est désactivée. Vérifiez-la dans PrestaShop (Paramètres "
    "avancés > Webservice) : elle doit y être, avec le statut « activé »."
)
SERVICE_OFF: Final = (
    "Le webservice de la boutique est désactivé. Dans PrestaShop : Paramètres avancés > Webservice > « Activer le "
    "webservice » : Oui, puis Enregistrer."
)
OURS: Final = (
    "La boutique n'accepte pas une de nos questions : c'est à nous de nous adapter à sa version. Vos offres restent "
    "affichées ; rien à faire de votre côté."
)
DEBUG: Final = (
    "La boutique mêle des erreurs PHP à ses réponses (souvent un module, ou le mode debug). Dans PrestaShop : "
    "Paramètres avancés > Performances > « Mode debug » : Non ; sinon, montrez ce message à votre webmestre."
)
FIREWALL: Final = (
    "La boutique refuse l'accès à son webservice (pare-feu ou extension de sécurité). Demandez à votre hébergeur "
    "d'autoriser « EmplettesBot » sur l'adresse /api/."
)
NOT_THERE: Final = (
    "Cette adresse n'a pas de webservice PrestaShop (/api/ y est inconnu). Donnez l'adresse de la page d'accueil de "
    "la boutique ; si c'est bien elle, activez les « URL simplifiées » (Paramètres de la boutique > Trafic et SEO)."
)
MOVED: Final = (
    "La boutique répond à une autre adresse que celle-ci. Donnez celle que vos clients voient dans leur navigateur, "
    "avec https:// et www. si elle les a."
)
MOVED_TO: Final = "La boutique répond à une autre adresse : {address} Donnez celle-là."

_RESOURCE: Final = re.compile(r"(?:[Rr]esource of type \"|for the resource )([a-z_]{2,40})")
_WEBSERVICE_REALM: Final = re.compile(r"prestashop webservice", re.I)
_AVAILABLE: Final = re.compile(r"available(?: are)?: (.*?)(?:, for i18n fields:(.*))?$", re.S)


class FieldUnknown(CatalogueMalformed):
    """A field that this version of PrestaShop does not have (code 35). Never leaves the package."""

    def __init__(self, detail: str, available: frozenset[str]) -> None:
        super().__init__(detail, message=OURS)
        self.available = available


def codes_of(response: Response) -> Codes:
    """The error codes of an answer, from its JSON or XML; none where it holds no such thing."""
    body = response.body[:64_000]
    try:
        value, _ = read_json(body)
    except ValueError:
        try:
            return xml_body.read_errors(body)
        except ValueError:
            return []
    errors = value.get("errors") if isinstance(value, dict) else None
    if not isinstance(errors, list):
        return []
    return [
        (error["code"], str(error.get("message", "")))
        for error in errors
        if isinstance(error, dict) and isinstance(error.get("code"), int)
    ]


def asks_for_our_key(response: Response) -> bool:
    """True where it is PrestaShop itself that asks who is there: the key did not arrive."""
    return bool(_WEBSERVICE_REALM.search(response.headers.get("WWW-Authenticate", "")))


def error_of(response: Response) -> ConnectorError | None:
    """What an answer other than 200 means, by the codes in its body; None for a 429 or 5xx without any."""
    codes = codes_of(response)
    numbers = {code for code, _ in codes}
    detail = f"GET {redact_url(response.url)}: {response.status} {_shown(codes)}".rstrip()
    if numbers:
        return _by_code(numbers, codes, detail)
    status = response.status
    if status == 429 or status >= 500:
        return None
    if 300 <= status < 400:
        return moved(response)
    if status == 401:
        return AccessForbidden(detail, message=LOCKED)
    if status in (404, 410):
        return PlatformNotRecognised(detail, message=NOT_THERE)
    if status in (400, 414):
        return CatalogueMalformed(detail, message=OURS)
    return AccessForbidden(detail, message=FIREWALL)


def _by_code(numbers: set[int], codes: Codes, detail: str) -> ConnectorError:
    if 22 in numbers:
        return AccessForbidden(detail, message=SERVICE_OFF)
    if 18 in numbers:
        return CredentialsRejected(detail, message=KEY_MALFORMED)
    if 17 in numbers:
        return CredentialsRejected(detail, message=NO_KEY_SEEN)
    if numbers & {20, 21}:
        return CredentialsRejected(detail, message=KEY_UNKNOWN)
    if numbers & {25, 26}:
        return CredentialsRejected(detail, message=_right_missing(codes))
    if 35 in numbers:
        return FieldUnknown(detail, _available(codes))
    if numbers == {3}:
        return CatalogueMalformed(detail, message=DEBUG)
    return CatalogueMalformed(detail, message=OURS)


def _right_missing(codes: Codes) -> str:
    names = [found[1] for _, text in codes if (found := _RESOURCE.search(text))]
    what = f"« {names[0]} »" if names else "une ressource"
    return (
        f"La clé est valable, mais n'a pas le droit de lire {what}. Dans PrestaShop : Paramètres avancés > Webservice, "
        "modifiez la clé et cochez la case « GET » de cette ligne."
    )


def _available(codes: Codes) -> frozenset[str]:
    """The fields that the shop says it has, in a code 35."""
    for code, text in codes:
        if code == 35 and (found := _AVAILABLE.search(text)):
            return frozenset(re.findall(r"[a-z][a-z0-9_]*", found[1] + "," + (found[2] or "")))
    return frozenset()


def moved(response: Response) -> PlatformNotRecognised:
    """A redirect of /api/ loses the path (measured): the base address is wrong. Never followed, the key stays here."""
    # the Location repeats the key where it was in the query, and the lost path: only its beginning may be told
    origin = re.match(r"https?://[A-Za-z0-9.\-]{1,253}(?::\d{1,5})?(?=[/?#]|\Z)", response.headers.get("Location", ""))
    asked = re.match(r"https?://[^/?#]*", response.url)
    detail = f"GET {redact_url(response.url)}: {response.status} to {origin[0] if origin else 'nowhere'}"
    if origin and asked and origin[0] != asked[0]:
        return PlatformNotRecognised(detail, message=MOVED_TO.format(address=origin[0] + "/"))
    return PlatformNotRecognised(detail, message=MOVED)


def _shown(codes: Codes) -> str:
    return "; ".join(f"code {code}: {text[:120]}" for code, text in codes[:3] if code != 3) or (
        f"code 3: {codes[0][1][:120]}" if codes else ""
    )
