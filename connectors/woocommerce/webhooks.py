"""Pure: what a WooCommerce webhook delivery is, whether it is genuine, and of which product it speaks.

A delivery is a hint to read a product again: nothing of its body is used but the product's id. The signature covers
the body alone (WooCommerce signs no header and no time): whoever replays one under another delivery id makes us read
that product once more, and no more than that.

`headers` are by case-insensitive, or lower-case, names.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

TOPICS: Final = ("product.created", "product.updated", "product.deleted", "product.restored")
"""What we ask for. Neither deleting for good nor deleting a variation is told at all (measured)."""
SIGNATURE: Final = "x-wc-webhook-signature"
PING_BYTES: Final = 100
"""More than any ping has."""

_PREFIX: Final = "x-wc-webhook-"
_SIGNED: Final = re.compile(r"[A-Za-z0-9+/]{43}=")
_PING: Final = re.compile(rb"webhook_id=\d{1,20}")
_DELIVERY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ID_DIGITS: Final = 19


def sign(secret: str, body: bytes) -> str:
    """The signature that WooCommerce sends with this body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def signature(headers: Mapping[str, str]) -> str | None:
    """The delivery's signature; None where there is none that any body could have: then nothing needs reading."""
    given = headers.get(SIGNATURE, "")
    return given if _SIGNED.fullmatch(given) else None


def verify(secret: str, body: bytes, signature: str) -> bool:
    """Is the body signed with this secret? Takes the same time whatever the answer. Never raises."""
    return hmac.compare_digest(sign(secret, body).encode(), signature.encode("utf-8", "surrogatepass"))


def is_ping(headers: Mapping[str, str], body: bytes) -> bool:
    """Is this the unsigned form that WooCommerce sends when a webhook is made, to see whether anybody answers?"""
    return not any(name.lower().startswith(_PREFIX) for name in headers) and _PING.fullmatch(body) is not None


def identity(headers: Mapping[str, str]) -> str:
    """What tells one delivery from all others: its id and its signature, at most 109 characters.

    The id alone does not: WooCommerce makes it of the webhook and the second, so that what a webhook sends within a
    second shares one (measured). Without an id, which an intermediary may have lost, the signature has to do."""
    given = headers.get(f"{_PREFIX}delivery-id", "")
    return f"{given if _DELIVERY.fullmatch(given) else ''}:{signature(headers) or ''}"


def hint(headers: Mapping[str, str], body: bytes) -> str | None:
    """The id of the product to read again, a variation's parent for a variation; None where it speaks of none.

    For bodies that `verify` accepted: everything else is not worth parsing. Never raises."""
    resource = headers.get(f"{_PREFIX}resource") or headers.get(f"{_PREFIX}topic", "").partition(".")[0]
    if resource != "product":
        return None
    try:
        value = orjson.loads(body)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    return _number(value.get("parent_id")) if value.get("type") == "variation" else _number(value.get("id"))


def _number(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    usable = text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS and not text.startswith("0")
    return text if usable else None
