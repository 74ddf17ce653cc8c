"""Sending what is ready now, the rest when it is here: listed first, agreed to, checked again, asked of the shop once.

It is the shop that ships: a split only asks for it. Nothing else of the order changes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.ledger import once, require_turn
from meantime.shop.allocation import lock_supply
from meantime.shop.audit import LineQuantity, announce, emit, record
from meantime.shop.identity import Asker, may_change
from meantime.shop.lines import views, whole_order
from meantime.shop.policy import Policy
from meantime.shop.promises import Promise
from meantime.shop.proposals import (
    ChangedMeanwhile,
    NotYours,
    key_of,
    new_proposal_id,
    open_order,
    store_proposal,
    take_up,
)
from meantime.shop.tables import Change, Order, Proposal

SPLIT = "split"


class WhyNot(StrEnum):
    """Why an order cannot be sent in two parts."""

    NOT_OPEN = "not open"
    NOTHING_WAITS = "nothing waits"
    NOTHING_IS_READY = "nothing is ready"
    ALREADY_ASKED = "already asked"


class NothingToSplit(Exception):
    """There are not both units that could leave now and units that wait, or the shop has been asked already."""

    def __init__(self, order_number: str, why: WhyNot) -> None:
        super().__init__(f"{order_number}: {why}")
        self.order_number, self.why = order_number, why


@dataclass(frozen=True, slots=True)
class ReadyLine:
    """Units of a line that can leave now."""

    line: int
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Units of a line that follow later; ``promise`` is None while nobody knows when."""

    line: int
    name: str
    quantity: int
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class Split:
    """What would be sent now and what would follow, or was asked for. A line of several units can be in both."""

    order_number: str
    ready: tuple[ReadyLine, ...]
    waiting: tuple[WaitingLine, ...]
    proposal_id: str

    def to_json(self) -> dict[str, Any]:
        waiting = [{**asdict(line), "promise": _plain(line.promise)} for line in self.waiting]
        return {**asdict(self), "waiting": waiting}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Split:
        ready = tuple(ReadyLine(**line) for line in stored["ready"])
        waiting = tuple(WaitingLine(**{**line, "promise": _promise(line["promise"])}) for line in stored["waiting"])
        return cls(**{**stored, "ready": ready, "waiting": waiting})


def propose_split(session: Session, asker: Asker, number: str, policy: Policy) -> Split:
    """List what would be sent now and what later, and store it as a proposal. Raises NotYours, NothingToSplit."""
    if not may_change(session, asker, number):
        raise NotYours(number)
    order = whole_order(session, number)
    split = _split(session, order, new_proposal_id(), policy)
    store_proposal(session, asker, SPLIT, order, _units(split), policy, proposal_id=split.proposal_id)
    return split


def accept_split(session: Session, asker: Asker, proposal_id: str) -> Split:
    """Ask the shop for what the proposal lists, once. Asked again under the same message, returns the stored result.

    Raises ProposalGone, NotYours, ChangedMeanwhile, TurnRevoked; then nothing has changed.
    """
    require_turn(session, asker.message_id)
    proposal = take_up(session, asker, proposal_id, SPLIT)
    key = key_of(asker, proposal)
    return Split.from_json(once(session, key, lambda: _accept(session, asker, proposal, key).to_json()))


def _accept(session: Session, asker: Asker, proposal: Proposal, key: str) -> Split:
    order = open_order(session, asker, proposal)
    # What is ready depends on the stock, which changes without the order's version.
    lock_supply(session, {line.sku for line in order.lines})
    session.expire_all()
    split = _require_same(session, order, proposal)
    proposal.accepted_at = now()
    by, lines = f"customer:{order.customer_id}", [asdict(line) for line in _units(split)]
    record(session, by, SPLIT, f"order:{order.number}", None, {"lines": lines}, key)
    announce(
        session, SPLIT, order.number, _units(split), None, order.currency, by, conversation_id=asker.conversation_id
    )
    emit(session, "split_asked", f"order:{order.number}", {"lines": lines, "by": by})
    return split


def _require_same(session: Session, order: Order, proposal: Proposal) -> Split:
    try:
        split = _split(session, order, proposal.id)
    except NothingToSplit:
        split = None
    if split is None or [asdict(line) for line in _units(split)] != proposal.lines:
        raise ChangedMeanwhile(order.number, [line["line"] for line in proposal.lines])
    return split


def _split(session: Session, order: Order, proposal_id: str, policy: Policy | None = None) -> Split:
    if order.status != "open":
        raise NothingToSplit(order.number, WhyNot.NOT_OPEN)
    lines = views(session, order, policy=policy)
    ready = tuple(ReadyLine(v.line, v.name, v.ready_quantity) for v in lines if v.ready_quantity)
    waiting = tuple(
        WaitingLine(v.line, v.name, v.open_quantity - v.ready_quantity, v.promise)
        for v in lines
        if v.is_cancellable and v.open_quantity > v.ready_quantity
    )
    if not waiting:
        raise NothingToSplit(order.number, WhyNot.NOTHING_WAITS)
    if not ready:
        raise NothingToSplit(order.number, WhyNot.NOTHING_IS_READY)
    split = Split(order.number, ready, waiting, proposal_id)
    if _is_asked_already(session, order, split):
        raise NothingToSplit(order.number, WhyNot.ALREADY_ASKED)
    return split


def _is_asked_already(session: Session, order: Order, split: Split) -> bool:
    """Return whether the shop has been asked for all that is ready, has not refused, and has not sent it since."""
    asked = select(Change).where(Change.order_number == order.number, Change.kind == SPLIT, Change.state != "refused")
    for change in session.scalars(asked):
        still_to_come = Counter({line["line"]: line["quantity"] for line in change.lines})
        for shipment in order.shipments:
            if shipment.shipped_at is None or shipment.shipped_at > change.at:
                still_to_come.subtract({part.line: part.quantity for part in shipment.lines})
        if all(still_to_come[line.line] >= line.quantity for line in split.ready):
            return True
    return False


def _units(split: Split) -> list[LineQuantity]:
    return [LineQuantity(line.line, line.quantity) for line in split.ready]


def _plain(promise: Promise | None) -> dict[str, Any] | None:
    if promise is None:
        return None
    return {**asdict(promise), "earliest": promise.earliest.isoformat(), "latest": promise.latest.isoformat()}


def _promise(stored: dict[str, Any] | None) -> Promise | None:
    if stored is None:
        return None
    days = {name: date.fromisoformat(stored[name]) for name in ("earliest", "latest")}
    return Promise(**{**stored, **days})
