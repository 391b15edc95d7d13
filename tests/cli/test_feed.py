"""A feed's address on the command line: looked at, added, read, found unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from tests.cli.conftest import Done
from tests.support.feed_shop import FeedServer, small_feed

Here = Callable[..., Done]


@pytest.fixture
def feed() -> Iterator[FeedServer]:
    with FeedServer(small_feed(40), packed=True) as server:
        yield server


def test_check_shows_the_products_of_a_feed(here: Here, feed: FeedServer) -> None:
    told = here("check", feed.url, "--json")
    assert told.code == 0, told.err
    report = told.json()
    assert (report["connector"], report["platform"], report["products"]) == ("product-feed", "Flux produits", 40)
    assert report["shop_url"] == feed.site
    assert len(report["sample"]) == 20
    assert "Gilet" in here("check", feed.url).out


def test_a_feed_is_added_read_and_found_unchanged(here: Here, feed: FeedServer) -> None:
    added = here("shops", "add", feed.url, "--name", "Laines", "--json")
    assert added.code == 0, added.err
    assert (added.json()["connector"], added.json()["url"]) == ("product-feed", feed.site)
    (first,) = here("sync", "--all", "--json").json()
    assert (first["outcome"], first["products_seen"], first["requests"]) == ("complete", 40, 1)
    (still,) = here("sync", "1", "--json").json()
    assert (still["unchanged"], still["bytes"], feed.log[-1].status) == (first["offers_seen"], 0, 304)
    exported = [json.loads(line) for line in here("offers", "export").out.splitlines()]
    assert {offer["source_id"] for offer in exported} == {item["id"] for item in feed.items}
    assert here("search", "gilet", "--json").json()["total"] == 40


def test_the_password_in_a_feeds_address_is_shown_nowhere(here: Here, feed: FeedServer) -> None:
    here("shops", "add", feed.url)
    feed.faults.clear()
    said = [here("shops", "show", "1"), here("shops", "list", "--json"), here("sync", "1"), here("runs", "--json")]
    feed.raw = b"<html>non</html>"
    said += [here("sync", "1", "--full", "--json"), here("runs", "--json"), here("check", feed.url, "--json")]
    for done in said:
        assert "tres-personnelle" not in done.out + done.err
