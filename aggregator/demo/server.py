"""The wire: one fake shop on one loopback port, in threads. Gzip, keep-alive, and the faults of the line itself."""

from __future__ import annotations

import gzip
import socket
import struct
import sys
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar
from urllib.parse import urlsplit

from .answer import JSON, Answer, Request
from .faults import Fault, Seen
from .model import Catalogue
from .options import Options
from .woocommerce import FakeWooCommerce

_BLOCK = 1 << 16


class Fake(Protocol):
    """What the wire needs of a fake shop, whatever it speaks."""

    @property
    def base_path(self) -> str:
        """The folder that the shop is in: "" or "/boutique"."""
        ...

    def begin(self, request: Request) -> tuple[Seen, Fault | None]:
        """Writes the request into the log; gives the fault that it meets."""
        ...

    def end(self, seen: Seen, status: int, size: int) -> None:
        """Completes the log's line."""
        ...

    def answer(self, request: Request, fault: Fault | None = None) -> Answer:
        """The answer, as `fault` leaves it."""
        ...


F = TypeVar("F", bound=Fake)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx/1.22.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 20
    server: _Server

    def serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        request = self._request(self.rfile.read(length) if length else b"")
        fake = self.server.fake
        seen, fault = fake.begin(request)
        ended = False
        try:
            answer = self._answer(request, fault)
            # The log is complete before the client is: who reads it after an answer finds that answer in it, and one
            # client that asks one thing after another never seems to be two. Endless answers count until they end.
            dropped = bool(fault and fault.kind == "reset")
            if not (fault and fault.kind in ("drip", "huge")):
                fake.end(seen, 0 if dropped else answer.status, 0 if dropped else len(answer.body))
                ended = True
            if dropped:
                self._reset()
            else:
                self._send(answer, fault)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        finally:
            if not ended:
                fake.end(seen, 200, 0)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = serve  # noqa: N815

    def _request(self, body: bytes) -> Request:
        parts = urlsplit(self.path)
        base = self.server.fake.base_path
        inside = parts.path == base or parts.path.startswith(f"{base}/")
        path = (parts.path.removeprefix(base) or "/") if inside else _OUTSIDE
        origin = f"http://{self.headers.get('Host', 'localhost')}{base}"
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, path, parts.query, headers, origin, body)

    def _answer(self, request: Request, fault: Fault | None) -> Answer:
        if fault and fault.kind == "hang":  # ends early when the shop is closed
            self.server.closing.wait(30 if fault.seconds is None else fault.seconds)
        if request.path is _OUTSIDE:
            return Answer.html("<h1>404</h1>", 404)
        return self.server.fake.answer(request, fault)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        body, headers = answer.body, dict(answer.headers)
        if fault and fault.kind == "huge":
            self._send_huge(fault)
            return
        kind = headers.get("Content-Type", "").partition(";")[0]
        packable = kind in ("application/json", "application/xml", "text/xml", "text/html", "text/css")
        if packable and len(body) >= 1000 and "gzip" in self.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = gzip.compress(body, 1, mtime=0), "gzip"
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if fault and fault.kind == "drip":
            self._drip(body, 0.2 if fault.seconds is None else fault.seconds)
            return
        if fault and fault.kind == "truncated" and fault.cut:
            body, self.close_connection = body[: len(body) // 2], True
        self.wfile.write(body)
        self.wfile.flush()

    def _drip(self, body: bytes, seconds: float) -> None:
        for i in range(len(body)):
            self.wfile.write(body[i : i + 1])
            self.wfile.flush()
            if self.server.closing.wait(seconds):
                self.close_connection = True
                return

    def _send_huge(self, fault: Fault) -> None:
        """A JSON list that does not end before `size` bytes; with `gzip`, the bytes as unpacked (a bomb)."""
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        if fault.gzip:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for block in _packed(_endless(fault.size)) if fault.gzip else _endless(fault.size):
            if self.server.closing.is_set():
                return
            self.wfile.write(block)
        self.wfile.flush()

    def version_string(self) -> str:
        return self.server_version

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the fake's `requests` is the log."""


_OUTSIDE = "\0outside the shop's folder"


def _endless(size: int) -> Iterator[bytes]:
    yield b"["
    item = b'{"id":1,"name":"encore"},' * (_BLOCK // 25)
    for _ in range(max(size // len(item), 1)):
        yield item


def _packed(blocks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for block in blocks:
        if packed := packer.compress(block):
            yield packed
    yield packer.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], fake: Fake) -> None:
        super().__init__(address, _Handler)
        self.fake = fake
        self.closing = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, ValueError)):
            super().handle_error(request, client_address)


class Serving(Generic[F]):
    """A fake on a port of its own, until `stop` or the end of a `with`. Port 0 takes a free one."""

    def __init__(self, fake: F, host: str = "127.0.0.1", port: int = 0) -> None:
        self.fake = fake
        self._server = _Server((host, port), fake)
        self.host, self.port = host, int(self._server.server_address[1])
        self.url = f"http://{host}:{self.port}{fake.base_path}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering: the port is free afterwards, hanging requests are let go."""
        self._server.closing.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class FakeShop(Serving[FakeWooCommerce]):
    """A fake WooCommerce shop: `with FakeShop(catalogue, assume_https=True) as shop: shop.url`.

    `switches` are the fields of `Options`. `shop.fake` has the controls.
    """

    def __init__(self, catalogue: Catalogue, host: str = "127.0.0.1", port: int = 0, **switches: Any) -> None:
        super().__init__(FakeWooCommerce(catalogue, Options(**switches)), host, port)
        self.fake.site.base_url = self.url
