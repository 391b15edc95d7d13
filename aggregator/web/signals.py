"""Shops' own signals: WooCommerce's webhook deliveries, and the address "something changed" for modules and crons.

The web only notes them, the engine reads. Whoever calls is a stranger until proved otherwise: an unknown address costs
one lookup, a body is read up to `MAX_BODY` and never before its length and the form of its signature allow it, and of
a genuine body only the product's id is used. A genuine delivery is answered with 200 whatever becomes of it:
WooCommerce switches a webhook off, silently, after a few answers that it does not like (measured).
"""

from __future__ import annotations

import re
from typing import Annotated, Final

import anyio
import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import ClientDisconnect

from aggregator.store import signals
from aggregator.store.secrets import Sealer
from aggregator.store.signals import Door
from aggregator.web.site import Site
from connectors.woocommerce import webhooks

PREFIX: Final = "/signaux"
router = APIRouter(prefix=PREFIX, include_in_schema=False)

MAX_BODY: Final = 1024 * 1024
"""Bytes of a delivery: a product with a hundred variations takes some 30 KiB."""
BODY_SECONDS: Final = 20.0
AT_ONCE: Final = 4
"""Deliveries looked at together, so that a flood leaves threads for the pages."""
PER_SHOP: Final = parse("120/minute")
"""Genuine deliveries; beyond, the whole shop is read once instead."""
WOOCOMMERCE: Final = ("woocommerce-store", "woocommerce-rest")
"""Connectors whose products have the ids that deliveries name."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,64}")


class Listener:
    """What the answers share: a sealer, the rate of each shop, a few threads. One for an app."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._sealer = Sealer(site.settings)
        self._rate = FixedWindowRateLimiter(MemoryStorage())
        self._threads = anyio.CapacityLimiter(AT_ONCE)

    async def door(self, token: str) -> Door | None:
        """The shop of an address, at the cost of one lookup; of none where it cannot be an address."""
        if not _TOKEN.fullmatch(token):
            return None
        return await anyio.to_thread.run_sync(self._find, token, limiter=self._threads)

    async def delivery(self, door: Door, request: Request, body: bytes, signature: str) -> bool:
        """Note a signed delivery; False where the signature is another's."""
        return await anyio.to_thread.run_sync(self._hear, door, request, body, signature, limiter=self._threads)

    async def change(self, door: Door) -> None:
        """Note that something changed; what is known already costs nothing."""
        if door.open and not door.changed:
            await anyio.to_thread.run_sync(self._change, door, limiter=self._threads)

    def _find(self, token: str) -> Door | None:
        with self._site.store.read() as connection:
            return signals.find(connection, token)

    def _hear(self, door: Door, request: Request, body: bytes, signature: str) -> bool:
        if not webhooks.verify(self._sealer.open(door.sealed).secret, body, signature):
            return False
        if not door.open:
            return True
        if not self._rate.hit(PER_SHOP, str(door.shop_id)):
            if not door.changed:
                self._change(door)
            return True
        product = webhooks.hint(request.headers, body)
        named = product if door.connector in WOOCOMMERCE else None
        with self._site.store.write() as connection:
            new = signals.hear(connection, door.shop_id, webhooks.identity(request.headers), named, self._site.now())
            if new and product is not None and named is None:
                signals.changed(connection, door.shop_id, self._site.now())
        return True

    def _change(self, door: Door) -> None:
        with self._site.store.write() as connection:
            signals.hear_change(connection, door.shop_id, self._site.now())


def _listener(request: Request) -> Listener:
    found: Listener = request.app.state.listener
    return found


Ears = Annotated[Listener, Depends(_listener)]


@router.post("/{token}")
async def deliver(request: Request, token: str, listener: Ears) -> PlainTextResponse:
    """A delivery of WooCommerce, or its ping."""
    if _announced(request) > MAX_BODY:
        return _refused(413)
    door = await listener.door(token)
    if door is None:
        return _refused(404)
    signature = webhooks.signature(request.headers)
    body = await _body(request, webhooks.PING_BYTES if signature is None else MAX_BODY)
    if signature is None:
        return _answer("pong") if body is not None and webhooks.is_ping(request.headers, body) else _refused(401)
    if body is None:
        return _refused(413)
    return _answer("ok") if await listener.delivery(door, request, body, signature) else _refused(401)


@router.api_route("/{token}/change", methods=["GET", "POST"])
async def change(request: Request, token: str, listener: Ears) -> PlainTextResponse:
    """ "Something changed", said by a module, a cron or a person; whatever else they send is not read."""
    door = await listener.door(token)
    if door is None:
        return _refused(404)
    await listener.change(door)
    return _answer("Noté : la boutique sera relue dans les minutes qui viennent.\n", close=request.method == "POST")


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0


async def _body(request: Request, cap: int) -> bytes | None:
    """The body as it was sent; None where it is longer than the cap, or takes too long: the rest is not read."""
    if _announced(request) > cap:
        return None
    body = bytearray()
    with anyio.move_on_after(BODY_SECONDS):
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > cap:
                    return None
        except ClientDisconnect:
            return None
        return bytes(body)
    return None


def _answer(text: str, *, close: bool = False) -> PlainTextResponse:
    headers = {"cache-control": "no-store", "x-robots-tag": "noindex"}
    return PlainTextResponse(text, headers=headers | ({"connection": "close"} if close else {}))


def _refused(status: int) -> PlainTextResponse:
    """In a word, whatever was asked; the connection ends, and with it a body that nobody wants to read."""
    headers = {"cache-control": "no-store", "connection": "close"}
    return PlainTextResponse({401: "no", 404: "?", 413: "too long"}[status], status, headers=headers)
