"""A token that was given out before tokens had a table of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from meantime.conversations.reading import news_after
from meantime.conversations.tokens import conversation_of
from meantime.db import Base, Database
from tests.migrations.conftest import Migrate

BEFORE, AFTER = "0002", "head"
AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)

CONVERSATION = """
insert into conversations (id, token_hash, channel, customer_id, address_hash, owner, agent_name, handed_off_because,
  queue_acknowledged, last_seq, revision, fence, created_at, last_message_at)
values (:id, :token_hash, 'website', 'C1', 'a1', 'bot', '', '', :no, 1, 3, 0, :at, :at)
"""
MESSAGE = """
insert into messages (id, conversation_id, seq, author, name, text, cards, at, attempts)
values ('m1', 'c1', 1, 'customer', '', 'where is my lamp?', '[]', :at, 0)
"""


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@pytest.fixture
def database(bare_url: str, migrate: Migrate) -> Iterator[Database]:
    """What the earlier version left: two conversations, one of them with a message that refers to it."""
    migrate(BEFORE)
    database = Database(bare_url)
    at = AT.strftime("%Y-%m-%d %H:%M:%S.%f") if database.is_sqlite else AT
    with database.writing() as session:
        for name in ("c1", "c2"):
            values = {"id": name, "token_hash": hashed(f"token of {name}"), "no": False, "at": at}
            session.execute(text(CONVERSATION), values)
        session.execute(text(MESSAGE), {"at": at})
    yield database
    database.dispose()


def test_a_token_from_before_still_opens_its_conversation(database: Database, migrate: Migrate) -> None:
    migrate(AFTER)
    with database.reading() as session:
        for name in ("c1", "c2"):
            conversation = conversation_of(session, f"token of {name}")
            assert conversation is not None
            assert (conversation.id, conversation.customer_id, conversation.last_message_at) == (name, "C1", AT)
        news = news_after(session, "c1", 0, token_hash=hashed("token of c1"))
        assert [message.text for message in news.messages] == ["where is my lamp?"]


def test_messages_still_refer_to_their_conversation(database: Database, migrate: Migrate) -> None:
    migrate(AFTER)
    with pytest.raises(Exception, match=r"(?i)foreign key"), database.writing() as session:
        session.execute(text("delete from conversations where id = 'c1'"))


def test_back_down_the_token_is_where_it_was(database: Database, migrate: Migrate) -> None:
    migrate(AFTER)
    migrate(f"-{BEFORE}")
    with database.reading() as session:
        rows = session.execute(text("select id, token_hash from conversations order by id")).all()
    assert [tuple(row) for row in rows] == [(name, hashed(f"token of {name}")) for name in ("c1", "c2")]


def test_the_newest_schema_is_the_one_the_tables_describe(bare_url: str, migrate: Migrate) -> None:
    migrate("head")
    database = Database(bare_url)
    with database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
    database.dispose()
    assert found == []
