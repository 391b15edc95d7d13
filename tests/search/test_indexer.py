"""Drains, rebuilds and their locks; readers that follow. The store is real, and so are the processes that die."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.errors import Refused
from aggregator.search import indexer, loading
from aggregator.search.generations import Generations, IndexOutdated
from aggregator.search.port import SearchQuery
from aggregator.search.reader import FollowingReader, open_reader
from aggregator.settings import Settings
from aggregator.store import Store, changes, open_store
from aggregator.store.tables import LISTING
from tests.search.catalogue import documents
from tests.search.shelves import listing_row, offer_row, open_shops, put, put_documents, retitle


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    return sqlite_settings


@pytest.fixture
def shop(settings: Settings) -> Iterator[Store]:
    """A store with one approved shop and 300 listings that wait to be indexed."""
    with open_store(settings) as store:
        open_shops(store, ["Brest"])
        put(store, [listing_row(i, title="Bol etat0") for i in range(1, 301)], [offer_row(i) for i in range(1, 301)])
        yield store


def titled(settings: Settings, title: str) -> set[int]:
    return set(open_reader(settings).search(SearchQuery(title, per_page=1000, facets=False)).listing_ids)


def test_there_is_nothing_to_find_before_the_first_drain(settings: Settings) -> None:
    reader = open_reader(settings)
    result = reader.search(SearchQuery("bol"))
    assert (result.total, result.listing_ids, reader.suggest("b").queries, reader.count()) == (0, (), (), 0)
    assert not settings.index_folder.exists()


def test_a_drain_indexes_what_changed_and_a_reader_follows(shop: Store, settings: Settings) -> None:
    reader = open_reader(settings)
    assert reader.count() == 0
    assert indexer.drain(shop, settings, wait=False) == 300
    assert reader.count() == 300
    retitle(shop, [5], "Vase")
    put(shop, [listing_row(400, title="Vase", status="hidden")], [offer_row(400)])
    assert indexer.drain(shop, settings, wait=True) == 2
    assert reader.search(SearchQuery("vase")).listing_ids == (5,)
    assert indexer.drain(shop, settings, wait=True) == 0
    status = indexer.status(shop, settings)
    assert (status.generation, status.documents, status.pending, status.usable) == ("gen-1", 300, 0, True)
    assert status.bytes > 1000
    assert not status.rebuilding


def test_an_index_that_was_lost_is_made_again_from_the_store(shop: Store, settings: Settings) -> None:
    indexer.drain(shop, settings, wait=True)
    for path in sorted(settings.index_folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    indexer.drain(shop, settings, wait=True)
    assert titled(settings, "etat0") == set(range(1, 301))


def test_a_busy_writer_leaves_rows_to_its_holder_or_waits_for_it(shop: Store, settings: Settings) -> None:
    indexer.drain(shop, settings, wait=True)
    retitle(shop, [1], "Vase")
    done = threading.Event()

    def waiting() -> None:
        indexer.drain(shop, settings, wait=True)
        done.set()

    with Generations(settings.index_folder).lock("writer", wait=True):
        assert indexer.drain(shop, settings, wait=False) == 0
        thread = threading.Thread(target=waiting)
        thread.start()
        assert not done.wait(0.2)
    thread.join(10)
    assert done.is_set()
    assert titled(settings, "vase") == {1}


def test_two_drainers_and_a_busy_writer_leave_no_row_behind(shop: Store, settings: Settings) -> None:
    """Changes come while drains run; none waits for another. The last one to let go has looked again."""

    def change_and_drain(part: int) -> None:
        for turn in range(10):
            retitle(shop, range(part * 100 + turn * 5 + 1, part * 100 + turn * 5 + 6), f"Vase {part}")
            indexer.drain(shop, settings, wait=False)

    threads = [threading.Thread(target=change_and_drain, args=(part,)) for part in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with shop.read() as connection:
        assert changes.pending(connection) == 0
    assert len(titled(settings, "vase")) == 150


class _Meddling(Store):
    """A store that lets something happen after its next write."""

    def __init__(self, store: Store, then: Callable[[], None]) -> None:
        super().__init__(store.engine)
        self._then: Callable[[], None] | None = then

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection:
            yield connection
        then, self._then = self._then, None
        if then is not None:
            then()


def test_a_drain_looks_again_after_it_let_go(shop: Store, settings: Settings) -> None:
    """Another process changes what this drain has passed, finds the lock busy, and relies on it."""
    indexer.drain(shop, settings, wait=True)

    def change_behind() -> None:
        retitle(shop, [1], "Vase")
        assert indexer.drain(shop, settings, wait=False) == 0

    retitle(shop, [200], "Tasse")
    assert indexer.drain(_Meddling(shop, change_behind), settings, wait=False) == 2
    assert (titled(settings, "vase"), titled(settings, "tasse")) == ({1}, {200})


def test_a_rebuild_serves_the_old_generation_until_it_swaps(shop: Store, settings: Settings) -> None:
    indexer.drain(shop, settings, wait=True)
    reader = open_reader(settings)
    seen: list[int] = []

    def progress(done: int) -> None:
        seen.append(done)
        with pytest.raises(Refused, match="déjà en cours"):
            indexer.rebuild(shop, settings)
        assert indexer.status(shop, settings).rebuilding
        retitle(shop, [7], "Vase")  # after the rebuild has read it
        indexer.drain(shop, settings, wait=True)
        retitle(shop, [8], "Tasse")  # nobody drains this one before the swap
        assert reader.search(SearchQuery("vase")).listing_ids == (7,)
        assert indexer.status(shop, settings).generation == "gen-1"

    assert indexer.rebuild(shop, settings, progress) == 300
    assert seen == [300]
    assert indexer.status(shop, settings).generation == "gen-2"
    assert reader.search(SearchQuery("vase")).listing_ids == (7,)
    assert indexer.drain(shop, settings, wait=True) == 1
    assert reader.search(SearchQuery("tasse")).listing_ids == (8,)


def test_a_new_generation_begins_with_the_words_of_the_one_before(shop: Store, settings: Settings) -> None:
    """Made anew, they would hold up whoever types the first wrong word: seconds, where there are a million listings."""
    indexer.drain(shop, settings, wait=True)
    reader = FollowingReader(settings)
    reader.warm()
    first = reader._current()
    assert first is not None
    known = first._speller._value
    indexer.rebuild(shop, settings)
    second = reader._current()
    assert second is not None
    assert second is not first
    assert second._speller._value is known
    assert reader.search(SearchQuery("boll")).corrected == "bol"


def test_a_generation_is_deleted_once_nobody_reads_it(shop: Store, settings: Settings) -> None:
    indexer.drain(shop, settings, wait=True)
    reader = open_reader(settings)
    assert reader.count() == 300
    indexer.rebuild(shop, settings)
    assert _generations(settings) == {"gen-1", "gen-2"}
    assert reader.count() == 300  # follows, and lets go of the first
    retitle(shop, [1], "Vase")
    indexer.drain(shop, settings, wait=True)
    assert _generations(settings) == {"gen-2"}


@pytest.mark.parametrize("damage", ["schema", "sign", "meta"])
def test_an_index_of_another_version_asks_for_a_rebuild(shop: Store, settings: Settings, damage: str) -> None:
    indexer.drain(shop, settings, wait=True)
    generation = settings.index_folder / "gen-1"
    if damage == "schema":
        (generation / "emplettes.json").write_bytes(orjson.dumps({"schema": 0}))
    elif damage == "sign":
        (generation / "emplettes.json").write_text("{")
    else:
        (generation / "meta.json").write_text("{")
    retitle(shop, [1], "Vase")
    with pytest.raises(IndexOutdated, match="emplettes index rebuild"):
        indexer.drain(shop, settings, wait=True)
    with pytest.raises(IndexOutdated, match="emplettes index rebuild"):
        open_reader(settings).count()
    assert not indexer.status(shop, settings).usable
    indexer.rebuild(shop, settings)
    indexer.drain(shop, settings, wait=True)
    assert indexer.status(shop, settings).usable
    assert titled(settings, "vase") == {1}


def test_a_rebuild_that_fails_leaves_the_old_one_and_no_litter(shop: Store, settings: Settings) -> None:
    indexer.drain(shop, settings, wait=True)

    def cut(done: int) -> None:
        raise RuntimeError("cut")

    with pytest.raises(RuntimeError, match="cut"):
        indexer.rebuild(shop, settings, cut)
    assert titled(settings, "etat0") == set(range(1, 301))
    retitle(shop, [1], "Vase")
    indexer.drain(shop, settings, wait=True)
    assert _generations(settings) == {"gen-1"}


def test_a_listing_that_cannot_be_read_keeps_its_row(shop: Store, settings: Settings) -> None:
    indexer.drain(shop, settings, wait=True)
    _set_category(shop, 1, "{broken")
    with pytest.raises(orjson.JSONDecodeError):
        indexer.drain(shop, settings, wait=True)
    assert titled(settings, "etat0") == set(range(1, 301))
    _set_category(shop, 1, '["Vases"]')
    assert indexer.drain(shop, settings, wait=True) == 1
    assert titled(settings, "vases") == {1}


def test_a_drain_and_a_rebuild_work_on_both_databases(store: Store, store_settings: Settings) -> None:
    open_shops(store, ["Brest"] * 40)
    catalogue = list(documents(60))
    put_documents(store, catalogue)
    assert indexer.drain(store, store_settings, wait=True) == 60
    assert indexer.rebuild(store, store_settings) == 60
    found = open_reader(store_settings).search(SearchQuery(per_page=100, collapse=False))
    assert set(found.listing_ids) == {document.listing_id for document in catalogue}


def test_threads_search_while_a_writer_commits_and_generations_swap(shop: Store, settings: Settings) -> None:
    indexer.drain(shop, settings, wait=True)
    reader = open_reader(settings)
    stop = threading.Event()
    failures: list[BaseException] = []
    answers = [0]

    def search() -> None:
        try:
            while not stop.is_set():
                assert reader.search(SearchQuery("l'bool etat0")).total == 300
                assert reader.suggest("bo").queries == ("bol",)
                answers[0] += 1
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(4):
        retitle(shop, range(1 + turn, 300, 7), f"Bol etat0 {turn}")
        indexer.drain(shop, settings, wait=True)
        indexer.rebuild(shop, settings)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert not failures
    assert answers[0] > 10


def test_another_process_sees_a_commit_within_two_seconds(shop: Store, settings: Settings) -> None:
    indexer.drain(shop, settings, wait=True)
    reader = open_reader(settings)
    assert reader.search(SearchQuery("vase")).total == 0
    retitle(shop, [9], "Vase")
    script = (
        "import sys; from pathlib import Path; from tests.support.stores import settings_for;"
        "from aggregator.search.indexer import drain; from aggregator.store import open_store;"
        "s = settings_for(Path(sys.argv[1])); drain(open_store(s), s, wait=True); print('committed', flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(settings.data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "committed\n"
        began = time.monotonic()
        while reader.search(SearchQuery("vase")).listing_ids != (9,):
            assert time.monotonic() - began < 2
        child.communicate("")


@pytest.mark.parametrize(("mode", "kills"), [("drain", 8), ("rebuild", 6)])
def test_kill_9_loses_no_commit_and_leaves_a_usable_index(
    shop: Store, settings: Settings, mode: str, kills: int
) -> None:
    """After each kill: what is no longer in the change log is in the index, as it is in the store."""
    indexer.drain(shop, settings, wait=True)
    rng = random.Random()
    for turn in range(kills):
        _kill_at_a_random_moment(settings.data, turn, mode, rng.uniform(0, 0.5))
        with shop.read() as connection:
            waiting = {listing_id for listing_id, _ in changes.take(connection, 1000)}
        _check(shop, settings, without=waiting)
    indexer.drain(shop, settings, wait=True)
    _check(shop, settings, without=set())
    assert len(_generations(settings)) == 1
    files = len(list((settings.index_folder / _generations(settings).pop()).iterdir()))
    assert files < 100  # segments of writers that died are collected


def _kill_at_a_random_moment(data: Path, seed: int, mode: str, after: float) -> None:
    command = [sys.executable, "-m", "tests.search.shelves", str(data), str(seed), mode]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(after)
        child.kill()


def _check(store: Store, settings: Settings, without: set[int]) -> None:
    """The index agrees with the store on each listing's title, but for those that wait."""
    stored: dict[str, set[int]] = {}
    for document in loading.stream(store):
        stored.setdefault(document.title, set()).add(document.listing_id)
    reader = open_reader(settings)
    assert reader.count() == 300
    for state in (f"etat{number}" for number in range(5)):
        indexed = set(reader.search(SearchQuery(state, per_page=1000, facets=False)).listing_ids)
        assert indexed - without == stored.get(f"Bol {state}", set()) - without


def _set_category(store: Store, listing_id: int, packed: str) -> None:
    with store.write() as connection:
        connection.execute(sa.update(LISTING).where(LISTING.c.id == listing_id).values(category_path=packed))
        changes.record(connection, [listing_id])


def _generations(settings: Settings) -> set[str]:
    return {path.name for path in settings.index_folder.glob("gen-*")}
