"""XML that a shop sends is read like its JSON, and can do no harm."""

from __future__ import annotations

import contextlib
import gzip
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.prestashop import xml_body
from tests.support.prestashop_player import CAPTURES, captured, exchange, require_captures

BEGIN = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 9))
LAUGHS = BEGIN.replace("<prestashop", f"<!DOCTYPE x [<!ENTITY a0 'ha'>{ENTITIES}]>\n<prestashop")


def document(inside: str) -> bytes:
    return f"{BEGIN}<products>{inside}</products></prestashop>".encode()


@pytest.mark.parametrize(
    "text",
    [
        f"{LAUGHS}<products><product><name>&a8;</name></product></products></prestashop>",
        BEGIN.replace("<prestashop", "<!DOCTYPE x SYSTEM 'file:///etc/passwd'>\n<prestashop")
        + "<products/></prestashop>",
        BEGIN.replace("<prestashop", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><prestashop")
        + "<products><product><name>&e;</name></product></products></prestashop>",
        BEGIN + "<products><product><name>&e;</name></product></products></prestashop>",
        BEGIN + "<products>" + "<a>" * 50 + "</a>" * 50 + "</products></prestashop>",
        BEGIN + "<products><product>",
        BEGIN + "<customers></customers></prestashop>",
        "<html><body>Un instant...</body></html>",
        "",
    ],
)
def test_bombs_entities_and_rubbish_are_refused_at_once(text: str) -> None:
    began = time.monotonic()
    with pytest.raises(ValueError, match=r"\w"):
        xml_body.read_list(text.encode(), "products")
    assert time.monotonic() - began < 0.5


def test_a_doctype_in_a_text_is_a_text() -> None:
    body = document(
        "<product><id><![CDATA[1]]></id><description><![CDATA[<!DOCTYPE html>&lt;é]]></description></product>"
    )
    assert xml_body.read_list(body, "products") == [{"id": "1", "description": "<!DOCTYPE html>&lt;é"}]


def test_notices_before_and_broken_characters_inside_are_read_over() -> None:
    body = b"<br />\n<b>Warning</b>: x in <b>y</b> on line <b>1</b><br />\n" + document(
        "<product><id>1</id><name><![CDATA[Caf\x0b\x00é]]></name></product>"
    ).replace("é".encode(), b"\xe9")
    assert xml_body.read_list(body, "products") == [{"id": "1", "name": "Caf\ufffd"}]


def test_languages_and_associations() -> None:
    body = document(
        '<product><id>7</id><name><language id="1">A</language><language id="2">B</language></name><associations>'
        '<images nodeType="image"><image><id>3</id></image></images><categories/></associations></product>'
    )
    assert xml_body.read_list(body, "products") == [
        {
            "id": "7",
            "name": [{"id": "1", "value": "A"}, {"id": "2", "value": "B"}],
            "associations": {"images": [{"id": "3"}], "categories": []},
        }
    ]


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_list_or_a_refusal(noise: bytes) -> None:
    for body in (noise, BEGIN.encode() + noise, document("") + noise):
        with contextlib.suppress(ValueError):
            assert isinstance(xml_body.read_list(body, "products"), list)


@pytest.mark.captures
def test_captured_xml_says_what_captured_json_says() -> None:
    require_captures()
    items = {row["id"]: row for row in captured("products")}
    compared = 0
    with gzip.open(CAPTURES / "items" / "products-xml.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            kept = json.loads(line)
            body = next(v for v in kept.values() if isinstance(v, str) and "<prestashop" in v).encode()
            root = xml_body.parse(body)
            found = xml_body._object(root.children[0])
            row = items[int(found["id"])]
            name = found["name"][0]["value"] if isinstance(found["name"], list) else found["name"]
            assert name == row["name"]
            assert {e["id"] for e in found["associations"].get("images", ())} == {
                str(e["id"]) for e in row["associations"].get("images", ())
            }
            compared += 1
    assert compared == 29


@pytest.mark.captures
def test_captured_rights_and_errors() -> None:
    require_captures()
    rights = xml_body.read_rights(exchange("016")["body"].encode())
    assert rights == {"products": frozenset({"get"})}
    everything = xml_body.read_rights(exchange("015")["body"].encode())
    assert len(everything) > 20
    assert all(methods == {"get", "head"} for methods in everything.values())
    assert [code for code, _ in xml_body.read_errors(exchange("020")["body"].encode())] == [26]
