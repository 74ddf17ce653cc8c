"""A conversation that waits for a person: one acknowledgement, and another after a while; the words are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from meantime.conversations import gateway_words
from meantime.conversations.first_words import awaits_first_words
from meantime.conversations.gateway_words import (
    CARRY_ON,
    EMPTY,
    MORE,
    NO_ANSWER,
    PICTURE,
    SAME_AGAIN,
    STOP_WAITING,
    is_about_rating,
)
from meantime.conversations.inbox import Words, post
from meantime.conversations.options import Offer
from meantime.conversations.outbox import send_more
from meantime.conversations.pressing import press
from meantime.conversations.rating import take_rating
from meantime.conversations.reachable import answer_to, note_question, take_contact, vouched_for
from meantime.conversations.reasons import Reason, kind_of
from meantime.conversations.standing import all_is_read, newest_of_ours
from meantime.conversations.summing_up import keep_what_was_left, sum_up
from meantime.conversations.tables import AGENT, BOT, HUMAN, QUEUE, SYSTEM, Conversation, Message
from meantime.conversations.waiting_time import waiting_time
from meantime.conversations.wake import announce
from meantime.conversations.ways_out import way_out_in
from meantime.db import now
from meantime.ledger import Turn, revoke_turns
from meantime.wording import gateway as say
from meantime.wording import texting
from meantime.wording.presence import (
    AnswerTo,
    Outlook,
    aim_minutes,
    back_if_after_closing,
    is_somebody_there,
    outlook_now,
)
from meantime.wording.waiting import next_steps

WAYS_OUT = (Offer(say.CARRY_ON, CARRY_ON), Offer(say.STOP_WAITING, STOP_WAITING))
A_PERSON = (Offer(texting.PERSON, "/talk_to_person", HUMAN),)
ANSWERS = {PICTURE: texting.PICTURE, EMPTY: texting.EMPTY, SAME_AGAIN: texting.SAME_AGAIN}
AGAIN_AFTER = timedelta(minutes=10)
AGAIN_AFTER_MESSAGES = 5
"""Who goes on writing hears again that it is kept, and how to get away."""


@dataclass(frozen=True, slots=True)
class HandOff:
    """Why a person is to answer, and what they should know before they do."""

    reason: str
    summary: str = ""
    kind: str = ""
    """One of ``reasons``; anything else counts as other."""


def enqueue(session: Session, conversation: Conversation, hand_off: HandOff) -> None:
    """Have a person answer from now on. Who waits already keeps their place. A turn that is running loses its answer,
    where this is not what it answered."""
    if conversation.owner == BOT:
        _end_turn(session, conversation)
    conversation.handed_off_because = hand_off.reason
    conversation.handed_off_kind = kind_of(hand_off.kind)
    sum_up(session, conversation, hand_off.summary)
    if conversation.owner != QUEUE:
        conversation.queued_at = conversation.awaits_since = conversation.handed_off_at = now()
        conversation.first_answered_at = conversation.told_late_at = None
        conversation.snoozed_until = conversation.closed_at = None
        conversation.queue_acknowledged = False
    conversation.owner = QUEUE
    announce(session, conversation)


def with_next_steps(session: Session, conversation: Conversation, words: Words) -> Words:
    """Return ``words`` of a hand-off with the customer's place in line and how long it takes; when nobody is there
    they say already when somebody is."""
    if not is_somebody_there():
        return words
    waits = waiting_time(session, conversation)
    back = back_if_after_closing(waits.minutes or aim_minutes())
    steps = next_steps(waits.ahead, waits.minutes, aim_minutes(), back)
    before = newest_of_ours(session, conversation.id)
    if before is not None and before.text.endswith(steps):
        return words  # said just now
    return replace(words, text=f"{words.text.rstrip()} {steps}")


def give_up(
    session: Session, conversation: Conversation, reason: str, words: str = say.GIVEN_UP, kind: str = Reason.FAILED
) -> None:
    """Put a conversation that we cannot answer before a person, and say so."""
    enqueue(session, conversation, HandOff(reason, kind=kind))
    outlook = outlook_for(conversation)
    said = Words(words + outlook.text, WAYS_OUT, asks=outlook.asks or None)
    post(session, conversation, SYSTEM, with_next_steps(session, conversation, said))


def outlook_for(conversation: Conversation) -> Outlook:
    """Return how a hand-off of the gateway's own ends for a locked conversation, and remember what it asks."""
    known = answer_to(conversation)
    if known is AnswerTo.UNKNOWN and vouched_for(conversation, now()):
        known = AnswerTo.ASKED  # the shop knows who it is
    outlook = outlook_now(known)
    note_question(conversation, outlook.asks)
    return outlook


