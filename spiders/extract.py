"""`python -m spiders extract --pages DIR --index INDEX.csv`: read saved pages, one JSON line a page.

For judging the reader: the index says which file is which page (columns `file` and `url`; no other is looked at), the
lines are what `score_pages.py` reads. `seconds` is the process's CPU time from a page's bytes to its answer.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from connectors.pages import reader
from connectors.pages.page import Page
from connectors.pages.reader import Reading
from spiders import collector

_MOST: Final = 64 * 1024 * 1024
_NOWHERE: Final = "https://shop.invalid/"
"""The address of a page that neither the index nor itself gives."""


def pages(folder: Path, index: Path) -> Iterator[tuple[str, str, bytes]]:
    """(file, address, bytes) of each HTML page of the index."""
    with index.open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            file = row["file"]
            if not file.endswith((".html", ".html.gz")):
                continue
            path = folder / file
            with gzip.open(path) if file.endswith(".gz") else path.open("rb") as stream:
                body = stream.read(_MOST)
            yield file, row["url"] or own_address(body), body


_OWN: Final = re.compile(
    rb"""<(?:link[^>]{0,300}rel=["']?canonical|meta[^>]{0,300}property=["']?og:url)[^>]{0,600}>""", re.I
)
_ADDRESS: Final = re.compile(rb"""(?:href|content)=["']?(https?://[^"'\s>]+)""", re.I)


def own_address(body: bytes) -> str:
    """The address that a page of unknown origin gives itself."""
    for tag in _OWN.findall(body[:500_000]):
        if (found := _ADDRESS.search(tag)) is not None:
            return found[1].decode("utf-8", "replace")
    return _NOWHERE


def answer(file: str, url: str, body: bytes) -> dict[str, Any]:
    """One page's line."""
    began = time.process_time()
    page = Page.parse(url, body)
    parsed = time.process_time()
    reading = reader.read(page, shop_url=url)
    line = {"file": file, **fields(reading)}
    line["seconds"] = round(time.process_time() - began, 6)
    return line | {"parsing": round(parsed - began, 6), "looked": reading.looked}


def fields(reading: Reading) -> dict[str, Any]:
    """A reading in the words of the scorer."""
    choice = reading.choice
    if reading.record is None or choice is None:
        return {"is_product": False}
    price = choice.price
    return {
        "is_product": True,
        "name": reading.record.title,
        "price": None if price.value is None else format(price.value, "f"),
        "list_price": None if price.list_price is None else format(price.list_price, "f"),
        "currency": price.currency,
        "availability": choice.availability.value if choice.availability else None,
        "gtin": choice.gtin,
        "brand": reading.record.brand,
        "sku": choice.sku,
        "offers": len(reading.record.offers),
        "issues": [issue.code.value for issue in reading.issues],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Write the lines to standard output."""
    parser = argparse.ArgumentParser(
        prog="python -m spiders extract", description="Read saved pages, one JSON line a page."
    )
    parser.add_argument("--pages", type=Path, required=True, help="the folder that the index's file names start from")
    parser.add_argument("--index", type=Path, required=True, help="CSV with the columns file and url")
    options = parser.parse_args(argv)
    collector.settle()
    for file, url, body in pages(options.pages, options.index):
        sys.stdout.write(json.dumps(answer(file, url, body), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
