"""What customers thought of it: their newest ratings, and how each colleague has fared lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.conversations.ratings import Rating
from meantime.db import now
from meantime.desk.subjects import page_of
from meantime.shop.audit import record

LATELY = timedelta(days=30)
MOST = 50


@dataclass(frozen=True, slots=True)
class Given:
    """One answered question."""

    id: int
    stars: int
    word: str
    agent_name: str
    rated_at: datetime
    href: str


@dataclass(frozen=True, slots=True)
class Average:
    """How one colleague was rated: ``answered`` of ``asked`` customers gave ``mean``, None where nobody did."""

    agent_name: str
    mean: float | None
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Ratings:
    newest: list[Given]
    averages: list[Average]
    has_more: bool


def ratings(session: Session, viewer: str, before_id: int | None = None) -> Ratings:
    """Return the newest ratings, or those before one of them. Customers' words are personal: who has looked at them
    stands in the audit."""
    answered = select(Rating).where(Rating.stars.is_not(None))
    if before_id is not None:
        answered = answered.where(Rating.id < before_id)
    found = session.scalars(answered.order_by(Rating.id.desc()).limit(MOST + 1)).all()
    record(session, viewer, "view", "ratings", None, None)
    return Ratings([_given(rating) for rating in found[:MOST]], _averages(session), len(found) > MOST)


def _given(rating: Rating) -> Given:
    return Given(
        rating.id,
        rating.stars or 0,
        rating.word,
        rating.agent_name,
        rating.rated_at or rating.asked_at,
        page_of("conversation", rating.conversation_id),
    )


def _averages(session: Session) -> list[Average]:
    rows = session.execute(
        select(Rating.agent_name, func.avg(Rating.stars), func.count(Rating.stars), func.count())
        .where(Rating.asked_at >= now() - LATELY)
        .group_by(Rating.agent_name)
        .order_by(Rating.agent_name)
    )
    return [Average(name, float(mean) if mean is not None else None, rated, asked) for name, mean, rated, asked in rows]
