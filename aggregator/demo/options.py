"""How a fake shop is set up: everything that differs between real WooCommerce shops and that a reader must survive."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Permissions = Literal["read", "write", "read_write"]
# What the key's WordPress user may see: everything (owner), products only, or nothing at all.
Role = Literal["owner", "catalogue", "nobody"]


@dataclass(frozen=True, slots=True)
class Key:
    """A REST key of the shop. `permissions` is the key's own, `role` its user's."""

    consumer_key: str
    consumer_secret: str
    permissions: Permissions = "read"
    role: Role = "owner"


DEFAULT_KEYS = (
    Key("ck_test", "cs_test"),
    Key("ck_write", "cs_write", "write"),
    Key("ck_catalogue", "cs_catalogue", role="catalogue"),
    Key("ck_nobody", "cs_nobody", role="nobody"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """The switches of one fake shop.

    `assume_https`: take loopback's http for https, so that Basic and query keys work as on a real https shop.
    `strip_authorization`: the host drops the Authorization header, as many CGI set-ups do.
    `prices_exclude_tax`: prices were typed without tax; wc/v3 tells those, the Store API and the pages the gross ones.
    `latency_ms`: (per request, per item); the measured shop took about (55, 4.2) for wc/v3 and (50, 4) for the Store.
    `workers`: answers made at once, as php-fpm does (0: no limit).
    `store_leaks_by_id`: the Store API tells drafts and binned products by id to anybody, as 9.9.5 does.
    """

    version: str = "9.9.5"
    permalinks: Literal["pretty", "plain"] = "pretty"
    base_path: str = ""
    assume_https: bool = False
    strip_authorization: bool = False
    prices_exclude_tax: bool = False
    vat_percent: int = 20
    analytics: bool = True
    store_api: bool = True
    store_leaks_by_id: bool = True
    wp_v2: bool = True
    keys: tuple[Key, ...] = field(default=DEFAULT_KEYS)
    robots: str | None = None
    latency_ms: tuple[float, float] = (0.0, 0.0)
    workers: int = 0

    def at_least(self, *version: int) -> bool:
        """Is the shop's WooCommerce at least this version?"""
        return tuple(int(part) for part in self.version.split(".")) >= version

    def authenticated_by_route(self) -> bool:
        """From 11.1 on keys count on `?rest_route=` too; before, only where the address contains wp-json/wc."""
        return self.at_least(11, 1)

    def __post_init__(self) -> None:
        if self.base_path and not (self.base_path.startswith("/") and not self.base_path.endswith("/")):
            raise ValueError("base_path starts with a slash and does not end with one: '/boutique'")
