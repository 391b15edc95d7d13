"""The spreadsheet of a shop without a site: the same goods whichever program opens it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from aggregator.demo.catalogue import TODAY, generate_shop
from aggregator.demo.sheet import HEADINGS, write_sheet

CATALOGUE = generate_shop("wicker", tidy=True)
EMPTY = 3  # lines above the headings


def from_excel(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_the_workbook_opens_with_its_headings_under_a_title(tmp_path: Path) -> None:
    file = tmp_path / "tarif.xlsx"
    lines = write_sheet(CATALOGUE, file, TODAY)
    rows = from_excel(file)
    assert rows[0][0] == CATALOGUE.name
    assert rows[1][0] == "Tarif du 20/11/2026"
    assert tuple(rows[EMPTY]) == HEADINGS
    assert len(rows) == EMPTY + 1 + lines
    first = file.read_bytes()
    write_sheet(CATALOGUE, file, TODAY)
    assert file.read_bytes() == first  # so that a second import changes nothing


def test_each_line_is_something_to_sell(tmp_path: Path) -> None:
    file = tmp_path / "tarif.xlsx"
    write_sheet(CATALOGUE, file, TODAY)
    rows = [dict(zip(HEADINGS, row, strict=True)) for row in from_excel(file)[EMPTY + 1 :]]
    families = {p.parent for p in CATALOGUE.products if p.parent}
    sold = [p for p in CATALOGUE.products if p.id not in families]
    assert [row["Prix TTC"] for row in rows] == [float(p.regular_price) if p.regular_price else "" for p in sold]
    assert 3 <= sum(row["Prix TTC"] == "" for row in rows) < len(rows) / 10  # at a price on request
    assert len({row["Référence"] for row in rows}) == len(rows)
    assert {row["Groupe"] for row in rows if row["Groupe"]}
    assert all((row["Dimensions"] != "") == (row["Groupe"] != "") for row in rows)
    assert all(row["Désignation"] and row["Rayon"] and float(row["Quantité"]) >= 0 for row in rows)
    assert any(row["Prix promo"] for row in rows)
    assert any(float(row["Quantité"]) == 0 for row in rows)


def test_csv_is_what_french_excel_saves(tmp_path: Path) -> None:
    file, book = tmp_path / "tarif.csv", tmp_path / "tarif.xlsx"
    write_sheet(CATALOGUE, file, TODAY)
    write_sheet(CATALOGUE, book, TODAY)
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode("cp1252")), delimiter=";"))
    assert b"\r\n" in file.read_bytes()
    assert tuple(rows[EMPTY]) == HEADINGS
    price = HEADINGS.index("Prix TTC")
    shown = [row[price] for row in rows[EMPTY + 1 :] if row[price]]
    assert shown
    assert all("," in text and "." not in text for text in shown)
    same = [row[1] for row in from_excel(book)[EMPTY + 1 :]]
    assert [row[1] for row in rows[EMPTY + 1 :]] == same  # œ and ’ are in Windows' code page


def test_another_ending_and_a_missing_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"csv or \.xlsx"):
        write_sheet(CATALOGUE, tmp_path / "tarif.pdf", TODAY)
    with pytest.raises(FileNotFoundError):
        write_sheet(CATALOGUE, tmp_path / "none" / "tarif.csv", TODAY)
