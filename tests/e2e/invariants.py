"""What has to be true of a shop's database whatever happened before."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.conversations.gateway_words import (
    CARRY_ON,
    HELPED,
    MORE,
    NO_ANSWER,
    STARTED,
    STILL_WRITES,
    STOP_WAITING,
    STOPPED,
)
from meantime.conversations.tables import AGENT, BOT, CUSTOMER, QUEUE, SYSTEM, Conversation, Message, Option
from meantime.conversations.ways_out import way_out_in
from meantime.db import now
from meantime.shop.tables import Allocation, Change, Inbound, Order, OrderLine, Reservation, ShipmentLine, StockLevel
from meantime.shop.tables import Shipment as Parcel
from meantime.wording import gateway as say
from meantime.wording import texting
from meantime.wording.closing import closed


def check_shop(session: Session) -> None:
    """Every open unit has its share, no source gives more than it holds, every cancel and every swap stands in the
    changes once, what was swapped out has come in again as something else, and what the shop refused is undone."""
    shipped: Counter[tuple[str, int]] = Counter()
    for number, line, quantity in session.execute(
        select(Parcel.order_number, ShipmentLine.line, ShipmentLine.quantity).join(
            ShipmentLine, ShipmentLine.shipment_reference == Parcel.reference
        )
    ):
        shipped[number, line] += quantity
    given: Counter[int] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    for share in session.scalars(select(Allocation)):
        given[share.order_line_id] += share.quantity
        taken[share.warehouse or "", share.inbound_reference or share.sku] += share.quantity
    lines = session.execute(select(OrderLine, Order.status).join(Order, Order.number == OrderLine.order_number)).all()
    for line, status in lines:
        open_units = line.quantity - line.cancelled_quantity - shipped[line.order_number, line.line]
        assert given[line.id] == (max(0, open_units) if status == "open" else 0), (line.order_number, line.line)
    for level in session.scalars(select(StockLevel)):
        assert taken[level.warehouse, level.sku] <= level.on_hand
    for delivery in session.scalars(select(Inbound)):
        assert taken["", delivery.reference] <= delivery.still_coming or delivery.reference == delivery.sku
    _check_reservations(session)
    _check_changes(session, {(line.order_number, line.line): line for line, _ in lines})


def _check_reservations(session: Session) -> None:
    """What is kept back for somebody and what belongs to order lines is all there."""
    spoken_for: Counter[str] = Counter()
    for sku, units in (
        *session.execute(select(Allocation.sku, Allocation.quantity).where(Allocation.warehouse.is_not(None))),
        *session.execute(select(Reservation.sku, Reservation.quantity).where(Reservation.expires_at > now())),
    ):
        spoken_for[sku] += units
    on_hand: Counter[str] = Counter()
    for level in session.scalars(select(StockLevel)):
        on_hand[level.sku] += level.on_hand
    assert {sku: units for sku, units in spoken_for.items() if units > on_hand[sku]} == {}


def _check_changes(session: Session, lines: dict[tuple[str, int], OrderLine]) -> None:
    given_up: dict[tuple[str, int], int] = defaultdict(int)
    swapped_in = set()
    for change in session.scalars(select(Change).where(Change.kind.in_(("cancel", "swap")))):
        is_undone = change.state == "refused" and change.conflict != "not undone"
        for part in change.lines:
            given_up_in = part["replaced_by"] if is_undone and change.kind == "swap" else part["line"]
            if not is_undone or change.kind == "swap":
                given_up[change.order_number, given_up_in] += part["quantity"]
            if change.kind == "swap":
                place = change.order_number, part["replaced_by"]
                new = lines[place]
                assert (new.replaces, new.sku, new.quantity) == (part["line"], part["sku"], part["quantity"]), place
                assert place not in swapped_in
                swapped_in.add(place)
    for place, line in lines.items():
        assert line.cancelled_quantity == given_up[place], place
    assert {place for place, line in lines.items() if line.replaces is not None} == swapped_in


def check_conversations(session: Session) -> None:
    """Every message of a customer is handled and answered once, except what is kept for a person, and nothing is
    numbered twice."""
    handing_off = set(session.scalars(select(Option.message_id).where(Option.payload == CARRY_ON)))
    for conversation in session.scalars(select(Conversation).where(Conversation.erased_at.is_(None))):
        messages = session.scalars(
            select(Message).where(Message.conversation_id == conversation.id).order_by(Message.seq)
        ).all()
        assert [m.seq for m in messages] == list(range(1, len(messages) + 1))
        assert all(m.handled_at for m in messages if m.author == CUSTOMER)
        talk = _Talk(handing_off)
        for message in messages:
            talk.go_on(message)
        assert not talk.unanswered, conversation.id


WAYS_OUT = frozenset({CARRY_ON, STOP_WAITING})
NOT_ANSWERED = frozenset({MORE, NO_ANSWER, STOPPED, STARTED, HELPED, STILL_WRITES})
"""By SMS: no message of its own answers these."""


NAME = "NAME"
PERSON = {
    say.taken_over(NAME): AGENT,
    say.transferred(NAME, NAME): AGENT,
    say.handed_back(NAME): BOT,
    say.handed_back(NAME, has_note=True): BOT,
    say.put_back(NAME): QUEUE,
    closed(NAME): BOT,
}
"""What the gateway says when a person comes or goes, and who answers then."""
BY_PERSON = [(re.compile(re.escape(text).replace(NAME, ".+")), owner) for text, owner in PERSON.items()]


def _of_person(message: Message) -> str | None:
    """Return who answers after ``message``, where it says that a person has come or gone."""
    if message.author != SYSTEM:
        return None
    return next((owner for said, owner in BY_PERSON if said.match(message.text)), None)


class _Talk:
    """A conversation told over: who answers, and which words of the customer still wait for that."""

    def __init__(self, handing_off: Collection[str]) -> None:
        self._handing_off = handing_off
        self._owner, self._acknowledged = BOT, False
        self._said: list[Message] = []

    @property
    def unanswered(self) -> list[Message]:
        return [message for message in self._said if self._needs_answer(message)]

    def go_on(self, message: Message) -> None:
        if message.author == CUSTOMER:
            self._said.append(message)
        elif message.text == texting.STARTED_IN_QUEUE:
            self._owner, self._acknowledged = QUEUE, False
        elif (owner := _of_person(message)) is not None:
            self._owner, self._said, self._acknowledged = owner, [], False
        elif message.author == BOT or (message.id in self._handing_off and self.unanswered):
            self._answer(message)
        elif message.id in self._handing_off:  # news of the wait, or of what the shop could not do
            self._owner, self._acknowledged = QUEUE, self._acknowledged and self._owner == QUEUE

    def _answer(self, message: Message) -> None:
        assert self.unanswered, f"nobody asked for {message.text!r}"
        answered = self.unanswered[0]
        self._said = self._said[self._said.index(answered) + 1 :]
        if self._leaves(answered):
            self._owner = BOT
        elif message.id in self._handing_off:
            self._acknowledged = self._owner == QUEUE
            self._owner = QUEUE

    def _needs_answer(self, message: Message) -> bool:
        """In the queue one sentence says that words are kept; to the person who took over the bot leaves all."""
        if self._owner == AGENT or message.payload in NOT_ANSWERED:
            return False
        return self._owner == BOT or self._leaves(message) or not self._acknowledged

    def _leaves(self, message: Message) -> bool:
        typed = way_out_in(message.text) if message.payload is None and self._owner == QUEUE else None
        return (typed or message.payload) in WAYS_OUT


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0
