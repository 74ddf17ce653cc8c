"""The audit as staff meet it: that they have seen somebody's data is in it, and leads search it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.shop.acting import signature_of
from meantime.shop.audit import record
from meantime.shop.tables import AuditEntry

VIEW = "view"


def staff_view(session: Session, name: str, subject: str) -> None:
    """Record that a member of staff has seen personal data: of ``conversation:ID``, ``order:N`` or ``customer:ID``."""
    record(session, signature_of(name), VIEW, subject, None, None)


def search_audit(
    session: Session,
    who: str | None = None,
    what: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before_id: int | None = None,
    most: int = 50,
    *,
    without: str | None = None,
) -> Sequence[AuditEntry]:
    """Return the entries that fit all that is asked for, the newest first.

    ``without`` is what is left out.

    ``since`` counts in, ``until`` does not. For the next page ``before_id`` is the id of the last entry of this one.
    """
    found = select(AuditEntry)
    for column, wanted in ((AuditEntry.who, who), (AuditEntry.what, what), (AuditEntry.subject, subject)):
        if wanted is not None:
            found = found.where(column == wanted)
    if without is not None:
        found = found.where(AuditEntry.what != without)
    if since is not None:
        found = found.where(AuditEntry.at >= since)
    if until is not None:
        found = found.where(AuditEntry.at < until)
    if before_id is not None:
        found = found.where(AuditEntry.id < before_id)
    return session.scalars(found.order_by(AuditEntry.id.desc()).limit(most)).all()
