"""How often one visitor may ask: told on every answer, refused beyond, visitors told apart, minutes forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from aggregator.settings import Settings
from aggregator.store import open_store
from aggregator.web.app import create_app
from tests.web.conftest import running
from tests.web.memory_index import MemoryIndex
from tests.web.town import NOW, seed


@pytest.fixture
def http(sqlite_settings: Settings) -> Iterator[httpx.Client]:
    """A portal behind a proxy, where five questions a minute are allowed."""
    settings = sqlite_settings.model_copy(update={"api_per_minute": 5, "pages_per_minute": 5, "behind_proxy": True})
    with open_store(settings) as store:
        _, documents = seed(store)
        index = MemoryIndex()
        index.apply(documents, [])
        with running(create_app(settings, store, index, now=lambda: NOW)) as url, httpx.Client(base_url=url) as client:
            yield client


def ask(http: httpx.Client, path: str, who: str = "192.0.2.1") -> httpx.Response:
    return http.get(path, headers={"x-forwarded-for": f"203.0.113.9, {who}", "origin": "https://a.example"})


def minute(http: httpx.Client, path: str, who: str = "192.0.2.1") -> list[int]:
    """Statuses of six questions within one of the limiter's minutes."""
    for _ in range(2):
        answers = [ask(http, path, who) for _ in range(6)]
        if answers[-1].status_code == 429:
            break  # else a new minute began in between
    return [answer.status_code for answer in answers]


def test_the_interface_says_what_is_left_and_when_to_come_back(http: httpx.Client) -> None:
    first = ask(http, "/api/v1/search?q=pull")
    assert first.headers["ratelimit-policy"] == '"api";q=5;w=60'
    assert first.headers["ratelimit"].startswith('"api";r=')
    assert minute(http, "/api/v1/search?q=pull", "192.0.2.2")[-1] == 429
    refused = ask(http, "/api/v1/shops", "192.0.2.2")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"].endswith("#too-many-requests")
    assert refused.headers["access-control-allow-origin"] == "*"
    assert refused.headers["cache-control"] == "no-store"


def test_visitors_and_budgets_are_apart(http: httpx.Client) -> None:
    assert minute(http, "/api/v1/suggest?q=t", "192.0.2.3")[-1] == 429
    assert ask(http, "/api/v1/suggest?q=t", "192.0.2.4").status_code == 200
    assert ask(http, "/recherche?q=pull", "192.0.2.3").status_code == 200
    assert minute(http, "/api/v1/suggest?q=t", "2001:db8::1")[-1] == 429
    assert ask(http, "/api/v1/suggest?q=t", "2001:db8::ffff").status_code == 429  # the same household
    assert ask(http, "/api/v1/suggest?q=t", "2001:db8:0:1::1").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/recherche?q=pull", "/en/recherche", "/recherche.rss", "/suggestions?q=t", "/categorie/mode",
        "/recherche/filtrer?par=town",
    ],
)  # fmt: skip
def test_pages_that_search_are_counted_and_refuse_with_a_page(http: httpx.Client, path: str) -> None:
    assert minute(http, path)[-1] == 429
    refused = ask(http, path)
    assert refused.status_code == 429
    assert refused.headers["content-type"].startswith("text/html")
    assert "retry-after" in refused.headers


def test_other_pages_and_files_are_not_counted(http: httpx.Client) -> None:
    for path in ("/", "/offre/1001-pull-marin-torsade", "/robots.txt", "/static/icon.svg", "/healthz"):
        assert {ask(http, path).status_code for _ in range(8)} == {200}


def test_nobody_is_counted_where_the_operator_says_so(sqlite_settings: Settings) -> None:
    settings = sqlite_settings.model_copy(update={"api_per_minute": 0, "pages_per_minute": 0})
    with open_store(settings) as store:
        seed(store)
        app = create_app(settings, store, MemoryIndex(), now=lambda: NOW)
        with running(app) as url, httpx.Client(base_url=url) as client:
            answers = [client.get("/api/v1/shops") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit" not in answers[0].headers
