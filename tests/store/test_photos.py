"""What the store knows of photos, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from aggregator.photo_files import hash_of
from aggregator.store import Store, photos, shops
from aggregator.store.photos import RETRY, UNSEEN
from aggregator.store.tables import PHOTO
from tests.support.catalogue import NOW, add_shop


def url(number: int, host: str = "boutique.example") -> str:
    return f"https://{host}/photo-{number:03d}.jpg"


def want(store: Store, shop_id: int, *numbers: int, now: datetime = NOW, host: str = "boutique.example") -> int:
    with store.write() as connection:
        return photos.want(connection, [(url(number, host), shop_id) for number in numbers], now)


def due(store: Store, now: datetime = NOW, **limits: int) -> list[str]:
    with store.read() as connection:
        return [wanted.url for wanted in photos.due(connection, now, **limits)]


def ready(store: Store, number: int, size: int = 1000, now: datetime = NOW) -> None:
    with store.write() as connection:
        assert photos.done(connection, hash_of(url(number)), width=900, height=600, size=size, now=now)


def state(store: Store, number: int) -> str | None:
    with store.read() as connection:
        found = photos.known(connection, [hash_of(url(number))])
    return found[hash_of(url(number))].state if found else None


def test_a_wish_is_noted_once_and_due_at_once(store: Store) -> None:
    shop = add_shop(store)
    assert want(store, shop, 1, 2) == 2
    assert want(store, shop, 2, 3) == 1
    assert sorted(due(store)) == [url(1), url(2), url(3)]


def test_of_shops_that_are_unknown_or_not_public_nothing_is_fetched(store: Store) -> None:
    shop = add_shop(store)
    assert want(store, shop + 999, 1) == 0
    want(store, shop, 2)
    with store.write() as connection:
        shops.pause(connection, shop, "", NOW)
    assert due(store) == []


def test_what_is_ready_is_known_with_its_size_and_no_longer_due(store: Store) -> None:
    shop = add_shop(store)
    want(store, shop, 1)
    ready(store, 1)
    with store.read() as connection:
        (known,) = photos.known(connection, [hash_of(url(1)), hash_of(url(2))]).values()
    assert (known.state, known.width, known.height, known.used_at) == ("ready", 900, 600, NOW)
    assert due(store, NOW + timedelta(days=4000)) == []


def test_each_failure_waits_longer_and_some_begin_with_a_long_wait(store: Store) -> None:
    shop = add_shop(store)
    want(store, shop, 1, 2)
    now, waits = NOW, []
    for _ in range(len(RETRY) + 2):
        with store.write() as connection:
            photos.failed(connection, hash_of(url(1)), now)
            at = connection.execute(sa.select(PHOTO.c.next_try_at).where(PHOTO.c.url == url(1))).scalar_one()
        waits.append(at - now)
        assert due(store, at - timedelta(seconds=1)) == [url(2)]
        assert url(1) in due(store, at)
        now = at
    assert waits == [*RETRY, RETRY[-1], RETRY[-1]]
    with store.write() as connection:
        photos.failed(connection, hash_of(url(2)), NOW, for_good=True)
    assert due(store, NOW + timedelta(days=6)) == []
    assert due(store, NOW + timedelta(days=8)) == [url(2)]


def test_a_large_shop_does_not_make_the_others_wait(store: Store) -> None:
    large, small = add_shop(store), add_shop(store, "https://petite.example/")
    want(store, large, *range(1, 60))
    want(store, small, 1, now=NOW + timedelta(seconds=1), host="petite.example")
    found = due(store, NOW + timedelta(seconds=1), each=5)
    assert found == [
        *(url(number) for number in sorted(range(1, 60), key=lambda n: hash_of(url(n)))[:5]),
        url(1, "petite.example"),
    ]


def test_a_resting_shop_leaves_its_place_to_others(store: Store) -> None:
    dead, alive = add_shop(store), add_shop(store, "https://petite.example/")
    want(store, dead, 1, 2)
    want(store, alive, 1, now=NOW + timedelta(seconds=1), host="petite.example")
    with store.write() as connection:
        photos.rest(connection, dead, NOW + timedelta(minutes=10))
    assert due(store, NOW + timedelta(minutes=5), shops=1) == [url(1, "petite.example")]
    assert len(due(store, NOW + timedelta(minutes=10))) == 3


def test_above_the_room_the_least_recently_shown_leave(store: Store) -> None:
    shop = add_shop(store)
    want(store, shop, *range(10))
    for number in range(10):
        ready(store, number, size=100, now=NOW + timedelta(minutes=number))
    with store.write() as connection:
        photos.used(connection, [hash_of(url(0))], NOW + timedelta(hours=1))
        assert photos.prune(connection, NOW, room=1000) == []
        gone = photos.prune(connection, NOW, room=800)
    assert gone == [hash_of(url(number)) for number in (1, 2, 3)]  # down to nine tenths of the room
    assert [state(store, number) for number in (0, 1, 4)] == ["ready", None, "ready"]


@pytest.mark.parametrize("number", [1, 2])
def test_what_nobody_wants_any_more_is_forgotten(store: Store, number: int) -> None:
    shop = add_shop(store)
    want(store, shop, 1, 2)
    later = NOW + UNSEEN + timedelta(days=1)
    with store.write() as connection:
        photos.used(connection, [hash_of(url(number))], later)
        photos.failed(connection, hash_of(url(1)), NOW)
        gone = photos.prune(connection, later, room=10**9)
    assert gone == [hash_of(url(3 - number))]


def test_photos_of_a_departed_shop_leave_with_it(store: Store) -> None:
    shop, other = add_shop(store), add_shop(store, "https://petite.example/")
    want(store, shop, 1)
    want(store, other, 2)
    ready(store, 1)
    with store.write() as connection:
        shops.remove(connection, shop, "", NOW)
        assert photos.prune(connection, NOW, room=10**9) == [hash_of(url(1))]
    with store.write() as connection:
        assert not photos.done(connection, hash_of(url(1)), width=1, height=1, size=1, now=NOW)


def test_a_shops_photos_are_wanted_anew_on_demand(store: Store) -> None:
    shop, other = add_shop(store), add_shop(store, "https://petite.example/")
    want(store, shop, 1, 2)
    want(store, other, 3)
    for number in (1, 3):
        ready(store, number)
    with store.write() as connection:
        photos.failed(connection, hash_of(url(2)), NOW, for_good=True)
        assert photos.renew(connection, shop, NOW) == 2
        assert photos.count(connection) == photos.Count(wanted=2, ready=1, failed=0, bytes=2000)
    assert sorted(due(store)) == [url(1), url(2)]


def test_a_photo_whose_files_were_lost_is_wanted_anew(store: Store) -> None:
    shop = add_shop(store)
    want(store, shop, 1)
    ready(store, 1)
    with store.write() as connection:
        photos.lost(connection, hash_of(url(1)), NOW)
        assert photos.total_bytes(connection) == 0
    assert due(store) == [url(1)]
