"""`FakePrestaShop` answers requests like the real thing, and does as it is told; `PrestaShop` puts it on a port.

The tests and the sample town use the same one. It speaks as measured on PrestaShop 8.0.3. Known differences from the
real shop: nothing is written through the webservice (501 with a right to); `?schema=` and a key's rarer resources are
not played; group, state and currency in virtual prices are ignored; one shop, one currency; facets and `order=` of
listings are ignored, and a category lists by id; which rows an unsorted page loses differs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

from ..answer import Answer, Request
from ..faults import Fault, Troubled
from ..model import Catalogue
from ..server import Serving
from .addresses import Addresses
from .front import Front
from .options import Options
from .spoiling import closed, spoilt
from .state import PrestaState
from .tables import Row
from .webservice import Webservice, photo, read_key


class FakePrestaShop(Troubled):
    """One fake shop. Thread-safe.

    Its merchant's hands: `set`, `sql_set`, `stock`, `discount`, `remove_discount`, `delete`, `delete_combination`,
    `deactivate`, `add`, `translate`, `deny`, `service`, `maintenance`. Its bad days: `fault`, `clear_faults`. Its
    witness: `requests`, `max_concurrency`. `base_url` is what the shop believes its address to be.
    """

    def __init__(
        self, catalogue: Catalogue, options: Options | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.options = options or Options()
        self.catalogue = catalogue
        self.state = PrestaState(catalogue, self.options, now)
        super().__init__()
        self.addresses = Addresses(self.state, self.options)
        self._webservice = Webservice(self.state, self.options)
        self._front = Front(self.state, self.options, self.addresses)
        workers = self.options.workers
        self._workers: AbstractContextManager[Any] = threading.BoundedSemaphore(workers) if workers else nullcontext()
        state = self.state
        self.set, self.sql_set, self.stock, self.translate = state.set, state.sql_set, state.stock, state.translate
        self.discount, self.remove_discount = state.discount, state.remove_discount
        self.delete, self.delete_combination, self.add = state.delete, state.delete_combination, state.add
        self.deactivate, self.deny = state.deactivate, state.deny

    @property
    def base_url(self) -> str:
        """The address that the shop answers to."""
        return self.addresses.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self.addresses.base_url = self._webservice.base_url = url
        with self.state.lock:
            for row in self.state.tables["shop_urls"].rows.values():
                row["domain"] = row["domain_ssl"] = self.addresses.host

    # -- controls ----------------------------------------------------------------------------------------------------
    def service(self, on: bool) -> None:
        """The webservice's own switch: off, every key gets 503 with code 22."""
        self.state.service = on

    def maintenance(self, on: bool) -> None:
        """Maintenance closes the site (503), not the webservice (measured)."""
        self.state.maintenance = on

    def reset(self) -> None:
        """The catalogue as generated, no faults, an empty log."""
        self.state.reset()
        self.base_url = self.addresses.base_url
        self.faults.clear()

    def product(self, **wanted: Any) -> Row:
        """The first product (by id) whose fields are these; KeyError where there is none. For tests."""
        with self.state.lock:
            rows = self.state.tables["products"].rows
            for number in sorted(rows):
                if all(rows[number][name] == value for name, value in wanted.items()):
                    return rows[number]
        raise KeyError(f"no product with {wanted}")

    def visible_ids(self) -> list[int]:
        """Active products that are not hidden (`visibility: none`), by id: what a keyed reader may publish."""
        with self.state.lock:
            rows = self.state.tables["products"].rows
            return [n for n in sorted(rows) if rows[n]["active"] == 1 and rows[n]["visibility"] != "none"]

    # -- answering ---------------------------------------------------------------------------------------------------
    @property
    def base_path(self) -> str:
        """The folder that the shop is in."""
        return self.options.base_path

    def scheme(self, request: Request) -> str:
        """By which key, and how it was sent."""
        return read_key(request).scheme

    def answer(self, request: Request, fault: Fault | None = None) -> Answer:
        """The answer, after the time that the shop takes, and as `fault` leaves it."""
        if self.options.strip_authorization:
            kept = {k: v for k, v in request.headers.items() if k != "authorization"}
            request = replace(request, headers=kept)
        with self._workers:
            answer = self._photo(request) or self._locked(request)
            base, per_item = self.options.latency_ms
            if pause := (base + per_item * answer.items) / 1000:
                time.sleep(pause)
        return spoilt(fault, answer) if fault else answer

    def _photo(self, request: Request) -> Answer | None:
        """Photos are drawn outside the lock: each takes some 10 ms."""
        asked = self._front.photo_of(request)
        if asked is None or asked[0] not in self.state.drawn.pictures or self.state.maintenance:
            return None
        body = photo(self.state, *asked)
        return Answer(200, body, {"Content-Type": "image/jpeg", "Cache-Control": "max-age=86400"})

    def _locked(self, request: Request) -> Answer:
        with self.state.lock:
            if len(request.uri) > 8180:  # the web server's own limit (measured)
                return Answer.html("<html><head><title>414 Request-URI Too Large</title></head></html>", 414)
            if request.path == "/api":
                query = f"?{request.query}" if request.query else ""
                return Answer.html("", 302, {"Location": f"{self.base_url}/api/{query}"})
            api = request.path.startswith("/api/")
            if request.headers.get("host", "") != self.addresses.host or self._elsewhere(request):
                return self._sent_home(request, api)
            if api:
                return self._webservice.answer(request)
            return closed() if self.state.maintenance else self._front.answer(request)

    @staticmethod
    def _elsewhere(request: Request) -> bool:
        """An `id_shop` that does not exist."""
        return request.path.startswith("/api/") and request.params.get("id_shop", "1") != "1"

    def _sent_home(self, request: Request, api: bool) -> Answer:
        """Another host name than the shop's: a 302 to its home, where the path below /api is lost and a key in the
        query is repeated (measured)."""
        inner = [f"url={request.path.removeprefix('/api/')}"] if api else []
        inner += [request.query] if request.query else []
        tail = f"?{'&'.join(inner)}" if inner else ""
        return Answer.html("", 302, {"Location": f"{self.base_url}/{tail}", "X-Powered-By": "PHP/8.2.36"})


class PrestaShop(Serving[FakePrestaShop]):
    """A fake PrestaShop on a port: `with PrestaShop(catalogue, languages=2) as shop: shop.url`.

    `switches` are the fields of `Options`. `shop.fake` has the controls.
    """

    def __init__(self, catalogue: Catalogue, host: str = "127.0.0.1", port: int = 0, **switches: Any) -> None:
        super().__init__(FakePrestaShop(catalogue, Options(**switches)), host, port)
        self.fake.base_url = self.url
