"""The web application: routes, middleware, error pages, and the server that runs it.

Reads only, but for a shop that a merchant proposes and for what shops signal themselves. The index is opened by whoever
calls `serve`, since the web knows no engine.
"""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import cache, partial
from http import HTTPStatus
from socket import socket
from threading import Thread

import uvicorn
from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aggregator.errors import EmplettesError
from aggregator.search.port import SearchIndex
from aggregator.settings import Settings
from aggregator.store import Store
from aggregator.web import (
    api,
    bulk,
    connect,
    developers,
    directory,
    discovery,
    face,
    feeds,
    interface,
    narrowing,
    offers,
    photos,
    portal,
    results,
    shapes,
    signals,
    suggesting,
    wishes,
)
from aggregator.web.checking import Checker
from aggregator.web.interface import OpenToAll
from aggregator.web.language import Language
from aggregator.web.rates import Rates
from aggregator.web.security import BodyCap, Compressed, SameSiteOnly, SecurityHeaders, signer
from aggregator.web.site import STATIC, Site, site_of, utc_now

log = logging.getLogger("emplettes.web")
_GARBAGE = (10_000, 20, 20)
"""A page makes a thousand objects that go as it does; looking through them for cycles every 700 (Python's own choice)
took a tenth of its time."""
_NAMED = re.compile(r"/(?:offre|produit)/[0-9]{1,18}-([a-z0-9-]{2,80})\Z", re.ASCII)


def create_app(
    settings: Settings, store: Store, index: SearchIndex, *, now: Callable[[], datetime] = utc_now
) -> FastAPI:
    """The whole portal over this store and index, which stay the caller's to close."""
    app = FastAPI(
        title="Emplettes",
        version=interface.VERSION,
        openapi_url="/api/openapi.json",
        docs_url=None,  # both pages load scripts from a CDN: no third party here; ours is `developers.py`
        redoc_url=None,
        lifespan=_lifespan,
        exception_handlers={
            HTTPException: _http_error,
            RequestValidationError: _invalid,
        },
    )
    app.state.site = Site(settings, store, index, now)
    app.state.checker = Checker(settings)
    app.state.listener = signals.Listener(app.state.site)
    app.state.signer = signer(settings)
    app.state.reports = offers.Reports()
    app.add_middleware(_Unexpected, site=app.state.site)
    app.add_middleware(BodyCap, streaming=signals.PREFIX)
    app.add_middleware(SameSiteOnly, public_url=settings.public_url)
    app.add_middleware(Rates, settings=settings, refuse=partial(_too_often, app.state.site))
    app.add_middleware(OpenToAll)
    app.add_middleware(Language)
    app.add_middleware(Compressed)
    app.add_middleware(SecurityHeaders, https=settings.public_url.startswith("https://"))
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.include_router(api.router)
    app.include_router(bulk.router)
    app.include_router(developers.router)
    app.include_router(discovery.router)
    app.include_router(feeds.router)
    app.include_router(connect.router)
    app.include_router(signals.router)
    app.include_router(photos.router)
    app.include_router(face.router)
    for pages in (results, narrowing, suggesting, offers, directory, wishes, portal):
        app.include_router(pages.router)
    document = cache(partial(interface.describe, app, app.state.site.public_url))
    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    Thread(target=_warm, args=(app.state.site.index,), name="warm-index", daemon=True).start()
    yield
    app.state.checker.close()
    app.state.site.photos.close()


def _warm(index: SearchIndex) -> None:
    """Where it cannot be searched, the first search says so to whoever asks."""
    with suppress(EmplettesError):
        index.warm()


class _Static(StaticFiles):
    """Our few files; each address holds the content's hash, so it may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == HTTPStatus.OK and scope["query_string"]:
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = error.title if isinstance(error, offers.GoneForGood) else ""
    return await to_thread.run_sync(_error, site_of(request), request.url.path, error.status_code, title, error.headers)


def _error(site: Site, path: str, status: int, title: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """A page that helps, or a problem where a program asks."""
    if path.startswith(interface.PREFIX):
        return interface.problem(site.public_url, status, headers=headers)
    title = title or _words(path) if status in (404, 410) else ""
    return site.page(
        "error.html", status=status, headers=headers, code=status, title=title, similar=_similar(site, title)
    )


def _words(path: str) -> str:
    """What the address of a product that is not there says of it: "/offre/12-bol-bleu" -> "bol bleu"."""
    match = _NAMED.match(path)
    return match[1].replace("-", " ") if match else ""


def _similar(site: Site, title: str) -> list[results.Result]:
    """What resembles what is gone; a page of an error must not fail itself."""
    try:
        return results.similar(site, title)
    except Exception:
        log.exception("nothing similar could be sought")
        return []


def _too_often(site: Site, path: str, headers: Mapping[str, str]) -> Response:
    return _error(site, path, 429, headers=headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """A parameter that cannot be: its name, and why. What was given is not repeated."""
    assert isinstance(error, RequestValidationError)
    site = site_of(request)
    if not request.url.path.startswith(interface.PREFIX):
        return _error(site, request.url.path, 422)
    problems = [
        shapes.ParameterProblem(
            parameter=str(problem["loc"][1])[:80] if len(problem["loc"]) > 1 else "", message=problem["msg"]
        )
        for problem in error.errors()[: interface.MOST_PROBLEMS]
    ]
    detail = "; ".join(f"{problem.parameter}: {problem.message}" for problem in problems)
    return interface.problem(site.public_url, 422, detail, problems=problems)


class _Unexpected:
    """A mistake of ours: the visitor gets a page with every header, the log gets the traceback.

    Starlette's own catch-all stands outside all middleware, so its answer would lack the headers."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            path = scope["path"]  # which, below /signaux/, is a shop's own secret
            shown = signals.PREFIX if path.startswith(signals.PREFIX) else path
            log.exception("%s %s failed", scope["method"], shown)
            response = self._sorry(scope["path"])
            await response(scope, receive, send)

    def _sorry(self, path: str) -> Response:
        try:
            return _error(self.site, path, 500)
        except Exception:  # what failed is what our pages are made with
            log.exception("not even the page of an error could be made")
            return PlainTextResponse("Un problème de notre côté. Réessayez dans quelques minutes.", 500)


class _Server(uvicorn.Server):
    """Says when it listens, and where: port 0 is chosen by the system."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[str], None] | None) -> None:
        super().__init__(config)
        self.on_ready = on_ready

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.on_ready is not None:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self.on_ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")


def serve(
    settings: Settings,
    store: Store,
    index: SearchIndex,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; answers under way get 5 s. `on_ready(address)` once connections are accepted.

    No access log: addresses and queries of visitors are personal data, and we need neither. X-Forwarded-For is read
    by `security.visitor` alone, since uvicorn would trust the entry that the visitor wrote."""
    gc.set_threshold(*_GARBAGE)
    config = uvicorn.Config(
        create_app(settings, store, index),
        host=host,
        port=port,
        access_log=False,
        log_config=None,  # its lines go the way of ours, through the redaction
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=15,
    )
    _Server(config, on_ready).run()
