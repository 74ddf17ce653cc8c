"""All that is known of one product: its stock, what is coming, when a new order would get it, and who waits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from meantime.db import now
from meantime.shop.availability import Availability, UnknownProduct, availability
from meantime.shop.calendar import today as shop_today
from meantime.shop.deliveries import Delivery, deliveries_told
from meantime.shop.lines import WHOLE_ORDER, views
from meantime.shop.policy import Policy, current_policy
from meantime.shop.promises import Promise
from meantime.shop.tables import Allocation, Inbound, Order, OrderLine, Product, Reservation, StockLevel

MOST_WAITING = 100
"""Orders in line that are listed one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class WarehouseStock:
    """Units in one warehouse: those that are here, and those of them that belong to order lines."""

    warehouse: str
    on_hand: int
    allocated: int


@dataclass(frozen=True, slots=True)
class Coming:
    """A delivery, and how many of its units order lines wait for already."""

    delivery: Delivery
    waited_for: int


@dataclass(frozen=True, slots=True)
class InLine:
    """An order line that waits. ``quantity`` is what it lacks; ``promise`` is None while nobody knows when."""

    order_number: str
    line: int
    customer_id: str
    customer_name: str
    quantity: int
    since: datetime
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class StockCard:
    """One product. ``kept_back`` units are on hand and reserved while somebody thinks about a swap, ``free_units``
    belong to nobody. ``waiting`` is in the order of the line, its first ``MOST_WAITING``; the counts are of all."""

    product: Product
    warehouses: tuple[WarehouseStock, ...]
    on_hand: int
    allocated: int
    kept_back: int
    free_units: int
    coming: tuple[Coming, ...]
    next_order: Availability
    waiting: tuple[InLine, ...]
    waiting_orders: int
    waiting_units: int


def stock_card(
    session: Session, sku: str, policy: Policy | None = None, *, today: date | None = None, most: int = MOST_WAITING
) -> StockCard:
    """Return what is known of product ``sku``. ``today`` is the shop's day. Raises UnknownProduct."""
    policy, today = policy or current_policy(), today or shop_today()
    product = session.get(Product, sku)
    if product is None:
        raise UnknownProduct(sku)
    warehouses = _warehouses(session, sku)
    next_order = availability(session, sku, policy, today=today)
    orders, units = session.execute(
        _lacking(sku).with_only_columns(
            func.count(OrderLine.order_number.distinct()), func.coalesce(func.sum(Allocation.quantity), 0)
        )
    ).one()
    return StockCard(
        product=product,
        warehouses=warehouses,
        on_hand=sum(place.on_hand for place in warehouses),
        allocated=sum(place.allocated for place in warehouses),
        kept_back=_kept_back(session, sku),
        free_units=next_order.free_units,
        coming=_coming(session, sku, today),
        next_order=next_order,
        waiting=_waiting(session, sku, policy, today, most),
        waiting_orders=orders,
        waiting_units=units,
    )


def _warehouses(session: Session, sku: str) -> tuple[WarehouseStock, ...]:
    taken = select(Allocation.warehouse, func.sum(Allocation.quantity)).where(
        Allocation.sku == sku, Allocation.warehouse.is_not(None)
    )
    allocated = Counter({row[0]: row[1] for row in session.execute(taken.group_by(Allocation.warehouse))})
    levels = session.scalars(select(StockLevel).where(StockLevel.sku == sku).order_by(StockLevel.warehouse))
    return tuple(WarehouseStock(x.warehouse, x.on_hand, allocated[x.warehouse]) for x in levels)


def _kept_back(session: Session, sku: str) -> int:
    kept = select(func.sum(Reservation.quantity)).where(Reservation.sku == sku, Reservation.expires_at > now())
    return session.scalar(kept) or 0


def _coming(session: Session, sku: str, today: date) -> tuple[Coming, ...]:
    inbound = [x for x in session.scalars(select(Inbound).where(Inbound.sku == sku)) if x.still_coming]
    told = deliveries_told(session, inbound, today)
    waited = select(Allocation.inbound_reference, func.sum(Allocation.quantity)).where(
        Allocation.sku == sku, Allocation.inbound_reference.is_not(None)
    )
    waited_for = Counter({row[0]: row[1] for row in session.execute(waited.group_by(Allocation.inbound_reference))})
    in_order = sorted(told.values(), key=lambda d: (d.due_on or date.max, d.reference))
    return tuple(Coming(delivery, waited_for[delivery.reference]) for delivery in in_order)


def _lacking(sku: str) -> Select[Allocation]:
    return (
        select(Allocation)
        .join(OrderLine, OrderLine.id == Allocation.order_line_id)
        .join(Order, Order.number == OrderLine.order_number)
        .where(Allocation.sku == sku, Allocation.warehouse.is_(None))
    )


def _waiting(session: Session, sku: str, policy: Policy, today: date, most: int) -> tuple[InLine, ...]:
    lines = (
        _lacking(sku)
        .with_only_columns(OrderLine.order_number, OrderLine.line, func.sum(Allocation.quantity).label("lacks"))
        .group_by(OrderLine.order_number, OrderLine.line, Order.placed_at)
        .order_by(Order.placed_at, OrderLine.order_number, OrderLine.line)
        .limit(most)
    )
    rows = session.execute(lines).all()
    numbers = {row.order_number for row in rows}
    orders = {
        order.number: order
        for order in session.scalars(
            select(Order).where(Order.number.in_(numbers)).options(joinedload(Order.customer), *WHOLE_ORDER)
        )
    }
    promises = {
        (number, view.line): view.promise
        for number, order in orders.items()
        for view in views(session, order, policy=policy, today=today)
    }
    return tuple(
        InLine(
            order_number=row.order_number,
            line=row.line,
            customer_id=orders[row.order_number].customer_id,
            customer_name=orders[row.order_number].customer.name,
            quantity=row.lacks,
            since=orders[row.order_number].placed_at,
            promise=promises[row.order_number, row.line],
        )
        for row in rows
    )
