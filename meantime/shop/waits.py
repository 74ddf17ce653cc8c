"""Why a line waits, as far as the shop knows: what became of the deliveries that are to bring it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from meantime.shop.tables import Inbound, Order


@dataclass(frozen=True, slots=True)
class Wait:
    """What a line waits for. Days are those on which the delivery is, or was, to reach the shop.

    ``due_on`` is None while nobody knows the day; ``first_due_on`` is the day that was told at first, where it was
    another one. ``is_ordered`` is False where nothing is on its way.
    """

    is_ordered: bool
    first_due_on: date | None = None
    due_on: date | None = None
    is_late: bool = False


def waits_of(order: Order, today: date) -> dict[int, Wait]:
    """Return what each line waits for, of several deliveries the last. ``today`` is the shop's day."""
    waits = {}
    for line in order.lines:
        missing = [allocation.inbound for allocation in line.allocations if not allocation.warehouse]
        if missing:
            waits[line.line] = max((_wait(inbound, today) for inbound in missing), key=_lasts)
    return waits


def _wait(inbound: Inbound | None, today: date) -> Wait:
    if inbound is None:
        return Wait(is_ordered=False)
    has_passed = inbound.due_on is not None and inbound.due_on < today
    first = inbound.first_due_on or inbound.due_on
    has_moved = first is not None and (has_passed or inbound.due_on is None or first < inbound.due_on)
    return Wait(
        is_ordered=True,
        first_due_on=first if has_moved else None,
        due_on=None if has_passed else inbound.due_on,
        is_late=has_passed or inbound.status == "delayed" or has_moved,
    )


def _lasts(wait: Wait) -> date:
    return (wait.due_on or date.max) if wait.is_ordered else date.max
