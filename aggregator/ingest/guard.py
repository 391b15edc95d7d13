"""Pure: may what a run saw be applied, or could the shop be lying?

The rule (docs/architecture.md, "The guard"): absences, sell-outs and prices that vanish ("on request") of one run are
applied together if they touch at most 20 % of the shop's offers, or at most 10 of them; a price that moves by more than
a factor 3 waits until two complete sweeps agree, and for a person when more than 20 % of the offers do it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MASS_SHARE = 0.20
MASS_FLOOR = 10
PRICE_FACTOR = 3
SWEEPS_TO_AGREE = 2


class Kind(StrEnum):
    ABSENCE = "absence"
    SOLD_OUT = "sold_out"
    UNPRICED = "unpriced"
    """No price any more. Of an offer that sells out in the same breath, SOLD_OUT tells both: it counts once."""
    PRICE = "price"


class Intent(Protocol):
    """What the guard looks at; a stored held intent is one."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def offers(self) -> int: ...
    @property
    def sweeps(self) -> int: ...
    @property
    def answer(self) -> str | None:
        """What a person said of it, while that counts: `confirmed`, `rejected`, or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Ids of the intents to apply now and to hold; how many offers each held kind touches."""

    apply: tuple[int, ...] = ()
    hold: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()
    """Kept out without asking again: a person has said that the shop is wrong."""
    held_losses: int = 0
    """Offers that would vanish, sell out or lose their price; a person must confirm."""
    held_prices: int = 0
    """Prices that wait."""
    prices_need_person: bool = False
    lost: int = 0
    """Offers that vanish, sell out or lose their price without anybody being asked."""

    @property
    def message(self) -> str | None:
        """French: what waits and for what; `None` when nothing does."""
        parts = []
        if self.held_losses:
            parts.append(
                f"{self.held_losses} offres disparaîtraient, seraient épuisées ou perdraient leur prix d'un coup : "
                "rien n'est retiré tant que personne n'a confirmé."
            )
        if self.held_prices and self.prices_need_person:
            parts.append(
                f"{self.held_prices} prix changeraient de plus d'un facteur {PRICE_FACTOR} d'un coup : "
                "les anciens restent affichés tant que personne n'a confirmé."
            )
        elif self.held_prices:
            parts.append(
                f"{self.held_prices} prix changeraient de plus d'un facteur {PRICE_FACTOR} : "
                "ils seront publiés si la prochaine lecture complète les confirme."
            )
        return " ".join(parts) or None


def is_mass(touched: int, offers: int) -> bool:
    """True if so many of the shop's `offers` at once could be a lie."""
    return touched > MASS_FLOOR and touched > MASS_SHARE * offers


def price_is_doubtful(old: int | None, new: int | None, *, same_currency: bool = True) -> bool:
    """True if a price may not simply become this one. A first price may; one that vanishes is a loss (UNPRICED)."""
    if old is None or new is None or old == new:
        return False
    if not same_currency or old == 0 or new == 0:
        return True
    return new > PRICE_FACTOR * old or old > PRICE_FACTOR * new


def judge(intents: Sequence[Intent], offers: int, *, sweep: bool = True, lost_before: int = 0) -> Verdict:
    """Decide at the end of a complete run. `offers` is how many the portal showed of this shop when it began.

    `sweeps` of an intent counts the complete sweeps *before* this one that said just the same. What a person has
    answered is not judged, and does not count towards the share that may change at once. A run of single products is
    no `sweep`: it agrees with nobody. Where a run sees a slice of the shop, what others have taken away since the last
    that saw all of it (`lost_before`) counts with its own losses, or a shop could be emptied slice by slice."""
    asked = [intent for intent in intents if intent.answer is None]
    losses = [intent for intent in asked if intent.kind != Kind.PRICE]
    prices = [intent for intent in asked if intent.kind == Kind.PRICE]
    lost = sum(intent.offers for intent in losses)
    moved = sum(intent.offers for intent in prices)
    losses_held = lost > 0 and is_mass(lost_before + lost, offers)
    prices_held = is_mass(moved, offers)
    apply = [intent.id for intent in intents if intent.answer == "confirmed"]
    apply += [] if losses_held else [intent.id for intent in losses]
    hold = [intent.id for intent in losses] if losses_held else []
    waiting = 0
    for intent in prices:
        if prices_held or intent.sweeps + sweep < SWEEPS_TO_AGREE:
            hold.append(intent.id)
            waiting += intent.offers
        else:
            apply.append(intent.id)
    rejected = tuple(intent.id for intent in intents if intent.answer == "rejected")
    held, gone = (lost, 0) if losses_held else (0, lost)
    return Verdict(tuple(apply), tuple(hold), rejected, held, waiting, prices_held, gone)
