"""Alembic's entry: the url comes from the caller, the tables from every room."""

from __future__ import annotations

from alembic import context

import meantime.conversations.notes
import meantime.conversations.outbox
import meantime.feeds.tables
import meantime.ledger
import meantime.shop.tables  # noqa: F401
from meantime.db import Base, Database
from meantime.settings import settings

url = context.config.attributes.get("url") or settings().database_url
database = Database(url)
try:
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=database.is_sqlite,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
finally:
    database.dispose()
