"""One spider's process for all tests of a worker, as a connector shares one among its shops."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.spider import SpiderProcess, spider_process


@pytest.fixture(scope="session")
def spider() -> Iterator[SpiderProcess]:
    with spider_process() as process:
        yield process
