"""Pure: a raw value in, a normalised value and perhaps a complaint out.

Functions that can refuse return `(value, complaint)`; the complaint is None or a short English text. An empty value
is no value and no complaint. None of them ever raises on a text, whatever it holds: it comes from a stranger.
They run several times per offer, so each has a way out for the ordinary value before any parser is asked.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import quote, urljoin, urlsplit

import nh3

from connectors.records import Condition

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff]"
)
"""Control characters (PostgreSQL refuses NUL), lone surrogates (no UTF-8), soft hyphens and zero-width spaces (they
split words for the search), marks that turn the reading direction around (they disguise text)."""


def _sound(text: str) -> str:
    """`text` without invisible characters, in NFC."""
    return _composed(_visible(text))


def _visible(text: str) -> str:
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def _composed(text: str) -> str:
    return text if text.isascii() else normalize("NFC", text)


# --- states

_CONDITIONS = {
    Condition.NEW: ("new", "neuf", "neuve", "newcondition"),
    Condition.REFURBISHED: ("refurbished", "reconditionne", "reconditionnee", "refurbishedcondition", "recertified"),
    Condition.USED: (
        "used",
        "occasion",
        "usedcondition",
        "damagedcondition",
        "seconde main",
        "second hand",
        "used like new",
    ),
}
_CONDITION_OF = {word: condition for condition, words in _CONDITIONS.items() for word in words}


def condition(raw: object) -> Condition | None:
    """The state of a thing as Google's feeds ("used"), schema.org ("https://schema.org/UsedCondition") or a French
    shop ("d'occasion") say it; None for anything else."""
    if not isinstance(raw, str) or not raw or len(raw) > 100:
        return None
    word = normalize("NFKD", raw.strip().rpartition("/")[2].casefold()).encode("ascii", "ignore").decode()
    return _CONDITION_OF.get(" ".join(word.replace("d'", " ").replace("_", " ").replace("-", " ").split()))


# --- texts

_BLOCK = re.compile(r"<(?=/?(?:p|br|hr|div|li|ul|ol|dl|dt|dd|h[1-6]|t[rdh]|table|section|article|blockquote)\b)", re.I)
_TAG = re.compile(r"<(?:[/!?]?[a-zA-Z][^<>]*|!--[^<>]*--)>")
_DROPPED_CONTENT = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "textarea", "title"}
_TEXT_ONLY = nh3.Cleaner(tags=set(), attributes={}, clean_content_tags=_DROPPED_CONTENT, link_rel=None)


def plain_text(raw: str, limit: int = 1000) -> str:
    """One line of plain NFC text: entities decoded once, tags stripped, spaces (and nbsp) collapsed, cut at `limit`.

    Markup that was itself escaped ("&lt;b&gt;", as themes that escape twice give it) is stripped as well."""
    text = raw
    if "<" in text or "&" in text:
        text = _without_markup(text[: limit * 20 + 2000])
    text = _composed(" ".join(_visible(text).split()))
    return text if len(text) <= limit else text[:limit].rstrip()


def _without_markup(text: str) -> str:
    if "<" in text:
        text = _TEXT_ONLY.clean(_BLOCK.sub(" <", _INVISIBLE.sub("", text)))
    if "&" in text:
        text = html.unescape(text)
    for _ in range(_ROUNDS):
        if "<" not in text or (stripped := _TAG.sub(" ", text)) == text:
            return text
        text = stripped
    return text.replace("<", " ")  # tags in tags in tags: nobody's text


_ALLOWED_TAGS = (
    {"p", "br", "ul", "ol", "li", "strong", "b", "em", "i", "h2", "h3", "h4", "blockquote"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
)  # fmt: skip
_HTML = nh3.Cleaner(tags=_ALLOWED_TAGS, attributes={}, clean_content_tags=_DROPPED_CONTENT, link_rel=None)
_SPECIAL = re.compile(r"[<>&\[\r]")
_CORE_SHORTCODES = "gallery|caption|audio|video|playlist|embed|products?|product_page|add_to_cart"
_SHORTCODE = re.compile(
    r"\[(?:"
    r"/[a-z][a-z0-9_-]*"  # [/vc_row]
    r"|[a-z][a-z0-9_-]*(?:\s[^<>\[\]]*)?\s[a-z_][a-z0-9_-]*=[^<>\[\]]*"  # [gallery ids="1"]
    r"|[a-z][a-z0-9-]*_[a-z0-9_-]*(?:\s[^<>\[\]]*)?/?"  # [vc_row]
    rf"|(?:{_CORE_SHORTCODES})(?:\s[^<>\[\]]*)?/?"
    r")\]"
)
_EMPTY_BLOCK = re.compile(r"<(p|li|ul|ol|strong|b|em|i|h2|h3|h4|blockquote)>\s*</\1>")
_OPENING = re.compile(r"<(?:p|li|ul|ol|strong|b|em|i|h2|h3|h4|blockquote)>")
_TOKEN = re.compile(r"<[^<>]*>|[^<]+")
_BRACKETS = re.compile(r"[\[\]]")
_HALF_TOKEN = re.compile(r"(?:<[^<>]*|&[^&;\s]{0,32})\Z")
_ROUNDS = 6


def clean_html(raw: str, limit: int = 20_000) -> str:
    """HTML reduced to an allow-list (p, br, ul, ol, li, strong, em, h3, h4...), no attributes, no script text.

    Shortcodes that the shop left unrendered are removed. Idempotent; cut at `limit` characters without leaving a tag
    open. Safe to print unescaped."""
    text = _sound(raw[: limit * 10])
    if _SPECIAL.search(text) is None:
        text = text.strip()
        return text if len(text) <= limit else text[:limit].rstrip()
    text = whole = _settled(text)
    reserve = 64  # for the tags that cleaning will close
    while len(text) > limit:
        text = _settled(_HALF_TOKEN.sub("", whole[: max(limit - reserve, 0)]))
        reserve *= 2
    return text


def _settled(text: str) -> str:
    """`text` cleaned until cleaning changes nothing more: taking a tag away can give its neighbours another meaning."""
    for _ in range(_ROUNDS):
        cleaned = _cleaned_once(text)
        if cleaned == text:
            return text
        text = cleaned
    # Markup or shortcodes nested so deep are not worth keeping. What is left here has nothing to take away.
    return html.escape(_BRACKETS.sub(" ", plain_text(text, len(text))), quote=False).strip()


def _cleaned_once(text: str) -> str:
    text = _SHORTCODE.sub("", _sound(_HTML.clean(text)))
    if _EMPTY_BLOCK.search(text):
        text = _without_empty_blocks(text)
    return text.strip()


def _without_empty_blocks(text: str) -> str:
    """`<p><b> </b></p>` and the like taken out, in one pass: strangers nest them a hundred thousand deep."""
    kept: list[str] = []
    opened: list[tuple[str, int]] = []
    """Opening tags that nothing but space has followed so far, and where they stand in `kept`."""
    for token in _TOKEN.findall(text):
        if token.startswith("</") and opened and opened[-1][0] == token[2:-1]:
            del kept[opened.pop()[1] :]
            continue
        if _OPENING.fullmatch(token):
            opened.append((token[1:-1], len(kept)))
        elif not token.isspace():
            opened.clear()
        kept.append(token)
    return "".join(kept)


# --- numbers

_MAX_DIGITS = 15
"""Of a whole amount: what follows must fit in a database's 64-bit integer."""


