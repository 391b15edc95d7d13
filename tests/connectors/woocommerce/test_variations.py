"""Shops that know fewer parameters than others still give their variations whole."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from aggregator.demo.answer import Answer, Request
from aggregator.demo.faults import Fault
from aggregator.demo.server import FakeShop
from connectors import registry
from connectors.errors import CatalogueMalformed
from connectors.records import EndOfCatalog, ProductRecord
from tests.support.woo_shop import reach, small_catalogue

STORE = registry.get("woocommerce-store")


@contextmanager
def deaf_to(*parameters: str) -> Iterator[FakeShop]:
    """A shop that ignores these parameters where variations are asked for, silently, as WordPress does."""
    with FakeShop(small_catalogue(300)) as shop:
        whole = shop.fake.answer

        def answer(request: Request, fault: Fault | None = None) -> Answer:
            if "type=variation" in request.query:
                kept = [p for p in request.query.split("&") if p.partition("=")[0] not in parameters]
                request = dataclasses.replace(request, query="&".join(kept))
            return whole(request, fault)

        shop.fake.answer = answer  # type: ignore[method-assign]
        yield shop


def families(messages: list[Any]) -> dict[str, list[str]]:
    return {m.source_id: [o.source_id for o in m.offers] for m in messages if isinstance(m, ProductRecord)}


def test_a_shop_that_ignores_include_is_asked_by_parent() -> None:
    with FakeShop(small_catalogue(300)) as shop, reach(shop) as reached:
        usual = families(list(STORE.read_catalog(reached.connection)))
    with deaf_to("include") as shop, reach(shop) as reached:
        messages: list[Any] = list(STORE.read_catalog(reached.connection))
        assert families(messages) == usual
        assert isinstance(messages[-1], EndOfCatalog)
        assert messages[-1].complete
        asked = [s.query for s in shop.fake.requests if "type=variation" in s.query]
        assert sum("include=" in query for query in asked) == 2  # the first hundred happened to be the ones asked for
        assert all(re.search(r"\bparent=\d", query) for query in asked[2:])


def test_a_shop_that_ignores_both_is_not_read_wrongly() -> None:
    with deaf_to("include", "parent") as shop, reach(shop) as reached, pytest.raises(CatalogueMalformed):
        list(STORE.read_catalog(reached.connection))
