"""Texts that nobody waits for an answer to: sent twice at once, or written by a machine that answers whatever it gets.

Two machines that answer each other never stop. All of it is kept for staff to see.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.gateway_words import NO_ANSWER, SAME_AGAIN
from meantime.conversations.notes import note_once
from meantime.conversations.outbox import OPEN, Delivery
from meantime.conversations.tables import CUSTOMER, Conversation, Message
from meantime.db import now
from meantime.wording import texting as say

LOOKED_BACK = timedelta(hours=1)
AT_ONCE = timedelta(seconds=10)
"""The same sentence again so soon was sent twice. One word alone may well answer two questions."""
OFTEN = 3
"""The same sentence in a row: the first two are answered, the third is told so, and that is the end of it."""
MOST_LOOKED_AT = 20
SAID_BY_MACHINES = (
    *("auto-reply", "auto reply", "autoreply", "automatic reply", "automated reply", "auto-response"),
    *("automatic response", "automated response", "automated message", "do not reply to this"),
    *("out of office", "out of the office", "i'm driving", "i am driving", "get back to you"),
    *("do not disturb", "not receiving notifications", "can't talk right now", "can't answer right now"),
    *("not monitored", "currently unavailable", "away from my phone"),
)


def sort_out(session: Session, conversation: Conversation, words: str) -> str | None:
    """Return what to store a text with that the assistant should not be asked about; None for all others."""
    before = session.scalars(
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.author == CUSTOMER,
            Message.at > now() - LOOKED_BACK,
        )
        .order_by(Message.seq.desc())
        .limit(MOST_LOOKED_AT)
    ).all()
    if is_from_machine(words) and any(is_from_machine(message.text) for message in before):
        note_once(session, conversation, say.FROM_MACHINE)
        return NO_ANSWER
    in_a_row = list(takewhile(lambda message: _is_same(message.text, words), before))
    if not in_a_row:
        return None
    is_sentence = len(words.split()) > 1
    if _is_being_answered(session, in_a_row[0]) or (is_sentence and in_a_row[0].at > now() - AT_ONCE):
        return NO_ANSWER
    return _said_often(session, conversation, in_a_row) if is_sentence else None


def is_from_machine(words: str) -> bool:
    """Return whether ``words`` are such as telephones and mailboxes answer with by themselves. They ask nothing."""
    plain = _plain(words)
    return "?" not in plain and any(phrase in plain for phrase in SAID_BY_MACHINES)


def _said_often(session: Session, conversation: Conversation, in_a_row: Sequence[Message]) -> str | None:
    answered = [message for message in in_a_row if message.payload != NO_ANSWER]
    if len(answered) < OFTEN - 1:
        return None
    if len(answered) == OFTEN - 1:
        return SAME_AGAIN
    note_once(session, conversation, say.FROM_MACHINE)
    return NO_ANSWER


def _is_being_answered(session: Session, message: Message) -> bool:
    """Return whether an answer is on its way: who writes again has not read it."""
    if message.handled_at is None:
        return True
    on_its_way = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .where(
            Message.conversation_id == message.conversation_id,
            Message.seq > message.seq,
            Delivery.state.in_(OPEN),
            Delivery.not_before.is_(None),
        )
    )
    return session.scalar(on_its_way.limit(1)) is not None


def _is_same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(words: str) -> str:
    return " ".join(words.replace("’", "'").casefold().split())
