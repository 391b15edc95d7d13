"""`emplettes serve`: the portal."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli import context, lifeline
from aggregator.cli.options import Json, command
from aggregator.cli.output import expected_errors, print_json, say
from aggregator.errors import Refused

if TYPE_CHECKING:
    from aggregator.settings import Settings
    from aggregator.store.engine import Store

Port = Annotated[int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="Port ; 0 en choisit un.")]


def register(app: typer.Typer) -> None:
    command(
        app,
        "serve",
        "Ouvre le portail, jusqu'à Ctrl-C.",
        "emplettes serve",
        "emplettes serve --host 0.0.0.0 --port 80",
    )(serve)


def serve(
    port: Port = 8000,
    host: Annotated[str, typer.Option("--host", metavar="HÔTE", help="Adresse d'écoute.")] = "127.0.0.1",
    as_json: Json = False,
) -> None:
    lifeline.tie()
    with expected_errors(as_json=as_json), stoppable():
        loaded = context.settings()
        if not can_listen(host, port):
            raise Refused(f"Impossible d'écouter sur {host}, port {port}. Choisissez-en un autre par --port.")
        with context.open_store(loaded) as store:
            open_portal(loaded, store, host, port, as_json=as_json)


def open_portal(loaded: Settings, store: Store, host: str, port: int, *, as_json: bool) -> None:
    """Serve until a signal ends it; the address is said once connections are accepted."""
    from aggregator.search.reader import open_reader
    from aggregator.web.app import serve as run

    def ready(address: str) -> None:
        if as_json:
            print_json({"address": address})
        say(f"Le portail est ouvert : {address} (Ctrl-C pour arrêter)")

    run(loaded, store, open_reader(loaded), host=host, port=port, on_ready=ready)


def can_listen(host: str, port: int) -> bool:
    """True if a server could listen there now."""
    from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket

    try:
        with socket(AF_INET6 if ":" in host else AF_INET, SOCK_STREAM) as probe:
            probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError:
        return False
    return True


class _Stop(BaseException):
    """SIGINT or SIGTERM: the ordinary end of what runs until it is stopped."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Make Ctrl-C and SIGTERM a clean end: everything inside is closed, a second signal does not cut that short."""

    def stop(number: int, frame: FrameType | None) -> None:
        for signal_ in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signal_, signal.SIG_IGN)
        raise _Stop

    before = {signal_: signal.signal(signal_, stop) for signal_ in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except _Stop:
        say("Arrêté.")
    finally:
        for signal_, handler in before.items():
            signal.signal(signal_, handler)
