"""What a portal must show of a shop, worked out by the rules of docs/architecture.md ("The guard") and nothing else.

Dictionaries: no hash, no transaction, no change log. Tests compare what the software stored with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.support.told_shop import Line

NEVER = datetime.min.replace(tzinfo=UTC)
IN, OUT, BACK = "InStock", "OutOfStock", "BackOrder"


@dataclass(slots=True)
class Shown:
    """A product as the portal knows it."""

    offers: dict[str, Line]
    hidden: set[str] = field(default_factory=set)
    """Variants that have left it."""
    state: str = "visible"
    missing: int = 0

    @property
    def visible(self) -> list[str]:
        return [one for one in self.offers if one not in self.hidden]


@dataclass(slots=True)
class Claim:
    """Something that the shop said and that may be a lie."""

    said: Any
    offers: int
    sweeps: int = 0
    waits: bool = False
    answer: str = ""
    until: datetime = NEVER


Target = tuple[str, str, str]
"""Kind, product, offer ("" for all of it)."""


class Portal:
    """The plain dictionary, and the rules of the house."""

    def __init__(self) -> None:
        self.products: dict[str, Shown] = {}
        self.claims: dict[Target, Claim] = {}
        self.met: set[str] = set()
        """Products that the run under way has met, or marked as missing."""
        self.said: set[Target] = set()
        self.created = 0

    def begin(self) -> None:
        self.met, self.said, self.created = set(), set(), 0

    def known(self) -> dict[str, Shown]:
        return {name: one for name, one in self.products.items() if one.state != "hidden"}

    def size(self) -> int:
        return sum(len(one.visible) for one in self.known().values())

    def read(self, name: str, lines: dict[str, Line]) -> None:
        self.met.add(name)
        product = self.products.get(name)
        if product is None:
            self.products[name] = Shown(dict(lines))
            self.created += len(lines)
            return
        was_hidden = product.state == "hidden"
        for one, line in lines.items():
            if one not in product.offers:
                self.created += 1
            if was_hidden or one not in product.visible:
                product.offers[one] = line
                product.hidden.discard(one)
                continue
            self._change(name, product, one, line)
        for one in product.visible:
            if one not in lines:
                self._say(("absence", name, one), None, 1)
        product.state, product.missing = "visible", 0

    def _change(self, name: str, product: Shown, one: str, line: Line) -> None:
        (price, stock), (new_price, new_stock) = product.offers[one], line
        lost = price is not None and new_price is None
        if price is not None and new_price is not None and not price <= 3 * new_price <= 9 * price:
            self._say(("price", name, one), new_price, 1)
            new_price = price
        if new_stock == OUT and stock != OUT:
            self._say(("sold_out", name, one), (OUT, lost), 1)
            new_price, new_stock = price if lost else new_price, stock
        elif lost:
            self._say(("unpriced", name, one), None, 1)
            new_price = price
        product.offers[one] = (new_price, new_stock)

    def _say(self, target: Target, said: Any, offers: int) -> None:
        self.said.add(target)
        claim = self.claims.get(target)
        if claim is None:
            self.claims[target] = Claim(said, offers)
            return
        same = claim.said == said  # what a run under way says again goes on waiting, and can still be answered
        claim.sweeps, claim.waits = claim.sweeps if same else 0, claim.waits and same
        claim.said, claim.offers = said, offers

    def miss(self, shelf: dict[str, dict[str, Line]] | None, now: datetime) -> None:
        """The sweep is over: what it did not meet is asked for, one by one, where the shop lets us look at its `shelf`:
        what came back behind the place where the run was cut is there."""
        absent = [name for name in self.known() if name not in self.met]
        sure = [name for name in absent if self.said_of(("absence", name, ""), now) == "confirmed"]
        doubtful = [name for name in absent if name not in sure]
        lost = sum(len(self.products[name].visible) for name in doubtful)
        mass = lost > 10 and 5 * lost > self.size()
        for name in absent if mass else sure:
            self._say(("absence", name, ""), None, len(self.products[name].visible))
        for name in [] if mass else doubtful:
            product = self.products[name]
            if shelf is not None and name in shelf:
                self.read(name, shelf[name])
                continue
            if shelf is not None or product.missing + 1 >= 2:
                self._say(("absence", name, ""), None, len(product.visible))
            else:
                product.state, product.missing = "suspect", product.missing + 1
            self.met.add(name)

    def settle(self, now: datetime) -> None:
        self.claims = {target: claim for target, claim in self.claims.items() if target in self.said}
        asked = {t: c for t, c in self.claims.items() if not self.said_of(t, now)}
        lost = sum(c.offers for t, c in asked.items() if t[0] != "price")
        moved = sum(c.offers for t, c in asked.items() if t[0] == "price")
        before = self.size() - self.created
        too_many = {"price": moved > 10 and 5 * moved > before}
        too_many |= dict.fromkeys(("absence", "sold_out", "unpriced"), lost > 10 and 5 * lost > before)
        done = []
        for target, claim in self.claims.items():
            answer = self.said_of(target, now)
            early = target[0] == "price" and claim.sweeps + 1 < 2
            if answer == "confirmed" or not (answer or too_many[target[0]] or early):
                done.append(target)
            else:
                claim.waits = True
                claim.sweeps += answer != "rejected"
        for target in done:
            self._apply(target, self.claims.pop(target).said)

    def _apply(self, target: Target, said: Any) -> None:
        kind, name, one = target
        product = self.products[name]
        if not one:
            product.state = "hidden"
        elif kind == "absence":
            product.hidden.add(one)
        elif kind in ("price", "unpriced"):
            product.offers[one] = (said, product.offers[one][1])
        else:
            out, lost = said
            product.offers[one] = (None if lost else product.offers[one][0], out)

    def said_of(self, target: Target, now: datetime) -> str:
        """What a person said of it, while that counts."""
        claim = self.claims.get(target)
        return claim.answer if claim and claim.until > now else ""

    def answer(self, answer: str, until: datetime) -> None:
        for claim in self.claims.values():
            if claim.waits:
                claim.answer, claim.until = answer, until
                claim.sweeps = claim.sweeps if answer == "confirmed" else 0
