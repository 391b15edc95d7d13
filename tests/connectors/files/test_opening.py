"""Whatever program wrote it: the same rows; and a French sentence for what cannot be read."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
from pathlib import Path

import pytest

from connectors.files import opening
from connectors.files.opening import Cell, FileUnreadable, opened
from connectors.files.workbook import MAX_ROWS
from tests.support.workbooks import Rows, encrypted, ods, xls, xlsx, zipped

ROWS: Rows = [
    ["Nom", "Prix", "Stock"],
    ["Bol en grès « bleu »", 24.9, 6],
    ["Thé, à l'eau;", "3,50 €", ""],
    ["", "", ""],
]
WANTED: list[tuple[int, list[Cell]]] = [
    (1, ["Nom", "Prix", "Stock"]),
    (2, ["Bol en grès « bleu »", 24.9, 6]),
    (3, ["Thé, à l'eau;", "3,50 €", ""]),
]
TEXT = 'Nom;Prix;Stock\r\nBol en grès « bleu »;24.9;6\r\n"Thé, à l\'eau;";3,50 €;\r\n;;\r\n'


def read(path: Path, sheet: str = "") -> list[tuple[int, list[Cell]]]:
    with opened(path, sheet) as found:
        return list(found.rows)


def written(tmp_path: Path, data: bytes, name: str = "tableau") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("data", [xlsx({"Stock": ROWS}), ods({"Stock": ROWS}), xls(ROWS)], ids=["xlsx", "ods", "xls"])
def test_workbooks(tmp_path: Path, data: bytes) -> None:
    assert read(written(tmp_path, data)) == WANTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_text_in_the_encodings_of_excel(tmp_path: Path, encoding: str, end: str) -> None:
    rows = read(written(tmp_path, TEXT.replace("\r\n", end).encode(encoding)))
    assert rows == [(line, [str(cell) for cell in cells]) for line, cells in WANTED]


@pytest.mark.parametrize("mark", [";", "\t", ",", "|"])
def test_separators(tmp_path: Path, mark: str) -> None:
    text = f'Titre du fichier\n\nNom{mark}Prix\n"Bol{mark} ou tasse"{mark}5\n'
    assert read(written(tmp_path, text.encode()))[1:] == [(3, ["Nom", "Prix"]), (4, [f"Bol{mark} ou tasse", "5"])]


def test_excels_own_word_for_the_separator(tmp_path: Path) -> None:
    assert read(written(tmp_path, b"sep=|\r\nNom|Prix\r\na;b;c|1\r\n")) == [(2, ["Nom", "Prix"]), (3, ["a;b;c", "1"])]


def test_several_lines_in_a_cell_and_a_quote_that_never_closes(tmp_path: Path) -> None:
    text = 'nom;texte\na;"un\ndeux ""trois"""\nb;"ouvert\nc;5\nd;6\n'
    assert read(written(tmp_path, text.encode())) == [
        (1, ["nom", "texte"]),
        (2, ["a", 'un\ndeux "trois"']),
        (4, ["b", '"ouvert']),
        (5, ["c", "5"]),
        (6, ["d", "6"]),
    ]


def test_the_sheet_that_is_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, xlsx({"Notes": [["rien"]], "Stock": ROWS}))
    assert read(path, "Stock") == WANTED
    with opened(path) as found:
        assert (found.name, found.names) == ("Notes", ["Notes", "Stock"])
    with pytest.raises(FileUnreadable, match="« Notes », « Stock »"):
        read(path, "Prix")


def test_a_formula_is_its_stored_result_and_is_never_evaluated(tmp_path: Path) -> None:
    assert read(written(tmp_path, xlsx({"S": [["nom", "prix"], ["a", "==1+1:7"]]})))[1] == (2, ["a", 7])
    assert read(written(tmp_path, b"nom;prix\n=1+1;+33\n"))[1] == (2, ["=1+1", "+33"])


def test_a_formula_that_failed_says_its_error_where_it_stands(tmp_path: Path) -> None:
    rows: Rows = [[], ["", ""], ["", "nom", "prix"], ["", "==A1<2:#REF!", "==1/0:#DIV/0!"], ["", "a", 5]]
    path = written(tmp_path, xlsx({"Notes": [["==1/0:#N/A", "x"]], "Stock": rows}))
    found = [(line, [cell for cell in cells if cell != ""]) for line, cells in read(path, "Stock")]
    assert found == [(3, ["nom", "prix"]), (4, ["#REF!", "#DIV/0!"]), (5, ["a", 5])]
    assert read(path, "Notes") == [(1, ["#N/A", "x"])]


