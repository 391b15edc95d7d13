"""The contract between the aggregator and whatever reads a shop. `tests/contracts/connector.py` proves it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from connectors.crawl import FieldSeen
from connectors.credentials import Credentials as Credentials
from connectors.errors import ConnectorError
from connectors.http import HttpSession, Response
from connectors.records import CatalogMessage, ConfirmMessage, Issue, ProductRecord, StockMessage

PROOF = "proof:"
KEPT = "kept:"


class Deletions(StrEnum):
    REPORTED = "reported"
    BY_ABSENCE = "by-absence"


class StockDetail(StrEnum):
    QUANTITY = "quantity"
    FLAG = "flag"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connector can do, so that the sync's shell knows which lanes to run."""

    needs_credentials: bool
    incremental: bool
    """`read_catalog` takes a cursor ("modified since")."""
    stock_lane: bool
    """`read_stock` sweeps presence, price and stock more cheaply than `read_catalog`."""
    deletions: Deletions
    stock: StockDetail
    confirms_by_id: bool
    """`read_products` can prove that a product is gone."""
    requests_per_1000_products: int
    pulled: bool = True
    """False for what somebody hands over (a file): reading it again proves nothing, only an import syncs it."""


@dataclass(slots=True)
class ShopConnection:
    """One shop, ready to be read: where it is, how to get in, and the session that carries every request."""

    url: str
    """Canonical base URL, without query or fragment, with a trailing slash."""
    session: HttpSession
    credentials: Credentials | None = None
    memory: MutableMapping[str, str] = field(default_factory=dict)
    """What the connector learnt about this shop (REST root, way to authenticate); kept between runs, no secrets.
    Names that begin with `PROOF` serve to prove that nothing changed: a forced full read leaves them out. Those that
    begin with `KEPT` are kept though the run failed."""
    crawl_delay: float = 0.5
    """Seconds between two requests, at least, where a shop's pages are visited one by one."""
    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    """What the connector keeps for the life of this connection (robots.txt, the category tree); never stored."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What `detect` looks at: the answer of the address that was given, and a session to ask more."""

    url: str
    session: HttpSession
    home: Response
    """Its body may be cut: only the first MiB are read of what is no page."""
    asked: str = ""
    """The address as it was typed, made canonical: `home.url` may be where a redirect led this once."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a connector thinks that it can read a shop."""

    connector: str
    platform: str
    """As shown to people: "WooCommerce"."""
    shop_url: str
    confidence: float
    """0 to 1; 1 is "the interface itself answered"."""
    reasons: tuple[str, ...]
    """French: what was seen."""
    gives: str
    """French: what this way of reading gives, and what it needs."""
    version: str | None = None
    memory: tuple[tuple[str, str], ...] = ()
    """Seeds `ShopConnection.memory`."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a shop gives, read with the very mode that the sync will use. Never raised: a shop's fault is in `error`."""

    platform: str
    connector: str
    shop_url: str
    version: str | None = None
    reachable: bool = False
    authorised: bool = False
    products: int | None = None
    """How many products the shop announces; an upper bound where it counts hidden ones too."""
    sample: tuple[ProductRecord, ...] = ()
    issues: tuple[Issue, ...] = ()
    """What is wrong with the sampled products."""
    warnings: tuple[str, ...] = ()
    """French, about the shop as a whole."""
    fields: tuple[tuple[str, tuple[FieldSeen, ...]], ...] = ()
    """Of sampled products, by id: where on the page each value comes from; only where pages are read."""
    error: ConnectorError | None = None


class Connector(Protocol):
    """Reads one platform. Stateless: everything about a shop is in its `ShopConnection`.

    Only GET and HEAD are ever sent. Iterators stop within 2 s of being closed and hold a bounded part of the
    catalogue in memory.
    """

    name: str
    platform: str
    capabilities: Capabilities

    def detect(self, probe: Probe) -> Evidence | None:
        """Say whether the probed address is a shop of this platform; `None` when not. Raises AddressBlocked only."""
        ...

    def check(self, connection: ShopConnection, *, sample: int = 20) -> CheckReport:
        """Read one real page of products within 15 s, or as far as it got."""
        ...

    def read_catalog(
        self, connection: ShopConnection, cursor: str | None = None, checkpoint: str | None = None
    ) -> Iterator[CatalogMessage]:
        """Yield the catalogue (or what changed since `cursor`), resuming after `checkpoint` (a `Checkpoint.position`).

        A Checkpoint covers only what was yielded before it. Ids are unique within one iteration. Ends with exactly
        one EndOfCatalog, or raises a ConnectorError."""
        ...

    def read_stock(self, connection: ShopConnection, checkpoint: str | None = None) -> Iterator[StockMessage]:
        """Sweep presence, price and stock of everything; only where `capabilities.stock_lane`."""
        ...

    def read_products(self, connection: ShopConnection, ids: Sequence[str]) -> Iterator[ConfirmMessage]:
        """Yield these products as they are now, or the proof that they are gone; silence = nothing can be said."""
        ...
