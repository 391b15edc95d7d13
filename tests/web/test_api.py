"""The public JSON interface."""

from __future__ import annotations

import pytest

from tests.web.conftest import Portal


def test_the_answer_has_the_promised_shape(portal: Portal) -> None:
    body = portal.http.get("/api/v1/search", params={"q": "pull"}).json()
    assert set(body) == {"total", "results", "facets"}
    assert body["total"] == 1
    assert body["results"][0] == {
        "offer_id": "10011",
        "title": "Pull marin torsadé",
        "price": {"amount_minor": 4990, "currency": "EUR"},
        "availability": "InStock",
        "shop": {"id": str(portal.town.shop), "name": "La Petite Fabrique"},
        "url": "https://boutique.example/produit/1001/",
        "image": "https://photos.example/face.svg",
        "checked_at": "2026-11-23T13:53:00Z",
    }
    assert body["facets"]["town"] == [{"value": "Dinan", "count": 1}]


def test_facets_sort_and_page_are_parameters(portal: Portal) -> None:
    first = portal.http.get("/api/v1/search?town=Dinan&town=Foug%C3%A8res&sort=price_desc").json()
    second = portal.http.get("/api/v1/search?town=Dinan&town=Foug%C3%A8res&sort=price_desc&page=2").json()
    assert first["total"] == second["total"] == 49
    ids = [result["offer_id"] for result in first["results"] + second["results"]]
    assert len(set(ids)) == 48
    prices = [result["price"]["amount_minor"] for result in first["results"]]
    assert prices == sorted(prices, reverse=True)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("page=0", "page"), ("page=x", "page"), ("page=401", "page"), ("sort=random", "sort"),
     ("availability=Maybe", "availability"), ("price=1-2", "price"), ("q=" + "a" * 201, "q")],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name(portal: Portal, query: str, parameter: str) -> None:
    answer = portal.http.get(f"/api/v1/search?{query}")
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "invalid_parameter"
    assert [problem["parameter"] for problem in error["problems"]] == [parameter]


def test_the_interface_describes_itself_without_a_third_party(portal: Portal) -> None:
    described = portal.http.get("/api/openapi.json").json()
    assert list(described["paths"]) == ["/api/v1/search"]
    assert portal.http.get("/docs").status_code == 404
    assert portal.http.get("/api/v1/rien").json()["error"]["code"] == "not_found"
