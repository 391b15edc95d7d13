"""The spider's process: one child for all the websites that this process reads, started at need, ended when idle.

Jobs and cancellations go to its standard input, pages come from its standard output (`connectors.crawl`). One thread
listens and hands each line to its job's queue. Death of this process, however sudden, closes the child's input, which
ends it.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import logging
import os
import queue
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Final

from pydantic import ValidationError

from connectors.crawl import LINE, Beat, Cancel, CrawlJob, SiteEnd, SitePage
from connectors.errors import ShopUnreachable, WhoActs
from connectors.http import Cancelled, HttpSession, redact_url

IDLE_SECONDS: Final = 10.0
OVERRUN_SECONDS: Final = 10.0
"""A job that is still there so long after its time, or after it was cancelled, costs the child its life."""
SILENCE_SECONDS: Final = 60.0
"""Each job beats every few seconds; one that does not any more is lost, and a child of which none does hangs."""
STALL_SECONDS: Final = 60.0
"""A job whose pages nobody takes for so long is given up: its full queue holds up everybody else's."""
QUEUE: Final = 64
MAX_LINE: Final = 32 * 1024 * 1024
LEAVE_SECONDS: Final = 1.0
STOP_SECONDS: Final = 2.0
LOG_LINES: Final = 200
_POLL: Final = 0.2
_PIECE: Final = 64 * 1024
_ROOT: Final = Path(__file__).resolve().parents[2]
MEMORY_MB: Final = 600
"""Some three hundred are measured with several big sites at once; beyond, all jobs end with what they found."""
COMMAND: Final = (sys.executable, "-P", "-m", "spiders", "crawl", "--memory-mb", str(MEMORY_MB))
"""-P: a folder named `spiders` where somebody happens to stand is not ours."""
_ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH")
"""All that the child gets to know: no setting of ours, no secret, no proxy (which would dial what nobody judged)."""

_log = logging.getLogger("emplettes.spider")
SiteLine = SitePage | Beat | SiteEnd


class SpiderDied(ShopUnreachable):
    """Our spider's process ended under its jobs. For the run it is as if the shop had not answered: nothing is known,
    and the next run tries again; but nothing is wrong with the shop, and no merchant is to act."""

    who_acts: ClassVar[WhoActs] = WhoActs.US
    default_message: ClassVar[str] = (
        "Notre robot s'est arrêté pendant la lecture. Rien à faire : vos offres restent affichées, et la lecture "
        "reprendra d'elle-même."
    )
    page: str = ""
    """That was being read just then, where the job was careful."""


class _Job:
    """One crawl under way, between the listening thread and the one that wants its pages."""

    def __init__(self, order: CrawlJob) -> None:
        self.order = order
        self.lines: queue.Queue[SiteLine] = queue.Queue(QUEUE)
        self.requests = self.bytes = 0
        self.failure: SpiderDied | None = None
        self.page = ""  # being read now, as far as the child tells
        self.left = False
        """Nobody wants its pages any more."""
        self.over = threading.Event()
        """Its last line came, or none will."""
        self.ended = False
        """The child said so."""
        self.heard = time.monotonic()
        self.end = self.heard + order.budget.seconds
        self.kill_at = self.end + OVERRUN_SECONDS

    def fail(self, detail: str) -> None:
        if self.failure is None:
            self.failure = SpiderDied(detail)
            self.failure.page = self.page
        self.over.set()

    def take(self, line: SiteLine) -> bool:
        """Hand a line over; False where nobody took it in time."""
        until = time.monotonic() + STALL_SECONDS
        while not self.left:
            try:
                self.lines.put(line, timeout=_POLL)
                return True
            except queue.Full:
                if isinstance(line, Beat):
                    return True
                if time.monotonic() > until:
                    return False
        return True


