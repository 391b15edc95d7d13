"""One run's way to a shop's webservice: the key, lists that are really lists, fields that the version has.

JSON first, XML where JSON fails or PHP dies of it. Only lists are asked for: the JSON of a single object drops every 0
and "" since 8.0.
No redirect is followed: /api/ redirects only where the base address is wrong, and repeats the key in doing so.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from connectors.errors import CatalogueMalformed, ConnectorError, CredentialsRejected, ShopUnreachable
from connectors.gate import Gate
from connectors.http import Response, redact_url
from connectors.json_body import read_json
from connectors.prestashop import refusals, xml_body
from connectors.prestashop.refusals import FieldUnknown
from connectors.protocol import ShopConnection

Json = dict[str, Any]
Params = Mapping[str, str | int]

MEMORY_WAY: Final = "webservice_key"
"""How the key travels to this shop."""
MEMORY_MISSING: Final = "webservice_fields_missing"
"""Fields that this shop's version does not have, as "products.mpn", with spaces between."""
JSON_TRIES: Final = 2
XML_FOR_GOOD: Final = 3
"""Answers that only XML could give, after which JSON is no longer asked for; one where PHP died of each JSON."""
NO_KEY: Final = "Il faut une clé du webservice pour lire la boutique de cette façon."
ROBOTS: Final = (
    "Le fichier robots.txt de la boutique interdit sa lecture par les robots. Pour paraître ici, autorisez-y "
    "« EmplettesBot » sur /api/."
)


class Way(StrEnum):
    BASIC = "header"
    QUERY = "query"
    """Only where the host strips the header: addresses end in access logs."""


class OutOfMemory(ShopUnreachable):
    """500 with an empty body: PHP died, as a rule of too big a page. Never leaves the package unless it stays."""


