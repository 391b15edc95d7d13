"""What happened when shops were read: runs, what the guard holds, what was wrong, who was told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from aggregator.store.tables.columns import UtcDateTime, instant_column, table, text_column


class SyncRun(SQLModel, table=True):
    """One attempt to read one shop. The partial unique index refuses a second open run."""

    __tablename__ = "sync_run"
    __table_args__ = (
        Index(
            "uq_sync_run_open",
            "shop_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("state IN ('open', 'complete', 'incomplete', 'held', 'failed')", name="state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id", index=True)
    state: str = "open"
    forced_full: bool = False
    lane: str = "catalogue"
    """Which read the checkpoint belongs to: `catalogue`, then `stock`, then `absence`; or `hint`, a turn of its own."""
    checkpoint: str | None = text_column(nullable=True)
    cursor: str | None = text_column(nullable=True)
    """The cursor that this run began from."""
    next_cursor: str | None = text_column(nullable=True)
    lease: str = ""
    """Token of the process that may write this run; a resume takes a new one."""
    started_at: datetime = instant_column()
    heartbeat_at: datetime = instant_column()
    finished_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime(), nullable=True, index=True))
    products_seen: int = 0
    offers_seen: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    lost: int = 0
    """Offers that vanished, sold out or lost their price, and nobody was asked."""
    rejected: int = 0
    requests: int = 0
    bytes: int = Field(default=0, sa_column=Column(BigInteger(), nullable=False))
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    error_code: str | None = None
    error_message: str | None = text_column(nullable=True)
    error_detail: str | None = text_column(nullable=True)
    error_who: str | None = None


class HeldIntent(SQLModel, table=True):
    """A change that could be a lie: recorded when seen, judged at the end of its run."""

    __tablename__ = "held_intent"
    __table_args__ = (
        UniqueConstraint("shop_id", "kind", "target_id"),
        CheckConstraint("kind IN ('absence', 'sold_out', 'unpriced', 'price')", name="kind"),
        CheckConstraint("state IN ('seen', 'held')", name="state"),
        CheckConstraint("answer IN ('confirmed', 'rejected')", name="answer"),
    )
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    run_id: int
    """The last run that saw it."""
    kind: str
    target_id: int = Field(sa_column=Column(BigInteger(), nullable=False))
    """An offer's id; a listing's for the absence of a whole product (`whole_product`)."""
    whole_product: bool = False
    listing_id: int = Field(sa_column=Column(BigInteger(), nullable=False, index=True))
    offers: int = 1
    """How many offers it touches."""
    payload: str = Field(sa_column=Column(Text(), nullable=False))
    state: str
    """`seen` in the run under way; `held` once a run's end has not applied it."""
    sweeps: int = 0
    """Complete sweeps that saw just this."""
    first_seen_at: datetime = instant_column()
    answer: str | None = None
    """What a person said of it: `confirmed` applies whatever the next sweep sees here, `rejected` keeps it out."""
    answer_until: datetime | None = instant_column(nullable=True)


class Issue(SQLModel, table=True):
    """Something in one product that a human should see; it closes itself when a sweep no longer finds it."""

    __table_args__ = (UniqueConstraint("shop_id", "source_id", "code", "field"),)
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    source_id: str = ""
    code: str
    field: str = ""
    detail: str = Field(sa_column=Column(Text(), nullable=False))
    rejected: bool = False
    first_seen_at: datetime = instant_column()
    last_run_id: int


class Notice(SQLModel, table=True):
    """A mail that was sent: one for each matter, not one a run."""

    __table_args__ = (UniqueConstraint("shop_id", "kind", "since"),)
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int
    """0 for what concerns the whole region."""
    kind: str
    since: datetime = instant_column()
    """Of the matter: when the shop began to fail, or the day of the digest."""
    sent_at: datetime = instant_column()


SYNC_RUN = table(SyncRun)
HELD_INTENT = table(HeldIntent)
ISSUE = table(Issue)
NOTICE = table(Notice)
