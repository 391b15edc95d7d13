"""Which products' own pages a keyless run visits, and how many: each costs the shop a PHP process and 120 kB.

Some are visited while the list is read, because their row leaves open whether anything can be bought. The others after
it, for what lists lack (EAN, features, long text, pictures): those never visited first, then those whose row has
changed, then those whose visit is the oldest. What these teach is kept for the next run.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

from connectors import values
from connectors.drafting import MALFORMED
from connectors.errors import ConnectorError, ShopThrottled
from connectors.prestashop import product_page
from connectors.prestashop.door import Door
from connectors.prestashop.listing_mapping import Beside, has_basket, has_variants, is_open
from connectors.prestashop.notes import MEMORY_NOTES, Note, Notes, mark_of
from connectors.prestashop.product_page import Visit
from connectors.prestashop.tiles import Tile

PAGES: Final = 30
"""In one run, as many as the lists of a shop of 2,000 products."""
PERSONALISED: Final = 10
"""Of these, for rows that could be of something to be personalised, and mostly are of what is sold out."""
REVISIT_DAYS: Final = 14
BARREN: Final = 5
"""Pages that teach nothing, or fail, one after the other: this theme has nothing to teach, or the shop is unwell."""
SECONDS: Final = 120.0
"""For the visits after the list."""


class Rank(IntEnum):
    """Why a page is to be visited; the first comes first."""

    OPEN = 0
    NEW = 1
    CHANGED = 2
    OLD = 3


class Visits:
    """The visits of one piece of one run."""

    def __init__(self, door: Door, now: Callable[[], datetime], spent: int = 0) -> None:
        """`spent`: pages that earlier pieces of the run visited."""
        self._door = door
        self._session = door.session
        self._notes = Notes.of(door.connection)
        self._today = int(now().timestamp() // 86400)
        self.spent = spent
        self._left_for_personalised = PERSONALISED
        self._learnt: dict[int, Note] = {}
        self._waiting: list[tuple[tuple[int, int, int], int, str, str, bool]] = []
        """A heap with the least wanted on top: (rank, day, order) negated, product, address, mark, basket."""
        self._order = 0

    def beside(self, product: int, row: Any, tile: Tile, url: str) -> Beside:
        """What is known of a product beside its row; its page is asked for now where that leaves its stock open."""
        known = Beside(tile, self._notes.taught(product))
        try:
            if not self._is_wanted_now(product, row, known):
                self._remember(product, row, url, tile)
                return known
        except MALFORMED:  # the row's mapping will say so
            return known
        visit = self._visit(product, url, alone=not has_variants(row))
        self._keep(product, mark_of(row), has_basket(row), visit)
        return Beside(tile, known.taught, visit.stock if visit else None)

    def _is_wanted_now(self, product: int, row: Any, known: Beside) -> bool:
        if self.spent >= PAGES:
            return False
        if is_open(row, known):
            return True
        if self._may_be_personalised(product, row, known.tile) and self._left_for_personalised > 0:
            self._left_for_personalised -= 1
            return True
        return False

    def _may_be_personalised(self, product: int, row: Any, tile: Tile) -> bool:
        """Until its page was seen while the row was like this: what must be personalised has never had a basket."""
        note = self._notes.get(product)
        return (note is None or note.basket) and not has_basket(row) and not tile.sold_out

    # -- after the list ------------------------------------------------------------------------------------------

    def _remember(self, product: int, row: Any, url: str, tile: Tile) -> None:
        """Among the pages to visit after the list, if it is one of the most wanted."""
        note, mark = self._notes.get(product), mark_of(row)
        if self._may_be_personalised(product, row, tile):
            rank = Rank.OPEN
        elif note is None:
            rank = Rank.NEW
        elif note.mark != mark:
            rank = Rank.CHANGED
        elif note.day <= self._today - REVISIT_DAYS:
            rank = Rank.OLD
        else:
            return
        if note is None and self._notes.full:
            return
        self._order += 1
        wanted = (-rank, -(note.day if note else 0), -self._order)
        entry = (wanted, product, url, mark, has_basket(row))
        if len(self._waiting) < PAGES:
            heapq.heappush(self._waiting, entry)
        else:
            heapq.heappushpop(self._waiting, entry)

    def learn(self) -> None:
        """Visit the most wanted pages, as far as the budget goes, and keep what they teach. Never fails a run: the
        list is read."""
        barren = 0
        with self._session.within(SECONDS):
            for _, product, url, mark, basket in sorted(self._waiting, reverse=True)[: max(PAGES - self.spent, 0)]:
                try:
                    visit = self._visit(product, url)
                except ShopThrottled:
                    break
                self._keep(product, mark, basket, visit)
                barren = 0 if visit else barren + 1
                if barren == BARREN:
                    break
        notes = self._notes.renewed(self._learnt, self._today)
        if self._learnt or len(notes) != len(self._notes):
            self._door.connection.memory[MEMORY_NOTES] = notes.dump()
            self._door.connection.kept.pop("prestashop.notes", None)

    def _keep(self, product: int, mark: str, basket: bool, visit: Visit | None) -> None:
        """A page that tells nothing now takes nothing back."""
        taught = visit.taught if visit else self._notes.taught(product)
        self._learnt[product] = Note(self._today, mark, basket, taught)

    # -- one page ------------------------------------------------------------------------------------------------

    def _visit(self, product: int, url: str, *, alone: bool = False) -> Visit | None:
        """None where the page does not answer, or tells nothing. Raises ShopThrottled."""
        if not values.same_site(url, self._door.connection.url) or not self._door.gate.allows(url):
            return None
        self.spent += 1
        try:
            page = self._session.get(url, tries=1)
        except ShopThrottled:
            raise
        except ConnectorError:
            return None
        return product_page.read(page.body, product, alone=alone) if page.status == 200 else None
