"""How many wait for a person before somebody: first come, first served. Who is snoozed stands in nobody's way."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from meantime.conversations.tables import QUEUE, Conversation

_other = aliased(Conversation)

_AHEAD = (
    select(func.count())
    .select_from(Conversation)
    .join(
        _other,
        or_(
            _other.queued_at < Conversation.queued_at,
            (_other.queued_at == Conversation.queued_at) & (_other.id < Conversation.id),
        ),
    )
    .where(Conversation.id == bindparam("conversation"), _other.owner == QUEUE, _other.snoozed_until.is_(None))
)


def ahead_of(session: Session, conversation_id: str) -> int:
    """Return how many wait before this conversation, which waits itself."""
    return session.scalar(_AHEAD, {"conversation": conversation_id}) or 0


def places(session: Session, conversation_ids: Collection[str]) -> dict[str, int]:
    """Return how many wait before each of the conversations, in one look at the queue; those that do not wait
    are left out."""
    place = func.row_number().over(order_by=(Conversation.queued_at, Conversation.id)) - 1
    waits = (Conversation.owner == QUEUE, Conversation.snoozed_until.is_(None))
    queue = select(Conversation.id, place.label("ahead")).where(*waits).subquery()
    rows = session.execute(select(queue.c.id, queue.c.ahead).where(queue.c.id.in_(conversation_ids)))
    return {row.id: row.ahead for row in rows}
