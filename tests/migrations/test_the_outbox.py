"""The migrations lead to the tables of the code, and keep what was there before."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from meantime.db import Base, Database
from tests.migrations.conftest import Migrate


def test_the_migrations_lead_to_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_conversations_and_customers_from_before_the_outbox_are_kept(bare_url: str, migrate: Migrate) -> None:
    migrate("0002")
    database = Database(bare_url)
    with database.writing() as session:
        session.execute(
            text(
                "insert into conversations (id, token_hash, channel, address_hash, owner, agent_name, "
                "handed_off_because, queue_acknowledged, last_seq, revision, fence, created_at) "
                "values ('c1', 'h1', 'website', 'a1', 'bot', '', '', false, 1, 1, 0, '2026-11-01')"
            )
        )
        session.execute(
            text(
                "insert into messages (id, conversation_id, seq, author, name, text, cards, at, attempts) "
                "values ('m1', 'c1', 1, 'bot', '', 'Hello', '[]', '2026-11-01', 0)"
            )
        )
    database.dispose()
    migrate("head")
    with database.reading() as session:
        kept = session.execute(
            text("select m.text, m.media, c.contact_id from messages m join conversations c on c.id = conversation_id")
        ).one()
    database.dispose()
    assert (kept.text, kept.media in ([], "[]"), kept.contact_id) == ("Hello", True, None)
