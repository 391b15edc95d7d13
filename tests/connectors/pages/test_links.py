# ruff: noqa: E501  lines of HTML
"""Where a page leads: each address once, with the best that is known of it."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages import tiles
from connectors.pages.hrefs import Hrefs
from connectors.pages.links import MAX_LINKS, Hint, Link, links
from connectors.pages.page import Page
from tests.connectors.pages.kinds.goods import Goods
from tests.connectors.pages.kinds.themes import HOST, Theme
from tests.connectors.pages.kinds.themes_other import THEMES

HERE = "https://boutique.example/rayon/poterie"


def read(body: str | bytes, url: str = HERE) -> tuple[Link, ...]:
    page = Page.parse(url, body if isinstance(body, bytes) else body.encode())
    return links(page, tiles.find(page))


def hints(body: str | bytes, url: str = HERE) -> dict[str, Hint]:
    return {link.url.removeprefix("https://boutique.example"): link.hint for link in read(body, url)}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_listing_leads_to_its_products_its_next_page_and_the_categories(theme: Theme) -> None:
    things = Goods(f"links{theme.name}").things(9, "poterie")
    main = f"<h1>Poterie</h1>{theme.tiles(things)}{theme.pager}"
    found = {link.url: link.hint for link in read(theme.page("category", "Poterie", main), theme.url("category"))}
    assert [url for url, hint in found.items() if hint is Hint.TILE] == [
        theme.url("product", thing) for thing in things
    ]
    assert any(hint is Hint.NEXT for hint in found.values())
    category = theme.url("category", category="outillage")
    assert found[category] is Hint.CATEGORY


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<a href="/rayon/poterie?page=2">2</a>', {"/rayon/poterie?page=2": Hint.NEXT}),
        ('<a href="/rayon/poterie/page/3/">3</a>', {"/rayon/poterie/page/3/": Hint.NEXT}),
        ('<a href="/suite">Page suivante</a>', {"/suite": Hint.NEXT}),
        ('<a rel="next" href="/suite">&gt;</a>', {"/suite": Hint.NEXT}),
        ('<head><link rel="next" href="/suite"></head>', {"/suite": Hint.NEXT}),
        ('<div class="pagination"><span><a href="/r/b">b</a></span></div>', {"/r/b": Hint.NEXT}),
        ('<nav><ul><li><a href="/outils">Outils</a></li></ul></nav>', {"/outils": Hint.CATEGORY}),
        ('<div class="fil-ariane"><a href="/">Accueil</a></div>', {"/": Hint.CATEGORY}),
        ('<a href="/export/google-shopping.xml">Flux</a>', {"/export/google-shopping.xml": Hint.FEED}),
        ('<link rel="alternate" href="/flux/produits.csv">', {"/flux/produits.csv": Hint.FEED}),
        ('<a href="/sitemap-products.xml">Plan</a>', {"/sitemap-products.xml": Hint.OTHER}),
        ('<nav><a rel="nofollow" href="/tri?order=prix">Prix</a></nav>', {"/tri?order=prix": Hint.OTHER}),
        ('<nav><a href="/?add-to-cart=4">Ajouter</a></nav>', {"/?add-to-cart=4": Hint.OTHER}),
        ('<p><a href="/a-propos">La maison</a></p>', {"/a-propos": Hint.OTHER}),
    ],
)
def test_hints(body: str, expected: dict[str, Hint]) -> None:
    assert hints(body) == expected


def test_an_address_comes_once_with_its_best_hint_and_its_first_text() -> None:
    body = '<a href="/b#x"><img src="b.jpg"></a><nav><a href="/b"> Bols\n et tasses </a></nav><a href="/b?">autre</a><a href="/b">Bols</a>'
    assert read(body) == (
        Link("https://boutique.example/b", Hint.CATEGORY, "Bols et tasses"),
        Link("https://boutique.example/b?", Hint.OTHER, "autre"),
    )


def test_categories_with_pictures_are_categories() -> None:
    body = "".join(f'<div><a href="/r{n}"><img src="/r{n}.jpg">Rayon {n}</a></div>' for n in range(4))
    assert set(hints(f"<h1>Tout</h1>{body}").values()) == {Hint.CATEGORY}


def test_what_leads_nowhere_is_left_out() -> None:
    body = (
        '<a href="#haut">1</a><a href="">2</a><a>3</a><a href="mailto:a@b.example">4</a><a href="javascript:void(0)">5</a>'
        '<a href="tel:+33400000000">6</a><a href="ftp://boutique.example/x">7</a><a href="data:text/html,x">8</a>'
    )
    assert read(body) == ()


def test_there_is_an_end() -> None:
    body = "".join(f'<a href="/{n}">{n}</a>' for n in range(MAX_LINKS + 200))
    assert len(read(body)) == MAX_LINKS


_HREF = st.one_of(
    st.sampled_from(
        [
            "/a",
            "b",
            "../c",
            "./d",
            "?e=1",
            "//autre.example/f",
            "https://g.example",
            "HTTP://H.example/x",
            "/i j",
            "k\\l",
        ]
    ),
    st.text(alphabet="ab/.:?#&=%[]\\ \n\t@", max_size=20),
)


@settings(deadline=None)
@given(st.lists(_HREF, max_size=15), st.sampled_from([HERE, HOST, f"{HOST}/", f"{HOST}/a/b.html?c=d", "", "http://["]))
def test_every_link_is_an_absolute_address_of_the_web(hrefs: list[str], url: str) -> None:
    body = "".join(f'<a href="{href}">x</a>' for href in hrefs)
    found = read(body, url)
    assert len({link.url for link in found}) == len(found)
    for link in found:
        assert link.url.lower().startswith(("http://", "https://"))
        assert "#" not in link.url
        assert " " not in link.url
        assert "\n" not in link.url


@given(
    st.lists(st.sampled_from(["a", "b.html", "..", ".", "c-d"]), max_size=6),
    st.sampled_from(["", "?x=1", "?x=../y"]),
)
def test_addresses_are_made_as_the_standard_says(parts: list[str], query: str) -> None:
    href = "/".join(parts) + query
    made = Hrefs(HERE).absolute(href)
    if not href:
        assert made is None
    elif made is not None:
        assert urlsplit(made) == urlsplit(urljoin(HERE, href))
