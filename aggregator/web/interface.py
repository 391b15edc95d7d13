"""What all answers of the JSON interface share: problems in one shape, entity tags, other sites' scripts, HEAD."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aggregator.web.shapes import ParameterProblem, Problem

PREFIX = "/api/"
VERSION = "1.0.0"
DOCS = "/developpeurs"
"""The page that explains the interface."""
MOST_PROBLEMS = 20

KINDS: Mapping[int, tuple[str, str]] = {
    404: ("not-found", "There is no such thing, or it was never public."),
    405: ("method-not-allowed", "The interface is read with GET or HEAD."),
    410: ("gone", "It was public once; the shop no longer shows it, or has left."),
    422: ("invalid-parameter", "A parameter is unknown or its value cannot be; nothing is guessed."),
    429: ("too-many-requests", "Come back after as many seconds as Retry-After says."),
    500: ("internal", "Our mistake; it is written down."),
}
"""Status -> name of the kind of problem, and what is said of it."""


def problem(
    public_url: str,
    status: int,
    detail: str = "",
    *,
    problems: Sequence[ParameterProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Why there is no answer (RFC 9457)."""
    name, meaning = KINDS.get(status, ("refused", "The request could not be read."))
    body = Problem(
        type=f"{public_url}{DOCS}#{name}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail or meaning,
        problems=list(problems[:MOST_PROBLEMS]),
    )
    return Response(body.model_dump_json(), status, headers, media_type="application/problem+json")


def answer(request: Request, shape: BaseModel, *, max_age: int = 0) -> Response:
    """The shape as JSON, or 304 where the asker has it already. `max_age`: seconds for which it need not ask."""
    return tagged(request, shape.model_dump_json().encode(), "application/json", max_age=max_age)


def tagged(request: Request, body: bytes, media_type: str, *, max_age: int = 0) -> Response:
    """These bytes with the weak entity tag of their content, or 304."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"etag": tag, "cache-control": f"public, max-age={max_age}" if max_age else "no-cache"}
    if unchanged(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """True where one of the tags that the asker has is this one; weakly compared (RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    theirs = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return "*" in theirs or tag.removeprefix("W/") in theirs


_OPEN = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, RateLimit, RateLimit-Policy, Retry-After",
}
_PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "If-None-Match, If-Range, Range",
    "access-control-max-age": "86400",
    "allow": "GET, HEAD, OPTIONS",
}


class OpenToAll:
    """Lets scripts of any site read the interface: its data are public, and no cookie or login exists to be abused.

    Also answers HEAD wherever GET is answered, on pages too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        ours = scope["path"].startswith(PREFIX)
        if ours and scope["method"] == "OPTIONS":
            await Response(status_code=204, headers={**_OPEN, **_PREFLIGHT})(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def opened(message: Message) -> None:
            if message["type"] == "http.response.start" and ours:
                headers = MutableHeaders(scope=message)
                for name, value in _OPEN.items():
                    headers[name] = value
            if head and message["type"] == "http.response.body":
                message = {"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)}
            await send(message)

        await self.app({**scope, "method": "GET", "emplettes.head": True} if head else scope, receive, opened)


def describe(app: FastAPI, public_url: str) -> dict[str, Any]:
    """The OpenAPI document: FastAPI's, with our one shape of problems, and the headers that it cannot know."""
    document = get_openapi(
        title="Emplettes",
        version=VERSION,
        summary="What the shops of a region sell, and where.",
        description=(
            "Public data, read with GET, without a key. Every answer has a weak `ETag`: send it back as "
            "`If-None-Match` and get 304 while nothing has changed. `RateLimit` says how many requests are left; "
            "beyond, 429 with `Retry-After`. Problems are `application/problem+json` (RFC 9457). Within v1, fields "
            "are added, never renamed or removed: ignore what you do not know."
        ),
        routes=app.routes,
        servers=[{"url": public_url}],
    )
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    described = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(described.pop("$defs"))
    schemas["Problem"] = described
    for path in document["paths"].values():
        for operation in path.values():
            _complete(operation)
    return document


def _complete(operation: dict[str, Any]) -> None:
    told = operation["responses"]
    headers = {
        "ETag": {"schema": {"type": "string"}, "description": "Of the content."},
        "RateLimit": {"schema": {"type": "string"}, "description": 'What is left: `"api";r=299;t=60`.'},
    }
    told["200"]["headers"] = headers
    if "206" in told:  # a file: FastAPI adds JSON beside it
        told["200"]["content"].pop("application/json", None)
    told["304"] = {"description": "Unchanged since the `ETag` that was sent as `If-None-Match`."}
    wrong = {422} if operation.get("parameters") else set()
    found = {404, 410} if any(one["in"] == "path" for one in operation.get("parameters", ())) else set()
    for status in sorted(wrong | found | {429} | {int(code) for code in told if code in ("404", "410")}):
        told[str(status)] = {
            "description": KINDS[status][1],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    operation["responses"] = dict(sorted(told.items()))
