"""`python -m aggregator.demo`: the sample town as a process of its own, until SIGINT or SIGTERM.

The first line on standard output is a JSON list of the shops (see `TownShop.as_json`). With `--synthetic N`, one plain
shop of N products instead of the town, for measurements.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from .server import FakeShop
from .synthetic import synthetic
from .town import start_town


def _pair(text: str) -> tuple[float, float]:
    base, _, per_item = text.partition(",")
    return float(base), float(per_item or 0)


def _ports(text: str) -> list[int]:
    """`8201,8202` or `8201-8214`."""
    first, dash, last = text.partition("-")
    return list(range(int(first), int(last) + 1)) if dash else [int(p) for p in text.split(",")]


def main() -> int:
    """Run until told to stop; 0 when stopped by a signal, 1 where a port is taken or a file cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m aggregator.demo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--ports", type=_ports, help="one a shop: 8201,8202 or 8201-8214 (free ones otherwise)")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the size of every catalogue")
    parser.add_argument("--latency-ms", type=_pair, default=(0.0, 0.0), metavar="BASE,PER_ITEM")
    parser.add_argument("--files", type=Path, metavar="DIR", help="where shops without a site leave their spreadsheets")
    parser.add_argument("--synthetic", type=int, metavar="N", help="one shop of N products instead of the town")
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        if options.synthetic:
            port = options.ports[0] if options.ports else 0
            catalogue = synthetic(options.synthetic)
            shop = FakeShop(catalogue, options.host, port, assume_https=True, latency_ms=options.latency_ms).start()
            rows: list[dict[str, Any]] = [
                {
                    "kind": "synthetic",
                    "platform": "WooCommerce",
                    "name": catalogue.name,
                    "url": shop.url,
                    "products": catalogue.count(),
                    "items": len(catalogue.products),
                    "key": "ck_test",
                    "secret": "cs_test",
                }
            ]
            close = shop.stop
        else:
            town = start_town(options.host, options.ports, options.scale, options.latency_ms, options.files)
            rows, close = [shop.as_json() for shop in town.shops], town.stop
    except OSError as problem:
        print(f"aggregator.demo: {problem}", file=sys.stderr)
        return 1
    print(json.dumps(rows, ensure_ascii=False), flush=True)
    stop.wait()
    close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
