"""`make bench-relevance`: does the search find what is meant, however it is typed?

Known items: three words of a title, and whether that listing (or its product) is among the first ten. Category intent:
a word or two that titles of one category have and others have not, and how many of the first ten are of that category
(NDCG@10: gain 2 for the category itself, 1 for its parent's). Each query is asked as it is, with a typing error,
without accents, and with its number flipped. The categories' own texts are not indexed: that would be the answer.

Offers are generated (SIZE=50k). OFFERS=file.csv or .jsonl takes real ones instead: columns `title`, `description`,
`brand` and `category`, the path with ">" between its levels, from the root down. These labels are silver: fit to
compare configurations and to notice what broke, not to say how good a result is to people.
"""

from __future__ import annotations

import csv
import json
import math
import os
import random
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aggregator.search.document import IndexDocument
from aggregator.search.port import SearchQuery
from aggregator.search.tantivy_index import TantivyIndex
from aggregator.search.text import STOP_WORDS, fold, words
from tests.bench.figures import Bench
from tests.bench.offers import Catalogue, size_of, slip, unaccented

KINDS = ("clean", "typo", "no accent", "plural")
INTENTS = 200
ITEMS = 300
SMALLEST = 20
"""Listings that a category must have to be asked for."""
COMMON = 1_000
"""One title in so many at least has each word which half of the known items are sought by."""
BY_CHANCE = 7


@dataclass(frozen=True, slots=True)
class Item:
    """What is judged of a listing. `same` are those that are as good: of the same product."""

    number: int
    title: str
    description: str
    brand: str
    path: tuple[str, ...]
    same: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing meant, as it was typed in each way that it can be."""

    texts: dict[str, str]
    item: Item | None
    path: tuple[str, ...]


def main() -> None:
    work = Path(tempfile.mkdtemp(prefix="emplettes-relevance-"))
    try:
        bench = Bench("relevance")
        given = os.environ.get("OFFERS")
        items = list(read(Path(given)) if given else generated(size_of(os.environ.get("SIZE", "50k"))))
        measure(bench, items, work, real=given is not None)
    finally:
        shutil.rmtree(work)
    bench.finish()


def generated(size: int) -> Iterator[Item]:
    for offer in Catalogue(size):
        product = offer.product
        yield Item(offer.listing_id, offer.title, offer.description, offer.brand, product.leaf.key, product.number)


def read(path: Path) -> Iterator[Item]:
    """Real offers from a file; a row without a title or a category is left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix == ".jsonl":
            rows: Iterator[dict[str, str]] = (json.loads(line) for line in file if line.strip())
        else:
            csv.field_size_limit(sys.maxsize)
            dialect = csv.Sniffer().sniff(file.readline(), ",;\t|")
            file.seek(0)
            rows = iter(csv.DictReader(file, dialect=dialect))
        for number, raw in enumerate(rows, 1):
            row = {key.strip().lower(): str(value or "") for key, value in raw.items() if key}
            levels = tuple(part.strip() for part in row.get("category", "").split(">") if part.strip())
            if row.get("title") and levels:
                yield Item(number, row["title"], row.get("description", ""), row.get("brand", ""), levels, number)


def measure(bench: Bench, items: Sequence[Item], work: Path, *, real: bool) -> None:
    index = TantivyIndex(work, heap_mb=64, create=True)
    index.apply(map(document, items), ())
    index.close()
    rng = random.Random(BY_CHANCE)
    intents, known = list(category_intents(items, rng)), list(known_items(items, rng))
    bench.add("listings", len(items), "")
    bench.add("categories", len({item.path for item in items}), "")
    by_number = {item.number: item for item in items}
    sizes = Counter(item.path for item in items), Counter(item.path[:-1] for item in items)
    empty = asked = 0
    for kind in KINDS:
        gains = []
        for intent in intents:
            if kind in intent.texts:
                found = search(index, intent.texts[kind])
                gains.append(ndcg([by_number[number].path for number, _ in found], intent.path, *sizes))
                empty, asked = empty + (not found), asked + 1
        goal = {"clean": 0.46, "typo": 0.44}.get(kind) if real else None
        bench.add(f"category intent, NDCG@10, {kind}", sum(gains) / max(1, len(gains)), "", goal, at_least=True)
    shares = {"typo": 0.97, "no accent": 1.0, "plural": 0.97}
    for kind in KINDS:
        both = [one for one in known if kind in one.texts]
        right, clean = (sum(succeeds(index, one, way, by_number) for one in both) for way in (kind, "clean"))
        bench.add(f"known item, success@10, {kind}", 100 * right / max(1, len(both)), "%")
        if kind in shares:
            bench.add(f"known item, {kind} beside the same ones clean", right / max(1, clean), "x", shares[kind],
                      at_least=True)  # fmt: skip
        empty += sum(not search(index, one.texts[kind]) for one in both)
        asked += len(both)
    bench.add("queries that find nothing", 100 * empty / max(1, asked), "%", 1.0)


