"""Pure: when the next request to a site may leave, and when it is time to leave the site alone. No clock of its own."""

from __future__ import annotations

from typing import Final

CRAWL_DELAY_MOST: Final = 30.0
"""Seconds. A robots.txt may ask for days; beyond this a shop would never be read."""
FAILURES_IN_A_ROW: Final = 5
RETRY_AFTER_MOST: Final = 300.0
"""Seconds. A site that wants to be left alone for longer ends the visit: whoever reads it comes back then, instead of
holding the run open."""
_SLOWEST: Final = 60.0
_FIRST_RAISE: Final = 0.1
_RECOVERY: Final = 0.8
"""Of what refusals added to the delay, at each good answer."""


class Pace:
    """One request at a time, and between two of them the longest of: the job's delay, the site's Crawl-delay, half of
    the time that the answer took, and what the site's refusals ask for. Moments are seconds of a monotonic clock."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._raised = 0.0
        self._due = 0.0
        self._began: float | None = None
        self.failures = 0
        """In a row."""
        self.clamped: float | None = None
        """The Crawl-delay that was too long to obey."""

    @property
    def due(self) -> float:
        """The earliest moment for the next request."""
        return self._due

    @property
    def delay(self) -> float:
        """Seconds from the beginning of one request to that of the next, at least."""
        return self._delay + self._raised

    @property
    def broken(self) -> bool:
        """The breaker is open: the site has failed so often that it wants to be left alone."""
        return self.failures >= FAILURES_IN_A_ROW

    def obey(self, crawl_delay: float | None) -> None:
        """Take over the Crawl-delay of the site's robots.txt, as far as it is one."""
        if crawl_delay is None or not crawl_delay > 0:
            return
        if crawl_delay > CRAWL_DELAY_MOST:
            self.clamped = crawl_delay
        self._delay = max(self._delay, min(crawl_delay, CRAWL_DELAY_MOST))
        if self._began is not None:
            self._due = max(self._due, self._began + self.delay)

    def answered(self, began: float, ended: float) -> None:
        """The site answered something that is no refusal."""
        self.failures, self._began = 0, began
        self._raised = self._raised * _RECOVERY if self._raised > _FIRST_RAISE else 0.0
        self._due = max(self._due, began + self.delay, ended + (ended - began) / 2)

    def failed(self, began: float, ended: float, *, page_only: bool = False, retry_after: float | None = None) -> None:
        """429, a server's error or no answer at all: twice as slow, unless it may be about this one page
        (`page_only`), and not before the site's own Retry-After."""
        self.failures += 1
        self._began = began
        if not page_only:
            self._raised = min(_SLOWEST, max(2 * self.delay, self._delay + _FIRST_RAISE) - self._delay)
        wait = max(self.delay, retry_after or 0.0)
        self._due = max(self._due, ended + wait, ended + (ended - began) / 2)
