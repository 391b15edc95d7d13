"""The wire under `connectors.http`: dials only addresses that the policy allows, and can be cut at any moment.

urllib3's own connections resolve and connect by themselves, and their time-outs start anew with every byte. Here a
name is resolved, each of its addresses judged, and the very address that was judged is dialled, while TLS goes on
checking the certificate against the name. The socket under way is known to the `Wire`, so a deadline or another
thread can shut it: whoever is reading gets an end of file at once, whatever it waited for.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from connectors.addresses import AddressPolicy
from connectors.errors import AddressBlocked

CONNECT_SECONDS = 10.0
READ_SECONDS = 45.0
"""Of silence. Slow shops take 35 s for a page (woocommerce#16473)."""
PATIENCE = 80.0
"""Seconds after which a failure is not tried again: two silences of a shop that hangs, not four."""
_SLICE_SECONDS = 0.1

# urllib3 logs whole URLs, keys included; `emplettes.http` says the same without them.
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(lambda record: False)


class NameUnknown(Exception):
    """The host's name does not exist, or has no address. `temporary` where the name service itself failed."""

    def __init__(self, host: str, *, temporary: bool) -> None:
        super().__init__(host)
        self.temporary = temporary


class Wire:
    """What a session shares with its connections: the policy, the socket under way and when it must end."""

    def __init__(self, policy: AddressPolicy) -> None:
        self.policy = policy
        self.requests = 0
        self.cancelled = threading.Event()
        self._lock = threading.Lock()
        self._handle: int | None = None
        self._turn = 0
        self._end = float("inf")
        self._expired = False

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Whatever goes over the wire in this block is cut off after `seconds`."""
        with self._lock:
            self._turn += 1
            self._end, self._expired = time.monotonic() + seconds, False
        watchdog = threading.Timer(seconds, self._expire, (self._turn,))
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()
            self._release()

    @property
    def cut(self) -> bool:
        """True if what was read since `within` began cannot be trusted to be whole."""
        return self._expired or self.cancelled.is_set()

    def cancel(self) -> None:
        self.cancelled.set()
        self._shut()

    def hold(self, sock: socket.socket) -> None:
        """From now on, cutting the wire means shutting this socket's connection.

        Held is a second handle on it: TLS takes the first one over, and http.client closes its own as soon as the
        headers say that no other request will follow, while the body is still being read."""
        handle = os.dup(sock.fileno())
        with self._lock:
            previous, self._handle = self._handle, handle
        if previous is not None:
            os.close(previous)
        if self.cut:
            self._shut()

    def dial(self, host: str, port: int, options: Any) -> socket.socket:
        """A connected socket to one of the host's allowed addresses, within the connect time-out.

        Raises AddressBlocked, NameUnknown, or OSError (TimeoutError included)."""
        end = min(time.monotonic() + CONNECT_SECONDS, self._end)
        found = self._resolve(host, port, end)
        allowed = [entry for entry in found if self.policy.allows(host, port, str(entry[4][0]))]
        if not allowed:
            raise AddressBlocked(f"{host}:{port} is at {', '.join(sorted({str(entry[4][0]) for entry in found}))}")
        failure: OSError = TimeoutError("timed out")
        for left, (family, kind, protocol, _, address) in zip(range(len(allowed), 0, -1), allowed, strict=True):
            seconds = (end - time.monotonic()) / left
            if seconds <= 0 or self.cut:
                break
            sock = socket.socket(family, kind, protocol)
            self.hold(sock)
            try:
                for option in options or ():
                    sock.setsockopt(*option)
                sock.settimeout(seconds)
                sock.connect(address)
            except OSError as error:
                failure = error
                sock.close()
                continue
            if not self.cut:  # shutting a socket that is being connected looks like success
                return sock
            sock.close()
        raise failure

    def _resolve(self, host: str, port: int, end: float) -> list[Any]:
        """`getaddrinfo` in a thread of its own: it knows no time-out and cannot be interrupted."""
        answer: Future[list[Any]] = Future()

        def ask() -> None:
            try:
                answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except Exception as error:
                answer.set_exception(error)

        threading.Thread(target=ask, name="emplettes-resolve", daemon=True).start()
        while not self.cut and time.monotonic() < end:
            try:
                return answer.result(timeout=min(_SLICE_SECONDS, max(end - time.monotonic(), 0)))
            except TimeoutError:
                continue
            except socket.gaierror as error:
                raise NameUnknown(host, temporary=error.errno == socket.EAI_AGAIN) from None
            except UnicodeError:  # a label that is empty or too long for DNS
                raise NameUnknown(host, temporary=False) from None
        raise TimeoutError("timed out while the name was looked up")

    def _expire(self, turn: int) -> None:
        with self._lock:
            if turn != self._turn:  # the watchdog of an exchange that has just ended
                return
            self._expired = True
        self._shut()

    def _shut(self) -> None:
        with self._lock:
            if self._handle is None:
                return
            sock = socket.socket(fileno=self._handle)
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # not connected yet, or no longer
                pass
            finally:
                sock.detach()

    def _release(self) -> None:
        with self._lock:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None


def _connections(wire: Wire) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    """urllib3's two kinds of connection, dialling through `wire`."""

    class Guarded(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return wire.dial(self.host, int(self.port or self.default_port), self.socket_options)

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:  # TLS is up already, or a kept-alive connection comes into use again
                wire.hold(self.sock)
            super().request(*args, **kwargs)

        def getresponse(self) -> HTTPResponse:  # type: ignore[override] # as urllib3 itself does
            wire.requests += 1  # only here is it certain that something was sent
            return super().getresponse()

    class GuardedTls(Guarded, HTTPSConnection):
        pass

    return Guarded, GuardedTls


class GuardedAdapter(HTTPAdapter):
    """requests' adapter over guarded connections: keep-alive, no proxies, no retries of its own."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__(pool_connections=4, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        plain, tls = _connections(self._wire)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = plain

        class TlsPool(HTTPSConnectionPool):
            ConnectionCls = tls

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}
