"""Putting a conversation before a person: its kind, its place, its summary, and what the customer hears."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import contact_of
from meantime.conversations.following_up import follow_up
from meantime.conversations.inbox import Said, Words, post, store
from meantime.conversations.notes import notes_of
from meantime.conversations.outbox import FAILED, Delivery, enqueue, lost
from meantime.conversations.pace import Pace
from meantime.conversations.queue import HandOff, give_up
from meantime.conversations.queue import enqueue as put_in_line
from meantime.conversations.rasa import Answer
from meantime.conversations.reasons import Reason
from meantime.conversations.tables import AGENT, BOT, QUEUE, Conversation, Message
from meantime.conversations.turns import claim, keep_answer
from meantime.db import now
from meantime.wording import gateway as say
from tests.conftest import Configure
from tests.opening import closed_now

PACE = Pace()
STEPS = "You are next in line. We aim to answer within 10 minutes."


def turn(session: Session, conversation: Conversation, says: str, intent: str, text: str, **custom: Any) -> Message:
    """A customer says something and is answered; return the answer."""
    store(session, conversation, Said(str(uuid.uuid4()), says))
    session.flush()
    ask = claim(session, conversation.id, PACE)
    assert ask
    reply = {"text": text, "custom": custom}
    answer = {"replies": [reply], "state": {}, "intent": {"name": intent, "confidence": 0.9}}
    keep_answer(session, ask, Answer.model_validate(answer), PACE)
    session.flush()
    return session.scalars(select(Message).order_by(Message.seq.desc()).limit(1)).one()


def test_a_hand_off_has_a_kind_a_place_and_the_time_it_was_made(session: Session, conversation: Conversation) -> None:
    turn(session, conversation, "sue you", "complaint", "A person.", hand_off="threatens", hand_off_kind="legal")
    assert (conversation.owner, conversation.handed_off_kind) == (QUEUE, "legal")
    assert conversation.handed_off_because == "threatens"
    assert conversation.queued_at == conversation.awaits_since == conversation.handed_off_at is not None


@pytest.mark.parametrize("kind", [None, "", "a kind of tomorrow"])
def test_a_kind_that_is_missing_or_unknown_is_other(
    session: Session, conversation: Conversation, kind: str | None
) -> None:
    turn(session, conversation, "x", "complaint", "A person.", hand_off="why", hand_off_kind=kind)
    assert conversation.handed_off_kind == "other"


def test_a_new_hand_off_begins_anew(session: Session, conversation: Conversation) -> None:
    before = now() - timedelta(days=1)
    conversation.first_answered_at = conversation.told_late_at = conversation.closed_at = before
    conversation.snoozed_until, conversation.handed_off_at = now() + timedelta(days=1), before
    put_in_line(session, conversation, HandOff("why"))
    left = (conversation.first_answered_at, conversation.told_late_at)
    assert (*left, conversation.snoozed_until, conversation.closed_at) == (None, None, None, None)
    assert conversation.handed_off_at
    assert conversation.handed_off_at > before


def test_who_waits_already_keeps_their_place(session: Session, conversation: Conversation) -> None:
    put_in_line(session, conversation, HandOff("first", kind=Reason.ASKED))
    since = conversation.queued_at
    assert since
    conversation.told_late_at = since
    with time_machine.travel(now() + timedelta(minutes=5)):
        put_in_line(session, conversation, HandOff("second", kind=Reason.FAILED))
    times = {conversation.queued_at, conversation.awaits_since, conversation.handed_off_at, conversation.told_late_at}
    assert times == {since}
    assert (conversation.handed_off_kind, conversation.handed_off_because) == ("failed", "second")


def test_the_customer_hears_their_place_and_the_time_at_the_end(session: Session, conversation: Conversation) -> None:
    said = turn(session, conversation, "a person", "talk_to_person", "I pass you on.", hand_off="asked")
    assert said.text == f"I pass you on. {STEPS}"


def test_only_a_hand_off_ends_like_that(session: Session, conversation: Conversation) -> None:
    assert turn(session, conversation, "hello", "greet", "Hello.").text == "Hello."


def test_when_nobody_is_there_no_time_is_told(
    session: Session, conversation: Conversation, configure: Configure, tmp_path: Path
) -> None:
    configure(policy_file=str(closed_now(tmp_path / "policy.yml")))
    said = turn(session, conversation, "a person", "talk_to_person", "We are back on Monday.", hand_off="asked")
    assert said.text == "We are back on Monday."


def test_it_is_not_said_twice_in_a_row(session: Session, conversation: Conversation) -> None:
    post(session, conversation, BOT, Words(f"Passed on. {STEPS}"))
    give_up(session, conversation, "the assistant failed")
    session.flush()
    newest = session.scalars(select(Message).order_by(Message.seq.desc()).limit(1)).one()
    assert newest.text == say.GIVEN_UP


def test_a_turn_that_failed_says_how_else_the_shop_is_reached(
    session: Session, conversation: Conversation, configure: Configure, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_text("contact: {phone: 555-0100, hours: on weekdays}\nhand_off: {first_response_minutes: 20}\n")
    configure(policy_file=str(policy))
    give_up(session, conversation, "the assistant failed")
    session.flush()
    said = session.scalars(select(Message)).one().text
    assert said == (
        f"{say.GIVEN_UP} Our team is here on weekdays. You can also reach us by phone at 555-0100. "
        "You are next in line. We aim to answer within 20 minutes."
    )
    assert conversation.handed_off_kind == "failed"


def lines(conversation: Conversation) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in conversation.summary.splitlines())


def test_the_summary_tells_what_was_asked_tried_and_told(session: Session, conversation: Conversation) -> None:
    turn(session, conversation, "where is it", "order_status", "It comes on Friday.")
    turn(session, conversation, "cancel it", "cancel_order", "Shall I?", proposal="P1")
    turn(session, conversation, "no", "deny", "Nothing is cancelled.")
    turn(session, conversation, "cancel it then", "cancel_order", "Shall I?", proposal="P2")
    given = "Who: customer C1\nOrder: M1 (proven)"
    turn(session, conversation, "a person", "talk_to_person", "Yes.", hand_off="asked", summary=given)
    assert lines(conversation) == {
        "Who": "customer C1",
        "Order": "M1 (proven)",
        "Asked": "where an order is, to cancel, for a person",
        "Says": '"a person"',
        "Tried": "4 answers given; a list to agree to, declined; a list to agree to, left unanswered",
        "Mood": "calm",
        "Told": "Shall I?",
    }


def test_what_failed_is_summed_up_from_the_messages(session: Session, conversation: Conversation) -> None:
    turn(session, conversation, "this is ridiculous, M-1041 and no M-1042", "complaint", "I hear you.")
    message, _ = store(session, conversation, Said("m2", "where is\nmy order"))
    message.attempts = 3
    give_up(session, conversation, "the assistant failed")
    assert lines(conversation) == {
        "Who": "not identified",
        "Order": "M-1041, M-1042 (named by the customer)",
        "Asked": "to complain",
        "Says": '"where is my order"',
        "Tried": "1 answer given; 3 turns failed",
        "Mood": "annoyed",
        "Told": "I hear you.",
    }


def test_who_the_shop_vouches_for_is_named_by_their_id(session: Session, conversation: Conversation) -> None:
    conversation.customer_id, conversation.customer_proof_expires_at = "C7", now() + timedelta(hours=1)
    store(session, conversation, Said("m1", "hello"))
    give_up(session, conversation, "the assistant failed")
    assert lines(conversation)["Who"] == "customer C7"


def test_anger_twice_and_what_a_colleague_left_are_in_it(session: Session, conversation: Conversation) -> None:
    conversation.hand_back_note = "Refund is on its way."
    turn(session, conversation, "you idiots", "complaint", "I hear you.")
    turn(session, conversation, "fuck this", "complaint", "A person.", hand_off="angry", hand_off_kind="upset")
    assert (lines(conversation)["Mood"], lines(conversation)["Note"]) == ("angry", "Refund is on its way.")


def test_a_long_summary_of_an_action_leaves_room_for_the_rest(session: Session, conversation: Conversation) -> None:
    turn(session, conversation, "x" * 3000, "complaint", "A person.", hand_off="why", summary=f"Wants: {'é' * 3000}")
    assert lines(conversation)["Mood"] == "annoyed"
    assert len(conversation.summary) <= 2000


@pytest.fixture
def lost_answer(session: Session) -> Conversation:
    """A conversation by text message in which an agent's answer has failed."""
    contact = contact_of(session, "sms", "+15550100000", "+15035550123")
    by_text = Conversation(id="c2", channel="sms")
    session.add(by_text)
    session.flush()
    message = post(session, by_text, AGENT, Words("It ships today."), name="Ana")
    by_text.contact_id = contact.id
    enqueue(session, contact.id, message, ["It ships today."], channel="sms")
    session.flush()
    session.scalars(select(Delivery)).one().state = FAILED
    return by_text


