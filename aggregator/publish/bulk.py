"""The region's bulk export: every night, the offers of the shops that agreed, one JSON object a line.

`offers-2026-11-23.jsonl.gz` with its description `offers-2026-11-23.json` beside it; the description is written last,
so what has one is whole. The newest week is kept. docs/api.md says what a line holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from aggregator.publish.addresses import path
from aggregator.publish.files import GivenUp, gzipped, replace
from aggregator.settings import Settings
from aggregator.store import Store, export

KEPT = 7
HOUR = 3
"""Of France: not before, so that the day's file has the shops' evening in it."""
_LOOK = 500
_PARIS = ZoneInfo("Europe/Paris")
_NAME = re.compile(r"offers-\d{4}-\d{2}-\d{2}\.json\Z")


@dataclass(frozen=True, slots=True)
class Export:
    """One export, as its description tells."""

    date: str
    offers: int
    shops: int
    bytes: int
    sha256: str
    licence: str
    """Empty where the operator names none."""

    @property
    def file_name(self) -> str:
        return f"offers-{self.date}.jsonl.gz"


def due(settings: Settings, now: datetime) -> bool:
    """True from three in the morning on, until the day's export is there."""
    here = now.astimezone(_PARIS)
    return here.hour >= HOUR and not (settings.exports_folder / f"offers-{here.date()}.json").exists()


def write(store: Store, settings: Settings, now: datetime, stopping: Callable[[], bool] = bool) -> Export:
    """Write the export of today, over the one that is there. Raises GivenUp once `stopping` says so."""
    folder = settings.exports_folder
    date = str(now.astimezone(_PARIS).date())
    base = settings.public_url.rstrip("/")
    shops: set[str] = set()
    offers = 0
    with gzipped(folder / f"offers-{date}.jsonl.gz") as file:
        with store.read() as connection:
            for line in export.agreed(connection):
                line["page"] = base + path("offre", int(line["listing_id"]), line["title"])
                file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
                shops.add(line["shop_id"])
                offers += 1
                if offers % _LOOK == 0 and stopping():
                    raise GivenUp
        file.close()
        told = Export(date, offers, len(shops), file.counted.bytes, file.counted.sha256, settings.export_licence)
    replace(folder / f"offers-{date}.json", orjson.dumps(asdict(told), option=orjson.OPT_INDENT_2))
    for old in _described(folder)[KEPT:]:
        old.unlink(missing_ok=True)
        old.with_suffix(".jsonl.gz").unlink(missing_ok=True)
    return told


def newest(settings: Settings) -> tuple[Export, Path] | None:
    """The newest export and its file; None where there is none yet."""
    for description in _described(settings.exports_folder):
        told = Export(**orjson.loads(description.read_bytes()))
        file = description.with_name(told.file_name)
        if file.exists():
            return told, file
    return None


def _described(folder: Path) -> list[Path]:
    """Descriptions, newest first."""
    return sorted((file for file in folder.glob("offers-*.json") if _NAME.match(file.name)), reverse=True)
