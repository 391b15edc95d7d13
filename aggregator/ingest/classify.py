"""Pure: which category of the portal a listing belongs to, by what its shop says of it.

In this order: the operator's correction for that category of that shop; Google's product category where the shop's
feed gives it; the shop's own category, the deepest first; the words of the title, the head noun first. What stays
ambiguous between two kinds of goods gets no category rather than a wrong one: it stays findable by its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from aggregator.ingest.categories import Node, Tree, top_of
from aggregator.ingest.phrases import PURPOSE, Word, forbidding, phrase, told_with_material, words

By = Literal["rule", "words", "operator"]
Corrections = Mapping[tuple[int, tuple[str, ...]], str | None]
"""(shop, its category's path) -> a category; None: none of ours, whatever its words say."""

# What a naming phrase counts for, by where it stands; measured on the labelled set (docs/categories.md).
_BY_ORDER = (1.0, 0.5, 0.3)
_LONGER = 0.3
"""More for each further word of a phrase: "table basse" is surer than "table"."""
_BY_CLAUSE = (1.0, 0.8, 0.35)
_MATERIAL = 0.25
_FOR_WHOM = 1.2
"""Of a phrase that itself begins with "pour": a coat for dogs is of the dogs' things."""
_BY_DEPTH = (1.2, 0.7, 0.5, 0.4)
"""Of a step of the shop's own path, from the deepest up."""
_TOP_HELPS = 0.6
_SIBLING_HELPS = 0.35
_GOOGLE = 3.0
_ENOUGH = 0.45
_CLEAR_TOP = 0.15
_CLEAR_LEAF = 0.1
_MEANS_NOTHING = frozenset(
    phrase(text)
    for text in (
        "accueil", "boutique", "produits", "tous les produits", "tout", "toute la boutique", "nouveautés", "nouveauté",
        "promotions", "promo", "promos", "soldes", "bons plans", "meilleures ventes", "best-sellers", "coups de cœur",
        "sélection", "non classé", "uncategorized", "catalogue", "divers", "autres", "marques", "collections", "home",
        "shop", "all", "sale", "new", "new arrivals", "products", "nos produits", "notre sélection", "déstockage",
        "outlet", "dernière chance", "en stock", "racine", "root", "tous nos produits", "la boutique", "fins de série",
        "offres", "vedette", "e-shop", "eshop", "magasin", "printemps", "été", "automne", "hiver", "archives",
        "accessoires",
    )
)  # fmt: skip
_GOOGLE_NUMBER = re.compile(r"\s*(\d{1,7})\s*(?:-\s|$)")


class Decision(NamedTuple):
    """A category and how it was found; (None, None) where the words do not say."""

    category: str | None
    by: By | None


NOTHING = Decision(None, None)


class _Match(NamedTuple):
    node: int
    start: int
    length: int


class Classifier:
    """A tree made ready for deciding: its phrases by their first word. Made once, used by any thread."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._nodes = tree.nodes
        self._index = {node.path: number for number, node in enumerate(tree.nodes)}
        self._top = [self._index[top_of(node.path)] for node in tree.nodes]
        self._titles = _Phrases((number, node.words) for number, node in enumerate(tree.nodes))
        self._shelves = _Phrases(
            [(number, node.words) for number, node in enumerate(tree.nodes)]
            + [(number, node.shelves) for number, node in enumerate(tree.nodes)]
        )
        self._forbidden = _Forbidden((number, node.forbidden) for number, node in enumerate(tree.nodes))
        self._believed = frozenset(
            number for number, node in enumerate(tree.nodes) if node.names or tree.nodes[self._top[number]].names
        )
        """Named by a shop's own category, these are what its products are, whatever their titles say."""
        self._taken = self._takes(tree.nodes)
        self._besides = frozenset(beside for pairs in self._taken.values() for beside, _ in pairs)
        self._of_path = lru_cache(maxsize=8192)(self._read_path)

    def decide(
        self,
        corrections: Corrections,
        shop_id: int,
        category_path: Sequence[str],
        title: str,
        brand: str | None = None,
        google_category: str | None = None,
    ) -> Decision:
        """The category of a listing. Never raises; the same words always give the same answer."""
        path = tuple(category_path)
        if (shop_id, path) in corrections:
            chosen = corrections[shop_id, path]
            if chosen is None or chosen in self._index:
                return Decision(chosen, "operator")
        said, forbidden = self._of_path(path)
        scores = dict(said)
        if google_category:
            self._add_google(google_category, scores)
            said = dict(scores)
        believed = self._believed.intersection(said)
        if believed:
            tops = {self._top[number] for number in believed}
            scores = {number: score for number, score in scores.items() if self._top[number] in tops}
        head = words(title)
        barred = forbidden | self._forbidden.of(head)
        self._add_title(head, brand, scores, barred, {self._top[number] for number in believed})
        for number in barred:
            scores.pop(number, None)
        return self._choose(scores, said) if scores else NOTHING

    # -- what the shop says -------------------------------------------------------------------------------------------

    def _read_path(self, path: tuple[str, ...]) -> tuple[dict[int, float], frozenset[int]]:
        """Scores by category of a shop's own path, and the categories that its words forbid."""
        scores: dict[int, float] = {}
        barred: frozenset[int] = frozenset()
        depth = 0
        for step in reversed(path):
            read = words(step)
            if not read or tuple(word.text for word in read) in _MEANS_NOTHING:
                continue
            forbidden = self._forbidden.of(read)
            found = {match.node for match in self._shelves.find(read)} - forbidden
            barred |= forbidden
            weight = _BY_DEPTH[min(depth, len(_BY_DEPTH) - 1)]
            depth += 1
            for number in found:
                scores[number] = max(scores.get(number, 0.0), weight)
        return scores, barred - set(scores)

    def _add_google(self, google_category: str, scores: dict[int, float]) -> None:
        number = _GOOGLE_NUMBER.match(google_category)
        known = self.tree.by_google.get(int(number[1])) if number else None
        if known is not None:
            place = self._index[known.path]
            scores[place] = scores.get(place, 0.0) + _GOOGLE
            return
        steps = tuple(step.strip() for step in google_category.split(">") if not step.strip().isdigit())
        for place, weight in self._of_path(steps)[0].items():
            scores[place] = max(scores.get(place, 0.0), weight)

    def _add_title(
        self, head: list[Word], brand: str | None, scores: dict[int, float], barred: frozenset[int], within: set[int]
    ) -> None:
        """Add what the title's words name; where `within` says so, only below these top categories."""
        branded = _brand_words(brand) if brand else frozenset()
        order = 0
        for match in self._titles.find(head):
            if match.node in barred or (within and self._top[match.node] not in within):
                continue
            word = head[match.start]
            if match.length == 1 and word.text in branded:
                continue
            weight = 1 + _LONGER * (match.length - 1)
            if word.text == PURPOSE:
                weight *= _FOR_WHOM
            else:
                weight *= _BY_ORDER[min(order, 2)] * _BY_CLAUSE[word.clause] * (_MATERIAL if word.material else 1.0)
            scores[match.node] = scores.get(match.node, 0.0) + weight
            order += not word.material

    # -- choosing -----------------------------------------------------------------------------------------------------

    def _choose(self, scores: dict[int, float], said: Mapping[int, float]) -> Decision:
        scores = self._given_over(scores, said)
        kinds: dict[int, _Kind] = {}
        for number, score in scores.items():
            top = self._top[number]
            kind = kinds.get(top)
            if kind is None:
                kind = kinds[top] = _Kind()
            if number == top:
                kind.own = score
            else:
                kind.add(score, number)
        best = second = 0.0
        chosen = other = -1
        for top, kind in kinds.items():
            total = kind.first + _TOP_HELPS * kind.own + _SIBLING_HELPS * kind.next
            if total > best or (total == best and top < chosen):
                best, second, chosen, other = total, best, top, chosen
            elif total > second:
                second, other = total, top
        if best < _ENOUGH:
            return NOTHING
        if best - second < _CLEAR_TOP:
            said_first, said_next = kinds[chosen].leaf in said, kinds[other].leaf in said
            if said_first == said_next:
                return NOTHING
            chosen = chosen if said_first else other  # the shop knows better than the words of a title
        kind = kinds[chosen]
        if kind.first >= _ENOUGH / 2 and kind.first - kind.next >= _CLEAR_LEAF:
            chosen = kind.leaf
        named = chosen in said or self._top[chosen] in said
        return Decision(self._nodes[chosen].path, "rule" if named else "words")

    def _given_over(self, scores: dict[int, float], said: Mapping[int, float]) -> dict[int, float]:
        """Goods of one category that belong to another, since a third was named beside: a robe, for a child.

        Where a category takes what stands beside itself (a collar, among the things of dogs), the shop must say so."""
        if self._besides.isdisjoint(scores):
            return scores
        moved = dict(scores)
        for number in scores:
            for beside, taker in self._taken.get(number, ()):
                if number in moved and beside in (said if beside == taker else scores):
                    moved[taker] = moved.get(taker, 0.0) + moved.pop(number)
        return moved

    def _takes(self, nodes: Sequence[Node]) -> dict[int, list[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for taker, node in enumerate(nodes):
            if node.beside is None:
                continue
            beside = self._index[node.beside]
            for number, other in enumerate(nodes):
                if number != taker and (other.path in node.takes or top_of(other.path) in node.takes):
                    found.setdefault(number, []).append((beside, taker))
        return found


class _Kind:
    """What speaks for one top category: its own score, and those of its two best leaves."""

    __slots__ = ("first", "leaf", "next", "own")

    def __init__(self) -> None:
        self.own = self.first = self.next = 0.0
        self.leaf = -1

    def add(self, score: float, leaf: int) -> None:
        if score > self.first or (score == self.first and leaf < self.leaf):
            self.first, self.next, self.leaf = score, self.first, leaf
        elif score > self.next:
            self.next = score


class _Phrases:
    """Phrases that name a category, by their first word; the longest at a place wins, and none overlap."""

    def __init__(self, named: Iterable[tuple[int, Sequence[str]]]) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], int]] = {}
        for number, texts in named:
            for text in texts:
                parts = phrase(text)
                self._by_first.setdefault(parts[0], {})[parts] = number
        self._lengths = {
            first: tuple(sorted({len(parts) for parts in phrases}, reverse=True))
            for first, phrases in self._by_first.items()
        }

    def find(self, read: Sequence[Word]) -> list[_Match]:
        texts = [word.text for word in read]
        found: list[_Match] = []
        place, end = 0, len(texts)
        while place < end:
            phrases = self._by_first.get(texts[place])
            length = 1
            if phrases is not None:
                for length in self._lengths[texts[place]]:
                    number = phrases.get(tuple(texts[place : place + length])) if place + length <= end else None
                    if number is not None:
                        found.append(_Match(number, place, length))
                        break
                else:
                    length = 1
            place += length
        return found


class _Forbidden:
    """Phrases that forbid categories, by their first word."""

    def __init__(self, named: Iterable[tuple[int, Sequence[str]]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for number, texts in named:
            for text in texts:
                parts = forbidding(text)
                self._by_first.setdefault(parts[0], []).append((parts, number))

    def of(self, read: Sequence[Word]) -> frozenset[int]:
        texts = told_with_material(read)
        return frozenset(
            number
            for place, first in enumerate(texts)
            for parts, number in self._by_first.get(first, ())
            if texts[place : place + len(parts)] == parts
        )


@lru_cache(maxsize=8192)
def _brand_words(brand: str) -> frozenset[str]:
    return frozenset(word.text for word in words(brand))


@lru_cache(maxsize=4)
def classifier(tree: Tree) -> Classifier:
    """The classifier of a tree, made once."""
    return Classifier(tree)
