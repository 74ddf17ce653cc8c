"""Promises of one's own: what a member of staff has told a customer they will do, and by when.

Who is to keep it is reminded before it is due, unless it was made later than that; what is missed becomes a lead's.
``by`` is the name of who is signed in. What was promised stays in its own column: the audit, which nobody can erase,
holds only that there is a promise, and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.ledger import once
from meantime.shop.acting import signature_of
from meantime.shop.audit import emit, record
from meantime.shop.policy import Policy, current_policy
from meantime.shop.tables import AuditEntry, Order, StaffPromise

LONGEST_WHAT = 500
LONGEST_KEY = 64
FURTHEST = timedelta(days=60)
SYSTEM = "meantime"
"""Who reminds and escalates, in the audit."""


class PromiseKind(StrEnum):
    """What was promised."""

    WRITE = "write"
    CALL = "call"


class Refusal(StrEnum):
    """What is wrong with a promise that somebody wants to make."""

    KIND = "kind"
    TOO_LONG = "too long"
    NOT_AHEAD = "not ahead"
    TOO_FAR = "too far"
    NO_SUCH_ORDER = "no such order"


class BadPromise(ValueError):
    """A promise that cannot be tracked; ``why`` says what is wrong with it."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


class UnknownPromise(LookupError):
    """There is no promise with this id."""


class PromiseSettled(Exception):
    """It was withdrawn before it could be kept, or kept before it could be withdrawn."""


def make_promise(
    session: Session,
    by: str,
    conversation_id: str,
    kind: str,
    what: str,
    due_at: datetime,
    *,
    key: str,
    order_number: str | None = None,
) -> StaffPromise:
    """Note a promise to the customer of a conversation, once for each ``key``. Raises BadPromise."""
    if not 0 < len(key) <= LONGEST_KEY:
        raise ValueError(f"a key has 1 to {LONGEST_KEY} characters")

    def make() -> int:
        return _make(session, by, conversation_id, _checked(session, kind, what, due_at, order_number)).id

    promise_id = once(session, f"desk-{key}:promise:{conversation_id}", make)
    return session.get_one(StaffPromise, promise_id)


def keep_promise(session: Session, by: str, promise_id: int) -> StaffPromise:
    """Note that a promise was kept, by whoever kept it. A second time changes nothing.

    Raises UnknownPromise, PromiseSettled.
    """
    promise = _locked(session, promise_id)
    if promise.withdrawn_at is not None:
        raise PromiseSettled(promise_id)
    if promise.kept_at is None:
        promise.kept_at, promise.kept_by = now(), by
        _note(session, signature_of(by), "promise_kept", promise)
    return promise


def withdraw_promise(session: Session, by: str, promise_id: int) -> StaffPromise:
    """Note that a promise no longer has to be kept. A second time changes nothing.

    Raises UnknownPromise, PromiseSettled.
    """
    promise = _locked(session, promise_id)
    if promise.kept_at is not None:
        raise PromiseSettled(promise_id)
    if promise.withdrawn_at is None:
        promise.withdrawn_at = now()
        _note(session, signature_of(by), "promise_withdrawn", promise)
    return promise


def pass_on_promises(
    session: Session, conversation_id: str, from_name: str, to_name: str, *, by: str
) -> Sequence[StaffPromise]:
    """Make what one person still has to keep in a conversation another's, who is reminded anew unless it is due so soon
    that this itself reminds them, and return it."""
    theirs = _open().where(_in(conversation_id), StaffPromise.made_by == from_name)
    locked = _next_first(theirs).with_for_update().execution_options(populate_existing=True)
    promises = session.scalars(locked).all()
    for promise in promises:
        promise.made_by = to_name
        promise.reminded_at = _reminded_by_now(promise)
        after = {"promise": promise.id, "from": from_name, "to": to_name}
        record(session, signature_of(by), "promise_passed_on", f"conversation:{conversation_id}", None, after)
    return promises


def promised_by(session: Session, promise: StaffPromise) -> str:
    """Return who told the customer, whoever keeps it since."""
    passed_on = session.scalars(
        select(AuditEntry.after)
        .where(AuditEntry.subject == f"conversation:{promise.conversation_id}", AuditEntry.what == "promise_passed_on")
        .order_by(AuditEntry.id)
    )
    first: Iterator[str] = (entry["from"] for entry in passed_on if entry and entry["promise"] == promise.id)
    return next(first, promise.made_by)


def open_promises(
    session: Session, *, by: str | None = None, conversation_id: str | None = None, most: int = 200
) -> Sequence[StaffPromise]:
    """Return what is still to be kept, of one person or of one conversation, the one due next first."""
    wanted = _open()
    if by is not None:
        wanted = wanted.where(StaffPromise.made_by == by)
    if conversation_id is not None:
        wanted = wanted.where(StaffPromise.conversation_id == conversation_id)
    return session.scalars(_next_first(wanted).limit(most)).all()


def promises_of(session: Session, conversation_id: str) -> Sequence[StaffPromise]:
    """Return all promises of a conversation, also those kept, withdrawn or missed, in the order of their days."""
    return session.scalars(_next_first(select(StaffPromise).where(_in(conversation_id)))).all()


