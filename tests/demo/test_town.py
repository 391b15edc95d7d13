"""The sample town: its shops, and the process that `emplettes demo` and the benches start."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import requests

from aggregator.demo.sites.themes import THEMES
from aggregator.demo.town import Town, TownShop, start_town

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    with start_town(scale=0.1, files=tmp_path_factory.mktemp("files")) as running:
        return running


def of(town: Town, platform: str) -> list[TownShop]:
    return [s for s in town.shops if s.platform == platform]


def test_each_shop_is_of_its_own_kind_and_known_by_how_it_is_read(town: Town) -> None:
    kinds = Counter(s.platform for s in town.shops)
    assert kinds == {"WooCommerce": 10, "PrestaShop": 3, "site": 5, "feed": 1, "file": 1}
    assert len({s.kind for s in town.shops}) == len({s.url for s in town.shops}) == len(town.shops)
    assert len({s.merchant.siret for s in town.shops}) == len(town.shops)
    for shop in town.shops:
        assert shop.products > 0
        assert (shop.server is None) == (shop.url == "") == (shop.file is not None)
        assert (shop.feed is not None) == (shop.platform == "feed")
        if shop.server:
            assert shop.products == shop.server.fake.catalogue.count()
            assert shop.items == len(shop.server.fake.catalogue.products)


def test_some_merchants_gave_a_key_and_the_others_have_none(town: Town) -> None:
    keyed = [s for s in of(town, "WooCommerce") if s.key]
    assert len(keyed) == 2
    assert sorted(s.server.fake.options.assume_https for s in keyed if s.server) == [False, True]  # one needs OAuth
    assert sum(s.server.fake.options.permalinks == "plain" for s in of(town, "WooCommerce") if s.server) == 1
    assert {s.server.fake.options.theme for s in of(town, "site") if s.server} == set(THEMES)
    assert [bool(s.key) for s in of(town, "PrestaShop")] == [True, True, False]
    for shop in (*of(town, "WooCommerce"), *of(town, "PrestaShop")):
        assert shop.server is not None
        assert bool(shop.server.fake.options.keys) == bool(shop.key)


def test_every_shop_answers_in_its_own_way_until_the_town_stops(tmp_path: Path) -> None:
    with start_town(scale=0.05, files=tmp_path) as running:
        for shop in of(running, "WooCommerce"):
            route = f"{shop.url}/?rest_route=/wc/store/v1/products&per_page=1"
            assert int(requests.get(route, timeout=10).headers["X-WP-Total"]) > 0
        for shop in of(running, "PrestaShop"):
            url = f"{shop.url}/api/products?output_format=JSON"
            listed = requests.get(url, auth=shop.key, timeout=10)
            assert len(listed.json()["products"]) >= shop.products if shop.key else listed.status_code == 401
        for shop in of(running, "feed"):
            assert shop.feed is not None
            assert requests.get(shop.feed, timeout=10).text.count("<item>") > 0
        for shop in running.shops:
            if shop.url:
                assert shop.merchant.commune in requests.get(f"{shop.url}/", timeout=10).text
        assert [f.name for f in tmp_path.iterdir()] == ["la-vannerie-du-gue.xlsx"]
    with pytest.raises(requests.ConnectionError):
        requests.get(running.shops[0].url, timeout=2)
    assert len(list(tmp_path.iterdir())) == 1  # the merchant's own file


def test_without_a_folder_there_is_no_spreadsheet_shop() -> None:
    with start_town(ports=[0, 0], scale=0.05) as running:
        assert [s.platform for s in running.shops] == ["WooCommerce", "WooCommerce"]


def test_a_taken_port_or_a_missing_folder_leaves_nothing_running(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        start_town(ports=[0], scale=0.05, files=tmp_path / "none")

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
        assert {"name", "platform", "url", "products", "items", "key", "secret"} <= set(first)
        answer = requests.get(f"{first['url']}/wp-json/wc/store/v1/products", timeout=10)
        assert len(answer.json()) == 10
        process.send_signal(number)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
