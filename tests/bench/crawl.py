"""`make bench-crawl`: what reading page after page costs in the spider's process, several shops at once on loopback.

Product pages of about 500 KiB, as large themes make them: menus, inline styles and scripts, related products, JSON-LD;
sent with gzip by a server in a process of its own. No delay, so that only work takes time. Then the real pages of
`EMPLETTES_SHARED`, where they are at hand, as one site.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import multiprocessing
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import fmean, median
from typing import Any

from connectors.crawl import Budget, CrawlJob
from tests.bench.figures import Bench
from tests.bench.pages import PAGES
from tests.support.sites import Ware, listing_page, sitemap
from tests.support.spider import USER_AGENT, SpiderProcess, spider_process

SHOPS, PRODUCTS, ROUNDS = 4, 120, 3
PAGE_BYTES = 500 * 1024
_WORDS = (
    "atelier terre grès émail cuisson tour main lac bleu vert brut mat brillant cuisine table service plat bol coupe",
    "petit grand unique série matière couleur finition entretien lavage livraison retrait boutique commande",
)
_VOCABULARY = " ".join(_WORDS).split(" ")
_ICON = (
    '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10 10-4.48 '
    '10-10S17.52 2 12 2zm5 11h-4v4h-2v-4H7v-2h4V7h2v4h4v2z"></path></svg>'
)


class Theme:
    """What all pages of a shop have in common, and what each has of its own."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._menu = "".join(
            f'<li class="menu-item depth-{n % 3}"><a class="menu-link" href="/rayon/{n}-{self._words(1)}">'
            f"{_ICON}<span>{self._words(2)}</span></a></li>"
            for n in range(300)
        )
        rng = self._rng
        rules = (
            f".{self._words(1)}-{n}{{margin:{n % 40}px;color:#{rng.randrange(1 << 24):06x}}}" for n in range(6_000)
        )
        code = (f"function f{n}(a,b){{return a<b?'{self._words(3)}':[{n},a,b].join('-')}}" for n in range(6_000))
        self._rules, self._code = "".join(rules), "".join(code)

    def _words(self, count: int) -> str:
        return " ".join(self._rng.choices(_VOCABULARY, k=count))

    def product(self, ware: Ware) -> bytes:
        """A product page of about PAGE_BYTES."""
        shown = ware.price.replace(".", ",")
        page = (
            f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{ware.name} - Poterie du Lac</title>'
            f'<script type="application/ld+json">{self._data(ware)}</script>{{filler}}</head><body>'
            f'<header><nav><ul>{self._menu}</ul></nav></header><main><div class="product"><h1>{ware.name}</h1>'
            f'<div class="price-box"><span class="price">{shown} €</span></div>'
            f'<form method="post" action="/panier"><button name="add">Ajouter au panier</button></form>{self._text()}'
            f"</div>{self._related()}</main><footer><ul>{self._menu}</ul></footer></body></html>"
        )
        left = max(0, PAGE_BYTES - len(page.encode()))
        filler = f"<style>{self._rules[: left // 2]}</style><script>{self._code[: left - left // 2]}</script>"
        return page.replace("{filler}", filler).encode()

    def _data(self, ware: Ware) -> str:
        data = {
            "@type": "Product",
            "name": ware.name,
            "sku": f"P-{ware.number}",
            "image": [f"/img/{ware.number}-{n}.jpg" for n in range(6)],
            "description": self._words(120),
            "brand": {"@type": "Brand", "name": "Poterie du Lac"},
            "offers": {
                "@type": "Offer",
                "price": ware.price,
                "priceCurrency": "EUR",
                "availability": "https://schema.org/InStock",
            },
        }
        graph = [{"@type": "Organization", "name": "Poterie du Lac", "url": "/"}, data]
        return json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)

    def _text(self) -> str:
        text = "".join(f"<p>{self._words(60)}</p>" for _ in range(40))
        rows = "".join(f"<tr><th>{self._words(1)}</th><td>{self._words(4)}</td></tr>" for _ in range(60))
        return f"{text}<table>{rows}</table>"

    def _related(self) -> str:
        others = (Ware(self._rng.randrange(1, PRODUCTS + 1)) for _ in range(24))
        cards = "".join(
            f'<li class="product-card"><a href="{other.path}"><img src="/img/{other.number}-300.jpg" alt="">'
            f'<h3>{other.name}</h3></a><span class="price">{other.price.replace(".", ",")} €</span></li>'
            for other in others
        )
        return f"<section><h2>Vous aimerez aussi</h2><ul>{cards}</ul></section>"