def minor_units(raw: str, exponent: int) -> tuple[int | None, str | None]:
    """A machine decimal ("12.50", "1234.567") as minor units, half up as WooCommerce rounds; never guesses commas."""
    text = raw.strip()
    if not text:
        return None, None
    whole, dot, fraction = text.partition(".")
    digits = whole + fraction
    if not (digits.isdigit() and digits.isascii()):
        return None, f"not a plain decimal: {text[:40]!r}"
    if len(whole) > _MAX_DIGITS or len(fraction) > 40:
        return None, f"too many digits: {text[:40]!r}"
    if not dot:
        return int(whole) * 10**exponent, None
    kept, rest = fraction[:exponent], fraction[exponent:]
    amount = int(whole + kept.ljust(exponent, "0") or "0")
    return amount + (rest[:1] >= "5"), None


@lru_cache(maxsize=256)
def minor_exponent(currency: str) -> int:
    """Digits of the currency's minor unit (EUR 2, JPY 0, TND 3), from CLDR by Babel; 2 where it is unknown."""
    from babel.numbers import get_currency_precision  # here: it loads CLDR's data, once per currency is enough

    return get_currency_precision(currency)


_GTIN_SEPARATORS = str.maketrans("", "", " -\u00a0\u202f\u2009\u2010\u2011\u2013\t\n\r")


def gtin14(raw: str) -> tuple[str | None, str | None]:
    """GTIN-8/12/13/14 (or ISBN-10) as GTIN-14; spaces and dashes allowed; a wrong check digit is a complaint."""
    text = raw.translate(_GTIN_SEPARATORS)
    if not text:
        return None, None
    if not text.isascii() or len(text) not in (8, 10, 12, 13, 14):
        return None, f"not a GTIN: {raw[:40]!r}"
    if len(text) == 10 and text[:9].isdigit():
        return _from_isbn10(text)
    if not text.isdigit():
        return None, f"not a GTIN: {raw[:40]!r}"
    from stdnum.ean import calc_check_digit

    if calc_check_digit(text[:-1]) != text[-1]:
        return None, f"wrong check digit: {text}"
    if not text.strip("0"):
        return None, "a GTIN of zeros"
    return text.zfill(14), None


