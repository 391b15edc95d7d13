"""What can be wrong with a request to the aggregator itself. Messages are French: a person reads them."""

from __future__ import annotations


class EmplettesError(Exception):
    """Expected: shown as one sentence, exit 1, no traceback."""


class NotFound(EmplettesError):
    """No such merchant, shop, run or offer."""


class Refused(EmplettesError):
    """The request is understood and will not be done; the message says why and what to do."""


class SettingsInvalid(EmplettesError):
    """A setting, or the database or key that it names, cannot be used."""


class StoreBusy(EmplettesError):
    """Another process held the database's write lock for over a minute."""
