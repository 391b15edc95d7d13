"""One run's way to a shop's REST interface: where it is, how to get in, and lists that are really lists.

Every answer is judged before anything is read from it: "200 with rubbish" is an error, never an empty catalogue
(HTML of a security page, cut JSON, an object where a list should be). `Link` headers are neither followed nor logged:
they repeat keys and spent signatures, and some are broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from connectors.errors import (
    AccessForbidden,
    CatalogueMalformed,
    ConnectorError,
    CredentialsRejected,
    PlatformNotRecognised,
)
from connectors.gate import Gate
from connectors.http import Response, redact_url
from connectors.json_body import read_json
from connectors.protocol import ShopConnection
from connectors.woocommerce import auth
from connectors.woocommerce.auth import Way
from connectors.woocommerce.discovery import FIREWALL, MEMORY_ROOT, Index, find_index
from connectors.woocommerce.paging import Page

RUBBISH_TRIES: Final = 3
MEMORY_AUTH: Final = "auth"
MEMORY_KEYED_PATH: Final = "keyed_path"
KEYED_PATHS: Final = ("wp-json", "index.php/wp-json")
"""Where a key is taken with plain permalinks; the second where the host routes by PATH_INFO only."""

ROBOTS = (
    "Le fichier robots.txt de la boutique interdit sa lecture par les robots. Pour paraître ici, autorisez-y "
    "« EmplettesBot » sur /wp-json/."
)
NO_RIGHT = (
    "La clé est valable, mais son utilisateur n'a pas le droit de lire les produits. Créez la clé au nom d'un "
    "administrateur ou d'un gestionnaire de boutique, en lecture seule."
)
KEY_REFUSED = (
    "La boutique refuse la clé : elle est inconnue, ou l'hébergement efface l'en-tête « Authorization ». Créez une "
    "nouvelle clé en lecture seule ; si le refus demeure, demandez à l'hébergeur de laisser passer cet en-tête "
    '(dans .htaccess : SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1).'
)


class Api:
    """Lists and objects of one shop, by route. Learns the REST root and the way in, and keeps them in its memory."""

    def __init__(self, connection: ShopConnection, *, home: Response | None = None) -> None:
        """`home`: a page of the site, where one is at hand: it may name the REST root."""
        self.connection = connection
        self.session = connection.session
        self.notices = 0
        """Answers that began with PHP notices."""
        self.clock: datetime | None = None
        """The shop's own clock, at its first answer."""
        self._home = home
        self._index: Index | None = None
        self._remembered = MEMORY_ROOT in connection.memory
        """True while the root comes from an earlier run, and nothing has proved yet that it still holds."""
        self._gate = Gate(connection.session, ROBOTS)

    @classmethod
    def of(cls, connection: ShopConnection) -> Api:
        """The one of this connection: robots.txt and what else is asked once a run are not asked for each lane."""
        kept: Api | None = connection.kept.get("woocommerce.api")
        if kept is None:
            kept = connection.kept["woocommerce.api"] = cls(connection)
        return kept

    # -- where it is ---------------------------------------------------------------------------------------------

    @property
    def root(self) -> str:
        """The REST root: ".../wp-json/", or "...?rest_route=/" with plain permalinks. Asks the shop if need be."""
        if self._index is None and MEMORY_ROOT in self.connection.memory:
            return self.connection.memory[MEMORY_ROOT]
        return self.index.root

    @property
    def index(self) -> Index:
        if self._index is None:
            self._index = find_index(self.connection, self._obey_robots, self._home)
            self.connection.memory[MEMORY_ROOT] = self._index.root
        return self._index

    def target(self, route: str, *, keyed: bool) -> tuple[str, dict[str, str]]:
        """URL and parameters of a route. With keys and plain permalinks both forms at once: WooCommerce looks for
        "wp-json/wc" in the address before it takes a key, WordPress for `rest_route`."""
        root = self.root
        if "rest_route=" not in root:
            return root + route.lstrip("/"), {}
        base = root.partition("?")[0]
        if not keyed:
            return base, {"rest_route": route}
        path = self.connection.memory.get(MEMORY_KEYED_PATH, KEYED_PATHS[0])
        return base.removesuffix("index.php") + path + route, {"rest_route": route}

    def shop_clock(self) -> datetime | None:
        """What time it is at the shop, from its first answer; asks for robots.txt, which every run does anyway."""
        url, params = self.target("/", keyed=False)
        self._obey_robots(url, params)
        return self.clock

    # -- asking --------------------------------------------------------------------------------------------------

    def listing(
        self, route: str, params: Mapping[str, str | int], *, keyed: bool = False, tries: int | None = None
    ) -> Page:
        """A list, and the total that the shop announces with it."""
        try:
            value, response = self._value(route, params, keyed, tries, list)
        except (CatalogueMalformed, PlatformNotRecognised):
            if not self._moved(keyed):
                raise
            return self.listing(route, params, keyed=keyed, tries=tries)
        self._remembered = False
        if keyed and "rest_route=" in self.root:
            self.connection.memory.setdefault(MEMORY_KEYED_PATH, KEYED_PATHS[0])
        return Page(value, _count(response.headers.get("X-WP-Total")))

    def object(self, route: str, params: Mapping[str, str | int], *, keyed: bool = False) -> dict[str, Any]:
        value, _ = self._value(route, params, keyed, None, dict)
        found: dict[str, Any] = value
        return found

    def _value(
        self, route: str, params: Mapping[str, str | int], keyed: bool, tries: int | None, shape: type
    ) -> tuple[Any, Response]:
        complaint = ""
        first_page = int(params.get("page", 1)) == 1
        for _ in range(RUBBISH_TRIES):
            url, more = self.target(route, keyed=keyed)
            self._obey_robots(url, more)
            response = self._send(url, {**more, **params}, keyed, tries)
            self._note_clock(response)
            judge(response)
            try:
                value, notice = read_json(response.body)
            except ValueError as error:
                complaint = str(error)
                continue
            announced = _count(response.headers.get("X-WP-Total"))
            if value == [] and first_page and announced:
                complaint = f"an empty list where {announced} items are announced"
                continue
            if isinstance(value, shape) and not (isinstance(value, list) and value and not _objects(value)):
                self.notices += notice
                return value, response
            complaint = f"{type(value).__name__} where a {shape.__name__} of objects should be"
        raise CatalogueMalformed(f"GET {redact_url(response.url)}: {complaint}")

    def _send(self, url: str, params: Mapping[str, str | int], keyed: bool, tries: int | None) -> Response:
        if not keyed:
            return self.session.get(url, params, tries=tries)
        credentials = self.connection.credentials
        if credentials is None:
            raise CredentialsRejected("no key given", message="Il faut une clé pour lire la boutique de cette façon.")
        known, possible = self.connection.memory.get(MEMORY_AUTH), auth.ways(url)
        order = [w for w in possible if w == known] + [w for w in possible if w != known]
        refused: list[str] = []
        for way in order:
            response = self.session.get(url, params, sign=auth.signer(way, credentials, url), tries=tries)
            if response.status not in (401, 403):
                self.connection.memory[MEMORY_AUTH] = way.value
                return response
            code = error_code(response)
            refused.append(code)
            rejected(response, code, final=way in (Way.BASIC, Way.QUERY) or len(order) == 1)
        if not any(code.startswith("woocommerce_") for code in refused):
            raise AccessForbidden(f"GET {redact_url(url)}: 401 {refused}", message=FIREWALL)
        raise CredentialsRejected(f"GET {redact_url(url)}: refused in every way {order}", message=KEY_REFUSED)

    def _moved(self, keyed: bool) -> bool:
        """After a failure: was what we remembered of the shop's addresses out of date? Then ask it anew, once."""
        memory = self.connection.memory
        if self._remembered:
            self._remembered = False
            before = memory.pop(MEMORY_ROOT)
            try:
                return self.root != before
            except ConnectorError:  # the shop that we know answers rubbish everywhere: it has not moved, it is unwell
                memory[MEMORY_ROOT] = before
                return False
        plain = "rest_route=" in self.root
        if keyed and plain and MEMORY_KEYED_PATH not in memory:  # hosts that route by PATH_INFO only
            memory[MEMORY_KEYED_PATH] = KEYED_PATHS[1]
            return True
        return False

    def _obey_robots(self, url: str, params: Mapping[str, str]) -> None:
        """Raise where robots.txt keeps us out; its answer, once a run, tells the shop's clock."""
        self._gate.permit(url, params)
        if self._gate.answer is not None:
            self._note_clock(self._gate.answer)

    def _note_clock(self, response: Response) -> None:
        if self.clock is None:
            try:
                told = parsedate_to_datetime(response.headers.get("Date", ""))
            except ValueError:
                return
            self.clock = told if told.tzinfo else told.replace(tzinfo=UTC)