def _from_isbn10(text: str) -> tuple[str | None, str | None]:
    from stdnum import isbn
    from stdnum.exceptions import ValidationError

    try:
        return str(isbn.validate(text.upper(), convert=True)).zfill(14), None
    except ValidationError:
        return None, f"not a GTIN: {text!r}"


def siret(raw: str) -> tuple[str | None, str | None]:
    """A SIRET as 14 digits, checked (Luhn; La Poste's own rule)."""
    text = raw.translate(_GTIN_SEPARATORS).replace(".", "")
    if not text:
        return None, None
    if not (text.isascii() and text.isdigit()) or len(text) != 14:
        return None, f"a SIRET has 14 digits: {raw[:40]!r}"
    from stdnum.exceptions import ValidationError
    from stdnum.fr import siret as french_siret

    try:
        return str(french_siret.validate(text)), None
    except ValidationError:
        return None, f"wrong check digit: {text}"


# --- addresses

_MAX_URL = 2048
_ORDINARY_URL = re.compile(
    r"https?://[a-z0-9]+(?:[.-]+[a-z0-9]+)*(?::(?!80/|443/)(?:[1-9][0-9]{1,3}|[1-5][0-9]{4}))?"
    r"/(?:[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*(?:/(?=[^/.])|/?\Z))*\Z"
)
"""Canonical already: the ordinary URL costs one match."""
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*\.?\Z")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PORTS = {"http": 80, "https": 443}


def http_url(raw: str, base: str | None = None) -> tuple[str | None, str | None]:
    """An absolute, canonical http(s) URL without user info or fragment (IDNA host, default port dropped).

    The path's dot segments are resolved, and what RFC 3986 does not allow in a URL is percent-encoded once. User info
    is refused, not cut: such a link is either a leak or a disguise."""
    if len(raw) <= _MAX_URL and _ORDINARY_URL.match(raw) and ".." not in raw and ".-" not in raw:
        return raw, None
    text = raw.strip()
    if not text:
        return None, None
    if _CONTROL.search(text):
        return None, "control characters in a URL"
    try:
        return _canonical(urljoin(base, text) if base else text)
    except ValueError:
        return None, f"not a URL: {_shown(text)}"


def _canonical(text: str) -> tuple[str | None, str | None]:
    parts = urlsplit(text)
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.netloc:
        return None, f"not an absolute http(s) URL: {_shown(text)}"
    if "@" in parts.netloc:
        return None, "user info in a URL"
    host = _canonical_host(parts.hostname or "")
    if host is None:
        return None, f"not a host name: {_shown(parts.netloc)}"
    port = parts.port
    if port == 0:
        return None, "port 0 in a URL"
    netloc = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    path = _encoded(parts.path, "/:@!$&'()*+,;=~%") or "/"
    if "/." in path:
        path = urlsplit(urljoin("http://h/", path)).path if not path.startswith("//") else path
    query = "?" + _encoded(parts.query, "/?:@!$&'()*+,;=~%") if parts.query else ""
    url = f"{scheme}://{netloc}{path}{query}"
    return (url, None) if len(url) <= _MAX_URL else (None, "a URL longer than 2048 characters")


def _encoded(text: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", text), safe=safe)


def _canonical_host(host: str) -> str | None:
    """The host in lower case and ASCII, an IPv6 literal in brackets; None if it is no host."""
    if ":" in host:
        from ipaddress import IPv6Address

        address = IPv6Address(host)  # a ValueError is the caller's
        return None if address.scope_id else f"[{address}]"
    if not host.isascii():
        import idna  # here: its tables are large, and most hosts do not need them

        host = idna.encode(host, uts46=True).decode("ascii")  # IDNAError is a ValueError
    return host if _HOST.match(host) else None


def _shown(text: str) -> str:
    """A piece of a refused URL that may be shown: nothing before an @, nothing of its query."""
    return repr(text.rpartition("@")[2].partition("?")[0][:80])


def same_site(url: str, shop_url: str) -> bool:
    """True if both hosts are the same but for `www.` (or one is a subdomain of the other)."""
    one, other = _bare_host(url), _bare_host(shop_url)
    if not one or not other:
        return False
    if one == other:
        return True
    if one[-1].isdigit() or one[-1] == "]" or other[-1].isdigit():  # addresses have no subdomains
        return False
    return one.endswith("." + other) or other.endswith("." + one)


@lru_cache(maxsize=256)
def _bare_host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").removeprefix("www.")
