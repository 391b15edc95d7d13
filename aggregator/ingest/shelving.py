"""Where listings stand in the portal's own tree: for the rows of a sync, and for all that is stored, again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

from sqlalchemy import Connection

from aggregator.errors import SettingsInvalid
from aggregator.ingest.categories import Tree, is_in, tree
from aggregator.ingest.classify import Classifier, classifier
from aggregator.settings import Settings
from aggregator.store import Store, categories
from aggregator.store.listings import Place
from aggregator.store.packing import unpack

BATCH = 2_000


class Said(Protocol):
    """What a shop says of a listing, as it is stored."""

    @property
    def title(self) -> str: ...
    @property
    def brand(self) -> str | None: ...
    @property
    def category_path(self) -> str: ...
    @property
    def google_category(self) -> str | None: ...


class Shelving:
    """A tree, the categories that the region excludes, and the operator's corrections for the shops that it learnt."""

    def __init__(self, known: Classifier, excluded: frozenset[str] = frozenset()) -> None:
        self._classifier = known
        self._excluded = excluded
        self._corrections: dict[tuple[int, tuple[str, ...]], str | None] = {}

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings say. Raises SettingsInvalid for an unusable tree, and for excluded categories not in it."""
        known = tree(settings.categories)
        return cls(classifier(known), excluded(settings.excluded_categories, known))

    def learn(self, connection: Connection, shop_id: int) -> None:
        """Take the operator's corrections for a shop as they are now."""
        self._corrections = {
            (shop_id, tuple(unpack(path))): node for path, node in categories.rules(connection, shop_id).items()
        }

    def place(self, shop_id: int, said: Said) -> Place:
        """Where a listing belongs."""
        found = self._classifier.decide(
            self._corrections, shop_id, unpack(said.category_path), said.title, said.brand, said.google_category
        )
        return Place(found.category, found.by, is_in(found.category, self._excluded))


def excluded(setting: str, known: Tree) -> frozenset[str]:
    """The categories of EMPLETTES_EXCLUDED_CATEGORIES. Raises SettingsInvalid for one that the tree does not have."""
    found = frozenset(part for text in setting.split(",") if (part := text.strip().strip("/")))
    if unknown := sorted(path for path in found if known.get(path) is None):
        raise SettingsInvalid(
            f"EMPLETTES_EXCLUDED_CATEGORIES : « {unknown[0]} » n'est pas une catégorie. "
            "Pour les voir toutes : emplettes categories list"
        )
    return found


@dataclass(slots=True)
class Applied:
    """What placing all again has done."""

    listings: int = 0
    moved: int = 0
    hidden: int = 0
    """Of those moved, the ones that are excluded now and were not."""
    shown: int = 0
    """Of those moved, the ones that were excluded and are not any more."""


def apply(store: Store, settings: Settings, shop_id: int | None = None) -> Applied:
    """Place all listings of a shop, or of all shops, by the tree and the corrections as they are now.

    What a sync writes meanwhile is kept: a batch that has something to move reads it again in its own transaction.
    Raises SettingsInvalid as `Shelving.of` does."""
    shelving, done = Shelving.of(settings), Applied()
    with store.read() as connection:
        shops = categories.shops_with_listings(connection) if shop_id is None else [shop_id]
    for shop in shops:
        after = 0
        while True:
            with store.read() as connection:
                shelving.learn(connection, shop)
                rows = categories.to_place(connection, shop, after, BATCH)
            moving = [row.id for row in rows if shelving.place(shop, row) != row.place]
            if moving:
                _move(store, shelving, shop, moving, done)
            done.listings += len(rows)
            if len(rows) < BATCH:
                break
            after = rows[-1].id
    return done


def _move(store: Store, shelving: Shelving, shop_id: int, listing_ids: list[int], done: Applied) -> None:
    with store.write() as connection:
        shelving.learn(connection, shop_id)
        moves = [
            (row, place)
            for row in categories.by_ids(connection, listing_ids)
            if (place := shelving.place(shop_id, row)) != row.place
        ]
        categories.move(connection, [(row.id, place) for row, place in moves])
    done.moved += len(moves)
    done.hidden += sum(place.excluded and not row.place.excluded for row, place in moves)
    done.shown += sum(row.place.excluded and not place.excluded for row, place in moves)
