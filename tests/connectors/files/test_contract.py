"""The spreadsheet connector keeps the contract. No request is ever sent: what a shop's server can do wrong, a file
cannot, and what a file can do wrong stands here in its place."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.errors import CatalogueMalformed
from connectors.files import connector as spreadsheet
from connectors.http import HttpSession
from connectors.protocol import Connector, ShopConnection
from connectors.records import Checkpoint, EndOfCatalog, Issue, IssueCode, ProductRecord, Withdrawn
from tests.contracts.connector import Asked, ConnectorContract, ShopUnderTest, everything, product_ids, the_end
from tests.support.workbooks import ods, xls, xlsx

Kind = Literal["csv", "xlsx", "ods", "xls"]
Row = dict[str, str]
HEADINGS = ("Référence", "Nom", "Prix", "Prix promo", "Stock", "Groupe", "Taille", "Prix d'achat", "Description")
COST = "7,3141"
"""What the merchant paid: it stands in the file, and is nobody's business."""
SEPARATOR = ";"


def rows_of(products: int, words: int = 1) -> list[Row]:
    """So many products: every tenth a group of three sizes, each single one with so many words of description."""
    found: list[Row] = []
    for n in range(1, products + 1):
        own = {
            "Référence": f"R{100 + 4 * n}",
            "Nom": f"Bol « n° {n} », grès",
            "Prix": f"{10 + n % 40},90",
            "Stock": str(n % 5),
            "Prix d'achat": COST,
            "Description": "tourné " * words,
        }
        if n == 10:
            own["Prix promo"] = "4,50"
        if n % 10 or n == 10:
            found.append(own)
            continue
        shared = {"Groupe": f"G{100 + 4 * n}", "Description": ""}
        for m, size in enumerate(("S", "M", "L")):
            found.append(own | shared | {"Référence": f"R{100 + 4 * n + m}", "Taille": size})
    return found


def product_of(row: Row) -> str:
    return f"groupe:{row['Groupe']}" if row.get("Groupe") else row["Référence"]


def written(rows: list[Row], kind: Kind, broken: frozenset[str] = frozenset()) -> bytes:
    """`broken`: products whose name holds a separator that nobody quoted."""
    table = [list(HEADINGS), *([row.get(name, "") for name in HEADINGS] for row in rows)]
    if kind != "csv":
        return {
            "xlsx": lambda: xlsx({"Stock": table}),
            "ods": lambda: ods({"Stock": table}),
            "xls": lambda: xls(table),
        }[kind]()
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATOR)
    for row, cells in zip([None, *rows], table, strict=True):
        if row is not None and product_of(row) in broken:
            cells = [cells[0], "Bol", *cells[1:]]
        writer.writerow(cells)
    return out.getvalue().encode("cp1252")


class SpreadsheetShop:
    """A file, and the merchant who saves it again."""

    secrets = (COST, r"3141")
    catalogue_requests = r"."

    def __init__(self, folder: Path, kind: Kind, rows: list[Row]) -> None:
        self.connector: Connector = registry.get("spreadsheet")
        self.url = "fichier://atelier"
        self.folder = folder
        self.kind: Kind = kind
        self.path = folder / f"stock.{kind}"
        self.rows = rows
        self.broken: set[str] = set()
        self.requests = 0
        self.save()

    def save(self) -> None:
        self.replace(written(self.rows, self.kind, frozenset(self.broken)))

    def replace(self, data: bytes) -> None:
        """As an import does: the new file takes the old one's place at once."""
        part = self.path.with_name(self.path.name + ".part")
        part.write_bytes(data)
        part.replace(self.path)

    @contextmanager
    def connect(self, **session_options: Any) -> Iterator[ShopConnection]:
        with HttpSession(AddressPolicy(), user_agent="EmplettesBot/1.0", **session_options) as session:
            try:
                yield ShopConnection(url=self.url, session=session, memory={"file": str(self.path), "map": "[]"})
            finally:
                self.requests += session.requests
            assert session.requests == 0, "a file was handed over: there is nobody to be asked"

    def public_ids(self) -> set[str]:
        return {product_of(row) for row in self.rows}

    def shown_prices(self) -> dict[str, int | None]:
        return {row["Référence"]: int((row.get("Prix promo") or row["Prix"]).replace(",", "")) for row in self.rows}

    def asked(self) -> list[Asked]:
        return [Asked("GET", "?", 0.0, 0)] * self.requests

    def forget_requests(self) -> None:
        self.requests = 0

    def fault(self, kind: str, match: str = "", times: int = 1, **options: Any) -> None:
        """What can have become of a file; what only a server does leaves it as it is."""
        if times < 0 and kind in SPOILT:
            self.replace(SPOILT[kind](self.path.read_bytes()))

    def spoil(self, product_id: str) -> None:
        self.broken.add(product_id)
        self.save()

    def unpublish(self, product_id: str) -> None:
        self.rows = [row for row in self.rows if product_of(row) != product_id]
        self.save()

    hide = delete = unpublish

    def rename(self, product_id: str) -> None:
        for row in self.rows:
            if product_of(row) == product_id:
                row["Nom"] = "Bol tout neuf"
        self.save()

    @contextmanager
    def grown(self, products: int) -> Iterator[SpreadsheetShop]:
        """With some 1 kB for each product, so that a file held in memory would show."""
        folder = self.folder / str(products)
        folder.mkdir()
        yield SpreadsheetShop(folder, self.kind, rows_of(products, words=150))


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "html": lambda _: b"<!DOCTYPE html><html><body>Un instant...</body></html>",
    "empty": lambda _: b"",
    "headings": lambda data: data.split(b"\n")[0] + b"\n",
    "noise": lambda _: bytes(range(256)) * 40,
    "truncated": lambda data: data[: len(data) // 2],
}