def test_a_formula_that_failed_in_libreoffice_says_so_too(tmp_path: Path) -> None:
    rows: Rows = [["nom", "prix"], ["a", "==1/0:#DIV/0 !"], ["b", 5], ["==A9:#N/D", "==1+1:deux"]]
    data = ods({"Notes": [["==1/0:#REF !", "x"]], "Stock": rows})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    content = texts["content.xml"]
    assert isinstance(content, bytes)
    repeated = b'<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="2"/>'
    table = b'<table:table table:name="Stock">'
    texts["content.xml"] = content.replace(table, table + repeated + b"</table:table-row>")
    path = written(tmp_path, zipped(texts))
    assert read(path, "Stock") == [
        (4, ["nom", "prix"]),
        (5, ["a", "#DIV/0 !"]),
        (6, ["b", 5]),
        (7, ["#N/D", "deux"]),
    ]
    assert read(path, "Notes") == [(1, ["#REF !", "x"])]


def test_errors_are_found_in_a_sheet_that_is_longer_than_a_piece(tmp_path: Path) -> None:
    rows: Rows = [
        ["nom", "prix"],
        *([f"n{n}" + "x" * 90, "==1/0:#DIV/0!" if n % 997 == 0 else n] for n in range(20_000)),
    ]
    told = read(written(tmp_path, xlsx({"Stock": rows})))
    assert [line for line, cells in told if cells[1] == "#DIV/0!"] == [n + 2 for n in range(0, 20_000, 997)]


def _sparse() -> bytes:
    """One cell in the last corner: some 17 billion cells, if all of them were kept."""
    parts = xlsx({"S": [["nom"]]})
    with zipfile.ZipFile(io.BytesIO(parts)) as archive:
        texts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    sheet = texts["xl/worksheets/sheet1.xml"]
    assert isinstance(sheet, bytes)
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    texts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", far)
    return zipped(texts)


def _lying(data: bytes) -> bytes:
    """The same zip, its directory announcing ten bytes for each part."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = struct.pack("<I", 10)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


BOMB = zipped({"xl/workbook.xml": "<w/>", "xl/worksheets/sheet1.xml": b" " * (opening.MAX_UNPACKED + 1)})
UNREADABLE = {
    "password": (encrypted(), opening.PASSWORD),
    "bomb": (BOMB, opening.TOO_LARGE),
    "lying bomb": (_lying(BOMB), None),
    "sparse": (_sparse(), opening.TOO_LARGE),
    "cut": (xlsx({"S": ROWS})[:-200], opening.CORRUPT),
    "cut xls": (xls(ROWS)[:1500], opening.CORRUPT),
    "another zip": (zipped({"word/document.xml": "<w/>"}), opening.NOT_A_TABLE),
    "pdf": (b"%PDF-1.7\n...", opening.NOT_A_TABLE),
    "gzip": (b"\x1f\x8b\x08\0" * 9, opening.NOT_A_TABLE),
    "noise": (b"a;b\n\0\0\1\2", opening.NOT_A_TABLE),
    "empty": (b"", opening.EMPTY),
    "blank": (b" \n\n", opening.EMPTY),
    "wide": (b";".join(b"%d" % n for n in range(300)), opening.TOO_LARGE),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read(tmp_path: Path, kind: str) -> None:
    data, said = UNREADABLE[kind]
    began = time.monotonic()
    with pytest.raises(FileUnreadable) as caught:
        read(written(tmp_path, data))
    assert str(caught.value) == said or said is None
    assert time.monotonic() - began < 20


def test_a_file_that_is_too_big_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_BYTES", 10)
    with pytest.raises(FileUnreadable, match="trop gros"):
        read(written(tmp_path, b"nom;prix\na;1\n"))
    with pytest.raises(FileUnreadable, match=r"fichier illisible \(il n'existe pas\)"):
        read(tmp_path / "absent.csv")
    with pytest.raises(FileUnreadable, match="c'est un dossier"):
        read(tmp_path)


def test_too_many_lines(tmp_path: Path) -> None:
    text = b"nom\n" + b"a\n" * (MAX_ROWS + 1)
    with pytest.raises(FileUnreadable, match="trop grande"):
        read(written(tmp_path, text))


@pytest.mark.parametrize("seed", range(12))
def test_damaged_workbooks_end_in_a_sentence(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray((xlsx({"S": ROWS}), ods({"S": ROWS}), xls(ROWS))[seed % 3])
    for _ in range(chance.randrange(1, 40)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        lines = [line for line, _ in read(written(tmp_path, bytes(data)))]
    except FileUnreadable:
        return
    assert lines == sorted(set(lines))
