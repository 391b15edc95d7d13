"""The operator writes synonyms, has them checked, and sees what a word finds."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Done, Emplettes


def test_synonyms_are_checked_and_shown(here: Callable[..., Done], emplettes: Emplettes) -> None:
    assert "n'existe pas encore" in here("synonyms", "check").out
    assert "wassingue" in here("synonyms", "show", "serpillières").out
    own = emplettes.folder / "mots.txt"
    own.write_text("fayot, mogette\nseul\n! serpillière, wassingue\n", encoding="utf-8")
    emplettes.settings["SYNONYMS"] = str(own)
    told = here("synonyms", "check", "--json")
    assert told.code == 1
    (problem,) = told.json()["problems"]
    assert (problem["line"], problem["text"]) == (2, "seul")
    assert "au moins deux mots" in here("synonyms", "check", own).out
    assert "fayot" in here("synonyms", "show", "mogettes", "--json").json()["synonyms"]
    assert "wassingue" not in here("synonyms", "show", "serpillière").out
    assert here("synonyms", "show", "chabraque").out.startswith("Aucun synonyme")
    own.write_text("fayot, mogette\n", encoding="utf-8")
    assert (here("synonyms", "check").code, here("synonyms", "check", "absent.txt").code) == (0, 1)