def document(item: Item) -> IndexDocument:
    """Title, description and brand; no category in any form."""
    return IndexDocument(
        listing_id=item.number,
        shop_id=item.number % 50 + 1,
        shop_name=f"Boutique {item.number % 50 + 1}",
        town="",
        title=item.title,
        brand=item.brand,
        category_path=(),
        category="",
        description=item.description[:1200],
        variants="",
        codes=(),
        price_minor=1000,
        availability="InStock",
        first_seen=1_790_000_000,
        product_id=None if item.same == item.number else item.same + 1,
    )


def search(index: TantivyIndex, text: str) -> list[tuple[int, int | None]]:
    found = index.search(SearchQuery(text, per_page=10, facets=False))
    return [(hit.listing_id, hit.product_id) for hit in found.hits]


def succeeds(index: TantivyIndex, asked: Asked, kind: str, by_number: dict[int, Item]) -> bool:
    assert asked.item is not None
    return any(by_number[number].same == asked.item.same for number, _ in search(index, asked.texts[kind]))


def ndcg(
    found: Sequence[tuple[str, ...]], wanted: tuple[str, ...], leaves: Counter[tuple[str, ...]],
    parents: Counter[tuple[str, ...]],
) -> float:  # fmt: skip
    """Of the first ten: gain 2 for the category, 1 for another one with the same parent."""
    gains = [2 if path == wanted else int(len(wanted) > 1 and path[:-1] == wanted[:-1]) for path in found[:10]]
    siblings = parents[wanted[:-1]] - leaves[wanted] if len(wanted) > 1 else 0
    best = ([2] * min(10, leaves[wanted]) + [1] * min(10, siblings))[:10]
    return _dcg(gains) / _dcg(best)


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def known_items(items: Sequence[Item], rng: random.Random) -> Iterator[Asked]:
    """Three words of a title each, in its order: of every other one only such as many titles have, for who remembers
    "vase doré en grès" and not its name."""
    told = Counter(word for item in items for word in content(item.title))
    made = 0
    for item in rng.sample(items, len(items)):
        every = [word for word in content(item.title) if made % 2 or told[word] * COMMON >= len(items)]
        if len(every) < 2 or made == ITEMS:
            continue
        chosen = sorted(rng.sample(range(len(every)), min(3, len(every))))
        made += 1
        yield Asked(ways(" ".join(every[place] for place in chosen), rng), item, item.path)


def content(title: str) -> list[str]:
    """Words that say something, once each, as a visitor would type them: in small letters."""
    said = dict.fromkeys(word.lower() for word in words(title) if len(word) > 2)
    return [word for word in said if fold(word) not in STOP_WORDS]


def category_intents(items: Sequence[Item], rng: random.Random) -> Iterator[Asked]:
    """Words that are typical of a category: common in its titles, rarer elsewhere."""
    members: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    everywhere: Counter[str] = Counter()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        members[item.path].append(item)
        for word in content(item.title):
            if word.isalpha():
                everywhere[fold(word)] += 1
                written[fold(word)][word] += 1
    paths = sorted(path for path, found in members.items() if len(found) >= SMALLEST)
    for path in rng.choices(paths, [math.sqrt(len(members[path])) for path in paths], k=INTENTS):
        here = members[path]
        titles = [[fold(word) for word in content(item.title) if word.isalpha()] for item in here]
        common = Counter(word for title in titles for word in title)
        lift = {w: n * math.log(n / len(here) * len(items) / everywhere[w]) for w, n in common.items() if n >= 3}
        typical = sorted(lift, key=lambda word: (-lift[word], word))[:6]
        if not typical:
            continue
        head = rng.choice(typical)
        beside = [w for title in titles if head in title for w in title if w != head and common[w] >= 3 and len(w) > 3]
        meant = [head, rng.choice(beside)] if beside and rng.random() < 0.5 else [head]
        yield Asked(ways(" ".join(spelt(written[word]) for word in meant), rng), None, path)


def spelt(ways_: Counter[str]) -> str:
    """How most titles write it; with its accents, where a fair share of them has some."""
    return max(ways_, key=lambda word: (ways_[word] * (3 if not word.isascii() else 1), word))


def ways(text: str, rng: random.Random) -> dict[str, str]:
    """The text as it is, and in each of the other ways in which it can be typed."""
    found = {"clean": text}
    parts = text.split(" ")
    long = [place for place, word in enumerate(parts) if len(word) > 4 and word.isalpha()]
    if long:
        place = rng.choice(long)
        found["typo"] = " ".join([*parts[:place], slip(parts[place], rng.getrandbits(24)), *parts[place + 1 :]])
    if not text.isascii():
        found["no accent"] = unaccented(text)
    flips = [place for place, word in enumerate(parts) if flipped(word) != word]
    if flips:
        place = flips[0]
        found["plural"] = " ".join([*parts[:place], flipped(parts[place]), *parts[place + 1 :]])
    return found


def flipped(word: str) -> str:
    """The plural of what looks singular, the singular of what looks plural; other words as they are."""
    if not word.isalpha() or len(word) < 4 or word.endswith(("ss", "ous", "us", "is", "z")):
        return word
    if word.endswith(("eaux", "eux")):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-3] + "al"
    if word.endswith("x"):
        return word
    if word.endswith("s"):
        return word[:-1]
    if word.endswith(("eau", "eu")):
        return word + "x"
    return word[:-2] + "aux" if word.endswith("al") else word + "s"


if __name__ == "__main__":
    main()
