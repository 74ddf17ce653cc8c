"""Which conversations a view of the queue holds, and in what order they come, for the database to decide.

What time alone changes (a snooze that ends, a target that is missed) is compared with one moment given to it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, func, literal, or_, select, union_all

from meantime.conversations.contacts import Contact
from meantime.conversations.places import OTHERS, OVERDUE, PRESSING, rank
from meantime.conversations.reasons import URGENT
from meantime.conversations.tables import AGENT, BOT, QUEUE, Conversation
from meantime.db import now
from meantime.shop.overdue import late_since
from meantime.shop.policy import Policy
from meantime.shop.tables import StaffPromise

type View = Literal["waiting", "mine", "others", "bot", "snoozed", "closed"]

VIEWS: tuple[View, ...] = get_args(View.__value__)
RECENT = timedelta(days=14)
"""With the assistant, or closed: what is older is found by searching."""
TAKEN = "taken"
"""What agents have, counted by their names."""


class Moment:
    """The queue as it is right now."""

    def __init__(self, policy: Policy) -> None:
        self.at = now()
        self.late = late_since(policy.contact, self.at, policy.hand_off.first_response_minutes)
        self.missed = (
            select(StaffPromise.conversation_id, func.min(StaffPromise.due_at).label("due_at"))
            .where(StaffPromise.kept_at.is_(None), StaffPromise.withdrawn_at.is_(None), StaffPromise.due_at < self.at)
            .group_by(StaffPromise.conversation_id)
            .subquery("missed")
        )
        is_agents = Conversation.owner == AGENT
        needs = func.coalesce(
            Conversation.awaits_since, Conversation.queued_at, Conversation.undelivered_at, self.missed.c.due_at
        )
        # An agent's answers, and what the assistant has, wait for the customer.
        self.since = case((is_agents, Conversation.awaits_since), (self._needs_somebody(), needs))
        self.is_urgent = or_(
            Conversation.handed_off_kind.in_(URGENT),
            Conversation.undelivered_at.is_not(None),
            self.missed.c.due_at.is_not(None),
        )

    def conversations(self) -> Select[Any]:
        """Select what a list shows of conversations; to be narrowed down and ordered."""
        columns: tuple[Any, ...] = (
            Conversation.id,
            Conversation.channel,
            Conversation.customer_id,
            Conversation.owner,
            Conversation.agent_name,
            Conversation.handed_off_kind,
            Conversation.summary,
            Conversation.hand_back_order,
            Conversation.undelivered_at,
            Conversation.snoozed_until,
            Conversation.closed_at,
            Conversation.closed_because,
        )
        return (
            select(
                *columns,
                func.coalesce(Conversation.last_message_at, Conversation.created_at).label("last_message_at"),
                self.since.label("since"),
                self.missed.c.due_at.label("missed_at"),
                Contact.theirs,
            )
            .outerjoin(self.missed, self.missed.c.conversation_id == Conversation.id)
            .outerjoin(Contact, Contact.id == Conversation.contact_id)
        )

    def within(self, view: View, name: str) -> tuple[ColumnElement[bool], ...]:
        """Return what holds for the conversations of a view, as ``name`` of the staff sees it."""
        is_open = Conversation.closed_at.is_(None)
        is_away = Conversation.snoozed_until > self.at
        is_here = or_(Conversation.snoozed_until.is_(None), Conversation.snoozed_until <= self.at)
        if view == "waiting":
            return is_open, is_here, self._needs_somebody()
        if view == "mine":
            return is_open, is_here, Conversation.owner == AGENT, Conversation.agent_name == name
        if view == "others":
            return is_open, is_here, Conversation.owner == AGENT, Conversation.agent_name != name
        if view == "snoozed":
            return is_open, is_away
        if view == "closed":
            return (Conversation.closed_at > self.at - RECENT,)
        is_recent = Conversation.last_message_at > self.at - RECENT
        return is_open, is_here, Conversation.owner == BOT, is_recent, ~self._needs_somebody()

    def order(self, view: View) -> tuple[ColumnElement[Any], ...]:
        """Return what a view is ordered by: what needs somebody first, the longest waiting before the others."""
        if view == "snoozed":
            return Conversation.snoozed_until.asc(), Conversation.id.asc()
        if view == "closed":
            return Conversation.closed_at.desc(), Conversation.id.asc()
        if view == "bot":
            return Conversation.last_message_at.desc(), Conversation.id.asc()
        place = case(
            (Conversation.owner == QUEUE, rank(self.late)),  # as they are told
            (self.since <= self.late, OVERDUE),
            (and_(self.since.is_not(None), self.is_urgent), PRESSING),
            (self.missed.c.due_at.is_not(None), PRESSING),
            (self.since.is_not(None), OTHERS),
            else_=OTHERS + 1,
        )
        since = func.coalesce(self.since, self.missed.c.due_at, Conversation.last_message_at, Conversation.created_at)
        return place.asc(), since.asc(), Conversation.id.asc()

    def counts(self) -> CompoundSelect[Any]:
        """Select (view, agent, number, late): one row a view, and one an agent under TAKEN, where ``late`` counts those
        in which a customer waits for an answer."""
        is_late = func.count(case((self.since <= self.late, 1)))
        parts = [
            select(
                literal(view).label("view"),
                literal("").label("agent"),
                func.count().label("number"),
                (is_late if view == "waiting" else literal(0)).label("late"),
            )
            .select_from(Conversation)
            .outerjoin(self.missed, self.missed.c.conversation_id == Conversation.id)
            .where(*self.within(view, ""))
            for view in VIEWS
            if view not in ("mine", "others")
        ]
        taken = (
            select(literal(TAKEN), Conversation.agent_name, func.count(), func.count(Conversation.awaits_since))
            .where(*self.within("others", ""))
            .group_by(Conversation.agent_name)
        )
        return union_all(*parts, taken)

    def _needs_somebody(self) -> ColumnElement[bool]:
        """Waiting for a person; or with the assistant, where an answer has not arrived or a promise was missed."""
        # Each part is found by an index of its own: most conversations there ever were are with the assistant.
        waiting = select(Conversation.id).where(Conversation.owner == QUEUE)
        undelivered = select(Conversation.id).where(Conversation.undelivered_at.is_not(None), Conversation.owner == BOT)
        return and_(
            Conversation.owner != AGENT,
            Conversation.id.in_(union_all(waiting, undelivered, select(self.missed.c.conversation_id))),
        )
