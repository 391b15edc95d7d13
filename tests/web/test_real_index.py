"""The pages over the index that is shipped, so that the port's fake does not hide a misunderstanding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from aggregator.search.indexer import rebuild
from aggregator.search.reader import FollowingReader
from aggregator.settings import Settings
from aggregator.store import open_store
from aggregator.web.app import create_app
from tests.support.stores import settings_for
from tests.web.conftest import running
from tests.web.test_pages import ATTACKS, PARAMETERS, links, text
from tests.web.town import NOW, Town, seed


@dataclass(frozen=True, slots=True)
class RealPortal:
    http: httpx.Client
    town: Town


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealPortal]:
    settings: Settings = settings_for(tmp_path_factory.mktemp("real"))
    with open_store(settings) as store:
        town, _ = seed(store)
        rebuild(store, settings)
        app = create_app(settings, store, FollowingReader(settings), now=lambda: NOW)
        with running(app) as url, httpx.Client(base_url=url, follow_redirects=True) as http:
            yield RealPortal(http, town)


def tree(real: RealPortal, path: str):  # type: ignore[no-untyped-def]  # selectolax's parser
    from selectolax.lexbor import LexborHTMLParser

    answer = real.http.get(path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def test_a_plural_and_a_typing_error_find_the_product(real: RealPortal) -> None:
    assert "Pull marin torsadé" in text(tree(real, "/recherche?q=pulls+torsades"), ".grid")
    assert "Cerf-volant" in text(tree(real, "/recherche?q=cerf-volan"), ".grid")


def test_every_facet_link_leads_to_as_many_products_as_it_says(real: RealPortal) -> None:
    found = links(tree(real, "/recherche"), ".filters a")
    assert len(found) > 15
    for name, url in found.items():
        label, count = name.rsplit(" ", 1)
        assert text(tree(real, url), ".total").split()[0] == count, label


def test_a_category_narrows_level_by_level(real: RealPortal) -> None:
    opened = links(tree(real, "/recherche?category=vetements"), ".filters a")
    ((name, url),) = [(name, url) for name, url in opened.items() if name.startswith("Accessoires")]
    narrowed = tree(real, url)
    assert text(narrowed, ".total").split()[0] == name.split()[1] == "8"
    assert text(narrowed, "h1") == "Accessoires"


def test_the_trail_of_an_offer_leads_to_its_category(real: RealPortal) -> None:
    offer = next(iter(links(tree(real, "/recherche?q=bonnet+ocre"), ".card a").values()))
    trail = links(tree(real, offer), ".trail a")
    assert list(trail) == ["Accueil", "Vetements", "Accessoires"]
    assert text(tree(real, trail["Accessoires"]), ".total") == "8 produits"


def test_paging_shows_every_listing_once(real: RealPortal) -> None:
    seen = [url for page in (1, 2, 3) for url in links(tree(real, f"/recherche?page={page}"), ".card a").values()]
    assert len(seen) == len(set(seen)) == 70


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_parameter_breaks_the_real_index(real: RealPortal, name: str) -> None:
    for attack in ATTACKS:
        for path in ("/recherche", "/api/v1/search"):
            assert real.http.get(path, params={name: attack}).status_code in (200, 422), (path, attack)
