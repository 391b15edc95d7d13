"""The closed list of run-level errors. Each says whether to retry, who must act, and two sentences.

`message` is French, for the person who must act, and says what to do; `detail` is English, for the log.
Neither ever holds a secret: URLs are redacted by `http.redact_url` before they come here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class WhoActs(StrEnum):
    MERCHANT = "merchant"
    OPERATOR = "operator"
    US = "us"


class ConnectorError(Exception):
    """A run that cannot go on. Raised by connectors and the session, mapped to a run's outcome in one place."""

    code: ClassVar[str]
    retryable: ClassVar[bool]
    who_acts: ClassVar[WhoActs]
    default_message: ClassVar[str]

    def __init__(self, detail: str, *, message: str | None = None) -> None:
        self.detail = detail[:500]
        self.message = message or self.default_message
        super().__init__(f"{self.code}: {self.detail}")


class ShopUnreachable(ConnectorError):
    """No answer: unknown host, refused or dropped connection, time-out, or a server error that stayed."""

    code = "shop_unreachable"
    retryable = True
    who_acts = WhoActs.MERCHANT
    default_message = (
        "La boutique ne répond pas. Vérifiez que le site s'ouvre dans un navigateur ; nous réessaierons de nous-mêmes."
    )


class ShopThrottled(ConnectorError):
    """429 that outlasted the run's patience. `retry_after` in seconds, where the shop gave it."""

    code = "shop_throttled"
    retryable = True
    who_acts = WhoActs.US
    default_message = (
        "La boutique demande de ralentir. Rien à faire : nous reprendrons plus tard, là où nous en étions."
    )

    def __init__(self, detail: str, *, retry_after: float | None = None, message: str | None = None) -> None:
        super().__init__(detail, message=message)
        self.retry_after = retry_after


class ShopInMaintenance(ConnectorError):
    """503 with a maintenance page or a `Retry-After`."""

    code = "shop_in_maintenance"
    retryable = True
    who_acts = WhoActs.MERCHANT
    default_message = (
        "La boutique est en maintenance. Vos offres restent affichées ; "
        "la lecture reprendra d'elle-même quand la maintenance sera finie."
    )

    def __init__(self, detail: str, *, retry_after: float | None = None, message: str | None = None) -> None:
        super().__init__(detail, message=message)
        self.retry_after = retry_after


class CredentialsRejected(ConnectorError):
    """The key or its secret is wrong, revoked, or lacks the right to read products."""

    code = "credentials_rejected"
    retryable = False
    who_acts = WhoActs.MERCHANT
    default_message = "La boutique refuse la clé. Créez-en une nouvelle, en lecture seule, et enregistrez-la à nouveau."


class AccessForbidden(ConnectorError):
    """robots.txt, a firewall or a protection service keeps us out."""

    code = "access_forbidden"
    retryable = False
    who_acts = WhoActs.MERCHANT
    default_message = (
        "La boutique refuse notre robot (pare-feu ou robots.txt). "
        "Demandez à votre hébergeur d'autoriser « EmplettesBot »."
    )


class PlatformNotRecognised(ConnectorError):
    """The address answers, but not as a shop that we can read."""

    code = "platform_not_recognised"
    retryable = False
    who_acts = WhoActs.MERCHANT
    default_message = (
        "Nous n'avons pas reconnu de boutique à cette adresse. "
        "Vérifiez que c'est bien l'adresse de la page d'accueil de la boutique."
    )


class CatalogueMalformed(ConnectorError):
    """200 with rubbish: HTML or a notice where JSON should be, cut JSON, a list that is no list."""

    code = "catalogue_malformed"
    retryable = True
    who_acts = WhoActs.MERCHANT
    default_message = (
        "La boutique répond, mais pas avec un catalogue lisible (souvent une extension ou une page de sécurité). "
        "Vos offres restent affichées ; montrez ce message à la personne qui s'occupe du site."
    )


class AddressBlocked(ConnectorError):
    """The address, or one that it leads to, is private or reserved: it is never called."""

    code = "address_blocked"
    retryable = False
    who_acts = WhoActs.MERCHANT
    default_message = (
        "Cette adresse n'est pas une adresse publique d'internet : nous ne l'appelons pas. "
        "Donnez l'adresse que vos clients utilisent."
    )


class CatalogueSuspicious(ConnectorError):
    """What the shop says now could be a lie: nothing of it was applied."""

    code = "catalogue_suspicious"
    retryable = True
    who_acts = WhoActs.OPERATOR
    default_message = (
        "Le catalogue a changé d'un coup de façon inhabituelle (produits disparus, épuisés ou prix bouleversés). "
        "Rien n'est retiré tant que personne n'a confirmé."
    )


ALL_ERRORS: tuple[type[ConnectorError], ...] = (
    ShopUnreachable,
    ShopThrottled,
    ShopInMaintenance,
    CredentialsRejected,
    AccessForbidden,
    PlatformNotRecognised,
    CatalogueMalformed,
    AddressBlocked,
    CatalogueSuspicious,
)
