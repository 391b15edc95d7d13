"""Pure: the bytes of a page as text, whatever its labels say.

As browsers do (WHATWG Encoding), with one more rule learnt from small shops: what is UTF-8 is UTF-8 whatever the label,
and a page in UTF-8 with a few foreign bytes in it (a template and a database that disagree) is not damaged as a whole.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Final

_CODECS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "ibm866": "cp866",
    "cp866": "cp866",
    "macintosh": "mac_roman",
    **{f"windows-125{n}": f"cp125{n}" for n in range(9)},
    **{f"cp125{n}": f"cp125{n}" for n in range(9)},
    **{f"iso-8859-{n}": f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
}
"""Python's codec for what pages declare. A list, since Python has codecs that no page may ask for (idna, base64)."""

_META: Final = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_XML: Final = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.I)
_HEADER: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_LOOKED_AT: Final = 4096
"""Bytes in which a declaration is looked for. The standard says 1024; pages put scripts before it."""
_ESCAPED: Final = 100_000
"""Bytes in which a Japanese page of the old encoding, all ASCII, has its first escape."""
_FOREIGN: Final = "emplettes-foreign-bytes"


def _foreign_bytes(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 amid UTF-8, read as Windows' code page."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_FOREIGN, _foreign_bytes)


def utf8(body: bytes, headers: Mapping[str, str]) -> bytes:
    """The page's source in UTF-8. Never raises; what no encoding explains becomes U+FFFD.

    Most pages are given back as they came."""
    if body.startswith(codecs.BOM_UTF8):
        body = body[3:]
        return body if _is_utf8(body) else body.decode("utf-8", _FOREIGN).encode()
    if body.startswith(codecs.BOM_UTF16_LE):
        return body[2:].decode("utf-16-le", "replace").encode()
    if body.startswith(codecs.BOM_UTF16_BE):
        return body[2:].decode("utf-16-be", "replace").encode()
    if codec := _unmarked_utf16(body):
        return body.decode(codec, "replace").encode()
    if not _is_utf8(body):
        return _not_quite_utf8(body, headers).encode("utf-8", "replace")
    if b"\x1b" in body[:_ESCAPED] and _declared(body, headers) == "iso2022_jp":
        return body.decode("iso2022_jp", "replace").encode("utf-8", "replace")
    return body


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _unmarked_utf16(body: bytes) -> str | None:
    """An ASCII "<" or space with its zero byte, twice: nothing else begins so."""
    if body[1:2] == body[3:4] == b"\0" and body[:1] > b"\0":
        return "utf-16-le"
    if body[:1] == body[2:3] == b"\0" and body[1:2] > b"\0":
        return "utf-16-be"
    return None


def _not_quite_utf8(body: bytes, headers: Mapping[str, str]) -> str:
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(body) - len(text.encode("ascii", "ignore")) - bad  # bytes of sound non-ASCII characters, about
    if bad * 10 <= good:
        return body.decode("utf-8", _FOREIGN)
    codec = _declared(body, headers)
    if codec is None or codec.startswith("utf-"):  # declared wrongly: it was just tried, or has no zero bytes
        codec = "cp1252"
    return body.decode(codec, "replace")


def _declared(body: bytes, headers: Mapping[str, str]) -> str | None:
    """The codec that the header names, else the page itself."""
    for name, value in headers.items():
        found = _HEADER.search(value[:500]) if name.lower() == "content-type" else None
        if found and (codec := _CODECS.get(found[1].lower())):
            return codec
    start = body[:_LOOKED_AT]
    match = _XML.search(start) or _META.search(start)
    return _CODECS.get(match[1].decode("ascii", "replace").lower()) if match else None
