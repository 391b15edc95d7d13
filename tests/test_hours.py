"""Opening hours as merchants write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.hours import DAY, normal, read, written


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("lun-ven 9h-12h, 14h-19h", "Mo-Fr 09:00-12:00,14:00-19:00"),
        ("lun-ven 9h-12h, 14h-19h ; sam 9h-13h", "Mo-Fr 09:00-12:00,14:00-19:00\nSa 09:00-13:00"),
        ("Mo-Fr 09:00-12:30,14:00-19:00\nSa 09:00-12:00", "Mo-Fr 09:00-12:30,14:00-19:00\nSa 09:00-12:00"),
        ("du mardi au samedi de 9h30 à 12h30 et de 14h à 19h", "Tu-Sa 09:30-12:30,14:00-19:00"),
        ("Lundi : fermé. Mardi, jeudi : 10h-18h", "Tu,Th 10:00-18:00"),
        ("Tous les jours 8 h – 20 h", "Mo-Su 08:00-20:00"),
        ("7j/7 24h/24", "Mo-Su 00:00-23:59"),
        ("ven-sam 18h-2h", "Fr,Sa 18:00-02:00"),
        ("sam-lun 9-12h", "Mo,Sa,Su 09:00-12:00"),
        ("Mardis et jeudis 9h à midi", "Tu,Th 09:00-12:00"),
        ("vendredi 20h-minuit", "Fr 20:00-23:59"),
        ("LUNDI\u00a0: 9\u00a0h\u00a030–12\u00a0h", "Mo 09:30-12:00"),
        ("dim. fermé", ""),
        ("", ""),
    ],
)
def test_french_becomes_schema_orgs_form(typed: str, stored: str) -> None:
    assert normal(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["bla", "9h-12h", "dimanche", "lun 9h", "lun 25h-26h", "lun 9h-12h 11h-14h", "lun 14h-9h", "lun 9h60-12h", "à 9h",
     "sur rendez-vous", "lun-ven 9h-12h sauf mardi", "x" * 5000, "lun <b>9h</b>"],
)  # fmt: skip
def test_what_is_not_understood_says_so_in_french(typed: str) -> None:
    with pytest.raises(ValueError, match=r"[A-Zé«]"):
        read(typed)


def spans() -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Openings of a day, as the clock can say them."""
    edges = st.lists(st.integers(0, DAY - 1), min_size=2, max_size=8, unique=True)
    return edges.map(sorted).map(lambda e: tuple(zip(e[::2], e[1::2], strict=False)))


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, 6), spans()))
def test_what_is_written_is_read_back(week: dict[int, tuple[tuple[int, int], ...]]) -> None:
    text = written(week)
    assert read(text) == dict(sorted(week.items()))
    assert normal(text) == text


@settings(deadline=None)
@given(st.text(max_size=80))
def test_nothing_typed_harms(text: str) -> None:
    try:
        stored = normal(text)
    except ValueError:
        return
    assert normal(stored) == stored
