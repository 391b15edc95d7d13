"""Everything that goes wrong between a shop and its reader, on command; and the log of what was asked."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from .answer import HTML, NO_CACHE, Answer, Request
from .text import php_json

Kind = Literal[
    "500", "maintenance", "429", "401", "403", "html", "truncated", "reset", "hang", "empty", "warning", "drip", "huge",
    "malformed_item", "redirect",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
_CRITICAL = {
    "code": "internal_server_error",
    "message": "<p>Il y a eu une erreur critique sur ce site.</p>",
    "data": {"status": 500},
    "additional_errors": [],
}
_MAINTENANCE = (
    "<!DOCTYPE html>\n<html><head><title>Maintenance</title></head>\n<body><p>Le site est momentanément indisponible "
    "pour cause de maintenance. Revenez dans une minute.</p></body></html>\n"
)
_CHALLENGE = (
    "<!DOCTYPE html>\n<html><head><title>Un instant...</title></head><body><p>Vérification de votre navigateur.</p>"
    "</body></html>\n"
)
_NOTICE = (
    b'<br />\n<b>Warning</b>:  Undefined array key "price" in <b>/var/www/html/wp-content/plugins/prix/prix.php</b> '
    b"on line <b>42</b><br />\n"
)
# One product whose values are of no type that WooCommerce ever sends, in the fields that all shapes share.
_NONSENSE = {
    "name": {"rendered": 12},
    "prices": "beaucoup",
    "price": ["12"],
    "regular_price": None,
    "images": "aucune",
    "categories": 7,
    "variations": "x",
    "permalink": False,
}


@dataclass
class Fault:
    """One kind of trouble for the next `times` requests (-1: for all) whose path?query `match` finds.

    Options: `retry_after` (429, maintenance), `seconds` (hang: before the answer; drip: between bytes), `total` (empty:
    what X-WP-Total says), `index` and `fields` (malformed_item), `size` and `gzip` (huge), `cut` (truncated: the line
    drops instead of the body being short), `location` and `status` (redirect).
    """

    kind: Kind
    times: int = 1
    match: str = ""
    retry_after: int | str | None = None
    seconds: float | None = None
    total: int | None = None
    index: int = 0
    fields: dict[str, Any] = field(default_factory=lambda: dict(_NONSENSE))
    size: int = 2 << 30
    gzip: bool = False
    cut: bool = False
    location: str = "http://169.254.169.254/latest/meta-data/"
    status: int = 302

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind!r}")
        re.compile(self.match)


@dataclass
class Seen:
    """One request in the log. Query keys are kept as sent: they are the sample town's own."""

    method: str
    path: str
    query: str
    scheme: str
    user_agent: str
    started: float
    status: int = 0
    size: int = 0
    seconds: float = 0.0
    fault: str = ""


class Faults:
    """Troubles to come, and the record of requests. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """No troubles, an empty log."""
        with self._lock:
            self._pending: list[Fault] = []
            self._log: deque[Seen] = deque(maxlen=10_000)
            self._running = self._peak = 0

    def add(self, fault: Fault) -> None:
        """Troubles are met in the order in which they were added."""
        with self._lock:
            self._pending.append(fault)

    def clear_faults(self) -> None:
        """No troubles any more; the log stays."""
        with self._lock:
            self._pending = []

    def begin(self, request: Request, seen: Seen) -> Fault | None:
        """Counts a request in; the fault that it meets, if any."""
        with self._lock:
            self._log.append(seen)
            self._running += 1
            self._peak = max(self._peak, self._running)
            for fault in self._pending:
                if fault.times != 0 and re.search(fault.match, request.uri):
                    fault.times -= fault.times > 0
                    seen.fault = fault.kind
                    return fault
        return None

    def end(self) -> None:
        """Counts a request out."""
        with self._lock:
            self._running -= 1

    @property
    def log(self) -> list[Seen]:
        """The last 10,000 requests, oldest first."""
        with self._lock:
            return list(self._log)

    @property
    def max_concurrency(self) -> int:
        """The most requests that were under way at once."""
        with self._lock:
            return self._peak


class Troubled:
    """What every fake has: troubles on command, and the log of what was asked."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.clear_faults = self.faults.clear_faults

    def fault(self, kind: Kind, times: int = 1, match: str = "", **options: Any) -> None:
        """The next `times` requests (-1: all) whose path?query the regex `match` finds go wrong; see `Fault`."""
        self.faults.add(Fault(kind, times, match, **options))

    @property
    def requests(self) -> list[Seen]:
        """What was asked, oldest first."""
        return self.faults.log

    @property
    def max_concurrency(self) -> int:
        """The most requests that were under way at once."""
        return self.faults.max_concurrency

    def scheme(self, request: Request) -> str:
        """How the request says who asks: for the log."""
        return "none"

    def begin(self, request: Request) -> tuple[Seen, Fault | None]:
        """Writes the request into the log; gives the fault that it meets."""
        agent = request.headers.get("user-agent", "")
        seen = Seen(request.method, request.path, request.query, self.scheme(request), agent, time.time())
        return seen, self.faults.begin(request, seen)

    def end(self, seen: Seen, status: int, size: int) -> None:
        """Completes the log's line, before the client has read its answer's end. `status` 0: the line dropped."""
        seen.status, seen.size, seen.seconds = status, size, time.time() - seen.started
        self.faults.end()


def spoilt(fault: Fault, answer: Answer) -> Answer:
    """The answer as this fault leaves it. Faults of the line itself (reset, hang, drip, huge) are the server's part."""
    match fault.kind:
        case "500":
            return Answer.json(_CRITICAL, 500)
        case "maintenance":
            later = str(600 if fault.retry_after is None else fault.retry_after)
            return Answer.html(_MAINTENANCE, 503, {**NO_CACHE, "Retry-After": later})
        case "429":
            later = str(30 if fault.retry_after is None else fault.retry_after)
            return Answer.html("<html><title>429 Too Many Requests</title></html>", 429, {"Retry-After": later})
        case "401" | "403":
            return Answer.html(f"<html><title>{fault.kind}</title><h1>Accès refusé</h1></html>", int(fault.kind))
        case "html":
            return Answer(200, _CHALLENGE.encode(), {"Content-Type": HTML})
        case "redirect":
            return Answer.html("", fault.status, {"Location": fault.location})
        case "empty":
            totals = {} if fault.total is None else {"X-WP-Total": str(fault.total), "X-WP-TotalPages": "0"}
            return Answer(200, b"[]", answer.headers | totals)
        case "warning":
            return Answer(answer.status, _NOTICE + answer.body, answer.headers)
        case "malformed_item":
            return _malformed(fault, answer)
        case "truncated" if not fault.cut:
            return Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers)
        case _:
            return answer


def _malformed(fault: Fault, answer: Answer) -> Answer:
    try:
        items = json.loads(answer.body)
    except ValueError:
        return answer
    if isinstance(items, list) and len(items) > fault.index and isinstance(items[fault.index], dict):
        items[fault.index].update({k: v for k, v in fault.fields.items() if k in items[fault.index]})
    return Answer(answer.status, php_json(items).encode(), answer.headers, answer.items)
