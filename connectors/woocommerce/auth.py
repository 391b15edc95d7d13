"""The three ways in with a key of REST v3, and which of them a shop accepts.

Measured: over https Basic and query keys work, where the host lets them through; where TLS ends before WordPress, it
takes itself for plain http and knows OAuth 1.0a only, signed for the http URL. Over plain http OAuth is the only way,
so the secret never travels in clear. An answer "cannot view" does not tell a missing key from a wrong one or a
stripped header, so the ways are tried in turn, once per shop: the one that worked is remembered.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections import OrderedDict
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from woocommerce.oauth import OAuth

from connectors.credentials import Credentials
from connectors.http import Sign


class Way(StrEnum):
    BASIC = "basic"
    QUERY = "query"
    OAUTH = "oauth"
    OAUTH_AS_HTTP = "oauth-as-http"
    """Over https, signed for the http URL that a WordPress behind a TLS-ending proxy believes in."""


SECURE_WAYS: Final = (Way.BASIC, Way.QUERY, Way.OAUTH, Way.OAUTH_AS_HTTP)
PLAIN_WAYS: Final = (Way.OAUTH,)


def ways(url: str) -> tuple[Way, ...]:
    """The ways that may be tried at this URL, the surest and cheapest first."""
    return SECURE_WAYS if urlsplit(url).scheme == "https" else PLAIN_WAYS


class _Signer(OAuth):  # type: ignore[misc]  # the package has no types
    """The package's signer, but escaping "/" too: it leaves it as it is, and PHP's rawurlencode does not, so the
    signature of `rest_route=/wc/v3/products` would never match."""

    @staticmethod
    def normalize_parameters(params: Any) -> OrderedDict[str, str]:
        return OrderedDict(
            (quote(str(k), safe="~").replace("%", "%25"), quote(str(v), safe="~").replace("%", "%25"))
            for k, v in (params or {}).items()
        )


def signer(way: Way, credentials: Credentials, origin: str) -> Sign:
    """What adds authentication to one try, in place.

    A request that left `origin` (scheme and host, after a redirect) goes without: keys stay with the shop that they
    are of, and never leave https."""

    def sign(method: str, url: str, params: dict[str, str], headers: dict[str, str]) -> None:
        for name in [n for n in params if n.startswith(("oauth_", "consumer_"))]:
            del params[name]
        headers.pop("Authorization", None)
        if not _same_origin(url, origin):
            return
        if way is Way.BASIC:
            pair = f"{credentials.key}:{credentials.secret}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        elif way is Way.QUERY:
            params["consumer_key"], params["consumer_secret"] = credentials.key, credentials.secret
        else:
            _add_signature(method, url, params, credentials, as_http=way is Way.OAUTH_AS_HTTP)

    return sign


def _same_origin(url: str, origin: str) -> bool:
    one, other = urlsplit(url), urlsplit(origin)
    return (one.scheme, one.hostname, one.port) == (other.scheme, other.hostname, other.port)


def _add_signature(method: str, url: str, params: dict[str, str], credentials: Credentials, *, as_http: bool) -> None:
    parts = urlsplit(url)
    signed_url = urlunsplit(("http" if as_http else parts.scheme, parts.netloc, parts.path, "", ""))
    params["oauth_consumer_key"] = credentials.key
    params["oauth_timestamp"] = str(int(time.time()))
    params["oauth_nonce"] = secrets.token_hex(16)
    params["oauth_signature_method"] = "HMAC-SHA256"
    one_try = _Signer(signed_url, credentials.key, credentials.secret, version="wc/v3", method=method.upper())
    params["oauth_signature"] = one_try.generate_oauth_signature(dict(params), signed_url)
