"""Scrapy's download handler, with the caps that it lacks: on the size of headers and on nested encodings."""

from __future__ import annotations

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientProtocol
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import BODY, DONE, HTTP11ClientProtocol
from twisted.web.client import _HTTP11ClientFactory

MAX_HEADER_BYTES = 128 * 1024
"""Of one answer. Twisted caps a line (16 KiB), never their number."""
_MAX_ENCODINGS = 2
"""Content-Encodings one in the other. Each may hold as much as a page may, and a header has room for thousands."""


class ShopDownloadHandler(HTTP11DownloadHandler):
    """For http and https alike."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _CappedFactory

    async def download_request(self, request: Request) -> Response:
        response = await super().download_request(request)
        encodings = b",".join(response.headers.getlist("Content-Encoding"))
        if encodings.count(b",") >= _MAX_ENCODINGS:
            raise DownloadFailedError(f"{encodings.count(b',') + 1} content encodings one in the other")
        return response


class _CappedProtocol(_LenientHTTP11ClientProtocol):
    """Drops the connection once an answer's headers are longer than any honest ones."""

    _header_bytes = 0

    def dataReceived(self, bytes: bytes) -> None:  # noqa: N802  Twisted's names
        parser = self._parser
        if parser is not None and getattr(parser, "state", BODY) not in (BODY, DONE):
            self._header_bytes += len(bytes)
            if self._header_bytes > MAX_HEADER_BYTES + 2**16:  # one read more, which may hold the body's beginning
                assert self.transport is not None
                self.transport.abortConnection()
                return
        else:
            self._header_bytes = 0
        super().dataReceived(bytes)  # type: ignore[no-untyped-call]


class _CappedFactory(_HTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802
        return _CappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
