"""Who sells: merchants, their shops, how each is read and what it tells of itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from aggregator.store.tables.columns import UtcDateTime, instant_column, table, text_column, words_column


class Merchant(SQLModel, table=True):
    """Who sells, by law."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    siret: str | None = Field(default=None, sa_column=Column(String(14), unique=True, nullable=True))
    commune: str = ""
    email: str = ""
    phone: str = ""
    address: str = words_column()
    """Street and number."""
    postal_code: str = words_column()
    insee: str | None = Field(default=None, sa_column=Column(String(5), nullable=True))
    """Code of the commune, once its name was understood."""
    latitude: float | None = None
    """Degrees (WGS 84): of the place where one is told, else of the middle of the commune."""
    longitude: float | None = None
    opening_hours: str = words_column()
    """schema.org's form, one a line: "Mo-Fr 09:00-12:30,14:00-19:00"."""
    created_at: datetime = instant_column()


class Shop(SQLModel, table=True):
    """One selling site. A refused or left shop keeps its row: its host is remembered, its offers are not."""

    __table_args__ = (
        UniqueConstraint("url"),
        CheckConstraint("status IN ('proposed', 'approved', 'paused', 'refused', 'left')", name="status"),
    )
    id: int | None = Field(default=None, primary_key=True)
    merchant_id: int | None = Field(default=None, foreign_key="merchant.id")
    name: str
    url: str
    host: str = Field(index=True)
    connector: str
    platform: str
    status: str
    credentials: str | None = text_column(nullable=True)
    """Sealed by `store.secrets`; never shown."""
    memory: str = Field(default="{}", sa_column=Column(Text(), nullable=False))
    cursor: str | None = text_column(nullable=True)
    created_at: datetime = instant_column()
    decided_at: datetime | None = instant_column(nullable=True)
    note: str = ""
    """Why it was refused or removed."""
    about: str = words_column()
    """Who they are, in their own words; plain text."""
    delivery: str = words_column()
    """How and at what price they deliver; plain text, "" where it is not known."""
    pickup: bool | None = None
    """Click and collect; NULL where it is not known."""
    export_agreed: bool = Field(default=False, sa_column=Column(Boolean(), nullable=False, default=False))
    """Its offers may be in the region's bulk export."""
    last_complete_at: datetime | None = instant_column(nullable=True)


class ShopPace(SQLModel, table=True):
    """When a shop is due next. A shop without a row is due at once; `scheduler.pacing` decides, this only keeps."""

    __tablename__ = "shop_pace"
    shop_id: int = Field(
        sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    next_sync_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False, index=True))
    """The truth of the clock."""
    catalogue_due_at: datetime = instant_column()
    catalogue_seconds: float
    stock_due_at: datetime | None = instant_column(nullable=True)
    stock_seconds: float | None = None
    failures: int = 0
    failing_since: datetime | None = instant_column(nullable=True)
    last_run_seconds: float = 0.0
    wanted_at: datetime | None = instant_column(nullable=True)
    """Since when somebody wants it read now."""
    wanted_full: bool = False
    kept_at: datetime = instant_column()
    """When this was decided; in the future, the clock was set back since."""


class ShopChecked(SQLModel, table=True):
    """How many offers of a shop were checked when, as it was counted last: so that nobody reads every offer to tell how
    fresh the region is (`store.freshness`)."""

    __tablename__ = "shop_checked"
    shop_id: int = Field(
        sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    counted_at: datetime = instant_column()
    spans: str = Field(sa_column=Column(Text(), nullable=False))
    """Pairs of an instant and of how many published offers were checked then, as JSON."""


class ShopSignal(SQLModel, table=True):
    """The address at which a shop tells of its changes by itself, and what it has told (`store.signals`)."""

    __tablename__ = "shop_signal"
    __table_args__ = (UniqueConstraint("address_hash"),)
    shop_id: int = Field(
        sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    address_hash: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    """SHA-256 of the address's secret part: what is looked up."""
    sealed: str = Field(sa_column=Column(Text(), nullable=False))
    """That part and the secret that signs deliveries, sealed by `store.secrets`."""
    created_at: datetime = instant_column()
    heard_at: datetime | None = instant_column(nullable=True)
    """The last genuine signal."""
    changed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime(), nullable=True, index=True))
    """Since when "something changed" waits to be passed on to the clock; NULL when nothing waits."""
    wished_at: datetime | None = instant_column(nullable=True)
    """When it was last passed on."""
    rest_until: datetime | None = instant_column(nullable=True)
    """Until then no hint of it is read."""
    lost: int = 0
    """Offers that hints have taken away since `lost_at`, for the guard."""
    lost_at: datetime | None = instant_column(nullable=True)
    installed_at: datetime | None = instant_column(nullable=True)
    """When the operator had us make its webhooks, which we renew since; NULL where nobody asked for that."""
    looked_at: datetime | None = instant_column(nullable=True)
    """When we last looked whether its webhooks still deliver."""
    trouble: str | None = None
    """What was wrong with them then; NULL where nothing was, or they could not be looked at."""


class Hint(SQLModel, table=True):
    """A product that its shop says has changed: to be read again at once."""

    shop_id: int = Field(
        sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    source_id: str = Field(primary_key=True)
    signals: int = 1
    """How often that was said; more than when it was read means: read it once more."""
    first_seen_at: datetime = instant_column()


class SignalDelivery(SQLModel, table=True):
    """A delivery that was heard: its repetition is not."""

    __tablename__ = "signal_delivery"
    shop_id: int = Field(
        sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    delivery_id: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False, index=True))


MERCHANT = table(Merchant)
SHOP = table(Shop)
SHOP_PACE = table(ShopPace)
SHOP_CHECKED = table(ShopChecked)
SHOP_SIGNAL = table(ShopSignal)
HINT = table(Hint)
SIGNAL_DELIVERY = table(SignalDelivery)
