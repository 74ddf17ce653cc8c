"""Nobody has answered in time: told once, honestly, only while people are there, with a question where it helps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.answering import answer
from meantime.conversations.contacts import Contact, contact_of, opt_out
from meantime.conversations.inbox import Said, store
from meantime.conversations.late import left_late, tell_late
from meantime.conversations.owner import take_over
from meantime.conversations.queue import WAYS_OUT, HandOff, enqueue, take_word
from meantime.conversations.reasons import Reason
from meantime.conversations.tables import AGENT, SYSTEM, Conversation, Message, Option
from meantime.db import now
from tests.conftest import Configure

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


def no_email(*_: object) -> None:
    """The shop knows no address of theirs."""


NINE, FIVE = MONDAY.replace(hour=9), MONDAY.replace(hour=17)


@pytest.fixture(autouse=True)
def open_from_nine_to_five(configure: Configure, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_text(
        "contact: {phone: 555-0100, opening: {monday-friday: {from: 9:00, to: 17:00}}, closed_on_holidays: false}\n"
    )
    configure(policy_file=str(policy), shop_timezone="UTC", shop_country="GB")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NINE + timedelta(hours=1), tick=False) as clock:
        yield clock


@pytest.fixture
def queued(clock: object, session: Session, conversation: Conversation) -> Conversation:
    enqueue(session, conversation, HandOff("asked for a person", kind=Reason.ASKED))
    session.flush()
    return conversation


def later(clock: time_machine.Traveller, **length: float) -> None:
    clock.move_to(now() + timedelta(**length))


def told(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(Message.text).where(Message.author == SYSTEM).order_by(Message.seq)))


def tell_all(session: Session) -> None:
    session.flush()
    for conversation_id in left_late(session, 10):
        tell_late(session, conversation_id)
    session.flush()


def test_who_waits_too_long_is_told_once(session: Session, queued: Conversation, clock: time_machine.Traveller) -> None:
    later(clock, minutes=9.9)
    tell_all(session)
    assert told(session) == []
    later(clock, minutes=0.1)
    tell_all(session)
    later(clock, hours=1)
    tell_all(session)
    assert told(session) == [
        "We aim to answer within 10 minutes and have not kept that for you. I am sorry. "
        "You are next in line. How much longer it takes, I cannot say. You can also reach us by phone at 555-0100."
        "\n\nIn case you have left by then: which e-mail address or phone number may we answer to? "
        "You can type it here."
    ]
    titles = session.scalars(select(Option.title).order_by(Option.position)).all()
    assert list(titles) == [offer.title for offer in WAYS_OUT]
    assert queued.told_late_at


def test_what_is_given_after_that_is_kept(
    session: Session, queued: Conversation, clock: time_machine.Traveller
) -> None:
    later(clock, minutes=11)
    tell_all(session)
    message, _ = store(session, queued, Said("m1", "ann@example.com"))
    take_word(session, queued, message)
    assert session.get_one(Contact, queued.contact_id).theirs == "ann@example.com"


def test_who_has_given_a_number_already_is_not_asked_and_may_name_a_better_one(
    session: Session, queued: Conversation, clock: time_machine.Traveller
) -> None:
    queued.contact_id = contact_of(session, "email", "shop@example.com", "ann@example.com").id
    later(clock, minutes=11)
    tell_all(session)
    assert "?" not in told(session)[0]
    message, _ = store(session, queued, Said("m1", "better bob@example.com"))
    take_word(session, queued, message)
    assert session.get_one(Contact, queued.contact_id).theirs == "bob@example.com"


def test_in_time_an_address_is_a_word_like_any_other(session: Session, queued: Conversation) -> None:
    message, _ = store(session, queued, Said("m1", "ann@example.com"))
    take_word(session, queued, message)
    assert queued.contact_id is None


def test_by_text_nothing_is_asked(session: Session, queued: Conversation, clock: time_machine.Traveller) -> None:
    queued.channel = "sms"
    queued.contact_id = contact_of(session, "sms", "+15550100000", "+15035550123").id
    later(clock, minutes=11)
    tell_all(session)
    assert "?" not in told(session)[0]


def test_who_has_opted_out_of_texts_is_not_written_to(
    session: Session, queued: Conversation, clock: time_machine.Traveller
) -> None:
    contact = contact_of(session, "sms", "+15550100000", "+15035550123")
    queued.channel, queued.contact_id = "sms", contact.id
    opt_out(session, contact, "texted STOP")
    later(clock, minutes=11)
    tell_all(session)
    assert told(session) == []


@pytest.mark.parametrize("kind", ["opted_out", "undelivered"])
def test_who_was_not_told_to_wait_is_not_told_it_takes_long(
    session: Session, queued: Conversation, clock: time_machine.Traveller, kind: str
) -> None:
    queued.handed_off_kind = kind
    later(clock, minutes=11)
    tell_all(session)
    assert told(session) == []


def test_at_night_time_stands_still(
    session: Session, conversation: Conversation, clock: time_machine.Traveller
) -> None:
    clock.move_to(FIVE - timedelta(minutes=4))
    enqueue(session, conversation, HandOff("asked for a person"))
    for at in (FIVE + timedelta(hours=1), NINE + timedelta(days=1, minutes=5)):
        clock.move_to(at)
        tell_all(session)
        assert told(session) == []
    clock.move_to(NINE + timedelta(days=1, minutes=6))
    tell_all(session)
    assert len(told(session)) == 1


def test_who_may_not_be_answered_before_closing_hears_when_it_goes_on(
    session: Session, conversation: Conversation, clock: time_machine.Traveller
) -> None:
    clock.move_to(FIVE - timedelta(minutes=15))
    enqueue(session, conversation, HandOff("asked for a person"))
    later(clock, minutes=10)
    tell_all(session)
    assert "If that is after we close, we are back on Tuesday, December 1, at 9 am." in told(session)[0]


def test_who_was_taken_over_and_hears_nothing_is_told_once_who_has_their_conversation(
    session: Session, queued: Conversation, clock: time_machine.Traveller
) -> None:
    take_over(session, "c1", "Ana")
    later(clock, minutes=11)
    tell_all(session)
    later(clock, minutes=11)
    tell_all(session)
    assert told(session)[-1] == (
        "We aim to answer within 10 minutes and have not kept that for you. I am sorry. Ana has your conversation and "
        "has not answered yet. You can also reach us by phone at 555-0100."
        "\n\nIn case you have left by then: which e-mail address or phone number may we answer to? "
        "You can type it here."
    )
    assert len(told(session)) == 2  # and that Ana has joined
    assert session.scalars(select(Option.id)).all() == []


def test_what_is_given_to_a_silent_colleague_is_kept_until_they_speak(
    session: Session, queued: Conversation, clock: time_machine.Traveller
) -> None:
    take_over(session, "c1", "Ana")
    later(clock, minutes=11)
    tell_all(session)
    message, _ = store(session, queued, Said("m1", "ann@example.com"))
    take_word(session, queued, message)
    assert session.get_one(Contact, queued.contact_id).theirs == "ann@example.com"
    assert told(session)[-1] == "Thank you. If you have left when we answer, the answer goes to the address you gave."
    answer(session, "c1", "Ana", "Hello, I am looking at it.", no_email, "a1")
    message, _ = store(session, queued, Said("m2", "my brother is bob@example.com"))
    take_word(session, queued, message)
    assert session.get_one(Contact, queued.contact_id).theirs == "ann@example.com"


@pytest.mark.parametrize("kind", ["stepped in", "has spoken"])
def test_a_pause_of_somebody_who_has_spoken_or_was_not_asked_for_is_no_news(
    session: Session, conversation: Conversation, clock: time_machine.Traveller, kind: str
) -> None:
    if kind == "has spoken":
        enqueue(session, conversation, HandOff("asked for a person"))
    take_over(session, "c1", "Ana")
    answer(session, "c1", "Ana", "Hello, this is Ana.", no_email, "a1")
    store(session, conversation, Said("m1", "And the lamp?"))
    conversation.awaits_since = now()
    before = len(told(session))
    later(clock, minutes=11)
    tell_all(session)
    assert len(told(session)) == before


@pytest.mark.parametrize("meanwhile", ["answered", "taken over and answered", "snoozed", "left"])
def test_who_no_longer_waits_is_not_told(
    session: Session, queued: Conversation, clock: time_machine.Traveller, meanwhile: str
) -> None:
    later(clock, minutes=11)
    session.flush()
    assert left_late(session, 10) == ["c1"]
    match meanwhile:
        case "answered":
            queued.awaits_since = None
        case "taken over and answered":
            queued.owner, queued.first_answered_at = AGENT, now()
        case "snoozed":
            queued.snoozed_until = now() + timedelta(hours=1)
        case "left":
            queued.owner, queued.awaits_since = "bot", None
    session.flush()
    assert left_late(session, 10) == []
    assert not tell_late(session, "c1")


def test_the_next_hand_off_may_be_told_again(
    session: Session, queued: Conversation, clock: time_machine.Traveller
) -> None:
    later(clock, minutes=11)
    tell_all(session)
    queued.owner = "bot"
    enqueue(session, queued, HandOff("asked for a person"))
    later(clock, minutes=11)
    tell_all(session)
    assert len(told(session)) == 2
    assert "?" not in told(session)[1]  # asked once already
