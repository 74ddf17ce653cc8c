"""What customers thought of it: from 1 to 5, asked once after a person has closed their conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from meantime.db import Base, UtcTime, now


class Rating(Base):
    """One question for a rating. ``stars`` is None until it is answered."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("stars between 1 and 5", name="stars"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    agent_name: Mapped[str] = mapped_column(String(100), default="")
    """Who closed it."""
    asked_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    stars: Mapped[int | None]
    rated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    word: Mapped[str] = mapped_column(default="")
    """What the customer added, if anything."""
