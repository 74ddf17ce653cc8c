"""Conversations as they lie in the database, made in one call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from meantime.conversations.inbox import Said, Words, lock_conversation, post, store
from meantime.conversations.tables import AGENT, BOT, QUEUE, Conversation, Message, new_id
from meantime.conversations.wake import announce
from meantime.db import now
from meantime.shop.tables import Customer, Order, Proof, StaffPromise


def ago(minutes: float) -> datetime:
    return now() - timedelta(minutes=minutes)


def talk(session: Session, *said: str, waits: float | None = None, agent: str = "", **columns: Any) -> Conversation:
    """Add a conversation in which the customer said these things. ``waits``: minutes since a person was asked for."""
    owner = AGENT if agent else BOT if waits is None else QUEUE
    since = None if waits is None else ago(waits)
    values: dict[str, Any] = {
        "channel": "website",
        "owner": owner,
        "agent_name": agent,
        "awaits_since": since,
        "queued_at": since if owner == QUEUE else None,
        "handed_off_kind": "" if waits is None else "asked",
        "last_message_at": now(),
    }
    conversation = Conversation(**(values | columns))
    session.add(conversation)
    session.flush()
    for text in said:
        say(session, conversation, text)
    for name, value in columns.items():  # what was said may have opened it again
        setattr(conversation, name, value)
    session.flush()
    return conversation


def say(session: Session, conversation: Conversation, text: str) -> Message:
    """Have the customer say something."""
    message, _ = store(session, lock_conversation(session, conversation.id), Said(new_id(), text))
    message.handled_at = now()
    announce(session, conversation)
    session.flush()
    return message


def answer(session: Session, conversation: Conversation, text: str, author: str = BOT) -> None:
    post(session, conversation, author, Words(text))


def customer(session: Session, id: str, name: str, **columns: Any) -> Customer:
    found = Customer(id=id, name=name, **columns)
    session.add(found)
    session.flush()
    return found


def order(session: Session, number: str, customer_id: str) -> Order:
    found = Order(number=number, customer_id=customer_id, placed_at=now(), currency="USD")
    session.add(found)
    session.flush()
    return found


def prove(session: Session, conversation: Conversation, **what: Any) -> None:
    session.add(Proof(conversation_id=conversation.id, expires_at=now(), **({"how": "postcode"} | what)))
    session.flush()


def promise(session: Session, conversation: Conversation, minutes_ago: float, **columns: Any) -> StaffPromise:
    """Have Ana promise to write, due so many minutes ago."""
    made = StaffPromise(
        conversation_id=conversation.id, kind="write", made_by="Ana", due_at=ago(minutes_ago), **columns
    )
    session.add(made)
    session.flush()
    return made
