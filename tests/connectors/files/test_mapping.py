"""Lines of a table as products: what is published, and what is told of the rest by line and column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.addresses import AddressPolicy
from connectors.errors import CatalogueMalformed
from connectors.files.connector import SpreadsheetConnector
from connectors.files.headings import recognise
from connectors.files.mapping import Found, products
from connectors.files.opening import Cell
from connectors.http import HttpSession
from connectors.protocol import ShopConnection
from connectors.records import Availability, EndOfCatalog, IssueCode, OfferRecord, ProductRecord, Withdrawn

HEADINGS = [
    "Réf",
    "Nom",
    "Prix",
    "Prix promo",
    "Stock",
    "Dispo",
    "EAN",
    "Catégorie",
    "Photo",
    "Lien",
    "Groupe",
    "Taille",
]


def found(*rows: Sequence[Cell], headings: Sequence[str] = HEADINGS) -> list[Found]:
    columns = recognise([(1, headings)])
    return list(products([(n, list(row)) for n, row in enumerate(rows, 2)], columns))


def offer(**cells: Cell) -> tuple[OfferRecord, list[IssueCode]]:
    row = {"Réf": "R1", "Nom": "Bol", "Prix": "5"} | cells
    (one,) = found([row.get(heading, "") for heading in HEADINGS])
    assert one.record is not None
    return one.record.offers[0], [problem.code for problem in one.problems]


@pytest.mark.parametrize(
    ("cell", "cents", "code"),
    [
        ("24,90", 2490, None),
        ("1 299,00 €", 129900, None),
        (24.9, 2490, None),
        (1.299, 130, None),
        (7, 700, None),
        ("gratuit", 0, None),
        ("Offert", 0, None),
        ("0", None, IssueCode.PRICE_MISSING),
        (0, None, IssueCode.PRICE_MISSING),
        ("", None, IssueCode.PRICE_MISSING),
        ("douze", None, IssueCode.PRICE_UNREADABLE),
        ("1,299", None, IssueCode.PRICE_UNREADABLE),
        ("12 HT", None, IssueCode.PRICE_UNREADABLE),
        (-3, None, IssueCode.PRICE_UNREADABLE),
        ("=1+1", None, IssueCode.PRICE_UNREADABLE),
    ],
)
def test_prices(cell: Cell, cents: int | None, code: IssueCode | None) -> None:
    sold, codes = offer(Prix=cell)
    assert (sold.price_minor, sold.currency) == (cents, None if cents is None else "EUR")
    assert codes == ([code] if code else [])


def test_a_sale_price_crosses_out_the_other_one() -> None:
    sold, _ = offer(Prix="20", **{"Prix promo": "15,50"})
    assert (sold.price_minor, sold.list_price_minor) == (1550, 2000)
    sold, _ = offer(Prix="20", **{"Prix promo": "25"})
    assert (sold.price_minor, sold.list_price_minor) == (2000, None)


@pytest.mark.parametrize(
    ("stock", "word", "availability", "quantity"),
    [
        ("6", "", Availability.IN_STOCK, 6),
        (0, "", Availability.OUT_OF_STOCK, 0),
        (-2, "", Availability.OUT_OF_STOCK, 0),
        ("", "épuisé", Availability.OUT_OF_STOCK, None),
        ("", "4", Availability.IN_STOCK, 4),
        ("oui", "", Availability.IN_STOCK, None),
        ("6", "sur commande", Availability.BACK_ORDER, None),
        ("6", "rupture", Availability.OUT_OF_STOCK, None),
        (2.5, "", Availability.IN_STOCK, 2),
        ("0,4", "", Availability.IN_STOCK, None),
        ("2,5", "rupture", Availability.OUT_OF_STOCK, None),
        ("", "", None, None),
    ],
)
def test_stock(stock: Cell, word: str, availability: Availability | None, quantity: int | None) -> None:
    sold, codes = offer(Stock=stock, Dispo=word)
    assert (sold.availability, sold.quantity) == (availability, quantity)
    assert codes == []


@pytest.mark.parametrize(
    "cell", ["#DIV/0!", "#REF!", "#N/A", "#VALEUR!", "#NOM?", "Err:502", "#NUL!", "#N/A!", "#N/D", "#DIV/0 !"]
)
def test_a_formula_that_failed_is_said_once_and_nothing_else(cell: str) -> None:
    sold, codes = offer(Prix=cell)
    assert (sold.price_minor, codes) == (None, [IssueCode.FORMULA_ERROR])
    sold, codes = offer(Prix="5", Stock=cell)
    assert (sold.availability, codes) == (None, [IssueCode.FORMULA_ERROR])
    sold, codes = offer(Prix="", Stock=cell)
    assert sorted(codes) == [IssueCode.FORMULA_ERROR, IssueCode.PRICE_MISSING]


def test_a_formula_error_names_its_line_and_column() -> None:
    [one] = found(["R1", "Bol", "#DIV/0!"])
    assert [problem.text for problem in one.problems] == [
        "Ligne 2, colonne « Prix » : Cette cellule contient une formule en erreur : sa valeur n'est pas publiée. "
        "Corrigez la formule, ou remplacez-la par sa valeur. (« #DIV/0! »)"
    ]
    assert one.record is not None
    [lost] = found(["#REF!", "#NOM?", "5"])
    assert lost.record is None
    assert [p.code for p in lost.problems if p.rejected] == [IssueCode.TITLE_MISSING]


def test_problems_name_their_line_and_column() -> None:
    one, two = found(["R1", "Bol", "douze"], ["R2", "", "5"])
    assert [problem.text for problem in one.problems] == [
        "Ligne 2, colonne « Prix » : Le prix n'a pas pu être lu : il n'est pas publié. (« douze »)"
    ]
    assert [problem.text for problem in two.problems] == [
        "Ligne 3, colonne « Nom » : Le nom du produit manque : la ligne est laissée de côté."
    ]
    assert two.record is None
    assert two.source_id == "R2"


def test_who_a_product_is() -> None:
    rows = [["R1", "Bol"], ["", "Vase", "", "", "", "", "4006381333931"], ["", "Plat"], ["", "P" * 500], ["", ""]]
    ids = [one.source_id for one in found(*rows)]
    assert ids[:3] == ["R1", "gtin:04006381333931", "nom:Plat"]
    assert ids[3] is not None
    assert len(ids[3]) < 200
    assert ids[4] is None


def test_of_two_equal_lines_the_first_is_kept() -> None:
    first, second = found(["R1", "Bol", "5"], ["R1", "Vase", "6"])
    assert first.record is not None
    assert (second.record, [p.code for p in second.problems]) == (None, [IssueCode.DUPLICATE_ID])


def test_a_group_is_one_product_wherever_its_lines_stand() -> None:
    rows = [[f"P{n}", f"Pull laine {size}", "59", "", "", "", "", "", "", "", group, size] for n, (size, group) in
            enumerate([("S", "PULL"), ("M", ""), ("M", "PULL"), ("L", "PULL")])]  # fmt: skip
    alone, pull = (one.record for one in found(*rows))
    assert alone is not None
    assert pull is not None
    assert alone.source_id == "P1"
    assert (pull.source_id, pull.title) == ("groupe:PULL", "Pull laine")
    assert [(o.source_id, o.variant) for o in pull.offers] == [
        ("P0", (("Taille", "S"),)),
        ("P2", (("Taille", "M"),)),
        ("P3", (("Taille", "L"),)),
    ]


def test_photos_in_one_cell_and_a_page() -> None:
    photos = "https://x.fr/a.jpg, https://x.fr/b,c.jpg | https://x.fr/d.jpg"
    row = dict.fromkeys(HEADINGS, "") | {"Nom": "Bol", "Photo": photos, "Lien": "https://x.fr/bol"}
    (one,) = found(list(row.values()))
    assert one.record is not None
    assert one.record.images == ("https://x.fr/a.jpg", "https://x.fr/b,c.jpg", "https://x.fr/d.jpg")
    assert one.record.url == "https://x.fr/bol"


CELLS = st.one_of(st.text(max_size=30), st.integers(), st.floats(allow_nan=False, allow_infinity=False))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=14), max_size=6))
def test_whatever_the_cells_hold_every_line_is_accounted_for(rows: list[list[Cell]]) -> None:
    told = found(*rows)
    assert sorted(line for one in told for line in one.lines) == [n for n, _ in enumerate(rows, 2)]
    records = [one.record for one in told if one.record]
    assert len({record.source_id for record in records}) == len(records)


# --- the connector


@pytest.fixture
def connection(tmp_path: Path) -> ShopConnection:
    path = tmp_path / "stock.csv"
    path.write_text("Réf;Nom;Prix\nA;Bol;5\nB;Vase;6\nC;;7\n", encoding="utf-8")
    session = HttpSession(AddressPolicy(), user_agent="x")
    return ShopConnection(url="fichier://x", session=session, memory={"file": str(path), "map": "[]"})


def test_the_file_is_all_that_the_merchant_says(connection: ShopConnection) -> None:
    connector = SpreadsheetConnector()
    messages = list(connector.read_catalog(connection))
    assert [m.source_id for m in messages if isinstance(m, ProductRecord)] == ["A", "B"]
    assert isinstance(end := messages[-1], EndOfCatalog)
    assert end.complete
    asked = list(connector.read_products(connection, ["A", "C", "Z"]))
    assert [m.source_id for m in asked if isinstance(m, ProductRecord)] == ["A"]
    assert [m for m in asked if isinstance(m, Withdrawn)] == [Withdrawn(source_id="Z", reason="gone")]
    assert connection.session.requests == 0
    report = connector.check(connection)
    assert (report.error, report.products, len(report.sample)) == (None, 2, 2)


def test_a_file_that_is_gone_or_holds_nothing_is_never_an_empty_catalogue(connection: ShopConnection) -> None:
    path = Path(connection.memory["file"])
    path.write_text("Nom;Prix\n")
    with pytest.raises(CatalogueMalformed, match="no product"):
        list(SpreadsheetConnector().read_catalog(connection))
    path.unlink()
    report = SpreadsheetConnector().check(connection)
    assert report.error is not None
    assert "illisible" in report.error.message
