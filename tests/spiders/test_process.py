"""`python -m spiders crawl` as a process: what it says, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.crawl import LINE, Beat, SiteEnd, SitePage
from tests.support.hostile import Line, Seen, hang
from tests.support.sites import Ware, html_reply, listing_page, product_page, shop_site
from tests.support.spider import Crawled, SpiderProcess, job_for, spider_process


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that happens elsewhere."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_a_shop_without_a_sitemap_is_read_whole(spider: SpiderProcess) -> None:
    with shop_site(10) as site:
        crawled = spider.crawl(site)
    end = crawled.end
    assert (end.complete, end.error, end.product_pages) == (True, None, 10)
    assert crawled.titles == sorted(Ware(number).name for number in range(1, 11))
    assert end.requests == len(site.seen)
    assert end.bytes > 5_000
    page = next(page for page in crawled.products if page.asked.endswith("/piece-3"))
    assert page.record is not None
    assert page.record.source_id == "/produit/piece-3"
    assert (page.status, page.kind, page.record.offers[0].price_minor) == (200, "product", 1350)
    assert page.fields == ()


def test_several_sites_are_read_at_once_each_at_its_own_pace(spider: SpiderProcess) -> None:
    with shop_site(6) as slow, shop_site(6) as other, shop_site(6) as third:
        jobs = [spider.start(job_for(slow, delay=0.4)), spider.start(job_for(other)), spider.start(job_for(third))]
        second, last = (spider.finish(job) for job in jobs[1:])
        behind = len(slow.seen) < len(other.seen)  # a crowded machine slows all three, never only the others
        first = spider.finish(jobs[0])
    assert [len(crawled.products) for crawled in (first, second, last)] == [6, 6, 6]
    assert first.seconds > 0.4 * (first.end.requests - 1)
    assert behind


def test_a_cancelled_job_ends_at_once_with_what_it_has(spider: SpiderProcess) -> None:
    with shop_site(8) as site:
        site.route(Ware(7).path, hang())
        job = spider.start(job_for(site))
        until(lambda: bool(site.asked(Ware(7).path)))
        began = time.monotonic()
        spider.cancel(job)
        crawled = spider.finish(job)
    assert time.monotonic() - began < 3.0
    assert not crawled.end.complete
    assert "cancel" in crawled.end.detail
    assert len(crawled.products) >= 4


def test_beats_tell_that_a_slow_site_is_not_a_dead_process(spider: SpiderProcess) -> None:
    with shop_site(1) as site:
        site.route("/pieces", hang())
        job = spider.start(job_for(site, budget={"request_seconds": 6.0, "seconds": 6.0}))
        lines = list(spider.lines(job))
    beats = [line for line in lines if isinstance(line, Beat)]
    assert beats
    assert beats[0].requests >= 4


def test_the_end_of_orders_lets_running_jobs_finish() -> None:
    with shop_site(5) as site, spider_process() as process:
        job = process.start(job_for(site))
        process.end_of_orders()
        assert len(process.finish(job).products) == 5
        assert process.child.wait(5) == 0


def test_without_orders_it_ends_by_itself() -> None:
    with spider_process() as process:
        process.end_of_orders()
        assert process.child.wait(10) == 0
    assert process.errors == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_within_two_seconds_with_what_is_there(number: signal.Signals) -> None:
    with shop_site(8) as site, shop_site(8) as other, spider_process() as process:
        for server in (site, other):
            server.route(Ware(7).path, hang())
        jobs = [process.start(job_for(server)) for server in (site, other)]
        until(lambda: all(server.asked(Ware(7).path) for server in (site, other)))
        process.child.send_signal(number)
        assert process.child.wait(2.5) == 0
        crawls = [process.finish(job) for job in jobs]
    assert all(number.name in crawled.end.detail and not crawled.end.complete for crawled in crawls)
    assert all(len(crawled.products) >= 4 for crawled in crawls)


def test_a_signal_ends_it_even_when_nobody_reads_what_it_says() -> None:
    wares = tuple(map(Ware, range(1, 201)))
    with shop_site(wares=wares, per_page=200) as site:
        child = subprocess.Popen(
            [sys.executable, "-m", "spiders", "crawl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert child.stdin
        assert child.stdout
        try:
            child.stdin.write(job_for(site).model_dump_json().encode() + b"\n")
            child.stdin.flush()
            until(lambda: len(site.asked("/produit/")) > 3)
            _quiet(lambda: len(site.asked("/produit/")))
            child.send_signal(signal.SIGTERM)
            assert child.wait(4) == 0
        finally:
            child.kill()
            child.wait()
            child.stdin.close()
            child.stdout.close()


@pytest.mark.parametrize(
    "stopped",
    [
        False,
        pytest.param(True, marks=pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")),
    ],
    ids=["at-work", "stopped"],
)
def test_it_ends_when_its_parent_is_killed(tmp_path: Path, stopped: bool) -> None:
    """Even while it can look at nothing: as when a page keeps its parser busy for good."""
    told = tmp_path / "pid"
    with shop_site(2) as site:
        site.route("/pieces", hang())
        job = job_for(site).model_dump_json()
        parent = f"""
            import subprocess, sys, time
            child = subprocess.Popen([sys.executable, "-m", "spiders", "crawl"], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE)
            child.stdin.write({(job + chr(10)).encode()!r})
            child.stdin.flush()
            open({str(told)!r}, "w").write(str(child.pid) + "\\n")
            time.sleep(60)
        """
        middle = subprocess.Popen([sys.executable, "-c", textwrap.dedent(parent)])
        try:
            until(lambda: bool(site.asked("/pieces")))
            if stopped:
                os.kill(int(told.read_text()), signal.SIGSTOP)
        finally:
            middle.kill()
            middle.wait()
        child = int(told.read_text())
        until(lambda: not _runs(child), 3.0)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_reader_that_stops_reading_stops_the_site_and_costs_no_memory() -> None:
    filler = "Une pièce unique, cuite à 1 280 degrés. " * 500
    wares = tuple(map(Ware, range(1, 401)))
    with shop_site(wares=wares, per_page=400) as site:
        for ware in wares:
            page = product_page(ware).replace(b"mail\\u00e9e \\u00e0 la main.", filler.encode())
            site.route(ware.path, html_reply(page))
        child = subprocess.Popen(
            [sys.executable, "-m", "spiders", "crawl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert child.stdin
        assert child.stdout
        try:
            child.stdin.write(job_for(site).model_dump_json().encode() + b"\n")
            child.stdin.close()
            until(lambda: len(site.asked("/produit/")) > 3)
            quiet = _quiet(lambda: len(site.asked("/produit/")))
            assert quiet < 250, "it went on fetching although nobody read"
            lines = [LINE.validate_json(text) for text in child.stdout]
        finally:
            child.kill()
            child.wait()
            child.stdout.close()
    assert sum(isinstance(line, SitePage) for line in lines) == 400
    assert isinstance(lines[-1], SiteEnd)
    assert lines[-1].complete


def _quiet(count: Callable[[], int]) -> int:
    """Wait until a number no longer grows."""
    before = -1
    while (now := count()) != before:
        before = now
        time.sleep(0.5)
    return now


def test_too_much_memory_ends_the_jobs_with_a_word_and_then_the_process() -> None:
    with shop_site(2) as site, spider_process("--memory-mb", "40") as process:
        site.route("/pieces", hang())
        crawled = process.finish(process.start(job_for(site)))
        assert process.child.wait(5) == 3
    assert not crawled.end.complete
    assert "memory" in crawled.end.detail


def test_what_is_no_order_ends_the_process_loudly_without_repeating_it() -> None:
    with shop_site(2) as site, spider_process() as process:
        site.route("/pieces", hang())
        job = process.start(job_for(site))
        until(lambda: bool(site.asked("/pieces")))
        process.write('{"type": "job", "id": "x", "secret": "s3cret"}')
        crawled = process.finish(job)
        assert process.child.wait(5) == 2
    assert not crawled.end.complete
    assert "not an order" in process.errors
    assert "s3cret" not in process.errors


def test_a_job_whose_hosts_are_no_hosts_gets_an_end(spider: SpiderProcess) -> None:
    with shop_site(1) as site:
        crawled = spider.crawl(site, allow_hosts="http://not a host/")
    assert not crawled.end.complete
    assert "ValueError" in crawled.end.detail


def test_only_lines_are_written_and_nothing_of_the_environment_is_followed() -> None:
    environment = {**os.environ, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    with shop_site(3) as site, spider_process(env=environment) as process:
        crawled = process.crawl(site)
    assert len(crawled.products) == 3
    assert {request.method for request in site.seen} == {"GET"}
    assert {request.headers["user-agent"] for request in site.seen} == {job_for(site).user_agent}
    assert process.errors == ""


def test_cookies_are_not_kept(spider: SpiderProcess) -> None:
    with shop_site(3) as site:
        site.route("/", html_reply(listing_page("Accueil", map(Ware, (1, 2, 3))), {"Set-Cookie": "basket=1; Path=/"}))
        crawled = spider.crawl(site)
    assert len(crawled.products) == 3
    assert not [request for request in site.seen if "cookie" in request.headers]


def test_reading_saved_pages_does_not_load_scrapy() -> None:
    code = """
        import contextlib, sys
        from spiders.__main__ import main
        with contextlib.suppress(SystemExit):
            main(["extract", "--help"])
        assert not {"scrapy", "twisted"} & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, capture_output=True)


def test_a_connection_is_kept_between_pages(spider: SpiderProcess) -> None:
    def behave(line: Line, request: Seen) -> None:
        html_reply(product_page(Ware(1)))(line, request)

    with shop_site(6) as site:
        site.route(Ware(1).path, behave)
        crawled: Crawled = spider.crawl(site)
    assert len(crawled.products) == 6
    assert site.connections <= 2