def made(seed: int) -> dict[str, bytes]:
    """A shop's pages by path, packed."""
    wares = [Ware(number) for number in range(1, PRODUCTS + 1)]
    theme = Theme(seed)
    pages = {ware.path: theme.product(ware) for ware in wares} | {"/": listing_page("Accueil", wares[:12])}
    return {path: gzip.compress(page, 4) for path, page in pages.items()}


def recorded() -> dict[str, bytes]:
    """Real pages, packed as they lie there."""
    return {f"/p/{number}": path.read_bytes() for number, path in enumerate(sorted(PAGES.rglob("*.html.gz")))}


def _serve(pipe: Connection[Any, Any], seed: int | None) -> None:
    """A shop, or (without a seed) the recorded pages. All is packed beforehand: serving costs next to nothing."""
    pages = made(seed) if seed is not None else recorded()
    size = fmean(len(gzip.decompress(page)) for page in pages.values())
    packed = {path: _answer(page, "text/html", True) for path, page in pages.items()}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                path = request.split(b" ", 2)[1].decode()
                writer.write(packed.get(path) or b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        addresses = [origin + path for path in pages]
        packed["/sitemap.xml"] = _answer(sitemap(addresses).encode(), "application/xml")
        packed["/robots.txt"] = _answer(b"User-agent: *\nDisallow: /panier\n", "text/plain")
        pipe.send(Served(f"{origin}/", tuple(addresses), size / 1024))
        await server.serve_forever()

    asyncio.run(main())


def _answer(body: bytes, kind: str, packed: bool = False) -> bytes:
    coding = "Content-Encoding: gzip\r\n" if packed else ""
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{coding}Content-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass(frozen=True, slots=True)
class Served:
    """A site that runs. `mean_kib`: of its pages, decoded."""

    url: str
    pages: tuple[str, ...]
    mean_kib: float

    def job(self, turn: int, *, discover: bool) -> CrawlJob:
        return CrawlJob(
            id=f"{turn} {self.url}",
            url=self.url,
            user_agent=USER_AGENT,
            allow_hosts=self.url.split("/")[2],
            delay=0.0,
            budget=Budget(seconds=300),
            discover=discover,
            visit=() if discover else self.pages,
        )


@contextmanager
def serving(seeds: Sequence[int | None]) -> Iterator[list[Served]]:
    """Each in a process of its own."""
    context = multiprocessing.get_context("spawn")
    servers, sites = [], []
    try:
        for seed in seeds:
            ours, theirs = context.Pipe()
            server = context.Process(target=_serve, args=(theirs, seed), daemon=True)
            server.start()
            servers.append(server)
            sites.append(ours.recv())
        yield sites
    finally:
        for server in servers:
            server.terminate()
            server.join()


def crawl(process: SpiderProcess, sites: list[Served], turn: int, *, discover: bool) -> tuple[int, float]:
    """Read all sites at once: (requests, seconds)."""
    began = time.monotonic()
    jobs = [process.start(site.job(turn, discover=discover)) for site in sites]
    crawls = [process.finish(job, 300) for job in jobs]
    seconds = time.monotonic() - began
    for crawled in crawls:
        if discover and len(crawled.products) != PRODUCTS:
            raise SystemExit(f"{len(crawled.products)} of {PRODUCTS} products: {crawled.end}")
    return sum(crawled.end.requests for crawled in crawls), seconds


def measure(bench: Bench, what: str, sites: list[Served], *, discover: bool) -> None:
    speeds, costs = [], []
    with spider_process() as process:
        crawl(process, sites[:1], -1, discover=discover)  # what is only paid once
        for turn in range(ROUNDS):
            before = process.cpu_seconds()
            pages, seconds = crawl(process, sites, turn, discover=discover)
            speeds.append(pages / seconds)
            costs.append((process.cpu_seconds() - before) / pages * 1000)
        peak = process.peak_mb()
    bench.add(f"{what}: size of a page, mean", fmean(site.mean_kib for site in sites), "KiB")
    bench.add(f"{what}: pages a second", median(speeds), "pages/s", 60, at_least=True)
    bench.add(f"{what}: CPU a page", median(costs), "ms", 1000 / 60)
    bench.add(f"{what}: peak memory", peak, "MiB", 300)


def main() -> None:
    bench = Bench("crawl")
    with serving(range(SHOPS)) as sites:
        measure(bench, f"{SHOPS} shops at once", sites, discover=True)
    if PAGES.exists():
        with serving([None]) as sites:
            measure(bench, "recorded pages", sites, discover=False)
    else:
        print(f"recorded pages left out: not at {PAGES} (EMPLETTES_SHARED says where)", file=sys.stderr)
    bench.finish()


if __name__ == "__main__":
    main()
