"""What every connector promises (design, section 5), over a real protocol.

Subclass `ConnectorContract` and give a `shop` fixture: a `ShopUnderTest` on loopback, of some two hundred products,
fresh for each test. Connectors that read "modified since" or have a stock lane also pass the two classes below it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import subprocess
import sys
import threading
import time
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from connectors.errors import (
    AccessForbidden,
    CatalogueMalformed,
    ConnectorError,
    CredentialsRejected,
    ShopThrottled,
    ShopUnreachable,
)
from connectors.http import Cancelled
from connectors.protocol import Connector, ShopConnection
from connectors.records import (
    Checkpoint,
    EndOfCatalog,
    Issue,
    IssueCode,
    ProductRecord,
    StockRecord,
    Withdrawn,
)

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Asked:
    """One request as the shop saw it."""

    method: str
    target: str
    """Path and query."""
    at: float
    status: int


class ShopUnderTest(Protocol):
    """A shop on loopback, and the hands that trouble it."""

    connector: Connector
    url: str
    secrets: tuple[str, ...]
    """Texts that may appear nowhere."""
    catalogue_requests: str
    """A regex that finds requests for the list of products in `Asked.target`."""

    def connect(self, **session_options: Any) -> AbstractContextManager[ShopConnection]: ...
    def public_ids(self) -> set[str]: ...
    def shown_prices(self) -> dict[str, int | None]:
        """Offer id -> what a visitor pays, in cents."""
        ...

    def asked(self) -> list[Asked]: ...
    def forget_requests(self) -> None: ...
    def fault(self, kind: str, match: str = "", times: int = 1, **options: Any) -> None: ...
    def spoil(self, product_id: str) -> None:
        """Make what the shop says of this product senseless."""
        ...

    def unpublish(self, product_id: str) -> None: ...
    def hide(self, product_id: str) -> None:
        """Published still, but out of the public list."""
        ...

    def delete(self, product_id: str) -> None: ...
    def rename(self, product_id: str) -> None: ...
    def grown(self, products: int) -> AbstractContextManager[ShopUnderTest]:
        """Another shop, with so many products."""
        ...


def everything(shop: ShopUnderTest, checkpoint: str | None = None, cursor: str | None = None) -> list[Any]:
    with shop.connect() as connection:
        return list(shop.connector.read_catalog(connection, cursor, checkpoint))


def product_ids(messages: list[Any]) -> list[str]:
    return [m.source_id for m in messages if isinstance(m, ProductRecord)]


def the_end(messages: list[Any]) -> EndOfCatalog:
    ends: list[EndOfCatalog] = [m for m in messages if isinstance(m, EndOfCatalog)]
    assert len(ends) == 1
    assert isinstance(messages[-1], EndOfCatalog)
    return ends[0]


class ConnectorContract:
    """Every connector."""

    def test_reads_exactly_what_the_public_sees(self, shop: ShopUnderTest) -> None:
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids()
        end = the_end(messages)
        assert end.complete
        assert end.scope == "full"

    def test_keys_are_unique_within_a_run(self, shop: ShopUnderTest) -> None:
        records = [m for m in everything(shop) if isinstance(m, ProductRecord)]
        offers = [(r.source_id, o.source_id) for r in records for o in r.offers]
        assert len({r.source_id for r in records}) == len(records)
        assert len(set(offers)) == len(offers)

    def test_prices_are_the_shown_ones(self, shop: ShopUnderTest) -> None:
        records = [m for m in everything(shop) if isinstance(m, ProductRecord)]
        assert {o.source_id: o.price_minor for r in records for o in r.offers} == shop.shown_prices()

    def test_two_full_reads_of_a_still_shop_are_equal(self, shop: ShopUnderTest) -> None:
        def still(messages: list[Any]) -> list[Any]:
            return [m for m in messages if isinstance(m, ProductRecord | Issue | Withdrawn)]

        assert still(everything(shop)) == still(everything(shop))

    def test_resuming_from_any_checkpoint_loses_and_repeats_nothing(self, shop: ShopUnderTest) -> None:
        """So each checkpoint covers exactly what was yielded before it."""
        whole = everything(shop)
        places = [n for n, m in enumerate(whole) if isinstance(m, Checkpoint)]
        assert places, "no checkpoint in a catalogue of more than a page"
        for place in places:
            before, rest = product_ids(whole[:place]), everything(shop, checkpoint=whole[place].position)
            assert not set(before) & set(product_ids(rest))
            assert set(before) | set(product_ids(rest)) == shop.public_ids()
            assert the_end(rest).complete

    def test_a_list_that_got_shorter_before_resuming_loses_nothing(self, shop: ShopUnderTest) -> None:
        whole = everything(shop)
        place = next(n for n, m in enumerate(whole) if isinstance(m, Checkpoint))
        before = product_ids(whole[:place])
        for gone in before[:5]:
            shop.unpublish(gone)
        rest = everything(shop, checkpoint=whole[place].position)
        assert shop.public_ids() <= set(before) | set(product_ids(rest))

    def test_a_product_that_leaves_during_the_sweep_costs_no_other(self, shop: ShopUnderTest) -> None:
        gone = sorted(shop.public_ids(), key=_number)[1]
        with shop.connect() as connection:
            reading = shop.connector.read_catalog(connection)
            messages: list[Any] = [next(reading)]
            shop.unpublish(gone)  # every later page begins one product too late now
            messages += reading
        assert set(product_ids(messages)) - {gone} == shop.public_ids()
        assert the_end(messages).complete

    def test_a_malformed_product_is_one_issue_and_the_rest_arrives(self, shop: ShopUnderTest) -> None:
        usual = [m for m in everything(shop) if isinstance(m, Issue)]
        spoilt = sorted(shop.public_ids(), key=_number)[40]
        shop.spoil(spoilt)
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids() - {spoilt}
        new = [m for m in messages if isinstance(m, Issue) and m not in usual]
        assert [(i.code, i.source_id, i.rejected) for i in new] == [(IssueCode.RECORD_MALFORMED, spoilt, True)]
        assert the_end(messages).complete

    @pytest.mark.parametrize("kind", ["html", "truncated", "empty"])
    def test_two_hundred_with_rubbish_is_never_an_empty_catalogue(self, shop: ShopUnderTest, kind: str) -> None:
        shop.fault(kind, shop.catalogue_requests, times=-1)
        with pytest.raises(ConnectorError) as caught:
            everything(shop)
        assert caught.value.code == "catalogue_malformed"

    @pytest.mark.parametrize("kind", ["html", "truncated", "empty", "reset", "500"])
    def test_a_passing_trouble_is_tried_again(self, shop: ShopUnderTest, kind: str) -> None:
        shop.fault(kind, shop.catalogue_requests, times=1)
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids()
        assert the_end(messages).complete

    def test_a_php_notice_before_the_json_is_read_over_and_said(self, shop: ShopUnderTest) -> None:
        shop.fault("warning", shop.catalogue_requests, times=-1)
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids()
        assert the_end(messages).detail

    def test_an_empty_answer_in_mid_list_never_completes_a_catalogue(self, shop: ShopUnderTest) -> None:
        """A shop that says "nothing here, nothing anywhere" from the second page on."""
        shop.fault("empty", rf"{shop.catalogue_requests}.*\bpage=2\b", times=-1, total=0)
        with shop.connect() as connection:
            messages: list[Any] = []
            with contextlib.suppress(CatalogueMalformed):
                messages.extend(shop.connector.read_catalog(connection))
        assert not [m for m in messages if isinstance(m, EndOfCatalog) and m.complete]

    def test_retry_after_is_honoured(self, shop: ShopUnderTest) -> None:
        shop.fault("429", shop.catalogue_requests, times=1, retry_after=1)
        assert set(product_ids(everything(shop))) == shop.public_ids()
        asked = shop.asked()
        refused = next(n for n, a in enumerate(asked) if a.status == 429)
        assert asked[refused + 1].at - asked[refused].at >= 1.0

    def test_a_retry_after_beyond_the_deadline_ends_the_run_at_once(self, shop: ShopUnderTest) -> None:
        shop.fault("429", shop.catalogue_requests, times=-1, retry_after=3600)
        began = time.monotonic()
        with pytest.raises(ShopThrottled) as caught, shop.connect(deadline=10.0) as connection:
            list(shop.connector.read_catalog(connection))
        assert caught.value.retry_after == 3600
        assert time.monotonic() - began < 2.0

    def test_server_errors_are_tried_again_with_new_signatures(self, shop: ShopUnderTest) -> None:
        shop.fault("500", shop.catalogue_requests, times=1)
        everything(shop)
        nonces = [n for a in shop.asked() if (n := _parameter(a.target, "oauth_nonce"))]
        assert len(set(nonces)) == len(nonces)

    @pytest.mark.parametrize("kind", ["401", "403"])
    def test_a_refusal_is_not_tried_again(self, shop: ShopUnderTest, kind: str) -> None:
        shop.fault(kind, shop.catalogue_requests, times=-1)
        with pytest.raises((AccessForbidden, CredentialsRejected)):
            everything(shop)
        assert sum(bool(re.search(shop.catalogue_requests, a.target)) for a in shop.asked()) == 1

    def test_a_shop_that_hangs_ends_within_the_deadline(self, shop: ShopUnderTest) -> None:
        shop.fault("hang", shop.catalogue_requests, times=-1, seconds=20)
        began = time.monotonic()
        with pytest.raises(ShopUnreachable), shop.connect(deadline=1.0) as connection:
            list(shop.connector.read_catalog(connection))
        assert time.monotonic() - began < 2.5

    def test_stops_within_two_seconds_of_being_closed(self, shop: ShopUnderTest) -> None:
        with shop.connect() as connection:
            reading = shop.connector.read_catalog(connection)
            next(reading)
            shop.forget_requests()
            began = time.monotonic()
            with closing(reading):  # type: ignore[type-var]
                pass
            assert time.monotonic() - began < 2.0
            assert shop.asked() == []

    def test_stops_within_two_seconds_of_being_cancelled_in_a_request(self, shop: ShopUnderTest) -> None:
        shop.fault("hang", rf"{shop.catalogue_requests}.*\bpage=2\b", times=-1, seconds=20)
        with shop.connect() as connection:
            reading = shop.connector.read_catalog(connection)
            cancelled: list[float] = []

            def cancel() -> None:
                cancelled.append(time.monotonic())
                connection.session.cancel()

            timer = threading.Timer(0.7, cancel)
            timer.start()
            with pytest.raises(Cancelled):
                list(reading)
            assert time.monotonic() - cancelled[0] < 2.0

    def test_reads_only(self, shop: ShopUnderTest) -> None:
        messages = everything(shop)
        with shop.connect() as connection:
            shop.connector.check(connection)
            list(shop.connector.read_products(connection, [*product_ids(messages)[:3], "999999"]))
            if shop.connector.capabilities.stock_lane:
                list(shop.connector.read_stock(connection))
        assert {a.method for a in shop.asked()} <= {"GET", "HEAD"}

    @pytest.mark.parametrize("kind", ["", "500", "401", "html", "hang"])
    def test_no_secret_in_logs_issues_errors_or_urls(
        self, shop: ShopUnderTest, caplog: pytest.LogCaptureFixture, kind: str
    ) -> None:
        if kind:
            shop.fault(kind, shop.catalogue_requests, times=-1, seconds=20)
        told: list[str] = []
        with caplog.at_level(logging.DEBUG), shop.connect(deadline=1.5) as connection:
            try:
                told += [repr(m) for m in shop.connector.read_catalog(connection)]
            except ConnectorError as error:
                told += [str(error), error.detail, error.message, repr(error.__cause__), repr(error.__context__)]
            told += [repr(connection), repr(dict(connection.memory))]
        told += [record.getMessage() for record in caplog.records]
        for secret in (*map(re.escape, shop.secrets), r"oauth_signature=(?!\*)", "Authorization", r"\bBasic "):
            assert not [line for line in told if re.search(secret, line)], secret

    def test_memory_does_not_grow_with_the_catalogue(self, shop: ShopUnderTest) -> None:
        peaks = []
        for products in (300, 1500):
            with shop.grown(products) as big:
                peaks.append(_peak_of_a_read(big))
        assert peaks[1] <= peaks[0] * 1.3 + 1_000_000, peaks

    def test_by_id_tells_what_is_there_hidden_and_gone(self, shop: ShopUnderTest) -> None:
        there, hidden, gone = sorted(shop.public_ids(), key=_number)[:3]
        shop.hide(hidden)
        shop.delete(gone)
        with shop.connect() as connection:
            messages = list(shop.connector.read_products(connection, [there, hidden, gone]))
        assert product_ids(messages) == [there]
        reasons = {m.source_id: m.reason for m in messages if isinstance(m, Withdrawn)}
        assert reasons == {hidden: "hidden", gone: "gone"}

    def test_by_id_gives_the_same_record_as_the_catalogue(self, shop: ShopUnderTest) -> None:
        whole = {m.source_id: m for m in everything(shop) if isinstance(m, ProductRecord)}
        wanted = sorted(whole, key=_number)[::7]
        with shop.connect() as connection:
            asked = {m.source_id: m for m in shop.connector.read_products(connection, wanted)
                     if isinstance(m, ProductRecord)}  # fmt: skip
        assert asked == {i: whole[i] for i in wanted}

    def test_check_shows_real_products(self, shop: ShopUnderTest) -> None:
        with shop.connect() as connection:
            report = shop.connector.check(connection, sample=20)
        assert report.error is None
        assert report.reachable
        assert report.authorised
        assert len(report.sample) == 20
        assert report.products is not None
        assert report.products >= len(shop.public_ids())

    @pytest.mark.parametrize("kind", ["500", "html", "401", "403", "hang", "reset", "429", "maintenance", "truncated"])
    def test_check_never_raises_for_a_shops_fault(self, shop: ShopUnderTest, kind: str) -> None:
        shop.fault(kind, shop.catalogue_requests, times=-1, seconds=20)
        with shop.connect(deadline=1.0, tries=1) as connection:
            report = shop.connector.check(connection)
        assert report.error is not None
        assert report.error.message


class IncrementalContract:
    """Connectors that read "modified since"."""

    def test_a_change_after_the_cursor_comes_alone(self, shop: ShopUnderTest) -> None:
        cursor = the_end(everything(shop)).cursor
        assert cursor
        changed = sorted(shop.public_ids(), key=_number)[7]
        shop.rename(changed)
        messages = everything(shop, cursor=cursor)
        assert product_ids(messages) == [changed]
        end = the_end(messages)
        assert end.scope == "changes"
        assert end.complete
        assert end.cursor is not None
        assert end.cursor >= cursor

    def test_a_product_that_was_hidden_comes_as_withdrawn(self, shop: ShopUnderTest) -> None:
        cursor = the_end(everything(shop)).cursor
        hidden, unpublished = sorted(shop.public_ids(), key=_number)[7:9]
        shop.hide(hidden)
        shop.unpublish(unpublished)
        messages = everything(shop, cursor=cursor)
        withdrawn = {m.source_id: m.reason for m in messages if isinstance(m, Withdrawn)}
        assert withdrawn == {hidden: "hidden", unpublished: "hidden"}
        assert product_ids(messages) == []

    def test_the_cursor_is_the_runs_start_even_when_it_was_resumed(self, shop: ShopUnderTest) -> None:
        whole = everything(shop)
        place = next(m for m in whole if isinstance(m, Checkpoint))
        assert the_end(everything(shop, checkpoint=place.position)).cursor == the_end(whole).cursor


class StockLaneContract:
    """Connectors with a lane cheaper than the catalogue."""

    def test_the_lane_tells_what_the_catalogue_tells(self, shop: ShopUnderTest) -> None:
        catalogue = {m.source_id: m for m in everything(shop) if isinstance(m, ProductRecord)}
        with shop.connect() as connection:
            messages = list(shop.connector.read_stock(connection))
        lane = {m.source_id: m for m in messages if isinstance(m, StockRecord)}
        assert lane.keys() == catalogue.keys()
        for source_id, record in lane.items():
            told = [o.model_dump(include=set(type(record.offers[0]).model_fields)) for o in catalogue[source_id].offers]
            assert [o.model_dump() for o in record.offers] == told
        assert the_end(messages).complete

    def test_the_lane_resumes(self, shop: ShopUnderTest) -> None:
        def ids(messages: list[Any]) -> set[str]:
            return {m.source_id for m in messages if isinstance(m, StockRecord)}

        with shop.connect() as connection:
            whole: list[Any] = list(shop.connector.read_stock(connection))
        for place in [n for n, m in enumerate(whole) if isinstance(m, Checkpoint)]:
            with shop.connect() as connection:
                rest = list(shop.connector.read_stock(connection, whole[place].position))
            assert ids(whole[:place]) | ids(rest) == ids(whole)
            assert the_end(rest).complete


def _number(product_id: str) -> int:
    """Ids in order, whatever stands before their number."""
    return int(re.sub(r"\D", "", product_id))


def _parameter(target: str, name: str) -> str:
    return next((p.partition("=")[2] for p in target.partition("?")[2].split("&") if p.startswith(f"{name}=")), "")


_READ = """
import json, sys, tracemalloc
sys.path.insert(0, {root!r})
from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.http import HttpSession
from connectors.protocol import Credentials, ShopConnection
name, url, allowed, memory, key, secret = sys.argv[1:]
with HttpSession(AddressPolicy(frozenset([allowed])), user_agent="EmplettesBot/1.0") as session:
    keys = Credentials(key, secret) if key else None
    connection = ShopConnection(url=url, session=session, credentials=keys, memory=json.loads(memory))
    tracemalloc.start()
    count = sum(1 for _ in registry.get(name).read_catalog(connection))
    print(tracemalloc.get_traced_memory()[1], count)
"""


def _peak_of_a_read(shop: ShopUnderTest) -> int:
    """The most memory that Python held at once in a process that does nothing but read this shop."""
    with shop.connect() as connection:
        keys = connection.credentials
        allowed = connection.url.split("/")[2]
        memory = json.dumps(dict(connection.memory))
    command = [sys.executable, "-c", _READ.format(root=str(ROOT)), shop.connector.name, shop.url, allowed, memory]
    command += [keys.key, keys.secret] if keys else ["", ""]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[0])
