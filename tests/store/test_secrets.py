"""Shops' keys: sealed, rotated, never readable by others, never shown."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from aggregator.errors import SettingsInvalid
from aggregator.settings import Settings
from aggregator.store.secrets import Sealer
from connectors.credentials import Credentials

PAIR = Credentials("ck_clef", "cs_secrète")


def settings(data: Path, *, keys: list[str] | None = None, file: Path | None = None) -> Settings:
    return Settings(
        _env_file=None,
        data=data,
        secret_key=None if keys is None else SecretStr(",".join(keys)),
        secret_key_file=file or data / "unused",
    )


def new_key() -> str:
    return Fernet.generate_key().decode()


@given(key=st.text(), secret=st.text())
def test_what_is_sealed_opens_again_and_does_not_show(key: str, secret: str) -> None:
    sealer = Sealer(settings(Path("data"), keys=[new_key()]))
    sealed = sealer.seal(Credentials(key, secret))
    assert sealer.open(sealed) == Credentials(key, secret)
    assert len(secret) < 4 or secret not in sealed


def test_the_first_key_seals_and_all_open(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    sealed_before = Sealer(settings(tmp_path, keys=[old])).seal(PAIR)
    both = Sealer(settings(tmp_path, keys=[new, old]))
    assert both.open(sealed_before) == PAIR
    assert Sealer(settings(tmp_path, keys=[new])).open(both.seal(PAIR)) == PAIR


def test_another_key_is_refused_in_words_that_say_what_to_do(tmp_path: Path) -> None:
    sealed = Sealer(settings(tmp_path, keys=[new_key()])).seal(PAIR)
    with pytest.raises(SettingsInvalid, match="EMPLETTES_SECRET_KEY") as error:
        Sealer(settings(tmp_path, keys=[new_key()])).open(sealed)
    assert "cs_secrète" not in str(error.value)
    assert sealed not in str(error.value)


def test_a_key_that_is_none_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="illisible") as error:
        Sealer(settings(tmp_path, keys=["motdepasse"])).seal(PAIR)
    assert "motdepasse" not in str(error.value)


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "secret.key"
    here = settings(tmp_path / "data", file=file)
    sealed = Sealer(here).seal(PAIR)
    content = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Sealer(here).open(sealed) == PAIR
    Sealer(here).seal(PAIR)
    assert file.read_bytes() == content
    assert os.listdir(file.parent) == ["secret.key"]


def test_processes_that_need_the_file_at_once_agree_on_one_key(tmp_path: Path) -> None:
    here = settings(tmp_path / "data", file=tmp_path / "secret.key")
    with ThreadPoolExecutor(16) as pool:
        sealed = list(pool.map(lambda _: Sealer(here).seal(PAIR), range(16)))
    assert [Sealer(here).open(text) for text in sealed] == [PAIR] * 16


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(new_key())
    file.chmod(0o640)
    with pytest.raises(SettingsInvalid, match="chmod 600"):
        Sealer(settings(tmp_path / "data", file=file)).seal(PAIR)


def test_a_file_inside_the_data_folder_is_refused_even_through_a_link(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "link").symlink_to(data)
    for file in (data / "secret.key", tmp_path / "link" / "secret.key", data / "deep" / "secret.key"):
        with pytest.raises(SettingsInvalid, match="dossier des données"):
            Sealer(settings(data, file=file)).seal(PAIR)
        assert not file.exists()


def test_a_lost_file_is_not_replaced_when_there_is_something_to_open(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    here = settings(tmp_path / "data", file=file)
    sealed = Sealer(here).seal(PAIR)
    file.unlink()
    with pytest.raises(SettingsInvalid, match="Remettez-la en place"):
        Sealer(here).open(sealed)
    assert not file.exists()


def test_nothing_secret_shows(tmp_path: Path) -> None:
    key = new_key()
    sealer = Sealer(settings(tmp_path, keys=[key]))
    sealer.seal(PAIR)
    shown = f"{PAIR!r} {PAIR} {sealer!r} {sealer.__dict__}"
    assert "cs_secrète" not in shown
    assert "ck_clef" not in shown
    assert key not in shown
