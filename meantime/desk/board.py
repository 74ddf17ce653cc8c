"""The queue as it is read: a page of it takes a fixed number of statements, however long it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from meantime.conversations.reasons import URGENT
from meantime.conversations.tables import BOT, CUSTOMER, SMS, Conversation, Message
from meantime.desk.reasons import closed_label, label
from meantime.desk.views import TAKEN, Moment, View
from meantime.shop.identity import SHOWN
from meantime.shop.policy import Policy
from meantime.shop.tables import Customer, Order, Proof
from meantime.wording import summing_up

PAGE = 50
MOST = 1_000
"""Nobody reads on for longer than that."""
LONGEST_PREVIEW = 120
GUEST = "Guest"
CHANNELS = {SMS: "Text", "website": "Chat"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One conversation in a list."""

    id: str
    channel: str
    customer: str
    order: str
    reason: str
    """Why it is before a person, in words; "" where the assistant has it."""
    is_urgent: bool
    preview: str
    """The customer's newest words."""
    owner: str
    agent: str
    since: datetime | None
    """Since then somebody waits for us; None while it is the customer's turn, or the assistant's."""
    is_overdue: bool
    is_undelivered: bool
    has_missed_promise: bool
    last_message_at: datetime
    snoozed_until: datetime | None
    """None where it is not away now."""
    closed_at: datetime | None
    closed_because: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are in each view, for everybody at once: what is one's own is told apart by name."""

    waiting: int
    overdue: int
    by_agent: dict[str, int]
    bot: int
    snoozed: int
    closed: int
    due_by_agent: dict[str, int] = field(default_factory=dict)
    """Of those that agents have: in how many the customer waits for an answer."""

    def of(self, name: str) -> dict[View, int]:
        """Return the count of each view as ``name`` of the staff sees it."""
        mine = self.by_agent.get(name, 0)
        return {
            "waiting": self.waiting,
            "mine": mine,
            "others": sum(self.by_agent.values()) - mine,
            "bot": self.bot,
            "snoozed": self.snoozed,
            "closed": self.closed,
        }

    def due_of(self, name: str) -> int:
        """Return in how many conversations of ``name`` the customer waits for an answer."""
        return self.due_by_agent.get(name, 0)


def entries(session: Session, view: View, name: str, policy: Policy, limit: int = PAGE) -> list[Entry]:
    """Return the first ``limit`` conversations of a view, as ``name`` of the staff sees it."""
    moment = Moment(policy)
    chosen = moment.conversations().where(*moment.within(view, name)).order_by(*moment.order(view)).limit(limit)
    return shown(session, chosen, moment, policy)


def count_all(session: Session, policy: Policy) -> Counts:
    """Return how many conversations there are in each view, in one statement."""
    rows = session.execute(Moment(policy).counts()).all()
    number = {row.view: row.number for row in rows if row.view != TAKEN}
    return Counts(
        waiting=number["waiting"],
        overdue=sum(row.late for row in rows if row.view != TAKEN),
        by_agent={row.agent: row.number for row in rows if row.view == TAKEN},
        bot=number["bot"],
        snoozed=number["snoozed"],
        closed=number["closed"],
        due_by_agent={row.agent: row.late for row in rows if row.view == TAKEN and row.late},
    )


def shown(session: Session, chosen: Select[Any], moment: Moment, policy: Policy) -> list[Entry]:
    """Return the conversations of ``chosen``, with whose they are and what was said last."""
    rows = session.execute(chosen).all()
    ids = [row.id for row in rows]
    said, proven = _newest_words(session, ids), _proven(session, ids)
    owners = {row.id: row.customer_id or proven.get(row.id, _NOTHING).customer_id for row in rows}
    names = _names(session, {customer for customer in owners.values() if customer})
    pattern = re.compile(policy.order_number_pattern)
    return [
        _entry(
            row,
            moment,
            customer=names.get(owners[row.id] or "") or _unknown(row),
            order=row.hand_back_order or proven.get(row.id, _NOTHING).order_number or _named(pattern, row.summary),
            preview=one_line(said.get(row.id, "")),
        )
        for row in rows
    ]


def one_line(text: str, longest: int = LONGEST_PREVIEW) -> str:
    """Return ``text`` in one line, cut where it is too long for a list."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class _Proven:
    """Whose a conversation is, by what was proven in it."""

    customer_id: str | None = None
    order_number: str | None = None


_NOTHING = _Proven()


def _entry(row: Row[Any], moment: Moment, customer: str, order: str, preview: str) -> Entry:
    is_bots = row.owner == BOT
    is_away = row.snoozed_until is not None and row.snoozed_until > moment.at
    is_undelivered = row.undelivered_at is not None
    has_missed = row.missed_at is not None
    return Entry(
        id=row.id,
        channel=CHANNELS.get(row.channel, row.channel.capitalize()),
        customer=customer,
        order=order,
        reason="" if is_bots else label(row.handed_off_kind),
        is_urgent=not is_bots and row.handed_off_kind in URGENT,
        preview=preview,
        owner=row.owner,
        agent=row.agent_name,
        since=None if row.closed_at else row.since,
        is_overdue=row.closed_at is None and not is_away and row.since is not None and row.since <= moment.late,
        # Said once: where it is the reason, the reason says it.
        is_undelivered=is_undelivered and (is_bots or row.handed_off_kind != "undelivered"),
        has_missed_promise=has_missed,
        last_message_at=row.last_message_at,
        snoozed_until=row.snoozed_until if is_away else None,
        closed_at=row.closed_at,
        closed_because=closed_label(row.closed_because),
    )


def _newest_words(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """Return what each customer wrote last. One look into the index a conversation, not one statement."""
    newest = (
        select(Message.text)
        .where(Message.conversation_id == Conversation.id, Message.author == CUSTOMER)
        .order_by(Message.seq.desc())
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    rows = session.execute(select(Conversation.id, newest.label("text")).where(Conversation.id.in_(ids)))
    return {row.id: row.text or "" for row in rows}


def _proven(session: Session, ids: Sequence[str]) -> dict[str, _Proven]:
    """Return what was proven last in each conversation. A proof that has ended counts: it says whose it was."""
    rows = session.execute(
        select(
            Proof.conversation_id,
            Proof.order_number,
            func.coalesce(Proof.customer_id, Order.customer_id).label("customer_id"),
        )
        .outerjoin(Order, Order.number == Proof.order_number)
        .where(Proof.conversation_id.in_(ids), Proof.how != SHOWN)
        .order_by(Proof.id)
    )
    found: dict[str, _Proven] = {}
    for row in rows:
        before = found.get(row.conversation_id, _NOTHING)
        found[row.conversation_id] = _Proven(
            row.customer_id or before.customer_id, row.order_number or before.order_number
        )
    return found


def _names(session: Session, customer_ids: Collection[str]) -> dict[str, str]:
    rows = session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(customer_ids)))
    return {row.id: row.name for row in rows}


def _unknown(row: Row[Any]) -> str:
    """Return what somebody is called of whom no name is known: by text the end of their number tells them apart."""
    return f"{GUEST} …{row.theirs[-3:]}" if row.channel == SMS and row.theirs else GUEST


def _named(pattern: re.Pattern[str], summary: str) -> str:
    """Return the order that a customer has named. What we said, an example too, and what they are called at the shop
    may look like one."""
    found = pattern.search(summing_up.of_customer(summary))
    return found[0] if found else ""
