"""What is sold: listings with their content, their offers, what offers cost before, their photos."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from aggregator.store.tables.columns import UtcDateTime, instant_column, table


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
    first_seen_at: datetime = instant_column()
    changed_at: datetime | None = instant_column(nullable=True)
    """When what its page shows last changed (`store.changes`); NULL: not since `first_seen_at`."""
    checked_at: datetime = instant_column()
    """When the shop last said this; every lane moves it."""
    hidden_at: datetime | None = instant_column(nullable=True)
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
    priced_at: datetime = instant_column()
    """Since when the shop was seen at this price."""
    reduced_at: datetime | None = instant_column(nullable=True)
    """Since when it was seen with a crossed-out price."""


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


class Photo(SQLModel, table=True):
    """A picture of a shop that a page wants: fetched once by the engine, kept in our sizes (`ingest.images`)."""

    __table_args__ = (CheckConstraint("state IN ('wanted', 'ready', 'failed')", name="state"),)
    url_hash: str = Field(sa_column=Column(String(32), primary_key=True))
    """The beginning of the SHA-256 of `url`, in hexadecimal: the name of its files."""
    url: str = Field(sa_column=Column(Text(), nullable=False))
    shop_id: int = Field(sa_column=Column(ForeignKey("shop.id", ondelete="CASCADE"), nullable=False, index=True))
    state: str = "wanted"
    wanted_at: datetime = instant_column()
    next_try_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False, index=True))
    tries: int = 0
    fetched_at: datetime | None = instant_column(nullable=True)
    used_at: datetime | None = instant_column(nullable=True)
    width: int = 0
    """Of the largest size kept, in pixels."""
    height: int = 0
    bytes: int = 0
    """All sizes together."""


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
    created_at: datetime = instant_column()


LISTING = table(Listing)
LISTING_CONTENT = table(ListingContent)
OFFER = table(Offer)
PAST_PRICE = table(PastPrice)
PHOTO = table(Photo)
CATEGORY_RULE = table(CategoryRule)
