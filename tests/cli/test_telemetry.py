"""Logs go to standard error, whoever writes them, and tell no secret."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from aggregator import telemetry

SECRET = "s3cr3tValue"


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str], quiet_logging: None) -> pytest.CaptureFixture[str]:
    telemetry.set_up("info")
    return capsys


def lines(logs: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    told = logs.readouterr()
    assert told.out == ""
    return [json.loads(line) for line in told.err.splitlines()]


def test_ours_and_libraries_lines_are_json_on_standard_error(logs: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("emplettes.sync").info("run ended", shop=3)
    logging.getLogger("urllib3").warning("retry %d", 2, extra={"host": "exemple.fr"})
    logging.getLogger("urllib3").debug("quiet")
    ours, theirs = lines(logs)
    assert (ours["event"], ours["shop"], ours["level"], ours["logger"]) == ("run ended", 3, "info", "emplettes.sync")
    assert (theirs["event"], theirs["host"], theirs["logger"]) == ("retry 2", "exemple.fr", "urllib3")
    assert str(ours["timestamp"]).endswith("Z")


@pytest.mark.parametrize(
    "text",
    [
        "GET https://exemple.fr/wp-json/?consumer_key=ck_1&consumer_secret=s3cr3tValue&page=2",
        "https://user:s3cr3tValue@exemple.fr/",
        'headers {"Authorization": "Basic s3cr3tValue=="}',
        'Authorization: OAuth oauth_signature="s3cr3tValue", oauth_nonce="s3cr3tValue"',
        "the key was cs_s3cr3tValue",
        "password=s3cr3tValue",
        '{"access_token": "s3cr3tValue"}',
    ],
)
def test_what_looks_like_a_secret_is_hidden_wherever_it_stands(logs: pytest.CaptureFixture[str], text: str) -> None:
    log = structlog.get_logger("emplettes")
    log.info("said", text=text, nested={"list": [text]})
    logging.getLogger("requests").warning("said %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("failed")
    told = lines(logs)
    assert len(told) == 3
    assert SECRET not in json.dumps(told)


@pytest.mark.parametrize("name", ["secret", "consumer_secret", "api_key", "key", "password", "Authorization", "token"])
def test_a_field_whose_name_is_a_secrets_is_hidden(logs: pytest.CaptureFixture[str], name: str) -> None:
    structlog.get_logger("emplettes").info("said", **{name: SECRET}, inside={name: SECRET})
    (told,) = lines(logs)
    assert SECRET not in json.dumps(told)
    assert told[name] == telemetry.HIDDEN


def test_setting_up_twice_writes_each_line_once(logs: pytest.CaptureFixture[str]) -> None:
    telemetry.set_up("warning")
    logging.getLogger("x").warning("once")
    logging.getLogger("x").info("not at this level")
    assert [line["event"] for line in lines(logs)] == ["once"]


@given(st.text())
def test_redaction_takes_any_text_and_is_stable(text: str) -> None:
    once = telemetry.redact_text(text)
    assert telemetry.redact_text(once) == once


@given(st.text(alphabet="abcdefghijklmnop ,.0123456789éà'-\n"))
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert telemetry.redact_text(text) == text
