"""Pure: what stands for a currency on a page, and the currency of a country's domain."""

from __future__ import annotations

from typing import Final


def _table(text: str) -> dict[str, str]:
    """{word: first word of its line}"""
    rows = (line.split() for line in text.splitlines())
    return {word: row[0] for row in rows if row for word in row[1:]}


SIGNS: Final = _table("""
    EUR € euro euros
    GBP £
    $ $
    USD us$ usd$
    AUD au$ a$
    CAD c$ ca$ cad$
    NZD nz$
    HKD hk$
    SGD s$
    TWD nt$
    MXN mx$
    BRL r$
    ¥ ¥ ￥
    JPY 円
    CNY 元
    INR ₹ rs. rs
    RUB ₽ руб руб.
    TRY ₺ tl
    ILS ₪
    KRW ₩ 원
    VND ₫ đ
    THB ฿
    NGN ₦
    PHP ₱
    UAH ₴ грн грн.
    KZT ₸ тг тг.
    CRC ₡
    PYG ₲
    GHS ₵
    PLN zł
    CZK kč
    HUF ft
    RON lei
    BGN лв лв.
    kr kr kr.
    MYR rm
    IDR rp rp.
    KES ksh
    EGP egp ج.م جنيه
    XOF fcfa cfa
    MAD dh
    AED dhs د.إ درهم
    CHF fr. sfr. sfr
    SAR ر.س ر.س. ريال sr
    KWD د.ك
""")
"""What is written -> ISO 4217 code. "$", "¥" and "kr" stand for several currencies: see `resolve`."""
CODES: Final = frozenset(
    """
    AED AMD ARS AUD AZN BDT BGN BHD BRL BYN CAD CHF CLP CNY COP CZK DKK DZD EGP EUR GBP GEL GHS HKD HRK HUF
    IDR ILS INR ISK JOD JPY KES KRW KWD KZT LKR MAD MDL MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN QAR RON RSD
    RUB SAR SEK SGD THB TND TRY TWD UAH USD VND XAF XOF ZAR
    """.split()  # noqa: SIM905  a list of ninety strings is no easier to read
)
_DOLLARS: Final = {
    "ca": "CAD",
    "au": "AUD",
    "nz": "NZD",
    "hk": "HKD",
    "sg": "SGD",
    "mx": "MXN",
    "tw": "TWD",
    "cl": "CLP",
    "co": "COP",
    "ar": "ARS",
}
_CROWNS: Final = {"se": "SEK", "no": "NOK", "dk": "DKK", "is": "ISK"}
_COUNTRIES: Final = _table("""
    EUR fr de es it nl be at pt ie fi gr lu sk si ee lv lt mt cy re gp mq gf hr
    GBP uk
    CHF ch li
    PLN pl
    CZK cz
    HUF hu
    RON ro
    BGN bg
    SEK se
    NOK no
    DKK dk
    ISK is
    INR in
    JPY jp
    CNY cn
    KRW kr
    BRL br
    RUB ru
    UAH ua
    TRY tr
    ILS il
    ZAR za
    USD us
    SAR sa
    AED ae
    KZT kz
    NGN ng
    KES ke
    MYR my
    IDR id
    THB th
    VND vn
    PHP ph
    EGP eg
    MAD ma
    CAD ca
    AUD au
    NZD nz
    HKD hk
    SGD sg
    MXN mx
    TWD tw
    CLP cl
    COP co
    ARS ar
""")
"""Top-level domain -> currency."""


def of_domain(host: str) -> str | None:
    """The currency of the country whose domain this is; None for .com, .shop, .eu, ..."""
    return _COUNTRIES.get(host.rpartition(".")[2].lower())


def resolve(sign: str | None, host: str, votes: frozenset[str] | tuple[str, ...] = ()) -> str | None:
    """The ISO 4217 code of a sign on a site of this host, on a page that names the currencies `votes`."""
    if sign is None or len(sign) == 3:
        return sign
    top = host.rpartition(".")[2].lower()
    family = {"$": {*_DOLLARS.values(), "USD"}, "kr": {*_CROWNS.values()}, "¥": {"JPY", "CNY"}}.get(sign, set())
    voted = [code for code in votes if code in family]
    if voted:
        return voted[0]
    if sign == "$":
        return _DOLLARS.get(top, "USD")
    if sign == "kr":
        return _CROWNS.get(top)
    return "CNY" if top == "cn" else "JPY" if top == "jp" else None
