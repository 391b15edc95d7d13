"""Pure: a raw value in, a normalised value and perhaps a complaint out. (interface)

Each function returns `(value, complaint)`; the complaint is None or a short English text.
"""

from __future__ import annotations


def plain_text(raw: str, limit: int = 1000) -> str:
    """One line of plain NFC text: entities decoded once, tags stripped, spaces (and nbsp) collapsed, cut at `limit`."""
    ...


def clean_html(raw: str, limit: int = 20_000) -> str:
    """HTML reduced to an allow-list (p, br, ul, ol, li, strong, em, h3, h4...), no attributes, no script text."""
    ...


def minor_units(raw: str, exponent: int) -> tuple[int | None, str | None]:
    """A machine decimal ("12.50", "1234.567") as minor units, half up as WooCommerce rounds; never guesses commas."""
    ...


def minor_exponent(currency: str) -> int:
    """Digits of the currency's minor unit (EUR 2, JPY 0, TND 3), from CLDR by Babel."""
    ...


def gtin14(raw: str) -> tuple[str | None, str | None]:
    """GTIN-8/12/13/14 (or ISBN-10) as GTIN-14; spaces and dashes allowed; a wrong check digit is a complaint."""
    ...


def http_url(raw: str, base: str | None = None) -> tuple[str | None, str | None]:
    """An absolute, canonical http(s) URL without user info or fragment (IDNA host, default port dropped)."""
    ...


def same_site(url: str, shop_url: str) -> bool:
    """True if both hosts are the same but for `www.` (or one is a subdomain of the other)."""
    ...


def siret(raw: str) -> tuple[str | None, str | None]:
    """A SIRET as 14 digits, checked (Luhn; La Poste's own rule)."""
    ...
