"""What makes a change happen once: the key it was made under, and the turn that was allowed to make it.

A key is (message, command, order lines). Its result is stored in the transaction of the change itself, so a
turn that is asked again finds the stored result and says the same sentence again. A turn is the right to
change the shop while one customer message is being answered; taking over a conversation revokes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from meantime.db import Base, Json, UtcTime, now

TOKEN_SECONDS = 60


class BadTurnToken(Exception):
    """A call that carries no token of ours, or an old one."""


class TurnRevoked(Exception):
    """The conversation was taken over while its turn was running: the turn may change nothing any more."""


class Key(Base):
    """A change that was made, and what came of it."""

    __tablename__ = "keys"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    result: Mapped[Any] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class Turn(Base):
    """One customer message being answered. The row is written before Rasa is asked."""

    __tablename__ = "turns"

    message_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


def begin_turn(session: Session, message_id: str, conversation_id: str) -> None:
    """Record that ``message_id`` is about to be answered; a turn asked again keeps its row."""
    if session.get(Turn, message_id) is None:
        session.add(Turn(message_id=message_id, conversation_id=conversation_id))


def revoke_turns(session: Session, conversation_id: str) -> None:
    """Take from every turn of the conversation the right to change anything."""
    session.execute(
        update(Turn).where(Turn.conversation_id == conversation_id, Turn.revoked_at.is_(None)).values(revoked_at=now())
    )


def require_turn(session: Session, message_id: str) -> None:
    """Raise TurnRevoked unless the turn still holds. The row stays locked until the change is committed,
    so that a take-over either comes first, and the change fails, or waits and finds it done."""
    turn = session.scalars(select(Turn).where(Turn.message_id == message_id).with_for_update()).one_or_none()
    if turn is None or turn.revoked_at is not None:
        raise TurnRevoked(message_id)


def once(session: Session, key: str, change: Callable[[], Any]) -> Any:
    """Return the stored result of ``key``, or make the change and store what it returns (plain JSON)."""
    stored = session.get(Key, key)
    if stored is not None:
        return stored.result
    result = change()
    session.add(Key(key=key, result=result))
    session.flush()
    return result


@dataclass(frozen=True, slots=True)
class TurnToken:
    """What an action may believe of the turn it runs in, signed by the gateway.

    ``proof`` is the customer a valid identity JWT named. ``proposal`` is the proposal that stood in the last
    message before this one, so that "yes" confirms only what was shown last. ``sender`` is the number (E.164) a
    text message came from. ``answer_to`` says whether the customer was asked where an answer
    reaches them, or has told (a name of ``wording.presence.AnswerTo``). ``order`` is the order a person of the shop
    talked about who has handed the conversation back since; it proves nothing.
    """

    conversation: str
    message: str
    channel: str
    address_hash: str
    proof: str | None = None
    proposal: str | None = None
    sender: str | None = None
    answer_to: str = "UNKNOWN"
    order: str | None = None

    def sign(self, secret: str) -> str:
        """Return the token as text, good for TOKEN_SECONDS."""
        return _signer(secret).dumps(asdict(self))

    @classmethod
    def verify(cls, text: str, secret: str) -> TurnToken:
        """Return the token behind ``text``. Raises BadTurnToken when it is forged, expired or missing."""
        try:
            return cls(**_signer(secret).loads(text, max_age=TOKEN_SECONDS))
        except (BadData, TypeError) as error:
            raise BadTurnToken(str(error)) from error


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="meantime.turn")
