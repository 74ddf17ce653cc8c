"""What the desk reads to show a conversation: all of it, also what no customer is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.delivery_states import DeliveryState, deliveries_of
from meantime.conversations.inbox import UnknownConversation
from meantime.conversations.notes import ShownNote, notes_of
from meantime.conversations.tables import Conversation, Message, Option

MOST = 200


@dataclass(frozen=True, slots=True)
class StaffOption:
    """What was offered; ``is_live`` while the customer may choose it."""

    title: str
    role: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class StaffCard:
    title: str
    subtitle: str
    image_url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture the customer sent. It is opened by a member of staff, never fetched here."""

    url: str
    type: str


@dataclass(frozen=True, slots=True)
class Line:
    """A message as staff see it. ``is_choice``: the customer chose an option, and typed nothing."""

    seq: int
    id: str
    author: str
    name: str
    text: str
    at: datetime
    options: tuple[StaffOption, ...]
    cards: tuple[StaffCard, ...]
    pictures: tuple[Picture, ...]
    is_choice: bool
    intent: str | None
    confidence: float | None
    deliveries: tuple[DeliveryState, ...]


@dataclass(frozen=True, slots=True)
class StaffTranscript:
    """The messages after some message, and the notes after some note. ``is_all``: there are no more messages."""

    revision: int
    owner: str
    agent_name: str
    last_seq: int
    messages: tuple[Line, ...]
    notes: tuple[ShownNote, ...]
    is_all: bool


def transcript_after(
    session: Session, conversation_id: str, seq: int = 0, most: int = MOST, note: int = 0
) -> StaffTranscript:
    """Return the first ``most`` messages after ``seq``, and the notes after the one with the id ``note``. Five
    statements, however long it is. Raises UnknownConversation."""
    conversation = session.execute(
        select(Conversation.revision, Conversation.owner, Conversation.agent_name, Conversation.last_seq).where(
            Conversation.id == conversation_id
        )
    ).one_or_none()
    if conversation is None:
        raise UnknownConversation(conversation_id)
    messages = session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > seq)
        .order_by(Message.seq)
        .limit(most)
    ).all()
    ids = [message.id for message in messages]
    options, deliveries = _options(session, ids), deliveries_of(session, ids)
    return StaffTranscript(
        revision=conversation.revision,
        owner=conversation.owner,
        agent_name=conversation.agent_name,
        last_seq=conversation.last_seq,
        messages=tuple(_line(message, options, deliveries) for message in messages),
        notes=tuple(notes_of(session, conversation_id, note)),
        is_all=len(messages) < most,
    )


def _options(session: Session, message_ids: Collection[str]) -> dict[str, list[StaffOption]]:
    found: dict[str, list[StaffOption]] = defaultdict(list)
    if not message_ids:
        return found
    rows = session.execute(
        select(Option.message_id, Option.title, Option.role, Option.expired_at)
        .where(Option.message_id.in_(message_ids), Option.on_card.is_(False))
        .order_by(Option.position)
    )
    for row in rows:
        found[row.message_id].append(StaffOption(row.title, row.role, row.expired_at is None))
    return found


def _line(
    message: Message,
    options: Mapping[str, list[StaffOption]],
    deliveries: Mapping[str, tuple[DeliveryState, ...]],
) -> Line:
    return Line(
        seq=message.seq,
        id=message.id,
        author=message.author,
        name=message.name,
        text=message.text,
        at=message.at,
        options=tuple(options.get(message.id, ())),
        cards=tuple(StaffCard(card["title"], card["subtitle"], card["image_url"]) for card in message.cards),
        pictures=tuple(Picture(shown.get("url", ""), shown.get("type", "")) for shown in message.media),
        is_choice=message.option_id is not None,
        intent=message.intent,
        confidence=message.confidence,
        deliveries=deliveries.get(message.id, ()),
    )
