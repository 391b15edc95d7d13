"""The spider's process as seen from here: what its wire promises, with a stand-in at the other end."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from connectors.addresses import AddressPolicy
from connectors.crawl import Beat, Budget, CrawlJob, KnownPage, SiteEnd, SitePage
from connectors.errors import WhoActs
from connectors.http import Cancelled, HttpSession
from connectors.website import process
from connectors.website.process import SpiderDied, Spiders

COMMAND = (sys.executable, "-m", "tests.support.spider_stand_in")
ROOT = Path(__file__).parents[3]


@pytest.fixture
def spiders() -> Iterator[Spiders]:
    with closing(Spiders(COMMAND)) as running:
        yield running


@pytest.fixture
def session() -> Iterator[HttpSession]:
    with HttpSession(AddressPolicy(), user_agent="EmplettesBot/1.0") as opened:
        yield opened


def job(seconds: float = 30.0, **told: Any) -> CrawlJob:
    return CrawlJob(
        id="",
        url="https://boutique.example/",
        user_agent="EmplettesBot/1.0",
        budget=Budget(seconds=seconds),
        learnt=json.dumps(told),
    )


def pages(lines: list[Any]) -> list[SitePage]:
    return [line for line in lines if isinstance(line, SitePage)]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def gone_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pid)


def test_pages_come_in_order_and_the_end_last_and_everything_is_counted(spiders: Spiders, session: HttpSession) -> None:
    lines = list(spiders.crawl(job(pages=200), session))
    assert [page.url for page in pages(lines)] == [f"https://boutique.example/p{n}" for n in range(200)]
    assert isinstance(lines[-1], SiteEnd)
    assert lines[-1].complete
    assert (session.requests, session.bytes) == (200, 20_000)


def test_counts_grow_while_the_job_is_under_way(spiders: Spiders, session: HttpSession) -> None:
    reading = spiders.crawl(job(pages=11, then="hang"), session)
    for line in reading:
        if isinstance(line, Beat) and line.requests == 11:
            break
    assert (session.requests, session.bytes) == (11, 1100)
    reading.close()  # type: ignore[attr-defined]


def test_many_jobs_share_one_process(spiders: Spiders, session: HttpSession) -> None:
    first = spiders.crawl(job(pages=3, then="hang"), session)
    next(first)
    pid = spiders.pid
    for _ in range(3):
        *_, end = spiders.crawl(job(pages=30), session)
        assert isinstance(end, SiteEnd)
        assert f"pid {pid}," in end.detail
    first.close()  # type: ignore[attr-defined]
    assert spiders.pid == pid


def test_nothing_of_our_environment_reaches_the_child(
    spiders: Spiders, session: HttpSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMPLETTES_SECRET_KEY", "geheim")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    *_, end = spiders.crawl(job(), session)
    assert isinstance(end, SiteEnd)
    assert end.detail.endswith("environment []")


def test_a_job_larger_than_a_pipe_arrives(spiders: Spiders, session: HttpSession) -> None:
    known = tuple(KnownPage(url=f"https://boutique.example/{'a' * 90}/{n}") for n in range(20_000))
    *_, end = spiders.crawl(job(deaf=0.3).model_copy(update={"known": known}), session)
    assert isinstance(end, SiteEnd)
    assert end.detail.startswith("20000 known")


def test_a_child_that_dies_ends_every_job_and_the_next_job_has_a_new_one(
    spiders: Spiders, session: HttpSession
) -> None:
    other = spiders.crawl(job(pages=2, then="hang"), session)
    next(other)
    dead = spiders.pid
    assert dead
    with pytest.raises(SpiderDied) as caught:
        list(spiders.crawl(job(pages=5, then="die"), session))
    assert caught.value.code == "shop_unreachable"
    assert caught.value.retryable
    assert caught.value.who_acts is WhoActs.US
    assert "exit code" in caught.value.detail
    assert "u:p@" not in caught.value.detail
    assert "abc" not in caught.value.detail
    with pytest.raises(SpiderDied):
        list(other)
    assert len(pages(list(spiders.crawl(job(pages=5), session)))) == 5
    assert spiders.pid not in (None, dead)


@pytest.mark.parametrize("told", [{"then": "rubbish"}, {"then": "endless line", "size": 300_000}])
def test_a_child_that_talks_rubbish_is_ended(
    spiders: Spiders, session: HttpSession, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]
) -> None:
    monkeypatch.setattr(process, "MAX_LINE", 200_000)
    list(spiders.crawl(job(), session))
    pid = spiders.pid
    assert pid
    with pytest.raises(SpiderDied):
        list(spiders.crawl(job(pages=1, **told), session))
    assert gone_within(pid, 3.0)


def test_closing_the_iterator_cancels_the_job_and_leaves_the_child(spiders: Spiders, session: HttpSession) -> None:
    reading = spiders.crawl(job(pages=100_000, weight=1000), session)
    next(reading)
    pid = spiders.pid
    began = time.monotonic()
    reading.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 2.0
    assert spiders.pid == pid
    assert len(pages(list(spiders.crawl(job(pages=7), session)))) == 7


def test_cancelling_the_session_ends_the_job(spiders: Spiders, session: HttpSession) -> None:
    threading.Timer(0.4, session.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        list(spiders.crawl(job(pages=3, then="hang"), session))
    assert time.monotonic() - began < 2.0


def test_a_job_that_does_not_keep_its_time_is_incomplete_and_then_costs_the_childs_life(
    spiders: Spiders, session: HttpSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "OVERRUN_SECONDS", 0.5)
    monkeypatch.setattr(process, "LEAVE_SECONDS", 0.3)
    list(spiders.crawl(job(), session))
    pid = spiders.pid
    assert pid
    began = time.monotonic()
    *_, end = spiders.crawl(job(0.5, pages=2, then="ignore"), session)
    assert isinstance(end, SiteEnd)
    assert not end.complete
    assert end.detail
    assert time.monotonic() - began < 2.0
    assert gone_within(pid, 2.0)


def test_a_child_that_says_nothing_any_more_is_ended(
    spiders: Spiders, session: HttpSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(spiders.crawl(job(), session))  # it has started
    monkeypatch.setattr(process, "SILENCE_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(SpiderDied, match="said nothing"):
        list(spiders.crawl(job(then="hang"), session))
    assert time.monotonic() - began < 2.0


def test_a_job_of_which_nothing_is_said_is_given_up_and_the_others_go_on(
    spiders: Spiders, session: HttpSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "SILENCE_SECONDS", 2.0)
    other = spiders.crawl(job(pages=60, every=0.1), session)
    next(other)
    with pytest.raises(SpiderDied, match="of this job"):
        list(spiders.crawl(job(then="ignore"), session))
    assert len(pages(list(other))) == 59


def test_pages_that_nobody_takes_give_the_job_up_and_nobody_elses(
    spiders: Spiders, session: HttpSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "STALL_SECONDS", 0.3)
    slow = spiders.crawl(job(pages=5000), session)
    next(slow)
    assert len(pages(list(spiders.crawl(job(pages=500), session)))) == 500
    with pytest.raises(SpiderDied, match="nobody took"):
        list(slow)


def test_an_idle_child_ends_by_itself(session: HttpSession) -> None:
    with closing(Spiders(COMMAND, idle=0.3)) as spiders:
        list(spiders.crawl(job(), session))
        pid = spiders.pid
        assert pid
        assert gone_within(pid, 2.0)
        assert spiders.pid is None
        *_, end = spiders.crawl(job(), session)
        assert isinstance(end, SiteEnd)


def test_a_program_that_is_not_there_is_our_fault(session: HttpSession) -> None:
    with closing(Spiders(("/nonexistent/program",))) as spiders, pytest.raises(SpiderDied):
        list(spiders.crawl(job(), session))


def test_what_the_child_says_is_logged_without_secrets_and_not_without_end(
    spiders: Spiders, session: HttpSession, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOG_LINES", 5)
    with caplog.at_level(logging.INFO, "emplettes.spider"):
        list(spiders.crawl(job(stderr="\n".join([f"{n} https://x.fr/?cle=secrete" for n in range(50)])), session))
        spiders.close()
    told = [record.getMessage() for record in caplog.records]
    assert told[:2] == ["0 https://x.fr/?cle=***", "1 https://x.fr/?cle=***"]
    assert len(told) == 5
    assert not [line for line in told if "secrete" in line]


@pytest.mark.parametrize("end", ["return", "kill"])
def test_no_child_outlives_its_parent(end: str) -> None:
    program = textwrap.dedent(
        f"""
        import os, signal, sys
        from connectors.addresses import AddressPolicy
        from connectors.crawl import CrawlJob
        from connectors.http import HttpSession
        from connectors.website import process
        process.SPIDERS._command = {COMMAND!r}
        session = HttpSession(AddressPolicy(), user_agent="x")
        order = CrawlJob(id="", url="https://b.example/", user_agent="x", learnt='{{"pages": 2, "then": "hang"}}')
        reading = process.SPIDERS.crawl(order, session)
        next(reading)
        print(process.SPIDERS.pid, flush=True)
        if {end!r} == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=30)
    assert gone_within(int(done.stdout), 3.0), done.stderr
    assert time.monotonic() - began < 15.0