# -- answers -------------------------------------------------------------------------------------------------------


def judge(response: Response) -> None:
    """Raise what a status means. 429 and 5xx never come here: the session has dealt with them."""
    status, where = response.status, redact_url(response.url)
    if status == 200:
        return
    code = error_code(response)
    detail = f"GET {where}: {status} {code}".rstrip()
    if status in (404, 410):
        raise PlatformNotRecognised(detail)
    if status == 400 or 300 <= status < 400 or status < 200:
        raise CatalogueMalformed(detail)
    if status >= 500:
        raise PlatformNotRecognised(detail)
    raise AccessForbidden(detail, message=FIREWALL)


def rejected(response: Response, code: str, *, final: bool) -> None:
    """Raise if this refusal of a key leaves no doubt; return where another way in may still work."""
    detail = f"GET {redact_url(response.url)}: {response.status} {code}".rstrip()
    if response.status == 403:
        if code.startswith("woocommerce_"):
            raise CredentialsRejected(detail, message=NO_RIGHT)
        raise AccessForbidden(detail, message=FIREWALL)
    if code == "woocommerce_rest_authentication_error" and final:
        raise CredentialsRejected(detail)


def error_code(response: Response) -> str:
    """WordPress's own word for what is wrong. Messages are translated, codes are not."""
    try:
        value, _ = read_json(response.body[:100_000])
    except ValueError:
        return ""
    code = value.get("code") if isinstance(value, dict) else None
    return code[:100] if isinstance(code, str) else ""


def _objects(items: list[Any]) -> bool:
    """A list in which nothing is an object is none of ours; one odd item among them is that item's own matter."""
    return any(isinstance(item, dict) for item in items)


def _count(header: str | None) -> int | None:
    text = (header or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def comma(ids: Iterable[int]) -> str:
    """A list parameter as one text: the signer of OAuth knows no lists."""
    return ",".join(map(str, ids))


def unreadable(error: ConnectorError) -> bool:
    """True for errors that say "this route is not for us", where another one may do."""
    return isinstance(error, AccessForbidden | PlatformNotRecognised | CatalogueMalformed | CredentialsRejected)
