"""What is to be said of each line of an order: its state, what it waits for, and the promise."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from meantime.settings import settings
from meantime.shop.calendar import local_day
from meantime.shop.calendar import today as shop_today
from meantime.shop.policy import Policy, current_policy
from meantime.shop.postcodes import country_of
from meantime.shop.promises import Journey, Promise, promise_from_delivery, promise_from_stock
from meantime.shop.tables import Allocation, Order, OrderLine, Shipment


class LineState(StrEnum):
    """Where a line is between the order and the door."""

    READY = "ready"
    BACKORDERED = "backordered"
    PACKING = "packing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


CANCELLABLE = frozenset({LineState.READY, LineState.BACKORDERED})


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment that carries units of a line."""

    carrier: str
    tracking_number: str
    expected_on: date | None
    delivered_on: date | None


@dataclass(frozen=True, slots=True)
class LineView:
    """One order line as it stands now. ``quantity`` is what was ordered, prices are minor units."""

    line: int
    sku: str
    name: str
    attributes: dict[str, Any]
    quantity: int
    cancelled_quantity: int
    shipped_quantity: int
    ready_quantity: int
    state: LineState
    unit_price_minor: int
    currency: str
    replaces: int | None
    """The line this one was swapped for."""
    replaced_by: int | None
    """The newest line that units of this one were swapped for, of those that are still to be sent or were."""
    promise: Promise | None
    parcels: tuple[Parcel, ...]
    overdue: bool
    """It waits for a delivery whose day has passed, or that the supplier reports as delayed."""

    @property
    def open_quantity(self) -> int:
        """Units that are neither cancelled nor shipped."""
        return self.quantity - self.cancelled_quantity - self.shipped_quantity

    @property
    def is_cancellable(self) -> bool:
        return self.state in CANCELLABLE and self.open_quantity > 0


WHOLE_ORDER = (
    selectinload(Order.lines).joinedload(OrderLine.product),
    selectinload(Order.lines).selectinload(OrderLine.allocations).joinedload(Allocation.inbound),
    selectinload(Order.shipments).selectinload(Shipment.lines),
)
"""What to load with an order whose lines are to be told of: few statements instead of several a line."""


def whole_order(session: Session, number: str) -> Order:
    """Return an order with all that ``views`` reads. Raises sqlalchemy's NoResultFound."""
    return session.scalars(select(Order).where(Order.number == number).options(*WHOLE_ORDER)).one()


def views(session: Session, order: Order, *, policy: Policy | None = None, today: date | None = None) -> list[LineView]:
    """Return the lines of ``order`` in their order. ``today`` is the shop's day."""
    policy, today = policy or current_policy(), today or shop_today()
    parcels: dict[int, list[tuple[Shipment, int]]] = defaultdict(list)
    for shipment in order.shipments:
        for part in shipment.lines:
            parcels[part.line].append((shipment, part.quantity))
    return [_view(order, line, parcels[line.line], policy, today) for line in order.lines]


def journey_of(order: Order) -> Journey:
    """Return where the parcels of ``order`` go from and to, and how."""
    home = settings().shop_country
    country = order.ship_country or country_of(order.ship_postcode, home) or home
    return Journey(home, country, order.ship_method, order.ship_postcode)


def _view(order: Order, line: OrderLine, parcels: list[tuple[Shipment, int]], policy: Policy, today: date) -> LineView:
    shipped = sum(quantity for _, quantity in parcels)
    ready = sum(a.quantity for a in line.allocations if a.warehouse)
    state = _state(order, line, parcels, shipped, ready)
    return LineView(
        line=line.line,
        sku=line.sku,
        name=line.product.name,
        attributes=line.product.attributes,
        quantity=line.quantity,
        cancelled_quantity=line.quantity if state is LineState.CANCELLED else line.cancelled_quantity,
        shipped_quantity=shipped,
        ready_quantity=ready,
        state=state,
        unit_price_minor=line.unit_price_minor,
        currency=order.currency,
        replaces=line.replaces,
        replaced_by=max((other.line for other in order.lines if _replaces(other, line)), default=None),
        promise=_promise(order, line, state, policy, today),
        parcels=tuple(_parcel(shipment) for shipment, _ in parcels),
        overdue=state is LineState.BACKORDERED and _overdue(line, today),
    )


def _replaces(other: OrderLine, line: OrderLine) -> bool:
    """Whether ``other`` comes instead of ``line``: one that is cancelled, or whose swap the shop refused, does not."""
    return other.replaces == line.line and other.cancelled_quantity < other.quantity


def _state(order: Order, line: OrderLine, parcels: list[tuple[Shipment, int]], shipped: int, ready: int) -> LineState:
    wanted = line.quantity - line.cancelled_quantity
    if order.status == "cancelled" or wanted == 0:
        return LineState.CANCELLED
    if parcels and shipped >= wanted:
        arrived = all(shipment.delivered_at for shipment, _ in parcels)
        return LineState.DELIVERED if arrived else LineState.SHIPPED
    if order.status in ("packing", "shipped", "delivered"):
        return LineState(order.status)
    return LineState.READY if ready >= wanted - shipped else LineState.BACKORDERED


def _promise(order: Order, line: OrderLine, state: LineState, policy: Policy, today: date) -> Promise | None:
    journey = journey_of(order)
    if state in (LineState.READY, LineState.PACKING):
        return promise_from_stock(today, journey, policy)
    if state is not LineState.BACKORDERED:
        return None
    promises = [
        promise_from_delivery(a.inbound.due_on if a.inbound else None, today, journey, policy)
        for a in line.allocations
        if not a.warehouse
    ]
    # The line is whole when its last delivery is here; one part without a day leaves all of it without.
    return None if None in promises else max((p for p in promises if p), key=lambda p: p.latest, default=None)


def _overdue(line: OrderLine, today: date) -> bool:
    deliveries = [a.inbound for a in line.allocations if a.inbound]
    return any(d.status == "delayed" or (d.due_on is not None and d.due_on < today) for d in deliveries)


def _parcel(shipment: Shipment) -> Parcel:
    return Parcel(
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        expected_on=shipment.expected_on,
        delivered_on=_day(shipment.delivered_at),
    )


def _day(at: datetime | None) -> date | None:
    return local_day(at) if at else None
