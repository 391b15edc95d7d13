"""Pure: the shape of a shop's addresses, and how often each shape turned out to be a product.

An address has four patterns, from the general to the special:

    /{s}/{n}-{s}.html     every folder and the page's name by their shapes
    /bijoux/{n}-{s}.html  the first folder as it is
    /bijoux/*             all folders as they are, whatever the name
    /bijoux/{n}-{s}.html  all folders as they are

What is known of a general one is where a special one begins (shrinkage): a folder never met before is judged by those
beside it, and a blog beside the products soon by its own pages.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from spiders.addresses import language_of

MAX_LEARNT: Final = 8192
LIKELY: Final = 0.5
"""The chance from which on an address is visited as a product's."""
_WEIGHT: Final = 2.0
"""How many pages of its own make a pattern outweigh the more general one."""
_UNKNOWN: Final = 0.3
_LEAST: Final = 0.05
_MOST: Final = 4.0
"""Odds that folders never met inherit, at most: those beside them tell little of "/blog/"."""
_MAX_SHAPES: Final = 4000
"""Different patterns kept; beyond, addresses are judged by the general one alone, and far beyond all as one."""
_MOST_LEARNT: Final = 40
"""Pages that an earlier run's figures stand for, at most: what is seen now outweighs them soon."""

_TOKEN: Final = re.compile(r"[^-_.~,+ ]+")
_LETTERS_NUMBER: Final = re.compile(r"([a-z]{1,4})\d{2,}\Z")
_EXTENSION: Final = re.compile(r"\.(html?|php\d?|aspx?|jsp|cfm|do)\Z", re.I)


@lru_cache(maxsize=4096)
def shape(segment: str) -> str:
    """The shape of a path's segment: "12-vase-bleu.html" is "{n}-{s}.html", "vase-p1234" is "{s}-p{n}"."""
    text = unquote(segment).lower() if "%" in segment else segment.lower()
    ending = _EXTENSION.search(text)
    if ending:
        text = text[: ending.start()]
    tokens = _TOKEN.findall(text)
    last = len(tokens) - 1
    kinds: list[str] = []
    for at, token in enumerate(tokens):
        kind = "{s}"
        if token.isdigit():
            # Within a name a number is a measure ("vase-20-cm"); at its end, it is an id only if it is long.
            kind = "{n}" if at == 0 or (at == last and len(token) > 2) else "{s}"
        elif at in (0, last) and (found := _LETTERS_NUMBER.match(token)):
            kind = found[1] + "{n}"
        if kind != "{s}" or kinds[-1:] != ["{s}"]:
            kinds.append(kind)
    return "-".join(kinds) + (ending[0] if ending else "")


class Tally:
    """What became of the visited pages of one pattern."""

    __slots__ = ("learnt", "products", "text", "visits")

    def __init__(self, text: str, visits: float = 0.0, products: float = 0.0) -> None:
        self.text, self.visits, self.products = text, visits, products
        self.learnt = visits
        """By earlier runs."""


class Shape:
    """All that is known of addresses of one shape."""

    __slots__ = ("listing", "tallies", "weight")

    def __init__(self, tallies: tuple[Tally, ...], weight: float, listing: bool) -> None:
        self.tallies = tallies
        """From the general to the special."""
        self.weight = weight
        """What the words of the address make of the odds, before its own folders are known."""
        self.listing = listing
        """Its words are those of a list: "/categorie/bijoux"."""

    @property
    def text(self) -> str:
        return self.tallies[-1].text

    @property
    def general(self) -> str:
        return self.tallies[0].text

    @property
    def family(self) -> str:
        """The pattern that keeps the first folder alone: what a list's pages and a calendar's have in common."""
        return self._family.text

    @property
    def _family(self) -> Tally:
        return self.tallies[1 if len(self.tallies) > 1 else 0]

    @property
    def chance(self) -> float:
        """The chance that such a page shows a product."""
        chance = _UNKNOWN
        general, *own = self.tallies
        chance = (general.products + _WEIGHT * chance) / (general.visits + _WEIGHT)
        odds = self.weight * min(max(chance / (1.0 - min(chance, 0.999)), _LEAST), _MOST)
        chance = odds / (1.0 + odds)
        for tally in own:
            chance = (tally.products + _WEIGHT * chance) / (tally.visits + _WEIGHT)
        return chance

    @property
    def learnt(self) -> float:
        """How many pages of its family earlier runs visited."""
        return self._family.learnt

    @property
    def proven(self) -> bool:
        """Pages of its family showed products."""
        return self._family.products > 0

    def count(self, product: bool, weight: float = 1.0) -> None:
        for tally in self.tallies:
            tally.visits += weight
            if product:
                tally.products += weight


