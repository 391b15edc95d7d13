"""Fake shops for the tests of the fakes: one small catalogue, made once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.model import Catalogue
from aggregator.demo.prestashop.fake import PrestaShop
from aggregator.demo.prestashop.options import READ_KEY
from aggregator.demo.server import FakeShop


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return generate_shop("clothes", seed=3, products=130)


@pytest.fixture
def shop(catalogue: Catalogue) -> Iterator[FakeShop]:
    """Taken for https: Basic and query keys work."""
    with FakeShop(catalogue, assume_https=True) as running:
        yield running


@pytest.fixture
def plain_http(catalogue: Catalogue) -> Iterator[FakeShop]:
    with FakeShop(catalogue) as running:
        yield running


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as running:
        running.trust_env = False
        yield running


@pytest.fixture
def presta(catalogue: Catalogue) -> Iterator[PrestaShop]:
    with PrestaShop(catalogue) as running:
        yield running


class Asking:
    """Asks one fake PrestaShop, with its read key unless told."""

    def __init__(self, shop: PrestaShop, session: requests.Session) -> None:
        self.shop, self.session = shop, session

    def __call__(self, path: str, auth: tuple[str, str] | None = (READ_KEY, ""), **options: Any) -> requests.Response:
        return self.session.get(f"{self.shop.url}{path}", auth=auth, allow_redirects=False, **options)

    def rows(self, resource: str, query: str = "", key: str = READ_KEY) -> list[dict[str, Any]]:
        """The rows of a JSON list."""
        found = self(f"/api/{resource}?output_format=JSON&{query}", auth=(key, "")).json()
        rows: list[dict[str, Any]] = found[resource] if found else []
        return rows

    def ids(self, resource: str, query: str = "") -> list[int]:
        return [row["id"] for row in self.rows(resource, query)]

    def error(self, path: str, auth: tuple[str, str] | None = (READ_KEY, "")) -> tuple[int, list[int]]:
        """The status, and the codes of a JSON error."""
        answer = self(path, auth=auth)
        return answer.status_code, [e["code"] for e in answer.json()["errors"]]


@pytest.fixture
def ask(presta: PrestaShop, session: requests.Session) -> Asking:
    return Asking(presta, session)


STORE = "/wp-json/wc/store/v1/products"
REST = "/wp-json/wc/v3/products"
WP = "/wp-json/wp/v2/product"
KEY = ("ck_test", "cs_test")
