"""The staff as a lead sees them: who there is, who may do what, when they were last here, what they have open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from meantime.desk.accounts import UnknownStaff, has_another_lead, list_staff, open_conversations
from meantime.desk.tables import Staff, StaffSession


@dataclass(frozen=True, slots=True)
class Person:
    """One account. ``open_conversations`` are those that this person answers now."""

    id: int
    name: str
    role: str
    has_first_password: bool
    disabled_at: datetime | None
    last_seen_at: datetime | None
    open_conversations: int
    is_only_lead: bool = False


def everybody(session: Session) -> list[Person]:
    """Return all accounts by name, those in use first."""
    seen = dict(session.execute(_last_seen()).all())
    has = open_conversations(session)
    people = [_person(account, seen.get(account.id), has.get(account.name, 0)) for account in list_staff(session)]
    return sorted(people, key=lambda person: person.disabled_at is not None)


def person(session: Session, staff_id: int) -> Person:
    """Return one account. Raises UnknownStaff."""
    account = session.get(Staff, staff_id)
    if account is None:
        raise UnknownStaff(f"there is no account {staff_id}")
    seen = session.execute(_last_seen().where(StaffSession.staff_id == staff_id)).one_or_none()
    is_only_lead = account.role == "lead" and account.disabled_at is None and not has_another_lead(session, staff_id)
    has = open_conversations(session).get(account.name, 0)
    return _person(account, seen[1] if seen else None, has, is_only_lead=is_only_lead)


def _last_seen() -> Select[int, datetime]:
    return select(StaffSession.staff_id, func.max(StaffSession.last_seen_at)).group_by(StaffSession.staff_id)


def _person(account: Staff, last_seen_at: datetime | None, has: int, *, is_only_lead: bool = False) -> Person:
    return Person(
        account.id,
        account.name,
        account.role,
        account.must_change_password,
        account.disabled_at,
        last_seen_at,
        has,
        is_only_lead,
    )
