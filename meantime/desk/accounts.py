"""Accounts of staff: made by a lead or on the command line, never deleted, because the audit names them."""

from __future__ import annotations

import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.desk.passwords import WeakPassword, first_password, hash_of, is_right, require_good
from meantime.desk.sessions import end_sessions
from meantime.desk.tables import ROLES, Role, Staff
from meantime.shop.audit import record

LONGEST_NAME = 60
RESERVED = frozenset({"assistant", "bot", "system", "customer", "cli", "meantime"})
"""Names that others write under."""


class BadStaffName(ValueError):
    """A name that cannot be an account's; the message says why."""


class UnknownStaff(LookupError):
    """Nobody of the staff has this name; the message says so."""


class LastLead(Exception):
    """Without this account nobody could look after the others."""


def key_of(name: str) -> str:
    """Return a name as it is compared: however it is written, it is one person's."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def add_staff(session: Session, name: str, role: Role, *, by: str, password: str | None = None) -> str:
    """Make an account and return its first password, which has to be changed at the first sign-in. With ``password``
    it is the person's own already. Raises BadStaffName, WeakPassword."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadStaffName(f"a name has 1 to {LONGEST_NAME} characters that can be read")
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; use {', '.join(ROLES)}")
    if key_of(name) in RESERVED:
        raise BadStaffName(f"{name!r} is a name of Meantime's own; customers would take it for the assistant")
    if _found(session, name) is not None:
        raise BadStaffName(f"there is somebody named {name!r} already")
    if password is not None:
        require_good(password, name)
    given = password or first_password()
    account = Staff(
        name=name,
        name_key=key_of(name),
        role=role,
        password_hash=hash_of(given),
        must_change_password=password is None,
        created_by=by,
    )
    session.add(account)
    session.flush()
    record(session, by, "staff_added", f"staff:{account.id}", None, {"role": role})
    return given


def list_staff(session: Session) -> list[Staff]:
    """Return all accounts, the disabled ones too, by name."""
    return list(session.scalars(select(Staff).order_by(Staff.name_key)))


def staff_named(session: Session, name: str) -> Staff:
    """Return an account by its name. Raises UnknownStaff."""
    account = _found(session, name)
    if account is None:
        raise UnknownStaff(f"there is nobody named {name!r} among the staff")
    return account


def disable_staff(session: Session, name: str, *, by: str) -> None:
    """Let nobody in by this account any more, and end its sessions. Raises UnknownStaff, LastLead."""
    account = staff_named(session, name)
    if account.disabled_at is not None:
        return
    _require_another_lead(session, account)
    account.disabled_at = now()
    end_sessions(session, account.id)
    record(session, by, "staff_disabled", f"staff:{account.id}", {"disabled": False}, {"disabled": True})


def enable_staff(session: Session, name: str, *, by: str) -> str:
    """Let a disabled account in again, with a new first password, which is returned. Raises UnknownStaff."""
    account = staff_named(session, name)
    if account.disabled_at is not None:
        account.disabled_at = None
        record(session, by, "staff_enabled", f"staff:{account.id}", {"disabled": True}, {"disabled": False})
    return reset_password(session, name, by=by)


def reset_password(session: Session, name: str, *, by: str) -> str:
    """Give an account a new first password, return it, and end its sessions. Raises UnknownStaff."""
    account = staff_named(session, name)
    given = first_password()
    account.password_hash = hash_of(given)
    account.must_change_password = True
    end_sessions(session, account.id)
    record(session, by, "password_reset", f"staff:{account.id}", None, None)
    return given


def change_role(session: Session, name: str, role: Role, *, by: str) -> None:
    """Give an account another role; it holds from the next click on. Raises UnknownStaff, LastLead."""
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; use {', '.join(ROLES)}")
    account = staff_named(session, name)
    if account.role == role:
        return
    if role != "lead":
        _require_another_lead(session, account)
    record(session, by, "role_changed", f"staff:{account.id}", {"role": account.role}, {"role": role})
    account.role = role


def change_password(session: Session, staff_id: int, old: str, new: str, *, keeps: str) -> None:
    """Change one's own password, and end every session but the one whose token's hash is ``keeps``.
    Raises WeakPassword: the old one is wrong, or the new one will not do."""
    account = session.get_one(Staff, staff_id, with_for_update=True)
    if not is_right(old, account.password_hash):
        raise WeakPassword("The present password is not right.")
    if old == new:
        raise WeakPassword("Please choose another password than the present one.")
    require_good(new, account.name)
    account.password_hash = hash_of(new)
    account.must_change_password = False
    end_sessions(session, account.id, but=keeps)
    record(session, f"staff:{account.name}", "password_changed", f"staff:{account.id}", None, None)


def _found(session: Session, name: str) -> Staff | None:
    return session.scalars(select(Staff).where(Staff.name_key == key_of(name))).one_or_none()


def _require_another_lead(session: Session, account: Staff) -> None:
    if account.role != "lead":
        return
    others = select(Staff.id).where(Staff.role == "lead", Staff.disabled_at.is_(None), Staff.id != account.id).limit(1)
    if session.scalar(others) is None:
        raise LastLead(account.name)
