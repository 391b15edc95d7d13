"""The operator looks at the tree, decides for a shop, and shuts a trade out and in again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aggregator.demo.server import FakeShop
from tests.cli.conftest import Done, Emplettes


def test_a_tree_is_shown_and_checked(here: Callable[..., Done], emplettes: Emplettes) -> None:
    nodes = {node["category"]: node for node in here("categories", "list", "--json").json()}
    assert nodes["maison/vaisselle"] == {
        "category": "maison/vaisselle",
        "name": "Vaisselle",
        "parent": "maison",
        "google_id": 672,
        "listings": 0,
        "excluded": False,
    }
    assert "assiette" in here("categories", "show", "maison/vaisselle", "--json").json()["words"]
    assert "rayons" in here("categories", "check").out
    lost = here("categories", "show", "maison/navette")
    assert (lost.code, lost.err.strip()) == (
        1,
        "« maison/navette » n'est pas un rayon. Pour les voir tous : emplettes categories list",
    )
    wrong = emplettes.folder / "rayons.toml"
    wrong.write_text("[a]\nname = 'A'\nmots = ['b']\n", encoding="utf-8")
    told = here("categories", "check", wrong)
    assert told.code == 1
    assert "rayons.toml, ligne 3, [a] mots : clé inconnue" in told.err


def test_the_operator_decides_and_shuts_out(here: Callable[..., Done], emplettes: Emplettes, shop: FakeShop) -> None:
    here("shops", "add", shop.url)
    here("sync", "1")
    nodes = {node["category"]: node["listings"] for node in here("categories", "list", "--json").json()}
    assert nodes["mode"] >= nodes["mode/robes"] > 0
    offers = here("shops", "show", "1", "--json").json()["products"]
    assert len(here("categories", "unmapped", "--json").json()) < 5

    assert here("categories", "set", "1", "Femme > Robes").code == 1
    assert "n'est dans « Femme > Chapes »" in here("categories", "set", "1", "Femme > Chapes", "mode").err
    moved = here("categories", "set", "1", "Femme > Robes", "mode/nuit", "--json").json()
    assert moved["moved"] >= nodes["mode/robes"]
    after = {node["category"]: node["listings"] for node in here("categories", "list", "--json").json()}
    assert after["mode/nuit"] >= nodes["mode/robes"] > after["mode/robes"]
    assert here("categories", "unset", "1", "Femme > Robes", "--json").json() == moved
    assert here("categories", "unset", "1", "Femme > Robes").code == 1

    emplettes.settings["EXCLUDED_CATEGORIES"] = "mode/robes"
    done = here("categories", "apply", "--json").json()
    assert done["hidden"] == nodes["mode/robes"]
    shown = here("shops", "show", "1", "--json").json()
    assert shown["kept_out"] == {"mode/robes": nodes["mode/robes"]}
    assert shown["products"] == offers - nodes["mode/robes"]
    assert "rayons sont exclus" in here("shops", "show", "1").out
    assert here("status", "--json").json()["kept_out"] == {"1": {"mode/robes": nodes["mode/robes"]}}
    emplettes.settings["EXCLUDED_CATEGORIES"] = "mode/roble"
    assert "« mode/roble » n'est pas une catégorie" in here("categories", "apply").err
    del emplettes.settings["EXCLUDED_CATEGORIES"]
    assert here("categories", "apply", "--json").json()["shown"] == nodes["mode/robes"]
    assert here("shops", "show", "1", "--json").json()["products"] == offers


def test_another_tree_is_named_by_a_setting(here: Callable[..., Done], emplettes: Emplettes, tmp_path: Path) -> None:
    tree = tmp_path / "rayons.toml"
    tree.write_text("[tout]\nname = 'Tout'\nwords = ['bol']\n", encoding="utf-8")
    emplettes.settings["CATEGORIES"] = str(tree)
    assert [node["name"] for node in here("categories", "list", "--json").json()] == ["Tout"]
