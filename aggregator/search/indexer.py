"""Bring what changed in the store into the index, and rebuild it: the shell around the port, exactly one writer.

A drain holds the writer's lock, goes once through the change log, and looks again after it let go: whoever found the
lock busy has committed its rows before, so nothing is left behind. Rows are forgotten only once the index has them on
disk; a process killed anywhere leaves rows that the next drain applies again, with the same result.

A rebuild lets drains go on: they note in the change log (kind `rebuild`) what they put into the serving generation
meanwhile, and the rebuild applies that before it swaps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from aggregator.errors import Refused
from aggregator.search import loading
from aggregator.search.document import IndexDocument
from aggregator.search.generations import Generations, IndexOutdated
from aggregator.search.synonyms import FreshSynonyms
from aggregator.search.tantivy_index import SCHEMA_VERSION, TantivyIndex
from aggregator.settings import Settings
from aggregator.store import Store, changes

BATCH = 1_000
"""Listings between two commits of a drain: more would be cheaper, but takes more memory in a sync's process."""
REBUILD_BATCH = 50_000
"""Listings between two commits of a rebuild, whose memory is the heap's."""
POLL_SECONDS = 0.05

Progress = Callable[[int], None]
"""Called with the number of documents written so far."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What the operator is shown of the index."""

    generation: str | None
    """Name of the serving generation; `None` before the first drain."""
    documents: int
    pending: int
    """Listings that wait to be indexed."""
    bytes: int
    schema_version: int | None
    """Of the serving generation."""
    usable: bool
    """False where there is an index and only a rebuild makes it serve again."""
    rebuilding: bool


def drain(store: Store, settings: Settings, *, wait: bool) -> int:
    """Index all that changed; returns how many listings this call brought in or took out.

    Where another process is draining: without `wait`, leave the rows to it; with `wait`, return only when the rows
    that were there at the call are indexed, by whomever. Where there is no index yet, one is made of all that is
    public. Raises IndexOutdated where only a rebuild can help."""
    generations = Generations(settings.index_folder)
    done = 0
    while generations.current() is None or _is_waiting(store):
        with generations.lock("writer", wait=False) as locked:
            if locked:
                done += _drain_once(store, settings, generations)
        if not locked:
            if not wait:
                return done
            time.sleep(POLL_SECONDS)
    return done


def _drain_once(store: Store, settings: Settings, generations: Generations) -> int:
    """One pass through the change log, in the order of ids. The writer's lock is held."""
    generation = generations.current()
    if generation is None:  # the first drain, or the folder was deleted: all that is public, then what waits
        generation = _first_build(store, settings, generations)
    rebuilding = generations.is_rebuilding()
    index = open_generation(generations, generation, settings.index_heap_mb)
    done, after = 0, 0
    try:
        while taken := _take(store, changes.LISTING, after):
            _apply(store, index, [listing_id for listing_id, _ in taken])
            with store.write() as connection:
                changes.forget(connection, taken)
                if rebuilding:
                    changes.record(connection, [listing_id for listing_id, _ in taken], changes.REBUILD)
            done += len(taken)
            after = taken[-1][0]
    finally:
        index.close()
    generations.clean()
    return done


def rebuild(store: Store, settings: Settings, progress: Progress | None = None) -> int:
    """Write a new generation from the store while the old one serves, then swap; returns its number of documents.

    Raises Refused where another process rebuilds."""
    generations = Generations(settings.index_folder)
    with ExitStack() as held:
        with generations.lock("writer", wait=True):  # drains that do not note what they index have ended now
            _hold_rebuild(held, generations)
            with store.write() as connection:
                changes.clear(connection, changes.REBUILD)
        generation = generations.create()
        index = TantivyIndex(generation, heap_mb=settings.index_heap_mb, create=True)
        try:
            _write_all(loading.stream(store), index, progress)
            _apply_noted(store, index)
            with generations.lock("writer", wait=True):
                _apply_noted(store, index)
                index.close()
                generations.publish(generation, SCHEMA_VERSION)
            count = index.count()
        finally:
            index.close()
    with generations.lock("writer", wait=False) as locked:
        if locked:
            generations.clean()
    return count


