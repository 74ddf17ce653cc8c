"""Putting a conversation away until a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from meantime.conversations.inbox import Said, store
from meantime.conversations.notes import notes_of
from meantime.conversations.owner import AlreadyTaken, NotTaken, take_over
from meantime.conversations.queue import HandOff, enqueue
from meantime.conversations.snoozing import NotATime, due_to_wake, snooze, unsnooze, wake_snoozed
from meantime.conversations.tables import Conversation
from meantime.db import now
from meantime.wording import desk as say

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def waiting(session: Session, conversation: Conversation) -> Conversation:
    enqueue(session, conversation, HandOff("asked"))
    session.flush()
    return conversation


def notes(session: Session) -> list[str]:
    session.flush()
    return [note.text for note in notes_of(session, "c1")]


def test_it_comes_back_when_its_time_has_come_once(session: Session, waiting: Conversation) -> None:
    place = waiting.queued_at
    until = now() + AN_HOUR
    assert snooze(session, "c1", "Ana", until)
    assert not snooze(session, "c1", "Ana", until)
    assert due_to_wake(session, 10) == []
    assert not wake_snoozed(session, "c1")
    with time_machine.travel(until + timedelta(seconds=1)):
        assert due_to_wake(session, 10) == ["c1"]
        seen = waiting.revision
        assert wake_snoozed(session, "c1")
        assert not wake_snoozed(session, "c1")
        assert due_to_wake(session, 10) == []
    assert waiting.revision > seen
    assert (waiting.snoozed_until, waiting.queued_at) == (None, place)
    assert notes(session) == [say.snoozed("Ana", until), say.WOKEN]


def test_a_customer_who_writes_brings_it_back(session: Session, waiting: Conversation) -> None:
    snooze(session, "c1", "Ana", now() + AN_HOUR)
    store(session, waiting, Said("1", "hello?"))
    assert waiting.snoozed_until is None


def test_staff_bring_it_back_before_its_time(session: Session, waiting: Conversation) -> None:
    assert not unsnooze(session, "c1", "Ana")
    snooze(session, "c1", "Ana", now() + AN_HOUR)
    assert unsnooze(session, "c1", "Ben")
    assert waiting.snoozed_until is None
    assert notes(session)[-1] == say.brought_back("Ben")


@pytest.mark.parametrize("after", [timedelta(0), -AN_HOUR, timedelta(days=61)])
def test_a_time_that_has_passed_or_is_far_away_is_refused(
    session: Session, waiting: Conversation, after: timedelta
) -> None:
    with pytest.raises(NotATime):
        snooze(session, "c1", "Ana", now() + after)
    assert waiting.snoozed_until is None


def test_what_the_bot_or_a_colleague_has_is_not_put_away(session: Session, conversation: Conversation) -> None:
    with pytest.raises(NotTaken):
        snooze(session, "c1", "Ana", now() + AN_HOUR)
    take_over(session, "c1", "Ana")
    with pytest.raises(AlreadyTaken):
        snooze(session, "c1", "Ben", now() + AN_HOUR)
    assert snooze(session, "c1", "Lea", now() + AN_HOUR, of="Ana")
    assert snooze(session, "c1", "Ana", now() + 2 * AN_HOUR)
