"""A loopback server that behaves as badly as a stranger's can, byte by byte: plain sockets, no HTTP library to help.

    with HostileServer({"/a": reply(200, b"{}"), "/b": hang()}) as server:
        session.get(server.url("/a"))
        assert server.seen[0].headers["user-agent"] == ...

A behaviour gets the connection and the request and writes what it likes. Returning keeps the connection open for the
next request; raising `Hangup` closes it. Everything ends when the `with` block does.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self


class Hangup(Exception):
    """The behaviour wants the connection closed."""


@dataclass(frozen=True)
class Seen:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


class Line:
    """A connection in a behaviour's hands."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self.sock = sock
        self.stopping = stopping

    def send(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except OSError:
            raise Hangup from None

    def pause(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            raise Hangup


Behaviour = Callable[[Line, Seen], None]


class HostileServer:
    """Answers each path by its behaviour, 404 elsewhere, and remembers every request."""

    def __init__(
        self, routes: dict[str, Behaviour] | None = None, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.routes = dict(routes or {})
        self.seen: list[Seen] = []
        self.connections = 0
        self._tls = tls
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.host = host
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def url(self, path: str = "/", host: str | None = None) -> str:
        shown = host or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"{'https' if self._tls else 'http'}://{shown}:{self.port}{path}"

    @property
    def allowed(self) -> str:
        """This server as an entry of EMPLETTES_ALLOW_HOSTS."""
        return self.url().split("//")[1].rstrip("/")

    def paths(self) -> list[str]:
        return [request.path for request in self.seen]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in list(self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.add(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        plain = sock
        try:
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
            line, reader = Line(sock, self._stopping), sock.makefile("rb")
            while (request := _read_request(reader)) is not None:
                self.seen.append(request)
                self.routes.get(request.path, reply(404, b"not found"))(line, request)
        except (Hangup, OSError, ValueError):
            pass
        finally:
            self._open.discard(plain)
            sock.close()


def _read_request(reader: Iterable[bytes]) -> Seen | None:
    lines: list[str] = []
    for raw in reader:
        text = raw.decode("latin-1").rstrip("\r\n")
        if text:
            lines.append(text)
        elif lines:
            method, target, _ = lines[0].split(" ", 2)
            pairs = (header.split(":", 1) for header in lines[1:])
            return Seen(method, target, {name.lower(): value.strip() for name, value in pairs})
    return None


# --- behaviours


def head(status: int, headers: dict[str, str] | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def reply(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Behaviour:
    """An ordinary, well-formed answer."""

    def behave(line: Line, request: Seen) -> None:
        line.send(head(status, {"Content-Length": str(len(body)), **(headers or {})}) + body)

    return behave


def redirect(location: str, status: int = 302) -> Behaviour:
    return reply(status, b"moved", {"Location": location})


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """The first request gets the first behaviour and so on; the last one stays."""
    left = list(behaviours)

    def behave(line: Line, request: Seen) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(line, request)

    return behave


def raw(data: bytes) -> Behaviour:
    """These bytes, whatever they are, then the connection is closed."""

    def behave(line: Line, request: Seen) -> None:
        line.send(data)
        raise Hangup

    return behave


def hang() -> Behaviour:
    """Takes the request and never says a word."""

    def behave(line: Line, request: Seen) -> None:
        line.pause(60)
        raise Hangup

    return behave


def reset() -> Behaviour:
    """Tears the connection down (RST)."""

    def behave(line: Line, request: Seen) -> None:
        line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sock.close()
        raise Hangup

    return behave


def drip(start: bytes, endless: bytes, every: float = 0.2) -> Behaviour:
    """Sends `start`, then one byte of `endless` (round and round) per `every` seconds: no read ever times out."""

    def behave(line: Line, request: Seen) -> None:
        line.send(start)
        for turn in range(10**6):
            line.send(endless[turn % len(endless) : turn % len(endless) + 1])
            line.pause(every)

    return behave


def endless_chunks(total: int = 2 * 1024**3) -> Behaviour:
    """A chunked body of `total` bytes (2 GB)."""
    block = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"

    def behave(line: Line, request: Seen) -> None:
        line.send(head(200, {"Transfer-Encoding": "chunked"}))
        for _ in range(total // 0x10000):
            line.send(block)
        line.send(b"0\r\n\r\n")

    return behave


def gzip_bomb(decoded: int = 1024**3, encoding: str = "gzip") -> Behaviour:
    """A thousandth of `decoded` bytes on the wire (1 GB once decoded)."""
    member = gzip.compress(b"\0" * 1024**2)

    def behave(line: Line, request: Seen) -> None:
        count = decoded // 1024**2
        line.send(head(200, {"Content-Encoding": encoding, "Content-Length": str(len(member) * count)}))
        for _ in range(count):
            line.send(member)

    return behave


@contextlib.contextmanager
def full_backlog() -> Iterator[str]:
    """The address of a listener that accepts nobody: its queue is full, so connection attempts stay unanswered."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
