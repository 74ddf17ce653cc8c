"""Who is signed in: a random token in a cookie, kept here as its digest, good for one long working day."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.desk.tables import Staff, StaffSession

LASTS = timedelta(hours=14)
IDLE = timedelta(hours=4)
"""An open page keeps a session busy: its live connection is heard of all the time."""
NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks. ``session`` is the digest of their token."""

    id: int
    name: str
    role: str
    must_change_password: bool
    session: str

    @property
    def as_author(self) -> str:
        """What the audit knows them by."""
        return f"staff:{self.name}"

    @property
    def is_lead(self) -> bool:
        return self.role == "lead"


def open_session(session: Session, staff_id: int) -> str:
    """Begin a session and return its token, which is not kept."""
    token = secrets.token_urlsafe(32)
    session.add(StaffSession(token_hash=digest(token), staff_id=staff_id, expires_at=now() + LASTS))
    return token


def session_of(session: Session, token: str) -> tuple[SignedIn, bool] | None:
    """Return who is signed in with ``token`` and whether it is time to note that they are still here (``keep``), or
    None."""
    at = now()
    row = session.execute(
        select(Staff, StaffSession.token_hash, StaffSession.last_seen_at)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(
            StaffSession.token_hash == digest(token),
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > at,
            StaffSession.last_seen_at > at - IDLE,
            Staff.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    staff, token_hash, last_seen_at = row
    who = SignedIn(staff.id, staff.name, staff.role, staff.must_change_password, token_hash)
    return who, last_seen_at < at - NOTED_EVERY


def keep(session: Session, token_hash: str) -> None:
    """Note that the session is in use."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash, StaffSession.revoked_at.is_(None))
        .values(last_seen_at=now())
    )


def end_session(session: Session, token_hash: str) -> None:
    """Sign out of this browser."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash, StaffSession.revoked_at.is_(None))
        .values(revoked_at=now())
    )


def end_sessions(session: Session, staff_id: int, *, but: str | None = None) -> None:
    """Sign out everywhere, except in the browser whose token's digest is ``but``."""
    which = [StaffSession.staff_id == staff_id, StaffSession.revoked_at.is_(None)]
    if but is not None:
        which.append(StaffSession.token_hash != but)
    session.execute(update(StaffSession).where(*which).values(revoked_at=now()))


def digest(token: str) -> str:
    # The token has 256 random bits: a slow hash would protect nothing more.
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(secret: str, session: str) -> str:
    """Return what every form of this session carries, so that no other site can send one."""
    return hmac.new(secret.encode(), f"desk.form:{session}".encode(), hashlib.sha256).hexdigest()
