"""The portal's tree: its file is checked line by line, and a node is found by its path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aggregator.errors import SettingsInvalid
from aggregator.ingest.categories import SHIPPED, is_in, read, tree
from aggregator.ingest.classify import Classifier

SMALL = """
[maison]
name = "Maison"
google = 536
shelves = ["maison"]

[maison.vaisselle]
name = "Vaisselle"
words = ["assiette", "bol"]
not = ["bol chantant"]

[mode]
name = "Mode"
words = ["robe"]
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "rayons.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_tree_has_two_levels_and_names_as_shoppers_say_them() -> None:
    shipped = tree(SHIPPED)
    tops = shipped.children(None)
    below = [child for top in tops for child in shipped.children(top.path)]
    assert 20 <= len(tops) <= 30
    assert 140 <= len(below) <= 220
    assert len(tops) + len(below) == len(shipped.nodes)
    assert all(node.words or node.shelves for node in shipped.nodes)
    assert all(3 <= len(node.name) <= 45 for node in shipped.nodes)
    assert len({node.name for node in shipped.nodes}) > len(shipped.nodes) * 0.95
    assert sum(node.google_id is not None for node in below) > len(below) / 2


def test_a_node_is_found_and_shown(tmp_path: Path) -> None:
    known = read(written(tmp_path, SMALL))
    assert [node.path for node in known.nodes] == ["maison", "maison/vaisselle", "mode"]
    found = known.get("maison/vaisselle")
    assert found is not None
    assert (found.slug, found.parent, found.name) == ("vaisselle", "maison", "Vaisselle")
    assert [node.path for node in known.children(None)] == ["maison", "mode"]
    assert [node.path for node in known.children("maison")] == ["maison/vaisselle"]
    assert [node.name for node in known.trail("maison/vaisselle")] == ["Maison", "Vaisselle"]
    assert known.full_label("maison/vaisselle") == "Maison > Vaisselle"
    assert known.label("parti/depuis") == "parti/depuis"
    assert known.get("vaisselle") is None
    assert known.by_google[536].path == "maison"


def test_a_category_is_in_itself_and_in_the_one_above() -> None:
    assert is_in("vins/rouges", frozenset({"vins"}))
    assert is_in("vins", frozenset({"vins"}))
    assert not is_in("vins", frozenset({"vins/rouges"}))
    assert not is_in(None, frozenset({"vins"}))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("[maison]\nname = 5\n", "ligne 2, [maison] name : il faut un nom."),
        ("[maison]\nwords = ['a']\n", "ligne 1, [maison] name : il faut un nom."),
        ("[Maison]\nname = 'M'\n", "ligne 1, [Maison] "),
        ("[a]\nname = 'A'\nmots = ['b']\n", "ligne 3, [a] mots : clé inconnue"),
        ("[a]\nname = 'A'\n\n[a.b]\nname = 'B'\nwords = 'b'\n", "ligne 6, [a.b] words : il faut une liste de textes."),
        ("[a]\nname = 'A'\nwords = ['de la']\n", "ligne 3, [a] words : « de la » ne contient aucun mot"),
        ("[a]\nname = 'A'\ngoogle = '166'\n", "ligne 3, [a] google : « 166 »"),
        ("[a]\nname = 'A'\n[a.b]\nname = 'B'\n[a.b.c]\nname = 'C'\n", "[a.b] c : deux niveaux seulement."),
        (
            "[a]\nname = 'A'\nwords = ['x']\n[b]\nname = 'B'\nwords = ['X']\n",
            "ligne 6, [b] words : « X » est déjà dans [a].",
        ),
        ("[a]\nname = 'A'\ngoogle = 1\n[b]\nname = 'B'\ngoogle = 1\n", "[b] google : « 1 » est déjà dans [a]."),
        ("[a]\nname = 'A'\nwords = ['x']\nnot = ['x']\n", "ligne 4, [a] not : « x » interdit ce que"),
        ("[a]\nname = 'A'\ntakes = ['b']\nbeside = 'a'\n", "ligne 3, [a] takes : « b » n'est pas une catégorie."),
        ("[a]\nname = 'A'\nbeside = 'a'\n", "[a] takes : « takes » et « beside » vont ensemble."),
        ("name = 'A'\n", "ligne 1"),
        ("[a\n", "n'est pas un fichier TOML"),
        ("", "aucune catégorie"),
    ],
)
def test_a_wrong_file_is_told_by_line_and_key(tmp_path: Path, wrong: str, told: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        read(written(tmp_path, wrong))
    assert told in str(caught.value)


def test_another_file_is_used_and_read_again_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, SMALL)
    monkeypatch.setenv("EMPLETTES_CATEGORIES", str(file))
    assert tree().label("mode") == "Mode"
    assert tree() is tree()
    written(tmp_path, SMALL.replace('"Mode"', '"Habits"'))
    os.utime(file, ns=(1, 1))
    assert tree().label("mode") == "Habits"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"rien\.toml ne peut pas être lu"):
        tree(tmp_path / "rien.toml")


def test_a_small_tree_places_by_its_own_words(tmp_path: Path) -> None:
    placed = Classifier(read(written(tmp_path, SMALL)))
    assert placed.decide({}, 1, (), "Bol en grès").category == "maison/vaisselle"
    assert placed.decide({}, 1, (), "Bol chantant").category is None
    assert placed.decide({}, 1, ("Maison",), "Objet").category == "maison"
