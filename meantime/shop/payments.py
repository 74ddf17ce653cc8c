"""What is known about the money of an order: what was charged, what goes back and by when, what is still owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.settings import settings
from meantime.shop.calendar import business_days_after, local_day
from meantime.shop.policy import Policy
from meantime.shop.refunds import is_taxed
from meantime.shop.tables import AuditEntry, Change, Order

AUTHORISED = "authorised"


class Reason(StrEnum):
    """What a sum comes from."""

    CANCEL = "cancel"
    SWAP = "swap"
    GOODWILL = "goodwill"


@dataclass(frozen=True, slots=True)
class Refund:
    """A sum that was decided here to go back, None where it is not known, and the last day it arrives on."""

    reason: Reason
    amount_minor: int | None
    lines: tuple[int, ...]
    decided_on: date
    arrives_by: date


@dataclass(frozen=True, slots=True)
class Owed:
    """What an item swapped in costs more. ``lines`` are those that were swapped away."""

    amount_minor: int
    lines: tuple[int, ...]
    decided_on: date


@dataclass(frozen=True, slots=True)
class Released:
    """What was set aside on the card and is not taken after all: no refund, as nothing was charged."""

    reason: Reason
    amount_minor: int | None
    lines: tuple[int, ...]
    decided_on: date


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """The money of an order, in the order in which it was decided."""

    order_number: str
    payment_status: str
    currency: str
    refunds: tuple[Refund, ...]
    owed: tuple[Owed, ...]
    released: tuple[Released, ...]
    is_taxed: bool = False
    """Whether a tax was given: what a swap costs more or less is told without it."""

    @property
    def is_charged(self) -> bool:
        """Whether money was taken, even if some or all of it has gone back since."""
        return self.payment_status != AUTHORISED


def payment_facts(session: Session, number: str, policy: Policy) -> PaymentFacts:
    """Return what the data tells of the money of order ``number``. The caller has checked whose order it is.

    A change the shop has refused counts as nothing. What a cancel, a cheaper item or goodwill takes off is a refund
    only where it had been charged by then. Nothing is owed for an item that was cancelled later.

    Raises sqlalchemy's NoResultFound.
    """
    order = session.get_one(Order, number)
    charged_since = _charged_since(session, order)
    refunds: list[Refund] = []
    owed: list[Owed] = []
    released: list[Released] = []
    decided = select(Change).where(
        Change.order_number == number, Change.kind.in_([reason.value for reason in Reason]), Change.state != "refused"
    )
    for change in session.scalars(decided.order_by(Change.id)):
        reason, lines, day = Reason(change.kind), tuple(line["line"] for line in change.lines), local_day(change.at)
        amount = change.amount_minor
        if reason is Reason.SWAP:
            if amount and amount > 0 and not all(_is_gone(order, line.get("replaced_by")) for line in change.lines):
                owed.append(Owed(amount, lines, day))
            amount = max(0, -(amount or 0))
        if amount == 0:
            continue
        if charged_since is not None and change.at >= charged_since:
            refunds.append(Refund(reason, amount, lines, day, _arrives_by(day, policy)))
        else:
            released.append(Released(reason, amount, lines, day))
    return PaymentFacts(
        number,
        order.payment_status,
        order.currency,
        tuple(refunds),
        tuple(owed),
        tuple(released),
        is_taxed=is_taxed(order),
    )


def _is_gone(order: Order, number: int | None) -> bool:
    """Return whether nothing of a line will be sent, neither itself nor what it was swapped for in turn."""
    if order.status == "cancelled":
        return True
    line = next((line for line in order.lines if line.line == number), None)
    if line is None or line.cancelled_quantity < line.quantity:
        return False
    return all(_is_gone(order, other.line) for other in order.lines if other.replaces == number)


def _arrives_by(decided_on: date, policy: Policy) -> date:
    return business_days_after(decided_on, policy.cancelling.refund_business_days, settings().shop_country)


def _charged_since(session: Session, order: Order) -> datetime | None:
    """Return from when on the order was charged, as far as we were told; None while it is not.

    An order that is cancelled as a whole is not charged afterwards: whenever we heard of it, the money goes back.
    """
    if order.payment_status == AUTHORISED:
        return None
    always = datetime.min.replace(tzinfo=UTC)
    if order.status == "cancelled":
        return always
    heard = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"order:{order.number}"))
    return max((entry.at for entry in heard if _was_authorised(entry.before)), default=always)


def _was_authorised(before: Any) -> bool:
    return isinstance(before, dict) and before.get("payment_status") == AUTHORISED
