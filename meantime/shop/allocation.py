"""Who gets what: on-hand units go to the oldest orders first, the rest waits for the earliest delivery with room.

Whoever changes an order locks the order first, then the product rows by SKU.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.audit import emit
from meantime.shop.tables import (
    Allocation,
    Inbound,
    Order,
    OrderLine,
    Product,
    Reservation,
    Shipment,
    ShipmentLine,
    StockLevel,
)

BATCH = 500
"""SKUs looked at in one statement: SQLite takes a bounded number of parameters."""


@dataclass(frozen=True, slots=True)
class Demand:
    """An open order line and the units of it that are neither cancelled nor shipped; or a reservation for a line."""

    line_id: int
    order_number: str
    line: int
    placed_at: datetime
    sku: str
    quantity: int
    is_reservation: bool = False

    @property
    def place(self) -> tuple[datetime, str, bool, int]:
        """The place in the queue. A reservation stands where the line it may become will be: behind the others
        of its order."""
        return self.placed_at, self.order_number, self.is_reservation, self.line


@dataclass(frozen=True, slots=True)
class Share:
    """Units for one line from one source: a warehouse, a delivery, or (neither is named) nowhere yet."""

    quantity: int
    warehouse: str | None = None
    inbound_reference: str | None = None


@dataclass(slots=True)
class Supply:
    """What is left of one SKU: by warehouse, then by delivery in the order it is due."""

    on_hand: dict[str, int] = field(default_factory=dict)
    coming: dict[str, int] = field(default_factory=dict)

    def take(self, quantity: int) -> list[Share]:
        """Take ``quantity`` units, on hand first. What is missing at the end is a share without a source."""
        shares = []
        # One parcel is better than two: a warehouse that holds it all goes first.
        for warehouse in sorted(self.on_hand, key=lambda w: (self.on_hand[w] < quantity, w)):
            if taken := _take_from(self.on_hand, warehouse, quantity):
                shares.append(Share(taken, warehouse=warehouse))
                quantity -= taken
        for reference in self.coming:
            if taken := _take_from(self.coming, reference, quantity):
                shares.append(Share(taken, inbound_reference=reference))
                quantity -= taken
        if quantity:
            shares.append(Share(quantity))
        return shares

    def set_aside(self, quantity: int) -> bool:
        """Take ``quantity`` units on hand for a reservation, or none; return whether there were as many."""
        if sum(self.on_hand.values()) < quantity:
            return False
        self.take(quantity)
        return True


def _take_from(source: dict[str, int], name: str, wanted: int) -> int:
    taken = min(source[name], wanted)
    source[name] -= taken
    return taken


def allocate(session: Session, skus: Iterable[str], key: str = "") -> None:
    """Set the supply of ``skus`` out anew over their open order lines, oldest order first.

    Only lines whose share differs are written. A line that waited and is now covered on hand becomes an
    event ``line_ready``. A reservation takes its units out of what is on hand, when its turn comes; one that
    has expired, or that finds too few left, is dropped. Rows are locked by SKU, so that two changes of one SKU
    follow each other.
    """
    for batch in batched(sorted(set(skus)), BATCH, strict=False):
        _allocate(session, batch, key)


def lock_supply(session: Session, skus: Iterable[str]) -> None:
    """Make others who would change the supply of ``skus`` wait for the end of this transaction."""
    for batch in batched(sorted(set(skus)), BATCH, strict=False):
        # The product row stands for all its stock rows, also for those that do not exist yet.
        session.execute(
            select(Product.sku).where(Product.sku.in_(batch)).order_by(Product.sku).with_for_update(key_share=True)
        )


def _allocate(session: Session, skus: tuple[str, ...], key: str) -> None:
    lock_supply(session, skus)
    supplies = _supplies(session, skus)
    before = _present_shares(session, skus)
    after: dict[int, list[Share]] = {}
    demands = list(_demands(session, skus))
    for demand in sorted([*demands, *_reservations(session, skus)], key=lambda d: d.place):
        if not demand.is_reservation:
            after[demand.line_id] = supplies[demand.sku].take(demand.quantity)
        elif not supplies[demand.sku].set_aside(demand.quantity):
            session.execute(delete(Reservation).where(Reservation.order_line_id == demand.line_id))
    changed = [i for i in before.keys() | after.keys() if set(before.get(i, [])) != set(after.get(i, []))]
    for ids in batched(sorted(changed), BATCH, strict=False):
        session.execute(delete(Allocation).where(Allocation.order_line_id.in_(ids)))
    by_line = {d.line_id: d for d in demands}
    rows = [
        {
            "order_line_id": i,
            "sku": by_line[i].sku,
            "quantity": share.quantity,
            "warehouse": share.warehouse,
            "inbound_reference": share.inbound_reference,
        }
        for i in sorted(changed)
        for share in after.get(i, [])
    ]
    if rows:
        session.execute(insert(Allocation), rows)
    session.expire_all()
    for i in sorted(changed):
        if i in before and i in by_line and _waits(before[i], by_line[i]) and not _waits(after[i], by_line[i]):
            demand = by_line[i]
            emit(session, "line_ready", f"order:{demand.order_number}", {"line": demand.line, "key": key})


def _waits(shares: list[Share], demand: Demand) -> bool:
    return sum(s.quantity for s in shares if s.warehouse) < demand.quantity


def _supplies(session: Session, skus: tuple[str, ...]) -> dict[str, Supply]:
    supplies: dict[str, Supply] = defaultdict(Supply)
    for level in session.scalars(
        select(StockLevel).where(StockLevel.sku.in_(skus)).order_by(StockLevel.sku, StockLevel.warehouse)
    ):
        supplies[level.sku].on_hand[level.warehouse] = level.on_hand
    deliveries = session.scalars(select(Inbound).where(Inbound.sku.in_(skus))).all()
    for delivery in sorted(deliveries, key=lambda d: (d.due_on or date.max, d.reference)):
        if delivery.still_coming:
            supplies[delivery.sku].coming[delivery.reference] = delivery.still_coming
    return supplies


def _demands(session: Session, skus: tuple[str, ...]) -> Iterator[Demand]:
    shipped = (
        select(Shipment.order_number, ShipmentLine.line, func.sum(ShipmentLine.quantity).label("quantity"))
        .join(ShipmentLine, ShipmentLine.shipment_reference == Shipment.reference)
        .group_by(Shipment.order_number, ShipmentLine.line)
        .subquery()
    )
    open_units = OrderLine.quantity - OrderLine.cancelled_quantity - func.coalesce(shipped.c.quantity, 0)
    rows = session.execute(
        select(OrderLine.id, OrderLine.order_number, OrderLine.line, Order.placed_at, OrderLine.sku, open_units)
        .join(Order, Order.number == OrderLine.order_number)
        .outerjoin(shipped, (shipped.c.order_number == OrderLine.order_number) & (shipped.c.line == OrderLine.line))
        .where(OrderLine.sku.in_(skus), Order.status == "open", open_units > 0)
    )
    for row in rows:
        yield Demand(*row)


def _reservations(session: Session, skus: tuple[str, ...]) -> list[Demand]:
    """Return the reservations that still hold. The others are deleted."""
    at = now()
    rows = session.execute(
        select(
            Reservation.order_line_id,
            OrderLine.order_number,
            OrderLine.line,
            Order.placed_at,
            Reservation.sku,
            Reservation.quantity,
            Reservation.expires_at,
        )
        .join(OrderLine, OrderLine.id == Reservation.order_line_id)
        .join(Order, Order.number == OrderLine.order_number)
        .where(Reservation.sku.in_(skus))
    ).all()
    if any(row.expires_at <= at for row in rows):
        session.execute(delete(Reservation).where(Reservation.sku.in_(skus), Reservation.expires_at <= at))
    return [
        Demand(row.order_line_id, row.order_number, row.line, row.placed_at, row.sku, row.quantity, is_reservation=True)
        for row in rows
        if row.expires_at > at
    ]


def _present_shares(session: Session, skus: tuple[str, ...]) -> dict[int, list[Share]]:
    shares: dict[int, list[Share]] = defaultdict(list)
    for row in session.scalars(select(Allocation).where(Allocation.sku.in_(skus))):
        shares[row.order_line_id].append(Share(row.quantity, row.warehouse, row.inbound_reference))
    return shares