_PRODUCT: Final = re.compile(
    r"\A(?:produits?|products?|produkte?|productos?|prodott[oi]|artikel|items?|p|dp|pd|prod|article-\d|fiche|"
    r"(?:fiche|detail)[-_]?(?:produit|article)|product[-_]?(?:page|detail|info)s?|(?:produit|product|article)s?\.\w+)\Z"
)
_TALK: Final = re.compile(
    r"\A(?:blogs?|actualites?|actus?|news|articles?|journal|magazine|conseils?|recettes?|recipes?|guides?|tag|tags|"
    r"author|auteur|archives?|evenements?|events?|agenda|calendar|calendrier|calendario|forum|faq|cms|pages?|content|"
    r"info|infos|informations?|presse|press|avis|reviews?|galerie|gallery|photos?|stores?|magasins?|contact|cgv|"
    r"mentions-legales|\d{4})\Z"
)
_LIST: Final = re.compile(
    r"\A(?:categor(?:y|ie|ies|ia)|categorie-produit|product-category|collections?|rayons?|marques?|brands?|c|cat|"
    r"manufacturers?|fabricants?|fournisseurs?|suppliers?|etiquette-produit|product-tag|gammes?|univers)\Z"
)
_PRODUCT_NAMES: Final = frozenset(
    {"id_product", "product_id", "products_id", "virtuemart_product_id", "product", "idproduit", "id_produit"}
)


def _weight(words: list[str], names: list[str]) -> float:
    scripted = [word for word in words[-1:] if "." in word and _PRODUCT.match(word)]  # "produit.php?id=3"
    if scripted or any(_PRODUCT.match(word) for word in words[:-1]) or not _PRODUCT_NAMES.isdisjoint(names):
        return 4.0
    if any(_TALK.match(word) for word in words):
        return 0.1
    return 0.15 if any(_LIST.match(word) for word in words) else 1.0


def _lists(words: list[str]) -> bool:
    return any(_LIST.match(word) for word in words) and not any(_TALK.match(word) for word in words)


class Shapes:
    """Every shape met on one site."""

    def __init__(self, learnt: str = "") -> None:
        """`learnt`: what `dump` gave in an earlier run; anything else is no knowledge."""
        self._shapes: dict[str, Shape] = {}
        self._tallies: dict[str, Tally] = {}
        self.runs, rows = _loaded(learnt)
        """How many runs there were before."""
        for text, visits, products in rows:
            scale = min(1.0, _MOST_LEARNT / visits)
            self._tallies[text] = Tally(text, visits * scale, products * scale)
        self.taught = bool(self._tallies)

    def of(self, key: str) -> Shape:
        """The shape of the page with this key (`addresses.Address.key`)."""
        path, _, query = key.partition("?")
        host, *folders = path.split("/")
        name = folders.pop() if folders else ""
        pairs = _query_shape(query) if query else ""
        where = "/".join([host, *folders])
        ending = shape(name) + pairs
        special = f"{where}/{ending}"
        found = self._shapes.get(special)
        if found is None:
            found = self._new(special, where, folders, name, ending, query)
        return found

    def _new(self, special: str, where: str, folders: list[str], name: str, ending: str, query: str) -> Shape:
        host = where.partition("/")[0]
        # The page's language is no folder.
        lead = folders[:1] if folders and language_of(folders[0]) else []
        rest = folders[len(lead) :]
        shapes = [shape(folder) for folder in rest]
        general = "/".join([*lead, *shapes, ending])
        family = "/".join([host, *lead, *rest[:1], *shapes[1:], ending])
        texts = [f"~/{general}", f"~{family}", f"{where}/*", special]
        if len(self._shapes) >= _MAX_SHAPES:
            texts = [f"~/{general}"] if len(self._shapes) < 2 * _MAX_SHAPES else ["~"]
            special = texts[0]
            if special in self._shapes:
                return self._shapes[special]
        names = [pair.partition("=")[0] for pair in query.split("&")] if query else []
        words = [unquote(word).lower() for word in [*rest, name]]
        tallies = tuple(self._tallies.setdefault(text, Tally(text)) for text in texts)
        return self._shapes.setdefault(special, Shape(tallies, _weight(words, names), _lists(words)))

    def dump(self, limit: int = MAX_LEARNT) -> str:
        """What was learnt, the best proven first, as text of at most `limit` characters."""
        proven = [tally for tally in self._tallies.values() if tally.visits >= 1]
        proven.sort(key=lambda tally: (-tally.visits, tally.text))
        rows: list[str] = []
        head = f'{{"v":1,"runs":{self.runs + 1},"t":['
        size = len(head) + 2
        for tally in proven:
            row = json.dumps([tally.text, round(tally.visits, 1), round(tally.products, 1)], separators=(",", ":"))
            if size + len(row) + 1 > limit:
                break
            rows.append(row)
            size += len(row) + 1
        return head + ",".join(rows) + "]}" if rows else ""


def _query_shape(query: str) -> str:
    """ "id_product=12&controller=product" is "?controller=product&id_product={n}": words are kept, values are not."""
    parts = []
    for pair in query.split("&")[:12]:
        name, _, value = pair.partition("=")
        route = value.isascii() and value.replace("/", "").replace("_", "").isalpha() and len(value) <= 32
        parts.append(f"{name}={value}" if route else f"{name}={{n}}" if value.isdigit() else f"{name}={{s}}")
    return "?" + "&".join(parts)


def _loaded(learnt: str) -> tuple[int, list[tuple[str, float, float]]]:
    """How many runs made a dump, and its rows; nothing where it is not one of ours."""
    try:
        document = json.loads(learnt[:MAX_LEARNT]) if learnt else None
        if not isinstance(document, dict) or document.get("v") != 1:
            return 0, []
        found = [(str(text)[:300], float(visits), float(products)) for text, visits, products in document["t"]]
        runs = int(document["runs"]) % 1_000_000
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return 0, []
    return runs, [row for row in found if 1 <= row[1] < 1e9 and 0 <= row[2] <= row[1]]
