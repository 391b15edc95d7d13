"""Who is in the bulk export, and making it by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from aggregator.cli import main
from aggregator.publish import bulk
from aggregator.settings import Settings
from aggregator.store import open_store
from tests.web.town import seed


@pytest.fixture
def shop(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    """A shop of a region, in the settings that commands find."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EMPLETTES_DATA", str(sqlite_settings.data))
    with open_store(sqlite_settings) as store:
        return seed(store)[0].shop


def test_only_consent_brings_a_shop_into_the_export(
    shop: int, sqlite_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["offers", "publish", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["offers"] == 0
    assert main(["shops", "export-consent", str(shop), "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"shop_id": str(shop), "export_agreed": True}
    assert main(["offers", "publish"]) == 0
    assert "boutiques : 1" in capsys.readouterr().out
    found = bulk.newest(sqlite_settings)
    assert found is not None
    assert json.loads(gzip.decompress(found[1].read_bytes()).splitlines()[0])["shop_id"] == str(shop)
    assert (sqlite_settings.sitemaps_folder / "index.xml").exists()
    assert main(["shops", "export-consent", str(shop), "--no"]) == 0
    assert main(["offers", "publish"]) == 0
    empty = bulk.newest(sqlite_settings)
    assert empty is not None
    assert empty[0].offers == 0


def test_an_unknown_shop_or_no_answer_is_said(shop: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shops", "export-consent", "99", "--yes"]) == 1
    assert main(["shops", "export-consent", str(shop)]) == 1
    assert "--yes ou --no" in capsys.readouterr().err