class _Child:
    """One process. Its fields belong to the listening thread, but for `jobs`, which `Spiders` fills under its lock."""

    def __init__(self, command: Sequence[str]) -> None:
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment |= {name: value for name, value in os.environ.items() if name.startswith("LC_")}
        environment |= {"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"}
        self.process = subprocess.Popen(  # noqa: S603  our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=environment,
            start_new_session=True,
        )
        assert self.process.stdin
        self._input = self.process.stdin.fileno()
        self._writing = threading.Lock()
        self.jobs: dict[str, _Job] = {}
        self.dead = False
        self.idle_since = self.heard = time.monotonic()

    def write(self, order: CrawlJob | Cancel) -> None:
        """Blocks while the child does not read; where it is dead, the listening thread says so."""
        data = memoryview(order.model_dump_json().encode() + b"\n")
        with self._writing, contextlib.suppress(OSError):
            while data and not self.dead:
                data = data[os.write(self._input, data) :]

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End it: by closing its input, then by force."""
        if self._writing.acquire(timeout=_POLL):  # somebody may be stuck in writing to it
            try:
                self._close_input()
            finally:
                self._writing.release()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        self.kill()
        self.process.wait()

    def bury(self, why: str) -> None:
        """Reap what is dead or must be, and tell its jobs."""
        self.dead = True
        self.kill()
        code = self.process.wait()
        with self._writing:
            self._close_input()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe
            pipe.close()
        for job in list(self.jobs.values()):
            job.fail(f"the spider's process ended ({why}, exit code {code})")

    def _close_input(self) -> None:
        self.dead = True
        assert self.process.stdin
        self.process.stdin.close()


class Spiders:
    """Where websites are read. Thread-safe; one of it, `SPIDERS`, serves this whole process."""

    def __init__(self, command: Sequence[str] = COMMAND, *, idle: float = IDLE_SECONDS) -> None:
        self._command = tuple(command)
        self._idle = idle
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._numbers = itertools.count(1)

    def crawl(self, order: CrawlJob, session: HttpSession) -> Iterator[SiteLine]:
        """Read one site on the session's behalf: its lines, the SiteEnd last (an incomplete one of our own making where
        the child does not keep the time). `order.id` is given here.

        Raises SpiderDied, or Cancelled within a second of `session.cancel`. Closing the iterator cancels the job."""
        job, child = self._begin(order)
        counted = 0, 0
        try:
            while True:
                line = _next(job)
                counted = _count(session, job, counted)
                if session.cancelled:
                    raise Cancelled
                if line is not None:
                    yield line
                    if isinstance(line, SiteEnd):
                        return
                elif job.failure is not None:
                    raise job.failure
                elif time.monotonic() > job.end + LEAVE_SECONDS:
                    yield SiteEnd(job=job.order.id, complete=False, detail="no time left", requests=job.requests)
                    return
        finally:
            _leave(job, child)
            _count(session, job, counted)

    def close(self) -> None:
        """End the child, whatever it does."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.stop()

    @property
    def pid(self) -> int | None:
        """Of the child that runs."""
        child = self._child
        return None if child is None or child.dead else child.process.pid

    def _begin(self, order: CrawlJob) -> tuple[_Job, _Child]:
        with self._lock:
            job = _Job(order.model_copy(update={"id": str(next(self._numbers))}))
            child = self._child
            if child is None or child.dead:
                child = self._child = self._started()
            child.jobs[job.order.id] = job
        child.write(job.order)
        return job, child

    def _started(self) -> _Child:
        """The child, begun by the thread that will listen to it: Linux ends it with that thread, whatever it does."""
        started: queue.Queue[_Child | OSError] = queue.Queue()
        threading.Thread(target=self._live, args=(started,), name="emplettes-spiders", daemon=True).start()
        child = started.get()
        if isinstance(child, OSError):
            raise SpiderDied(f"the spider's process cannot be started: {child.strerror}") from None
        return child

    # -- the listening thread

    def _live(self, started: queue.Queue[_Child | OSError]) -> None:
        try:
            child = _Child(self._command)
        except OSError as error:
            started.put(error)
            return
        started.put(child)
        self._listen(child)

    def _listen(self, child: _Child) -> None:
        told: deque[str] = deque(maxlen=3)
        try:
            why = self._heard_out(child, told)
        except Exception as error:  # whatever it wrote must not leave jobs waiting for good
            _log.exception("the spider's process cannot be understood")
            why = f"its output could not be read: {type(error).__name__}"
        with self._lock:
            if self._child is child:
                self._child = None
            child.dead = True
        child.bury("; ".join([why, *told])[:400])

    def _heard_out(self, child: _Child, told: deque[str]) -> str:
        """Hand out lines until the child ends or must; says why."""
        out, err = child.process.stdout, child.process.stderr
        assert out
        assert err
        lines, errors = _Lines(), _Lines()
        logged = 0
        with selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            selector.register(err, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select(_POLL):
                    data = os.read(key.fd, _PIECE)
                    if key.fileobj is err:
                        if not data:
                            selector.unregister(err)
                        for text in errors.add(data):
                            logged += 1
                            told.append(_tell(text, logged))
                    elif not data:
                        return "it closed its output"
                    else:
                        child.heard = time.monotonic()
                        for raw in lines.add(data):
                            _hand_out(child, raw)
                        if lines.waiting > MAX_LINE:
                            return "a line without end"
                if why := self._due(child):
                    return why

    def _due(self, child: _Child) -> str:
        """Why the child must end now; empty where it need not."""
        now = time.monotonic()
        if child.jobs:
            child.idle_since = now
            if any(now > job.kill_at for job in list(child.jobs.values())):
                return "a job overran its time"
            if now - child.heard > SILENCE_SECONDS:
                return "it said nothing any more"
            for job in list(child.jobs.values()):
                if not job.left and now - job.heard > SILENCE_SECONDS:
                    del child.jobs[job.order.id]  # the others are well: nobody dies of this one
                    job.fail("the spider's process says nothing of this job any more")
            return ""
        child.heard = now
        if now - child.idle_since > self._idle:
            with self._lock:
                if not child.jobs:
                    if self._child is child:
                        self._child = None
                    child.dead = True
            if child.dead:
                child.stop()
                return "idle"
        return ""


def _hand_out(child: _Child, raw: bytes) -> None:
    """One line of the child's. Raises ValueError where it is none of the wire's."""
    try:
        line = LINE.validate_json(raw)
    except ValidationError as error:
        raise ValueError(f"{error.error_count()} faults in a line of {len(raw)} bytes") from None
    job = child.jobs.get(line.job)
    if job is None:
        return
    job.page = line.page if isinstance(line, Beat) else ""
    if not isinstance(line, SitePage):
        job.requests, job.bytes = line.requests, line.bytes
    if job.failure is None and not job.take(line):
        job.fail("nobody took the pages of this job")
    child.heard = job.heard = time.monotonic()
    if isinstance(line, SiteEnd):
        del child.jobs[line.job]
        job.ended = True
        job.over.set()


def _next(job: _Job) -> SiteLine | None:
    try:
        return job.lines.get(timeout=_POLL)
    except queue.Empty:
        return None


def _count(session: HttpSession, job: _Job, counted: tuple[int, int]) -> tuple[int, int]:
    now = job.requests, job.bytes
    session.count(now[0] - counted[0], now[1] - counted[1])
    return now


def _leave(job: _Job, child: _Child) -> None:
    """Want nothing more of the job; wait a moment for its end, so that no request is sent after this."""
    job.left = True
    if not job.ended:
        job.kill_at = min(job.kill_at, time.monotonic() + OVERRUN_SECONDS)
        child.write(Cancel(id=job.order.id))
        job.over.wait(LEAVE_SECONDS)


class _Lines:
    """Cuts a stream into lines."""

    def __init__(self) -> None:
        self._begun = bytearray()

    @property
    def waiting(self) -> int:
        return len(self._begun)

    def add(self, data: bytes) -> list[bytes]:
        """The lines that this ends; what follows the last one waits."""
        *whole, rest = data.split(b"\n")
        if not whole:
            self._begun += rest
            return []
        whole[0] = bytes(self._begun) + whole[0]
        self._begun = bytearray(rest)
        return [line for line in whole if line.strip()]


def _tell(raw: bytes, number: int) -> str:
    text = redact_url(raw.decode("utf-8", "replace").strip())[:500]
    if number < LOG_LINES:
        _log.info("%s", text)
    elif number == LOG_LINES:
        _log.warning("the spider's process says more than is logged")
    return text


SPIDERS: Final = Spiders()
atexit.register(SPIDERS.close)
