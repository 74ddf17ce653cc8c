"""What the variables of a canned reply stand for in one conversation.

Only what the customer may be told is filled in: their name and their order once they have proven who they are. The
rest is left to the agent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact
from meantime.conversations.reachable import vouched_for
from meantime.conversations.tables import SMS, Conversation, Message
from meantime.db import now
from meantime.shop.identity import SHOWN, Asker, orders_of, orders_of_sender, proven_customers
from meantime.shop.lines import LineState, LineView, views, whole_order
from meantime.shop.policy import Contact as Reachable
from meantime.shop.policy import Policy
from meantime.shop.tables import Customer, Order, Proof
from meantime.wording.hours import team_hours
from meantime.wording.speech import days, listed
from meantime.wording.status import called

LOOKS_BACK = 50
"""So many messages are searched for the order that is talked about."""
LONGEST_NAME = 40
STILL_COMES = frozenset({LineState.READY, LineState.PACKING})


def values_for(
    session: Session, conversation_id: str, agent_name: str, shop_name: str, policy: Policy
) -> dict[str, str]:
    """Return the variables that have a value in this conversation; in one that is not there, those of any."""
    contact = policy.contact
    values = {"agent": agent_name, "shop": shop_name, **_ways(contact)}
    conversation = session.get(Conversation, conversation_id)
    if conversation is not None:
        asker = _asker(session, conversation)
        customers, proven = proven_customers(session, asker), _proven_orders(session, asker)
        values["customer"] = _first_name(session, customers | {order.customer_id for order in proven})
        theirs = [*proven, *orders_of(session, customers), *orders_of_sender(session, asker)]
        number = _talked_about(session, conversation, list(dict.fromkeys(order.number for order in theirs)))
        if number is not None:
            values["order"] = number
            lines = views(session, whole_order(session, number), policy=policy)
            values |= _waits_for(lines) | {"cancelled": _named(_cancelled(lines), lines)}
    return {name: value for name, value in values.items() if value}


def nothing_is_cancelled(session: Session, number: str) -> bool:
    """Return whether nothing of this order is cancelled; where there is no such order that cannot be said."""
    order = session.get(Order, number)
    if order is None or order.status == "cancelled":
        return False
    swapped = {line.replaces for line in order.lines}
    return not any(line.cancelled_quantity for line in order.lines if line.line not in swapped)


def _ways(contact: Reachable) -> dict[str, str]:
    return {"phone": contact.phone, "email": contact.email, "hours": team_hours(contact)}


def _asker(session: Session, conversation: Conversation) -> Asker:
    """Return the customer as the gateway vouches for them now."""
    sender = None
    if conversation.channel == SMS and conversation.contact_id is not None:
        sender = session.get_one(Contact, conversation.contact_id).theirs
    return Asker(
        conversation_id=conversation.id,
        message_id="",
        channel=conversation.channel,
        address_hash=conversation.address_hash,
        customer_id=conversation.customer_id if vouched_for(conversation, now()) else None,
        sender=sender,
    )


def _first_name(session: Session, customers: set[str]) -> str:
    if len(customers) != 1:
        return ""
    names = session.scalar(select(Customer.name).where(Customer.id == next(iter(customers)))) or ""
    first = names.split()[0] if names.split() else ""
    return first if first.isprintable() and len(first) <= LONGEST_NAME else ""


def _proven_orders(session: Session, asker: Asker) -> Sequence[Order]:
    """Return the orders that were proven one by one, the last first."""
    return session.scalars(
        select(Order)
        .join(Proof, Proof.order_number == Order.number)
        .where(Proof.conversation_id == asker.conversation_id, Proof.expires_at > now(), Proof.how != SHOWN)
        .order_by(Proof.id.desc())
    ).all()


def _talked_about(session: Session, conversation: Conversation, numbers: Sequence[str]) -> str | None:
    """Return the order of ``numbers`` that was named last, or the only one there is."""
    texts = session.scalars(
        select(Message.text)
        .where(Message.conversation_id == conversation.id)
        .order_by(Message.seq.desc())
        .limit(LOOKS_BACK)
    )
    for text in (conversation.hand_back_order or "", *texts, conversation.summary):
        named = {number: place for number in numbers if (place := _last_place(number, text)) is not None}
        if named:
            return max(named, key=lambda number: named[number])
    return numbers[0] if len(numbers) == 1 else None


def _last_place(number: str, text: str) -> int | None:
    """Return where ``text`` names this order, and not one whose number is longer."""
    whole = re.compile(rf"(?<!\w){re.escape(number)}(?!\w)", re.IGNORECASE)
    return max((found.start() for found in whole.finditer(text)), default=None)


def _waits_for(lines: Sequence[LineView]) -> dict[str, str]:
    """Return what the customer waits for, and when it comes where that is one answer for all of it."""
    waiting = [line for line in lines if line.state is LineState.BACKORDERED]
    waiting = waiting or [line for line in lines if line.state in STILL_COMES]
    ranges = {(line.promise.earliest, line.promise.latest) if line.promise else None for line in waiting}
    when = next(iter(ranges)) if len(ranges) == 1 else None
    return {
        "item": _named(waiting, lines),
        "date": days(*when) if when else "",
        "undated": _named([line for line in waiting if line.promise is None], lines),
    }


def _cancelled(lines: Sequence[LineView]) -> list[LineView]:
    """Return what was cancelled; what was swapped is not."""
    swapped = {line.replaces for line in lines}
    return [line for line in lines if line.cancelled_quantity and line.line not in swapped]


def _named(some: Sequence[LineView], lines: Sequence[LineView]) -> str:
    return listed([called(line, lines) for line in some]) if some else ""
