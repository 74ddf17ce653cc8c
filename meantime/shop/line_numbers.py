"""Giving an order line another number, where the source wants the one that a swap had taken."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from meantime.shop.audit import record
from meantime.shop.tables import Change, OrderLine, StandingWish

POINTERS = ("line", "replaced_by")
"""Where a stored list says a line number."""


def move_line(session: Session, order_number: str, line: int, to: int, *, by: str) -> None:
    """Give a line the number ``to``, which nothing has had before, and let what speaks of it follow: the lines it
    was swapped for, changes, and what was told.

    The audit keeps the old number and gets an entry of its own. A proposal does not follow: it finds another SKU in
    its line, and the customer is asked anew. The caller has locked the order.
    """
    of_order = OrderLine.order_number == order_number
    moved = session.scalars(select(OrderLine).where(of_order, OrderLine.line == line)).one()
    moved.line = to
    session.flush()
    session.execute(update(OrderLine).where(of_order, OrderLine.replaces == line).values(replaces=to))
    for table, column in ((Change, "lines"), (StandingWish, "told")):
        for row in session.scalars(select(table).where(table.order_number == order_number)):
            setattr(row, column, [_pointing(entry, line, to) for entry in getattr(row, column)])
    session.flush()
    record(session, by, "renumber", f"order:{order_number}", {"line": line, "sku": moved.sku}, {"line": to})


def _pointing(entry: dict[str, Any], line: int, to: int) -> dict[str, Any]:
    return {name: to if name in POINTERS and value == line else value for name, value in entry.items()}
