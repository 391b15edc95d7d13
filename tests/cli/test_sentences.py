"""What people are told: help in French, one sentence for each mistake, JSON for programs."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable

import pytest

from aggregator.cli import main
from tests.cli.conftest import Done, Emplettes
from tests.support.reference import commands

ENGLISH = re.compile(
    r"\b(Usage|Show this message|Options:|Commands|Missing|Error|Try|Invalid|required|default|the|and|with)\b"
)


@pytest.mark.parametrize("name", [name for name, _ in commands()] + ["emplettes", "emplettes shops"])
def test_help_is_french_and_teaches(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*name.split()[1:], "--help"]) == 0
    told = capsys.readouterr().out
    assert "Utilisation :" in told
    assert ENGLISH.search(told.replace("--all", "")) is None
    if name not in ("emplettes", "emplettes shops"):
        assert "Exemples" in told
        assert f"{name} " in told.partition("Exemples")[2] or told.rstrip().endswith(name)


def test_every_command_has_json() -> None:
    without = [name for name, command in commands() if not any("--json" in p.opts for p in command.params)]
    assert without == []


def test_the_commands_are_those_of_the_issue() -> None:
    words = {name.removeprefix("emplettes ") for name, _ in commands()}
    assert words == {
        *("check", "explain"),
        *(f"merchants {word}" for word in ("add", "edit", "list", "locate", "show")),
        *(f"shops {word}" for word in ("add", "list", "show", "approve", "refuse", "remove")),
        *(f"shops {word}" for word in ("import", "template", "pause", "resume", "signals", "describe")),
        "shops export-consent",
        *(f"categories {word}" for word in ("apply", "check", "list", "set", "show", "unmapped", "unset")),
        *(f"products {word}" for word in ("compare", "group", "list", "show", "reports")),
        *(f"products {word}" for word in ("merge", "pin", "split", "unpin")),
        *(f"photos {word}" for word in ("renew", "status")),
        *(f"synonyms {word}" for word in ("check", "show")),
        *(
            "sync",
            "status",
            "runs list",
            "runs abort",
            "issues",
            "offers export",
            "offers publish",
            "search",
            "serve",
            "demo",
            "engine",
            "up",
        ),
        *("index status", "index rebuild"),
        *(f"held {word}" for word in ("list", "confirm", "reject")),
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("sinc", "Commande inconnue : sinc. Vouliez-vous dire sync ? Aide : emplettes --help"),
        ("shops ad", "Commande inconnue : ad. Vouliez-vous dire add ? Aide : emplettes shops --help"),
        ("sync --ful", "Option inconnue : --ful. Vouliez-vous dire --full ? Aide : emplettes sync --help"),
        ("shops show", "Il manque l'argument BOUTIQUE. Aide : emplettes shops show --help"),
        ("merchants add --name X", "Il manque l'option --siret. Aide : emplettes merchants add --help"),
        ("shops list 1", "Argument en trop : 1. Aide : emplettes shops list --help"),
        ("serve --port a", "Valeur refusée pour l'option --port. Aide : emplettes serve --help"),
        ("shops add --name", "L'option --name attend une valeur."),
    ],
)
def test_a_mistyped_command_is_one_french_sentence(
    typed: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed.split()) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert sentence in told.err
    assert len(told.err.splitlines()) == 1


def test_a_group_alone_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shops"]) == 1
    told = capsys.readouterr()
    assert "Utilisation : emplettes shops" in told.out + told.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["shops", "show", "12"], "not_found", "n° 12"),
        (["shops", "show", "../etc"], "not_found", "n'est pas un numéro de boutique"),
        (["shops", "approve", "12"], "not_found", "emplettes shops list"),
        (["merchants", "show", "x"], "not_found", "numéro de commerçant"),
        (["merchants", "add", "--name", "A", "--siret", "73282932000075"], "refused", "SIRET"),
        (["shops", "list", "--status", "open"], "refused", "proposed, approved"),
        (["search", "x", "--sort", "cheap"], "refused", "price_asc"),
        (["sync"], "refused", "--all"),
        (["sync", "1", "--all"], "refused", "--all"),
        (["runs", "9"], "not_found", "n° 9"),
        (["issues", "9"], "not_found", "n° 9"),
        (["offers", "export", "9"], "not_found", "n° 9"),
        (["shops", "add", "http://127.0.0.1:1/", "--key", "ck_1"], "refused", "--credentials-file"),
        (["shops", "add", "http://127.0.0.1:1/", "--credentials-file", "absent"], "refused", "absent"),
        (["check", "pas une adresse"], "platform_not_recognised", "maboutique.fr"),
        (["check", "http://127.0.0.1:1/"], "shop_unreachable", "ne répond pas"),
        (["check", "http://10.0.0.1/"], "address_blocked", "adresse publique"),
    ],
)
def test_an_expected_error_is_a_sentence_and_an_object(
    here: Callable[..., Done], arguments: list[str], code: str, words: str
) -> None:
    told = here(*arguments, "--json")
    assert told.code == 1
    error = told.json()["error"]
    assert error["code"] == code
    assert words in error["message"]
    assert error["who_acts"] in ("operator", "merchant", "us")
    lines = [line for line in told.err.splitlines() if not line.startswith("{")]  # log lines apart
    assert lines[-1] == error["message"]


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("DATABASE_URL", "mysql://localhost/x", "EMPLETTES_DATABASE_URL"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "EMPLETTES_DATABASE_URL"),
        ("DATA", "/proc/nowhere", "EMPLETTES_DATA"),
        ("ALLOW_HOSTS", "http://127.0.0.1", "EMPLETTES_ALLOW_HOSTS"),
        ("INDEX_HEAP_MB", "many", "EMPLETTES_INDEX_HEAP_MB"),
        ("LOG_LEVEL", "loud", "EMPLETTES_LOG_LEVEL"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    emplettes: Emplettes, here: Callable[..., Done], setting: str, value: str, words: str
) -> None:
    emplettes.settings[setting] = value
    told = here("sync", "--all", "--json")
    assert told.code == 1
    assert told.json()["error"]["code"] == "settings_invalid"
    assert words in told.json()["error"]["message"]


def test_a_pipe_that_closes_early_is_no_error(emplettes: Emplettes) -> None:
    process = subprocess.Popen(
        emplettes.command("--help"), cwd=emplettes.folder, env=emplettes.environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    process.wait(20)
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


def test_json_is_readable_by_people_too(here: Callable[..., Done]) -> None:
    here("merchants", "add", "--name", "L'Été à Sète", "--siret", "73282932000074")
    told = here("merchants", "list", "--json")
    assert "L'Été à Sète" in told.out
    assert json.loads(told.out)[0]["siret"] == "73282932000074"