def _hold_rebuild(held: ExitStack, generations: Generations) -> None:
    """Take the rebuild's lock. It is tried for a second: `status` holds it for an instant when it looks."""
    for _ in range(20):
        if held.enter_context(generations.lock("rebuild", wait=False)):
            return
        time.sleep(POLL_SECONDS)
    raise Refused("Une reconstruction de l'index est déjà en cours : attendez qu'elle soit finie.")


def status(store: Store, settings: Settings) -> IndexStatus:
    """What there is, read without taking any lock for longer than a moment."""
    generations = Generations(settings.index_folder)
    generation = generations.current()
    version = None if generation is None else generations.schema_version(generation)
    documents, usable = 0, True
    with store.read() as connection:
        pending = changes.pending(connection)
    if generation is not None:
        try:
            documents = open_generation(generations, generation).count()
        except IndexOutdated:
            usable = False
    return IndexStatus(
        generation=None if generation is None else generation.name,
        documents=documents,
        pending=pending,
        bytes=generations.size(),
        schema_version=version,
        usable=usable,
        rebuilding=generations.folder.is_dir() and generations.is_rebuilding(),
    )


def open_generation(
    generations: Generations,
    generation: Path,
    heap_mb: int = 16,
    synonyms: FreshSynonyms | None = None,
    after: TantivyIndex | None = None,
) -> TantivyIndex:
    """Open one generation. Raises IndexOutdated where its schema is another or its files cannot be read."""
    if generations.schema_version(generation) != SCHEMA_VERSION:
        raise IndexOutdated
    try:
        return TantivyIndex(generation, heap_mb=heap_mb, synonyms=synonyms, after=after)
    except (ValueError, OSError) as error:
        raise IndexOutdated from error


def _first_build(store: Store, settings: Settings, generations: Generations) -> Path:
    generations.clean()
    generation = generations.create()
    index = TantivyIndex(generation, heap_mb=settings.index_heap_mb, create=True)
    try:
        with store.read() as connection:
            from_log = changes.covers_all(connection)
        _write_all(iter(()) if from_log else loading.stream(store), index, None, BATCH)
    finally:
        index.close()
    generations.publish(generation, SCHEMA_VERSION)
    return generation


def _write_all(
    stream: Iterator[IndexDocument], index: TantivyIndex, progress: Progress | None, batch: int = REBUILD_BATCH
) -> None:
    """All these documents, committed in batches: the generation is not public yet, so halves harm nobody."""
    done = 0

    def portion() -> Iterator[IndexDocument]:
        nonlocal done
        for count, document in enumerate(stream, 1):
            yield document
            done += 1
            if progress is not None and done % 1000 == 0:
                progress(done)
            if count == batch:
                return

    before = -1
    while done != before:
        before = done
        index.apply(portion(), ())
    if progress is not None:
        progress(done)


def _apply(store: Store, index: TantivyIndex, listing_ids: list[int]) -> None:
    """Bring these listings into the index as the store has them now."""
    with store.read() as connection:
        documents, gone = loading.load(connection, listing_ids)
    index.apply(documents, gone)


def _apply_noted(store: Store, index: TantivyIndex) -> None:
    """Apply what was drained into the serving generation since the rebuild began."""
    while taken := _take(store, changes.REBUILD, 0):
        _apply(store, index, [listing_id for listing_id, _ in taken])
        with store.write() as connection:
            changes.forget(connection, taken, changes.REBUILD)


def _take(store: Store, kind: str, after: int) -> list[tuple[int, int]]:
    with store.read() as connection:
        return changes.take(connection, BATCH, kind, after)


def _is_waiting(store: Store) -> bool:
    """True while anything waits to be indexed; unlike a count, as quick with a million rows as with one."""
    with store.read() as connection:
        return bool(changes.take(connection, 1))
