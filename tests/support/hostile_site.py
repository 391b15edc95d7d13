"""A shop among traps: everything that a crawl can be made to drown in, each beside real products.

A trap is a set of routes and a link or two from the home page; `trapped(*traps)` puts them into a shop.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, field

import brotli  # type: ignore[import-untyped]

from tests.support.hostile import Behaviour, Line, Seen, head, redirect, reply
from tests.support.sites import Routing, SiteServer, Ware, document, html_reply, product_page, shop_site

HTML = {"Content-Type": "text/html; charset=utf-8"}
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Trap:
    """What stands in the way. `more` answers what no route does."""

    links: tuple[str, ...] = ()
    routes: dict[str, Behaviour] = field(default_factory=dict)
    more: Routing | None = None
    robots: str | None = None
    head: str = ""
    """Markup in the home page's <head>."""


def trapped(trap: Trap, products: int = 3) -> SiteServer:
    """A shop of so many products whose home page also leads into the trap, before the shop's own links."""
    site = shop_site(products, more=trap.more)
    links = "".join(f'<li><a href="{link}">Découvrir {number}</a></li>' for number, link in enumerate(trap.links))
    body = f'<h1>Poterie du Lac</h1><ul>{links}</ul><a href="/pieces">Voir toutes les pièces</a>'
    site.route("/", html_reply(document("Accueil", body, trap.head)))
    if trap.robots is not None:
        site.route("/robots.txt", reply(200, trap.robots.encode(), {"Content-Type": "text/plain"}))
    for path, behaviour in trap.routes.items():
        site.route(path, behaviour)
    return site


# --- sites without an end


def endless_calendar() -> Trap:
    """Each month leads to the next and the one before, for ever."""

    def month(target: str) -> Behaviour | None:
        path, _, query = target.partition("?")
        if path != "/agenda":
            return None
        number = int(query.removeprefix("mois=") or 0)
        links = f'<a href="/agenda?mois={number + 1}">Mois suivant</a> <a href="/agenda?mois={number - 1}">Avant</a>'
        return html_reply(document(f"Agenda {number}", f"<h1>Agenda, mois {number}</h1><p>Rien ce mois-ci.</p>{links}"))

    return Trap(("/agenda?mois=0",), more=month)


def link_farm(addresses: int = 10**6, a_page: int = 500) -> Trap:
    """Pages of hundreds of links to pages of hundreds of links: a million addresses."""

    def farm(target: str) -> Behaviour | None:
        if not target.startswith("/ferme/"):
            return None
        start = int(target.removeprefix("/ferme/"))
        links = "".join(
            f'<a href="/ferme/{(start * a_page + n) % addresses}">n° {n}</a> ' for n in range(1, a_page + 1)
        )
        return html_reply(document(f"Ferme {start}", f"<h1>Ferme {start}</h1><p>{links}</p>"))

    return Trap(("/ferme/0",), more=farm)


def deeper_and_deeper() -> Trap:
    """A relative link that makes the path longer each time: /a/a/a/a/..."""

    def deeper(target: str) -> Behaviour | None:
        if not target.startswith("/plus/"):
            return None
        return html_reply(document("Plus", '<h1>Plus</h1><p>Encore.</p><a href="plus/">Encore plus</a>'))

    return Trap(("/plus/",), more=deeper)


def sitemaps_without_end() -> Trap:
    """Each sitemap index names two more."""

    def index(target: str) -> Behaviour | None:
        if not target.startswith("/plan"):
            return None
        number = target.removeprefix("/plan-").removesuffix(".xml")
        locations = "".join(f"<sitemap><loc>/plan-{number}{n}.xml</loc></sitemap>" for n in (0, 1))
        return reply(200, f"<sitemapindex>{locations}</sitemapindex>".encode(), {"Content-Type": "application/xml"})

    return Trap(robots="Sitemap: /plan-1.xml\n", more=index)


def refreshing() -> Trap:
    """Pages that send the visitor on by themselves, in a circle."""
    around = {
        f"/rond/{n}": html_reply(
            document(
                "Un instant", "<p>Un instant.</p>", f'<meta http-equiv="refresh" content="0;url=/rond/{(n + 1) % 3}">'
            )
        )
        for n in range(3)
    }
    return Trap(("/rond/0",), around)


# --- redirects


def redirects_to(target: str) -> Trap:
    """A link that redirects to an address of the tester's choice."""
    return Trap(("/va-voir",), {"/va-voir": redirect(target)})


def redirect_circle() -> Trap:
    return Trap(("/tourne/0",), {f"/tourne/{n}": redirect(f"/tourne/{(n + 1) % 3}") for n in range(3)})


def redirects_without_end() -> Trap:
    def onward(target: str) -> Behaviour | None:
        if not target.startswith("/loin/"):
            return None
        return redirect(f"/loin/{int(target.removeprefix('/loin/')) + 1}")

    return Trap(("/loin/0",), more=onward)


