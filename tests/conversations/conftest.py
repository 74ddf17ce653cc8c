"""Conversations without any channel: a session, and a conversation in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from meantime.conversations.tables import Conversation
from meantime.db import Database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def conversation(session: Session) -> Conversation:
    conversation = Conversation(id="c1", channel="website", address_hash="a1")
    session.add(conversation)
    session.flush()
    return conversation
