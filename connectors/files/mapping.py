"""Pure: a table's lines to products, and what is wrong with them, told by line and column in French."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from connectors import spellings, values
from connectors.drafting import MALFORMED, MAX_IMAGES, TITLE_LIMIT
from connectors.files.headings import Columns
from connectors.files.opening import Cell
from connectors.records import (
    ISSUE_TEXTS,
    Attribute,
    Availability,
    Issue,
    IssueCode,
    OfferRecord,
    ProductRecord,
)

Line = tuple[int, Sequence[Cell]]

CURRENCY: Final = "EUR"
MAX_VARIANTS: Final = 1000
_OPTIONS: Final = (("couleur", "Couleur"), ("taille", "Taille"), ("matiere", "Matière"))
_SEVERAL: Final = re.compile(r"[\s,;|]+(?=https?://)|\s*[|]\s*|\n+")
_FORMULA_ERROR: Final = re.compile(
    r"#(?:DIV/0|REF|N/?[AD]|VALUE|VALEUR|NAME|NOM|NUM|NOMBRE|NULL?|SPILL|PROPAGATION|CALC)\s?[!?]?|Err ?: ?\d{3}", re.I
)
"""What Excel and LibreOffice show, in English or French, in place of a result."""
_LEVELS: Final = re.compile(r"\s*[>›»/]\s*")
_PRICE: Final = (IssueCode.PRICE_UNREADABLE, IssueCode.PRICE_MISSING)
TEXTS: Final = {
    IssueCode.DUPLICATE_ID: "Cette ligne a la même référence (ou le même nom) qu'une ligne précédente : elle est "
    "laissée de côté. Donnez-lui sa propre référence.",
    IssueCode.TITLE_MISSING: "Le nom du produit manque : la ligne est laissée de côté.",
    IssueCode.RECORD_MALFORMED: "Cette ligne n'a pas pu être lue : elle est laissée de côté.",
    IssueCode.URL_INVALID: "L'adresse est incorrecte : il faut une adresse complète, commençant par https://.",
}
"""In place of `ISSUE_TEXTS`, where a line of a table can be told more."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, or with one line."""

    line: int
    column: str
    """The heading as written; "" where it is the whole line."""
    code: IssueCode
    value: str
    rejected: bool = False

    @property
    def text(self) -> str:
        """ "Ligne 12, colonne « Prix » : Le prix n'a pas pu être lu : il n'est pas publié. (« douze »)" """
        where = f"Ligne {self.line}" + (f", colonne « {self.column} »" if self.column else "")
        shown = f" (« {self.value} »)" if self.value else ""
        return f"{where} : {TEXTS.get(self.code) or ISSUE_TEXTS[self.code]}{shown}"

    def issue(self, source_id: str | None) -> Issue:
        return Issue(
            code=self.code,
            source_id=source_id,
            rejected=self.rejected,
            field=self.column[:100] or None,
            detail=f"line {self.line}" + (f": {self.value!r}" if self.value else ""),
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What one line, or the lines of one group, became."""

    source_id: str | None
    lines: tuple[int, ...]
    record: ProductRecord | None
    problems: tuple[Problem, ...]


def products(lines: Iterable[Line], columns: Columns) -> Iterator[Found]:
    """Single products as they come, then groups of variants. Ids are unique; of two equal ones the first is kept.

    A line with more cells than there are headings holds a separator that nobody quoted: what stands in its columns
    belongs to others, and is left out."""
    groups: dict[str, list[_Row]] = {}
    ids: set[str] = set()
    for number, cells in lines:
        row = _Row(number, cells, columns)
        source_id = row.source_id()
        if surplus := row.surplus():
            broken = Problem(number, "", IssueCode.RECORD_MALFORMED, surplus[:60], rejected=True)
            yield Found(source_id, (number,), None, (broken,))
        elif source_id is None:
            row.complain(IssueCode.TITLE_MISSING, "nom", rejected=True)
            yield Found(None, (number,), None, tuple(row.problems))
        elif source_id in ids:
            row.complain(IssueCode.DUPLICATE_ID, row.key_field(), row.text(row.key_field()))
            yield Found(source_id, (number,), None, tuple(row.problems))
        elif group := row.label("groupe"):
            ids.add(source_id)
            groups.setdefault(group[:180], []).append(row)
        else:
            ids.add(source_id)
            yield _found(source_id, [row])
    for group, rows in groups.items():
        for start in range(0, len(rows), MAX_VARIANTS):
            name = f"groupe:{group}" if not start else f"groupe:{group}:{start}"
            part = rows[start : start + MAX_VARIANTS]
            if name in ids:  # somebody's own reference, or another group's next part
                part[0].complain(IssueCode.DUPLICATE_ID, "groupe", group)
                yield Found(name, tuple(row.line for row in part), None, tuple(part[0].problems))
                continue
            ids.add(name)
            yield _found(name, part)


def _found(source_id: str, rows: Sequence[_Row]) -> Found:
    lines = tuple(row.line for row in rows)
    try:
        record = _product(source_id, rows)
    except MALFORMED as error:
        broken = Problem(lines[0], "", IssueCode.RECORD_MALFORMED, f"{type(error).__name__}"[:80], rejected=True)
        return Found(source_id, lines, None, (broken,))
    problems = tuple(problem for row in rows for problem in row.problems)
    return Found(source_id, lines, record, problems)


def _product(source_id: str, rows: Sequence[_Row]) -> ProductRecord | None:
    titled = next((row for row in rows if row.title), None)
    if titled is None:
        rows[0].complain(IssueCode.TITLE_MISSING, "nom", rejected=True)
        return None
    options = [row.options() for row in rows]
    shared = tuple(pair for pair in options[0] if all(pair in other for other in options))
    links = [row.link() for row in rows]
    pictures = [row.images() for row in rows]
    url = next((link for link in links if link), None)
    offers = tuple(
        row.offer(
            tuple(pair for pair in own if pair not in shared),
            link if link != url else None,
            images if images != pictures[0] else (),
        )
        for row, own, link, images in zip(rows, options, links, pictures, strict=True)
    )
    first = rows[0]
    return ProductRecord(
        source_id=source_id,
        title=_common_title(rows) if len(rows) > 1 else titled.title,
        description=values.clean_html(_paragraphs(first.text("description"))),
        url=url,
        brand=first.label("marque") or None,
        category_path=first.category(),
        images=next((images for images in pictures if images), ()),
        attributes=shared,
        offers=offers,
    )


def _common_title(rows: Sequence[_Row]) -> str:
    """What the variants' names begin with, else the first one's."""
    titles = list(dict.fromkeys(row.title for row in rows if row.title))
    common: list[str] = []
    for words in zip(*(title.split() for title in titles), strict=False):
        if len(set(words)) > 1:
            break
        common.append(words[0])
    name = " ".join(common).rstrip(" \t,;:-–—/|·(")
    return name if len(name) >= 3 else titles[0]


def _paragraphs(text: str) -> str:
    """Lines of a cell as paragraphs; markup that is there already stays."""
    if "<" in text or "\n" not in text:
        return text
    return "".join(f"<p>{line.strip()}</p>" for line in text.splitlines() if line.strip())


@dataclass(slots=True)
class _Row:
    """One line under its headings."""

    line: int
    cells: Sequence[Cell]
    columns: Columns
    problems: list[Problem] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        self.title = values.plain_text(self.text("nom"), TITLE_LIMIT)

    def complain(self, code: IssueCode, name: str, value: str = "", *, rejected: bool = False) -> None:
        self.problems.append(Problem(self.line, self.columns.heading(name), code, value[:60], rejected))

    def cell(self, name: str) -> Cell:
        """Empty where a formula failed: what it was to say is not known."""
        at = self.columns.where(name)
        cell = self.cells[at] if at is not None and at < len(self.cells) else ""
        if not isinstance(cell, str) or cell[:1] not in "#Ee" or not _FORMULA_ERROR.fullmatch(cell):
            return cell
        if not self.failed(name):
            self.complain(IssueCode.FORMULA_ERROR, name, cell)
        return ""

    def failed(self, name: str) -> bool:
        heading = self.columns.heading(name)
        return any(p.code is IssueCode.FORMULA_ERROR and p.column == heading for p in self.problems)

    def surplus(self) -> str:
        """What stands to the right of the last heading's column. Sheets have none: their lines are equally long."""
        return next((str(cell) for cell in self.cells[len(self.columns.headings) :] if str(cell).strip()), "")

    def text(self, name: str) -> str:
        cell = self.cell(name)
        return (
            cell
            if isinstance(cell, str)
            else f"{cell:f}".rstrip("0").rstrip(".")
            if isinstance(cell, float)
            else str(cell)
        )

    def label(self, name: str) -> str:
        return values.plain_text(self.text(name), 200)

    # -- who it is

    def source_id(self) -> str | None:
        """The reference, else the barcode, else the name: whatever stays the same from one file to the next."""
        if reference := values.plain_text(self.text("reference"), 300):
            return reference if len(reference) <= 180 else f"ref:{_digest(reference)}"
        code, _ = values.gtin14(self.text("code_barres"))
        if code:
            return f"gtin:{code}"
        if not self.title:
            return None
        return f"nom:{self.title}" if len(self.title) <= 180 else f"nom:{_digest(self.title)}"

    def key_field(self) -> str:
        names = ("reference", "code_barres", "nom")
        return next((name for name in names if self.columns.where(name) is not None and self.label(name)), "nom")

    # -- what it says

    def offer(self, variant: tuple[Attribute, ...], url: str | None, images: tuple[str, ...]) -> OfferRecord:
        price, listed, currency = self._prices()
        availability, quantity = self._stock()
        code, complaint = values.gtin14(self.text("code_barres"))
        if complaint:
            self.complain(IssueCode.GTIN_INVALID, "code_barres", self.text("code_barres"))
        source_id = self.source_id()
        assert source_id is not None
        return OfferRecord(
            source_id=source_id,
            price_minor=price,
            list_price_minor=listed,
            currency=currency,
            availability=availability,
            quantity=quantity,
            variant=variant,
            gtin=code,
            sku=self.label("reference") or None,
            url=url,
            images=images,
        )

    def _prices(self) -> tuple[int | None, int | None, str | None]:
        """(shown, crossed out, currency): 0 is free only where a word says so."""
        price, currency = self._money("prix")
        if price is None:
            if not self.failed("prix") and not any(problem.code in _PRICE for problem in self.problems):
                self.complain(IssueCode.PRICE_MISSING, "prix", self.text("prix"))
            return None, None, None
        if self.text("prix_promo"):
            sale, sale_currency = self._money("prix_promo")
            if sale and sale_currency == currency and sale < price:
                return sale, price, currency
        return price, None, currency

    def _money(self, name: str) -> tuple[int | None, str | None]:
        cell = self.cell(name)
        if isinstance(cell, str):
            if spellings.fold(cell) in spellings.FREE:
                return 0, CURRENCY
            minor, currency, complaint = spellings.money(cell, CURRENCY)
        else:
            minor, complaint = values.minor_units(self.text(name), values.minor_exponent(CURRENCY))
            currency = CURRENCY
        if complaint:
            self.complain(IssueCode.PRICE_UNREADABLE, name, self.text(name))
            return None, None
        return (minor, currency) if minor else (None, None)

    def _stock(self) -> tuple[Availability | None, int | None]:
        """A column of words, a column of numbers, or words among the numbers ("épuisé", "sur commande")."""
        said = self.text("disponibilite")
        availability, complaint = spellings.availability(said)
        counted, quantity = None, None
        if complaint:
            counted, quantity, complaint = spellings.stock(said)  # "Disponible: 4"
            if complaint:
                self.complain(IssueCode.AVAILABILITY_UNKNOWN, "disponibilite", said)
        if number := self.text("stock"):
            found, left, complaint = spellings.stock(number)
            if complaint:
                word, unknown = spellings.availability(number)
                if unknown:
                    self.complain(IssueCode.AVAILABILITY_UNKNOWN, "stock", number)
                availability = availability or word
            else:
                counted, quantity = found, left
        availability = availability or counted
        return availability, quantity if availability is counted else None

    def options(self) -> tuple[Attribute, ...]:
        return tuple((shown, value) for name, shown in _OPTIONS if (value := self.label(name)))

    def category(self) -> tuple[str, ...]:
        path = [*_LEVELS.split(self.label("categorie")), *_LEVELS.split(self.label("sous_categorie"))]
        return tuple(level for level in path if level)

    def link(self) -> str | None:
        raw = self.text("lien")
        url, complaint = values.http_url(raw)
        if complaint:
            self.complain(IssueCode.URL_INVALID, "lien", raw)
        return url

    def images(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for at, column in enumerate(self.columns.fields):
            raw = str(self.cells[at]) if column is not None and column.name == "photo" and at < len(self.cells) else ""
            for one in _SEVERAL.split(raw):
                url, complaint = values.http_url(one or "")
                if complaint:
                    self.problems.append(
                        Problem(self.line, self.columns.headings[at], IssueCode.URL_INVALID, one.strip()[:60])
                    )
                elif url and len(found) < MAX_IMAGES:
                    found[url] = None
        return tuple(found)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