# --- bodies


def heavy(total: int = 2 * 1024**3, *, announced: bool = False) -> Behaviour:
    """An HTML page of 2 GB."""
    block = b"<p>" + b"lourd " * 10_000 + b"</p>"

    def behave(line: Line, request: Seen) -> None:
        length = {"Content-Length": str(total)} if announced else {"Connection": "close"}
        line.send(head(200, {**HTML, **length}))
        for _ in range(total // len(block)):
            line.send(block)

    return behave


def bomb(encoding: str, decoded: int = 1024**3) -> Behaviour:
    """An HTML page of a gigabyte that is small on the wire."""
    blank = b"<p>0</p>" * (_MIB // 8)
    count = decoded // _MIB
    if encoding == "br":
        packer = brotli.Compressor(quality=1)
        body = b"".join(packer.process(blank) for _ in range(64)) + packer.finish()
    elif encoding == "deflate":
        stream = zlib.compressobj(1)
        body = b"".join(stream.compress(blank) for _ in range(64)) + stream.flush()
    else:
        body = gzip.compress(blank, mtime=0) * min(count, 256)
        if encoding == "gzip, gzip":
            body = gzip.compress(body, mtime=0)
    return reply(200, body, {**HTML, "Content-Encoding": encoding})


def many_encodings() -> Behaviour:
    """Thousands of encodings, one in the other, says the header."""
    body = gzip.compress(product_page(Ware(1)), mtime=0)
    return reply(200, body, {**HTML, "Content-Encoding": ", ".join(["gzip"] * 1_000)})


def mislabelled(encoding: str) -> Behaviour:
    """Says that it is packed and is not."""
    return reply(200, product_page(Ware(1)), {**HTML, "Content-Encoding": encoding})


def garbled_chunks() -> Behaviour:
    def behave(line: Line, request: Seen) -> None:
        line.send(head(200, {**HTML, "Transfer-Encoding": "chunked"}) + b"zz\r\n<html>\r\nffffffffffffffffff\r\n")

    return behave


def huge_headers(total: int = 64 * _MIB) -> Behaviour:
    """Header after header, each within a line's bounds."""
    lines = b"".join(b"X-Filler-%d: %s\r\n" % (number, b"x" * 8_000) for number in range(100))

    def behave(line: Line, request: Seen) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        for _ in range(total // len(lines)):
            line.send(lines)

    return behave


def one_long_header() -> Behaviour:
    def behave(line: Line, request: Seen) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Long: ")
        for _ in range(64):
            line.send(b"x" * _MIB)

    return behave


def nested(depth: int = 100_000, total: int = 8 * _MIB - 200_000) -> Behaviour:
    """Eight megabytes of elements one in the other."""
    tag = b"<div class=" + b"x" * max(1, total // depth - 12) + b">"
    return html_reply(b"<!doctype html><html><body>" + tag * depth + b"<h1>Au fond</h1>")


def unclosed(tag: str, total: int = 4 * _MIB) -> Behaviour:
    """The same tag again and again, never closed: formatting elements are reopened in each paragraph."""
    piece = f"<{tag} a=1><p>".encode()
    return html_reply(b"<!doctype html><html><body>" + piece * (total // len(piece)))


def scripts(total: int = 4 * _MIB) -> Behaviour:
    """JSON-LD without end: brackets one in the other."""
    block = b'<script type="application/ld+json">' + b"[" * (total // 4) + b"</script>"
    return html_reply(b"<!doctype html><html><body>" + block * 4)


def encoded(label: str, text_encoding: str, *, meta: str | None = None) -> Behaviour:
    """A product page whose header, meta and bytes disagree about the encoding."""
    page = product_page(Ware(7)).decode()
    page = page.replace('<meta charset="utf-8">', f'<meta charset="{meta}">' if meta else "")
    page = page.replace("Th\\u00e9i\\u00e8re", "Théière")
    return reply(200, page.encode(text_encoding, "replace"), {"Content-Type": f"text/html; charset={label}"})


def endless_drip(every: float = 0.05) -> Behaviour:
    """A page that comes byte by byte and never ends."""

    def behave(line: Line, request: Seen) -> None:
        line.send(head(200, {**HTML, "Connection": "close"}) + b"<!doctype html><html><body><h1>Patience</h1>")
        while True:
            line.send(b".")
            line.pause(every)

    return behave


def one_page(behaviour: Behaviour, path: str = "/piege") -> Trap:
    """A trap of a single page."""
    return Trap((path,), {path: behaviour})


def robots(body: bytes | Behaviour) -> Trap:
    behaviour = reply(200, body, {"Content-Type": "text/plain"}) if isinstance(body, bytes) else body
    return Trap(routes={"/robots.txt": behaviour})
