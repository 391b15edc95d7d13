"""Pure: what a product page says beside labels ("Réf. : A-12", "Marque"), its breadcrumb, its description.

A label counts where the value follows it at once, in its own text after a colon or as the whole next text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborNode

from connectors import values
from connectors.pages.flow import Flow, Sign

_BRAND: Final = (
    r"marques?|brand(?: ?name)?|fabricants?|manufacturer|hersteller|marke|marca|merk|produttore|fabricante|märke"
    r"|značka|producent|producător|výrobce|výrobca|tillverkare|varumärke|gyártó|brend|бренд|производитель"
    r"|العلامة التجارية|الماركة"
)
_SKU: Final = (
    r"r[ée]f(?:[ée]rence)?s?\.?(?: (?:produit|fabricant|article|interne))?|sku|ugs|code (?:produit|article)"
    r"|item(?: ?(?:no\.?|number|#|code|id))?|article (?:no\.?|number|nr\.?)"
    r"|art(?:ikel)?\.?[- ]?(?:nr|nummer|no)\.?|product (?:code|id|no\.?|number)|produktnummer|bestell-?nr\.?"
    r"|referencia|código|codice(?: prodotto)?|artikelnummer|style(?: ?(?:#|no\.?|number))|model(?: ?(?:no\.?"
    r"|number|#))?|артикул|رمز المنتج"
)
_GTIN: Final = (
    r"(?:code[- ]?(?:barres? )?)?(?:ean|gtin|upc|isbn)(?:[- ]?(?:8|12|13|14))?(?: ?(?:code|number|nr\.?))?"
    r"|code[- ]barres?|barcode"
)
_LABEL: Final = re.compile(
    rf"(?:(?P<brand>{_BRAND})|(?P<gtin>{_GTIN})|(?P<sku>{_SKU}))\s*(?P<colon>[:#：]|n°|№)?\s*(?P<value>.{{0,80}})",
    re.I | re.S,
)
_STARTS: Final = frozenset(
    [
        "mar",
        "bra",
        "fab",
        "man",
        "her",
        "mer",
        "pro",
        "mär",
        "zna",
        "бре",
        "مار",
        "الم",
        "الع",
        "пр",
        "про",
        "réf",
        "ref",
        "sku",
        "ugs",
        "cod",
        "ite",
        "art",
        "bes",
        "sty",
        "mod",
        "ean",
        "gti",
        "upc",
        "isb",
        "bar",
        "cód",
        "арт",
        "رمز",
    ]
)
"""How labels begin: most texts are passed over by that."""
_CODE: Final = re.compile(r"[\w][\w./+-]{1,39}(?: [\w./-]{1,12}){0,1}", re.A)
_LABELLED: Final = frozenset({"th", "dt", "td", "strong", "b", "label", "span", "h3", "h4", "h5", "p", "div", "li"})
_NO_BRAND: Final = re.compile(
    r"[:€$£]|https?:|\A(?:n/?a|none|aucune?|unknown|generic|unbranded|-+|voir|see|tous|all|new|neuf|no brand"
    r"|ohne|sans marque|does not apply)\Z|^\d+[.,]?\d*$",
    re.I,
)
_NOT_OURS: Final = Sign.ELSEWHERE | Sign.UNREAD | Sign.CARD
MAX_SEEN: Final = 4000


@dataclass(slots=True)
class Labels:
    """What was found; `brand_said` is how, for `explain`."""

    brand: str | None = None
    brand_said: str = ""
    brand_weight: float = 0.0
    sku: str | None = None
    gtin: str | None = None
    bad_gtin: str | None = None


def read(flow: Flow, title: int, *, branded: bool) -> Labels:
    """The labels of the page, those after the title first; other products' tiles left out. `branded`: markup has it."""
    found = Labels()
    count = len(flow.texts)
    for index in [*range(title, count), *range(max(0, title - 60), title)][:MAX_SEEN]:
        raw = flow.texts[index]
        if raw[:3].lower() not in _STARTS or len(raw) > 160:
            continue
        match = _LABEL.fullmatch(flow.text(index))
        if match is None:
            continue
        value = match["value"].strip(" :#")
        if not value:
            value = _following(flow, index)
        elif not match["colon"]:
            continue  # "marque déposée", "model train"
        if not value or flow.around(flow.element(index)) & _NOT_OURS:
            continue
        _take(found, match, value)
    if not branded:
        _brand_nearby(found, flow, title)
    return found


