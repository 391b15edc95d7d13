"""The command line as people use it: a process of its own, with its own settings, against a fake shop."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from aggregator import telemetry
from aggregator.cli import main
from tests.support.stores import SEALING_KEY

if TYPE_CHECKING:
    from aggregator.demo.server import FakeShop

ROOT = Path(__file__).parents[2]
KEY, SECRET = "ck_tres_personnelle", "cs_tres_personnel"


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return json.loads(self.out)


@dataclass
class Emplettes:
    """Runs commands in one working folder; no variable of ours comes in from outside."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EMPLETTES_")}
        return kept | {f"EMPLETTES_{name}": value for name, value in self.settings.items()} | {"PYTHONPATH": str(ROOT)}

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "aggregator", *map(str, arguments)]

    def __call__(self, *arguments: object) -> Done:
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """A command that goes on, in a process group of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )


@pytest.fixture
def quiet_logging() -> Iterator[None]:
    """Takes away the handler and the level that a command sets up in this very process."""
    root = logging.getLogger()
    level = root.level
    yield
    for handler in root.handlers[:]:
        if isinstance(handler, telemetry.StandardError):
            root.removeHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def here(
    emplettes: Emplettes,
    quiet_logging: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Done]:
    """The same commands in this process: 20 times quicker, for what needs no process of its own."""

    def run(*arguments: object) -> Done:
        for name in [name for name in os.environ if name.startswith("EMPLETTES_")]:
            monkeypatch.delenv(name)
        for name, value in emplettes.settings.items():
            monkeypatch.setenv(f"EMPLETTES_{name}", value)
        monkeypatch.chdir(emplettes.folder)
        code = main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Done(code, told.out, told.err)

    return run


@pytest.fixture
def emplettes(sqlite_template: Path, tmp_path: Path) -> Emplettes:
    """Commands over a fresh store, which may call loopback."""
    data = tmp_path / "commands"
    data.mkdir()
    (data / "emplettes.db").write_bytes(sqlite_template.read_bytes())
    return Emplettes(
        tmp_path, {"DATA": str(data), "ALLOW_HOSTS": "127.0.0.1", "SECRET_KEY": SEALING_KEY, "LOG_LEVEL": "debug"}
    )


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    """A clothes shop of 30 products, with variations, and one key."""
    from aggregator.demo.catalogue import generate_shop
    from aggregator.demo.options import Key
    from aggregator.demo.server import FakeShop

    catalogue = generate_shop("clothes", products=30)
    with FakeShop(catalogue, keys=(Key(KEY, SECRET),)) as running:
        yield running
