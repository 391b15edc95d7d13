"""What is remembered of a site's pages comes back whole, stays small, and gives every page its turn."""

from __future__ import annotations

import base64
import random
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.website import memory
from connectors.website.memory import EVERY, Pages, Remembered, due, minutes, packed, relative, unpacked

SHOP = "https://boutique.example/"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=40)
PATHS = TEXT.map(lambda text: f"/{text}")


@st.composite
def remembered(draw: st.DrawFn) -> Remembered:
    url = draw(PATHS)
    return Remembered(
        url=url,
        asked=draw(st.one_of(st.just(url), PATHS)),
        lastmod=draw(st.one_of(st.none(), TEXT)),
        visited=draw(st.integers(0, 10**9)),
        unlinked=draw(st.booleans()),
    )


@given(st.lists(remembered(), max_size=30, unique_by=lambda page: page.url))
def test_pages_come_back_as_they_were(pages: list[Remembered]) -> None:
    again = Pages.load(SHOP, Pages(SHOP, pages).dump())
    assert sorted(again, key=lambda page: page.url) == sorted(pages, key=lambda page: page.url)


@given(st.lists(TEXT, max_size=50))
def test_lines_come_back_as_they_were(lines: list[str]) -> None:
    text = packed(lines)
    assert unpacked(text) == lines
    assert not set(text) & set(" \n\"'\\")


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda raw: base64.b85encode(raw).decode())))
def test_no_text_is_too_strange_to_be_remembered(text: str) -> None:
    for page in Pages.load(SHOP, text):
        assert page.url


def test_a_bomb_is_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST_TEXT", 1_000_000)
    bomb = base64.b85encode(zlib.compress(b"/a\n" * 10_000_000)).decode()
    assert list(Pages.load(SHOP, bomb)) == []


def test_twenty_thousand_pages_are_a_small_text_and_more_are_not_kept() -> None:
    chance = random.Random(4)
    pages = Pages(
        SHOP,
        [
            Remembered(f"/rayon-{n % 40}/vase-en-gres-bleu-{n}", f"/rayon-{n % 40}/vase-en-gres-bleu-{n}",
                       f"2026-11-{1 + n % 28:02}T10:00:00+01:00", 29_000_000 + chance.randrange(1440))
            for n in range(21_000)
        ],
    )  # fmt: skip
    text = pages.dump()
    assert len(text) < 400_000
    kept = Pages.load(SHOP, text)
    assert len(kept) == memory.MOST_PAGES
    assert min(page.visited for page in kept) >= min(page.visited for page in pages)


def page(url: str, hours: float) -> Remembered:
    return Remembered(url, url, None, minutes(NOW - timedelta(hours=hours)))


def test_what_was_just_visited_is_not_due() -> None:
    pages = [page(f"/{n}", 0.5) for n in range(100)]
    assert due(pages, NOW, timedelta(minutes=30)) == set()


def test_the_oldest_are_due_first_and_no_more_than_their_share() -> None:
    pages = [page(f"/{n}", 2 + n / 10) for n in range(100)]
    assert due(pages, NOW, timedelta(hours=2)) == {f"/{n}" for n in range(91, 100)}


def test_whatever_would_be_older_than_a_day_at_the_next_run_is_due() -> None:
    pages = [page(f"/{n}", 23.5) for n in range(100)]
    assert due(pages, NOW, timedelta(hours=1)) == {f"/{n}" for n in range(100)}


@given(st.floats(0.25, 12), st.integers(1, 80))
def test_at_any_pace_no_page_gets_older_than_a_day(pace: float, count: int) -> None:
    gap = timedelta(hours=pace)
    visited = dict.fromkeys([f"/{n}" for n in range(count)], minutes(NOW))
    now = NOW
    while now < NOW + 3 * EVERY:
        now += gap
        assert minutes(now) - min(visited.values()) <= EVERY / timedelta(minutes=1) + 1
        pages = [Remembered(url, url, None, at) for url, at in visited.items()]
        visited |= dict.fromkeys(due(pages, now, gap), minutes(now))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://boutique.example/a?b=1", "/a?b=1"),
        ("https://boutique.example.autre.fr/a", "https://boutique.example.autre.fr/a"),
        ("https://www.boutique.example/a", "https://www.boutique.example/a"),
        ("https://boutique.example//evil.example/a", "https://boutique.example//evil.example/a"),
        ("https://boutique.example", "https://boutique.example"),
    ],
)
def test_only_the_shops_own_origin_is_left_out(url: str, kept: str) -> None:
    assert relative(url, SHOP + "boutique/") == kept
    assert Pages(SHOP + "boutique/").absolute(kept) == url


def test_a_page_is_found_by_either_of_its_addresses_and_keeps_both() -> None:
    pages = Pages(SHOP)
    pages.visited(SHOP + "vase", SHOP + "vase?couleur=bleu", None, NOW)
    pages.visited(SHOP + "vase", SHOP + "vase", "2026-11-23", NOW)
    [kept] = pages
    assert (kept.url, kept.asked, kept.lastmod) == ("/vase", "/vase?couleur=bleu", "2026-11-23")
    assert pages.get(SHOP + "vase?couleur=bleu") == pages.get("/vase") == kept
    [known] = pages.known(NOW, timedelta(hours=1))
    assert (known.url, known.asked, known.due) == (SHOP + "vase", SHOP + "vase?couleur=bleu", False)
    pages.gone(kept)
    assert pages.get("/vase") is None
