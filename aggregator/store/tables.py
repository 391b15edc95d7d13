"""The tables. Rows are kept apart from records: nothing is validated here, the edge has done it.

Instants are UTC, whatever the database. Lists are JSON text written by `store.packing`. Names of constraints are fixed
by the convention, so that a migration can name them on both databases.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on both databases; a naive value is refused, since its meaning would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive instant cannot be stored")
        return value.astimezone(UTC) if value.tzinfo is not UTC else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _instant(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime(), nullable=nullable))


def _words() -> Any:
    """A text that is empty until somebody writes it."""
    return Field(default="", sa_column=Column(Text(), nullable=False, default=""))


def _text(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Text(), nullable=nullable))


class Merchant(SQLModel, table=True):
    """Who sells, by law."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    siret: str | None = Field(default=None, sa_column=Column(String(14), unique=True, nullable=True))
    commune: str = ""
    email: str = ""
    phone: str = ""
    address: str = _words()
    """Street and number."""
    postal_code: str = _words()
    insee: str | None = Field(default=None, sa_column=Column(String(5), nullable=True))
    """Code of the commune, once its name was understood."""
    latitude: float | None = None
    """Degrees (WGS 84): of the place where one is told, else of the middle of the commune."""
    longitude: float | None = None
    opening_hours: str = _words()
    """schema.org's form, one a line: "Mo-Fr 09:00-12:30,14:00-19:00"."""
    created_at: datetime = _instant()


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
    credentials: str | None = _text(nullable=True)
    """Sealed by `store.secrets`; never shown."""
    memory: str = Field(default="{}", sa_column=Column(Text(), nullable=False))
    cursor: str | None = _text(nullable=True)
    created_at: datetime = _instant()
    decided_at: datetime | None = _instant(nullable=True)
    note: str = ""
    """Why it was refused or removed."""
    about: str = _words()
    """Who they are, in their own words; plain text."""
    delivery: str = _words()
    """How and at what price they deliver; plain text, "" where it is not known."""
    pickup: bool | None = None
    """Click and collect; NULL where it is not known."""
    export_agreed: bool = Field(default=False, sa_column=Column(Boolean(), nullable=False, default=False))
    """Its offers may be in the region's bulk export."""
    last_complete_at: datetime | None = _instant(nullable=True)


class ShopPace(SQLModel, table=True):
    """When a shop is due next. A shop without a row is due at once; `scheduler.pacing` decides, this only keeps."""

    __tablename__ = "shop_pace"
    shop_id: int = Field(
        sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    next_sync_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False, index=True))
    """The truth of the clock."""
    catalogue_due_at: datetime = _instant()
    catalogue_seconds: float
    stock_due_at: datetime | None = _instant(nullable=True)
    stock_seconds: float | None = None
    failures: int = 0
    failing_since: datetime | None = _instant(nullable=True)
    last_run_seconds: float = 0.0
    wanted_at: datetime | None = _instant(nullable=True)
    """Since when somebody wants it read now."""
    wanted_full: bool = False
    kept_at: datetime = _instant()
    """When this was decided; in the future, the clock was set back since."""


class ShopChecked(SQLModel, table=True):
    """How many offers of a shop were checked when, as it was counted last: so that nobody reads every offer to tell how
    fresh the region is (`store.freshness`)."""

    __tablename__ = "shop_checked"
    shop_id: int = Field(
        sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    counted_at: datetime = _instant()
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
    created_at: datetime = _instant()
    heard_at: datetime | None = _instant(nullable=True)
    """The last genuine signal."""
    changed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime(), nullable=True, index=True))
    """Since when "something changed" waits to be passed on to the clock; NULL when nothing waits."""
    wished_at: datetime | None = _instant(nullable=True)
    """When it was last passed on."""
    rest_until: datetime | None = _instant(nullable=True)
    """Until then no hint of it is read."""
    lost: int = 0
    """Offers that hints have taken away since `lost_at`, for the guard."""
    lost_at: datetime | None = _instant(nullable=True)
    installed_at: datetime | None = _instant(nullable=True)
    """When the operator had us make its webhooks, which we renew since; NULL where nobody asked for that."""
    looked_at: datetime | None = _instant(nullable=True)
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
    first_seen_at: datetime = _instant()


