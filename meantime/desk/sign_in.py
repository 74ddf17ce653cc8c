"""Signing in: every try is counted before the password is looked at, so that being quick gives nobody more of them.

Tries are counted by name too, or whoever has many addresses could guess for ever. So a stranger who knows a name can
keep it from signing in for a quarter of an hour; who is signed in stays so, and a lead's new password begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.desk.accounts import LONGEST_NAME, key_of
from meantime.desk.sessions import open_session
from meantime.desk.tables import SignIn, Staff
from meantime.shop.audit import record

WINDOW = timedelta(minutes=15)
MOST_BY_NAME = 8
LONGEST_TYPED = 200
"""No name is so long, and to write one out for comparing takes time."""
MOST_BY_ADDRESS = 40
"""A whole shop may sit behind one address."""


class TooManyTries(Exception):
    """Not before ``wait`` is over."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait

    @property
    def minutes(self) -> int:
        return max(1, -(-int(self.wait.total_seconds()) // 60))


@dataclass(frozen=True, slots=True)
class Try:
    """A counted try: the account it is for, if there is one, and the hash its password is compared with."""

    id: int
    staff_id: int | None
    password_hash: str | None


def begin_try(session: Session, name: str, address_hash: str) -> Try:
    """Count a try. Raises TooManyTries; then nothing was counted, so that waiting helps."""
    name = name[:LONGEST_TYPED]
    key, since = key_of(name)[:LONGEST_NAME], now() - WINDOW
    for column, value, most in (
        (SignIn.name_key, key, MOST_BY_NAME),
        (SignIn.address_hash, address_hash, MOST_BY_ADDRESS),
    ):
        _one_at_a_time(session, value)
        failed, first = session.execute(
            select(func.count(), func.min(SignIn.at)).where(column == value, SignIn.at > since, SignIn.has_failed)
        ).one()
        if failed >= most:
            raise TooManyTries(first + WINDOW - now())
    attempt = SignIn(name_key=key, address_hash=address_hash, has_failed=True)
    session.add(attempt)
    session.flush()
    account = session.scalars(
        select(Staff).where(Staff.name_key == key_of(name), Staff.disabled_at.is_(None))
    ).one_or_none()
    return Try(attempt.id, account.id if account else None, account.password_hash if account else None)


def forgive(session: Session, attempt: Try) -> None:
    """Note that a try was no wrong one."""
    session.get_one(SignIn, attempt.id).has_failed = False


def succeed(session: Session, attempt: Try) -> str | None:
    """Open a session after the right password and return its token; None when the account was disabled, or its
    password changed, meanwhile."""
    account = session.get(Staff, attempt.staff_id, with_for_update=True) if attempt.staff_id is not None else None
    if account is None or account.disabled_at is not None or account.password_hash != attempt.password_hash:
        return None
    forgive(session, attempt)
    record(session, f"staff:{account.name}", "signed_in", f"staff:{account.id}", None, None)
    return open_session(session, account.id)


def fail(session: Session, attempt: Try) -> None:
    """Put a wrong password into the audit. Of a name that nobody has, nothing is told."""
    if attempt.staff_id is not None:
        record(session, "nobody", "sign_in_failed", f"staff:{attempt.staff_id}", None, None)


def _one_at_a_time(session: Session, counted_by: str) -> None:
    """Wait for whoever counts the same: of tries at once none sees the others. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"sign-in:{counted_by}"))))
