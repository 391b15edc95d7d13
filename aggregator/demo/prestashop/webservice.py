"""The webservice below /api/: who asks (keys, as PrestaShop checks them), for what, and the answer or its error.

Order and texts of the checks as measured on 8.0.3. Nothing is written through it: a key with the right to gets a 501.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import time
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

from PIL import Image

from ..answer import HTML, Answer, Request
from ..pictures import draw
from .asking import (
    Asked,
    OutOfOrder,
    Refused,
    Selection,
    did_you_mean,
    display_of,
    languages,
    parse,
    virtual_prices,
    whole,
)  # fmt: skip
from .options import Key, Options
from .schema import ELSEWHERE, EVERY, RESOURCES
from .state import PrestaState
from .tables import IMAGE_SIZES, Row
from .writing import Writer, envelope, errors

Scheme = Literal["none", "basic", "query"]
_READS, _METHODS = ("GET", "HEAD"), ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD")
_XML = "text/xml;charset=utf-8"
_REALM = 'Basic realm="PrestaShop Webservice: the authentication key is the login, there is no password."'
_LIGHTER = 3  # chosen fields take about a third of the memory of display=full (by the measured times)
PHP = {"X-Powered-By": "PHP/8.2.36"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The key that a request presents, right or wrong: for the log."""

    scheme: Scheme
    key: str | None = None


