"""The one session: address policy, one deadline a request, own retry loop, caps, politeness, redaction.

Everything that goes to a shop goes through here (design, section 10). urllib3's retries and requests' redirects are
not used: a signature with a one-time nonce must be made anew for every request that leaves, and every address must be
judged before it is dialled (`connectors.transport`).
"""

from __future__ import annotations

import contextlib
import http.client
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import parse_qsl

from requests import PreparedRequest, Request, RequestException
from requests import Response as Answer
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from connectors import hops
from connectors.addresses import AddressPolicy
from connectors.errors import CatalogueMalformed, ConnectorError, ShopUnreachable
from connectors.failures import Failure, dropped, is_refusal, name_unknown, refused
from connectors.hops import Params
from connectors.inflate import BodyBroken, BodyTooLarge, inflate
from connectors.redaction import redact_url
from connectors.streaming import Cancelled, Stream
from connectors.transport import CONNECT_SECONDS, PATIENCE, READ_SECONDS, GuardedAdapter, NameUnknown, Wire

__all__ = ["Cancelled", "Explain", "HttpSession", "Params", "Response", "Sign", "Stream", "redact_url"]

Sign = Callable[[str, str, dict[str, str], dict[str, str]], None]
"""`sign(method, url, params, headers)` adds authentication in place; called anew for every request that leaves.

`url` has no query: all of it is in `params`, as it will be sent (RFC 3986, "~" kept)."""
Explain = Callable[["Response"], ConnectorError | None]
"""Looks at a 429 or 5xx (64 KiB of its body) before it is tried again; an error that it returns ends the request at
once. For platforms that say in such an answer what is wrong."""

MAX_REDIRECTS = 5
MOST_REQUESTS = 100_000
MOST_BYTES = 4 * 1024**3
"""Of a session: a shop whose list has no end costs no more than that."""
ENDLESS = (
    "La boutique donne sans fin de nouvelles données : la lecture a été arrêtée. Rien n'est retiré ; vérifiez que la "
    "liste de vos produits a une dernière page."
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024
_FAILURE_BYTES = 64 * 1024
"""Of a body that is only looked at to know what failed."""
_FIRST_WAIT = 0.5
_INSTANT = 0.05
STREAM_BYTES, STREAM_SECONDS = 1024**3, 2 * 3600.0
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})

Piece = bytes  # within the session, `bytes` is its counter
_log = logging.getLogger("emplettes.http")


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, read within the caps. `url` is where it came from, after redirects, without the signature."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Case-insensitive."""
    body: bytes


@dataclass(frozen=True, slots=True)
class _Ask:
    """One `get` or `stream`, as its caller wants it."""

    headers: Mapping[str, str]
    sign: Sign | None
    follow: bool
    cap: int
    seconds: float
    streamed: bool = False
    explain: Explain | None = None
    method: str = "GET"
    content: bytes | None = None


