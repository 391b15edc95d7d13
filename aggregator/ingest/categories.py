"""The portal's own categories: a two-level French tree, from one editable file that is checked as it is read.

A node is written as its path of slugs: `maison`, or `maison/vaisselle`. `ingest.classify` places listings in it.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from aggregator.errors import SettingsInvalid
from aggregator.ingest.phrases import forbidding, phrase
from aggregator.settings import load_settings

SHIPPED = Path(__file__).with_name("categories.toml")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEADER = re.compile(r"^\s*\[\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"^\s*([A-Za-z_]+)\s*=")
_LISTS = ("words", "shelves", "not", "takes")
_KEYS = {"name", "google", "google_too", "beside", "names", *_LISTS}


@dataclass(frozen=True, slots=True)
class Node:
    """One category. `words`, `shelves` and `forbidden` are as the file has them."""

    path: str
    slug: str
    name: str
    parent: str | None
    google_id: int | None
    google_ids: tuple[int, ...] = ()
    """All numbers of Google's product categories that belong here, `google_id` first."""
    words: tuple[str, ...] = field(default=(), repr=False)
    shelves: tuple[str, ...] = field(default=(), repr=False)
    forbidden: tuple[str, ...] = field(default=(), repr=False)
    takes: tuple[str, ...] = ()
    """Categories whose goods belong here instead where the category `beside` is named as well."""
    beside: str | None = None
    names: bool = False
    """Its products carry names ("Le pain"), not descriptions: a shop's own category is believed."""


@dataclass(frozen=True, eq=False)
class Tree:
    """All categories, parents before their children, in the order of the file."""

    nodes: tuple[Node, ...]

    @cached_property
    def _by_path(self) -> Mapping[str, Node]:
        return {node.path: node for node in self.nodes}

    @cached_property
    def _children(self) -> Mapping[str | None, tuple[Node, ...]]:
        found: dict[str | None, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.parent, []).append(node)
        return {parent: tuple(nodes) for parent, nodes in found.items()}

    @cached_property
    def by_google(self) -> Mapping[int, Node]:
        """The category of each of Google's numbers that the tree knows."""
        return {number: node for node in self.nodes for number in node.google_ids}

    def get(self, path: str) -> Node | None:
        """The category of this path; None where there is none."""
        return self._by_path.get(path)

    def label(self, path: str) -> str:
        """The name of a category; the path itself where the tree does not have it (any more)."""
        node = self._by_path.get(path)
        return node.name if node else path

    def children(self, path: str | None = None) -> tuple[Node, ...]:
        """The categories just below this one; the top ones for None."""
        return self._children.get(path, ())

    def trail(self, path: str) -> tuple[Node, ...]:
        """From the top category down to this one; empty for an unknown one."""
        node = self._by_path.get(path)
        if node is None:
            return ()
        return (*self.trail(node.parent), node) if node.parent else (node,)

    def full_label(self, path: str) -> str:
        """Both names: "Maison, table et linge > Vaisselle"."""
        return " > ".join(node.name for node in self.trail(path)) or path


def top_of(path: str) -> str:
    """The top category of a path."""
    return path.partition("/")[0]


def is_in(path: str | None, nodes: frozenset[str]) -> bool:
    """Is this category, or the one above it, among these?"""
    return path is not None and (path in nodes or top_of(path) in nodes)


def tree(file: Path | None = None) -> Tree:
    """The tree of this file; without one, of the file that the settings name, or the shipped one.

    Read once, and again when the file has changed. Raises SettingsInvalid as `read` does."""
    chosen = file or _of_settings(os.environ.get("EMPLETTES_CATEGORIES"), os.environ.get("EMPLETTES_SETTINGS"))
    try:
        changed = chosen.stat().st_mtime_ns
    except OSError as error:
        raise SettingsInvalid(f"EMPLETTES_CATEGORIES : {chosen} ne peut pas être lu ({error.strerror}).") from None
    return _read_once(chosen, changed)


@lru_cache(maxsize=8)
def _of_settings(named: str | None, settings_file: str | None) -> Path:
    return load_settings().categories or SHIPPED


@lru_cache(maxsize=8)
def _read_once(file: Path, changed: int) -> Tree:
    return read(file)


def read(file: Path) -> Tree:
    """Read and check a file. Raises SettingsInvalid, naming the line, the category and what is wrong with it."""
    try:
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        raise SettingsInvalid(f"{file} ne peut pas être lu ({error.strerror}).") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"{file} n'est pas un fichier TOML en UTF-8 : {error}.") from None
    reading = _Reading(file.name, text)
    nodes = tuple(reading.nodes(content))
    if not nodes:
        raise SettingsInvalid(f"{file} : aucune catégorie.")
    reading.cross_check(nodes)
    return Tree(nodes)


