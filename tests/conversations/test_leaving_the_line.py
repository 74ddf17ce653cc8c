"""What becomes of what a person was to do when the customer leaves the line before anybody has answered."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy.orm import Session

from meantime.conversations.inbox import Said, store
from meantime.conversations.owner import hand_back, take_over
from meantime.conversations.pace import Pace
from meantime.conversations.queue import HandOff, enqueue
from meantime.conversations.reasons import Reason
from meantime.conversations.tables import BOT, Conversation
from meantime.conversations.turns import claim
from meantime.wording import gateway as say
from meantime.wording.gsm import segments
from meantime.wording.tone import lint
from tests.conftest import Configure

PACE = Pace()
CHANGE = HandOff(
    "Wants a change to an order",
    'Who: customer c7\nOrder: M104190 (proven)\nWants: a change to an order\nSays: "to 12 Elm Street"',
    Reason.WISH,
)
LEFT = (
    "Left the line: Thursday, November 26 at 4:02 pm, nothing done yet: Wants a change to an order; "
    'Order: M104190 (proven); Wants: a change to an order; Says: "to 12 Elm Street"'
)


@pytest.fixture(autouse=True)
def at_two_past_four(configure: Configure) -> Iterator[None]:
    configure(shop_timezone="UTC")
    with time_machine.travel(datetime(2026, 11, 26, 16, 2, tzinfo=UTC)):
        yield


def leaves(session: Session, conversation: Conversation, hand_off: HandOff, words: str = "carry on") -> None:
    """Stand in line for something, and leave it."""
    enqueue(session, conversation, hand_off)
    store(session, conversation, Said(str(uuid.uuid4()), words))
    session.flush()
    assert claim(session, conversation.id, PACE) is None
    session.flush()
    assert conversation.owner == BOT


@pytest.mark.parametrize("words", ["carry on", "stop waiting"])
def test_what_a_person_was_to_do_is_in_the_next_summary(
    session: Session, conversation: Conversation, words: str
) -> None:
    leaves(session, conversation, CHANGE, words)
    assert conversation.summary == LEFT
    enqueue(session, conversation, HandOff("asked for a person", "Who: customer c7", Reason.ASKED))
    assert conversation.summary.splitlines()[:2] == ["Who: customer c7", LEFT]


def test_it_is_also_there_for_who_steps_in(session: Session, conversation: Conversation) -> None:
    leaves(session, conversation, CHANGE)
    take_over(session, conversation.id, "Ana")
    assert LEFT in conversation.summary.splitlines()


def test_what_was_left_twice_is_kept_twice(session: Session, conversation: Conversation) -> None:
    leaves(session, conversation, CHANGE)
    leaves(session, conversation, HandOff("Complains", kind=Reason.WISH))
    (kept,) = conversation.summary.splitlines()
    assert "nothing done yet: Complains; " in kept
    assert "; before that Thursday, November 26 at 4:02 pm, nothing done yet: Wants a change" in kept


def test_who_only_asked_for_somebody_leaves_nothing_and_takes_nothing_away(
    session: Session, conversation: Conversation
) -> None:
    leaves(session, conversation, HandOff("asked for a person", kind=Reason.ASKED))
    assert conversation.summary == ""
    leaves(session, conversation, CHANGE)
    leaves(session, conversation, HandOff("asked for a person", kind=Reason.ASKED))
    assert conversation.summary == LEFT


def test_a_person_who_has_seen_it_is_the_last_to(session: Session, conversation: Conversation) -> None:
    leaves(session, conversation, CHANGE)
    take_over(session, conversation.id, "Ana")
    hand_back(session, conversation.id, "Ana")
    enqueue(session, conversation, HandOff("asked for a person", kind=Reason.ASKED))
    assert "Left the line" not in conversation.summary


@pytest.mark.parametrize("text", [say.IN_QUEUE, say.CARRYING_ON, say.STOPPED_WAITING])
def test_what_is_said_of_it_passes_the_linter_and_is_a_short_text(text: str) -> None:
    assert lint(text, (say.CARRY_ON, say.STOP_WAITING)) == []
    assert segments(text) <= 2
    assert "in the meantime" not in text


def test_who_goes_on_with_the_assistant_hears_what_they_give_up() -> None:
    assert "no longer in line" in say.CARRYING_ON
    assert "has not been done" in say.CARRYING_ON
    assert 'Write "a person"' in say.CARRYING_ON
