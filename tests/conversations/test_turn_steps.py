"""The steps of a turn on their own: claiming, keeping, failing, being told to wait."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.inbox import Said, store
from meantime.conversations.notes import notes_of
from meantime.conversations.owner import AlreadyTaken, NotTaken, hand_back, take_over
from meantime.conversations.pace import Pace
from meantime.conversations.rasa import Answer
from meantime.conversations.refusals import tell_refused
from meantime.conversations.tables import Conversation, Message
from meantime.conversations.turns import (
    Ask,
    Dropped,
    abandoned,
    claim,
    keep_answer,
    keep_failure,
    release,
)
from meantime.conversations.waiting import left_waiting, tell_to_wait
from meantime.db import Database, now
from meantime.ledger import Turn
from meantime.wording import gateway as say

PACE = Pace()
ANSWER = Answer.model_validate({"replies": [{"text": "an answer"}], "state": {"turns": 1}})


def say_words(session: Session, conversation: Conversation, text: str = "hello") -> Message:
    message, _ = store(session, conversation, Said(str(uuid.uuid4()), text))
    session.flush()
    return message


def claimed(session: Session) -> Ask:
    ask = claim(session, "c1", PACE)
    assert ask
    return ask


def test_a_claim_begins_the_turn_and_keeps_others_out(session: Session, conversation: Conversation) -> None:
    message = say_words(session, conversation)
    ask = claimed(session)
    assert ask.message_id == message.id
    assert session.get(Turn, message.id)
    assert claim(session, "c1", PACE) is None


def test_a_claim_with_nothing_to_do_is_released_at_once(session: Session, conversation: Conversation) -> None:
    assert claim(session, "c1", PACE) is None
    assert conversation.claimed_until is None


def test_a_lease_that_ran_out_may_be_claimed_and_the_late_answer_is_dropped(
    session: Session, conversation: Conversation
) -> None:
    say_words(session, conversation)
    late = claimed(session)
    conversation.claimed_until = now() - timedelta(seconds=1)
    assert abandoned(session, 10) == ["c1"]
    keep_answer(session, claimed(session), ANSWER, PACE)
    with pytest.raises(Dropped):
        keep_answer(session, late, ANSWER, PACE)


def test_the_step_that_ends_a_message_returns_the_next_one(session: Session, conversation: Conversation) -> None:
    say_words(session, conversation, "first")
    ask = claimed(session)
    second = say_words(session, conversation, "second")
    following = keep_answer(session, ask, ANSWER, PACE)
    assert following
    assert (following.message_id, following.state) == (second.id, {"turns": 1})
    assert keep_answer(session, following, ANSWER, PACE) is None
    assert conversation.claimed_until is None


def test_a_failed_turn_pauses_and_is_due_again_after_the_pause(session: Session, conversation: Conversation) -> None:
    message = say_words(session, conversation)
    pause = keep_failure(session, claimed(session), PACE, counts=False)
    assert pause == PACE.shortest_pause
    assert claim(session, "c1", PACE) is None
    assert abandoned(session, 10) == []
    message.retry_at = now() - timedelta(seconds=1)
    assert abandoned(session, 10) == ["c1"]
    assert claim(session, "c1", PACE)


def test_pauses_grow_with_the_wait_up_to_the_longest(session: Session, conversation: Conversation) -> None:
    message = say_words(session, conversation)
    message.at = now() - timedelta(hours=1)
    assert keep_failure(session, claimed(session), PACE, counts=False) == PACE.longest_pause


def test_the_third_failure_puts_all_that_waits_before_a_person(session: Session, conversation: Conversation) -> None:
    message, later = say_words(session, conversation), say_words(session, conversation, "more")
    message.attempts = 2
    assert keep_failure(session, claimed(session), PACE, counts=True) is None
    assert conversation.owner == "queue"
    assert message.handled_at
    assert later.handled_at


def test_a_claim_given_back_may_be_taken_at_once(session: Session, conversation: Conversation) -> None:
    say_words(session, conversation)
    release(session, claimed(session))
    assert claim(session, "c1", PACE)


def test_one_sentence_tells_all_that_waits_once(session: Session, conversation: Conversation) -> None:
    first, second = say_words(session, conversation), say_words(session, conversation, "more")
    assert left_waiting(session, PACE, 10) == []
    first.at = now() - timedelta(seconds=PACE.tell_after + 1)
    assert left_waiting(session, PACE, 10) == ["c1"]
    tell_to_wait(session, "c1")
    tell_to_wait(session, "c1")
    second.at = first.at
    assert left_waiting(session, PACE, 10) == []
    told = session.scalars(select(Message.text).where(Message.author == "system")).all()
    assert list(told) == [say.WAIT]


def test_only_the_first_to_take_over_has_it(database: Database) -> None:
    with database.writing() as session:
        session.add(Conversation(id="c1", channel="website"))
    with database.writing() as session:
        take_over(session, "c1", "Ana")
    with database.writing() as session, pytest.raises(AlreadyTaken):
        take_over(session, "c1", "Ben")
    with database.writing() as session:
        hand_back(session, "c1", "Ana")
    with database.writing() as session, pytest.raises(NotTaken):
        hand_back(session, "c1", "Ana")


def test_of_two_who_take_over_at_the_same_moment_one_is_told_no(database: Database) -> None:
    with database.writing() as session:
        session.add(Conversation(id="c1", channel="website"))
    start = threading.Barrier(2)

    def try_to(name: str) -> str:
        start.wait()
        try:
            with database.writing() as session:
                take_over(session, "c1", name)
        except AlreadyTaken:
            return "too late"
        return name

    with ThreadPoolExecutor(2) as both:
        results = list(both.map(try_to, ("Ana", "Ben")))
    with database.reading() as session:
        owner = session.get_one(Conversation, "c1").agent_name
    assert sorted(results) == sorted([owner, "too late"])


def test_taking_over_drops_the_answer_and_revokes_the_turn(session: Session, conversation: Conversation) -> None:
    message = say_words(session, conversation)
    ask = claimed(session)
    take_over(session, "c1", "Ana")
    session.expire_all()
    assert session.get_one(Turn, message.id).revoked_at
    assert message.handled_at
    with pytest.raises(Dropped):
        keep_answer(session, ask, ANSWER, PACE)
    with pytest.raises(Dropped):
        keep_failure(session, ask, PACE, counts=True)


def test_a_hand_off_from_outside_ends_the_turn_that_runs_and_what_it_did_is_told(
    session: Session, conversation: Conversation
) -> None:
    message = say_words(session, conversation)
    ask = claimed(session)
    assert tell_refused(session, "c1", "the shop could not make a change", "It stays in your order.", "Refused.")
    session.flush()
    session.expire_all()
    assert session.get_one(Turn, message.id).revoked_at
    with pytest.raises(Dropped):
        keep_answer(session, ask, ANSWER, PACE)
    assert claim(session, "c1", PACE) is None  # at once, not when the lease has run out
    session.flush()
    session.expire_all()
    assert message.handled_at
    take_over(session, "c1", "Ana", lambda _, message_ids: [f"Done in {', '.join(message_ids)}"])
    assert f"Done in {message.id}" in [note.text for note in notes_of(session, "c1")]
