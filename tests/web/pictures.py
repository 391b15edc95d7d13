"""Product photos on loopback, drawn by their name: what merchants' sites are to the portal."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PAPERS = ("#efe4d2", "#dfe8e2", "#f0dcd0", "#dde4ee", "#efe9c9")
_INKS = ("#35557a", "#c98a2b", "#7d9b78", "#b2553a", "#57456b")
_SHAPES = (
    '<circle cx="200" cy="215" r="105"/><rect x="175" y="70" width="50" height="60" rx="14"/>',
    '<rect x="95" y="120" width="210" height="190" rx="22"/>'
    '<path d="M140 120c0-80 120-80 120 0" fill="none" stroke-width="18"/>',
    '<path d="M110 110l50-30h80l50 30 40 70-50 26-14-26v150H134V180l-14 26-50-26z"/>',
    '<path d="M90 150h220l-24 150a22 22 0 0 1-22 18H136a22 22 0 0 1-22-18z"/>',
)


def svg(name: str) -> bytes:
    """One picture; the same name draws the same."""
    number = zlib.crc32(name.encode())
    ink = _INKS[number % 5]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">'
        f'<rect width="400" height="400" fill="{_PAPERS[number // 5 % 5]}"/>'
        f'<ellipse cx="200" cy="345" rx="130" ry="14" opacity=".12"/>'
        f'<g fill="{ink}" stroke="{ink}">{_SHAPES[number // 25 % 4]}</g></svg>'
    ).encode()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = svg(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def pictures() -> Iterator[str]:
    """The base URL of a server of pictures."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
