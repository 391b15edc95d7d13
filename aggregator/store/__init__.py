"""The truth: one database, SQLite or PostgreSQL, one module for each aggregate."""

from aggregator.store.engine import Store, open_store

__all__ = ["Store", "open_store"]
