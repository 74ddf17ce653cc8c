"""Nobody meets silence: whoever waits too long for an answer is told so once, whatever the reason.

This does not depend on the turn that is running: it holds when Rasa hangs, when it is down, when a gateway died
and while an earlier message of the same conversation is being tried again.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from meantime.conversations.inbox import Words, lock_conversation, post
from meantime.conversations.pace import Pace
from meantime.conversations.tables import AGENT, BOT, CUSTOMER, QUEUE, SYSTEM, Conversation, Message
from meantime.db import now
from meantime.wording import gateway as say


def left_waiting(session: Session, pace: Pace, most: int) -> list[str]:
    """Return conversations in which a customer waits for the bot and was not told."""
    rows = session.scalars(
        select(Message.conversation_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.handled_at.is_(None),
            Message.told_to_wait_at.is_(None),
            Message.author == CUSTOMER,
            Message.at <= now() - timedelta(seconds=pace.tell_after),
            # Said so that no index serves it: the few messages that wait are read, not all the bot's conversations.
            Conversation.owner.not_in((QUEUE, AGENT)),
        )
        .order_by(Message.at)
        .limit(most)
    )
    return list(dict.fromkeys(rows))


def tell_to_wait(session: Session, conversation_id: str) -> None:
    """Say once to every message that waits that it takes longer; one sentence serves all that wait now."""
    conversation = lock_conversation(session, conversation_id)
    told = session.execute(
        update(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.handled_at.is_(None),
            Message.told_to_wait_at.is_(None),
        )
        .values(told_to_wait_at=now())
        .returning(Message.id),
        execution_options={"synchronize_session": False},
    )
    if told.all() and conversation.owner == BOT:
        post(session, conversation, SYSTEM, Words(say.WAIT))
