"""The small map and the opening hours of a shop's page: pure texts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.geo import communes
from aggregator.geo.table import table
from aggregator.web import hours
from aggregator.web import map as locator
from aggregator.web.texts import speaking

LODEVE = (43.732, 3.32)
WEEK = "Mo-Fr 09:00-12:00,14:00-19:00\nSa 09:30-13:00"


def drawn(latitude: float, longitude: float, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(locator.svg(latitude, longitude, name)))


def words(element: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in element.iter("text")]


def test_it_shows_the_shop_its_neighbours_and_a_scale() -> None:
    element = drawn(*LODEVE, "Lodève")
    assert element.get("role") == "img"
    assert {"Lodève", "Clermont-l'Hérault", "5\u00a0km"} <= set(words(element))
    assert len(list(element.iter("circle"))) >= 6


def test_in_words_it_says_the_same() -> None:
    told = drawn(*LODEVE, "Lodève").get("aria-label") or ""
    assert told.startswith("Carte\u00a0: Lodève, à 14 km au nord-ouest de Clermont-l'Hérault")
    harfleur = communes.find("Montivilliers")
    assert harfleur is not None
    assert "au nord-est du Havre" in locator.told(harfleur.point, "Montivilliers")
    with speaking("en"):
        assert "Lodève" in locator.told(LODEVE, "Lodève")


def test_our_strict_policy_lets_it_be_drawn() -> None:
    text = str(locator.svg(*LODEVE, "Lodève"))
    assert not re.search(r"style=|<style|<script|href|url\(|\bon\w+=", text)
    assert len(text) < 4_000


def test_names_cannot_break_out() -> None:
    element = drawn(*LODEVE, '<script>alert("x")</script>')
    assert '<script>alert("x")</script>' in words(element)
    assert not list(element.iter("script"))


def test_far_from_all_there_is_no_map() -> None:
    assert locator.svg(30.0, -40.0, "Mer") == ""


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(table().insee) - 1))
def test_every_commune_has_a_map_on_which_no_names_meet(row: int) -> None:
    commune = communes.by_insee(table().insee[row])
    assert commune is not None
    svg = locator.svg(commune.latitude, commune.longitude, commune.name)
    if not svg:  # an island far out
        assert commune.department in ("986", "987")
        return
    for circle in ElementTree.fromstring(str(svg)).iter("circle"):
        assert 0 < float(circle.get("cx") or 0) < locator.WIDTH
        assert 0 < float(circle.get("cy") or 0) < locator.HEIGHT


def test_links_lead_to_the_place_or_the_address() -> None:
    assert locator.osm_url(*LODEVE).startswith("https://www.openstreetmap.org/?mlat=43.73200&mlon=3.32000#")
    assert "search?query=3%20rue%20%26%20" in locator.osm_url(*LODEVE, "3 rue & place")


# -- hours


def test_a_week_is_told_in_lines() -> None:
    assert hours.lines(WEEK) == [
        ("Du lundi au vendredi", "9\u00a0h – 12\u00a0h, 14\u00a0h – 19\u00a0h"),
        ("Samedi", "9\u00a0h\u00a030 – 13\u00a0h"),
        ("Dimanche", "fermé"),
    ]
    assert hours.lines("Mo-Su 00:00-23:59") == [("Tous les jours", "24\u00a0h sur 24")]
    assert hours.lines("") == hours.lines("rubbish") == []


@pytest.mark.parametrize(
    ("day", "clock", "told"),
    [
        (23, "08:59", "Fermé, ouvre à 9\u00a0h"),
        (23, "09:00", "Ouvert jusqu’à 12\u00a0h"),
        (23, "12:00", "Fermé, ouvre à 14\u00a0h"),
        (23, "18:59", "Ouvert jusqu’à 19\u00a0h"),
        (23, "19:00", "Fermé, ouvre demain à 9\u00a0h"),
        (28, "13:00", "Fermé, ouvre lundi à 9\u00a0h"),
    ],
)
def test_whether_it_is_open_now(day: int, clock: str, told: str) -> None:
    hour, minute = map(int, clock.split(":"))
    now = datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Paris"))
    assert hours.state(WEEK, now.astimezone(UTC)) == told


def test_a_night_goes_on_after_midnight_and_islands_have_their_own_time() -> None:
    night = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)  # Sunday, 1:30 in France
    assert hours.state("Fr,Sa 18:00-02:00", night) == "Ouvert jusqu’à 2\u00a0h"
    reunion = communes.find("Saint-Denis (974)")
    assert reunion is not None
    morning = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert hours.state(WEEK, morning) == "Fermé, ouvre à 9\u00a0h"
    assert hours.state(WEEK, morning, ZoneInfo(reunion.zone)) == "Ouvert jusqu’à 12\u00a0h"
    assert hours.state("", morning) == ""
