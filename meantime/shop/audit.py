"""The record: what was changed (audit), what happened (outbox) and what the shop's system must hear (changes)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from meantime.shop.tables import AuditEntry, Change, Event

CHANGES_LOCK = 0x6D65616E  # any number of our own: names the advisory lock below


@dataclass(frozen=True, slots=True)
class LineQuantity:
    """So many units of one order line."""

    line: int
    quantity: int


def record(session: Session, who: str, what: str, subject: str, before: Any, after: Any, key: str = "") -> None:
    """Add an audit entry. ``before`` and ``after`` are plain JSON; ``subject`` is like ``order:W123``."""
    session.add(AuditEntry(who=who, what=what, subject=subject, before=before, after=after, key=key))


def emit(session: Session, kind: str, subject: str, body: dict[str, Any]) -> None:
    """Write an event to the outbox, in the caller's transaction."""
    session.add(Event(kind=kind, subject=subject, body=body))


def announce(
    session: Session,
    kind: str,
    order_number: str,
    lines: list[LineQuantity],
    amount_minor: int | None,
    currency: str,
    by: str,
    *,
    conversation_id: str | None = None,
) -> Change:
    """Add a change to the feed of ``GET /api/v1/changes``. ``conversation_id`` is where it was asked for.

    Readers follow the ids, so ids must become visible in order: on PostgreSQL writers take turns (SQLite has
    one writer anyway).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": CHANGES_LOCK})
    change = Change(
        kind=kind,
        order_number=order_number,
        lines=[asdict(line) for line in lines],
        amount_minor=amount_minor,
        currency=currency,
        by=by,
        conversation_id=conversation_id,
    )
    session.add(change)
    session.flush()
    return change
