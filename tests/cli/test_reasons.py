"""Every reason that the readers of pages give is said in French."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.cli.reasons import _AGAINST, _KIND_REASONS, _said, field_reason, kind_reason, place
from aggregator.demo.answer import Request
from aggregator.demo.synthetic import synthetic
from connectors.pages.page import Page
from connectors.pages.reader import read
from tests.support.site_shop import TroubledSite

PAGES = Path(__file__).parents[2] / "connectors" / "pages"


def given() -> Iterator[str]:
    """The reasons in the readers' code, with something for each value that is filled in."""
    for path in sorted(PAGES.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Sign":
                yield from texts(node.args[2])


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)


BUILT = re.compile(r"7 (?:without|with)|<body|its 7 is|7 characters of text7")
"""Put together of pieces that stand elsewhere, or nothing but what the page says."""
REASONS = sorted({reason for reason in given() if not BUILT.match(reason)})


def test_there_are_reasons() -> None:
    assert len(REASONS) > 40


@pytest.mark.parametrize("reason", REASONS)
def test_why_a_page_is_of_its_kind(reason: str) -> None:
    assert _said(reason, _KIND_REASONS), f"aggregator/cli/reasons.py does not know {reason!r}"


def test_a_reason_keeps_its_weight_and_what_it_quotes() -> None:
    assert (
        kind_reason("marked up as the product 'Vase' (product +3.5)")
        == "balisée comme le produit «\N{NO-BREAK SPACE}Vase\N{NO-BREAK SPACE}» (produit +3,5)"
    )
    assert kind_reason("no price and no cart button outside of cards (product -1.5)").endswith("(produit −1,5)")
    assert kind_reason("something new (product +1.0)") == "something new (produit +1,0)"


@pytest.mark.parametrize(
    ("why", "french"),
    [
        ("given by json-ld, visible; others: 12.50", "donné par : JSON-LD, page visible ; autres réponses : 12,50"),
        ("too uncertain to publish; given by visible", "trop incertain pour être publié ; donné par : page visible"),
        ("said by microdata; others differ", "dit par : microdonnées ; d'autres le contredisent"),
        ("", ""),
    ],
)
def test_why_a_value_was_chosen(why: str, french: str) -> None:
    assert field_reason(why) == french


def test_where_an_answer_stands() -> None:
    assert place("text 11, score 8.1") == "texte n° 11, note 8,1"
    assert place("text 9, score -0.5 (shipping, zero)") == "texte n° 9, note −0,5 (livraison, zéro)"
    assert place("script 1, @graph[1]") == "script 1, @graph[1]"


def test_what_speaks_against_an_amount_is_said_in_french() -> None:
    tree = ast.parse((PAGES / "prices.py").read_text(encoding="utf-8"))
    judge = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "_judge")
    against = next(node for node in judge.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple))
    assert isinstance(against.value, ast.Tuple)
    told = {one.value for row in against.value.elts for one in ast.walk(row.elts[1]) if isinstance(one, ast.Constant)}  # type: ignore[attr-defined]
    assert len(told) > 4
    assert told <= set(_AGAINST)


def test_nothing_of_an_ordinary_page_is_left_in_english() -> None:
    site = TroubledSite(synthetic(9), mapped=False)
    english = re.compile(r"\b(?:the|given|said|price|beside|gives|product|address|cart|marked)\b")
    for path in ("/p/101", "/p/107", "/", "/rayon/rayon-1", "/panier"):
        answer = site.answer(Request("GET", path, "", {}, ""))
        reading = read(Page.parse(f"https://b.example{path}", answer.body), shop_url="https://b.example/")
        told = [kind_reason(reason) for reason in reading.verdict.reasons]
        told += [field_reason(field.why) for field in reading.fields]
        assert told
        assert not [text for text in told if english.search(text)]
