"""Pure: where a request and its redirects go, and whether what was meant for one address may follow to the next."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from connectors.errors import AddressBlocked, ShopUnreachable
from connectors.failures import Failure
from connectors.redaction import redact_url
from connectors.values import http_url

Params = Mapping[str, str | int]


def target(url: str, params: Params) -> tuple[str, str]:
    """The canonical URL without its query, and the query as it will be sent. Raises AddressBlocked."""
    canonical, complaint = http_url(url)
    if canonical is None:
        raise AddressBlocked(
            f"{redact_url(url)}: {complaint or 'empty'}",
            message="Cette adresse n'est pas lisible. Donnez l'adresse de la boutique telle qu'un navigateur "
            "l'affiche, commençant par https:// ou http://, sans nom d'utilisateur ni mot de passe.",
        )
    base, _, query = canonical.partition("?")
    more = encode({name: str(value) for name, value in params.items()})
    return base, "&".join(part for part in (query, more) if part)


def encode(params: Mapping[str, str]) -> str:
    return urlencode(params, quote_via=quote, safe="~")


def with_query(target: str, query: str) -> str:
    return f"{target}?{query}" if query else target


def without(query: str, names: set[str]) -> str:
    """The query less what a signer added: a redirect repeats the secret or the spent nonce."""
    if not names:
        return query
    return encode({k: v for k, v in parse_qsl(query, keep_blank_values=True) if k not in names})


def hop(url: str, location: str) -> tuple[str, str] | Failure:
    """Where a redirect leads, judged like any other URL."""
    with contextlib.suppress(UnicodeError):  # headers come as latin-1; browsers read UTF-8
        location = location.encode("latin-1").decode("utf-8")
    try:
        return target(urljoin(url, location.strip()), {})
    except AddressBlocked as error:
        return Failure(error, retry=False)
    except ValueError:
        return Failure(ShopUnreachable(f"{redact_url(url)} redirects to an unreadable address"), retry=False)


def keeps_secrets(old: str, new: str) -> bool:
    """True if what was meant for `old` may go to `new`: the same origin, or the same host's plain http made https."""
    one, other = urlsplit(old), urlsplit(new)
    if one.hostname != other.hostname:
        return False
    return (one.scheme, one.port) == (other.scheme, other.port) or (
        (one.scheme, other.scheme) == ("http", "https") and one.port is None and other.port is None
    )
