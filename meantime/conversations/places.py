"""The line of those who wait for a person, in one order for all: for what they are told, and for the staff's queue.

First who has waited longer than the shop wants (in hours when people are there), then who is upset, threatens with
the law, met a failure or did not get our answer, then the others; each the longest waiting first. So it may happen
that somebody who comes later is answered earlier. Who is snoozed stands in nobody's way. What staff owe besides
(promises they made, answers of the assistant that did not arrive) is in their queue and takes no place in the line:
nobody waits in it for that.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, case, func, or_, select
from sqlalchemy.orm import Session

from meantime.conversations.reasons import URGENT
from meantime.conversations.tables import QUEUE, Conversation
from meantime.db import now
from meantime.wording.presence import is_somebody_there, overdue_since

OVERDUE, PRESSING, OTHERS = 0, 1, 2
waits_since: ColumnElement[datetime] = func.coalesce(Conversation.awaits_since, Conversation.queued_at)


def rank(overdue: datetime) -> ColumnElement[int]:
    """Return where somebody stands who waits, before the time decides; who waits since ``overdue`` waits too long."""
    is_urgent = or_(Conversation.handed_off_kind.in_(URGENT), Conversation.undelivered_at.is_not(None))
    return case((waits_since <= overdue, OVERDUE), (is_urgent, PRESSING), else_=OTHERS)


def ahead_of(session: Session, conversation_id: str) -> int:
    """Return how many wait before this conversation, which waits itself."""
    line = _line(conversation_id)
    return session.scalar(select(line.c.ahead).where(line.c.id == conversation_id)) or 0


def places(session: Session, conversation_ids: Collection[str]) -> dict[str, int]:
    """Return how many wait before each of the conversations, in one look at the queue; those that do not wait
    are left out."""
    line = _line()
    rows = session.execute(select(line.c.id, line.c.ahead).where(line.c.id.in_(conversation_ids)))
    return {row.id: row.ahead for row in rows}


def shown_place(session: Session, conversation_id: str) -> int | None:
    """Return what a customer is shown of their place: nothing while nobody is there to answer whoever is next."""
    return ahead_of(session, conversation_id) if is_somebody_there() else None


def shown_places(session: Session, conversation_ids: Collection[str]) -> dict[str, int | None]:
    """The same of many, in one look."""
    if not is_somebody_there():
        return dict.fromkeys(conversation_ids)
    return {**places(session, conversation_ids)}


def _line(also: str = "") -> Subquery:
    """Return (id, ahead) of all who wait; ``also`` is a conversation to be counted in, though it may be snoozed."""
    at = now()
    order = (rank(overdue_since(at)), waits_since, Conversation.id)
    is_here = or_(Conversation.snoozed_until.is_(None), Conversation.snoozed_until <= at, Conversation.id == also)
    ahead = func.row_number().over(order_by=order) - 1
    return select(Conversation.id, ahead.label("ahead")).where(Conversation.owner == QUEUE, is_here).subquery()
