"""The spreadsheet of a merchant without a site, as it comes out of Excel: .csv as French Excel saves it, or .xlsx.

A title and a date stand above the headings, prices have decimal commas, families are lines with a common `Groupe`,
and what is made to order has an empty price.
"""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from .clock import local
from .model import Catalogue, Product, Term
from .pricing import is_on_sale

HEADINGS = (
    "Référence", "Désignation", "Rayon", "Sous-rayon", "Prix TTC", "Prix promo", "Quantité", "Code-barres", "Marque",
    "Description", "Couleur", "Dimensions", "Groupe",
)  # fmt: skip
Cell = str | int | float
_SIZES = ("Poids", "Contenance", "Taille", "Pointure", "Format", "Numéro", "Diamètre", "Dimensions", "Âge")
_SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def write_sheet(catalogue: Catalogue, path: Path, now: float) -> int:
    """Write what the merchant sells today into a .csv or .xlsx file; the number of lines below the headings.

    ValueError for another ending, OSError where the file cannot be written.
    """
    lines = [list(line) for line in _lines(catalogue, now)]
    table: list[list[Cell]] = [[catalogue.name], [f"Tarif du {_day(now)}"], [], list(HEADINGS), *lines]
    match path.suffix:
        case ".csv":
            path.write_bytes(_csv(table))
        case ".xlsx":
            path.write_bytes(_xlsx(table))
        case _:
            raise ValueError(f"a .csv or .xlsx file is wanted: {path.name}")
    return len(lines)


def _day(now: float) -> str:
    year, month, day = local(int(now))[:10].split("-")
    return f"{day}/{month}/{year}"


# -- the lines -------------------------------------------------------------------------------------------------------
def _lines(catalogue: Catalogue, now: float) -> Iterator[tuple[Cell, ...]]:
    by_id = {p.id: p for p in catalogue.products}
    families = {p.parent for p in catalogue.products if p.parent}
    for product in catalogue.products:
        parent = by_id.get(product.parent, product)
        if product.id in families or product.status != "publish" or parent.status != "publish":
            continue
        yield _line(catalogue, product, parent, now)


def _line(catalogue: Catalogue, product: Product, parent: Product, now: float) -> tuple[Cell, ...]:
    shelves = _shelves(catalogue, parent)
    attributes = {a.id: a for a in catalogue.attributes}
    chosen = {attributes[a].name: attributes[a].term(v).name for a, v in product.choice if v}
    brand = next((t.name for t in catalogue.brands if t.id in parent.brands), "")
    text = html.unescape(re.sub(r"<[^>]+>", " ", catalogue.description_of(parent)))
    return (
        product.sku or f"{parent.sku or parent.id}-{product.id}",
        parent.name,
        shelves[0],
        shelves[1],
        float(product.regular_price) if product.regular_price else "",
        float(product.sale_price) if is_on_sale(product, now) else "",
        _quantity(product),
        product.global_unique_id,
        brand,
        " ".join(text.split()),
        chosen.get("Couleur", ""),
        next((chosen[name] for name in _SIZES if name in chosen), ""),
        (parent.sku or str(parent.id)) if product.parent else "",
    )


def _shelves(catalogue: Catalogue, product: Product) -> tuple[str, str]:
    known = {t.id: t for t in catalogue.categories}
    own: list[Term] = [known[n] for n in product.categories if n in known]
    deepest = max(own, key=lambda t: t.parent, default=None)
    if deepest is None:
        return "", ""
    above = known.get(deepest.parent)
    return (above.name, deepest.name) if above else (deepest.name, "")


def _quantity(product: Product) -> int:
    """A merchant who counts on paper writes a number for everything."""
    if product.stock_quantity is not None:
        return max(product.stock_quantity, 0)
    return 0 if product.stock_status == "outofstock" else 4 + product.id % 20


# -- the files -------------------------------------------------------------------------------------------------------
def _csv(table: Sequence[Sequence[Cell]]) -> bytes:
    """Semicolons, decimal commas, CRLF, Windows' code page; what that page lacks becomes a plain space or a `?`."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in table:
        writer.writerow([f"{c:.2f}".replace(".", ",") if isinstance(c, float) else c for c in line])
    return out.getvalue().replace("\u202f", "\u00a0").encode("cp1252", "replace")


def _xlsx(table: Sequence[Sequence[Cell]]) -> bytes:
    """The least that an Office Open XML workbook is (ECMA-376, part 1), with inline strings; the same every time."""
    rows = "".join(
        f'<row r="{r}">{"".join(_cell(r, c, value) for c, value in enumerate(line) if value != "")}</row>'
        for r, line in enumerate(table, 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>',
        "_rels/.rels": _relations(f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook {_SHEET} xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Tarif" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(f"{_OFFICE}/worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f"<worksheet {_SHEET}><sheetData>{rows}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (2026, 11, 20, 8, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}')
    return out.getvalue()


def _relations(kind: str, target: str) -> str:
    link = f'<Relationship Id="rId1" Type="{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{link}</Relationships>'


def _cell(row: int, column: int, value: Cell) -> str:
    """Numbers as numbers, texts in place. Thirteen columns: one letter is enough."""
    place = f"{chr(ord('A') + column)}{row}"
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'
