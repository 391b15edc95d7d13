"""An answer whose body is read while it comes: what `HttpSession.stream` gives."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Iterator, Mapping
from typing import Self

from requests import RequestException
from requests import Response as Answer
from urllib3.exceptions import HTTPError

from connectors.errors import CatalogueMalformed, ShopUnreachable
from connectors.failures import dropped
from connectors.inflate import BodyBroken, BodyTooLarge, inflated
from connectors.transport import Wire


class Cancelled(Exception):
    """`HttpSession.cancel` was called: nothing is wrong with the shop, the run is to stop."""


class Stream:
    """Status and headers are there; iterate once for the body, decoded. Belongs to the session's `with` block."""

    url: str
    """Where it came from, after redirects."""
    status: int
    headers: Mapping[str, str]
    """Case-insensitive."""

    def __init__(self, answer: Answer, wire: Wire, pieces: Iterator[bytes], where: str, cap: int) -> None:
        """`pieces`: the body as sent; `where`: the redacted URL."""
        self.url, self.status, self.headers = answer.url or "", answer.status_code, answer.headers
        self._answer = answer
        self._wire = wire
        self._pieces = pieces
        self._where = where
        self._cap = cap
        self._held = contextlib.ExitStack()
        self._ended = False

    @property
    def announces_its_end(self) -> bool:
        """False where the body simply ends with the connection: a cut looks just like the end."""
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        return chunked or "Content-Length" in self.headers

    def __iter__(self) -> Iterator[bytes]:
        """The body's pieces. Raises ShopUnreachable where it breaks off, CatalogueMalformed over the cap, Cancelled."""
        try:
            for piece in inflated(self._pieces, self.headers.get("Content-Encoding", ""), self._cap):
                self._still_whole()
                yield piece
            self._still_whole()
            self._ended = True
        except BodyTooLarge as error:
            raise CatalogueMalformed(f"GET {self._where}: {error}") from None
        except BodyBroken as error:
            self._still_whole()
            raise ShopUnreachable(f"GET {self._where}: {error}") from None
        except (RequestException, HTTPError, http.client.HTTPException, OSError) as error:
            self._still_whole()
            raise dropped(self._where, error).error from None
        except (AttributeError, ValueError):
            self._still_whole()  # the libraries stumble over a socket that is shut under their feet
            raise

    def _still_whole(self) -> None:
        """A socket that was shut from outside looks like the end of a body."""
        if self._wire.cancelled.is_set():
            raise Cancelled
        if self._wire.cut:
            raise ShopUnreachable(f"GET {self._where}: not finished in time")

    def at(self, url: str) -> Self:
        """The same, under the URL that may be shown."""
        self.url = url
        return self

    def hold(self, what: contextlib.ExitStack) -> None:
        """Keep the deadline's watch over the wire until the stream is closed."""
        self._held = what

    def close(self) -> None:
        if not self._ended:
            self._answer.raw.close()
        self._held.close()
