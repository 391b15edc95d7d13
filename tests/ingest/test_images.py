"""Photos asked for over real loopback servers, and kept as files that are whole or not there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.ingest import images
from aggregator.ingest.images import PhotoFailed, RobotsBook
from aggregator.photo_files import hash_of, path_of
from connectors.addresses import AddressPolicy
from connectors.http import HttpSession
from connectors.robots import ROBOT
from tests.support.hostile import (
    Behaviour,
    HostileServer,
    drip,
    endless_chunks,
    gzip_bomb,
    hang,
    head,
    redirect,
    reply,
    reset,
)
from tests.support.photographs import photo

AGENT = "EmplettesBot/0.1 (+http://127.0.0.1:8000/robot)"
PHOTO = photo(64, 64)


@contextmanager
def session(*servers: HostileServer, seconds: float = 5.0) -> Iterator[HttpSession]:
    policy = AddressPolicy.from_setting(",".join(server.allowed for server in servers))
    with HttpSession(policy, user_agent=AGENT, request_seconds=seconds, tries=1, max_bytes=100_000) as opened:
        yield opened


def refused(behaviour: Behaviour, *, seconds: float = 5.0) -> PhotoFailed:
    with HostileServer({"/p.jpg": behaviour}) as server, session(server, seconds=seconds) as opened:
        with pytest.raises(PhotoFailed) as failure:
            images.fetch(opened, server.url("/p.jpg"), RobotsBook())
        return failure.value


def test_a_photo_comes_as_it_is_and_robots_is_asked_once_a_host() -> None:
    with HostileServer({"/p.jpg": reply(200, PHOTO)}) as server, session(server) as opened:
        robots = RobotsBook()
        assert images.fetch(opened, server.url("/p.jpg"), robots) == PHOTO
        assert images.fetch(opened, server.url("/p.jpg?v=2"), robots) == PHOTO
        assert server.paths() == ["/robots.txt", "/p.jpg", "/p.jpg"]
        assert all(ask.headers["user-agent"] == AGENT for ask in server.seen)
        assert server.seen[1].headers["accept"].startswith("image/")
        assert "cookie" not in server.seen[1].headers
        assert server.connections == 1


def test_an_address_may_be_written_in_french() -> None:
    with (
        HostileServer({"/th%C3%A9i%C3%A8re%20n%C2%B0%201.jpg": reply(200, PHOTO)}) as server,
        session(server) as opened,
    ):
        assert images.fetch(opened, server.url("/théière n° 1.jpg"), RobotsBook()) == PHOTO


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow: /wp-content/", False),
        (f"User-agent: {ROBOT}\nDisallow: /wp-content/uploads", False),
        ("User-agent: *\nDisallow: /*.jpg$", False),
        (f"User-agent: {ROBOT}\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: OtherBot\nDisallow: /", True),
        ("<html>not a robots.txt</html>", True),
    ],
)
def test_robots_txt_is_obeyed(rules: str, allowed: bool) -> None:
    where = "/wp-content/uploads/p.jpg"
    routes = {"/robots.txt": reply(200, rules.encode()), where: reply(200, PHOTO)}
    with HostileServer(routes) as server, session(server) as opened:
        if allowed:
            assert images.fetch(opened, server.url(where), RobotsBook()) == PHOTO
            return
        with pytest.raises(PhotoFailed, match=r"robots\.txt") as failure:
            images.fetch(opened, server.url(where), RobotsBook())
        assert failure.value.for_good
        assert where not in server.paths()


def test_where_robots_txt_fails_nothing_is_asked() -> None:
    routes = {"/robots.txt": reply(500), "/p.jpg": reply(200, PHOTO)}
    with HostileServer(routes) as server, session(server) as opened:
        with pytest.raises(PhotoFailed) as failure:
            images.fetch(opened, server.url("/p.jpg"), RobotsBook())
        assert failure.value.rest is not None
        assert server.paths() == ["/robots.txt"]


def test_its_crawl_delay_is_kept_up_to_a_bound() -> None:
    for asked, kept in (("2", 2.0), ("999999", images.CRAWL_DELAY_MOST), ("0.1", 0.5)):
        rules = f"User-agent: *\nCrawl-delay: {asked}".encode()
        with HostileServer({"/robots.txt": reply(200, rules)}) as server, session(server) as opened:
            assert RobotsBook().delay(opened, server.url("/p.jpg"), 0.5) == kept


@pytest.mark.parametrize(
    ("behaviour", "for_good", "rests"),
    [
        (reply(404), True, False),
        (reply(410), True, False),
        (reply(403), False, False),
        (reply(204), False, False),
        (reply(500), False, True),
        (reply(429, headers={"Retry-After": "1234"}), False, True),
        (reply(503, headers={"Retry-After": "60"}), False, True),
        (reset(), False, True),
        (endless_chunks(10**7), True, False),
        (gzip_bomb(50 * 1024**2), True, False),
        (redirect("ftp://127.0.0.1/p.jpg"), True, False),
        (redirect("file:///etc/passwd"), True, False),
        (redirect("/p.jpg"), True, False),
    ],
    ids=["404", "410", "403", "204", "500", "429", "503", "reset", "endless", "bomb", "ftp", "file", "round and round"],
)
def test_what_a_host_answers_instead(behaviour: Behaviour, for_good: bool, rests: bool) -> None:
    failure = refused(behaviour)
    assert (failure.for_good, failure.rest is not None) == (for_good, rests)


def test_a_host_that_asks_for_peace_says_for_how_long() -> None:
    assert refused(reply(429, headers={"Retry-After": "1234"})).rest == 1234


@pytest.mark.parametrize("behaviour", [hang(), drip(head(200, {"Content-Length": "5000"}), b"x", 0.05)])
def test_who_is_silent_or_drips_is_left_within_the_time(behaviour: Behaviour) -> None:
    began = time.monotonic()
    assert refused(behaviour, seconds=0.7).rest is not None
    assert time.monotonic() - began < 15  # not the 50 s that 1,000 drips would take a picture


def test_a_redirect_to_a_private_address_is_not_followed() -> None:
    with HostileServer({"/p.jpg": reply(200, PHOTO)}) as inside:
        routes = {"/p.jpg": redirect(inside.url("/p.jpg"))}
        with HostileServer(routes) as outside, session(outside) as opened:
            with pytest.raises(PhotoFailed) as failure:
                images.fetch(opened, outside.url("/p.jpg"), RobotsBook())
            assert failure.value.for_good
        assert inside.seen == []


def test_another_hosts_robots_txt_counts_after_a_redirect() -> None:
    rules = reply(200, b"User-agent: *\nDisallow: /")
    with HostileServer({"/robots.txt": rules, "/p.jpg": reply(200, PHOTO)}) as store:
        shop = HostileServer({"/p.jpg": redirect(store.url("/p.jpg"))})
        with shop, session(shop, store) as opened, pytest.raises(PhotoFailed, match="forbids"):
            images.fetch(opened, shop.url("/p.jpg"), RobotsBook())
        assert store.paths() == ["/robots.txt"]


# -- files


def test_all_sizes_are_kept_and_removed_together(tmp_path: Path) -> None:
    one, other = hash_of("https://a.example/1"), hash_of("https://a.example/2")
    assert images.keep(tmp_path, one, {320: b"small", 640: b"larger"}) == 11
    images.keep(tmp_path, other, {320: b"x"})
    assert path_of(tmp_path, one, 640).read_bytes() == b"larger"
    images.remove(tmp_path, one)
    assert sorted(file.name for file in tmp_path.rglob("*.webp")) == [f"{other}-320.webp"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    name = hash_of("https://a.example/1")
    path_of(tmp_path, name, 320).mkdir(parents=True)  # where the file should go
    with pytest.raises(OSError, match="directory"):
        images.keep(tmp_path, name, {320: b"small"})
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


_WRITER = """
import sys, itertools
from pathlib import Path
from aggregator.ingest import images
print("writing", flush=True)
for n in itertools.count():
    images.keep(Path(sys.argv[1]), f"{n % 7:032x}", {320: bytes([n % 251]) * 3_000_000})
