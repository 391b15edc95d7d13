"""The one session: address policy, one deadline a request, own retry loop, caps, politeness, redaction. (interface)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from connectors.addresses import AddressPolicy

Params = Mapping[str, str | int]
Sign = Callable[[str, str, dict[str, str], dict[str, str]], None]
"""`sign(method, url, params, headers)` adds authentication in place; called anew for every try."""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, read within the caps. `url` is where it came from, after redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Case-insensitive."""
    body: bytes


class HttpSession:
    """Carries every request to one shop, one at a time. Thread-safe only in `cancel`."""

    requests: int
    """Requests sent so far, retries and redirects included."""
    bytes: int
    """Body bytes received so far, as sent (compressed)."""

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        user_agent: str,
        request_seconds: float = 60.0,
        deadline: float | None = None,
        retry_wait_cap: float = 60.0,
        tries: int = 4,
        max_bytes: int = 64 * 1024 * 1024,
    ) -> None: ...

    def get(
        self,
        url: str,
        params: Params | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        sign: Sign | None = None,
        follow_redirects: bool = True,
        tries: int | None = None,
        max_bytes: int | None = None,
    ) -> Response:
        """GET within the deadline. Retries 5xx, 429 and dropped connections, signing anew each time.

        Returns any other status to the caller. Raises ShopUnreachable, ShopThrottled, ShopInMaintenance,
        CatalogueMalformed (body over the cap) or AddressBlocked."""
        ...

    def cancel(self) -> None:
        """Make the request under way, and every later one, end within a second (from any thread)."""

    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: object) -> None: ...


def redact_url(url: str) -> str:
    """The URL without credentials: user info, keys, secrets and signatures in the query become `***`."""
    ...
