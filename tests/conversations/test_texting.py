"""Text messages that come in at the same moment at two gateways."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from meantime.conversations.tables import QUEUE, Conversation
from meantime.conversations.texting import LEFT, Text, Texting, take_text
from meantime.db import Database

RULES = Texting(answers_keywords=False, help="")


def takes(session: Session, message_id: str, words: str) -> Conversation:
    message = Text(message_id, "+15550100000", "+15035550123", "a-hash", words)
    return take_text(session, message, RULES)[0]


@pytest.mark.postgresql_only
def test_who_leaves_and_writes_at_once_is_seen_by_a_person(database: Database) -> None:
    with database.writing() as session:
        takes(session, "SM1", "hello")

    def write() -> tuple[str, str]:
        with database.writing() as session:
            conversation = takes(session, "SM3", "where is my order?")
            return conversation.owner, conversation.handed_off_because

    with ThreadPoolExecutor(1) as other:
        with database.writing() as session:
            takes(session, "SM2", "STOP")
            session.flush()
            written = other.submit(write)
            waiting = text("select count(*) from pg_locks where not granted")
            while not session.scalar(waiting):
                time.sleep(0.01)
        assert written.result() == (QUEUE, LEFT)
