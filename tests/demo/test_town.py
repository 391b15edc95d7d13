"""The sample town: its shops, and the process that `emplettes demo` and the benches start."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from aggregator.demo.town import Town, start_town

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def town() -> Town:
    with start_town(scale=0.1) as running:
        return running


def test_at_least_eight_shops_each_of_its_own_kind(town: Town) -> None:
    assert len(town.shops) >= 8
    assert len({s.kind for s in town.shops}) == len({s.url for s in town.shops}) == len(town.shops)
    assert all(s.products == s.server.fake.catalogue.count() > 0 for s in town.shops)
    assert all(s.items == len(s.server.fake.catalogue.products) for s in town.shops)


def test_two_shops_have_keys_and_one_has_plain_permalinks(town: Town) -> None:
    keyed = [s for s in town.shops if s.keys]
    assert len(keyed) == 2
    assert sorted(s.server.fake.options.assume_https for s in keyed) == [False, True]  # the first needs OAuth
    assert sum(s.server.fake.options.permalinks == "plain" for s in town.shops) == 1
    with_keys = {s.kind for s in keyed}
    assert all(bool(s.server.fake.options.keys) == (s.kind in with_keys) for s in town.shops)


def test_every_shop_answers_until_the_town_stops() -> None:
    with start_town(scale=0.05) as running:
        for shop in running.shops:
            route = f"{shop.url}/?rest_route=/wc/store/v1/products&per_page=1"
            assert int(requests.get(route, timeout=10).headers["X-WP-Total"]) > 0
            assert shop.merchant.commune in requests.get(f"{shop.url}/", timeout=10).text
    with pytest.raises(requests.ConnectionError):
        requests.get(running.shops[0].url, timeout=2)


def test_a_taken_port_leaves_nothing_running() -> None:
    with socket.socket() as free, socket.socket() as taken:
        free.bind(("127.0.0.1", 0))
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = free.getsockname()[1]
        free.close()
        with pytest.raises(OSError, match="in use"):
            start_town(ports=[port, taken.getsockname()[1]], scale=0.05)
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{port}/", timeout=2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [["--scale", "0.05"], ["--synthetic", "300"]])
def test_the_process_names_its_shops_and_stops_when_told(number: signal.Signals, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "aggregator.demo", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=dict(os.environ))
    try:
        assert process.stdout is not None
        shops = json.loads(process.stdout.readline())
        first = shops[0]
        assert {"name", "url", "products", "items", "consumer_key", "consumer_secret"} <= set(first)
        answer = requests.get(f"{first['url']}/wp-json/wc/store/v1/products", timeout=10)
        assert len(answer.json()) == 10
        process.send_signal(number)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