class _Reading:
    """One file being read; errors say where."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._lines: dict[tuple[str, str], int] = {}
        header = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if found := _HEADER.match(line):
                header = found[1].replace(".", "/").replace('"', "").replace(" ", "")
                self._lines.setdefault((header, ""), number)
            elif found := _KEY.match(line):
                self._lines.setdefault((header, found[1]), number)

    def wrong(self, path: str, key: str, complaint: str) -> SettingsInvalid:
        line = self._lines.get((path, key)) or self._lines.get((path, ""))
        where = f"ligne {line}, " if line else ""
        return SettingsInvalid(f"{self._name}, {where}[{path.replace('/', '.')}] {key} : {complaint}")

    def nodes(self, content: Mapping[str, Any]) -> Iterator[Node]:
        for slug, table in content.items():
            if not isinstance(table, dict):
                raise self.wrong("", slug, "hors d'une catégorie ; il faut d'abord [catégorie].")
            yield self._node(slug, None, table)
            for below, leaf in table.items():
                if isinstance(leaf, dict):
                    yield self._node(below, slug, leaf)

    def _node(self, slug: str, parent: str | None, table: Mapping[str, Any]) -> Node:
        path = f"{parent}/{slug}" if parent else slug
        if not _SLUG.fullmatch(slug):
            raise self.wrong(path, "", "le nom court prend a-z, 0-9 et le trait d'union.")
        for key, value in table.items():
            if isinstance(value, dict) and parent is None:
                continue
            if isinstance(value, dict):
                raise self.wrong(path, key, "deux niveaux seulement.")
            if key not in _KEYS:
                raise self.wrong(path, key, f"clé inconnue ; il y a : {', '.join(sorted(_KEYS))}.")
        name = table.get("name")
        if not isinstance(name, str) or not name.strip():
            raise self.wrong(path, "name", "il faut un nom.")
        google = self._number(path, "google", table.get("google"))
        too = table.get("google_too", [])
        if not isinstance(too, list):
            raise self.wrong(path, "google_too", "il faut une liste de nombres.")
        numbers = [google, *(self._number(path, "google_too", number) for number in too)]
        lists = {key: self._phrases(path, key, table.get(key, [])) for key in _LISTS}
        beside, names = table.get("beside"), table.get("names", False)
        if not isinstance(names, bool):
            raise self.wrong(path, "names", "true ou false.")
        return Node(
            path=path,
            slug=slug,
            name=name.strip(),
            parent=parent,
            google_id=google,
            google_ids=tuple(number for number in numbers if number is not None),
            words=lists["words"],
            shelves=lists["shelves"],
            forbidden=lists["not"],
            takes=lists["takes"],
            beside=beside,
            names=names,
        )

    def _number(self, path: str, key: str, value: object) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.wrong(path, key, f"« {value} » n'est pas un numéro de catégorie Google.")
        return value

    def _phrases(self, path: str, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise self.wrong(path, key, "il faut une liste de textes.")
        for text in value:
            if key != "takes" and not phrase(text):
                raise self.wrong(path, key, f"« {text} » ne contient aucun mot qui compte.")
        return tuple(value)

    def cross_check(self, nodes: tuple[Node, ...]) -> None:
        """What can only be seen of all together: a phrase or number in two places, a name that nothing has."""
        paths = {node.path for node in nodes}
        numbers: dict[int, str] = {}
        phrases: dict[tuple[str, tuple[str, ...]], str] = {}
        for node in nodes:
            for number in node.google_ids:
                self._once(numbers, number, node.path, "google", str(number))
            for key, texts in (("words", node.words), ("shelves", node.shelves)):
                for text in texts:
                    self._once(phrases, (key, phrase(text)), node.path, key, text)
            own = {forbidding(text) for text in node.words} if node.forbidden else set()
            for text in node.forbidden:
                if forbidding(text) in own:
                    raise self.wrong(node.path, "not", f"« {text} » interdit ce que « words » nomme.")
            for named in (*node.takes, *([node.beside] if node.beside is not None else [])):
                if named not in paths:
                    raise self.wrong(node.path, "takes", f"« {named} » n'est pas une catégorie.")
            if bool(node.takes) != bool(node.beside):
                raise self.wrong(node.path, "takes", "« takes » et « beside » vont ensemble.")

    def _once(self, known: dict[Any, str], value: Any, path: str, key: str, shown: str) -> None:
        other = known.setdefault(value, path)
        if other != path:
            raise self.wrong(path, key, f"« {shown} » est déjà dans [{other.replace('/', '.')}].")
