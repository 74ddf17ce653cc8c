"""Promises of one's own as their makers and the leads see them: what is due, what was missed, whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from meantime.db import now
from meantime.desk.sessions import SignedIn
from meantime.shop.own_promises import (
    UnknownPromise,
    keep_promise,
    missed_promises,
    open_promises,
    withdraw_promise,
)
from meantime.shop.policy import Policy
from meantime.shop.tables import StaffPromise

KINDS = {"write": "Write", "call": "Call"}
MOST = 200


class NotYourPromise(Exception):
    """Somebody else made it, and who asks is no lead."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise that is still to be kept."""

    id: int
    kind: str
    what: str
    order: str | None
    conversation_id: str
    made_by: str
    made_at: datetime
    due_at: datetime
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Board:
    """``mine``; for leads also what others have ``missed`` and what else is open, by person (``others``)."""

    mine: list[Promise]
    missed: list[Promise]
    others: list[tuple[str, list[Promise]]]


def board(session: Session, who: SignedIn) -> Board:
    """Return the open promises that concern ``who``, the one due first at the top."""
    at = now()
    mine = _shown(open_promises(session, by=who.name, most=MOST), at)
    if not who.is_lead:
        return Board(mine, [], [])
    missed = [each for each in _shown(missed_promises(session, at, most=MOST), at) if each.made_by != who.name]
    rest = [
        each
        for each in _shown(open_promises(session, most=MOST), at)
        if each.made_by != who.name and not each.is_overdue
    ]
    rest.sort(key=lambda each: each.made_by.casefold())
    return Board(mine, missed, [(name, list(theirs)) for name, theirs in groupby(rest, key=lambda e: e.made_by)])


def how_many_press(session: Session, who: SignedIn, policy: Policy) -> int:
    """Return how many promises need ``who`` now: their own that are due, and to a lead all that were missed."""
    at = now()
    due_by = at + timedelta(minutes=policy.hand_off.promise_reminder_minutes)
    pressing = {each.id for each in open_promises(session, by=who.name, most=MOST) if each.due_at <= due_by}
    if who.is_lead:
        pressing |= {each.id for each in missed_promises(session, at, most=MOST)}
    return len(pressing)


def settle(session: Session, who: SignedIn, promise_id: int, *, is_kept: bool) -> None:
    """Note that a promise was kept, or is withdrawn. Raises UnknownPromise, PromiseSettled, NotYourPromise."""
    promise = session.get(StaffPromise, promise_id)
    if promise is None:
        raise UnknownPromise(promise_id)
    if promise.made_by != who.name and not who.is_lead:
        raise NotYourPromise(promise_id)
    (keep_promise if is_kept else withdraw_promise)(session, who.name, promise_id)


def _shown(promises: Sequence[StaffPromise], at: datetime) -> list[Promise]:
    return [
        Promise(
            each.id,
            KINDS.get(each.kind, each.kind),
            each.what,
            each.order_number,
            each.conversation_id,
            each.made_by,
            each.made_at,
            each.due_at,
            each.due_at < at,
        )
        for each in promises
    ]