class SignalDelivery(SQLModel, table=True):
    """A delivery that was heard: its repetition is not."""

    __tablename__ = "signal_delivery"
    shop_id: int = Field(
        sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    delivery_id: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False, index=True))


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
    checkpoint: str | None = _text(nullable=True)
    cursor: str | None = _text(nullable=True)
    """The cursor that this run began from."""
    next_cursor: str | None = _text(nullable=True)
    lease: str = ""
    """Token of the process that may write this run; a resume takes a new one."""
    started_at: datetime = _instant()
    heartbeat_at: datetime = _instant()
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
    error_message: str | None = _text(nullable=True)
    error_detail: str | None = _text(nullable=True)
    error_who: str | None = None


class Listing(SQLModel, table=True):
    """One product of one shop, as the shop says it; its offers are its variants."""

    __table_args__ = (
        UniqueConstraint("shop_id", "source_id"),
        CheckConstraint("status IN ('visible', 'suspect', 'stale', 'hidden', 'archived')", name="status"),
        CheckConstraint("condition IN ('new', 'refurbished', 'used')", name="condition"),
        CheckConstraint("category_by IN ('rule', 'words', 'operator')", name="category_by"),
        Index(
            "ix_listing_product_id",
            "product_id",
            sqlite_where=text("product_id IS NOT NULL"),
            postgresql_where=text("product_id IS NOT NULL"),
        ),
    )
    id: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    shop_id: int = Field(foreign_key="shop.id")
    source_id: str
    title: str
    url: str | None = None
    brand: str | None = None
    category_path: str = Field(sa_column=Column(Text(), nullable=False))
    """The shop's own words, from the root down, as JSON."""
    category: str | None = None
    """Node of the portal's own tree, `maison/vaisselle`; NULL where it could not be mapped."""
    category_by: str | None = None
    """How that was decided."""
    google_category: str | None = None
    """Google's product category as the shop's feed gives it, a number or a path: `category` is decided by it too."""
    excluded: bool = Field(default=False, sa_column=Column(Boolean(), nullable=False, default=False))
    """`category` is one that the region does not show (EMPLETTES_EXCLUDED_CATEGORIES): not public."""
    condition: str | None = None
    """Google Merchant's word; NULL where the shop does not say."""
    product_id: int | None = Field(default=None, sa_column=Column(BigInteger(), nullable=True))
    """What it is across shops; NULL where no other listing is known to be the same."""
    content_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary(), nullable=True))
    """Of the record that was last applied in full; NULL when something of it waits or another lane wrote since."""
    status: str
    missing_sweeps: int = 0
    first_seen_at: datetime = _instant()
    changed_at: datetime | None = _instant(nullable=True)
    """When what its page shows last changed (`store.changes`); NULL: not since `first_seen_at`."""
    checked_at: datetime = _instant()
    """When the shop last said this; every lane moves it."""
    hidden_at: datetime | None = _instant(nullable=True)
    last_run_id: int