def take_word(session: Session, conversation: Conversation, message: Message) -> None:
    """Do what a message means to a conversation in the queue, or to the gateway itself."""
    if message.payload == NO_ANSWER or (message.payload == MORE and send_more(session, conversation.id)):
        return
    payload = message.payload
    if conversation.owner == QUEUE and payload in (None, MORE):
        payload = way_out_in(message.text) or payload
    if conversation.owner == AGENT:
        # Somebody who has said nothing in time: we have asked where the answer may go.
        if payload is None and conversation.told_late_at and awaits_first_words(conversation):
            kept = take_contact(session, conversation, message.text)
            if kept is not None:
                post(session, conversation, SYSTEM, Words(kept))
        return
    if is_about_rating(payload):
        take_rating(session, conversation, message)
    elif payload == CARRY_ON:
        _leave(session, conversation, say.CARRYING_ON)
    elif payload == STOP_WAITING:
        _leave(session, conversation, say.STOPPED_WAITING)
    elif conversation.owner == QUEUE:
        said = None
        if payload is None:
            pressed = press(session, conversation, message.text)
            said = " ".join(filter(None, (pressed, take_contact(session, conversation, message.text)))) or None
        if said is None and (not conversation.queue_acknowledged or _waits_for_a_word(session, conversation)):
            said = say.IN_QUEUE
        if said is not None:
            conversation.queue_acknowledged = True
            post(session, conversation, BOT, Words(said, WAYS_OUT), name=say.ASSISTANT)
    elif payload == MORE:
        all_is_read(session, conversation)
    elif payload in ANSWERS:
        post(session, conversation, BOT, Words(ANSWERS[payload], A_PERSON), name=say.ASSISTANT)


def _waits_for_a_word(session: Session, conversation: Conversation) -> bool:
    """Return whether we have been silent for long, or to many messages."""
    newest = newest_of_ours(session, conversation.id)
    if newest is None or newest.at <= now() - AGAIN_AFTER:
        return True
    return conversation.last_seq - newest.seq >= AGAIN_AFTER_MESSAGES


def is_ours(message: Message) -> bool:
    """Return whether the gateway answers the message itself."""
    return gateway_words.is_ours(message.payload)


def _end_turn(session: Session, conversation: Conversation) -> None:
    """Have the turn that may be running change nothing any more. What it has changed before is told to whoever takes
    over, like that of a turn that was given up."""
    running = select(Turn.message_id).where(Turn.conversation_id == conversation.id, Turn.revoked_at.is_(None))
    session.execute(
        update(Message).where(Message.id.in_(running), Message.handled_at.is_(None)).values(retry_at=now()),
        execution_options={"synchronize_session": False},
    )
    revoke_turns(session, conversation.id)
    conversation.fence += 1
    conversation.claimed_until = None


def _leave(session: Session, conversation: Conversation, sentence: str) -> None:
    conversation.owner = BOT
    conversation.queued_at = conversation.awaits_since = None
    keep_what_was_left(conversation)
    conversation.handed_off_because = conversation.handed_off_kind = ""
    post(session, conversation, BOT, Words(sentence), name=say.ASSISTANT)
