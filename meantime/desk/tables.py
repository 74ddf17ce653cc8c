"""The tables of the desk: who may work at it, their sessions, and what they share."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from meantime.db import Base, UtcTime, now

type Role = Literal["agent", "lead", "buyer"]

ROLES: tuple[Role, ...] = get_args(Role.__value__)


class Staff(Base):
    """A member of staff. Rows stay when an account is disabled: the audit names them."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    """What they sign in with, and what customers see."""
    name_key: Mapped[str] = mapped_column(String(60), unique=True)
    """The name as it is compared: case-folded."""
    role: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str]
    must_change_password: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    created_by: Mapped[str] = mapped_column(String(100), default="")
    disabled_at: Mapped[datetime | None] = mapped_column(UtcTime)


class StaffSession(Base):
    """One browser in which somebody is signed in."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SignIn(Base):
    """One try to sign in: counted by name and by address, so that nobody guesses on."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_name", "name_key", "at"), Index("ix_sign_ins_address", "address_hash", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name_key: Mapped[str] = mapped_column(String(60))
    address_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    has_failed: Mapped[bool]


class CannedReply(Base):
    """A reply that is needed often. ``text`` may hold variables like {customer} and {date}."""

    __tablename__ = "canned_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    shortcut: Mapped[str] = mapped_column(String(40), unique=True)
    """What is typed after `/` to find it."""
    title: Mapped[str] = mapped_column(String(100))
    text: Mapped[str]
    updated_by: Mapped[str] = mapped_column(String(100), default="")
    updated_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class Viewer(Base):
    """Somebody of the staff has a conversation open, at any gateway; forgotten when not heard of for a while."""

    __tablename__ = "desk_viewers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """One open page."""
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    seen_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
