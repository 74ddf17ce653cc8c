"""What was given for waiting on units that are cancelled after all: it counts against what comes back for them.

Goodwill is a part of the price of the units somebody waits for. Cancelling gives back what is paid for them, and that
part is theirs already: given back in full on top, the customer would get more than they paid. Units that were swapped
take it with them, since the wait for them was real.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.shop.tables import Change, Order


@dataclass
class _Given:
    """Goodwill of ``amount_minor``, laid out over units by their price when it was given."""

    amount_minor: int
    prices: dict[int, int]
    """Line → minor units, of the line that was waited for."""
    units: defaultdict[int, int]
    """Line → units that still have their part."""
    whole: int
    lapsed: int = 0

    def move(self, line: int, quantity: int, to: int) -> None:
        moved = min(quantity, self.units[line])
        if moved:
            self.units[line] -= moved
            self.units[to] += moved
            self.prices[to] = self.prices[line]

    def lapse(self, line: int, quantity: int) -> int:
        """Take the part of so many units away and return it; in the end the parts add up to all that was given."""
        gone = min(quantity, self.units[line])
        if not gone:
            return 0
        before = self._part()
        self.units[line] -= gone
        self.lapsed += gone * self.prices[line]
        return self._part() - before

    def _part(self) -> int:
        return self.amount_minor * self.lapsed // self.whole


def goodwill_on(session: Session, order: Order, units: Mapping[int, int]) -> int:
    """Return the minor units of goodwill that were given for ``units`` (order line → quantity) of ``order``."""
    changes = session.scalars(
        select(Change).where(Change.order_number == order.number, Change.state != "refused").order_by(Change.id)
    ).all()
    given: _Given | None = None
    for change in changes:
        if change.kind == "goodwill":
            given = given or _laid_out(order, change)
        elif given is not None:
            _follow(given, change.kind, change.lines)
    return sum(given.lapse(line, quantity) for line, quantity in units.items()) if given else 0


def _laid_out(order: Order, change: Change) -> _Given | None:
    of_line = {line.line: line.unit_price_minor for line in order.lines}
    units = defaultdict(int, {part["line"]: part["quantity"] for part in change.lines if part["line"] in of_line})
    prices = {line: of_line[line] for line in units}
    whole = sum(prices[line] * quantity for line, quantity in units.items())
    return _Given(change.amount_minor or 0, prices, units, whole) if whole else None


def _follow(given: _Given, kind: str, lines: list[dict[str, Any]]) -> None:
    """What was cancelled since has lost its part already; what was swapped has taken it to another line."""
    for part in lines:
        if kind == "cancel":
            given.lapse(part["line"], part["quantity"])
        elif kind == "swap":
            given.move(part["line"], part["quantity"], part["replaced_by"])
