"""The page that explains the JSON interface: the OpenAPI document as plain HTML, without anybody's script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup, escape

from aggregator.web.interface import DOCS, KINDS
from aggregator.web.site import Site, site_of

router = APIRouter(include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "/api/v1/search": {"q": "théière", "near": "Dinan", "km": "20", "sort": "distance"},
    "/api/v1/suggest": {"q": "thé"},
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask, as the page shows it."""

    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    answer: str
    """Name of the answer's shape in the document; "" where it is a file."""
    example: str | None
    """An address to try; None where it needs an id."""


@router.get(DOCS)
def developers(request: Request, site: CurrentSite) -> HTMLResponse:
    document = request.app.openapi()
    return site.page(
        "developers.html",
        coded=coded,
        operations=list(operations(document, site.public_url)),
        shapes=_shapes(document),
        kinds=[(status, name, meaning) for status, (name, meaning) in KINDS.items()],
        per_minute=site.settings.api_per_minute,
        licence=site.settings.export_licence,
        canonical=f"{site.base_url}{DOCS}",
    )


@router.get("/api")
@router.get("/api/")
@router.get("/api/v1")
def explained() -> RedirectResponse:
    return RedirectResponse(DOCS, 302)


def operations(document: Mapping[str, Any], public_url: str) -> Iterator[Operation]:
    """The document's operations, in its order."""
    for path, methods in document["paths"].items():
        told = methods["get"]
        content = told["responses"]["200"].get("content", {}).get("application/json", {})
        query = EXAMPLES.get(path, {})
        example = f"{public_url}{path}" + (f"?{urlencode(query)}" if query else "")
        yield Operation(
            path,
            told["summary"],
            told["description"],
            tuple(
                Parameter(one["name"], kind(one["schema"]), one.get("required", False), one.get("description", ""))
                for one in told.get("parameters", ())
            ),
            content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1],
            None if "{" in path else example,
        )


def coded(text: str) -> Markup:
    """A description with what stands between backquotes as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped before


def _shapes(document: Mapping[str, Any]) -> list[tuple[str, str, list[Parameter]]]:
    """Name, meaning and fields of every shape that an answer is made of."""
    return [
        (
            name,
            shape.get("description", "").replace("\n", " "),
            [
                Parameter(field, kind(schema), True, schema.get("description", ""))
                for field, schema in shape["properties"].items()
            ],
        )
        for name, shape in sorted(document["components"]["schemas"].items())
        if "properties" in shape
    ]


def kind(schema: Mapping[str, Any]) -> str:
    """A JSON schema in a few words: `integer`, `string or null`, `list of Result`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    if schema.get("type") == "object" and "additionalProperties" in schema:
        return f"object of {kind(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("type") or "any")
