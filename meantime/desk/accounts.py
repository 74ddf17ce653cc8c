"""Accounts of staff: made by a lead or on the command line, never deleted, because the audit names them."""

from __future__ import annotations

import unicodedata

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from meantime.conversations.owner import NotTaken, put_back
from meantime.conversations.tables import AGENT, Conversation
from meantime.db import now
from meantime.desk.passwords import FirstPassword, WeakPassword, first_password, hash_of, require_good
from meantime.desk.sessions import end_sessions
from meantime.desk.tables import ROLES, Role, SignIn, Staff
from meantime.shop.audit import record

LONGEST_NAME = 60
ANSWERING = frozenset({"agent", "lead"})
"""The roles of those who answer customers."""
RESERVED = frozenset({"assistant", "bot", "system", "customer", "cli", "meantime"})
"""Names that others write under."""


NOT_RIGHT = "The present password is not right."


class BadStaffName(ValueError):
    """A name that cannot be an account's; the message says why."""


class UnknownStaff(LookupError):
    """Nobody of the staff has this name; the message says so."""


class NotAtWork(Exception):
    """An account that answers no customers: it has been disabled meanwhile, or is for something else now."""


class LastLead(Exception):
    """Without this account nobody could look after the others."""


def key_of(name: str) -> str:
    """Return a name as it is compared: however it is written, it is one person's."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def add_staff(
    session: Session, name: str, role: Role, *, by: str, password: str | None = None, first: FirstPassword | None = None
) -> str:
    """Make an account and return its first password, which has to be changed at the first sign-in: ``first``, or one
    that is made here. With ``password`` it is the person's own already. Raises BadStaffName, WeakPassword."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    # Written out for comparing, a few characters are as long as many.
    if not 0 < len(name) <= LONGEST_NAME or len(key_of(name)) > LONGEST_NAME or not name.isprintable():
        raise BadStaffName(f"a name has 1 to {LONGEST_NAME} characters that can be read")
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; use {', '.join(ROLES)}")
    if key_of(name) in RESERVED:
        raise BadStaffName(f"{name!r} is a name of Meantime's own; customers would take it for the assistant")
    if _found(session, name) is not None:
        raise BadStaffName(f"there is somebody named {name!r} already")
    if password is not None:
        require_good(password, name)
    given = FirstPassword(password, hash_of(password)) if password is not None else first or first_password()
    account = Staff(
        name=name,
        name_key=key_of(name),
        role=role,
        password_hash=given.hash,
        must_change_password=password is None,
        created_by=by,
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:  # two have added the same name at once
        raise BadStaffName(f"there is somebody named {name!r} already") from error
    record(session, by, "staff_added", f"staff:{account.id}", None, {"role": role})
    return given.text


def list_staff(session: Session) -> list[Staff]:
    """Return all accounts, the disabled ones too, by name."""
    return list(session.scalars(select(Staff).order_by(Staff.name_key)))


def staff_named(session: Session, name: str) -> Staff:
    """Return an account by its name. Raises UnknownStaff."""
    account = _found(session, name)
    if account is None:
        raise UnknownStaff(f"there is nobody named {name!r} among the staff")
    return account


def disable_staff(session: Session, name: str, *, by: str) -> int:
    """Let nobody in by this account any more, end its sessions, and put the conversations it has back into the queue:
    how many, is returned. Raises UnknownStaff, LastLead."""
    account = _locked(session, name)
    if account.disabled_at is None:
        _require_another_lead(session, account)
        account.disabled_at = now()
        end_sessions(session, account.id)
        record(session, by, "staff_disabled", f"staff:{account.id}", {"disabled": False}, {"disabled": True})
    return _put_back_all(session, account, by)


def enable_staff(session: Session, name: str, *, by: str, first: FirstPassword | None = None) -> str:
    """Let a disabled account in again, with a new first password, which is returned. Raises UnknownStaff."""
    account = staff_named(session, name)
    if account.disabled_at is not None:
        account.disabled_at = None
        record(session, by, "staff_enabled", f"staff:{account.id}", {"disabled": True}, {"disabled": False})
    return reset_password(session, name, by=by, first=first)


def reset_password(session: Session, name: str, *, by: str, first: FirstPassword | None = None) -> str:
    """Give an account a new first password, return it, and end its sessions. What was tried with the old one counts
    no longer. Raises UnknownStaff."""
    account = staff_named(session, name)
    given = first or first_password()
    account.password_hash = given.hash
    session.execute(update(SignIn).where(SignIn.name_key == account.name_key).values(has_failed=False))
    account.must_change_password = True
    end_sessions(session, account.id)
    record(session, by, "password_reset", f"staff:{account.id}", None, None)
    return given.text


def change_role(session: Session, name: str, role: Role, *, by: str) -> int:
    """Give an account another role; it holds from the next click on. Who no longer answers customers has their
    conversations put back into the queue: how many, is returned. Raises UnknownStaff, LastLead."""
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; use {', '.join(ROLES)}")
    account = _locked(session, name)
    if account.role == role:
        return 0
    if role != "lead":
        _require_another_lead(session, account)
    record(session, by, "role_changed", f"staff:{account.id}", {"role": account.role}, {"role": role})
    account.role = role
    return 0 if role in ANSWERING else _put_back_all(session, account, by)


def require_at_work(session: Session, *names: str) -> None:
    """Raise NotAtWork unless all of ``names`` answer customers. It stays so until the transaction ends: who disables
    one of them finds what was given to them meanwhile."""
    wanted = set(names)
    able = select(Staff.name).where(Staff.name.in_(wanted), Staff.role.in_(ANSWERING), Staff.disabled_at.is_(None))
    if set(session.scalars(able.order_by(Staff.id).with_for_update(read=True))) != wanted:
        raise NotAtWork(", ".join(sorted(wanted)))


def open_conversations(session: Session) -> dict[str, int]:
    """Return how many conversations each member of staff has, by name; who has none is left out."""
    counted = (
        select(Conversation.agent_name, func.count())
        .where(Conversation.owner == AGENT)
        .group_by(Conversation.agent_name)
    )
    return dict(session.execute(counted).all())


def require_new(old: str, new: str, name: str) -> None:
    """Raise WeakPassword unless ``new`` may take the place of ``old``."""
    if old == new:
        raise WeakPassword("Please choose another password than the present one.")
    require_good(new, name)


def change_password(session: Session, staff_id: int, old_hash: str | None, new_hash: str, *, keeps: str) -> None:
    """Put a new password in the place of the one that was found right, ``old_hash``, and end every session but the
    one whose token's hash is ``keeps``. Raises WeakPassword: it is not the present one any more."""
    account = session.get_one(Staff, staff_id, with_for_update=True, populate_existing=True)
    if account.password_hash != old_hash:
        raise WeakPassword(NOT_RIGHT)
    account.password_hash = new_hash
    account.must_change_password = False
    end_sessions(session, account.id, but=keeps)
    record(session, f"staff:{account.name}", "password_changed", f"staff:{account.id}", None, None)


def _found(session: Session, name: str) -> Staff | None:
    return session.scalars(select(Staff).where(Staff.name_key == key_of(name))).one_or_none()


def _locked(session: Session, name: str) -> Staff:
    """Return an account that nobody else changes meanwhile. All leads are locked with it, always in the same order, so
    that two of them who make each other something else at once do not leave none."""
    account = staff_named(session, name)
    rows = select(Staff).where(or_(Staff.role == "lead", Staff.id == account.id)).order_by(Staff.id).with_for_update()
    session.scalars(rows.execution_options(populate_existing=True)).all()
    return account


def _require_another_lead(session: Session, account: Staff) -> None:
    if account.role == "lead" and account.disabled_at is None and not has_another_lead(session, account.id):
        raise LastLead(account.name)


def has_another_lead(session: Session, staff_id: int) -> bool:
    """Return whether anybody else looks after the accounts."""
    others = select(Staff.id).where(Staff.role == "lead", Staff.disabled_at.is_(None), Staff.id != staff_id).limit(1)
    return session.scalar(others) is not None


def _put_back_all(session: Session, account: Staff, by: str) -> int:
    """Put what the account has back into the queue. The customers are told; who decided it stands in the audit."""
    theirs = select(Conversation.id).where(Conversation.owner == AGENT, Conversation.agent_name == account.name)
    put = 0
    for conversation_id in session.scalars(theirs.order_by(Conversation.id)).all():
        try:
            put_back(session, conversation_id, account.name)
        except NotTaken:  # just handed on by itself
            continue
        record(session, by, "put_back", f"conversation:{conversation_id}", None, {"of": f"staff:{account.id}"})
        put += 1
    return put