class FilesContract(ConnectorContract):
    kind: ClassVar[Kind]

    @pytest.fixture
    def shop(self, tmp_path: Path) -> SpreadsheetShop:
        return SpreadsheetShop(tmp_path, self.kind, rows_of(230))

    @pytest.mark.parametrize("kind", ["html", "empty", "noise"])
    def test_two_hundred_with_rubbish_is_never_an_empty_catalogue(self, shop: ShopUnderTest, kind: str) -> None:
        super().test_two_hundred_with_rubbish_is_never_an_empty_catalogue(shop, kind)

    def test_a_new_file_is_read_from_its_beginning(self, shop: ShopUnderTest) -> None:
        """Not from a place that another file's run has kept: what stood before that place is another thing now."""
        place = next(m for m in everything(shop) if isinstance(m, Checkpoint))
        shop.rename("R104")
        messages = everything(shop, checkpoint=place.position)
        assert set(product_ids(messages)) == shop.public_ids()
        assert [m.title for m in messages if isinstance(m, ProductRecord) and m.source_id == "R104"] == [
            "Bol tout neuf"
        ]

    def test_by_id_tells_what_is_there_hidden_and_gone(self, shop: ShopUnderTest) -> None:
        """A file hides nothing: what it does not hold is not sold."""
        shop.delete("R104")
        with shop.connect() as connection:
            messages = list(shop.connector.read_products(connection, ["R108", "groupe:G180", "R104"]))
        assert set(product_ids(messages)) == {"R108", "groupe:G180"}
        assert [m for m in messages if isinstance(m, Withdrawn)] == [Withdrawn(source_id="R104", reason="gone")]

    @pytest.mark.parametrize("kind", ["html", "empty", "noise"])
    def test_check_never_raises_for_a_shops_fault(self, shop: ShopUnderTest, kind: str) -> None:
        super().test_check_never_raises_for_a_shops_fault(shop, kind)

    def test_a_file_that_is_gone_says_so_without_its_folder(self, shop: ShopUnderTest) -> None:
        assert isinstance(shop, SpreadsheetShop)
        shop.path.unlink()
        with pytest.raises(CatalogueMalformed) as caught:
            everything(shop)
        assert "fichier illisible" in caught.value.message
        assert str(shop.folder) not in caught.value.message + caught.value.detail

    def test_a_check_ends_in_time_and_then_counts_nothing(
        self, shop: ShopUnderTest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spreadsheet, "SECONDS", 0.0)
        with shop.connect() as connection:
            report = shop.connector.check(connection)
        assert (report.error, report.products, len(report.sample)) == (None, None, 1)

    @pytest.mark.parametrize("kind", ["500", "429", "401", "hang", "reset"])
    def test_no_server_no_fault_of_a_server(self, shop: ShopUnderTest, kind: str) -> None:
        """`connect` proves that nothing was asked, in this test as in every other."""
        shop.fault(kind, times=-1)
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids()
        assert shop.asked() == []

    # Each of these waits for an answer to a request, and there is none.
    test_a_passing_trouble_is_tried_again = None  # type: ignore[assignment]
    test_a_php_notice_before_the_json_is_read_over_and_said = None  # type: ignore[assignment]
    test_an_empty_answer_in_mid_list_never_completes_a_catalogue = None  # type: ignore[assignment]
    test_retry_after_is_honoured = None  # type: ignore[assignment]
    test_a_retry_after_beyond_the_deadline_ends_the_run_at_once = None  # type: ignore[assignment]
    test_server_errors_are_tried_again_with_new_signatures = None  # type: ignore[assignment]
    test_a_refusal_is_not_tried_again = None  # type: ignore[assignment]
    test_a_shop_that_hangs_ends_within_the_deadline = None  # type: ignore[assignment]
    test_stops_within_two_seconds_of_being_cancelled_in_a_request = None  # type: ignore[assignment]