class Api:
    """Lists of one shop's webservice, by resource."""

    def __init__(self, connection: ShopConnection) -> None:
        self.connection = connection
        self.session = connection.session
        self.version: str | None = None
        """PSWS-Version, from the first answer."""
        self.notices = 0
        """Answers that began with PHP notices."""
        self.as_xml = 0
        """Answers that only XML could give."""
        self.clock: datetime | None = None
        """The shop's own clock, at its first answer."""
        self.gate = Gate(connection.session, ROBOTS)
        self._died = False
        """The last answer was 500 with an empty body."""
        self._missing = set(connection.memory.get(MEMORY_MISSING, "").split())

    @classmethod
    def of(cls, connection: ShopConnection) -> Api:
        """The one of this connection: robots.txt is asked for once, not for each lane."""
        kept: Api | None = connection.kept.get("prestashop.api")
        if kept is None:
            kept = connection.kept["prestashop.api"] = cls(connection)
        return kept

    def rows(
        self, resource: str, fields: Sequence[str], params: Params, *, tries: int | None = None, patient: bool = True
    ) -> list[Json]:
        """A list with these fields, less those that the shop's version does not know.

        `patient` False: 500 with an empty body ends at once in OutOfMemory, as a smaller page is the better answer.
        Raises ConnectorError."""
        while True:
            known = [field for field in fields if f"{resource}.{field.partition('[')[0]}" not in self._missing]
            try:
                return self._list(resource, {"display": f"[{','.join(known)}]", **params}, tries, patient)
            except FieldUnknown as error:
                if not self._forget(resource, known, error):
                    raise

    def rights(self) -> dict[str, frozenset[str]]:
        """What the key may do, by resource. Asked in XML: the root in JSON dies on PHP 8."""
        response = self._send("", {}, None, True)
        try:
            return xml_body.read_rights(response.body)
        except ValueError as error:
            raise CatalogueMalformed(f"GET {redact_url(response.url)}: {error}", message=refusals.NOT_THERE) from None

    # -- answers -------------------------------------------------------------------------------------------------

    def _list(self, resource: str, params: Params, tries: int | None, patient: bool) -> list[Json]:
        complaint, where, died = "", "", False
        formats = [True] * JSON_TRIES if self.as_xml < XML_FOR_GOOD else []
        for as_json in [*formats, False]:
            if as_json and died:
                continue
            chosen: Params = {"output_format": "JSON", **params} if as_json else params
            try:
                response = self._send(resource, chosen, 1 if died else tries, patient)
            except OutOfMemory:  # a smaller page is the better answer
                raise
            except ShopUnreachable:
                if not (as_json and self._died):
                    raise
                died = True
                continue
            where = redact_url(response.url)
            try:
                found = self._read(response.body, resource) if as_json else xml_body.read_list(response.body, resource)
            except ValueError as error:
                complaint = complaint or str(error)
                continue
            self.as_xml += XML_FOR_GOOD if died else not as_json
            return found
        raise CatalogueMalformed(f"GET {where}: {complaint}")

    def _read(self, body: bytes, resource: str) -> list[Json]:
        """`{"products": [...]}`; `[]` where there is nothing. Raises ValueError on any other shape."""
        value, notice = read_json(body)
        items = value if value == [] else value.get(resource) if isinstance(value, dict) else None
        if isinstance(items, dict):  # PHP writes a list with a hole as an object
            items = list(items.values())
        if not isinstance(items, list):
            raise ValueError(f"no list of {resource}")
        if items and not any(isinstance(item, dict) for item in items):
            raise ValueError(f"a list without any {resource}")
        self.notices += notice
        return items

    def _forget(self, resource: str, asked: Sequence[str], error: FieldUnknown) -> bool:
        """After "unknown field": remember which, so that each version is asked for what it has."""
        gone = {f"{resource}.{name}" for field in asked if (name := field.partition("[")[0]) not in error.available}
        # virtual prices and associations are not among the available fields that the error lists
        gone -= {f"{resource}.{field.partition('[')[0]}" for field in asked if "[" in field or field in ("ttc", "reg")}
        if not error.available or not gone - self._missing:
            return False
        self._missing |= gone
        self.connection.memory[MEMORY_MISSING] = " ".join(sorted(self._missing))
        return True

    # -- asking --------------------------------------------------------------------------------------------------

    def _send(self, resource: str, params: Params, tries: int | None, patient: bool) -> Response:
        credentials = self.connection.credentials
        if credentials is None:
            raise CredentialsRejected("no key given", message=NO_KEY)
        url = f"{self.connection.url}api/{resource}"
        self.gate.permit(url)
        known = self.connection.memory.get(MEMORY_WAY)
        self._died = False
        for way in sorted(Way, key=lambda w: w != known):
            response = self.session.get(
                url,
                params,
                sign=_signer(way, credentials.key, url),
                follow_redirects=False,
                tries=tries,
                explain=self._explain if patient else _explain_at_once,
            )
            if response.status == 200:
                self._note(response, way)
                return response
            if not _key_unseen(response):
                break
        raise _refusal(response)

    def _explain(self, response: Response) -> ConnectorError | None:
        self._died = _is_empty_500(response)
        return refusals.error_of(response)

    def _note(self, response: Response, way: Way) -> None:
        self.connection.memory[MEMORY_WAY] = way.value
        self.version = self.version or response.headers.get("PSWS-Version")
        if self.clock is None:
            try:
                told = parsedate_to_datetime(response.headers.get("Date", ""))
            except ValueError:
                return
            self.clock = told if told.tzinfo else told.replace(tzinfo=UTC)


def _signer(way: Way, key: str, origin: str) -> Callable[[str, str, dict[str, str], dict[str, str]], None]:
    def sign(_: str, url: str, params: dict[str, str], headers: dict[str, str]) -> None:
        if urlsplit(url)[:2] != urlsplit(origin)[:2]:  # not that redirects are followed: the key stays with its shop
            return
        if way is Way.QUERY:
            params["ws_key"] = key
        else:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{key}:".encode()).decode()

    return sign


def _key_unseen(response: Response) -> bool:
    """True where PrestaShop answers as if no key had been sent: in words, or by code 17 for an empty one."""
    codes = {code for code, _ in refusals.codes_of(response)}
    return response.status == 401 and (17 in codes or (not codes and refusals.asks_for_our_key(response)))


def _refusal(response: Response) -> ConnectorError:
    if _key_unseen(response):
        detail = f"GET {redact_url(response.url)}: 401 as if no key had been sent, in both ways"
        return CredentialsRejected(detail, message=refusals.NO_KEY_SEEN)
    return refusals.error_of(response) or ShopUnreachable(f"GET {redact_url(response.url)}: {response.status}")


def _is_empty_500(response: Response) -> bool:
    return response.status == 500 and not response.body


def _explain_at_once(response: Response) -> ConnectorError | None:
    if _is_empty_500(response):
        return OutOfMemory(f"GET {redact_url(response.url)}: 500 with an empty body")
    return refusals.error_of(response)
