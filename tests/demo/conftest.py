"""Fake shops for the tests of the fakes: one small catalogue, made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.model import Catalogue
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


STORE = "/wp-json/wc/store/v1/products"
REST = "/wp-json/wc/v3/products"
WP = "/wp-json/wp/v2/product"
KEY = ("ck_test", "cs_test")