class ListingContent(SQLModel, table=True):
    """The bulky part of a listing: apart, so that "checked, nothing new" rewrites rows of 300 bytes, not of 3,000."""

    __tablename__ = "listing_content"
    listing_id: int = Field(
        sa_column=Column(
            BigInteger(), ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    description: str = Field(sa_column=Column(Text(), nullable=False))
    images: str = Field(sa_column=Column(Text(), nullable=False))
    attributes: str = Field(sa_column=Column(Text(), nullable=False))


class Offer(SQLModel, table=True):
    """This shop sells this variant at this price."""

    __table_args__ = (
        UniqueConstraint("listing_id", "source_id"),
        Index("ix_offer_shop_id", "shop_id"),
        CheckConstraint("status IN ('visible', 'hidden')", name="status"),
    )
    id: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    listing_id: int = Field(
        sa_column=Column(BigInteger(), ForeignKey("listing.id", ondelete="CASCADE"), nullable=False)
    )
    shop_id: int = Field(foreign_key="shop.id")
    source_id: str
    variant: str = Field(sa_column=Column(Text(), nullable=False))
    price_minor: int | None = Field(default=None, sa_column=Column(BigInteger(), nullable=True))
    list_price_minor: int | None = Field(default=None, sa_column=Column(BigInteger(), nullable=True))
    currency: str | None = Field(default=None, sa_column=Column(String(3), nullable=True))
    availability: str | None = None
    quantity: int | None = Field(default=None, sa_column=Column(BigInteger(), nullable=True))
    gtin: str | None = Field(default=None, sa_column=Column(String(14), nullable=True, index=True))
    sku: str | None = None
    url: str | None = None
    images: str = Field(sa_column=Column(Text(), nullable=False))
    status: str
    """`hidden`: the variant left its product; a product that left is hidden at the listing."""
    priced_at: datetime = _instant()
    """Since when the shop was seen at this price."""
    reduced_at: datetime | None = _instant(nullable=True)
    """Since when it was seen with a crossed-out price."""


class Product(SQLModel, table=True):
    """What is the same across shops: two listings or more carry its id."""

    id: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    created_at: datetime = _instant()
    replaced_by: int | None = Field(default=None, sa_column=Column(BigInteger(), nullable=True))
    """The product that it was found to be: its old address leads there."""


class MatchKey(SQLModel, table=True):
    """A key under which listings that may be the same product meet (`ingest.matching`).

    Ordered by key alone, so that millions can be written in one go. `ListingKeys` has a listing's own; who takes a
    listing out takes these out as well."""

    __tablename__ = "match_key"
    __table_args__ = ({"sqlite_with_rowid": False},)
    key: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    listing_id: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))


