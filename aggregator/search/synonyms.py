"""Synonyms: a text file that the operator edits, read again when it changes. Parsing is pure.

One group a line; everything is compared without case, accents, plurals or little words:

    pull, chandail, sweater         each finds the others
    serpillière, wassingue => since the left ones find the right ones, not the other way round
    ! basket, tennis                these never find each other, whatever another file says
    # a remark

What is found by a synonym stands below what has the word itself: see `tantivy_query.SYNONYM`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

Phrase = tuple[str, ...]
"""The stems of a word or of several."""
Stems = Callable[[str], Sequence[str]]
"""The analysis of the index: a text to the stems of its words, without little words."""

MAX_WORDS = 5
"""Words of one synonym."""
MAX_GROUP = 40
MAX_BYTES = 2_000_000
"""A larger file is not read: it is no list of synonyms."""
_LOOK_AGAIN = 1.0
"""Seconds between two looks at a file's date."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be understood; the others count all the same."""

    line: int
    """From 1; 0: the file itself."""
    text: str
    message: str
    """A French sentence."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What may be sought beside a phrase. Immutable."""

    others: Mapping[Phrase, tuple[Phrase, ...]] = field(default_factory=dict)
    longest: Mapping[str, int] = field(default_factory=dict)
    """First stem -> words of the longest phrase that begins with it."""
    written: Mapping[Phrase, str] = field(default_factory=dict)
    """How a phrase was first written."""

    def of(self, stems: Sequence[str], start: int) -> tuple[int, tuple[Phrase, ...]]:
        """The longest phrase known at this place: how many words it has and what to seek beside it; (0, ()) if none."""
        for length in range(min(self.longest.get(stems[start], 0), len(stems) - start), 0, -1):
            found = self.others.get(tuple(stems[start : start + length]))
            if found:
                return length, found
        return 0, ()


def parse(texts: Iterable[str], stems: Stems) -> tuple[Synonyms, list[Problem]]:
    """Synonyms of several files together, and the problems of the last one."""
    pairs: dict[Phrase, dict[Phrase, None]] = {}
    forbidden: set[tuple[Phrase, Phrase]] = set()
    written: dict[Phrase, str] = {}
    problems: list[Problem] = []
    for text in texts:
        problems = []
        for number, raw in enumerate(text.splitlines(), 1):
            line = raw.partition("#")[0].strip()
            if line:
                message = _read(line, stems, pairs, forbidden, written)
                if message:
                    problems.append(Problem(number, raw.strip()[:120], message))
    others = {
        phrase: tuple(other for other in found if (phrase, other) not in forbidden) for phrase, found in pairs.items()
    }
    longest: dict[str, int] = {}
    for phrase in others:
        longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
    return Synonyms({phrase: found for phrase, found in others.items() if found}, longest, written), problems


def _read(
    line: str,
    stems: Stems,
    pairs: dict[Phrase, dict[Phrase, None]],
    forbidden: set[tuple[Phrase, Phrase]],
    written: dict[Phrase, str],
) -> str | None:
    """Take in one line; what is wrong with it, if anything."""
    apart = line.startswith("!")
    left, arrow, right = line.removeprefix("!").partition("=>")
    if apart and arrow:
        return "« ! » et « => » ne vont pas ensemble : écrivez « ! mot, mot »."
    froms, message = _phrases(left, stems, written)
    tos, problem = _phrases(right, stems, written) if arrow else (froms, None)
    if message or problem:
        return message or problem
    if not froms or not tos:
        return "Il manque des mots avant ou après « => »."
    if not arrow and len(froms) < 2:
        return "Un groupe a au moins deux mots différents, séparés par des virgules."
    for one in froms:
        for other in tos:
            if one == other:
                continue
            if apart:
                forbidden.add((one, other))
            else:
                pairs.setdefault(one, {})[other] = None
                forbidden.discard((one, other))
    return None


def _phrases(listed: str, stems: Stems, written: dict[Phrase, str]) -> tuple[list[Phrase], str | None]:
    found: dict[Phrase, None] = {}
    for part in listed.split(","):
        name = part.strip()
        if not name:
            if listed.strip():
                return [], "Une virgule n'a pas de mot à côté d'elle."
            continue
        phrase = tuple(stems(name))
        if not phrase:
            return [], f"« {name[:40]} » n'a aucun mot qui se cherche."
        if len(phrase) > MAX_WORDS:
            return [], f"« {name[:40]} » a plus de {MAX_WORDS} mots."
        found[phrase] = None
        written.setdefault(phrase, name)
    if len(found) > MAX_GROUP:
        return [], f"Plus de {MAX_GROUP} mots dans un groupe : coupez-le en plusieurs."
    return list(found), None


@cache
def shipped() -> str:
    """The list that comes with the software."""
    return (files("aggregator.search") / "synonyms_fr.txt").read_text("utf-8")


def read_file(path: Path, stems: Stems) -> tuple[Synonyms, list[Problem]]:
    """The shipped list with the operator's on top. A file that is missing or unreadable is one problem."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return _only_shipped(stems, "Ce fichier est trop gros pour une liste de synonymes.")
        own = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return _only_shipped(stems, "Ce fichier n'existe pas.")
    except UnicodeDecodeError:
        return _only_shipped(stems, "Ce fichier n'est pas du texte en UTF-8.")
    except OSError as error:
        return _only_shipped(stems, f"Ce fichier ne se lit pas ({error.strerror}).")
    return parse((shipped(), own), stems)


def _only_shipped(stems: Stems, message: str) -> tuple[Synonyms, list[Problem]]:
    return parse((shipped(),), stems)[0], [Problem(0, "", message)]


class FreshSynonyms:
    """The synonyms as the operator's file has them now: it is looked at once a second, read again when it changed.

    Lines that cannot be understood are left out; `emplettes synonyms check` names them."""

    def __init__(self, path: Path | None, stems: Stems) -> None:
        """`path`: the operator's file, which need not exist; None: the shipped list alone."""
        self._path = path
        self._stems = stems
        self._looked = float("-inf")
        self._stamp: object = self
        self._synonyms = Synonyms()

    def get(self) -> Synonyms:
        """Safe from several threads: two may read the file at once, with the same result."""
        now = time.monotonic()
        if now - self._looked >= _LOOK_AGAIN:
            stamp = self._look()
            if stamp != self._stamp:
                read = self._path if self._path is not None and stamp is not None else None
                self._synonyms = read_file(read, self._stems)[0] if read else parse((shipped(),), self._stems)[0]
                self._stamp = stamp
            self._looked = now
        return self._synonyms

    def _look(self) -> object:
        if self._path is None:
            return None
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size
