"""The bulk export as the interface hands it out: the newest file, whole or in ranges, and its description."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import FileResponse, Response

from aggregator.publish.bulk import Export, newest
from aggregator.web import shapes
from aggregator.web.interface import answer, unchanged
from aggregator.web.site import Site, site_of

router = APIRouter(prefix="/api/v1", tags=["export"])
CurrentSite = Annotated[Site, Depends(site_of)]

_DAY_OLD = 3600
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "JSON Lines, gzip; one offer a line.",
        "content": {"application/gzip": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: {"description": "The range that was asked for."},
    404: {"description": "There is no export yet."},
}


@router.get("/export", summary="All offers of the shops that agreed", response_class=FileResponse, responses=_FILE)
def export(request: Request, site: CurrentSite) -> Response:
    """The newest nightly export: a file, with `ETag`, `Range` and `If-Range`."""
    told, file = _newest(site)
    tag = f'"{told.sha256[:32]}"'
    headers = {"etag": tag, "cache-control": f"public, max-age={_DAY_OLD}"}
    if unchanged(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    if request.scope.get("emplettes.head"):
        headers |= {"content-length": str(file.stat().st_size), "accept-ranges": "bytes"}
        return Response(headers=headers, media_type="application/gzip")
    return FileResponse(file, headers=headers, media_type="application/gzip", filename=f"emplettes-{told.file_name}")


@router.get("/export/about", summary="What the export is", response_model=shapes.ExportAnswer, responses={404: {}})
def about(request: Request, site: CurrentSite) -> Response:
    """Its date, size, checksum and licence."""
    told, _ = _newest(site)
    shape = shapes.ExportAnswer(
        date=told.date,
        offers=told.offers,
        shops=told.shops,
        bytes=told.bytes,
        sha256=told.sha256,
        licence=told.licence or None,
        url=f"{site.public_url}/api/v1/export",
    )
    return answer(request, shape, max_age=_DAY_OLD)


def _newest(site: Site) -> tuple[Export, Path]:
    found = newest(site.settings)
    if found is None:
        raise HTTPException(404)
    return found
