"""Swapping units of an order line for another product: listed and kept back, agreed to, checked again, done once.

The units are cancelled in their line, and a new line with the new product, at its list price, replaces them. The
difference is announced, not collected: the shop's own system does that.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.ledger import once
from meantime.shop.acting import Actor, conversation_of, require_hold, require_right, signature
from meantime.shop.allocation import allocate
from meantime.shop.audit import LineQuantity, announce, emit, record
from meantime.shop.calendar import today as shop_today
from meantime.shop.lines import journey_of, views
from meantime.shop.policy import Policy, current_policy
from meantime.shop.promises import Promise, promise_from_stock
from meantime.shop.proposals import (
    ChangedMeanwhile,
    NotYours,
    ProposalGone,
    key_of,
    locked_order,
    new_proposal_id,
    open_order,
    store_proposal,
    take_up,
)
from meantime.shop.refunds import discount_minor, is_taxed
from meantime.shop.reservations import SoldOutMeanwhile, free_units, release, release_lines, reserve
from meantime.shop.substitutes import NotSwappable, can_replace, difference_minor, swappable
from meantime.shop.tables import Order, OrderLine, Product, Proposal, Reservation

__all__ = [
    "ChangedMeanwhile",
    "NotSwappable",
    "NotYours",
    "ProposalGone",
    "SoldOutMeanwhile",
    "Swap",
    "accept_swap",
    "decline_swap",
    "propose_swap",
]

KIND = "swap"


@dataclass(frozen=True, slots=True)
class SwappedUnits(LineQuantity):
    """So many units of a line, and the line and product they were swapped for."""

    replaced_by: int
    sku: str


@dataclass(frozen=True, slots=True)
class Swap:
    """What would be swapped, or was; ``new_line`` is None until it is. ``difference_minor`` is what the units cost more
    (less: negative) than what was paid or agreed for those they replace, tax left aside. ``expires_at`` is the end of
    the time for which the units are kept back. ``discount_minor`` is what the line's own discount takes off these
    units, and the new item does not have."""

    order_number: str
    line: int
    new_line: int | None
    units: int
    old_name: str
    old_attributes: dict[str, Any]
    sku: str
    name: str
    attributes: dict[str, Any]
    unit_price_minor: int
    difference_minor: int
    currency: str
    payment_status: str
    promise: Promise
    expires_at: datetime
    proposal_id: str
    discount_minor: int = 0
    is_taxed: bool = False

    def to_json(self) -> dict[str, Any]:
        promise = {**asdict(self.promise), "earliest": f"{self.promise.earliest}", "latest": f"{self.promise.latest}"}
        return {**asdict(self), "promise": promise, "expires_at": self.expires_at.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Swap:
        days = stored["promise"]
        promise = Promise(date.fromisoformat(days["earliest"]), date.fromisoformat(days["latest"]), days["confidence"])
        return cls(**{**stored, "promise": promise, "expires_at": datetime.fromisoformat(stored["expires_at"])})


def propose_swap(
    session: Session, actor: Actor, number: str, line: int, sku: str, policy: Policy, *, units: int | None = None
) -> Swap:
    """List a swap of ``units`` (None: all that are open) of a line for product ``sku``, keep that back and store the
    proposal. What was kept back for the line before is given back.

    Raises NotYours, NotSwappable, SoldOutMeanwhile.
    """
    require_right(session, actor, number)
    order = locked_order(session, number)
    view = swappable(views(session, order, policy=policy), line)
    quantity = min(units or view.open_quantity, view.open_quantity)
    own = _line(order, line)
    product = _product(session, own, sku, order)
    proposal_id = new_proposal_id()
    # Nothing is kept back for longer than a yes would count.
    minutes = min(policy.substitutes.reservation_minutes, policy.cancelling.proposal_minutes)
    expires_at = now() + timedelta(minutes=minutes)
    reserve(session, own, sku, quantity, proposal_id=proposal_id, expires_at=expires_at)
    swap = _swap(order, own, product, quantity, policy, proposal_id=proposal_id, expires_at=expires_at)
    store_proposal(
        session,
        actor,
        KIND,
        order,
        [LineQuantity(line, quantity)],
        policy,
        proposal_id=proposal_id,
        amount_minor=swap.difference_minor,
        details={
            "sku": sku,
            "unit_price_minor": product.price_minor,
            "old_sku": own.sku,
            "kept_until": expires_at.isoformat(),
        },
    )
    return swap


def accept_swap(session: Session, actor: Actor, proposal_id: str, policy: Policy | None = None) -> Swap:
    """Swap what the proposal lists, once. Asked again under the same message, returns the stored result.

    Raises ProposalGone, NotYours, ChangedMeanwhile (the order, the price or the difference is not as listed),
    SoldOutMeanwhile (it is kept back no longer, and somebody else has it), TurnRevoked; then nothing has changed.
    """
    require_hold(session, actor)
    proposal = take_up(session, actor, proposal_id, KIND)
    key = key_of(actor, proposal, proposal.details["sku"])
    policy = policy or current_policy()
    return Swap.from_json(once(session, key, lambda: _accept(session, actor, proposal, policy, key).to_json()))


def decline_swap(session: Session, actor: Actor, proposal_id: str) -> None:
    """End a proposal that got a no, and give back what was kept for it. Does nothing when it is settled, or is of
    somebody else or another kind."""
    try:
        proposal = take_up(session, actor, proposal_id, KIND)
    except ProposalGone:
        return
    if proposal.accepted_at is None and proposal.expires_at > now():
        proposal.expires_at = now()
        session.flush()
    release(session, proposal_id)


def _accept(session: Session, actor: Actor, proposal: Proposal, policy: Policy, key: str) -> Swap:
    order = open_order(session, actor, proposal)
    listed, details = proposal.lines[0], proposal.details
    changed = ChangedMeanwhile(order.number, [listed["line"]])
    try:
        view = swappable(views(session, order, policy=policy), listed["line"])
    except NotSwappable:
        raise changed from None
    own, quantity = _line(order, view.line), listed["quantity"]
    kept = session.scalars(select(Reservation.sku).where(Reservation.order_line_id == own.id)).all()
    # What others no longer keep back goes to whoever waited for it, before we look what is free.
    allocate(session, {own.sku, details["sku"], *kept}, key)
    product = _product(session, own, details["sku"], order)
    if (
        view.open_quantity < quantity
        or own.sku != details["old_sku"]
        or product.price_minor != details["unit_price_minor"]
        or difference_minor(product, own, quantity) != proposal.amount_minor
    ):
        raise changed
    if free_units(session, [product.sku], but_for_line=own.id)[product.sku] < quantity:
        raise SoldOutMeanwhile(product.sku)
    proposal.accepted_at = now()
    kept_until = datetime.fromisoformat(details["kept_until"])
    swap = _swap(order, own, product, quantity, policy, proposal_id=proposal.id, expires_at=kept_until)
    return _carry_out(session, order, own, swap, actor, key)


def _carry_out(session: Session, order: Order, own: OrderLine, swap: Swap, actor: Actor, key: str) -> Swap:
    by, before = signature(actor, order), _snapshot(order)
    own.cancelled_quantity += swap.units
    new = OrderLine(
        line=max(line.line for line in order.lines) + 1,
        sku=swap.sku,
        quantity=swap.units,
        cancelled_quantity=0,
        unit_price_minor=swap.unit_price_minor,
        replaces=own.line,
    )
    order.lines.append(new)
    order.version += 1
    session.flush()
    units = SwappedUnits(own.line, swap.units, new.line, swap.sku)
    subject = f"order:{order.number}"
    record(session, by, KIND, subject, before, _snapshot(order), key)
    announce(
        session,
        KIND,
        order.number,
        [units],
        swap.difference_minor,
        order.currency,
        by,
        conversation_id=conversation_of(actor),
    )
    emit(session, "line_swapped", subject, {**asdict(units), "by": by, "key": key})
    done = replace(swap, new_line=new.line)
    release_lines(session, [own.id], {own.sku, swap.sku}, key)
    return done


def _swap(
    order: Order,
    own: OrderLine,
    product: Product,
    quantity: int,
    policy: Policy,
    *,
    proposal_id: str,
    expires_at: datetime,
) -> Swap:
    return Swap(
        order_number=order.number,
        line=own.line,
        new_line=None,
        units=quantity,
        old_name=own.product.name,
        old_attributes=own.product.attributes,
        sku=product.sku,
        name=product.name,
        attributes=product.attributes,
        unit_price_minor=product.price_minor,
        difference_minor=difference_minor(product, own, quantity),
        currency=order.currency,
        payment_status=order.payment_status,
        promise=promise_from_stock(shop_today(), journey_of(order), policy),
        expires_at=expires_at,
        proposal_id=proposal_id,
        discount_minor=discount_minor(own, quantity),
        is_taxed=is_taxed(order),
    )


def _line(order: Order, number: int) -> OrderLine:
    return next(line for line in order.lines if line.line == number)


def _product(session: Session, own: OrderLine, sku: str, order: Order) -> Product:
    """Return the product to send. Raises SoldOutMeanwhile when it is not sold (any more) in place of the line's."""
    product = session.get(Product, sku)
    if product is None or not can_replace(product, own.product, order):
        raise SoldOutMeanwhile(sku)
    return product


def _snapshot(order: Order) -> dict[str, Any]:
    return {
        "lines": [
            {"line": x.line, "sku": x.sku, "open": x.quantity - x.cancelled_quantity, "replaces": x.replaces}
            for x in order.lines
        ]
    }
