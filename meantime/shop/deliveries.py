"""An inbound delivery as staff see it: what it still brings, when, and every day that was told before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.shop.allocation import BATCH
from meantime.shop.tables import Inbound, InboundDueDate


@dataclass(frozen=True, slots=True)
class FormerDay:
    """A day that was told for a delivery until ``until``; None: nobody knew it."""

    due_on: date | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery. ``is_overdue``: its day has passed, or its supplier reports it as delayed."""

    reference: str
    sku: str
    supplier: str
    warehouse: str
    status: str
    quantity: int
    still_coming: int
    due_on: date | None
    first_due_on: date | None
    placed_on: date | None
    is_overdue: bool
    history: tuple[FormerDay, ...]


def deliveries_told(session: Session, deliveries: Iterable[Inbound], today: date) -> dict[str, Delivery]:
    """Return ``deliveries`` by reference, each with the days that were told before, oldest first."""
    known = {delivery.reference: delivery for delivery in deliveries}
    history: dict[str, list[FormerDay]] = defaultdict(list)
    for batch in batched(sorted(known), BATCH, strict=False):
        former = select(InboundDueDate).where(InboundDueDate.reference.in_(batch)).order_by(InboundDueDate.id)
        for row in session.scalars(former):
            history[row.reference].append(FormerDay(row.due_on, row.recorded_at))
    return {reference: _told(delivery, history[reference], today) for reference, delivery in known.items()}


def _told(delivery: Inbound, history: list[FormerDay], today: date) -> Delivery:
    has_passed = delivery.due_on is not None and delivery.due_on < today
    return Delivery(
        reference=delivery.reference,
        sku=delivery.sku,
        supplier=delivery.supplier,
        warehouse=delivery.warehouse,
        status=delivery.status,
        quantity=delivery.quantity,
        still_coming=delivery.still_coming,
        due_on=delivery.due_on,
        first_due_on=delivery.first_due_on,
        placed_on=delivery.placed_on,
        is_overdue=delivery.still_coming > 0 and (has_passed or delivery.status == "delayed"),
        history=tuple(history),
    )
