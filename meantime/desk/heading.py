"""What stands above a conversation: who it is, which order it is about, who answers, and what can be done now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact
from meantime.conversations.inbox import UnknownConversation
from meantime.conversations.tables import AGENT, BOT, QUEUE, SMS, Conversation, Message
from meantime.db import now
from meantime.desk.access import AGENTS
from meantime.desk.reasons import closed_label, label
from meantime.desk.sessions import SignedIn
from meantime.desk.tables import Staff
from meantime.shop.identity import customers_proven_in
from meantime.shop.overdue import late_since
from meantime.shop.policy import Policy
from meantime.shop.tables import Customer, Order

LOOKS_BACK = 40
"""Messages in which an order is looked for: what was talked about longer ago is talked about no more."""


@dataclass(frozen=True, slots=True)
class Heading:
    """``customer`` is a name only where the shop or a proof vouches for it. ``order`` is the one talked about."""

    id: str
    channel: str
    customer: str
    is_known: bool
    order: str | None
    owner: str
    agent_name: str
    because: str
    summary: str
    summed_up_at: datetime | None
    awaits_since: datetime | None
    is_late: bool
    snoozed_until: datetime | None
    closed_at: datetime | None
    closed_by: str
    closed_because: str
    undelivered_at: datetime | None
    last_seq: int
    has_opted_out: bool
    is_erased: bool

    @property
    def is_sms(self) -> bool:
        return self.channel == SMS

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_snoozed(self) -> bool:
        return self.snoozed_until is not None

    @property
    def is_waiting(self) -> bool:
        return self.owner == QUEUE

    @property
    def is_with_bot(self) -> bool:
        return self.owner == BOT

    @property
    def is_taken(self) -> bool:
        return self.owner == AGENT

    def is_of(self, who: SignedIn) -> bool:
        return self.owner == AGENT and self.agent_name == who.name

    def may_act(self, who: SignedIn) -> bool:
        """Return whether ``who`` may put the conversation away or close it: its agent, anybody where there is none,
        and a lead."""
        return not self.is_erased and (not self.is_taken or self.is_of(who) or who.is_lead)


def heading_of(session: Session, conversation_id: str, policy: Policy) -> Heading:
    """Return what stands above the conversation. Raises UnknownConversation."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise UnknownConversation(conversation_id)
    contact = session.get(Contact, conversation.contact_id) if conversation.contact_id else None
    names = _names(session, conversation)
    awaits = conversation.awaits_since
    late = late_since(policy.contact, now(), policy.hand_off.first_response_minutes)
    return Heading(
        id=conversation.id,
        channel=conversation.channel,
        customer=" / ".join(names) or _unknown(conversation, contact),
        is_known=bool(names),
        order=order_talked_about(session, conversation, policy),
        owner=conversation.owner,
        agent_name=conversation.agent_name,
        because=conversation.handed_off_because or label(conversation.handed_off_kind),
        summary=conversation.summary,
        summed_up_at=conversation.summed_up_at,
        awaits_since=awaits,
        is_late=awaits is not None and awaits < late,
        snoozed_until=conversation.snoozed_until,
        closed_at=conversation.closed_at,
        closed_by=conversation.closed_by,
        closed_because=closed_label(conversation.closed_because),
        undelivered_at=conversation.undelivered_at,
        last_seq=conversation.last_seq,
        has_opted_out=bool(conversation.channel == SMS and contact and contact.opted_out_at),
        is_erased=conversation.is_forgotten,
    )


def order_talked_about(session: Session, conversation: Conversation, policy: Policy) -> str | None:
    """Return the order that was named last, by whomever, if the shop has it; else the one it was handed back with."""
    pattern = re.compile(policy.order_number_pattern, re.IGNORECASE)
    texts = session.scalars(
        select(Message.text)
        .where(Message.conversation_id == conversation.id, Message.seq > conversation.last_seq - LOOKS_BACK)
        .order_by(Message.seq.desc())
    )
    said = (*texts, conversation.summary)
    named = [found[0].upper() for text in said for found in reversed(list(pattern.finditer(text)))]
    if named:
        known = set(session.scalars(select(Order.number).where(Order.number.in_(set(named)))))
        for number in named:
            if number in known:
                return number
    return conversation.hand_back_order


def colleagues(session: Session, but: str) -> list[str]:
    """Return who else can answer customers, by name."""
    able = select(Staff.name).where(Staff.role.in_(AGENTS), Staff.disabled_at.is_(None), Staff.name != but)
    return list(session.scalars(able.order_by(Staff.name_key)))


def _names(session: Session, conversation: Conversation) -> list[str]:
    """Return the names of those they have proven to be: seldom more than one."""
    proven = customers_proven_in(session, conversation.id)
    ids = proven | ({conversation.customer_id} if conversation.customer_id else set())
    if not ids:
        return []
    return list(session.scalars(select(Customer.name).where(Customer.id.in_(ids), Customer.name != "")))


def _unknown(conversation: Conversation, contact: Contact | None) -> str:
    if conversation.channel == SMS and contact is not None:
        return f"Phone ending in {contact.theirs[-3:]}"
    return "Guest"
