"""The OpenAPI document is the truth: a real server, asked whatever it allows and whatever it does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from aggregator.publish import making
from aggregator.search.indexer import rebuild
from aggregator.search.reader import open_reader
from aggregator.settings import Settings
from aggregator.store import open_store
from aggregator.store.tables import SHOP
from aggregator.web.app import create_app
from tests.web.conftest import Portal, running
from tests.web.town import NOW, seed

ASKED = ("/search", "/listing/{listing_id}", "/offer/{offer_id}", "/product/{product_id}", "/shops", "/shop/{shop_id}",
         "/suggest")  # fmt: skip
TOLD = ("/categories", "/towns", "/freshness", "/export", "/export/about")
"""Without a parameter: nothing can be asked wrongly."""
OPERATIONS = [(path, GenerationMode.POSITIVE) for path in (*ASKED, *TOLD)] + [
    (path, GenerationMode.NEGATIVE) for path in ASKED
]

BETWEEN: list[Any] = [positive_data_acceptance]
"""No schema can say what holds between parameters: `km` needs `near`, which must be a place that we know, and a lowest
price lies below a highest one."""


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The portal with its real index and an export, on a socket."""
    data = tmp_path_factory.mktemp("openapi")
    shutil.copyfile(sqlite_template, data / "emplettes.db")
    given = Settings(_env_file=None, data=data, api_per_minute=0)
    with open_store(given) as store:
        seed(store)
        with store.write() as connection:
            connection.execute(sa.update(SHOP).values(export_agreed=True))
        rebuild(store, given)
        making.make_export(store, given, NOW)
        with running(create_app(given, store, open_reader(given), now=lambda: NOW)) as url:
            yield url


@pytest.fixture(scope="module")
def document(server: str) -> BaseSchema:
    config = SchemathesisConfig.from_dict({"base-url": server, "generation": {"mode": "all"}})
    return schemathesis.openapi.from_url(f"{server}/api/openapi.json", config=config)


@pytest.mark.parametrize(("path", "mode"), OPERATIONS)
def test_answers_are_what_the_document_says(document: BaseSchema, path: str, mode: GenerationMode) -> None:
    """No error of ours, only documented statuses, types and shapes, whatever is asked; what is wrong is refused."""
    operation = document[f"/api/v1{path}"]["GET"]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=25, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(excluded_checks=BETWEEN if path == "/search" else None)

    ask()


def test_every_operation_is_asked(document: BaseSchema) -> None:
    assert set(document.raw_schema["paths"]) == {f"/api/v1{path}" for path in (*ASKED, *TOLD)}


def test_ids_that_exist_are_answered_in_their_shapes(document: BaseSchema) -> None:
    """Random ids find nothing: the shapes of what is found are checked with known ones."""
    for path, parameters in (
        ("/listing/{listing_id}", {"listing_id": 1001}), ("/offer/{offer_id}", {"offer_id": 10011}),
        ("/product/{product_id}", {"product_id": 501}), ("/shop/{shop_id}", {"shop_id": 1}),
    ):  # fmt: skip
        case = document[f"/api/v1{path}"]["GET"].Case(path_parameters=parameters)
        assert case.call_and_validate().status_code == 200
    for query in (
        {"q": "pull"},
        {"near": "Dinan", "km": 30, "sort": "distance"},
        {"category": ["mode"], "collapse": False},
    ):
        answer = document["/api/v1/search"]["GET"].Case(query=query).call_and_validate()
        assert answer.json()["results"], query


def test_the_document_is_whole(portal: Portal) -> None:
    """Every operation, parameter and field is described; no third party's page shows it."""
    described = portal.http.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert operation["description"], path
            assert "429" in operation["responses"], path
            for parameter in operation.get("parameters", ()):
                assert parameter.get("description") or parameter["in"] == "path", (path, parameter["name"])
    assert "HTTPValidationError" not in described["components"]["schemas"]
    for path in ("/docs", "/redoc"):
        assert portal.http.get(path).status_code == 404
