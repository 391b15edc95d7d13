"""`check` and `explain` over a simple site, as people and programs see them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from tests.cli.conftest import Done, Emplettes
from tests.support.site_shop import SiteUnderTest


@pytest.fixture(scope="module")
def site() -> Iterator[SiteUnderTest]:
    with SiteUnderTest(40) as running:
        yield running


@pytest.fixture(autouse=True)
def in_no_hurry(emplettes: Emplettes) -> None:
    emplettes.settings["CRAWL_DELAY"] = "0"


def test_check_shows_products_with_the_source_of_each_field(here: Callable[..., Done], site: SiteUnderTest) -> None:
    began = time.monotonic()
    report = here("check", site.url, "--json").json()
    assert time.monotonic() - began < 15
    assert (report["connector"], report["error"], report["products"]) == ("website", None, 40)
    assert len(report["sample"]) == 20
    first = report["sample"][0]
    fields = {field["name"]: field for field in report["fields"][first["source_id"]]}
    assert fields["price"]["source"] == "json-ld"
    assert float(fields["price"]["value"]) * 100 == first["offers"][0]["price_minor"]
    assert 0.5 < fields["name"]["confidence"] <= 1
    assert any("la marque" in warning for warning in report["warnings"])


def test_check_is_read_by_people(here: Callable[..., Done], site: SiteUnderTest) -> None:
    done = here("check", site.url)
    assert done.code == 0
    assert "Site sans plateforme connue" in done.out
    assert "D'où viennent les champs" in done.out
    assert done.out.count("disponibilité") == 5
    assert "JSON-LD" in done.out


def test_explain_shows_every_answer_and_what_was_chosen(here: Callable[..., Done], site: SiteUnderTest) -> None:
    told = here("explain", f"{site.url}/p/106", "--json").json()
    assert (told["status"], told["kind"], told["error"]) == (200, "product", None)
    assert told["reasons"]
    price = next(field for field in told["fields"] if field["name"] == "price")
    assert {answer["source"] for answer in price["answers"]} >= {"json-ld", "visible"}
    assert price["value"] in {answer["value"] for answer in price["answers"]}
    assert price["why"]
    assert told["record"]["source_id"] == "/p/106"
    shown = here("explain", f"{site.url}/p/106")
    assert "page d'un produit" in shown.out
    assert "disponibilité" in shown.out
    assert price["value"].replace(".", ",") in shown.out


def test_explain_says_that_a_list_is_no_product(here: Callable[..., Done], site: SiteUnderTest) -> None:
    done = here("explain", f"{site.url}/rayon/rayon-1")
    assert done.code == 0
    assert "liste de produits" in done.out
    assert "aucun produit" in done.out
    assert here("explain", f"{site.url}/rayon/rayon-1", "--json").json()["record"] is None


def test_explain_asks_robots_txt_first(here: Callable[..., Done], site: SiteUnderTest) -> None:
    asked = len(site.fake.requests)
    done = here("explain", f"{site.url}/panier", "--json")
    assert done.code == 1
    assert done.json()["error"]["code"] == "access_forbidden"
    assert "robots.txt" in done.err
    assert [seen.path for seen in site.fake.requests[asked:]] == ["/robots.txt"]


@pytest.mark.parametrize("typed", ["pas une adresse", "ftp://x.fr/"])
def test_explain_of_what_is_no_address(here: Callable[..., Done], typed: str) -> None:
    done = here("explain", typed, "--json")
    assert done.code == 1
    assert done.json()["error"]["code"] == "platform_not_recognised"


def test_explain_never_calls_a_private_address(here: Callable[..., Done], emplettes: Emplettes) -> None:
    emplettes.settings["ALLOW_HOSTS"] = ""
    done = here("explain", "http://127.0.0.1:9/", "--json")
    assert done.json()["error"]["code"] == "address_blocked"
