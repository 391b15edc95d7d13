"""Pure: what an answer that means "not now" says (429, the server's errors), for the session and the spider alike."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAINTENANCE = (b"maintenance", "bientôt de retour".encode(), b"be right back", b"coming back soon")


def is_refusal(status: int) -> bool:
    """True for the answers that mean "not now": 429 and the server's errors, but for "not implemented"."""
    return status == 429 or (status >= 500 and status != 501)


def is_maintenance(status: int, wait: float | None, body: bytes) -> bool:
    """True for a 503 that gives a time or speaks of maintenance. `wait`: its Retry-After in seconds."""
    return status == 503 and (wait is not None or any(word in body.lower() for word in _MAINTENANCE))


def retry_after(value: str | None) -> float | None:
    """Retry-After in seconds, from a number or an HTTP date (RFC 9110); None where it says nothing readable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # the parser is not strict about how it fails
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
