"""What a customer may choose instead of typing, and for how long."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from meantime.conversations.showing import numbers_shown
from meantime.conversations.tables import CHOICE, CONFIRM, CUSTOMER, SMS, Conversation, Message, Option
from meantime.db import now
from meantime.wording.numbered import chosen

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
ASKS_CHOICE = "choice"
_TRAILING = " \t\n.,;:!?…。！？"


@dataclass(frozen=True, slots=True)
class Offer:
    """An option before it has an id."""

    title: str
    payload: str
    role: str = CHOICE
    on_card: bool = False


def offer(session: Session, message: Message, offers: Sequence[Offer], *, lasting: bool = False) -> list[str]:
    """Attach ``offers`` to a new message and return their ids; what was offered earlier ends, except by notices."""
    if not offers:
        return []
    expire_options(session, message.conversation_id)
    options = [
        Option(
            id=secrets.token_urlsafe(16),
            conversation_id=message.conversation_id,
            message_id=message.id,
            position=position,
            title=offer.title,
            payload=offer.payload,
            role=offer.role,
            on_card=offer.on_card,
            lasting=lasting,
        )
        for position, offer in enumerate(offers)
    ]
    session.add_all(options)
    return [option.id for option in options]


def expire_options(session: Session, conversation_id: str) -> None:
    """End what was offered, except by notices."""
    session.execute(
        update(Option)
        .where(Option.conversation_id == conversation_id, Option.expired_at.is_(None), Option.lasting.is_(False))
        .values(expired_at=now()),
        execution_options={"synchronize_session": False},
    )


def live_option(session: Session, conversation_id: str, option_id: str) -> Option | None:
    """Return the option if this conversation may still choose it."""
    if not _ID.fullmatch(option_id):
        return None
    return session.scalars(
        select(Option).where(
            Option.id == option_id, Option.conversation_id == conversation_id, Option.expired_at.is_(None)
        )
    ).one_or_none()


def option_typed(session: Session, conversation: Conversation, text: str) -> Option | None:
    """Return the one live option whose title ``text`` is, give or take case and the full stop; else the one whose
    number it is, where options are numbered. By text message it is none that the phone has not shown yet."""
    typed = _plain(text)
    if not typed:
        return None
    live = session.scalars(
        select(Option)
        .where(Option.conversation_id == conversation.id, Option.expired_at.is_(None))
        .order_by(Option.position)
    ).all()
    meant = [option for option in live if _plain(option.title) == typed and _can_be_seen(session, conversation, option)]
    if meant:
        return meant[0] if len({option.payload for option in meant}) == 1 else None
    return _numbered(session, conversation, live, text)


def _numbered(session: Session, conversation: Conversation, live: Sequence[Option], text: str) -> Option | None:
    """Return the option that ``text`` counts off among those of our newest message, in the order they are shown in.

    Text messages show the numbers. On the website only a list to choose from is counted off, and never to say yes
    to a change: nobody sees a number there.
    """
    if chosen(text, len(live)) is None:
        return None
    newest = session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.author != CUSTOMER)
        .order_by(Message.seq.desc())
        .limit(1)
    ).one()
    shown = [option for option in live if option.message_id == newest.id]
    number = chosen(text, len(shown))
    if number is None:
        return None
    option = shown[number - 1]
    if conversation.channel == SMS:
        return option if _can_be_seen(session, conversation, option) else None
    is_list = newest.asks == ASKS_CHOICE or bool(newest.cards)
    return option if is_list and option.role != CONFIRM else None


def _can_be_seen(session: Session, conversation: Conversation, option: Option) -> bool:
    return conversation.channel != SMS or option.position + 1 in numbers_shown(session, option.message_id)


def _plain(text: str) -> str:
    return text.casefold().strip().rstrip(_TRAILING)
