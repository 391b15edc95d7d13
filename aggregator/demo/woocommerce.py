"""A WooCommerce shop that is not one: `FakeWooCommerce` answers requests like the real thing, and does as it is told.

It speaks the protocol as measured on WooCommerce 9.9.5: authentication, paging, headers, errors, quirks. The tests and
the sample town use the same one. Left and right of it: `listing`, `rest`, `pages` (what is answered), `state` (what is
sold), `faults` (what goes wrong), `server` (the wire).

Known differences from the real shop: nothing but webhooks is written through the API (501 with a key); orders,
customers, coupons and settings are empty or minimal lists; webhooks are delivered when `deliver` says so; `/wp-json/`
names its namespaces but not every route; the products that orderby=modified loses are as many as in reality, but
others.
"""

from __future__ import annotations

import dataclasses
import re
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from .answer import HTML, NO_CACHE, Answer, Request
from .auth import Authenticator, read_credentials
from .faults import Fault, Troubled, spoilt
from .model import Catalogue, Product
from .options import Options
from .pages import Pages
from .render import Site
from .rest import RestApi
from .state import ShopState


class FakeWooCommerce(Troubled):
    """One fake shop. Thread-safe.

    Its merchant's hands: `set`, `sql_set`, `override`, `trash`, `restore`, `delete`, `add`, `run_cron`, `deliver`.
    Its bad days: `fault`, `clear_faults`. Its witness: `requests`, `max_concurrency`, `clear_requests`.
    `base_url` is what the shop believes its address to be (the server sets it once it knows its port).
    """

    def __init__(
        self,
        catalogue: Catalogue,
        options: Options | None = None,
        base_url: str = "http://127.0.0.1",
        now: Callable[[], float] = time.time,
    ) -> None:
        self.options = options or Options()
        self.catalogue = catalogue
        self.state = ShopState(catalogue, now)
        super().__init__()
        self.auth = Authenticator(self.options, now)
        self.site = Site(self.state, self.options, base_url)
        self._rest = RestApi(self.site, self.auth)
        self._pages = Pages(self.site)
        workers = self.options.workers
        self._workers: AbstractContextManager[Any] = threading.BoundedSemaphore(workers) if workers else nullcontext()
        self.set, self.sql_set, self.override = self.state.set, self.state.sql_set, self.state.override
        self.trash, self.restore, self.delete = self.state.trash, self.state.restore, self.state.delete
        self.add, self.run_cron = self.state.add, self.state.run_cron
        self.deliver, self.webhooks = self._rest.webhooks.deliver, self._rest.webhooks.all

    # -- controls ----------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """The catalogue as generated, no faults, an empty log."""
        self.state.reset()
        self.faults.clear()

    def product(self, **wanted: Any) -> Product:
        """The first product (by id) whose fields are these; StopIteration is a KeyError. For tests."""
        with self.state.lock:
            for product in self.state.entries.values():
                if all(getattr(product, name) == value for name, value in wanted.items()):
                    return product
        raise KeyError(f"no product with {wanted}")

    def visible_ids(self) -> list[int]:
        """Published, visible products without a password, by id: what a keyed reader may publish."""
        with self.state.lock:
            return [
                p.id
                for p in self.state.products()
                if p.status == "publish" and p.catalog_visibility == "visible" and not p.post_password
            ]

    # -- answering ---------------------------------------------------------------------------------------------------
    @property
    def base_path(self) -> str:
        """The folder that the shop is in."""
        return self.options.base_path

    def scheme(self, request: Request) -> str:
        """By which key, and how it was sent."""
        return read_credentials(request).scheme

    def answer(self, request: Request, fault: Fault | None = None) -> Answer:
        """The answer, after the time that the shop takes, and as `fault` leaves it."""
        if self.options.strip_authorization:
            kept = {k: v for k, v in request.headers.items() if k != "authorization"}
            request = dataclasses.replace(request, headers=kept)
        with self._workers:
            if _picture_path(request.path):  # drawn outside the lock: it takes some 10 ms
                answer = self._pages.picture(request)
            else:
                with self.state.lock:
                    answer = self._dispatch(request)
            base, per_item = self.options.latency_ms
            if pause := (base + per_item * answer.items) / 1000:
                time.sleep(pause)
        return spoilt(fault, answer) if fault else answer

    def _dispatch(self, request: Request) -> Answer:
        """WordPress's front door. With plain permalinks /wp-json/ is no API: it ends as the home page (measured)."""
        path = request.path
        if path.startswith("/index.php/wp-json"):
            path = path.removeprefix("/index.php")
        below_api = path == "/wp-json" or path.startswith("/wp-json/")
        if route := request.params.get("rest_route"):
            return self._rest.answer(request, route)
        if below_api and self.options.permalinks == "pretty":
            return self._rest.answer(request, path.removeprefix("/wp-json"))
        if below_api and not path.endswith("/"):
            query = f"?{request.query}" if request.query else ""
            headers = {**NO_CACHE, "X-Redirect-By": "WordPress", "Location": f"{self.site.base_url}{path}/{query}"}
            return Answer(301, b"", {"Content-Type": HTML, **headers})
        if below_api:
            return self._pages.home(headers=NO_CACHE)
        if path.startswith("/wc-api/v"):
            disabled = {"code": "woocommerce_api_disabled", "message": "The WooCommerce API is disabled on this site"}
            return Answer.json({"errors": disabled}, 404)
        return self._pages.answer(request)


def _picture_path(path: str) -> bool:
    return bool(re.match(r"/wp-content/uploads/", path))
