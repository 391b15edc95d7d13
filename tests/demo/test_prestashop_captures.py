"""The fake PrestaShop beside the recorded one: the same questions, the same statuses, codes, fields and types."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import html
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.model import Catalogue
from aggregator.demo.prestashop.fake import PrestaShop
from aggregator.demo.prestashop.options import Key
from aggregator.demo.prestashop.schema import RESOURCES

SHARED = Path(os.environ.get("EMPLETTES_SHARED") or Path(__file__).parents[3] / "shared")
FOLDER = SHARED / "captures" / "prestashop"
pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="no recorded answers (EMPLETTES_SHARED)"),
]
KEY = "TESTKEYTESTKEYTESTKEYTESTKEY0000"
# Recorded with another key, in another state of the shop, of resources or pages that the fake leaves out, or of which
# the answer depends on which goods there are.
APART = {
    *("001", "002", "013", "020", "021", "245", "246", "300"),
    *("084", "097", "100", "101", "102", "247", "248", "275", "310"),
    *("126", "128", "132", "133", "134", "135", "143", "243", "256", "272", "273", "291"),
    "183",  # the same error, after the shop's own PHP warnings
}  # fmt: skip


def lines(name: str) -> list[dict[str, Any]]:
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt", encoding="utf-8") as found:
        return [json.loads(line) for line in found]


def renumbered(catalogue: Catalogue) -> Catalogue:
    """The same goods with ids from 1 on without gaps, as the recorded questions expect; the first ones are families."""
    families = {p.id for p in catalogue.products if p.type == "variable"}
    order = sorted((p for p in catalogue.products if not p.parent), key=lambda p: (p.id not in families, p.id))
    numbers = {p.id: n for n, p in enumerate(order, 1)}
    later = {p.id: 5000 + n for n, p in enumerate(p for p in catalogue.products if p.parent)}
    products = tuple(
        dataclasses.replace(p, id=numbers.get(p.id) or later[p.id], parent=numbers.get(p.parent, 0))
        for p in [*order, *(p for p in catalogue.products if p.parent)]
    )
    reduced = dataclasses.replace(products[0], sale_price="1.00", regular_price="2.00")
    return dataclasses.replace(catalogue, products=(reduced, *products[1:]))


@pytest.fixture(scope="module")
def shop() -> Iterator[PrestaShop]:
    catalogue = renumbered(generate_shop("shoes", tidy=True))
    with PrestaShop(catalogue, keys=(Key(KEY),)) as running:
        running.fake.discount(1, "0.2")
        running.fake.discount(2, "0.2")
        running.fake.deactivate(58)
        running.fake.delete(60)
        running.fake.set(59, {"visibility": "none"})
        yield running


def signature(status: int, kind: str | None, body: str) -> tuple[Any, ...]:
    """What a reader tells an answer by: status, kind of content, error codes, the fields of a list's first item."""
    codes: list[Any] = re.findall(r"<code><!\[CDATA\[(\d+)", body)
    fields: Any = None
    if (kind or "").startswith("application/json"):
        found = json.loads(body)
        if isinstance(found, dict):
            codes = [e["code"] for e in found.get("errors", [])]
            name = next(iter(found))
            first = found[name][0] if isinstance(found[name], list) else found[name]
            fields = (name, sorted(set(first) - {"associations"}) if isinstance(found[name], list) else None)
        else:
            fields = found
    return status, (kind or "").partition(";")[0], codes, fields


def test_every_recorded_question_below_api_gets_the_recorded_kind_of_answer(shop: PrestaShop) -> None:
    asked, unlike = 0, []
    for one in lines("exchanges"):
        if one["method"] not in ("GET", "HEAD") or one["name"][:3] in APART or not one["path"].startswith("/api"):
            continue
        wanted = {"authorization", "output-format", "io-format", "accept"}
        headers = {k: v for k, v in dict(one["request_headers"]).items() if k.lower() in wanted}
        if one["name"] >= "300":  # these were recorded without their headers
            headers["Authorization"] = "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()
        host = dict(one["request_headers"]).get("Host", "127.0.0.1")
        headers |= {} if host.startswith("127.0.0.1") else {"Host": host}
        query = one["query"] if isinstance(one["query"], str) else urlencode(one["query"], doseq=True)
        url = f"{shop.url}{one['path']}" + (f"?{query}" if query else "")
        answer = requests.request(one["method"], url, headers=headers, allow_redirects=False, timeout=20)
        kind = {k.lower(): v for k, v in one["headers"]}.get("content-type")
        cut = not one.get("body") and one["status"] == 200  # load tests and pictures: their bodies were left out
        real = signature(one["status"], kind, "[]" if cut else one["body"] or "")
        ours = signature(answer.status_code, answer.headers.get("content-type"), "[]" if cut else answer.text)
        asked += 1
        if real != ours:
            unlike.append((one["name"], real, ours))
    assert not unlike
    assert asked > 120


def types(items: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Every path in the items with the types found there."""
    found: dict[str, set[str]] = {}

    def walk(value: Any, path: str) -> None:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        found.setdefault(path, set()).add("number" if number else type(value).__name__)
        for name, inner in value.items() if isinstance(value, dict) else ():
            walk(inner, f"{path}.{name}".lstrip("."))
        for inner in value if isinstance(value, list) else ():
            walk(inner, f"{path}[]")

    for item in items:
        walk(item, "")
    return found


PLAYED = sorted(set(RESOURCES) - {"suppliers", "tags", "specific_price_rules"})  # of which one of the two has none


@pytest.mark.parametrize("resource", PLAYED)
def test_rows_have_the_recorded_fields_in_order_and_values_of_the_recorded_types(
    shop: PrestaShop, resource: str
) -> None:
    url = f"{shop.url}/api/{resource}?output_format=JSON&display=full"
    ours = requests.get(url, auth=(KEY, ""), timeout=20).json()[resource]
    real = lines(f"items/{resource}")
    assert [k for k in ours[0] if k != "associations"] == [
        k for k in real[0] if k not in ("associations", "ttc", "reg")
    ]
    seen, known = types(ours), types(real)
    for path in seen.keys() & known.keys():
        assert seen[path] <= known[path] | {"NoneType"}, path
    extra = {p for p in seen.keys() - known.keys() if "tags" not in p}
    assert not extra


def test_listing_rows_and_pages_tell_names_that_the_real_ones_tell(shop: PrestaShop) -> None:
    listing = next(p for p in lines("pages") if p["kind"] == "category-json")
    real = types(json.loads(listing["body"])["products"])
    answer = requests.get(
        f"{shop.url}/2-accueil?resultsPerPage=200", headers={"Accept": "application/json"}, timeout=20
    )
    ours = types(answer.json()["products"])
    assert {p for p in ours if "." not in p and "[" not in p} == {p for p in real if "." not in p and "[" not in p}
    pattern = r'data-product="(\{[^"]*)"'
    pages = [p for p in lines("pages") if p["kind"] == "product" and p["status"] == 200]
    told = [json.loads(html.unescape(re.search(pattern, p["body"])[1])) for p in pages]  # type: ignore[index]
    page = requests.get(f"{shop.url}/index.php?controller=product&id_product=1", timeout=20).text
    mine = json.loads(html.unescape(re.search(pattern, page)[1]))  # type: ignore[index]
    real_fields = types(told)
    assert not set(mine) - {f for one in told for f in one}
    for path, found in types([mine]).items():
        if "." not in path and "[" not in path and path not in ("specific_prices", "cover"):
            assert found <= real_fields[path] | {"NoneType"}, path
