"""Units on hand that are kept back while a customer thinks about a swap.

A reservation is demand like an order line's, without being one: it stands in the queue behind the lines of its own
order, so no newer order takes its units. It ends with the answer, with its time, or when the stock no longer
reaches that far (see ``allocate``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import batched

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.allocation import BATCH, allocate, lock_supply
from meantime.shop.tables import Allocation, OrderLine, Reservation, StockLevel


class SoldOutMeanwhile(Exception):
    """The item cannot be had any more, or not as many units of it as are wanted."""

    def __init__(self, sku: str) -> None:
        super().__init__(sku)
        self.sku = sku


def free_units(session: Session, skus: Iterable[str], *, but_for_line: int | None = None) -> dict[str, int]:
    """Return for each of ``skus`` the units on hand that belong to no order line and are kept back for nobody.

    What is reserved for the line with the id ``but_for_line`` counts as free: it is asked for in its name. Never
    less than 0; 0 for a SKU nobody knows.
    """
    free: Counter[str] = Counter(dict.fromkeys(skus, 0))
    for batch in batched(sorted(free), BATCH, strict=False):
        on_hand = select(StockLevel.sku, func.sum(StockLevel.on_hand)).where(StockLevel.sku.in_(batch))
        allocated = select(Allocation.sku, func.sum(Allocation.quantity)).where(
            Allocation.sku.in_(batch), Allocation.warehouse.is_not(None)
        )
        reserved = select(Reservation.sku, func.sum(Reservation.quantity)).where(
            Reservation.sku.in_(batch), Reservation.expires_at > now()
        )
        if but_for_line is not None:
            reserved = reserved.where(Reservation.order_line_id != but_for_line)
        for sku, units in session.execute(on_hand.group_by(StockLevel.sku)):
            free[sku] += units
        for query in (allocated.group_by(Allocation.sku), reserved.group_by(Reservation.sku)):
            for sku, units in session.execute(query):
                free[sku] -= units
    return {sku: max(0, units) for sku, units in free.items()}


def reserve(
    session: Session, line: OrderLine, sku: str, quantity: int, *, proposal_id: str, expires_at: datetime
) -> None:
    """Keep ``quantity`` units of ``sku`` back for ``line``, instead of what was kept back for it before.

    The caller has locked the order. Raises SoldOutMeanwhile when there are not as many free; then nothing is
    reserved for the line.
    """
    release_lines(session, [line.id], {sku})
    if free_units(session, [sku])[sku] < quantity:
        raise SoldOutMeanwhile(sku)
    session.add(
        Reservation(order_line_id=line.id, sku=sku, quantity=quantity, proposal_id=proposal_id, expires_at=expires_at)
    )
    session.flush()


def release(session: Session, proposal_id: str) -> None:
    """Give back what is kept for this proposal, if anything is."""
    _release(session, Reservation.proposal_id == proposal_id)


def release_lines(session: Session, line_ids: Collection[int], skus: Collection[str] = (), key: str = "") -> None:
    """Give back what is kept for these lines (by their ids), and set the supply of that and of ``skus`` out anew."""
    _release(session, Reservation.order_line_id.in_(line_ids), skus, key)


def _release(session: Session, which: ColumnElement[bool], skus: Collection[str] = (), key: str = "") -> None:
    freed = {*skus, *session.scalars(select(Reservation.sku).where(which))}
    # A reservation is only touched by who holds its product: an allocation may be about to drop it.
    lock_supply(session, freed)
    session.execute(delete(Reservation).where(which))
    allocate(session, freed, key)


def some_expired(session: Session) -> bool:
    """Return whether there is a reservation whose time is up."""
    expired = select(Reservation.order_line_id).where(Reservation.expires_at <= now())
    return session.scalar(expired.limit(1)) is not None


def release_expired(session: Session, most: int) -> int:
    """Give back up to ``most`` reservations whose time is up; the units go to the next in line. Return how many."""
    expired = select(Reservation.sku).where(Reservation.expires_at <= now()).order_by(Reservation.expires_at)
    skus = session.scalars(expired.limit(most)).all()
    allocate(session, skus)
    return len(skus)
