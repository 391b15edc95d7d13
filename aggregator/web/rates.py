"""How often one visitor may ask what costs us a search: counted in memory, by minute, forgotten after it.

The answers say how much is left, in the words of the IETF's draft "RateLimit header fields for HTTP" (version 10), and
a refusal when to come back. Plain ASGI, so that nothing of a refused request is read or searched.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aggregator.settings import Settings
from aggregator.web.security import visitor

API = "/api/"
SEARCHES = ("/recherche", "/suggestions", "/pourquoi", "/categorie/", "/commune/")
"""Beginnings of addresses of pages and feeds that search."""


class Rates:
    """Refuses with 429 who asks too often. `refuse(path, headers)` makes the answer."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, refuse: Callable[[str, Mapping[str, str]], Response]
    ) -> None:
        self.app = app
        self._refuse = refuse
        self._behind_proxy = settings.behind_proxy
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._limits = {
            name: RateLimitItemPerMinute(most)
            for name, most in (("api", settings.api_per_minute), ("pages", settings.pages_per_minute))
            if most
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._limit(scope)
        if limit is None:
            await self.app(scope, receive, send)
            return
        name, item = limit
        who = (name, visitor(Request(scope), behind_proxy=self._behind_proxy))
        allowed = self._limiter.hit(item, *who)
        stats = self._limiter.get_window_stats(item, *who)
        wait = max(math.ceil(stats.reset_time - time.time()), 1)
        told = {
            "ratelimit-policy": f'"{name}";q={item.amount};w=60',
            "ratelimit": f'"{name}";r={stats.remaining};t={wait}',
        }
        if not allowed:
            answer = self._refuse(scope["path"], {**told, "retry-after": str(wait), "cache-control": "no-store"})
            await answer(scope, receive, send)
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for header, value in told.items():
                    headers[header] = value
            await send(message)

        await self.app(scope, receive, telling)

    def _limit(self, scope: Scope) -> tuple[str, RateLimitItem] | None:
        if scope["type"] != "http" or scope["method"] == "OPTIONS":
            return None
        name = "api" if scope["path"].startswith(API) else "pages" if scope["path"].startswith(SEARCHES) else ""
        item = self._limits.get(name)
        return None if item is None else (name, item)
