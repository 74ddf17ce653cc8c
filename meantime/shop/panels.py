"""What stands beside a conversation at the desk: who it is, as far as they have proven it, and their orders.

A fixed number of statements, however many orders there are. Nothing here asks whether it may be shown: staff may see
it, and ``staff_audit.staff_view`` records that they have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from meantime.db import now
from meantime.shop.calendar import today as shop_today
from meantime.shop.deliveries import Delivery, deliveries_told
from meantime.shop.goodwill import GOODWILL
from meantime.shop.identity import SHOWN
from meantime.shop.lines import WHOLE_ORDER, LineView, views
from meantime.shop.order_sums import OrderSums, sums_after
from meantime.shop.own_promises import promises_of
from meantime.shop.policy import Policy
from meantime.shop.standing_wishes import Standing, standings
from meantime.shop.tables import Change, Customer, Guess, Order, OrderLine, Proof, Shipment, StaffPromise

MOST_ORDERS = 20


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """Units of a line that are not here: the delivery that brings them, or None where nothing is on its way."""

    quantity: int
    delivery: Delivery | None


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One order line, and what it waits for."""

    view: LineView
    waits_for: tuple[WaitsFor, ...]


@dataclass(frozen=True, slots=True)
class PanelShipment:
    """A parcel; ``lines`` tells how many units of which line are in it."""

    reference: str
    carrier: str
    tracking_number: str
    shipped_at: datetime | None
    expected_on: date | None
    delivered_at: datetime | None
    lines: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class PanelOrder:
    """One order. ``is_proven``: whoever writes has proven to own it, and that still holds, or the shop vouches for
    them; of another order nothing may be told yet. ``goodwill_minor`` was given for it."""

    number: str
    customer_id: str
    customer_name: str
    is_proven: bool
    status: str
    placed_at: datetime
    ship_method: str
    payment_status: str
    currency: str
    sums: OrderSums
    lines: tuple[PanelLine, ...]
    shipments: tuple[PanelShipment, ...]
    changes: tuple[Change, ...]
    """What was changed here, the newest first: each with its state, and why it was refused."""
    standing: Standing
    goodwill_minor: int


@dataclass(frozen=True, slots=True)
class PanelProof:
    """A proof given in this conversation: how, for an order or a customer, when and until when."""

    how: str
    order_number: str | None
    customer_id: str | None
    given_at: datetime
    expires_at: datetime
    holds: bool


@dataclass(frozen=True, slots=True)
class CustomerPanel:
    """All of it. ``orders`` are the newest first, ``more_orders`` are left out. ``promises`` are those that staff have
    made in this conversation."""

    customers: tuple[Customer, ...]
    orders: tuple[PanelOrder, ...]
    more_orders: int
    proofs: tuple[PanelProof, ...]
    wrong_guesses: int
    promises: tuple[StaffPromise, ...]


@dataclass(frozen=True, slots=True)
class _Proven:
    """What holds now: a proof of one order is of that order only."""

    customers: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()

    @classmethod
    def by(cls, vouched_for: Collection[str], proofs: Sequence[Proof]) -> _Proven:
        holding = [proof for proof in proofs if proof.expires_at > now()]
        return cls(
            frozenset({*vouched_for, *(proof.customer_id for proof in holding if proof.customer_id)}),
            frozenset(proof.order_number for proof in holding if proof.order_number),
        )


def customer_panel(
    session: Session,
    conversation_id: str,
    customer_ids: Collection[str],
    order_numbers: Collection[str],
    policy: Policy,
    *,
    today: date | None = None,
) -> CustomerPanel:
    """Return what staff see beside a conversation.

    ``customer_ids`` are those the shop's own JWT vouches for; who has proven to be a customer here is added.
    ``order_numbers`` are orders that are talked about besides: shown, and marked as not proven where that is so.
    """
    today = today or shop_today()
    proofs = _proofs(session, conversation_id)
    shown = {proof.order_number for proof in proofs if proof.order_number}
    known = {*customer_ids, *(proof.customer_id for proof in proofs if proof.customer_id)}
    customers = _customers(session, known, shown)
    known |= {customer.id for customer in customers}
    named = shown | set(order_numbers)
    orders, count = _orders(session, known, named)
    return CustomerPanel(
        customers=tuple(customers),
        orders=_told(session, orders, _Proven.by(customer_ids, proofs), policy, today),
        more_orders=max(0, count - len(orders)),
        proofs=tuple(_proof(proof) for proof in proofs),
        wrong_guesses=_wrong_guesses(session, conversation_id),
        promises=tuple(promises_of(session, conversation_id)),
    )


def orders_told(
    session: Session, numbers: Collection[str], policy: Policy, *, today: date | None = None
) -> tuple[PanelOrder, ...]:
    """Return orders that a member of staff has looked up, outside any conversation, the newest first."""
    orders, _ = _orders(session, set(), set(numbers))
    return _told(session, orders, _Proven(), policy, today or shop_today())


