"""`make bench-feed`: what a product feed of a million items costs: read, normalised and stored, then read again.

The feed is written while it is sent, by a server in a process of its own; the sync runs in another one, whose CPU and
peak memory are the figures. The second sync is of the same feed, from a server that cannot say so (no ETag): every item
is read, mapped and found unchanged.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.bench.figures import Bench

ITEMS = int(os.environ.get("EMPLETTES_BENCH_ITEMS", "1000000"))
VARIANTS = 4
"""Of each third product, near each other, as shops write them; every 50th group is scattered."""
_WORDS = ("Gilet", "Plaid", "Bol", "Lampe", "Carnet", "Bougie", "Foulard", "Cadre", "Vase", "Coussin", "Savon")
_STUFF = ("en laine", "en grès", "en lin", "en bois", "en coton", "en verre", "en osier")
_SIZES = ("S", "M", "L", "XL")


def items(site: str, count: int) -> Iterator[str]:
    """So many items of a shop, with what ordinary feeds tell of each; some 900 bytes."""
    late: list[str] = []
    written = product = 0
    while written < count:
        product += 1
        sizes = _SIZES[:VARIANTS] if product % 3 == 0 else ("",)
        for n, size in enumerate(sizes[: count - written]):
            text = _item(site, product, n, size)
            written += 1
            if size and product % 150 == 0 and n == VARIANTS - 1:
                late.append(text)
            else:
                yield text
        if len(late) > 500:
            yield late.pop(0)
    yield from late


def _item(site: str, product: int, n: int, size: str) -> str:
    word, stuff = _WORDS[product % len(_WORDS)], _STUFF[product % len(_STUFF)]
    title = f"{word} {stuff} n° {product}"
    group = f"<g:item_group_id>G{product}</g:item_group_id><g:size>{size}</g:size>" if size else ""
    return (
        f"<item><g:id>{product}-{n}</g:id><title>{title}{' - ' + size if size else ''}</title>"
        f"<link>{site}produit/{product}-article.html</link>"
        f"<description><![CDATA[<p>Un article de mesure, {stuff}, ni beau ni laid, dont le texte a la longueur "
        "ordinaire.</p><p>Fabriqué dans un atelier imaginaire, il ne sera jamais livré à personne.</p>]]>"
        "</description>"
        f"<g:image_link>{site}photos/{product}.jpg</g:image_link>"
        f"<g:additional_image_link>{site}photos/{product}-2.jpg</g:additional_image_link>"
        f"<g:price>{5 + product * 7 % 195}.90 EUR</g:price>"
        f"<g:availability>{'in_stock' if product % 7 else 'out_of_stock'}</g:availability>"
        f"<g:brand>Brebis</g:brand><g:mpn>M{product}</g:mpn><g:condition>new</g:condition>"
        f"<g:product_type>Maison &gt; Rayon {product % 40}</g:product_type>{group}"
        "<g:shipping><g:country>FR</g:country><g:price>4.90 EUR</g:price></g:shipping></item>\n"
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        site = f"http://{self.headers['Host']}/"
        held = [
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
        ]
        for text in items(site, ITEMS):
            held.append(text)
            if len(held) == 100:
                self._chunk("".join(held))
                held = []
        self._chunk("".join([*held, "</channel></rss>"]))
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def _serve(port: Any) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    port.send(server.server_address[1])
    server.serve_forever()


@contextmanager
def feed_server() -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def sync_once(data: Path, host: str, feed: str) -> None:
    """In the child: connect the feed where it is not, sync it, print what it cost. Imports are paid before."""
    from aggregator.ingest.sync import sync_shop, utc_now
    from aggregator.settings import Settings
    from aggregator.store import open_store, shops
    from connectors import registry

    registry.get("product-feed")
    settings = Settings(_env_file=None, data=data, allow_hosts=host)
    with open_store(settings) as store:
        with store.write() as connection:
            known = shops.list_all(connection)
            shop_id = shops.add(
                connection, url=f"http://{host}/", name="Mesure", connector="product-feed", platform="Flux",
                status="approved", memory={"feed": f"http://{host}{feed}", **(known[0].memory if known else {})},
                now=utc_now(), again=bool(known),
            )  # fmt: skip
        began = time.process_time()
        report = sync_shop(store, settings, shop_id)
        cpu = time.process_time() - began
    print(json.dumps({**report.as_json(), "cpu": cpu}))


def child(data: Path, host: str, feed: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.feed", "--sync", str(data), host, feed]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the sync failed:\n{done.stdout}\n{done.stderr}")
    report: dict[str, Any] = json.loads(done.stdout)
    if report["outcome"] != "complete":
        raise SystemExit(f"the sync was {report['outcome']}: {report['error']}")
    return report


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sync", nargs=3)
    asked = parser.parse_args()
    if asked.sync:
        data, host, feed = asked.sync
        sync_once(Path(data), host, feed)
        return
    bench = Bench("feed")
    with feed_server() as host, tempfile.TemporaryDirectory(prefix="bench-feed-") as folder:
        data = Path(folder) / "data"
        first = child(data, host, "/flux.xml")
        still = child(data, host, "/flux.xml")
        if still["unchanged"] != ITEMS or first["created"] != ITEMS:
            raise SystemExit(f"of {ITEMS} items {first['created']} were new, then {still['unchanged']} unchanged")
        bench.add(f"CPU an item, first sync of {ITEMS}", first["cpu"] / ITEMS * 1000, "ms", 0.5)
        bench.add("CPU an item, nothing new", still["cpu"] / ITEMS * 1000, "ms", 0.15)
        bench.add("peak memory, first sync", first["max_rss_mb"], "MiB", 200)
        bench.add("peak memory, nothing new", still["max_rss_mb"], "MiB", 200)
        bench.add("wall, first sync", first["seconds"], "s")
        bench.add("wall, nothing new", still["seconds"], "s")
        bench.add("requests, first sync", first["requests"], "requests", 1)
    bench.finish()


if __name__ == "__main__":
    main()
