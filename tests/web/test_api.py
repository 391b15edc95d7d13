"""The public JSON interface: its shapes, its refusals, and how little is sent twice."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from aggregator.store.tables import LISTING, SHOP
from tests.web.conftest import Portal


def get(portal: Portal, path: str, status: int = 200, **more: Any) -> Any:
    answer = portal.http.get(f"/api/v1{path}", **more)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_result_names_its_listing_its_offer_and_its_page(portal: Portal) -> None:
    body = get(portal, "/search?q=pull")
    assert (body["total"], body["page"], body["pages"], body["per_page"]) == (1, 1, 1, 24)
    assert body["results"][0] == {
        "listing_id": "1001",
        "offer_id": "10011",
        "product": None,
        "title": "Pull marin torsadé",
        "brand": "Ty Breizh",
        "price": {"amount_minor": 4990, "currency": "EUR"},
        "price_varies": True,
        "variants": 3,
        "availability": "InStock",
        "shop": {"id": str(portal.town.shop), "name": "La Petite Fabrique", "town": "Dinan"},
        "distance_km": None,
        "url": "https://boutique.example/produit/1001/",
        "page": "http://127.0.0.1:8000/offre/1001-pull-marin-torsade",
        "image": "https://photos.example/face.svg",
        "first_seen_at": body["results"][0]["first_seen_at"],
        "checked_at": "2026-11-23T13:53:00Z",
        "to_verify": False,
    }
    assert body["facets"]["town"] == [{"value": "Dinan", "label": "Dinan", "count": 1}]


def test_what_a_result_names_can_be_read(portal: Portal) -> None:
    found = get(portal, "/search?q=pull")["results"][0]
    listing = get(portal, f"/listing/{found['listing_id']}")
    assert [offer["offer_id"] for offer in listing["offers"]] == ["10010", "10011", "10012"]
    assert listing["offers"][1]["variant"] == [{"name": "Taille", "value": "38"}]
    assert listing["attributes"][0] == {"name": "Matière", "value": "100 % laine"}
    assert listing["page"] == found["page"]
    offer = get(portal, f"/offer/{found['offer_id']}")
    assert offer["offer"] == listing["offers"][1]
    assert offer["listing"] == listing
    shop = get(portal, f"/shop/{found['shop']['id']}")
    assert shop["shop"]["siret"] == "73282932000074"
    theirs = urlsplit(shop["search"])
    assert shop["listings"] == get(portal, f"{theirs.path.removeprefix('/api/v1')}?{theirs.query}")["total"]


def test_pages_follow_each_other_by_their_links(portal: Portal) -> None:
    seen: list[str] = []
    address: str | None = "/api/v1/search?town=Dinan&town=Foug%C3%A8res&sort=price_desc&per_page=20&collapse=false"
    totals = set()
    while address is not None:
        body = portal.http.get(address).json()
        totals.add((body["total"], body["pages"]))
        seen += [result["listing_id"] for result in body["results"]]
        if body["links"]["next"] is None:
            assert body["links"]["self"] == body["links"]["last"]
            break
        address = body["links"]["next"].removeprefix("http://127.0.0.1:8000")
    ((total, pages),) = totals
    assert (pages, len(seen), len(set(seen))) == (-(-total // 20), total, total)


def test_a_range_of_prices_includes_its_bounds(portal: Portal) -> None:
    every = get(portal, "/search?sort=price_asc&per_page=100&collapse=false")["results"]
    prices = [one["price"]["amount_minor"] for one in every if one["price"]]
    low, high = prices[10], prices[-10]
    found = get(portal, f"/search?price_min_minor={low}&price_max_minor={high}&per_page=100&collapse=false")
    assert found["total"] == len([price for price in prices if low <= price <= high])
    assert {low, high} <= {one["price"]["amount_minor"] for one in found["results"]}
    assert f"price_min_minor={low}&price_max_minor={high}" in found["links"]["self"]


def test_shops_are_listed_with_their_count(portal: Portal) -> None:
    body = get(portal, "/shops")
    assert [shop["name"] for shop in body["shops"]] == [
        "Au Comptoir des Marées", "La Petite Fabrique", "Librairie du Vieux Pont",
    ]  # fmt: skip
    assert (body["total"], body["links"]["next"]) == (3, None)


def test_freshness_is_public_but_not_who_fails(portal: Portal) -> None:
    body = get(portal, "/freshness")
    assert body["offers"] == sum(shop["offers"] for shop in body["shops"]) > 60
    assert "failing" not in body["shops"][0]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("page=0", "page"), ("page=x", "page"), ("page=401", "page"), ("sort=random", "sort"),
     ("per_page=101", "per_page"), ("page=400&per_page=100", "page"), ("availability=Maybe", "availability"),
     ("price=1-2", "price"),
     ("condition=old", "condition"), ("q=" + "a" * 201, "q"), ("catgory=Maison", "catgory"), ("km=3", "km"),
     ("sort=distance", "sort"), ("near=nulle+part+du+tout", "near"),
     ("price_min_minor=-1", "price_min_minor"), ("price_max_minor=12,50", "price_max_minor"),
     ("price_min_minor=2&price_max_minor=1", "price_max_minor"), ("km=nan&near=dinan", "km")],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name(portal: Portal, query: str, parameter: str) -> None:
    answer = portal.http.get(f"/api/v1/search?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert [one["parameter"] for one in problem["problems"]] == [parameter]
    assert problem["status"] == 422
    assert problem["type"].endswith("/developpeurs#invalid-parameter")


def test_what_is_gone_is_told_from_what_never_was(own_portal: Portal) -> None:
    town = own_portal.town
    for path, status in (
        (f"/listing/{town.hidden}", 410), (f"/offer/{town.hidden}0", 410), ("/listing/424242", 404),
        ("/offer/424242", 404), (f"/shop/{town.proposed_shop}", 404), ("/listing/9001", 404), ("/product/1", 404),
        ("/rien", 404), (f"/listing/{2**63}", 422),
    ):  # fmt: skip
        answer = own_portal.http.get(f"/api/v1{path}")
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
    with own_portal.store.write() as connection:
        connection.execute(sa.update(SHOP).where(SHOP.c.id == town.shop).values(status="left"))
    assert own_portal.http.get(f"/api/v1/shop/{town.shop}").status_code == 410


def test_what_is_known_is_not_sent_again_until_it_changes(own_portal: Portal) -> None:
    first = own_portal.http.get("/api/v1/search?q=pull")
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    for sent in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = own_portal.http.get("/api/v1/search?q=pull", headers={"if-none-match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    with own_portal.store.write() as connection:
        connection.execute(sa.update(LISTING).where(LISTING.c.id == 1001).values(title="Pull marin côtelé"))
    changed = own_portal.http.get("/api/v1/search?q=pull", headers={"if-none-match": tag})
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)
    assert first.headers["cache-control"] == "public, max-age=30"


def test_scripts_of_any_site_may_read(portal: Portal) -> None:
    answer = portal.http.get("/api/v1/search?q=pull", headers={"origin": "https://ailleurs.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    before = portal.http.options(
        "/api/v1/search", headers={"origin": "https://a.example", "access-control-request-method": "GET"}
    )
    assert before.status_code == 204
    assert "If-None-Match" in before.headers["access-control-allow-headers"]
    assert "access-control-allow-origin" not in portal.http.get("/recherche?q=pull").headers


def test_head_answers_as_get_without_a_body(portal: Portal) -> None:
    for path in ("/api/v1/search?q=pull", "/recherche?q=pull", "/"):
        got, head = portal.http.get(path), portal.http.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == got.headers["content-type"]


def test_nothing_is_written(portal: Portal) -> None:
    answer = portal.http.post("/api/v1/search")
    assert answer.status_code == 405
    assert answer.json()["type"].endswith("#method-not-allowed")
