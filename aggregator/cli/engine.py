"""`emplettes engine` and `emplettes up`: what keeps a region fresh by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Annotated

import typer

from aggregator.cli import context, lifeline
from aggregator.cli.options import Json, command
from aggregator.cli.output import expected_errors, print_json, say
from aggregator.cli.serve import Port, can_listen, stoppable
from aggregator.errors import Refused

_RESTART_SECONDS = (1.0, 5.0, 30.0)
"""Waits before a part that ended by itself is started again; the last one from then on."""
_STOP_SECONDS = 15.0
_LINGER_SECONDS = 1.0
_STEADY_SECONDS = 60.0
"""A part that ran so long was well: its next end counts as the first."""


def register(app: typer.Typer) -> None:
    command(
        app,
        "up",
        "Démarre tout : le portail et le moteur qui lit les boutiques, jusqu'à Ctrl-C. Une partie qui s'arrête seule "
        "est redémarrée.",
        "emplettes up",
        "emplettes up --host 0.0.0.0 --port 80",
    )(up)
    command(
        app,
        "engine",
        "Lit les boutiques quand leur heure vient et tient l'index à jour, jusqu'à Ctrl-C. Un seul moteur par base "
        "de données.",
        "emplettes engine",
    )(engine)


def engine(as_json: Json = False) -> None:
    leaving = False
    lifeline.tie()
    with expected_errors(as_json=as_json), stoppable():
        loaded = context.settings()
        context.address_policy(loaded)
        with context.open_store(loaded) as store:
            from scheduler.service import engine as run

            leaving = True
            with run(store, loaded):
                if as_json:
                    print_json({"workers": loaded.workers})
                say(f"Le moteur tourne : {loaded.workers} boutiques à la fois au plus (Ctrl-C pour arrêter)")
                while True:
                    signal.pause()
    if leaving:
        _leave()


def _leave() -> None:
    """End now, though a thread may still wait for a database or a mail server: what it does is done anew later."""
    end = time.monotonic() + _LINGER_SECONDS
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.name != lifeline.WATCH:
            # Python waits for those of pools, daemons or not
            thread.join(max(0.0, end - time.monotonic()))
            if thread.is_alive():
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)


def up(
    port: Port = 8000,
    host: Annotated[str, typer.Option("--host", metavar="HÔTE", help="Adresse d'écoute.")] = "127.0.0.1",
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json), stoppable():
        if port and not can_listen(host, port):
            raise Refused(f"Impossible d'écouter sur {host}, port {port}. Choisissez-en un autre par --port.")
        loaded = context.settings()
        context.address_policy(loaded)
        with context.open_store(loaded):  # migrated once, before two processes open it
            pass
        told = ["--json"] if as_json else []
        parts: list[_Part] = []
        try:
            parts.append(_Part("engine"))
            parts.append(_Part("serve", "--host", host, "--port", str(port), *told))
            while True:
                for part in parts:
                    part.look()
                time.sleep(0.2)
        finally:
            for part in parts:
                part.end()
            for part in parts:
                part.wait()


class _Part:
    """One of our processes, started again whenever it ends by itself."""

    def __init__(self, *arguments: str) -> None:
        self._command = [sys.executable, "-m", "aggregator", *arguments]
        self._name = arguments[0]
        self._ends = 0
        self._start()

    def _start(self) -> None:
        self._began = time.monotonic()
        self._again: float | None = None
        # a group of its own: Ctrl-C is for us, we end the parts in order
        self._process = subprocess.Popen(  # noqa: S603  our own program
            self._command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env=lifeline.part_of_us(),
            preexec_fn=lifeline.die_with_parent,
        )

    def look(self) -> None:
        """Notice an end, and start again when its time has come."""
        if self._again is not None:
            if time.monotonic() >= self._again:
                self._start()
            return
        code = self._process.poll()
        if code is None:
            return
        if time.monotonic() - self._began > _STEADY_SECONDS:
            self._ends = 0
        wait = _RESTART_SECONDS[min(self._ends, len(_RESTART_SECONDS) - 1)]
        self._ends += 1
        say(f"« {self._name} » s'est arrêté (code {code}) : il redémarre dans {wait:.0f} s.")
        self._again = time.monotonic() + wait

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()

    def wait(self) -> None:
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
