"""What is asked once a second reads what waits, however much there has ever been: each time by an index of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from meantime.conversations.contacts import contact_of
from meantime.conversations.inbox import Words, post
from meantime.conversations.late import left_late
from meantime.conversations.outbox import lost
from meantime.conversations.pace import Pace
from meantime.conversations.sending import claim, due_contacts
from meantime.conversations.snoozing import due_to_wake
from meantime.conversations.tables import BOT, Conversation
from meantime.conversations.turns import abandoned
from meantime.conversations.waiting import left_waiting

PACE = Pace()
CHANNELS = ("sms", "email")


def steps(session: Session, ask: Callable[[], Any]) -> list[str]:
    """Return how SQLite goes about the first statement of ``ask`` that looks for something."""
    asked: list[tuple[str, Any]] = []
    connection = session.connection()

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    ask()
    event.remove(connection, "before_cursor_execute", note)
    statement, parameters = asked[0]
    return [row[-1] for row in connection.exec_driver_sql(f"explain query plan {statement}", parameters)]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda session: due_contacts(session, CHANNELS, 10), "ix_deliveries_open"),
        (lambda session: claim(session, 1, PACE), "ix_deliveries_open (contact_id=?)"),
        (lambda session: lost(session, 10), "ix_deliveries_lost"),
        (lambda session: abandoned(session, 10), "ix_messages_unhandled"),
        (lambda session: left_waiting(session, PACE, 10), "ix_messages_unhandled"),
        (lambda session: left_late(session, 10), "ix_conversations_owner (owner=?)"),
        (lambda session: due_to_wake(session, 10), "ix_conversations_snoozed"),
    ],
    ids=["due", "the next page", "lost", "abandoned", "told to wait", "late", "to wake"],
)
def test_what_is_asked_every_second_reads_only_what_waits(
    session: Session, ask: Callable[[Session], Any], index: str
) -> None:
    contact = contact_of(session, "sms", "+15550100000", "+15550100001")
    conversation = Conversation(id="c1", channel="sms", contact_id=contact.id)
    session.add(conversation)
    session.flush()
    post(session, conversation, BOT, Words("hello"))
    session.flush()
    first = next(step for step in steps(session, lambda: ask(session)) if step.startswith(("SCAN", "SEARCH")))
    assert f" USING INDEX {index}" in first