"""


def test_a_writer_that_is_killed_leaves_no_half_file(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline()
    end = time.monotonic() + 20
    while len(list(tmp_path.rglob("*.webp"))) < 3:
        assert time.monotonic() < end, "nothing was written"
        time.sleep(0.01)
    writer.kill()
    writer.wait()
    writer.stdout.close()
    for file in tmp_path.rglob("*.webp"):
        content = file.read_bytes()
        assert len(content) == 3_000_000
        assert len(set(content)) == 1


def test_what_belongs_to_nobody_is_swept_when_it_is_old(tmp_path: Path) -> None:
    kept, orphan, fresh = (hash_of(f"https://a.example/{n}") for n in range(3))
    for name in (kept, orphan, fresh):
        images.keep(tmp_path, name, {320: b"x"})
    part = path_of(tmp_path, kept, 640).with_suffix(".webp.123.part")
    part.write_bytes(b"half")
    long_ago = time.time() - 7200
    for file in (path_of(tmp_path, kept, 320), path_of(tmp_path, orphan, 320), part):
        os.utime(file, (long_ago, long_ago))
    assert images.sweep(tmp_path, lambda hashes: {kept} & set(hashes), timedelta(hours=1)) == 2
    left = sorted(file.name for file in tmp_path.rglob("*") if file.is_file())
    assert left == sorted([f"{kept}-320.webp", f"{fresh}-320.webp"])
