"""How long somebody waits for a person who joins the queue now: told so that it can be relied on, or not at all.

Known are the waits of the newest hand-offs that a person has answered, from the hand-off to the first answer. A wait
that reaches into hours when nobody is there says nothing of how quick people are, and is left out.

What is told is the longest of three, rounded up:

- what four of five customers waited at most;
- for who is not next, the place in line times the turn: how long, in four cases of five, it took to answer the one who
  was next. A long line takes long, however short the lines of the last days were;
- how long the one who is first in line has been waiting already: nobody who comes later is quicker. Whoever was
  passed over, because somebody who came later has been answered, says nothing of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.conversations.places import ahead_of
from meantime.conversations.reasons import NOT_ASKED_FOR
from meantime.conversations.tables import QUEUE, Conversation
from meantime.db import now
from meantime.wording.presence import time_open

NEWEST = 20
LOOKED_AT = 100
"""Of so many the newest that count are taken."""
FEWEST = 5
"""Fewer tell nothing."""
WITHIN = timedelta(days=7)
SHARE = 0.8
STEP_MINUTES = 5
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Answered:
    """A hand-off that a person has answered."""

    handed_off_at: datetime
    first_answered_at: datetime

    @property
    def wait(self) -> timedelta:
        return self.first_answered_at - self.handed_off_at


@dataclass(frozen=True, slots=True)
class WaitingTime:
    """``ahead`` wait before the customer; ``minutes`` is None where too little is known."""

    ahead: int
    minutes: int | None


def waiting_time(session: Session, conversation: Conversation) -> WaitingTime:
    """Return what is known for a conversation that waits."""
    ahead = ahead_of(session, conversation.id)
    known = newest_answered(session)
    if len(known) < FEWEST:
        return WaitingTime(ahead, None)
    longest = max(
        _most([one.wait for one in known]), _line(known, ahead), _first_in_line(session, conversation, known[-1])
    )
    return WaitingTime(ahead, in_steps(longest))


def still_waiting_time(session: Session, conversation: Conversation, waited: timedelta) -> WaitingTime:
    """Return how much longer it takes for somebody who has waited already: by those who waited even longer."""
    ahead = ahead_of(session, conversation.id)
    known = newest_answered(session)
    longer = [one.wait - waited for one in known if one.wait > waited]
    if len(longer) < FEWEST:
        return WaitingTime(ahead, None)
    return WaitingTime(ahead, in_steps(max(_most(longer), _line(known, ahead))))


def newest_answered(session: Session) -> list[Answered]:
    """Return the newest hand-offs that count, in the order they were answered."""
    rows = session.execute(
        select(Conversation.handed_off_at, Conversation.first_answered_at)
        .where(
            Conversation.first_answered_at >= now() - WITHIN,
            Conversation.handed_off_at < Conversation.first_answered_at,
        )
        .order_by(Conversation.first_answered_at.desc())
        .limit(LOOKED_AT)
    )
    answered = [Answered(row.handed_off_at, row.first_answered_at) for row in rows]
    in_hours = [one for one in answered if time_open(one.handed_off_at, one.first_answered_at) == one.wait]
    return in_hours[:NEWEST][::-1]


def in_steps(length: timedelta) -> int:
    """Return so many minutes, rounded up to what is told."""
    return max(STEP_MINUTES, ceil(length / MINUTE / STEP_MINUTES) * STEP_MINUTES)


def _line(known: Sequence[Answered], ahead: int) -> timedelta:
    """Return how long the line takes until it is the customer's turn and they are answered."""
    if ahead == 0:
        return timedelta(0)
    turns = [
        later.first_answered_at - max(earlier.first_answered_at, later.handed_off_at)
        for earlier, later in pairwise(known)
    ]
    return (ahead + 1) * _most(turns)


def _first_in_line(session: Session, conversation: Conversation, newest: Answered) -> timedelta:
    first = session.scalar(
        select(func.min(Conversation.queued_at)).where(
            Conversation.owner == QUEUE,
            Conversation.snoozed_until.is_(None),
            Conversation.handed_off_kind.not_in(NOT_ASKED_FOR),
            Conversation.queued_at > newest.handed_off_at,
            Conversation.id != conversation.id,
        )
    )
    return time_open(first, now()) if first is not None else timedelta(0)


def _most(lengths: Sequence[timedelta]) -> timedelta:
    """Return what four of five are no longer than."""
    return sorted(lengths)[ceil(SHARE * len(lengths)) - 1]
