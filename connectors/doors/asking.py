"""One run's way to the JSON that a shop's own pages feed on: robots obeyed, every answer judged before it is read.

"200 with rubbish" is an error, never an empty catalogue: HTML of a security page, cut JSON, another shape than the
platform's, an empty list in a shop whose home page shows products.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from connectors.errors import (
    AccessForbidden,
    AddressBlocked,
    CatalogueMalformed,
    ConnectorError,
    PlatformNotRecognised,
    ShopThrottled,
)
from connectors.gate import Gate
from connectors.http import Cancelled, HttpSession, Response, redact_url
from connectors.json_body import read_json
from connectors.protocol import ShopConnection
from connectors.refusals import retry_after

T = TypeVar("T")
RUBBISH_TRIES: Final = 3
LOOKED_AT: Final = 1_000_000
"""Of a page, in bytes, where signs of a platform are looked for."""
MAX_BYTES: Final = 48 * 1024 * 1024
"""Of one answer: 250 products with a hundred variants each stay far below."""
FIREWALL: Final = (
    "La boutique refuse notre robot (pare-feu ou protection contre les robots). Autorisez « EmplettesBot », ou donnez "
    "l'adresse d'un flux produits."
)
RUBBISH: Final = (
    "La boutique répond, mais pas avec la liste de ses produits (souvent une page de sécurité ou une extension). Vos "
    "offres restent affichées ; montrez ce message à la personne qui s'occupe du site."
)


@dataclass(frozen=True, slots=True)
class Words:
    """French, for the merchant, of what may be in the way on this platform."""

    robots: str
    closed: str
    """The door answers 404: this shop has none."""


Refusal = Callable[[Response], ConnectorError | None]
"""What an answer means that is none, whatever its status: a redirect to a page that asks for a password."""


class Asker:
    """Asks one shop. Learns nothing that outlives the connection."""

    def __init__(
        self,
        connection: ShopConnection,
        words: Words,
        *,
        home: Response | None = None,
        refusal: Refusal = lambda response: None,
    ) -> None:
        self.connection = connection
        self.url = connection.url
        self.session: HttpSession = connection.session
        self.gate = Gate(connection.session, words.robots)
        self.notices = 0
        """Answers that began with PHP notices."""
        self._words = words
        self._home = home
        self._refusal = refusal

    @property
    def home(self) -> Response:
        """The shop's home page, asked for once."""
        if self._home is None:
            self.gate.permit(self.url)
            self._home = self.session.get(self.url)
            self.judge(self._home)
        return self._home

    def read(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        *,
        accept: Callable[[Any], T],
        also: frozenset[int] = frozenset(),
    ) -> T:
        """What `accept` makes of the JSON. Where it raises ValueError the answer is rubbish, and asked for again.
        `also`: other statuses whose JSON says more than they do.

        Raises CatalogueMalformed where it stays that, PlatformNotRecognised where there is nothing at the address."""
        self.gate.permit(url, params)
        complaint = ""
        for _ in range(RUBBISH_TRIES):
            response = self.session.get(url, params, headers={"Accept": "application/json"}, max_bytes=MAX_BYTES)
            if response.status not in also:
                self.judge(response)
            try:
                value, notice = read_json(response.body)
                found = accept(value)
            except ValueError as error:
                complaint = str(error)
                continue
            self.notices += notice
            return found
        raise CatalogueMalformed(f"GET {redact_url(response.url)}: {complaint}", message=RUBBISH)

    def glance(self, url: str, params: Mapping[str, str | int] | None = None) -> Any:
        """JSON that helps where it is there: None where it is not, or robots.txt keeps us from it."""
        try:
            if not self.gate.allows(url, params):
                return None
            response = self.session.get(
                url, params, headers={"Accept": "application/json"}, tries=2, max_bytes=MAX_BYTES
            )
            return read_json(response.body)[0] if response.status == 200 else None
        except (ShopThrottled, AddressBlocked):
            raise
        except (ConnectorError, ValueError):
            return None

    def shows(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether the home page has this, as far as it can be read."""
        try:
            return pattern.search(self.home.body[: 4 * LOOKED_AT]) is not None
        except (ShopThrottled, AddressBlocked):
            raise
        except ConnectorError:
            return False

    def judge(self, response: Response) -> None:
        """Raise what a status means. 429 and 5xx never come here: the session has dealt with them."""
        if (refused := self._refusal(response)) is not None:
            raise refused
        status = response.status
        if status == 200:
            return
        detail = f"GET {redact_url(response.url)}: {status}"
        if status in (404, 410):
            raise PlatformNotRecognised(detail, message=self._words.closed)
        if status == 430:  # Shopify's own "too fast, or a robot"
            raise ShopThrottled(detail, retry_after=retry_after(response.headers.get("Retry-After")))
        if 400 < status < 500:
            raise AccessForbidden(detail, message=FIREWALL)
        raise CatalogueMalformed(detail, message=RUBBISH)


def answers(asker: Asker, url: str, params: Mapping[str, str | int], accept: Callable[[Any], T]) -> T | None:
    """One probe of a door, for `detect`: what it answers, None where it is closed or answers something else."""
    try:
        if not asker.gate.allows(url, params):
            return None
        response = asker.session.get(url, params, headers={"Accept": "application/json"}, tries=1, max_bytes=MAX_BYTES)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if response.status != 200 or ("json" not in kind and "javascript" not in kind):
            return None
        return accept(read_json(response.body)[0])
    except AddressBlocked:
        raise
    except (ConnectorError, Cancelled, ValueError):
        return None


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def currency_code(raw: Any) -> str | None:
    """An ISO 4217 code as it is, None of anything else."""
    return raw if isinstance(raw, str) and re.fullmatch(r"[A-Z]{3}", raw) else None
