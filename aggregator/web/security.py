"""What protects visitors and us on every request: headers, cross-site posts, body size, who the visitor is.

Plain ASGI, so that it also covers static files, errors and answers that never reach a page.
"""

from __future__ import annotations

import os
import secrets
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from itsdangerous import URLSafeTimedSerializer
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aggregator.settings import Settings

MAX_BODY = 16 * 1024
"""Bytes of a form: the longest, the request to connect, is under 8 KiB with its token."""

_CSP = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self' https: http:",  # photos stay on the merchants' own sites, some without https
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",  # completion and the list of wishes
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
_HEADERS = {
    "content-security-policy": _CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(self), microphone=(), interest-cohort=()",
    "cross-origin-opener-policy": "same-origin",
}
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class SecurityHeaders:
    """Adds our headers to every answer; pages are always asked for again, since prices move."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.headers = dict(_HEADERS)
        if https:
            self.headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class Compressed:
    """Sends text compressed to whoever takes it: a page of results is six times smaller.

    Left out are files that are compressed already, and pages that carry something signed beside what a visitor typed:
    the length of a compressed page tells of what is in it."""

    WITHOUT = ("/photo/", "/sitemaps/", "/api/v1/export", "/connecter", "/signaux/")
    LEAST = 1_000

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.compressing = GZipMiddleware(app, minimum_size=self.LEAST, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = scope["type"] != "http" or scope["path"].startswith(self.WITHOUT)
        await (self.app if plain else self.compressing)(scope, receive, send)


class BodyCap:
    """Refuses a body over `MAX_BODY` with 413, announced or not, before anything parses it.

    Addresses below `streaming` are left out: what answers there reads its bodies itself, within a cap of its own."""

    def __init__(self, app: ASGIApp, *, streaming: str) -> None:
        self.app = app
        self.streaming = streaming.rstrip("/") + "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS or scope["path"].startswith(self.streaming):
            await self.app(scope, receive, send)
            return
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if len(body) > MAX_BODY:
                await _refuse(scope, receive, send, 413, "Ce formulaire est trop long.")
                return
            if not message.get("more_body", False):
                break
        rest: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return rest.pop() if rest else await receive()

        await self.app(scope, replay, send)


class SameSiteOnly:
    """Refuses what another site's page makes a visitor's browser send (CSRF), without cookies or tokens.

    Browsers say where a request comes from: `Sec-Fetch-Site`, and `Origin` in older ones. A request with neither
    comes from no browser, so it abuses no visitor."""

    def __init__(self, app: ASGIApp, *, public_url: str) -> None:
        self.app = app
        self.public_host = urlsplit(public_url).netloc.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _SAFE_METHODS and self._foreign(Headers(scope=scope)):
            await _refuse(scope, receive, send, 403, "Ce formulaire a été envoyé depuis un autre site.")
            return
        await self.app(scope, receive, send)

    def _foreign(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None:
            return False
        return urlsplit(origin).netloc.lower() not in (headers.get("host", "").lower(), self.public_host)


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    await PlainTextResponse(text, status_code=status)(scope, receive, send)


def visitor(request: Request, *, behind_proxy: bool) -> str:
    """Who asks, for rate limits only; never stored.

    Behind our proxy it is the *last* X-Forwarded-For entry, the one that the proxy itself wrote: earlier ones are
    the visitor's to invent. An IPv6 visitor is their /64, since a household owns a whole one."""
    address = request.client.host if request.client else ""
    if behind_proxy:
        forwarded = request.headers.getlist("x-forwarded-for")
        address = forwarded[-1].rsplit(",", 1)[-1].strip() if forwarded else address
    try:
        number = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(number, IPv6Address) and number.ipv4_mapped is None:
        return f"{IPv6Address(int(number) >> 64 << 64)}/64"
    return str(number)


def signer(settings: Settings) -> URLSafeTimedSerializer:
    """Signs what a visitor carries from one step to the next. The key lives in the data folder, mode 0600."""
    return URLSafeTimedSerializer(_signing_key(settings.data / "web-signing.key"), salt="connect")


def _signing_key(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, file)  # whole or not at all; whoever comes second takes the first one's
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text(encoding="ascii").strip()
