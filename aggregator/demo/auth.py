"""Who asks: REST keys as WooCommerce checks them (measured).

Basic and query keys count over https only, OAuth 1.0a (one-legged) everywhere; which refusal says what is kept.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

from .answer import Answer, Request, error
from .options import Key, Options
from .parameters import signed_pairs

Scheme = Literal["none", "basic", "query", "oauth"]
WINDOW = 15 * 60  # seconds that a timestamp may be off, and that a nonce is remembered
_NEEDED = ("consumer_key", "timestamp", "nonce", "signature", "signature_method")
_DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brought along, checked or not: for the log."""

    scheme: Scheme
    key: str = ""
    secret: str = ""


def read_credentials(request: Request) -> Credentials:
    """The way in which the request presents a key, if any. Query keys win over the header, as in WooCommerce."""
    query = request.params
    header = request.headers.get("authorization", "")
    if query.get("consumer_key") and query.get("consumer_secret"):
        return Credentials("query", query["consumer_key"], query["consumer_secret"])
    if header.lower().startswith("basic "):
        try:
            key, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return Credentials("none")
        return Credentials("basic", key, secret)
    if "oauth_signature" in query or "oauth_consumer_key" in query or header.lower().startswith("oauth "):
        return Credentials("oauth", query.get("oauth_consumer_key", ""))
    return Credentials("none")


def _refused(message: str) -> Answer:
    return error(401, "woocommerce_rest_authentication_error", message)


class Authenticator:
    """The keys of one shop, and the nonces that it has seen."""

    def __init__(self, options: Options, now: Callable[[], float] = time.time) -> None:
        self.options, self.now = options, now
        self.keys = {key.consumer_key: key for key in options.keys}
        self._nonces: dict[str, float] = {}
        self._lock = threading.Lock()

    def key_of(self, request: Request) -> Key | None:
        """The key that the request proves, None where it shows none that counts; raises a 401 Answer for a wrong one.

        An unknown key over https is the same as no key (measured): only a known key's wrong secret is told.
        """
        shown = read_credentials(request)
        if self.options.assume_https and shown.scheme in ("basic", "query"):
            key = self.keys.get(shown.key)
            if key and not hmac.compare_digest(key.consumer_secret, shown.secret):
                raise _refused("Consumer secret is invalid.")
            return key
        return self._by_oauth(request) if shown.scheme == "oauth" else None

    def permitted(self, key: Key, method: str) -> None:
        """Raises the 401 that a read key gets for writing, and a write key for reading."""
        needed = "read" if method in ("GET", "HEAD", "OPTIONS") else "write"
        if key.role != "nobody" and key.permissions not in (needed, "read_write"):
            raise _refused(f"The API key provided does not have {needed} permissions.")

    def _by_oauth(self, request: Request) -> Key:
        given = {k.removeprefix("oauth_"): v for k, v in request.params.items() if k.startswith("oauth_")}
        header = request.headers.get("authorization", "")
        in_header = {}
        if header.lower().startswith("oauth "):
            in_header = {unquote(k): unquote(v) for k, v in re.findall(r'oauth_(\w+)="([^"]*)"', header)}
        given |= in_header
        if missing := [f"oauth_{name}" for name in _NEEDED if not given.get(name)]:
            plural = "s" if len(missing) > 1 else ""
            message = f"Missing OAuth parameter{plural} {', '.join(missing)}"
            raise error(401, "woocommerce_rest_authentication_missing_parameter", message)
        key = self.keys.get(given["consumer_key"])
        if key is None:
            raise _refused("Consumer key is invalid.")
        if given["signature_method"] not in _DIGESTS:
            raise _refused("Invalid signature - signature method is invalid.")
        pairs = signed_pairs(request.query) | {f"oauth_{k}": v for k, v in in_header.items()}
        pairs.pop("oauth_signature", None)
        expected = _signature(request, pairs, key.consumer_secret, given["signature_method"])
        if not hmac.compare_digest(expected, given["signature"].replace(" ", "+")):
            raise _refused("Invalid signature - provided signature does not match.")
        self._fresh(given["timestamp"], given["nonce"])
        return key

    def _fresh(self, timestamp: str, nonce: str) -> None:
        now = self.now()
        if not timestamp.isdigit() or abs(now - int(timestamp)) > WINDOW:
            raise _refused("Invalid timestamp.")
        with self._lock:
            self._nonces = {n: t for n, t in self._nonces.items() if now - t < WINDOW}
            if nonce in self._nonces:
                raise _refused("Invalid nonce - nonce has already been used.")
            self._nonces[nonce] = now


def _signature(request: Request, pairs: dict[str, str], secret: str, method: str) -> str:
    """RFC 5849, section 3.4, with an empty token secret."""

    def encoded(text: str) -> str:
        return quote(text, safe="~")

    joined = "&".join(sorted(f"{encoded(k)}={encoded(v)}" for k, v in pairs.items()))
    base = "&".join((request.method, encoded(request.origin + request.path), encoded(joined)))
    return base64.b64encode(hmac.new(f"{secret}&".encode(), base.encode(), _DIGESTS[method]).digest()).decode()