class ListingKeys(SQLModel, table=True):
    """Under which keys a listing can be met; absent where there is none."""

    __tablename__ = "listing_keys"
    listing_id: int = Field(
        sa_column=Column(
            BigInteger(), ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    keys: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    """Ascending, eight bytes each, the highest first."""


class ListingMatch(SQLModel, table=True):
    """Why a listing belongs to its product."""

    __tablename__ = "listing_match"
    __table_args__ = (CheckConstraint("reason IN ('gtin', 'model', 'title', 'operator')", name="reason"),)
    listing_id: int = Field(
        sa_column=Column(
            BigInteger(), ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    reason: str
    confidence: float
    decided_at: datetime = _instant()


class ProductRule(SQLModel, table=True):
    """What the operator said of two listings, by the shops' own ids: it survives every sync.

    `merge`: the same; `split`: never the same; `pin`: the first is the same as the others of its pins, and nothing that
    is found changes that (a pin whose `other_*` are empty: the same as nothing)."""

    __tablename__ = "product_rule"
    __table_args__ = (
        UniqueConstraint("kind", "shop_id", "source_id", "other_shop_id", "other_source_id", name="uq_product_rule"),
        CheckConstraint("kind IN ('merge', 'split', 'pin')", name="kind"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    shop_id: int
    source_id: str
    other_shop_id: int = 0
    other_source_id: str = ""
    created_at: datetime = _instant()
    note: str = ""


class ProductReport(SQLModel, table=True):
    """A shopper says "ce n'est pas le même": for the operator to look at; nobody's name is kept."""

    __tablename__ = "product_report"
    __table_args__ = (UniqueConstraint("product_id", "listing_id"),)
    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(sa_column=Column(BigInteger(), nullable=False))
    listing_id: int = Field(sa_column=Column(BigInteger(), nullable=False))
    reports: int = 1
    first_at: datetime = _instant()
    closed_at: datetime | None = _instant(nullable=True)


class CategoryRule(SQLModel, table=True):
    """The operator's correction: this category of this shop is that node of ours."""

    __tablename__ = "category_rule"
    shop_id: int = Field(
        sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    shop_category: str = Field(primary_key=True)
    """The shop's path as `listing.category_path` has it."""
    category: str | None = None
    """NULL: none of ours, whatever its words say."""
    created_at: datetime = _instant()


class Photo(SQLModel, table=True):
    """A picture of a shop that a page wants: fetched once by the engine, kept in our sizes (`ingest.images`)."""

    __table_args__ = (CheckConstraint("state IN ('wanted', 'ready', 'failed')", name="state"),)
    url_hash: str = Field(sa_column=Column(String(32), primary_key=True))
    """The beginning of the SHA-256 of `url`, in hexadecimal: the name of its files."""
    url: str = Field(sa_column=Column(Text(), nullable=False))
    shop_id: int = Field(sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), nullable=False, index=True))
    state: str = "wanted"
    wanted_at: datetime = _instant()
    next_try_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False, index=True))
    tries: int = 0
    fetched_at: datetime | None = _instant(nullable=True)
    used_at: datetime | None = _instant(nullable=True)
    width: int = 0
    """Of the largest size kept, in pixels."""
    height: int = 0
    bytes: int = 0
    """All sizes together."""


class PastPrice(SQLModel, table=True):
    """The journal of prices: a price that an offer had, and when it was seen to begin and to end."""

    __tablename__ = "past_price"
    offer_id: int = Field(
        sa_column=Column(
            BigInteger(), ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    began_at: datetime = Field(sa_column=Column(UtcDateTime(), primary_key=True))
    ended_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False, index=True))
    price_minor: int = Field(sa_column=Column(BigInteger(), nullable=False))
    currency: str = Field(sa_column=Column(String(3), nullable=False))


class Change(SQLModel, table=True):
    """The change log: this listing must be indexed again. Deleted after the index commit if the version still holds."""

    kind: str = Field(primary_key=True)
    entity_id: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    version: int = Field(sa_column=Column(BigInteger(), nullable=False))


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
    first_seen_at: datetime = _instant()
    answer: str | None = None
    """What a person said of it: `confirmed` applies whatever the next sweep sees here, `rejected` keeps it out."""
    answer_until: datetime | None = _instant(nullable=True)


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
    first_seen_at: datetime = _instant()
    last_run_id: int


class Notice(SQLModel, table=True):
    """A mail that was sent: one for each matter, not one a run."""

    __table_args__ = (UniqueConstraint("shop_id", "kind", "since"),)
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int
    """0 for what concerns the whole region."""
    kind: str
    since: datetime = _instant()
    """Of the matter: when the shop began to fail, or the day of the digest."""
    sent_at: datetime = _instant()


class IdBlock(SQLModel, table=True):
    """Hands out ids in blocks, so that a batch knows its ids before it is inserted."""

    __tablename__ = "id_block"
    name: str = Field(primary_key=True)
    next_id: int = Field(sa_column=Column(BigInteger(), nullable=False))


def table(model: type[SQLModel]) -> Table:
    """The SQLAlchemy table behind a model, for Core statements."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


MERCHANT = table(Merchant)
SHOP = table(Shop)
SHOP_PACE = table(ShopPace)
SHOP_CHECKED = table(ShopChecked)
SHOP_SIGNAL = table(ShopSignal)
HINT = table(Hint)
SIGNAL_DELIVERY = table(SignalDelivery)
SYNC_RUN = table(SyncRun)
LISTING = table(Listing)
LISTING_CONTENT = table(ListingContent)
OFFER = table(Offer)
PRODUCT = table(Product)
MATCH_KEY = table(MatchKey)
LISTING_KEYS = table(ListingKeys)
LISTING_MATCH = table(ListingMatch)
PRODUCT_RULE = table(ProductRule)
PRODUCT_REPORT = table(ProductReport)
CATEGORY_RULE = table(CategoryRule)
PHOTO = table(Photo)
PAST_PRICE = table(PastPrice)
CHANGE = table(Change)
HELD_INTENT = table(HeldIntent)
ISSUE = table(Issue)
NOTICE = table(Notice)
ID_BLOCK = table(IdBlock)
