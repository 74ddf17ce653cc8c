"""What a channel reads to show a conversation: everything after the last message it has shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from meantime.conversations.inbox import UnknownConversation
from meantime.conversations.places import shown_place
from meantime.conversations.tables import CUSTOMER, QUEUE, Conversation, Message, Option
from meantime.conversations.tokens import ConversationToken

PAGE = 200

type Columns = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ShownOption:
    id: str
    title: str
    role: str


@dataclass(frozen=True, slots=True)
class ShownCard:
    title: str
    subtitle: str
    image_url: str
    option: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a customer may see it. Options that have ended are left out."""

    seq: int
    id: str
    author: str
    name: str
    text: str
    options: tuple[ShownOption, ...]
    cards: tuple[ShownCard, ...]
    asks: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """What happened in a conversation since somebody looked."""

    revision: int
    owner: str
    agent_name: str
    ahead: int | None
    """How many wait before it; None while it waits for nobody."""
    last_seq: int
    messages: tuple[Shown, ...]
    handled: frozenset[str]
    """Of the client ids asked for, those that nothing has to be done with any more."""
    is_all: bool


def news_after(
    session: Session,
    conversation_id: str,
    seq: int,
    waiting_for: Collection[str] = (),
    token_hash: str | None = None,
) -> News:
    """Return the first PAGE messages after ``seq``. Raises UnknownConversation, also for whoever reads with a token
    (by its hash) that was taken away.

    What is handled is read before the messages, so that an answer is never announced before it is shown.
    """
    which = _CONVERSATION if token_hash is None else _CONVERSATION_OF_TOKEN
    conversation = session.execute(which, {"conversation": conversation_id, "token": token_hash}).one_or_none()
    if conversation is None:
        raise UnknownConversation(conversation_id)
    handled = _handled(session, conversation_id, waiting_for) if waiting_for else frozenset()
    rows = session.execute(_MESSAGES, {"conversation": conversation_id, "seq": seq}).all()
    options = _live_options(session, [row.id for row in rows if row.author != CUSTOMER])
    return News(
        revision=conversation.revision,
        owner=conversation.owner,
        agent_name=conversation.agent_name,
        ahead=shown_place(session, conversation_id) if conversation.owner == QUEUE else None,
        last_seq=conversation.last_seq,
        messages=tuple(_shown(row, options.get(row.id, [])) for row in rows),
        handled=handled,
        is_all=len(rows) < PAGE,
    )


_CONVERSATION = select(Conversation.revision, Conversation.owner, Conversation.agent_name, Conversation.last_seq).where(
    Conversation.id == bindparam("conversation")
)

_CONVERSATION_OF_TOKEN = _CONVERSATION.join(
    ConversationToken, ConversationToken.conversation_id == Conversation.id
).where(ConversationToken.token_hash == bindparam("token"), ConversationToken.revoked_at.is_(None))

_MESSAGES = (
    select(
        Message.id,
        Message.client_id,
        Message.seq,
        Message.author,
        Message.name,
        Message.text,
        Message.cards,
        Message.asks,
        Message.at,
    )
    .where(Message.conversation_id == bindparam("conversation"), Message.seq > bindparam("seq"))
    .order_by(Message.seq)
    .limit(PAGE)
)


def _handled(session: Session, conversation_id: str, client_ids: Collection[str]) -> frozenset[str]:
    rows = session.scalars(
        select(Message.client_id).where(
            Message.conversation_id == conversation_id,
            Message.client_id.in_(client_ids),
            Message.handled_at.is_not(None),
        )
    )
    return frozenset(client_id for client_id in rows if client_id is not None)


def _live_options(session: Session, message_ids: Collection[str]) -> dict[str, list[Columns]]:
    if not message_ids:
        return {}
    rows = session.execute(
        select(Option.message_id, Option.id, Option.title, Option.role, Option.on_card)
        .where(Option.message_id.in_(message_ids), Option.expired_at.is_(None))
        .order_by(Option.position)
    )
    options: dict[str, list[Columns]] = defaultdict(list)
    for row in rows:
        options[row.message_id].append(row)
    return options


def _shown(message: Columns, live: Collection[Columns]) -> Shown:
    ids = {option.id for option in live}
    return Shown(
        seq=message.seq,
        id=(message.client_id if message.author == CUSTOMER else None) or message.id,
        author=message.author,
        name=message.name,
        text=message.text,
        options=tuple(ShownOption(o.id, o.title, o.role) for o in live if not o.on_card),
        cards=tuple(
            ShownCard(
                card["title"],
                card["subtitle"],
                card["image_url"],
                card["option"] if card["option"] in ids else None,
            )
            for card in message.cards
        ),
        asks=message.asks,
        at=message.at,
    )