def follow(session: Session, to: str | None = None) -> None:
    session.flush()
    for delivery in lost(session, 10):
        follow_up(session, delivery.id, lambda *_: to)
    session.flush()


def test_an_agents_answer_that_did_not_arrive_comes_back_to_the_queue(
    session: Session, lost_answer: Conversation
) -> None:
    follow(session)
    assert (lost_answer.owner, lost_answer.handed_off_kind) == (QUEUE, "undelivered")
    assert lost_answer.undelivered_at
    assert lost_answer.awaits_since


def test_whose_conversation_it_is_keeps_it_and_has_to_answer_again(session: Session, lost_answer: Conversation) -> None:
    lost_answer.owner, lost_answer.agent_name = AGENT, "Ana"
    follow(session)
    assert (lost_answer.owner, lost_answer.handed_off_kind) == (AGENT, "")
    assert lost_answer.undelivered_at
    assert lost_answer.awaits_since


def test_what_went_by_mail_instead_needs_nobody(
    session: Session, lost_answer: Conversation, configure: Configure
) -> None:
    configure(smtp_url="smtp://127.0.0.1", mail_from="shop@example.com")
    follow(session, "ann@example.com")
    assert (lost_answer.owner, lost_answer.awaits_since) == (BOT, None)


def test_what_no_mailbox_took_either_comes_back_to_the_queue(
    session: Session, lost_answer: Conversation, configure: Configure
) -> None:
    configure(smtp_url="smtp://127.0.0.1", mail_from="shop@example.com")
    follow(session, "ann@example.com")
    session.scalars(select(Delivery).where(Delivery.channel == "email")).one().state = FAILED
    follow(session, "ann@example.com")
    follow(session, "ann@example.com")
    assert (lost_answer.owner, lost_answer.handed_off_kind) == (QUEUE, "undelivered")
    assert [note.text for note in notes_of(session, "c2")][1:] == [
        "An e-mail did not reach the customer, and we know of no other way to send it."
    ]


def test_a_lost_answer_brings_back_what_was_put_away(session: Session, lost_answer: Conversation) -> None:
    lost_answer.owner, lost_answer.agent_name = AGENT, "Ana"
    lost_answer.snoozed_until = now() + timedelta(days=3)
    follow(session)
    assert lost_answer.snoozed_until is None


def test_a_lost_reply_of_the_bot_is_only_marked(session: Session, lost_answer: Conversation) -> None:
    session.scalars(select(Message)).one().author = BOT
    follow(session)
    assert lost_answer.owner == BOT
