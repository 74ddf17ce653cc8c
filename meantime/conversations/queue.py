"""A conversation that waits for a person: one acknowledgement, and another after a while; the words are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from meantime.conversations import gateway_words
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
from meantime.conversations.inbox import Words, post, storable
from meantime.conversations.options import Offer
from meantime.conversations.outbox import send_more
from meantime.conversations.rating import take_rating
from meantime.conversations.reachable import answer_to, note_question, take_contact, vouched_for
from meantime.conversations.standing import all_is_read, newest_of_ours
from meantime.conversations.tables import AGENT, BOT, HUMAN, QUEUE, SYSTEM, Conversation, Message
from meantime.conversations.wake import announce
from meantime.conversations.ways_out import way_out_in
from meantime.db import now
from meantime.wording import gateway as say
from meantime.wording import texting
from meantime.wording.presence import AnswerTo, outlook_now

WAYS_OUT = (Offer(say.CARRY_ON, CARRY_ON), Offer(say.STOP_WAITING, STOP_WAITING))
A_PERSON = (Offer(texting.PERSON, "/talk_to_person", HUMAN),)
ANSWERS = {PICTURE: texting.PICTURE, EMPTY: texting.EMPTY, SAME_AGAIN: texting.SAME_AGAIN}
LONGEST_SUMMARY = 2_000
AGAIN_AFTER = timedelta(minutes=10)
AGAIN_AFTER_MESSAGES = 5
"""Who goes on writing hears again that it is kept, and how to get away."""


@dataclass(frozen=True, slots=True)
class HandOff:
    """Why a person is to answer, and what they should know before they do."""

    reason: str
    summary: str = ""


def enqueue(session: Session, conversation: Conversation, hand_off: HandOff) -> None:
    """Have a person answer from now on."""
    conversation.owner = QUEUE
    conversation.handed_off_because = hand_off.reason
    conversation.summary = storable(_with_note(conversation, hand_off.summary))[:LONGEST_SUMMARY]
    conversation.queued_at = now()
    conversation.queue_acknowledged = False
    announce(session, conversation)


def _with_note(conversation: Conversation, summary: str) -> str:
    """Add what the last person who had the conversation wanted the next one to know, first where all has no room."""
    if not conversation.hand_back_note:
        return summary
    note = say.note_in_summary(conversation.hand_back_note)
    return f"{summary[: LONGEST_SUMMARY - len(note) - 1]}\n{note}".strip()


def give_up(session: Session, conversation: Conversation, reason: str, words: str = say.GIVEN_UP) -> None:
    """Put a conversation that we cannot answer before a person, and say so."""
    enqueue(session, conversation, HandOff(reason))
    known = answer_to(conversation)
    if known is AnswerTo.UNKNOWN and vouched_for(conversation, now()):
        known = AnswerTo.ASKED  # the shop knows who it is
    outlook = outlook_now(known)
    note_question(conversation, outlook.asks)
    post(session, conversation, SYSTEM, Words(words + outlook.text, WAYS_OUT, asks=outlook.asks or None))


def take_word(session: Session, conversation: Conversation, message: Message) -> None:
    """Do what a message means to a conversation in the queue, or to the gateway itself."""
    if message.payload == NO_ANSWER or (message.payload == MORE and send_more(session, conversation.id)):
        return
    payload = message.payload
    if conversation.owner == QUEUE and payload in (None, MORE):
        payload = way_out_in(message.text) or payload
    if conversation.owner == AGENT:
        return
    if is_about_rating(payload):
        take_rating(session, conversation, message)
    elif payload == CARRY_ON:
        _leave(session, conversation, say.CARRYING_ON)
    elif payload == STOP_WAITING:
        _leave(session, conversation, say.STOPPED_WAITING)
    elif conversation.owner == QUEUE:
        said = take_contact(session, conversation, message.text) if payload is None else None
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


def _leave(session: Session, conversation: Conversation, sentence: str) -> None:
    conversation.owner = BOT
    conversation.queued_at = conversation.awaits_since = None
    conversation.handed_off_because = conversation.summary = ""
    post(session, conversation, BOT, Words(sentence), name=say.ASSISTANT)
