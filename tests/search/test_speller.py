"""The speller finds what is near, prefers what is common, and leaves good words alone."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search import speller as speller_module
from aggregator.search.neighbours import Neighbourhood
from aggregator.search.speller import COMMONER, SHORTEST, FreshSpeller, Speller, edits

SMALL = st.text(alphabet="abc", max_size=7)
WORDS = st.text(alphabet="abcdé", min_size=4, max_size=14)


def distance(left: str, right: str) -> int:
    """Optimal string alignment, as the textbook has it."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            best = min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@given(st.sets(SMALL, max_size=20), SMALL, st.integers(1, 2))
def test_a_neighbourhood_is_all_that_is_near(words: set[str], asked: str, allowed: int) -> None:
    counted = [(word, number) for number, word in enumerate(sorted(words), 1)]
    near = {(count, word) for word, count in counted if word != asked and distance(asked, word) <= allowed}
    assert set(Neighbourhood(counted, lambda _: 2).find(asked, allowed)) == near


@given(st.sets(WORDS, min_size=1, max_size=30), WORDS, st.integers(0, 8), st.integers(8, 20))
def test_how_words_are_laid_out_changes_no_correction(words: set[str], typed: str, common: int, twice: int) -> None:
    counted = [(word, number % 5 + 1) for number, word in enumerate(sorted(words))]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(speller_module, "COMMON", common)
        patched.setattr(speller_module, "FORGIVEN_TWICE", twice)
        parted = list(Speller(counted).candidates(typed))
    whole = list(Speller(counted).candidates(typed))
    once = [found for found in whole if found[0] == 1]
    assert parted[: len(once)] == once
    ranked = sorted(counted, key=lambda pair: (pair[1], pair[0]), reverse=True)[:twice]
    assert parted[len(once) :] == [found for found in whole if found[0] == 2 and found[1] in dict(ranked)]


@given(st.sets(WORDS, min_size=1, max_size=30), WORDS)
def test_the_nearest_then_commonest_word_is_found(words: set[str], typed: str) -> None:
    """Against a search through the whole vocabulary."""
    counts = {word: number for number, word in enumerate(sorted(words), 1)}
    near = [(distance(typed, word), -counts[word], word) for word in words if word != typed]
    if len(typed) == SHORTEST:
        near = [entry for entry in near if entry[2][0] == typed[0]]
    best = min((entry for entry in near if entry[0] <= edits(len(typed))), default=None)
    corrected = Speller(counts.items()).correct(typed)
    assert corrected == (best[2] if best else None)


def test_one_and_two_edits_by_length() -> None:
    speller = Speller([("bol", 5), ("robe", 5), ("laine", 5), ("imprimante", 5), ("tee", 9)])
    assert speller.correct("roeb") == "robe"
    assert speller.correct("lane") == "laine"
    assert speller.correct("tobe") is None  # the shortest words keep their first letter
    assert speller.correct("lae") is None  # three letters are taken as typed
    assert speller.correct("rboee") is None  # two edits in five letters
    assert speller.correct("impirmnate") == "imprimante"
    assert speller.correct("4mprimante") is None  # a reference is no word


def test_a_known_word_yields_only_to_a_far_commoner_one() -> None:
    speller = Speller([("chemise", 2 * COMMONER), ("chemsie", 2)])
    assert speller.correct("chemsie", known=2) is None
    assert speller.correct("chemsie", known=1) == "chemise"
    assert speller.correct("chemsie", known=1, accept=lambda word: word != "chemise") is None


def test_a_refused_candidate_gives_way_to_the_next() -> None:
    speller = Speller([("lampe", 9), ("rampe", 5)])
    assert speller.correct("tampe") == "lampe"
    assert speller.correct("tampe", accept=lambda word: word != "lampe") == "rampe"


def test_a_vocabulary_of_40_000_words_stays_small_and_quick() -> None:
    """Bytes of the arrays, not of the process; the time bound is 20 times what was measured."""
    rng = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = {"".join(rng.choices(letters, k=rng.randrange(5, 13))) for _ in range(40_000)}
    speller = Speller((word, 1) for word in words)
    assert speller.size() < 16_000_000
    asked = [word[:2] + word[3:] for word in rng.sample(sorted(word for word in words if len(word) > 6), 300)]
    began = time.process_time()
    corrected = [speller.correct(word) for word in asked]
    assert (time.process_time() - began) / len(asked) < 0.002
    assert all(corrected)


def test_a_quick_vocabulary_is_read_again_at_each_change_and_only_then() -> None:
    fresh = FreshSpeller()
    reads: list[str] = []

    def read(word: str) -> Iterable[tuple[str, int]]:
        reads.append(word)
        return [(word, 1)]

    assert fresh.of(1, lambda: read("lampe")).correct("lamep") == "lampe"
    assert fresh.of(1, lambda: read("never")).correct("lamep") == "lampe"
    assert fresh.of(2, lambda: read("rampe")).correct("lamep") is None
    assert reads == ["lampe", "rampe"]


def test_a_slow_vocabulary_is_read_in_the_background_and_seldom() -> None:
    fresh = FreshSpeller()
    release = threading.Event()

    def slow(word: str) -> Iterable[tuple[str, int]]:
        time.sleep(2 * FreshSpeller.QUICK)
        return [(word, 1)]

    assert len(fresh.of(1, lambda: slow("lampe"))) == 1
    kept = fresh.of(2, lambda: slow("rampe"))  # too soon after the last: the old one serves
    assert kept.correct("lamep") == "lampe"
    fresh.SHARE = 0
    old = fresh.of(3, lambda: [(word, 1) for word in ("rampe",) if release.wait(5)])
    assert old.correct("lamep") == "lampe"
    release.set()
    give_up = time.monotonic() + 5
    while fresh.of(3, list).correct("ramep") is None:
        assert time.monotonic() < give_up
        time.sleep(0.01)
