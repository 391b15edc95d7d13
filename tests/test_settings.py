"""What is said of settings that cannot be."""

from __future__ import annotations

import pytest

from aggregator.errors import SettingsInvalid
from aggregator.settings import load_settings


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("EMPLETTES_FASTEST_MINUTES", "90", "EMPLETTES_FASTEST_MINUTES dépasse EMPLETTES_SLOWEST_MINUTES"),
        ("EMPLETTES_QUIET_HOURS", "25-3", "EMPLETTES_QUIET_HOURS : valeur refusée"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv("EMPLETTES_SETTINGS", "/dev/null")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=told):
        load_settings()
