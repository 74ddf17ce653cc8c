"""What the shop's own system made of a change: accepted, or refused, and then undone here in one transaction.

A change takes effect here at once; the shop hears of it and may refuse. What it refuses is taken back as if it had
never been made, unless something stands on it by now. Then it is a conflict: recorded, and for a person to look at.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.audit import emit, record
from meantime.shop.proposals import locked_order
from meantime.shop.reservations import release_lines
from meantime.shop.tables import Change, Order, OrderLine, SourceValue

type Decision = Literal["accepted", "refused"]

PENDING, ACCEPTED, REFUSED = "pending", "accepted", "refused"
CHANGE_REFUSED = "change_refused"
LONGEST_REASON = 500


class Conflict(StrEnum):
    """Why a refused change is not simply undone."""

    NONE = ""
    UNDER_WAY = "under way"
    """The units count again, but they are being packed, or have left: nobody can change them any more."""
    NOT_UNDONE = "not undone"
    """Something stands on it by now, a later change or the source's own word: all was left as it is."""


class UnknownChange(LookupError):
    """There is no change with this id."""


class ContraryOutcome(Exception):
    """The shop has decided the other way before. ``change`` is as it was decided then."""

    def __init__(self, change: Change) -> None:
        super().__init__(change.id)
        self.change = change


def decide(session: Session, change_id: int, state: Decision, by: str, reason: str = "") -> Change:
    """Record what the shop made of a change; a refused one is undone. Told the same again, nothing happens.

    Raises UnknownChange, ContraryOutcome.
    """
    number = session.scalar(select(Change.order_number).where(Change.id == change_id))
    if number is None:
        raise UnknownChange(change_id)
    order = locked_order(session, number)
    session.expire_all()  # what was read before the lock may be old
    change = session.get_one(Change, change_id)
    if change.state == state:
        return change
    if change.state != PENDING:
        raise ContraryOutcome(change)
    change.state, change.decided_at = state, now()
    if state == REFUSED:
        change.reason = reason[:LONGEST_REASON]
        _refuse(session, order, change, by)
    else:
        record(session, by, "change_accepted", f"order:{number}", *_told(change, PENDING, {}, {}))
    session.flush()
    return change


def _refuse(session: Session, order: Order, change: Change, by: str) -> None:
    before = _snapshot(order)
    conflict = _undo(session, order, change)
    change.conflict = conflict.value
    record(session, by, CHANGE_REFUSED, f"order:{order.number}", *_told(change, PENDING, before, _snapshot(order)))
    body = {
        "change": change.id,
        "kind": change.kind,
        "lines": change.lines,
        "by": change.by,
        "conversation": change.conversation_id,
        "conflict": conflict.value,
    }
    emit(session, CHANGE_REFUSED, f"order:{order.number}", body)


def _undo(session: Session, order: Order, change: Change) -> Conflict:
    match change.kind:
        case "cancel":
            return _undo_cancel(session, order, change)
        case "swap":
            return _undo_swap(session, order, change)
        case "goodwill":
            return _undo_goodwill(session, change)
    return Conflict.NONE  # a split only asked the shop for something


def _undo_cancel(session: Session, order: Order, change: Change) -> Conflict:
    lines = {line.line: line for line in order.lines}
    units = {lines[part["line"]]: part["quantity"] for part in change.lines if part["line"] in lines}
    if len(units) < len(change.lines) or _is_cancelled_there(session, order):
        return Conflict.NOT_UNDONE
    # Where the source asks for fewer by now, it has followed us itself.
    if any(line.cancelled_quantity < quantity for line, quantity in units.items()):
        return Conflict.NOT_UNDONE
    conflict = _under_way(order, list(units))
    for line, quantity in units.items():
        line.cancelled_quantity -= quantity
    if order.status == "cancelled":
        order.status = "open"
    _set_out_anew(session, order, list(units), change)
    return conflict


def _undo_swap(session: Session, order: Order, change: Change) -> Conflict:
    lines = {line.line: line for line in order.lines}
    (part,) = change.lines
    old, new = lines.get(part["line"]), lines.get(part["replaced_by"])
    if old is None or new is None or _is_cancelled_there(session, order):
        return Conflict.NOT_UNDONE
    is_as_made = (new.quantity, new.sku, new.cancelled_quantity) == (part["quantity"], part["sku"], 0)
    if not is_as_made or old.cancelled_quantity < part["quantity"]:
        return Conflict.NOT_UNDONE
    if _shipped(order)[new.line] or _is_the_sources(session, new):
        return Conflict.NOT_UNDONE
    conflict = _under_way(order, [old])
    old.cancelled_quantity -= part["quantity"]
    new.cancelled_quantity = new.quantity
    _set_out_anew(session, order, [old, new], change)
    return conflict


def _undo_goodwill(session: Session, change: Change) -> Conflict:
    """It is withdrawn by being refused. A cancel since then may have given back less on its account."""
    since = exists().where(
        Change.order_number == change.order_number,
        Change.id > change.id,
        Change.kind == "cancel",
        Change.state != REFUSED,
    )
    return Conflict.NOT_UNDONE if session.scalar(select(since)) else Conflict.NONE


def _set_out_anew(session: Session, order: Order, lines: list[OrderLine], change: Change) -> None:
    order.version += 1
    session.flush()
    # What is kept back for a line that is no more, or that is not what it was, is given back with it.
    release_lines(session, [line.id for line in lines], {line.sku for line in lines}, key=f"refused:{change.id}")


def _under_way(order: Order, lines: list[OrderLine]) -> Conflict:
    """Return whether units that are given up here go to the customer all the same."""
    shipped = _shipped(order)
    has_left = any(shipped[line.line] > line.quantity - line.cancelled_quantity for line in lines)
    is_packed = order.status not in ("open", "cancelled")
    return Conflict.UNDER_WAY if has_left or is_packed else Conflict.NONE


def _shipped(order: Order) -> Counter[int]:
    shipped: Counter[int] = Counter()
    for shipment in order.shipments:
        for part in shipment.lines:
            shipped[part.line] += part.quantity
    return shipped


def _is_cancelled_there(session: Session, order: Order) -> bool:
    """Return whether the source itself says that the whole order is cancelled."""
    if order.status != "cancelled":
        return False
    told = session.get(SourceValue, ("orders", order.number))
    return told is not None and told.values.get("status") == "cancelled"


def _is_the_sources(session: Session, line: OrderLine) -> bool:
    """Return whether the source has taken a line of ours over, and so has followed the swap."""
    return session.get(SourceValue, ("order_lines", f"{line.order_number}\t{line.line}")) is not None


def _told(
    change: Change, state_before: str, before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    named = {"change": change.id, "kind": change.kind}
    return (
        {**named, "state": state_before, **before},
        {**named, "state": change.state, "conflict": change.conflict, **after},
    )


def _snapshot(order: Order) -> dict[str, Any]:
    return {"status": order.status, "cancelled": {str(line.line): line.cancelled_quantity for line in order.lines}}
