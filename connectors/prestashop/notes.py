"""What the pages of a shop's products taught, kept between runs: a few are visited in each, and none is forgotten.

A record says only what its row and the notes of earlier runs say; what a run learns shows from the next run on. So a
run that is cut or incomplete, whose memory is not kept, has published nothing that the next one would take back.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from hashlib import blake2b
from typing import Any, Final

import orjson

from connectors.drafting import Json
from connectors.prestashop.product_page import Taught
from connectors.protocol import ShopConnection

MEMORY_NOTES: Final = "product_pages"
MOST_NOTES: Final = 20_000
MOST_TEXT: Final = 1024 * 1024
"""Characters of all notes together, some 350 KB as they are stored: what comes later is noted without its texts."""
KEPT_DAYS: Final = 30
"""A note that was not renewed for so long belongs to a product that is no longer listed."""
_VERSION: Final = 1
_UNPACKED: Final = 64 * 1024 * 1024
_DEFAULTS: Final = {f.name: f.default for f in fields(Taught) if f.default is not MISSING}
_PAIRS: Final = ("variant", "attributes")


@dataclass(frozen=True, slots=True)
class Note:
    """One product's last visit."""

    day: int
    """Days since 1970, UTC."""
    mark: str
    """Of the row as it was then."""
    basket: bool
    """Whether the row had an address for the basket."""
    taught: Taught | None
    """None: the page told nothing."""


def mark_of(row: Json) -> str:
    """Changes with a row's texts, picture and address, not with its price or stock."""
    cover = row.get("cover")
    said = [row.get(name) for name in ("name", "description_short", "reference", "category_name", "manufacturer_name")]
    said += [row.get("canonical_url"), cover.get("id_image") if isinstance(cover, dict) else None]
    return blake2b(repr(said).encode("utf-8", "replace"), digest_size=4).hexdigest()


class Notes:
    """By product number."""

    def __init__(self, notes: dict[int, Note]) -> None:
        self._notes = notes
        self._size = sum(_length(note) for note in notes.values())

    @classmethod
    def of(cls, connection: ShopConnection) -> Notes:
        """The ones of this connection, as its last complete run left them."""
        kept: Notes | None = connection.kept.get("prestashop.notes")
        if kept is None:
            kept = connection.kept["prestashop.notes"] = cls(_load(connection.memory.get(MEMORY_NOTES, "")))
        return kept

    def __len__(self) -> int:
        return len(self._notes)

    def get(self, product: int) -> Note | None:
        return self._notes.get(product)

    def taught(self, product: int) -> Taught | None:
        note = self._notes.get(product)
        return note.taught if note else None

    @property
    def full(self) -> bool:
        return len(self._notes) >= MOST_NOTES

    def renewed(self, learnt: Mapping[int, Note], today: int) -> Notes:
        """With what a run learnt, without what grew old."""
        kept = {product: note for product, note in self._notes.items() if note.day >= today - KEPT_DAYS}
        found = Notes(kept)
        for product, note in learnt.items():
            found._put(product, note)
        return found

    def _put(self, product: int, note: Note) -> None:
        if product not in self._notes and self.full:
            return
        self._size -= _length(self._notes[product]) if product in self._notes else 0
        if note.taught and self._size + _length(note) > MOST_TEXT:
            note = replace(note, taught=replace(note.taught, description="", images=()))
        self._notes[product] = note
        self._size += _length(note)

    def dump(self) -> str:
        raw = {str(product): _raw(note) for product, note in sorted(self._notes.items())}
        packed = zlib.compress(orjson.dumps({"v": _VERSION, "notes": raw}), 9)
        return base64.b64encode(packed).decode()


def _raw(note: Note) -> list[Any]:
    taught = None
    if note.taught is not None:
        told = {name: getattr(note.taught, name) for name in _DEFAULTS}
        taught = {name: value for name, value in told.items() if value != _DEFAULTS[name]}
    return [note.day, note.mark, int(note.basket), taught]


def _length(note: Note) -> int:
    return len(orjson.dumps(_raw(note)))


def _load(text: str) -> dict[int, Note]:
    """None at all where there are none, or another version wrote them: all pages are then visited again, in time."""
    if not text:
        return {}
    try:
        raw = orjson.loads(zlib.decompressobj().decompress(base64.b64decode(text), _UNPACKED))
        if raw["v"] != _VERSION:
            return {}
        return {int(product): _note(*values) for product, values in raw["notes"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error):
        return {}


def _note(day: int, mark: str, basket: int, taught: dict[str, Any] | None) -> Note:
    if taught is not None:
        for name in _PAIRS:
            taught[name] = tuple((str(key), str(value)) for key, value in taught.get(name, ()))
        taught["images"] = tuple(map(str, taught.get("images", ())))
    return Note(int(day), str(mark), bool(basket), Taught(**taught) if taught is not None else None)
