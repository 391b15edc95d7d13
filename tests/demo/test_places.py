"""The sample shops stand in real communes, and say when they are open in the form that is stored."""

from __future__ import annotations

import pytest

from aggregator.demo.catalogue import KINDS
from aggregator.demo.places import PLACES
from aggregator.geo import communes
from aggregator.hours import normal


def test_every_shop_has_a_place() -> None:
    assert set(PLACES) == set(KINDS)


@pytest.mark.parametrize("kind", PLACES)
def test_it_is_a_real_one(kind: str) -> None:
    place = PLACES[kind]
    commune = communes.find(place.commune)
    assert commune is not None
    assert place.postal_code in commune.postal_codes
    assert commune.name == place.commune.replace("’", "'")
    assert normal(place.hours) == place.hours
