"""What several shops sell as one product, why, and what the operator and shoppers say of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from aggregator.store.tables.columns import instant_column, table


class Product(SQLModel, table=True):
    """What is the same across shops: two listings or more carry its id."""

    id: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    created_at: datetime = instant_column()
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
    decided_at: datetime = instant_column()


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
    created_at: datetime = instant_column()
    note: str = ""


class ProductReport(SQLModel, table=True):
    """A shopper says "ce n'est pas le même": for the operator to look at; nobody's name is kept."""

    __tablename__ = "product_report"
    __table_args__ = (UniqueConstraint("product_id", "listing_id"),)
    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(sa_column=Column(BigInteger(), nullable=False))
    listing_id: int = Field(sa_column=Column(BigInteger(), nullable=False))
    reports: int = 1
    first_at: datetime = instant_column()
    closed_at: datetime | None = instant_column(nullable=True)


PRODUCT = table(Product)
MATCH_KEY = table(MatchKey)
LISTING_KEYS = table(ListingKeys)
LISTING_MATCH = table(ListingMatch)
PRODUCT_RULE = table(ProductRule)
PRODUCT_REPORT = table(ProductReport)
