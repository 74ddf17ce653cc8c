"""Alembic's entry: the url comes from the caller, the tables from every room."""

from __future__ import annotations

from alembic import context

import meantime.conversations.notes
import meantime.conversations.outbox
import meantime.conversations.ratings
import meantime.conversations.tables
import meantime.conversations.tokens
import meantime.desk.tables
import meantime.feeds.tables
import meantime.ledger
import meantime.shop.tables  # noqa: F401
from meantime.db import Base, Database
from meantime.settings import settings

url = context.config.attributes.get("url") or settings().database_url
database = Database(url)
try:
    with database.engine.connect() as connection:
        if database.is_sqlite:
            # SQLite changes a table by building it anew, and would take the old one's going for a deletion of what
            # others refer to. Only outside of a transaction can it be told not to; what is left is checked below.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=database.is_sqlite,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if database.is_sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"rows that refer to nothing: {sorted({row[0] for row in lost})}")
        connection.commit()
finally:
    database.dispose()