def missed_promises(session: Session, at: datetime | None = None, most: int = 200) -> Sequence[StaffPromise]:
    """Return what should have been kept by ``at`` (None: now) and was not: a lead's to see to."""
    return session.scalars(_next_first(_open().where(StaffPromise.due_at < (at or now()))).limit(most)).all()


def remind_due(session: Session, at: datetime, policy: Policy | None = None, most: int = 200) -> Sequence[StaffPromise]:
    """Mark the promises whose maker is to be reminded at ``at``, each once, and return them."""
    ahead = _reminded_ahead(policy)
    due = _open().where(StaffPromise.reminded_at.is_(None), StaffPromise.due_at <= at + ahead)
    promises = _taken(session, due, most)
    for promise in promises:
        promise.reminded_at = at
        _happened(session, "promise_due", promise)
    return promises


def escalate_missed(session: Session, at: datetime, most: int = 200) -> Sequence[StaffPromise]:
    """Mark the promises that were missed by ``at``, each once, and return them."""
    missed = _open().where(StaffPromise.escalated_at.is_(None), StaffPromise.due_at < at)
    promises = _taken(session, missed, most)
    for promise in promises:
        promise.escalated_at = at
        _happened(session, "promise_missed", promise)
    return promises


def something_is_due(session: Session, at: datetime, policy: Policy | None = None) -> bool:
    """Return whether there is anything to remind of or to escalate: asked often, without a lock."""
    ahead = _reminded_ahead(policy)
    to_remind = StaffPromise.reminded_at.is_(None) & (StaffPromise.due_at <= at + ahead)
    to_escalate = StaffPromise.escalated_at.is_(None) & (StaffPromise.due_at < at)
    return (
        session.scalar(_open().with_only_columns(StaffPromise.id).where(to_remind | to_escalate).limit(1)) is not None
    )


def _checked(session: Session, kind: str, what: str, due_at: datetime, order_number: str | None) -> StaffPromise:
    if kind not in set(PromiseKind):
        raise BadPromise(Refusal.KIND)
    what = what.strip().replace("\0", "")
    if len(what) > LONGEST_WHAT:
        raise BadPromise(Refusal.TOO_LONG)
    if due_at <= now():
        raise BadPromise(Refusal.NOT_AHEAD)
    if due_at > now() + FURTHEST:
        raise BadPromise(Refusal.TOO_FAR)
    if order_number is not None and session.get(Order, order_number) is None:
        raise BadPromise(Refusal.NO_SUCH_ORDER)
    return StaffPromise(kind=kind, what=what, due_at=due_at, order_number=order_number)


def _make(session: Session, by: str, conversation_id: str, promise: StaffPromise) -> StaffPromise:
    promise.made_by, promise.conversation_id = by, conversation_id
    promise.reminded_at = _reminded_by_now(promise)
    session.add(promise)
    session.flush()
    _note(session, signature_of(by), "promise_made", promise)
    return promise


def _reminded_by_now(promise: StaffPromise) -> datetime | None:
    """Return when whoever gets a promise just now was reminded of it: now, where it is due within the reminder's time,
    and they are not told the same twice."""
    return now() if promise.due_at <= now() + _reminded_ahead(None) else None


def _reminded_ahead(policy: Policy | None) -> timedelta:
    return timedelta(minutes=(policy or current_policy()).hand_off.promise_reminder_minutes)


def _open() -> Select[StaffPromise]:
    return select(StaffPromise).where(StaffPromise.kept_at.is_(None), StaffPromise.withdrawn_at.is_(None))


def _in(conversation_id: str) -> ColumnElement[bool]:
    return StaffPromise.conversation_id == conversation_id


def _next_first(wanted: Select[StaffPromise]) -> Select[StaffPromise]:
    return wanted.order_by(StaffPromise.due_at, StaffPromise.id)


def _taken(session: Session, wanted: Select[StaffPromise], most: int) -> Sequence[StaffPromise]:
    # Another worker may be at the same: what it holds is its own to tell.
    locked = _next_first(wanted).limit(most).with_for_update(skip_locked=True)
    return session.scalars(locked.execution_options(populate_existing=True)).all()


def _locked(session: Session, promise_id: int) -> StaffPromise:
    promise = session.get(StaffPromise, promise_id, with_for_update=True, populate_existing=True)
    if promise is None:
        raise UnknownPromise(promise_id)
    return promise


def _happened(session: Session, kind: str, promise: StaffPromise) -> None:
    _note(session, SYSTEM, kind, promise)
    emit(session, kind, f"conversation:{promise.conversation_id}", {**_plain(promise), "by": promise.made_by})


def _note(session: Session, who: str, what: str, promise: StaffPromise) -> None:
    record(session, who, what, f"conversation:{promise.conversation_id}", None, _plain(promise))


def _plain(promise: StaffPromise) -> dict[str, Any]:
    due_at = promise.due_at.isoformat()
    return {"promise": promise.id, "kind": promise.kind, "due_at": due_at, "order": promise.order_number}
