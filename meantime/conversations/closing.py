"""A member of staff closes a conversation: the bot has it again, and the customer's next words open it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session

from meantime.conversations.inbox import Empty, Words, lock_conversation, post, storable
from meantime.conversations.owner import require_own, take_from_bot
from meantime.conversations.rating import may_ask, question
from meantime.conversations.tables import BOT, SYSTEM
from meantime.db import now
from meantime.wording import closing as say

LONGEST_WORDS = 200


class Because(StrEnum):
    """Why a conversation is closed. OTHER needs words."""

    SOLVED = "solved"
    NO_ANSWER_NEEDED = "no_answer_needed"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    OTHER = "other"


ASKS_NOTHING = frozenset({Because.DUPLICATE, Because.SPAM})


def close(
    session: Session, conversation_id: str, by: str, because: Because, words: str = "", of: str | None = None
) -> bool:
    """Close the conversation for ``by``; return False where it is closed already. A lead may close that of somebody
    else, ``of`` whom it is as they see it.

    The customer is told, and asked how it was where a person has had it. Raises owner.AlreadyTaken when another one
    has it (meanwhile), and inbox.Empty when OTHER comes without words.
    """
    conversation = lock_conversation(session, conversation_id)
    if conversation.closed_at is not None:
        return False
    require_own(conversation, by, of)
    words = storable(words).strip()[:LONGEST_WORDS]
    if because is Because.OTHER and not words:
        raise Empty
    asks = because not in ASKS_NOTHING and may_ask(session, conversation)
    take_from_bot(session, conversation)
    conversation.owner, conversation.agent_name = BOT, ""
    conversation.queued_at = conversation.awaits_since = conversation.snoozed_until = None
    conversation.undelivered_at = None
    conversation.closed_at, conversation.closed_by = now(), by
    conversation.closed_because = f"{because}: {words}" if words else because.value
    said = question(session, conversation, by) if asks else Words(say.closed(by))
    post(session, conversation, SYSTEM, said)
    return True
