"""Alembic runs here, on the connection (and in the transaction) that `store.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

import aggregator.store.tables  # noqa: F401  the models must be known before they are compared

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=False,
    compare_type=True,
)
context.run_migrations()
