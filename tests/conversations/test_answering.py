"""An agent's answer to who may have left: where it goes, when, and when it need not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.answering import OptedOut, answer
from meantime.conversations.contacts import Contact, contact_of, opt_out
from meantime.conversations.following_up import follow_up
from meantime.conversations.inbox import Empty, IdReused, Said, Words, post, store
from meantime.conversations.notes import Note
from meantime.conversations.outbox import FAILED, UNDELIVERED, Delivery, enqueue, lost
from meantime.conversations.owner import NotTaken, hand_back, take_over
from meantime.conversations.pace import Pace
from meantime.conversations.queue import HandOff
from meantime.conversations.queue import enqueue as enqueue_for_person
from meantime.conversations.reading import news_after
from meantime.conversations.seen import is_awaited, note_seen
from meantime.conversations.sending import Outgoing, claim, keep_sent
from meantime.conversations.tables import BOT, Conversation
from meantime.db import now
from meantime.wording.gsm import segments
from tests.conftest import Configure

PACE = Pace()
MAIL, NUMBER = "ann@example.com", "+15035550123"
A_MINUTE = timedelta(seconds=61)


@pytest.fixture(autouse=True)
def sends_everything(configure: Configure) -> None:
    configure(
        smtp_url="smtp://127.0.0.1",
        mail_from="The Shop <shop@example.com>",
        twilio_account_sid="AC1",
        twilio_auth_token="t" * 32,
        twilio_from="+15550100000",
        shop_name="The Shop",
        public_url="https://chat.example.com",
    )


def nobody(*_: object) -> None:
    """No customer has proven to be one."""


def ann(*_: object) -> str:
    return MAIL


@pytest.fixture
def taken(session: Session, conversation: Conversation) -> Conversation:
    take_over(session, conversation.id, "Ana")
    return conversation


def give(session: Session, conversation: Conversation, channel: str, theirs: str) -> Contact:
    ours = "shop@example.com" if channel == "email" else "+15550100000"
    contact = contact_of(session, channel, ours, theirs)
    conversation.contact_id = contact.id
    return contact


def deliveries(session: Session) -> list[Delivery]:
    session.flush()
    return list(session.scalars(select(Delivery).order_by(Delivery.id), execution_options={"populate_existing": True}))


def states(session: Session) -> list[tuple[str, str]]:
    return [(delivery.channel, delivery.state) for delivery in deliveries(session)]


def notes(session: Session) -> list[str]:
    return list(session.scalars(select(Note.text).order_by(Note.id)))


def claimed_later(session: Session, contact_id: int, after: timedelta = A_MINUTE) -> Outgoing | None:
    with time_machine.travel(now() + after, tick=False):
        return claim(session, contact_id, PACE)


def test_only_who_has_the_conversation_answers_in_it(session: Session, conversation: Conversation) -> None:
    with pytest.raises(NotTaken):
        answer(session, "c1", "Ana", "Hello", nobody)
    take_over(session, "c1", "Ana")
    with pytest.raises(NotTaken):
        answer(session, "c1", "Bob", "Hello", nobody)
    with pytest.raises(Empty):
        answer(session, "c1", "Ana", " \n", nobody)
    message = answer(session, "c1", "Ana", "Hello", nobody)
    assert (message.author, message.name, message.text) == ("agent", "Ana", "Hello")


def test_without_an_address_it_stands_on_the_page_and_nowhere_else(session: Session, taken: Conversation) -> None:
    answer(session, "c1", "Ana", "Hello", nobody)
    assert deliveries(session) == []


@pytest.mark.parametrize(("channel", "theirs"), [("email", MAIL), ("sms", NUMBER)])
def test_after_a_minute_it_goes_where_the_customer_wanted_it(
    session: Session, taken: Conversation, channel: str, theirs: str
) -> None:
    contact = give(session, taken, channel, theirs)
    answer(session, "c1", "Ana", "It ships today.", nobody)
    assert claim(session, contact.id, PACE) is None
    out = claimed_later(session, contact.id)
    assert out
    assert (out.channel, out.theirs) == (channel, theirs)
    assert "It ships today." in out.text


def test_without_one_it_goes_to_the_address_the_shop_has_for_them(session: Session, taken: Conversation) -> None:
    asked: list[Any] = []

    def email_of(*args: object) -> str:
        asked.extend(args[1:])
        return MAIL

    taken.customer_id, taken.customer_proof_expires_at = "C1", now() + timedelta(hours=1)
    wrote, _ = store(session, taken, Said("1", "where is it?"))
    wrote.at = wrote_at = now() - timedelta(hours=2)
    session.flush()
    with time_machine.travel(now() + timedelta(hours=3)):  # what was vouched for then counts
        answer(session, "c1", "Ana", "It ships today.", email_of)
    assert asked == ["c1", "C1", wrote_at]
    [delivery] = deliveries(session)
    assert session.get_one(Contact, delivery.contact_id).theirs == MAIL
    assert taken.contact_id is None


def test_who_has_seen_it_gets_no_mail(session: Session, taken: Conversation) -> None:
    contact = give(session, taken, "email", MAIL)
    message = answer(session, "c1", "Ana", "It ships today.", nobody)
    assert not is_awaited(session, "c1", message.seq - 1)
    note_seen(session, "c1", message.seq - 1)
    assert states(session) == [("email", "waiting")]
    assert is_awaited(session, "c1", message.seq)
    note_seen(session, "c1", message.seq)
    assert states(session) == [("email", "superseded")]
    assert not is_awaited(session, "c1", message.seq)
    assert claimed_later(session, contact.id) is None


def test_what_is_on_its_way_is_not_called_back(session: Session, taken: Conversation) -> None:
    contact = give(session, taken, "email", MAIL)
    message = answer(session, "c1", "Ana", "It ships today.", nobody)
    assert claimed_later(session, contact.id)
    note_seen(session, "c1", message.seq)
    assert states(session) == [("email", "sending")]


def test_several_goes_are_one_mail_that_does_not_wait_for_ever(session: Session, taken: Conversation) -> None:
    contact = give(session, taken, "email", MAIL)
    start = now()
    for seconds in range(0, 360, 50):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            answer(session, "c1", "Ana", f"After {seconds}.", nobody)
            assert claim(session, contact.id, PACE) is None or seconds >= 300
    sent = [delivery for delivery in deliveries(session) if delivery.state != "superseded"]
    assert sent[0].text.startswith("After 0.\n\nAfter 50.\n\nAfter 100.")
    assert all(d.not_before <= start + timedelta(minutes=5) for d in sent[:1] if d.not_before)


def test_what_has_been_mailed_is_not_mailed_again(session: Session, taken: Conversation) -> None:
    contact = give(session, taken, "email", MAIL)
    answer(session, "c1", "Ana", "First.", nobody)
    out = claimed_later(session, contact.id)
    assert out
    keep_sent(session, out, "m1", PACE)
    answer(session, "c1", "Ana", "Second.", nobody)
    assert [(d.text, d.state) for d in deliveries(session)] == [("First.", "sent"), ("Second.", "waiting")]


def test_where_nothing_can_be_sent_staff_are_told_once(
    session: Session, taken: Conversation, configure: Configure
) -> None:
    give(session, taken, "email", MAIL)
    configure(smtp_url="")
    answer(session, "c1", "Ana", "First.", nobody)
    answer(session, "c1", "Ana", "Second.", nobody)
    assert deliveries(session) == []
    [told] = notes(session)
    assert "please write or call yourself" in told
    assert MAIL not in told


def test_a_text_message_is_two_segments_and_leads_to_the_rest(session: Session, taken: Conversation) -> None:
    give(session, taken, "sms", NUMBER)
    answer(session, "c1", "Ana", "It ships today. “Soon” is what I say. " * 20, nobody)
    [delivery] = deliveries(session)
    assert segments(delivery.text) <= 2
    assert delivery.text.startswith("Ana from The Shop: It ships today.")
    assert " ...\nAll of it: https://chat.example.com/chat/read/c1." in delivery.text


def test_nothing_goes_to_a_number_that_has_opted_out_but_the_mail_does(session: Session, taken: Conversation) -> None:
    contact = give(session, taken, "sms", NUMBER)
    opt_out(session, contact, "STOP")
    answer(session, "c1", "Ana", "It ships today.", nobody)
    assert claimed_later(session, contact.id) is None
    follow_up_all(session, ann)
    assert states(session) == [("sms", "suppressed"), ("email", "waiting")]
    assert "gone out by e-mail" in notes(session)[0]


def follow_up_all(session: Session, email_of: Any) -> None:
    session.flush()
    for delivery in lost(session, 10):
        follow_up(session, delivery.id, email_of)
    session.flush()


@pytest.fixture
def texts(session: Session) -> Conversation:
    """A conversation by text message."""
    contact = contact_of(session, "sms", "+15550100000", NUMBER)
    by_text = Conversation(id="c2", channel="sms", contact_id=contact.id)
    session.add(by_text)
    session.flush()
    return by_text


def said_by_text(session: Session, texts: Conversation, *pages: str) -> list[Delivery]:
    """As if these pages had been sent."""
    contact_id, texts.contact_id = texts.contact_id, None
    assert contact_id
    message = post(session, texts, BOT, Words("All of it."))
    texts.contact_id = contact_id
    enqueue(session, contact_id, message, pages, channel="sms")
    return [delivery for delivery in deliveries(session) if delivery.message_id == message.id]


def test_what_no_phone_took_goes_to_the_mailbox_once(session: Session, texts: Conversation) -> None:
    for delivery in said_by_text(session, texts, "All", "of it."):
        delivery.state, delivery.error_code = UNDELIVERED, "30003"
    follow_up_all(session, ann)
    follow_up_all(session, ann)
    mails = [d for d in deliveries(session) if d.channel == "email"]
    assert [(d.text, d.state) for d in mails] == [("All of it.", "waiting")]
    assert notes(session) == [
        "A text message did not reach the customer (error 30003). The same words have gone out by e-mail."
    ]


def test_without_an_address_staff_learn_that_it_is_lost(session: Session, texts: Conversation) -> None:
    said_by_text(session, texts, "All of it.")[0].state = FAILED
    follow_up_all(session, nobody)
    assert [d.channel for d in deliveries(session)] == ["sms"]
    assert "no other way" in notes(session)[0]


def test_a_mail_that_is_refused_is_followed_by_nothing_but_a_note(session: Session, taken: Conversation) -> None:
    give(session, taken, "email", MAIL)
    answer(session, "c1", "Ana", "It ships today.", nobody)
    deliveries(session)[0].state = FAILED
    follow_up_all(session, ann)
    assert states(session) == [("email", "failed")]
    assert notes(session) == ["An e-mail did not reach the customer, and we know of no other way to send it."]


def test_who_wants_no_texts_gets_the_bots_replies_nowhere(session: Session, texts: Conversation) -> None:
    for delivery in said_by_text(session, texts, "All of it."):
        delivery.state = "suppressed"
    follow_up_all(session, ann)
    assert [d.channel for d in deliveries(session)] == ["sms"]
    assert notes(session) == []
    assert lost(session, 10) == []


def test_a_lost_text_is_looked_at_as_of_when_the_customer_wrote(session: Session, texts: Conversation) -> None:
    wrote, _ = store(session, texts, Said("1", "hello"))
    asked: list[datetime] = []
    said_by_text(session, texts, "All of it.")[0].state = FAILED

    def email_of(_s: Session, _c: str, _customer: str | None, at: datetime) -> None:
        asked.append(at)

    follow_up_all(session, email_of)
    assert asked == [wrote.at]


def test_the_same_click_twice_says_it_once(session: Session, taken: Conversation) -> None:
    first = answer(session, "c1", "Ana", "It ships today.", nobody, "d1")
    assert answer(session, "c1", "Ana", "It ships today.", nobody, "d1") is first
    with pytest.raises(IdReused):
        answer(session, "c1", "Ana", "It ships tomorrow.", nobody, "d1")
    assert answer(session, "c1", "Ana", "It ships today.", nobody, "d2") is not first
    hand_back(session, "c1", "Ana")
    assert answer(session, "c1", "Ana", "It ships today.", nobody, "d1") is first


def test_a_customer_cannot_speak_under_the_id_of_an_answer(session: Session, taken: Conversation) -> None:
    answer(session, "c1", "Ana", "It ships today.", nobody, "d1")
    session.flush()
    with pytest.raises(IdReused):
        store(session, taken, Said("d1", "It ships today."))
    assert "d1" not in {shown.id for shown in news_after(session, "c1", 0).messages}


def test_an_answer_ends_the_wait_and_the_first_one_is_remembered(session: Session, conversation: Conversation) -> None:
    enqueue_for_person(session, conversation, HandOff("asked"))
    take_over(session, "c1", "Ana")
    store(session, conversation, Said("1", "hello?"))
    conversation.snoozed_until = away = now() + timedelta(days=1)
    with time_machine.travel(now() + timedelta(minutes=5), tick=False):
        at = now()
        answer(session, "c1", "Ana", "Here I am.", nobody)
    answer(session, "c1", "Ana", "What is it?", nobody)
    assert (conversation.awaits_since, conversation.first_answered_at) == (None, at)
    assert conversation.snoozed_until == away


def test_who_stepped_in_answers_no_hand_off(session: Session, taken: Conversation) -> None:
    answer(session, "c1", "Ana", "May I help?", nobody)
    assert taken.first_answered_at is None


def test_to_who_wants_no_texts_nothing_is_said_that_cannot_arrive(
    session: Session, texts: Conversation, configure: Configure
) -> None:
    take_over(session, "c2", "Ana")
    assert texts.contact_id
    opt_out(session, session.get_one(Contact, texts.contact_id), "STOP")
    session.flush()
    said = texts.last_seq
    with pytest.raises(OptedOut):
        answer(session, "c2", "Ana", "It ships today.", nobody)
    assert texts.last_seq == said
    answer(session, "c2", "Ana", "It ships today.", ann)  # that goes by e-mail
    configure(smtp_url="")
    with pytest.raises(OptedOut):
        answer(session, "c2", "Ana", "It ships today.", ann)


@pytest.mark.parametrize(
    ("channel", "theirs", "told"),
    [("email", MAIL, "an e-mail address"), ("sms", NUMBER, "a phone number")],
)
def test_staff_read_once_that_what_a_customer_left_has_to_be_used_by_hand(
    session: Session, taken: Conversation, configure: Configure, channel: str, theirs: str, told: str
) -> None:
    configure(smtp_url="", mail_from="", twilio_account_sid="", twilio_auth_token="", twilio_from="")
    give(session, taken, channel, theirs)
    answer(session, "c1", "Ana", "Hello", nobody)
    answer(session, "c1", "Ana", "It ships today.", nobody)
    (note,) = notes(session)
    assert note.startswith(f"The customer left {told} for when they have gone.")


def test_of_who_left_no_address_staff_are_told_nothing_to_do_by_hand(
    session: Session, taken: Conversation, configure: Configure
) -> None:
    configure(smtp_url="", mail_from="", twilio_account_sid="", twilio_auth_token="", twilio_from="")
    answer(session, "c1", "Ana", "Hello", ann)
    assert (notes(session), deliveries(session)) == ([], [])
