"""Texts as WordPress writes them: slugs, typographic names, JSON as PHP encodes it."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any
from urllib.parse import quote

_ENTITY = re.compile(r"&(?!#?\w+;)")
_TAG = re.compile(r"(<[^>]*>)")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "’": "", "'": ""})


def slugify(text: str) -> str:
    """`T-shirt « Été »` -> `t-shirt-ete`; what is not Latin is percent-encoded, as WordPress does."""
    text = re.sub(r"<[^>]*>|&#?\w+;", " ", text).translate(_LIGATURES).lower()
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    kept = re.sub(r"[^\w]+", "-", plain).strip("-")
    return quote(kept, safe="-").lower() if not kept.isascii() else kept


def texturize(text: str) -> str:
    """A name as WordPress shows it to visitors on a French site (wptexturize): tags stay, `&` becomes `&#038;`."""
    parts = _TAG.split(text)
    for i in range(0, len(parts), 2):
        part = _ENTITY.sub("&#038;", parts[i])
        part = part.replace("...", "&#8230;").replace(" - ", " &#8211; ")
        part = re.sub(r'"([^"]*)"', r"&laquo;&nbsp;\1&nbsp;&raquo;", part).replace("'", "&rsquo;")
        parts[i] = re.sub(r"(?<=\d)x(?=\d)", "&#215;", part)
    return "".join(parts)


def escape_amp(text: str) -> str:
    """A term's name as the database holds it: `&` as `&amp;`."""
    return _ENTITY.sub("&amp;", text)


def php_json(value: Any) -> str:
    """As PHP's json_encode writes it: no spaces; slashes and everything above ASCII escaped."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")