def orders_of_customer(
    session: Session, customer_id: str, policy: Policy, *, skip: int = 0, today: date | None = None
) -> tuple[tuple[PanelOrder, ...], int]:
    """Return the orders of a customer that a member of staff has looked up, the newest first, at most ``MOST_ORDERS``
    after those to ``skip``; and how many there are in all."""
    orders, count = _orders(session, {customer_id}, set(), skip)
    return _told(session, orders, _Proven(), policy, today or shop_today()), count


def _proofs(session: Session, conversation_id: str) -> Sequence[Proof]:
    given = select(Proof).where(Proof.conversation_id == conversation_id, Proof.how != SHOWN)
    return session.scalars(given.order_by(Proof.id)).all()


def _customers(session: Session, ids: Collection[str], orders: Collection[str]) -> Sequence[Customer]:
    owners = select(Order.customer_id).where(Order.number.in_(orders))
    known = select(Customer).where(or_(Customer.id.in_(ids), Customer.id.in_(owners)))
    return session.scalars(known.order_by(Customer.id)).all()


def _orders(
    session: Session, customers: Collection[str], numbers: Collection[str], skip: int = 0
) -> tuple[list[Order], int]:
    """Return the newest orders and how many there are. One that is named is never left out for a newer one."""
    is_named = Order.number.in_(numbers)
    wanted: ColumnElement[bool] = or_(Order.customer_id.in_(customers), is_named)
    chosen = (
        select(Order)
        .where(wanted)
        .options(joinedload(Order.customer), *WHOLE_ORDER)
        .order_by(is_named.desc(), Order.placed_at.desc(), Order.number)
        .limit(MOST_ORDERS)
        .offset(skip)
    )
    orders = sorted(session.scalars(chosen), key=lambda order: order.number)
    orders.sort(key=lambda order: order.placed_at, reverse=True)
    return orders, session.scalar(select(func.count()).select_from(Order).where(wanted)) or 0


def _told(
    session: Session, orders: Sequence[Order], proven: _Proven, policy: Policy, today: date
) -> tuple[PanelOrder, ...]:
    awaited = [a.inbound for order in orders for line in order.lines for a in line.allocations if a.inbound]
    deliveries = deliveries_told(session, awaited, today)
    changes: dict[str, list[Change]] = defaultdict(list)
    of_orders = Change.order_number.in_([order.number for order in orders])
    for change in session.scalars(select(Change).where(of_orders).order_by(Change.id)):
        changes[change.order_number].append(change)
    wishes = standings(session, {order.number: order.customer_id for order in orders})
    return tuple(
        PanelOrder(
            number=order.number,
            customer_id=order.customer_id,
            customer_name=order.customer.name,
            is_proven=order.customer_id in proven.customers or order.number in proven.orders,
            status=order.status,
            placed_at=order.placed_at,
            ship_method=order.ship_method,
            payment_status=order.payment_status,
            currency=order.currency,
            sums=sums_after(order, changes[order.number]),
            lines=_lines(session, order, deliveries, policy, today),
            shipments=tuple(_shipment(shipment) for shipment in order.shipments),
            changes=tuple(reversed(changes[order.number])),
            standing=wishes[order.number],
            goodwill_minor=_goodwill(changes[order.number]),
        )
        for order in orders
    )


def _lines(
    session: Session, order: Order, deliveries: Mapping[str, Delivery], policy: Policy, today: date
) -> tuple[PanelLine, ...]:
    told = zip(order.lines, views(session, order, policy=policy, today=today), strict=True)
    return tuple(PanelLine(view, _waits_for(line, deliveries)) for line, view in told)


def _waits_for(line: OrderLine, deliveries: Mapping[str, Delivery]) -> tuple[WaitsFor, ...]:
    missing = [a for a in line.allocations if not a.warehouse]
    return tuple(WaitsFor(a.quantity, deliveries.get(a.inbound_reference or "")) for a in missing)


def _shipment(shipment: Shipment) -> PanelShipment:
    return PanelShipment(
        reference=shipment.reference,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        shipped_at=shipment.shipped_at,
        expected_on=shipment.expected_on,
        delivered_at=shipment.delivered_at,
        lines={part.line: part.quantity for part in shipment.lines},
    )


def _goodwill(changes: Sequence[Change]) -> int:
    return sum(c.amount_minor or 0 for c in changes if c.kind == GOODWILL and c.state != "refused")


def _proof(proof: Proof) -> PanelProof:
    return PanelProof(
        proof.how, proof.order_number, proof.customer_id, proof.given_at, proof.expires_at, proof.expires_at > now()
    )


def _wrong_guesses(session: Session, conversation_id: str) -> int:
    counted = select(func.count()).select_from(Guess).where(Guess.conversation_id == conversation_id)
    return session.scalar(counted) or 0
