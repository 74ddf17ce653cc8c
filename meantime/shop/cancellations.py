"""Cancelling order lines: listed first, agreed to, checked again, done once.

Nothing that is being packed or has left can be cancelled. What is released goes to the next order in line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from meantime.db import now
from meantime.ledger import once
from meantime.shop.acting import Actor, conversation_of, require_hold, require_right, signature
from meantime.shop.audit import LineQuantity, announce, emit, record
from meantime.shop.goodwill_back import goodwill_on
from meantime.shop.lines import views
from meantime.shop.policy import Policy
from meantime.shop.proposals import (
    ChangedMeanwhile,
    NotYours,
    ProposalGone,
    key_of,
    new_proposal_id,
    open_order,
    store_proposal,
    take_up,
)
from meantime.shop.refunds import discount_minor, is_all_of, price_paid_minor, refund_minor
from meantime.shop.reservations import release_lines
from meantime.shop.tables import Order, Proposal

__all__ = [
    "Cancellation",
    "CancelledLine",
    "ChangedMeanwhile",
    "NotYours",
    "NothingToCancel",
    "ProposalGone",
    "Wanted",
    "accept_cancel",
    "propose_cancel",
]

type Wanted = Mapping[int, int | None]
"""Order line → how many units of it; None: all that are still open."""


class NothingToCancel(Exception):
    """No line that was asked for can still be cancelled."""


@dataclass(frozen=True, slots=True)
class CancelledLine:
    """A line, or part of one, that is or would be cancelled; ``price_minor`` is that of these units, and
    ``discount_minor`` what the line's own discount takes off it."""

    line: int
    name: str
    quantity: int
    price_minor: int
    discount_minor: int = 0


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What would be cancelled, or was. ``refund_minor`` is None where the source gives no totals: then only the
    prices of the items may be said, never a sum to be refunded. ``goodwill_minor`` was given for these units before,
    and has been taken off the refund. ``order_discount_minor`` is that of the order as a whole."""

    order_number: str
    lines: tuple[CancelledLine, ...]
    is_whole_order: bool
    refund_minor: int | None
    currency: str
    payment_status: str
    proposal_id: str
    goodwill_minor: int = 0
    order_discount_minor: int = 0
    tax_minor: int = 0
    """How much of the refund is tax, and how much shipping: the prices of the items alone do not add up to it."""
    shipping_minor: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Cancellation:
        return cls(**{**stored, "lines": tuple(CancelledLine(**line) for line in stored["lines"])})


def propose_cancel(session: Session, actor: Actor, number: str, wanted: Wanted | None, policy: Policy) -> Cancellation:
    """List what would be cancelled and store it as a proposal. ``wanted`` None means all that can be.

    Raises NotYours, NothingToCancel.
    """
    require_right(session, actor, number)
    order = session.get_one(Order, number)
    cancellation = _cancellation(session, order, wanted, proposal_id=new_proposal_id())
    store_proposal(
        session,
        actor,
        "cancel",
        order,
        [LineQuantity(line.line, line.quantity) for line in cancellation.lines],
        policy,
        proposal_id=cancellation.proposal_id,
        amount_minor=cancellation.refund_minor,
        details=_details(order, cancellation),
    )
    return cancellation


def accept_cancel(session: Session, actor: Actor, proposal_id: str) -> Cancellation:
    """Cancel what the proposal lists, once. Asked again under the same message, returns the stored result.

    What was kept back to replace a line that is cancelled becomes free again. Raises ProposalGone, NotYours,
    ChangedMeanwhile, TurnRevoked; then nothing has changed.
    """
    require_hold(session, actor)
    proposal = take_up(session, actor, proposal_id, "cancel")
    key = key_of(actor, proposal)
    return Cancellation.from_json(once(session, key, lambda: _accept(session, actor, proposal, key).to_json()))


def _accept(session: Session, actor: Actor, proposal: Proposal, key: str) -> Cancellation:
    order = open_order(session, actor, proposal)
    cancellation = _as_listed(session, order, proposal)
    proposal.accepted_at = now()
    _cancel(session, order, cancellation, actor, key)
    return cancellation


def _as_listed(session: Session, order: Order, proposal: Proposal) -> Cancellation:
    """Return what would be cancelled now. Raises ChangedMeanwhile unless it is exactly what was agreed to."""
    listed = {line["line"]: line["quantity"] for line in proposal.lines}
    try:
        present = _cancellation(session, order, listed, proposal_id=proposal.id)
    except NothingToCancel:
        raise ChangedMeanwhile(order.number, list(listed)) from None
    now_listed = [asdict(LineQuantity(line.line, line.quantity)) for line in present.lines]
    is_same = (now_listed, present.refund_minor) == (proposal.lines, proposal.amount_minor)
    if not is_same or _details(order, present) != proposal.details:
        raise ChangedMeanwhile(order.number, list(listed))
    return present


def _details(order: Order, cancellation: Cancellation) -> dict[str, Any]:
    """What must still be so at the yes, beside lines and amount."""
    return {
        "skus": _skus(order, (line.line for line in cancellation.lines)),
        "goodwill_minor": cancellation.goodwill_minor,
    }


def _skus(order: Order, lines: Iterable[int]) -> dict[str, str]:
    """Return what the lines hold: the source may give a line another SKU."""
    skus = {line.line: line.sku for line in order.lines}
    return {str(line): skus[line] for line in lines}


def _cancellation(session: Session, order: Order, wanted: Wanted | None, *, proposal_id: str) -> Cancellation:
    present = views(session, order)
    chosen = [v for v in present if v.is_cancellable and (wanted is None or v.line in wanted)]
    if not chosen:
        raise NothingToCancel(order.number)
    units = {v.line: min((wanted or {}).get(v.line) or v.open_quantity, v.open_quantity) for v in chosen}
    own = {line.line: line for line in order.lines}
    refund, goodwill = refund_minor(order, units), goodwill_on(session, order, units)
    tax, shipping = _beside_the_items(order, units, refund)
    return Cancellation(
        order_number=order.number,
        lines=tuple(
            CancelledLine(
                v.line,
                v.name,
                units[v.line],
                v.unit_price_minor * units[v.line],
                discount_minor(own[v.line], units[v.line]),
            )
            for v in chosen
        ),
        is_whole_order=all(units.get(v.line, 0) == v.quantity - v.cancelled_quantity for v in present),
        refund_minor=None if refund is None else max(0, refund - goodwill),
        currency=order.currency,
        payment_status=order.payment_status,
        proposal_id=proposal_id,
        goodwill_minor=goodwill,
        order_discount_minor=order.discount_minor or 0,
        tax_minor=tax,
        shipping_minor=shipping,
    )


def _beside_the_items(order: Order, units: Mapping[int, int], refund: int | None) -> tuple[int, int]:
    """Return the tax and the shipping in a refund; nothing where no sum is known."""
    if refund is None:
        return 0, 0
    own = {line.line: line for line in order.lines}
    items = sum(price_paid_minor(own[number], quantity) for number, quantity in units.items())
    if not is_all_of(order, units):
        return refund - items, 0
    shipping = order.shipping_minor or 0
    return refund - items + (order.discount_minor or 0) - shipping, shipping


def _cancel(session: Session, order: Order, cancellation: Cancellation, actor: Actor, key: str) -> None:
    by = signature(actor, order)
    lines = {line.line: line for line in order.lines}
    before = _snapshot(order)
    for cancelled in cancellation.lines:
        lines[cancelled.line].cancelled_quantity += cancelled.quantity
    if all(line.cancelled_quantity == line.quantity for line in order.lines):
        order.status = "cancelled"
    order.version += 1
    session.flush()
    quantities = [LineQuantity(line.line, line.quantity) for line in cancellation.lines]
    after = _snapshot(order)
    if cancellation.goodwill_minor:
        after["goodwill_taken_off_minor"] = cancellation.goodwill_minor
    record(session, by, "cancel", f"order:{order.number}", before, after, key)
    announce(
        session,
        "cancel",
        order.number,
        quantities,
        cancellation.refund_minor,
        order.currency,
        by,
        conversation_id=conversation_of(actor),
    )
    emit(session, "lines_cancelled", f"order:{order.number}", {"lines": [asdict(q) for q in quantities], "by": by})
    cancelled_lines = [lines[line.line] for line in cancellation.lines]
    release_lines(session, [line.id for line in cancelled_lines], {line.sku for line in cancelled_lines}, key)


def _snapshot(order: Order) -> dict[str, Any]:
    return {"status": order.status, "cancelled": {str(line.line): line.cancelled_quantity for line in order.lines}}