def _following(flow: Flow, index: int) -> str:
    value = flow.text(index + 1)
    if value in (":", "#", "-"):
        value = flow.text(index + 2)
    return value.lstrip(":# ").strip() if len(value) <= 80 else ""


def _take(found: Labels, match: re.Match[str], value: str) -> None:
    if match["brand"]:
        if found.brand is None and is_brand(value):
            found.brand, found.brand_said, found.brand_weight = value, f"label {match['brand']!r}", 0.8
    elif match["gtin"]:
        gtin, complaint = values.gtin14(
            value.split(" ")[0] if value[:1].isdigit() and " " in value and len(value) > 18 else value
        )
        if gtin and found.gtin is None:
            found.gtin = gtin
        elif complaint and found.bad_gtin is None and value[:6].replace("-", "").isdigit():
            found.bad_gtin = value[:40]
    elif (
        found.sku is None
        and (code := _CODE.match(value)) is not None
        and any(c.isdigit() for c in code[0])
        and len(value) <= 40
    ):
        first = value.split(" ")[0].rstrip(".,;")
        found.sku = first if any(c.isdigit() for c in first) else code[0]


def is_brand(text: str) -> bool:
    """Whether a text could be a brand's name at all."""
    return 1 < len(text) <= 40 and len(text.split()) <= 5 and _NO_BRAND.search(text) is None


_BRANDED: Final = re.compile(
    r"brand|manufactur|fabricant|hersteller|marque|designer|(?<![a-z])mar(?:ke|ken|ca|cas)(?![a-z])"
)
_LOGO: Final = re.compile(r"navbar|site|logo|header|topbar", re.I)
"""Where themes put the shop's own name."""
_BY: Final = re.compile(
    r"(?:by|par|von|de la marque|marque\s*:|brand\s*:|marke\s*:|marca\s*:|visit the|visiter la boutique"
    r"|visita lo store di|visita la tienda de|besuchen sie den|besuche den|shop|more from"
    r"|voir (?:tous les produits|la marque)(?: de)?)\s+",
    re.I,
)
_STORE: Final = re.compile(r"\s+(?:store|shop|brand page)\Z", re.I)


def _brand_nearby(found: Labels, flow: Flow, title: int) -> None:
    """A short text or picture called brand, or a link to a brand's page, close to the title."""
    if found.brand is not None or title <= 0:
        return
    near: list[tuple[int, str]] = []
    known: dict[int, bool | None] = {}
    for index in range(max(0, title - 14), min(title + 60, len(flow.texts))):
        text = flow.texts[index]
        if len(text) > 60 or not is_brand(text := _bare(flow.text(index))):
            continue
        element = flow.element(index)
        if _is_called_brand(element, known) and not flow.around(element) & _NOT_OURS:
            near.append((abs(index - title), text))
            break
    for order, node in flow.controls:
        if node.tag != "img" or not title - 14 <= order <= title + 60:
            continue
        text = _bare((node.attributes.get("alt") or "").strip())
        if is_brand(text) and _is_called_brand(node, known) and not flow.around(node) & _NOT_OURS:
            near.append((abs(order - title), text))
    if near:
        found.brand, found.brand_weight = min(near)[1], 0.6
        found.brand_said = "an element called brand beside the title"


def _is_called_brand(element: LexborNode, known: dict[int, bool | None]) -> bool:
    """By its classes, or those of what is around it: True, False where that is the shop's own logo."""
    node: LexborNode | None = element
    for _ in range(4):
        if node is None:
            return False
        key = node.mem_id
        if key not in known:
            known[key] = _brandish(node)
        if (found := known[key]) is not None:
            return found
        node = node.parent
    return False


def _brandish(node: LexborNode) -> bool | None:
    attributes = node.attributes
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('href') or ''}"
    if _LOGO.search(named):
        return False
    return True if _BRANDED.search(named[:300].lower()) else None


def _bare(text: str) -> str:
    return _STORE.sub("", _BY.sub("", text)).strip(" :")
