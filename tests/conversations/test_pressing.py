"""Words that make a wait urgent: a threat, and anger for the second time, while a customer is in line."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.inbox import Said, store
from meantime.conversations.pace import Pace
from meantime.conversations.places import places
from meantime.conversations.queue import HandOff, enqueue
from meantime.conversations.reasons import Reason
from meantime.conversations.tables import QUEUE, Conversation, Message
from meantime.conversations.turns import claim
from meantime.db import now
from meantime.wording import gateway as say
from meantime.wording.tone import lint

PACE = Pace()
THREAT = "my lawyer will contact you, this is fraud"
FIRST, SECOND = "you people are useless!!", "WHAT THE HELL IS GOING ON, idiots"


def says(session: Session, conversation: Conversation, text: str) -> list[str]:
    """Say something while nobody but the gateway hears it; return what it says to that."""
    before = conversation.last_seq + 1
    store(session, conversation, Said(str(uuid.uuid4()), text))
    session.flush()
    assert claim(session, conversation.id, PACE) is None
    session.flush()
    mine = select(Message.text).where(Message.conversation_id == conversation.id, Message.seq > before)
    return list(session.scalars(mine.order_by(Message.seq)))


@pytest.fixture
def waiting(session: Session, conversation: Conversation) -> Conversation:
    """Last in a line of three."""
    for name in ("first", "second"):
        since = now() - timedelta(minutes=5)
        kept = Conversation(id=name, channel="website", address_hash="a1", owner=QUEUE, handed_off_kind="asked")
        kept.queued_at = kept.awaits_since = since
        session.add(kept)
    summary = 'Who: customer c7\nOrder: M1 (proven)\nWants: a change to an order\nSays: "to 12 Elm Street"'
    enqueue(session, conversation, HandOff("Wants a change to an order", summary, Reason.WISH))
    session.flush()
    assert ahead(session, conversation) == 2
    return conversation


def ahead(session: Session, conversation: Conversation) -> int:
    return places(session, [conversation.id])[conversation.id]


def test_a_threat_moves_who_waits_among_the_urgent(session: Session, waiting: Conversation) -> None:
    assert says(session, waiting, THREAT) == [say.PRESSED[Reason.LEGAL]]
    assert (waiting.owner, waiting.handed_off_kind, ahead(session, waiting)) == (QUEUE, Reason.LEGAL, 0)
    assert waiting.handed_off_because == (
        "threatens with the law, an authority or the bank; before that: Wants a change to an order"
    )


def test_the_second_anger_moves_who_waits_and_the_first_does_not(session: Session, waiting: Conversation) -> None:
    assert says(session, waiting, FIRST) == [say.IN_QUEUE]
    assert (waiting.handed_off_kind, ahead(session, waiting)) == (Reason.WISH, 2)
    assert says(session, waiting, SECOND) == [say.PRESSED[Reason.UPSET]]
    assert (waiting.handed_off_kind, ahead(session, waiting)) == (Reason.UPSET, 0)
    assert "Mood: angry" in waiting.summary


def test_the_summary_begins_with_what_was_said_now_and_keeps_what_is_wanted(
    session: Session, waiting: Conversation
) -> None:
    says(session, waiting, THREAT)
    assert waiting.summary.splitlines()[:5] == [
        f'Says: "{THREAT}"',
        "Who: customer c7",
        "Order: M1 (proven)",
        "Wants: a change to an order",
        'Also says: "to 12 Elm Street"',
    ]
    assert waiting.summary.count("Mood: ") == 1


def test_it_is_answered_once_for_each_reason(session: Session, waiting: Conversation) -> None:
    says(session, waiting, FIRST)
    says(session, waiting, SECOND)
    assert says(session, waiting, SECOND) == []
    assert says(session, waiting, THREAT) == [say.PRESSED[Reason.LEGAL]]
    assert says(session, waiting, THREAT) == []
    assert says(session, waiting, FIRST) == []
    assert waiting.handed_off_kind == Reason.LEGAL


@pytest.mark.parametrize("kind", [Reason.FAILED, Reason.OPTED_OUT, Reason.UNDELIVERED])
def test_anger_changes_nothing_about_a_reason_that_is_urgent_or_for_staff_alone(
    session: Session, waiting: Conversation, kind: Reason
) -> None:
    waiting.handed_off_kind = kind
    says(session, waiting, FIRST)
    says(session, waiting, SECOND)
    assert waiting.handed_off_kind == kind


def test_other_words_change_nothing(session: Session, waiting: Conversation) -> None:
    assert says(session, waiting, "my order is for the lawyer's office, any news?") == [say.IN_QUEUE]
    assert waiting.handed_off_kind == Reason.WISH


@pytest.mark.parametrize("text", say.PRESSED.values())
def test_what_is_said_to_it_passes_the_linter(text: str) -> None:
    assert lint(text, (say.CARRY_ON, say.STOP_WAITING)) == []