class TestText(FilesContract):
    kind = "csv"

    def test_headings_alone_are_never_an_empty_catalogue(self, shop: ShopUnderTest) -> None:
        shop.fault("headings", times=-1)
        with pytest.raises(CatalogueMalformed):
            everything(shop)

    def test_a_file_that_changes_under_the_reading_is_never_complete(self, tmp_path: Path) -> None:
        """Written over in its place, which no import of ours does: half of the old and half of the new are neither."""
        shop = SpreadsheetShop(tmp_path, "csv", rows_of(230, words=800))
        messages: list[Any] = []
        with shop.connect() as connection:
            reading = shop.connector.read_catalog(connection)
            messages.append(next(reading))
            with shop.path.open("ab") as file:
                file.write(b"R9;Bol;5\r\n")
                os.utime(file.fileno())
            with pytest.raises(CatalogueMalformed) as caught:
                messages.extend(reading)
        assert "a changé pendant sa lecture" in caught.value.message
        assert not [m for m in messages if isinstance(m, EndOfCatalog)]

    def test_a_group_never_takes_the_id_of_a_product(self, shop: ShopUnderTest) -> None:
        assert isinstance(shop, SpreadsheetShop)
        shop.rows.insert(0, {"Référence": "groupe:G180", "Nom": "Bol à part", "Prix": "5,00"})
        shop.save()
        messages = everything(shop)
        assert sorted(product_ids(messages)) == sorted(shop.public_ids())
        assert [m.code for m in messages if isinstance(m, Issue) and m.source_id == "groupe:G180"] == [
            IssueCode.DUPLICATE_ID
        ]


class WorkbookContract(FilesContract):
    @pytest.mark.parametrize("kind", ["html", "empty", "noise", "truncated"])
    def test_two_hundred_with_rubbish_is_never_an_empty_catalogue(self, shop: ShopUnderTest, kind: str) -> None:
        super().test_two_hundred_with_rubbish_is_never_an_empty_catalogue(shop, kind)

    @pytest.mark.parametrize("kind", ["html", "empty", "noise", "truncated"])
    def test_check_never_raises_for_a_shops_fault(self, shop: ShopUnderTest, kind: str) -> None:
        super().test_check_never_raises_for_a_shops_fault(shop, kind)

    def test_a_malformed_product_is_one_issue_and_the_rest_arrives(self, shop: ShopUnderTest) -> None:
        """The cells of a workbook cannot move. A line can lack its name, and is known by its reference then."""
        assert isinstance(shop, SpreadsheetShop)
        usual = [m for m in everything(shop) if isinstance(m, Issue)]
        next(row for row in shop.rows if row["Référence"] == "R264")["Nom"] = ""
        shop.save()
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids() - {"R264"}
        new = [m for m in messages if isinstance(m, Issue) and m not in usual]
        assert [(i.code, i.source_id, i.rejected) for i in new] == [(IssueCode.TITLE_MISSING, "R264", True)]
        assert the_end(messages).complete


class TestExcel(WorkbookContract):
    kind = "xlsx"


class TestOpenDocument(WorkbookContract):
    kind = "ods"


class TestOldExcel(WorkbookContract):
    kind = "xls"

    test_memory_does_not_grow_with_the_catalogue = None  # type: ignore[assignment]  # the tests' writer makes small ones