class HttpSession:
    """Carries every request to one shop, one at a time. Thread-safe only in `cancel`.

    Keeps connections alive, sends no cookies, and takes nothing from the environment (proxies would dial addresses
    that the policy never saw, a .netrc would add credentials)."""

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
        most_requests: int = MOST_REQUESTS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """`request_seconds` bounds each request on the wire, from the first packet to the last byte; `deadline` bounds
        the session, in seconds from now, waits included; so do `most_requests` and `most_bytes`, as sent."""
        self.bytes = 0
        self.policy = policy
        self.user_agent = user_agent
        self._wire = Wire(policy)
        self._adapter = GuardedAdapter(self._wire)
        self._request_seconds = request_seconds
        self._end = time.monotonic() + deadline if deadline is not None else float("inf")
        self._retry_wait_cap = retry_wait_cap
        self._tries = tries
        self._max_bytes = max_bytes
        self._budget = most_requests, most_bytes
        self._one_at_a_time = threading.Lock()

    bytes: int
    """Body bytes received so far, as sent (compressed)."""

    @property
    def requests(self) -> int:
        """Requests sent so far, retries and redirects included."""
        return self._wire.requests

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
        explain: Explain | None = None,
    ) -> Response:
        """GET within the deadline. Retries 5xx, 429 and dropped connections, signing anew each time.

        Returns any other status to the caller (501 too). Raises ShopUnreachable, ShopThrottled, ShopInMaintenance,
        CatalogueMalformed (body over the cap) or AddressBlocked; Cancelled after `cancel`."""
        cap = self._max_bytes if max_bytes is None else max_bytes
        ask = _Ask(headers or {}, sign, follow_redirects, cap, self._request_seconds, explain=explain)
        with self._one_at_a_time:
            answer = self._persist(url, params or {}, ask, tries)
        assert isinstance(answer, Response)
        return answer

    def post(
        self, url: str, content: Piece, params: Params | None = None, *, headers: Mapping[str, str], sign: Sign
    ) -> Response:
        """POST, once: whatever fails may have been done, so nothing is tried again, and no redirect is followed.

        Reading a shop never comes here: it is for what an operator asked for by name (docs/decisions/0007). Returns and
        raises as `get` does."""
        ask = _Ask(
            headers, sign, follow=False, cap=self._max_bytes, seconds=self._request_seconds, method="POST",
            content=content,
        )  # fmt: skip
        with self._one_at_a_time:
            answer = self._persist(url, params or {}, ask, 1)
        assert isinstance(answer, Response)
        return answer

    @contextlib.contextmanager
    def stream(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        tries: int | None = None,
        max_bytes: int = STREAM_BYTES,
        seconds: float | None = STREAM_SECONDS,
    ) -> Iterator[Stream]:
        """GET whose body is read while it comes, for answers too big to hold; nothing else may be asked meanwhile.

        Opens as `get` does, retries included; once the body has begun nothing is retried. `seconds` (None: as `get`)
        bounds it all, with what the caller does between two pieces; `max_bytes` the body, sent and decoded. Leaving
        the block before the end drops the connection."""
        ask = _Ask(headers or {}, None, True, max_bytes, seconds or self._request_seconds, streamed=True)
        with self._one_at_a_time:
            answer = self._persist(url, {}, ask, tries)
            assert isinstance(answer, Stream)
            with contextlib.closing(answer):
                yield answer

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Bound what is asked in this block, waits included; an earlier deadline of the session still holds."""
        before = self._end
        self._end = min(before, time.monotonic() + seconds)
        try:
            yield
        finally:
            self._end = before

    @property
    def seconds_left(self) -> float:
        """Until the deadline; infinite where there is none."""
        return self._end - time.monotonic()

    @property
    def cancelled(self) -> bool:
        return self._wire.cancelled.is_set()

    def count(self, requests: int, size: int) -> None:
        """Count what another process asked for on this session's behalf."""
        self._wire.requests += requests
        self.bytes += size

    def cancel(self) -> None:
        """Make the request under way, and every later one, end within a second (from any thread)."""
        self._wire.cancel()

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._adapter.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def _persist(self, url: str, params: Params, ask: _Ask, tries: int | None) -> Response | Stream:
        most = self._tries if tries is None else tries
        until = time.monotonic() + PATIENCE
        for attempt in range(1, most + 1):
            outcome = self._try(url, params, ask)
            if not isinstance(outcome, Failure):
                return outcome
            last = attempt == most or (outcome.wait is None and time.monotonic() >= until)
            if last or not outcome.retry or not self._pause(attempt, outcome.wait):
                raise outcome.error
        raise ValueError("tries must be at least 1")

    # --- one try: the request and the redirects that it meets

    def _try(self, url: str, params: Params, ask: _Ask) -> Response | Stream | Failure:
        target, query = hops.target(url, params)
        sign, extra = ask.sign, dict(ask.headers)
        added: set[str] = set()
        for _ in range(MAX_REDIRECTS + 1):
            sent_headers = dict(extra)
            sent_url = hops.with_query(target, query)
            if sign is not None:
                signed = dict(parse_qsl(query, keep_blank_values=True))
                before = set(signed)
                sign(ask.method, target, signed, sent_headers)
                added |= set(signed) - before
                sent_url = hops.with_query(target, hops.encode(signed))
            answer = self._exchange(sent_url, sent_headers, ask)
            if isinstance(answer, Failure):
                return answer
            location = answer.headers.get("Location")
            if not ask.follow or answer.status not in _REDIRECTS or not location:
                # Without what the signer added: callers keep and show this URL.
                shown = hops.with_query(target, query)
                return answer.at(shown) if isinstance(answer, Stream) else replace(answer, url=shown)
            hop = hops.hop(sent_url, location)
            if isinstance(hop, Failure):
                return hop
            next_target, query = hop
            query = hops.without(query, added)
            if not hops.keeps_secrets(target, next_target):
                sign = None
                extra = {name: value for name, value in extra.items() if name.lower() not in _SECRET_HEADERS}
            target = next_target
        return Failure(
            ShopUnreachable(
                f"more than {MAX_REDIRECTS} redirects from {redact_url(url)}",
                message="L'adresse de la boutique renvoie sans fin d'une page à l'autre. "
                "Vérifiez que le site s'ouvre dans un navigateur.",
            ),
            retry=False,
        )

    # --- one request on the wire

    def _exchange(self, url: str, headers: dict[str, str], ask: _Ask) -> Response | Stream | Failure:
        seconds = min(ask.seconds, self._end - time.monotonic())
        if self._wire.cancelled.is_set():
            raise Cancelled
        if seconds <= 0:
            return Failure(ShopUnreachable(f"no time left for {redact_url(url)}"), retry=False)
        if self.requests >= self._budget[0] or self.bytes >= self._budget[1]:
            spent = f"{self.requests} requests and {self.bytes} bytes are all that a run may take"
            return Failure(CatalogueMalformed(spent, message=ENDLESS), retry=False)
        request = Request(ask.method, url, headers=self._complete(headers), data=ask.content).prepare()
        began, bytes_before = time.monotonic(), self.bytes
        with contextlib.ExitStack() as held:
            held.enter_context(self._wire.within(seconds))
            outcome = self._carry(request, seconds, ask)
            cut = self._wire.cut
            if isinstance(outcome, Stream):
                outcome.close() if cut else outcome.hold(held.pop_all())
        status = outcome.error.code if isinstance(outcome, Failure) else outcome.status
        seconds_taken = time.monotonic() - began
        size = self.bytes - bytes_before
        _log.debug("%s %s: %s, %d bytes, %.3f s", ask.method, redact_url(url), status, size, seconds_taken)
        if self._wire.cancelled.is_set():
            raise Cancelled
        # the socket's own time-out may be seen before the watcher's cut: both are the deadline
        if cut or (isinstance(outcome, Failure) and seconds_taken > seconds - _INSTANT):
            return Failure(ShopUnreachable(f"{ask.method} {redact_url(url)}: not finished after {seconds:.1f} s"))
        return outcome

    def _complete(self, headers: dict[str, str]) -> dict[str, str]:
        complete = CaseInsensitiveDict({"User-Agent": self.user_agent, "Accept": "*/*", "Connection": "keep-alive"})
        complete.update(headers)
        complete["Accept-Encoding"] = "gzip, deflate"  # what `inflate` can undo
        return dict(complete)

    def _carry(self, request: PreparedRequest, seconds: float, ask: _Ask) -> Response | Stream | Failure:
        """Send, read, judge. Returns its failures: an exception of requests names the URL, secrets included."""
        where = redact_url(request.url or "")
        try:
            timeout = (min(CONNECT_SECONDS, seconds), min(READ_SECONDS, seconds))
            answer = self._adapter.send(request, stream=True, timeout=timeout, verify=True, proxies={})
            return self._read(answer, where, ask)
        except ConnectorError as error:
            return Failure(error, retry=False)
        except NameUnknown as error:
            return name_unknown(where, error)
        except BodyTooLarge as error:
            return Failure(CatalogueMalformed(f"GET {where}: {error}"), retry=False)
        except BodyBroken as error:
            return Failure(ShopUnreachable(f"GET {where}: {error}"))
        except (RequestException, HTTPError, http.client.HTTPException, OSError) as error:
            return dropped(where, error)
        except Exception as error:
            if not self._wire.cut:
                raise
            return dropped(where, error)  # the libraries stumble over a socket that is shut under their feet

    def _read(self, answer: Answer, where: str, ask: _Ask) -> Response | Stream | Failure:
        status = answer.status_code
        if status < 200:  # informational, which http.client takes for the answer: the connection is out of step
            answer.raw.close()
            self._adapter.close()
            return Failure(ShopUnreachable(f"GET {where}: {status} and no answer after it"))
        failed = is_refusal(status)
        only_looked_at = failed or (ask.follow and status in _REDIRECTS)
        if ask.streamed and not only_looked_at:
            return Stream(answer, self._wire, self._pieces(answer.raw, ask.cap), where, ask.cap)
        try:
            body = inflate(
                self._pieces(answer.raw, _FAILURE_BYTES if only_looked_at else ask.cap),
                answer.headers.get("Content-Encoding", ""),
                _FAILURE_BYTES if only_looked_at else ask.cap,
            )
        except (BodyTooLarge, BodyBroken):
            answer.raw.close()
            if not only_looked_at:
                raise
            body = b""
        except BaseException:
            answer.raw.close()
            raise
        whole = Response(answer.url or "", status, answer.headers, body)
        if not failed:
            return whole
        error = ask.explain(whole) if ask.explain else None
        return Failure(error, retry=False) if error else refused(status, answer.headers, body, where)

    def _pieces(self, raw: Any, cap: int) -> Iterator[Piece]:
        """The body as it comes over the wire, counted; the cap holds for these bytes too."""
        received = 0
        for piece in raw.stream(_PIECE, decode_content=False):
            received += len(piece)
            self.bytes += len(piece)
            if received > cap:
                raise BodyTooLarge(f"more than {cap} bytes")
            yield piece

    # --- how long to wait

    def _pause(self, attempt: int, asked: float | None) -> bool:
        """Wait before the next try; False if the shop asks for more than our patience or our time allows."""
        backoff = _FIRST_WAIT * 2 ** (attempt - 1) * random.uniform(1.0, 1.25)  # noqa: S311 - spreads load, no secret
        if asked is not None and asked > self._retry_wait_cap:
            return False
        wait = max(asked or 0.0, min(backoff, self._retry_wait_cap))
        if time.monotonic() + wait >= self._end:
            return False
        if self._wire.cancelled.wait(wait):
            raise Cancelled
        return True
