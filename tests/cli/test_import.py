"""A merchant without a site: from their spreadsheet to the portal's pages, and the next spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from aggregator.search.reader import open_reader
from aggregator.store import open_store
from aggregator.web.app import create_app
from tests.cli.conftest import Done, Emplettes
from tests.support.stores import settings_for
from tests.support.workbooks import ods, xls, xlsx
from tests.web.conftest import running

Here = Callable[..., Done]
Line = list[str | int | float]
HEADINGS = ["Réf", "Désignation", "Tarif", "Qté", "Rayon"]
LINES: list[Line] = [
    ["A1", "Bol en grès", "24,90", 6, "Maison"],
    ["A2", "Théière", "1 299,00 €", 0, "Maison"],
    ["A3", "Carte postale", "gratuit", 12, "Papeterie"],
]


def text(*lines: Line) -> str:
    written = [";".join(HEADINGS)] + [";".join(str(cell) for cell in line) for line in lines]
    return "\r\n".join(written) + "\r\n"


@pytest.fixture
def merchant(here: Here) -> str:
    return str(
        here(
            "merchants", "add", "--name", "Poterie du Pont", "--siret", "73282932000074", "--commune", "Lodève",
            "--phone", "04 67 00 00 00", "--json",
        ).json()["merchant_id"]
    )  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "stock.csv"
    path.write_text(text(*LINES), encoding="cp1252")
    return path


def offers(here: Here) -> dict[str, dict[str, object]]:
    return {o["source_id"]: o for o in map(json.loads, here("offers", "export").out.splitlines())}


def test_a_file_is_published_and_the_same_file_changes_nothing(here: Here, merchant: str, file: Path) -> None:
    first = here("shops", "import", file, "--merchant", merchant, "--json")
    assert first.code == 0, first.err
    told = first.json()
    assert (told["shop_id"], told["products"], told["offers"], told["problems"]) == ("1", 3, 3, [])
    assert told["columns"] == {
        "Réf": "reference", "Désignation": "nom", "Tarif": "prix", "Qté": "stock", "Rayon": "categorie",
    }  # fmt: skip
    assert (told["run"]["outcome"], told["run"]["created"], told["run"]["requests"]) == ("complete", 3, 0)
    published = offers(here)
    assert {i: (o["price_minor"], o["availability"], o["quantity"]) for i, o in published.items()} == {
        "A1": (2490, "InStock", 6), "A2": (129900, "OutOfStock", 0), "A3": (0, "InStock", 12),
    }  # fmt: skip
    assert {o["url"] for o in published.values()} == {None}

    again = here("shops", "import", file, "--merchant", merchant, "--json").json()
    assert again["shop_id"] == "1"
    assert (again["run"]["unchanged"], again["run"]["created"], again["run"]["updated"]) == (3, 0, 0)
    (shop,) = here("shops", "list", "--json").json()
    assert (shop["name"], shop["url"], shop["platform"], shop["offers"]) == ("Poterie du Pont", None, "Tableur", 3)
    assert "(sans site)" in here("shops", "list").out


def test_what_left_the_file_is_withdrawn_at_once_and_half_a_file_is_held(here: Here, merchant: str, file: Path) -> None:
    many: list[Line] = [[f"R{n}", f"Bol {n}", "5", 1, "Maison"] for n in range(60)]
    file.write_text(text(*many), encoding="utf-8-sig")
    here("shops", "import", file, "--merchant", merchant)
    file.write_text(text(*many[:-3]), encoding="utf-16")
    run = here("shops", "import", file, "--shop", "1", "--json").json()["run"]
    assert (run["outcome"], run["withdrawn"], run["unchanged"]) == ("complete", 3, 57)
    assert len(offers(here)) == 57
    file.write_text(text(*many[:20]))
    held = here("shops", "import", file, "--shop", "1", "--json")
    assert held.code == 1
    assert held.json()["run"]["outcome"] == "held"
    assert len(offers(here)) == 57


def test_a_dry_run_shows_everything_and_changes_nothing(here: Here, merchant: str, file: Path, tmp_path: Path) -> None:
    lines: list[Line] = [
        *LINES,
        ["A1", "Encore un bol", "9", 1, ""],
        ["A5", "Vase", "douze", "beaucoup", ""],
        ["A6", "", "1", 1, ""],
    ]
    file.write_text(text(*lines), encoding="cp1252")
    shown = here("shops", "import", file, "--merchant", merchant, "--dry-run")
    assert shown.code == 0
    assert "1\u202f299,00\u00a0€" in shown.out or "1\u00a0299,00\u00a0€" in shown.out
    assert "Désignation" in shown.out
    for said in (
        "Ligne 5, colonne « Réf » : Cette ligne a la même référence",
        "Ligne 6, colonne « Tarif » : Le prix n'a pas pu être lu",
        "Ligne 6, colonne « Qté » : La disponibilité ou la quantité",
        "Ligne 7, colonne « Désignation » : Le nom du produit manque",
    ):
        assert said in shown.err
    told = here("shops", "import", file, "--dry-run", "--json").json()
    assert [(p["line"], p["column"], p["code"]) for p in told["problems"]] == [
        (5, "Réf", "duplicate_id"), (6, "Tarif", "price_unreadable"), (6, "Qté", "availability_unknown"),
        (7, "Désignation", "title_missing"),
    ]  # fmt: skip
    assert here("shops", "list", "--json").json() == []
    assert not (tmp_path / "commands" / "files").exists()


def test_a_mapping_is_corrected_and_kept_with_the_file(here: Here, merchant: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Code interne;Machin;Montant\n1;Bol;5,50\n", encoding="utf-8")
    refused = here("shops", "import", path, "--merchant", merchant)
    assert refused.code == 1
    assert "« Machin »" in refused.err
    assert "--map nom=" in refused.err
    told = here(
        "shops", "import", path, "--merchant", merchant, "--map", "nom=Machin", "--map", "Montant=price", "--json"
    )
    assert told.json()["columns"] == {"Code interne": None, "Machin": "nom", "Montant": "prix"}
    assert [o["price_minor"] for o in offers(here).values()] == [550]
    wrong = here("shops", "import", path, "--merchant", merchant, "--map", "prix=Absente")
    assert (wrong.code, "aucune colonne" in wrong.err) == (1, True)


def test_a_mapping_that_is_not_repeated_stays(here: Here, merchant: str, tmp_path: Path) -> None:
    """Forgotten at the next import, it would take all prices away; where the columns are others now, it is left."""
    path = tmp_path / "x.csv"
    path.write_text("Nom;Montant\nBol;5,50\n", encoding="utf-8")
    assert here("shops", "import", path, "--merchant", merchant, "--map", "prix=Montant").code == 0
    path.write_text("Nom;Montant\nBol;6,50\n", encoding="utf-8")
    again = here("shops", "import", path, "--merchant", merchant)
    assert (again.code, "--map « prix=Montant »" in again.err) == (0, True)
    assert [o["price_minor"] for o in offers(here).values()] == [650]
    assert here("shops", "import", path, "--shop", "1", "--map", "nom=Nom", "--dry-run", "--json").json()[
        "columns"
    ] == {
        "Nom": "nom",
        "Montant": None,
    }
    path.write_text("Nom;Prix\nBol;7,50\n", encoding="utf-8")
    other = here("shops", "import", path, "--shop", "1")
    assert (other.code, "n'est pas repris" in other.err) == (0, True)
    assert [o["price_minor"] for o in offers(here).values()] == [750]


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_workbooks(here: Here, merchant: str, tmp_path: Path, kind: str) -> None:
    rows: list[Line] = [list(HEADINGS), *LINES]
    data = {"xlsx": xlsx({"Notes": [["rien"]], "Stock": rows}), "ods": ods({"Stock": rows}), "xls": xls(rows)}[kind]
    path = tmp_path / f"stock.{kind}"
    path.write_bytes(data)
    chosen = ["--sheet", "Stock"] if kind == "xlsx" else []
    told = here("shops", "import", path, "--merchant", merchant, *chosen, "--json")
    assert told.code == 0, told.err
    assert {i: o["price_minor"] for i, o in offers(here).items()} == {"A1": 2490, "A2": 129900, "A3": 0}
    if chosen:
        assert here("shops", "import", path, "--shop", "1", "--dry-run").code == 1


def test_a_file_is_never_read_again_by_a_sync(here: Here, merchant: str, file: Path) -> None:
    here("shops", "import", file, "--merchant", merchant)
    refused = here("sync", "1")
    assert refused.code == 1
    assert "emplettes shops import FICHIER --shop 1" in refused.err
    assert here("sync", "--all", "--json").json() == []
    assert len(here("runs", "--json").json()) == 1


def test_the_copy_is_for_its_owner_only_and_leaves_with_the_shop(
    here: Here, merchant: str, file: Path, tmp_path: Path
) -> None:
    here("shops", "import", file, "--merchant", merchant)
    folder = tmp_path / "commands" / "files"
    (kept,) = folder.iterdir()
    assert kept.read_bytes() == file.read_bytes()
    assert (kept.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    file.write_text(text(*LINES[:2]), encoding="cp1252")
    here("shops", "import", file, "--shop", "1")
    assert [path.read_bytes() for path in folder.iterdir()] == [file.read_bytes()]
    assert here("shops", "remove", "1").code == 0
    assert list(folder.iterdir()) == []
    assert "retirée" in here("shops", "import", file, "--shop", "1").err
    assert here("shops", "import", file, "--merchant", merchant, "--json").json()["shop_id"] == "2"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--merchant"),
        (["--merchant", "1", "--shop", "1"], "l'un des deux"),
        (["--merchant", "99"], "n° 99"),
        (["--shop", "7"], "n° 7"),
        (["--merchant", "1", "--sheet", "Feuil1"], "--sheet"),
    ],
)
def test_what_is_refused(here: Here, merchant: str, file: Path, arguments: list[str], said: str) -> None:
    refused = here("shops", "import", file, *arguments)
    assert refused.code == 1
    assert said in refused.err
    assert here("shops", "list", "--json").json() == []


@pytest.mark.parametrize("arguments", [["--merchant", "99"], ["--shop", "7"], ["--merchant", "1", "--shop", "1"]])
def test_a_dry_run_for_nobody_is_refused_too(here: Here, merchant: str, file: Path, arguments: list[str]) -> None:
    refused = here("shops", "import", file, "--dry-run", *arguments)
    assert refused.code == 1
    assert refused.out == ""
    told = here("shops", "import", file, "--dry-run", "--json", *arguments)
    assert (told.code, "error" in told.json()) == (1, True)


def test_two_shops_of_one_merchant_are_told_apart_by_name(here: Here, merchant: str, file: Path) -> None:
    for name in ("Poterie", "Papeterie"):
        assert here("shops", "import", file, "--merchant", merchant, "--name", name).code == 0
    refused = here("shops", "import", file, "--merchant", merchant)
    assert "n° 1 « Poterie », n° 2 « Papeterie »" in refused.err
    assert (
        here("shops", "import", file, "--merchant", merchant, "--name", "Papeterie", "--json").json()["shop_id"] == "2"
    )
    renamed = here("shops", "import", file, "--shop", "2", "--name", "Cartes", "--json")
    assert renamed.code == 0
    assert here("shops", "show", "2", "--json").json()["name"] == "Cartes"


def test_the_template_is_read_as_it_says(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "modele.csv"
    assert here("shops", "template", path).code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    told = here("shops", "import", path, "--dry-run", "--json").json()
    assert None not in told["columns"].values()
    assert (told["products"], told["problems"]) == (1, [])
    assert here("shops", "template", path).code == 1
    assert here("shops", "template", tmp_path / "m.xlsx").code == 1


def test_the_pages_say_where_to_buy(emplettes: Emplettes, here: Here, merchant: str, file: Path) -> None:
    here("shops", "import", file, "--merchant", merchant)
    found = here("search", "bol grès", "--json").json()["results"][0]
    assert found["url"] is None
    settings = settings_for(Path(emplettes.settings["DATA"]))
    with (
        open_store(settings) as store,
        running(create_app(settings, store, open_reader(settings))) as url,
        httpx.Client(base_url=url) as http,
    ):
        shop = http.get("/boutique/1", follow_redirects=True).text
        listing = http.get("/recherche", params={"q": "bol"})
        api = http.get("/api/v1/search", params={"q": "bol"}).json()["results"][0]
        page = http.get(f"/offre/{_listing_id(store)}", follow_redirects=True)
    assert (listing.status_code, page.status_code, api["url"]) == (200, 200, None)
    assert "En vente chez Poterie du Pont, à Lodève." in page.text
    assert 'href="tel:0467000000"' in page.text
    assert 'href="tel:0467000000"' in shop
    for text_ in (page.text, shop, listing.text):
        assert "fichier:" not in text_
        assert "Voir dans la boutique" not in text_
    block = page.text.split('<script type="application/ld+json">')[1].split("</script>")[0]
    offer = json.loads(block)["offers"]
    assert offer["seller"] == {"@type": "Organization", "name": "Poterie du Pont", "telephone": "04 67 00 00 00"}
    assert "/offre/" in offer["url"]


def _listing_id(store: object) -> int:
    from aggregator.store import Store
    from aggregator.store.tables import LISTING

    assert isinstance(store, Store)
    with store.read() as connection:
        return int(connection.execute(sa.select(LISTING.c.id).where(LISTING.c.title.contains("Bol"))).scalars().one())
