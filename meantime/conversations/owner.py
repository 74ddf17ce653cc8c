"""A person takes a conversation over, and hands it back."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from meantime.conversations.inbox import Words, lock_conversation, post
from meantime.conversations.options import expire_options
from meantime.conversations.tables import AGENT, BOT, SYSTEM, Message
from meantime.db import now
from meantime.ledger import revoke_turns
from meantime.wording import gateway as say


class AlreadyTaken(Exception):
    """Another member of staff was first."""


class NotTaken(Exception):
    """No person has this conversation, so none can hand it back."""


def take_over(session: Session, conversation_id: str, agent_name: str) -> None:
    """Give the conversation to ``agent_name``. A turn that is running loses its answer and may change nothing
    any more; what was offered ends; what nobody has answered is the agent's to answer."""
    conversation = lock_conversation(session, conversation_id)
    if conversation.owner == AGENT:
        raise AlreadyTaken(conversation_id)
    conversation.owner, conversation.agent_name = AGENT, agent_name
    conversation.queued_at = None
    conversation.fence += 1
    conversation.claimed_until = None
    revoke_turns(session, conversation_id)
    expire_options(session, conversation_id)
    leave_to_person(session, conversation_id)
    post(session, conversation, SYSTEM, Words(say.taken_over(agent_name)))


def hand_back(session: Session, conversation_id: str) -> None:
    """Give the conversation back to the bot. The sentence also ends what was proposed before."""
    conversation = lock_conversation(session, conversation_id)
    if conversation.owner != AGENT:
        raise NotTaken(conversation_id)
    name, conversation.agent_name = conversation.agent_name, ""
    conversation.owner = BOT
    post(session, conversation, SYSTEM, Words(say.handed_back(name)))


def leave_to_person(session: Session, conversation_id: str) -> None:
    """Mark everything unanswered as needing nothing more from the bot."""
    session.execute(
        update(Message)
        .where(Message.conversation_id == conversation_id, Message.handled_at.is_(None))
        .values(handled_at=now()),
        execution_options={"synchronize_session": False},
    )