def read_key(request: Request, params: Asked | None = None) -> Shown:
    """Basic's user, which wins, or `ws_key`."""
    header = request.headers.get("authorization", "")
    if header.lower().startswith("basic "):
        try:
            text = base64.b64decode(header[6:], validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            text = ""
        return Shown("basic", text.partition(":")[0])
    key = (parse(request.query) if params is None else params).get("ws_key")
    return Shown("none") if key is None else Shown("query", str(key))


class Webservice:
    """Answers below /api/ over one shop's state, whose lock is to be held."""

    def __init__(self, state: PrestaState, options: Options) -> None:
        self.state, self.options = state, options
        self.base_url = "http://127.0.0.1"

    def answer(self, request: Request) -> Answer:
        """Any request below /api/."""
        params = parse(request.query)
        named = request.headers.get("io-format") or request.headers.get("output-format")
        as_json = (named or params.get("io_format") or params.get("output_format")) == "JSON"
        shown = read_key(request, params)
        if shown.key is None:  # before anything else, even before the switch (measured)
            headers = {**PHP, "WWW-Authenticate": _REALM, "Content-Type": "text/html; charset=utf-8"}
            return Answer(401, b"401 Unauthorized", headers)
        started, key = time.perf_counter(), None
        try:
            key = self._key(shown.key.strip())
            answer = self._resource(request, params, key, as_json)
        except OutOfOrder:
            return Answer(500, b"", {**PHP, "Content-Type": HTML})
        except Refused as refused:
            body = errors(refused.errors, as_json)
            answer = Answer(refused.status, body.encode(), {"Content-Type": "application/json" if as_json else _XML})
            if refused.status == 401 and key is None:
                answer.headers["WWW-Authenticate"] = _REALM
        answer.headers |= {
            "Access-Time": str(int(self.state.now())),
            "X-Powered-By": "PrestaShop Webservice",
            "PSWS-Version": self.options.version if key else "0",
            "Execution-Time": f"{time.perf_counter() - started:.3f}",
        }
        return self._if_changed(request, answer) if answer.status == 200 else answer

    def _if_changed(self, request: Request, answer: Answer) -> Answer:
        """`Local-Content-Sha1`: 304 for who has the very answer (measured)."""
        answer.headers["Content-Sha1"] = digest = hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()
        if request.headers.get("local-content-sha1") == digest:
            headers = {k: v for k, v in answer.headers.items() if k != "Content-Type"}
            return Answer(304, b"", headers, answer.items)
        return answer

    # -- rights ------------------------------------------------------------------------------------------------------
    def _key(self, text: str) -> Key:
        if not self.state.service:
            raise Refused(503, (22, "The PrestaShop webservice is disabled. Please activate it in the Back Office"))
        if not text:
            raise Refused(401, (17, "Authentication key is empty"))
        if len(text) != 32:
            raise Refused(401, (18, "Invalid authentication key format"))
        for key in self.options.keys:
            if key.text == text and key.active:
                return key
        message = "No permission for this authentication key"
        raise Refused(401, (20, "Authentification key is not active"), (21, message))

    def _readable(self, key: Key) -> list[str]:
        return [name for name in key.resources if name not in self.state.denied]

    def _resource(self, request: Request, params: Asked, key: Key, as_json: bool) -> Answer:
        name, *below = [part for part in request.path.removeprefix("/api/").split("/") if part] or [""]
        spoken = languages(params.get("language"), self.options.languages)
        readable = self._readable(key)
        if name and name not in readable:
            if name in RESOURCES or name in ELSEWHERE or name == "images":
                message = f'Resource of type "{name}" is not allowed with this authentication key'
                raise Refused(401, (26, message))
            raise Refused(400, (27, did_you_mean(f'Resource of type "{name}" does not exists', name, EVERY)))
        if request.method not in _METHODS:
            raise Refused(405, (23, f"Method {request.method} is not valid"))
        if name and request.method not in (*_READS, *key.writes):
            message = f"Method {request.method} is not allowed for the resource {name} with this authentication key"
            raise Refused(405, (25, message))
        if request.method not in _READS:
            return Answer(501, b"", {})
        if not name:
            return self._root(key, readable, as_json)
        if name == "images":
            return self._images(below, as_json)
        return self._rows(name, below, params, spoken, as_json)

    def _root(self, key: Key, readable: list[str], as_json: bool) -> Answer:
        """What this key may do, in XML; in JSON the shop dies of it on PHP 8 (measured)."""
        if as_json:
            raise OutOfOrder
        allowed = (*_READS, *key.writes)
        flags = " ".join(f'{m.lower()}="{"true" if m in allowed else "false"}"' for m in _METHODS)
        entries = []
        for name in sorted(readable):
            link = f'xlink:href="{self.base_url}/api/{name}" {flags}'
            title = RESOURCES[name].title if name in RESOURCES else "The images"
            schemas = "".join(
                f'<schema xlink:href="{self.base_url}/api/{name}?schema={kind}" type="{kind}"/>\n'
                for kind in ("blank", "synopsis")
            )
            schemas = schemas if name in RESOURCES else ""
            entries.append(f"<{name} {link}>\n<description {link}>\n{title}</description>\n{schemas}</{name}>\n")
        shop = escape(self.state.catalogue.name, {'"': "&quot;"})
        return _xml(f'<api shopName="{shop}">\n{"".join(entries)}</api>\n')

    # -- rows --------------------------------------------------------------------------------------------------------
    def _rows(self, name: str, below: list[str], params: Asked, spoken: list[int | str], as_json: bool) -> Answer:
        table = self.state.tables[name]
        single = bool(below)
        if single:
            display = display_of(table.resource, params, single=True)
            row = table.rows.get(whole(below[0]))
            if row is None:
                return Answer(404, b"", {})
            rows = [row]
        else:
            rows = Selection(table, params, spoken).rows()
            display = display_of(table.resource, params, single=False)
        self._remember(len(rows), display == "full", display == "minimum")
        prices = self._virtual(name, rows, params) if display != "minimum" else {}
        writer = Writer(table, display, spoken, prices, self.base_url, self.options.ints_as_strings)
        if single and "display" not in params:
            body = writer.single_json(rows[0], self.options.at_least(8)) if as_json else writer.single_xml(rows[0])
        else:
            body = writer.json(rows) if as_json else writer.single_xml(rows[0]) if single else writer.xml(rows)
        return Answer(200, body.encode(), {"Content-Type": "application/json" if as_json else _XML}, len(rows))

    def _remember(self, rows: int, full: bool, light: bool) -> None:
        """Too many rows at once and PHP runs out of memory: 500, empty (measured at 64 MB)."""
        limit = self.options.memory_rows * (1 if full else _LIGHTER)
        if limit and rows > limit and not light:
            raise OutOfOrder

    def _virtual(self, name: str, rows: list[Row], params: Asked) -> dict[int, dict[str, str]]:
        asked = virtual_prices(RESOURCES[name], params)
        found: dict[int, dict[str, str]] = {}
        products, now = self.state.tables["products"].rows, self.state.clock
        for row in rows if asked else ():
            product = row if name == "products" else products.get(row["id_product"])
            costs = found[row["id"]] = {}
            for label, options in asked.items():
                combination = row["id"] if name == "combinations" else whole(options.get("product_attribute", 0))
                said = {k: v for k, v in options.items() if not isinstance(v, dict)}
                price = self.state.prices.virtual(product, combination, said, now) if product else "0.000000"
                costs[label.lower()] = price
        return found

    # -- images ------------------------------------------------------------------------------------------------------
    def _images(self, below: list[str], as_json: bool) -> Answer:
        """/api/images/products/ID/IMAGE/SIZE, each part but the first optional. JSON lists are broken (measured)."""
        kind, product, image, size = (*below, "", "", "", "")[:4]
        if kind not in ("", "products"):
            return Answer(404, b"", {})
        if not product:
            if as_json:
                raise OutOfOrder
            return self._image_lists(kind)
        row = self.state.tables["products"].rows.get(whole(product))
        photos = [i["id"] for i in row["associations"].get("images", [])] if row else []
        if not photos:
            return Answer(404, b"", {})
        if not image:
            if as_json:
                raise Refused(500, (61, "This image does not exist on disk"))
            link = f"{self.base_url}/api/images/products/{product}"
            inside = "".join(f'<declination id="{i}" xlink:href="{link}/{i}"/>\n' for i in photos)
            return _xml(f'<image id="{product}">\n{inside}</image>\n')
        if whole(image) not in photos:
            raise Refused(400, (57, "This image id does not exist"))
        if size and size not in IMAGE_SIZES:
            raise Refused(400, (58, did_you_mean("This image size does not exist", size, sorted(IMAGE_SIZES))))
        return Answer(200, photo(self.state, whole(image), IMAGE_SIZES.get(size, 800)), {"Content-Type": "image/jpeg"})

    def _image_lists(self, kind: str) -> Answer:
        if not kind:
            link = f'xlink:href="{self.base_url}/api/images/products"'
            return _xml(f'<image_types>\n<products {link} get="true"/>\n</image_types>\n')
        types = self.state.tables["image_types"].rows
        head = "".join(f'<image_type id="{n}" name="{row["name"]}"/>\n' for n, row in types.items())
        link = f"{self.base_url}/api/images/products"
        pictured = [p["id"] for p in self.state.tables["products"].rows.values() if p["associations"].get("images")]
        inside = "".join(f'<image id="{n}" xlink:href="{link}/{n}"/>\n' for n in sorted(pictured))
        return _xml(f"<image_types>\n{head}</image_types>\n<images>\n{inside}</images>\n")


def _xml(inside: str) -> Answer:
    return Answer(200, envelope(inside).encode(), {"Content-Type": _XML})


def photo(state: PrestaState, image: int, side: int) -> bytes:
    """A photo of that many pixels; KeyError where there is none. Needs no lock."""
    picture, seed = state.drawn.pictures[image]
    body = draw(picture, seed, min(side, 600))
    if side <= 600:
        return body
    out = io.BytesIO()
    Image.open(io.BytesIO(body)).resize((side, side)).save(out, "JPEG", quality=85)
    return out.getvalue()
