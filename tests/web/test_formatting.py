"""French on screen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.web import formatting
from tests.web.town import NOW


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (1290, "EUR", "12,90\u00a0€"),
        (123456789, "EUR", "1\u202f234\u202f567,89\u00a0€"),
        (0, "EUR", "Gratuit"),
        (None, None, "Prix sur demande"),
        (1500, "JPY", "1\u202f500\u00a0JPY"),
        (1500, "TND", "1,500\u00a0TND"),
    ],
)
def test_prices_are_written_as_in_france(minor: int | None, currency: str | None, shown: str) -> None:
    assert formatting.price(minor, currency) == shown


@pytest.mark.parametrize(
    ("passed", "shown"),
    [
        (timedelta(seconds=-90), "à l’instant"),
        (timedelta(seconds=59), "à l’instant"),
        (timedelta(seconds=60), "il y a 1 minute"),
        (timedelta(minutes=12), "il y a 12 minutes"),
        (timedelta(minutes=59, seconds=59), "il y a 59 minutes"),
        (timedelta(hours=1), "il y a 1 heure"),
        (timedelta(hours=23, minutes=59), "il y a 23 heures"),
        (timedelta(hours=24), "hier"),
        (timedelta(days=2), "il y a 2 jours"),
        (timedelta(days=30), "il y a 30 jours"),
        (timedelta(days=31), "il y a 1 mois"),
        (timedelta(days=364), "il y a 11 mois"),
        (timedelta(days=365), "il y a plus d’un an"),
    ],
)
def test_ages_are_said_in_words(passed: timedelta, shown: str) -> None:
    assert formatting.ago(NOW - passed, NOW) == shown


def test_yesterday_is_frances_yesterday() -> None:
    """23:30 in Paris on the 21st is 22:30 UTC; seen from 14:05 UTC on the 23rd, it is two French days ago."""
    seen = NOW.replace(day=21, hour=23, minute=30)  # 00:30 on the 22nd in Paris
    assert formatting.ago(seen, NOW) == "hier"
    assert formatting.ago(seen - timedelta(hours=1), NOW) == "il y a 2 jours"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Théière en grès, 1 L", "theiere-en-gres-1-l"),
        ("Œuf décoratif d'été", "oeuf-decoratif-d-ete"),
        ("日本", ""),
        ("a" * 200, "a" * 80),
        ("mot " * 40, ("mot-" * 20)[:-1]),
    ],
)
def test_slugs_are_readable(title: str, slug: str) -> None:
    assert formatting.slug(title) == slug


@settings(deadline=None)
@given(st.text())
def test_slugs_are_safe_in_a_path(title: str) -> None:
    slug = formatting.slug(title)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug)
    assert len(slug) <= 80


@given(st.integers(0, 10**12))
def test_money_keeps_every_cent(minor: int) -> None:
    digits = re.sub(r"\D", "", formatting.money(minor, "EUR"))
    assert int(digits) == minor


@pytest.mark.parametrize(
    ("town", "shown"),
    [
        ("Dinan", "de Dinan"), ("Aniane", "d’Aniane"), ("Évran", "d’Évran"), ("Le Havre", "du Havre"),
        ("Les Matelles", "des Matelles"), ("La Rochelle", "de La Rochelle"), ("votre position", "de votre position"),
        ("", "de "),
    ],
)  # fmt: skip
def test_towns_follow_their_preposition_as_in_french(town: str, shown: str) -> None:
    assert formatting.of_town(town) == shown
