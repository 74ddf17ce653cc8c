"""The tables of the feeds: who may use the HTTP API."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from meantime.db import Base, UtcTime, now


class ApiKey(Base):
    """A key of the shop's own systems. The secret is known to its holder only; here is its SHA-256."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("scope in ('read', 'write')", name="scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
