"""What the store notes for itself: what has changed and waits to be taken over, ids that are handed out."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from aggregator.store.tables.columns import table


class Change(SQLModel, table=True):
    """The change log: this listing must be indexed again. Deleted after the index commit if the version still holds."""

    kind: str = Field(primary_key=True)
    entity_id: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    version: int = Field(sa_column=Column(BigInteger(), nullable=False))


class IdBlock(SQLModel, table=True):
    """Hands out ids in blocks, so that a batch knows its ids before it is inserted."""

    __tablename__ = "id_block"
    name: str = Field(primary_key=True)
    next_id: int = Field(sa_column=Column(BigInteger(), nullable=False))


CHANGE = table(Change)
ID_BLOCK = table(IdBlock)
