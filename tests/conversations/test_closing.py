"""Closing a conversation: what the customer hears, the question how it was, and what opens it again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from meantime.conversations.answering import answer
from meantime.conversations.closing import Because, close
from meantime.conversations.contacts import contact_of, opt_out
from meantime.conversations.inbox import Empty, Said, store
from meantime.conversations.outbox import Delivery
from meantime.conversations.owner import AlreadyTaken, hand_back, take_over
from meantime.conversations.pace import Pace
from meantime.conversations.queue import HandOff, enqueue
from meantime.conversations.rasa import Answer
from meantime.conversations.ratings import Rating
from meantime.conversations.tables import Conversation, Message, Option
from meantime.conversations.turns import Ask, claim, keep_answer
from meantime.db import now
from meantime.wording import closing as say

PACE = Pace()
ANSWER = Answer.model_validate({"replies": [{"text": "an answer"}], "state": {"turns": 1}})
TITLES = ["1 Poor", "2 Fair", "3 Good", "4 Very good", "5 Excellent"]


@pytest.fixture
def taken(session: Session, conversation: Conversation) -> Conversation:
    take_over(session, "c1", "Ana")
    return conversation


def says(session: Session, conversation: Conversation, text: str) -> Ask | None:
    """Say it, have the gateway do what it can; return what Rasa would be asked."""
    store(session, conversation, Said(str(uuid.uuid4()), text))
    session.flush()
    ask = claim(session, conversation.id, PACE)
    if ask:
        keep_answer(session, ask, ANSWER, PACE)
    session.flush()
    return ask


def newest(session: Session) -> Message:
    return session.scalars(
        select(Message).where(Message.author != "customer").order_by(Message.seq.desc()).limit(1)
    ).one()


def offered(session: Session) -> list[str]:
    live = select(Option.title).where(Option.expired_at.is_(None), Option.message_id == newest(session).id)
    return list(session.scalars(live.order_by(Option.position)))


def ratings(session: Session) -> list[tuple[str, int | None, str]]:
    session.flush()
    return [(r.agent_name, r.stars, r.word) for r in session.scalars(select(Rating).order_by(Rating.id))]


def test_a_closed_conversation_says_so_and_asks_how_it_was(session: Session, taken: Conversation) -> None:
    says(session, taken, "hello Ana")
    assert close(session, "c1", "Ana", Because.SOLVED)
    assert (taken.owner, taken.agent_name, taken.awaits_since) == ("bot", "", None)
    assert (taken.closed_by, taken.closed_because) == ("Ana", "solved")
    assert newest(session).text == say.closed_and_asked("Ana", by_text=False)
    assert offered(session) == TITLES
    assert ratings(session) == [("Ana", None, "")]


def test_closing_twice_says_it_once(session: Session, taken: Conversation) -> None:
    close(session, "c1", "Ana", Because.SOLVED)
    said = taken.last_seq
    assert not close(session, "c1", "Ana", Because.SPAM)
    assert (taken.last_seq, taken.closed_because) == (said, "solved")


def test_nobody_closes_what_a_colleague_has_but_a_lead_who_knows_that(session: Session, taken: Conversation) -> None:
    with pytest.raises(AlreadyTaken):
        close(session, "c1", "Ben", Because.SOLVED)
    with pytest.raises(AlreadyTaken):
        close(session, "c1", "Lea", Because.SOLVED, of="Ben")
    assert close(session, "c1", "Lea", Because.SOLVED, of="Ana")


def test_another_reason_is_told_in_words(session: Session, taken: Conversation) -> None:
    with pytest.raises(Empty):
        close(session, "c1", "Ana", Because.OTHER, "  ")
    close(session, "c1", "Ana", Because.OTHER, "Called back.")
    assert taken.closed_because == "other: Called back."


@pytest.mark.parametrize("because", [Because.SPAM, Because.DUPLICATE])
def test_spam_and_what_came_twice_is_not_asked_about(session: Session, taken: Conversation, because: Because) -> None:
    close(session, "c1", "Ana", because)
    assert (newest(session).text, offered(session), ratings(session)) == (say.closed("Ana"), [], [])


def test_nor_is_what_the_bot_had_alone_or_nobody_answered(session: Session, conversation: Conversation) -> None:
    says(session, conversation, "hello")
    close(session, "c1", "Ana", Because.NO_ANSWER_NEEDED)
    says(session, conversation, "hello")
    enqueue(session, conversation, HandOff("asked"))
    close(session, "c1", "Ana", Because.NO_ANSWER_NEEDED)
    assert ratings(session) == []
    assert conversation.queued_at is None


def test_what_a_person_answered_before_the_bot_is_asked_about(session: Session, taken: Conversation) -> None:
    answer(session, "c1", "Ana", "Hello", lambda *_: None)
    hand_back(session, "c1", "Ana")
    close(session, "c1", "Ben", Because.SOLVED)
    assert ratings(session) == [("Ben", None, "")]


def test_a_turn_that_runs_is_cut_off_by_closing(session: Session, conversation: Conversation) -> None:
    store(session, conversation, Said("1", "hello"))
    session.flush()
    assert claim(session, "c1", PACE)
    close(session, "c1", "Ana", Because.SPAM)
    session.expire_all()
    assert session.scalars(select(Message.handled_at).where(Message.author == "customer")).one()


def test_the_same_customer_is_asked_once_in_a_week(session: Session, taken: Conversation) -> None:
    close(session, "c1", "Ana", Because.SOLVED)
    take_over(session, "c1", "Ana")
    close(session, "c1", "Ana", Because.SOLVED)
    assert len(ratings(session)) == 1
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        take_over(session, "c1", "Ben")
        close(session, "c1", "Ben", Because.SOLVED)
    assert len(ratings(session)) == 2


def test_a_customer_with_several_conversations_is_asked_in_one(session: Session, taken: Conversation) -> None:
    contact = contact_of(session, "email", "shop@example.com", "ann@example.com")
    taken.contact_id = contact.id
    session.add_all(Conversation(id=i, channel="website", contact_id=contact.id) for i in ("c2",))
    session.add(Conversation(id="c3", channel="website"))
    session.flush()
    for conversation_id in ("c1", "c2", "c3"):
        take_over(session, conversation_id, "Ana")
        close(session, conversation_id, "Ana", Because.SOLVED)
    assert session.scalars(select(Rating.conversation_id).order_by(Rating.id)).all() == ["c1", "c3"]


def test_who_has_opted_out_is_not_asked(session: Session) -> None:
    contact = contact_of(session, "sms", "+15550100000", "+15035550123")
    session.add(Conversation(id="c2", channel="sms", contact_id=contact.id))
    session.flush()
    take_over(session, "c2", "Ana")
    opt_out(session, contact, "STOP")
    close(session, "c2", "Ana", Because.SOLVED)
    assert ratings(session) == []


@pytest.fixture
def closed(session: Session, taken: Conversation) -> Conversation:
    close(session, "c1", "Ana", Because.SOLVED)
    session.flush()
    return taken


@pytest.mark.parametrize("words", ["4", "4 Very good", "4 stars", "4/5", "I'd give it 4 out of 5.", "number 4"])
def test_a_rating_may_be_typed_and_opens_nothing(session: Session, closed: Conversation, words: str) -> None:
    assert says(session, closed, words) is None
    assert ratings(session) == [("Ana", 4, "")]
    assert closed.closed_at
    assert newest(session).text == say.rated(4)
    assert offered(session) == [say.ADD_WORD, say.RATE_AGAIN]


def test_the_next_words_are_kept_as_they_are_and_only_those(session: Session, closed: Conversation) -> None:
    says(session, closed, "2")
    says(session, closed, say.ADD_WORD)
    assert newest(session).text == say.WORD
    assert says(session, closed, "Slow, but kind. Where is order M1?") is None
    assert ratings(session) == [("Ana", 2, "Slow, but kind. Where is order M1?")]
    assert newest(session).text == say.WORD_KEPT
    assert closed.closed_at
    assert says(session, closed, "Where is order M1?")
    assert closed.closed_at is None
    assert ratings(session) == [("Ana", 2, "Slow, but kind. Where is order M1?")]


@pytest.mark.parametrize(
    "words",
    ["you were too slow", "Ana was very kind, thanks for your help", "great service \u2764", "the agent was rude"],
)
def test_what_follows_a_rating_is_a_word_on_it(session: Session, closed: Conversation, words: str) -> None:
    says(session, closed, "2")
    assert says(session, closed, words) is None
    assert ratings(session) == [("Ana", 2, words)]
    assert (newest(session).text, offered(session)) == (say.WORD_KEPT, [say.SOMETHING_ELSE])
    assert closed.closed_at


@pytest.mark.parametrize(
    "words",
    [
        "so what now?",
        "M104171",
        "My order has not come",
        "cancel it",
        "I want a refund",
        "Where is my parcel",
        "help",
        "agent please",
        "let me talk to a person",
        "my lawyer will write to you",
        "the lamp is still dark",
        "word " * 61,
        "7",
    ],
)
def test_what_asks_for_something_after_a_rating_is_answered(session: Session, closed: Conversation, words: str) -> None:
    says(session, closed, "2")
    assert says(session, closed, words)
    assert ratings(session) == [("Ana", 2, "")]
    assert closed.closed_at is None


def test_a_word_long_after_the_rating_is_none_on_it(session: Session, closed: Conversation) -> None:
    says(session, closed, "2")
    with time_machine.travel(now() + timedelta(minutes=31)):
        assert says(session, closed, "you were too slow")
    assert ratings(session) == [("Ana", 2, "")]


def test_whoever_meant_something_else_is_asked_what(session: Session, closed: Conversation) -> None:
    says(session, closed, "2")
    says(session, closed, "my cousin wants one too")
    says(session, closed, say.SOMETHING_ELSE)
    assert newest(session).text == say.WHAT_ELSE
    assert says(session, closed, "my cousin wants one too")
    assert closed.closed_at is None


def test_a_no_to_adding_a_word_is_no_word(session: Session, closed: Conversation) -> None:
    says(session, closed, "5")
    assert says(session, closed, "No thanks.") is None
    assert (newest(session).text, ratings(session)) == (say.NO_WORD_GIVEN, [("Ana", 5, "")])


def closed_by_text(session: Session) -> Conversation:
    """A conversation by text that Ana has had and closed."""
    contact = contact_of(session, "sms", "+15550100000", "+15035550123")
    texting = Conversation(id="c2", channel="sms", contact_id=contact.id)
    session.add(texting)
    session.flush()
    take_over(session, "c2", "Ana")
    close(session, "c2", "Ana", Because.SOLVED)
    return texting


def test_by_text_a_word_follows_a_rating_too(session: Session) -> None:
    texting = closed_by_text(session)
    session.execute(update(Delivery).values(state="sent", sent_at=now()))
    says(session, texting, "2")
    assert says(session, texting, "you were too slow") is None
    assert ratings(session) == [("Ana", 2, "you were too slow")]


def test_who_adds_nothing_after_all_is_left_in_peace(session: Session, closed: Conversation) -> None:
    says(session, closed, "5")
    says(session, closed, say.ADD_WORD)
    says(session, closed, say.NO_WORD)
    assert ratings(session) == [("Ana", 5, "")]
    assert newest(session).text == say.NO_WORD_GIVEN
    assert says(session, closed, "a word")


def test_a_rating_is_changed_within_the_hour_and_not_later(session: Session, closed: Conversation) -> None:
    says(session, closed, "1")
    says(session, closed, say.RATE_AGAIN)
    assert offered(session) == TITLES
    says(session, closed, "3")
    says(session, closed, say.RATE_AGAIN)
    with time_machine.travel(now() + timedelta(minutes=61)):
        says(session, closed, "5")
    assert ratings(session) == [("Ana", 3, "")]
    assert newest(session).text == say.STANDS


def test_a_question_in_place_of_a_rating_is_answered_and_opens_the_conversation(
    session: Session, closed: Conversation
) -> None:
    asked = says(session, closed, "where is my order?")
    assert asked
    assert asked.payload is None
    assert (closed.closed_at, closed.closed_by, closed.closed_because) == (None, "", "")
    assert ratings(session) == [("Ana", None, "")]


def test_what_was_left_for_the_assistant_ends_with_the_story_that_was_closed(
    session: Session, taken: Conversation
) -> None:
    hand_back(session, "c1", "Ana", "Wants it by Friday.", "M1")
    close(session, "c1", "Ana", Because.SOLVED)
    asked = says(session, taken, "do you have a red lamp?")
    assert asked
    assert asked.token.order is None
    enqueue(session, taken, HandOff("asked"))
    assert "Friday" not in taken.summary


def test_a_number_that_answers_something_newer_is_no_rating(session: Session, closed: Conversation) -> None:
    says(session, closed, "where is my order?")
    assert says(session, closed, "4")
    assert ratings(session) == [("Ana", None, "")]


def test_by_text_a_word_of_the_list_is_none_once_they_talk_of_something_else(session: Session) -> None:
    texting = closed_by_text(session)
    assert newest(session).text == say.closed_and_asked("Ana", by_text=True)
    session.execute(update(Delivery).values(state="sent", sent_at=now()))
    assert says(session, texting, "where is my order?")
    assert says(session, texting, "good")
    assert ratings(session) == [("Ana", None, "")]


def test_a_rating_given_while_a_person_answers_is_left_alone(session: Session, closed: Conversation) -> None:
    take_over(session, "c1", "Ana")
    said = newest(session).text
    says(session, closed, "5")
    assert (newest(session).text, ratings(session)) == (said, [("Ana", None, "")])
