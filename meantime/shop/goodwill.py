"""What a customer whose order is late is given when they ask: by the shop's rule, once an order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.ledger import once, require_turn
from meantime.shop.audit import LineQuantity, announce, emit, record
from meantime.shop.calendar import local_day
from meantime.shop.calendar import today as shop_today
from meantime.shop.identity import Asker, may_change
from meantime.shop.lines import LineState, LineView, views, whole_order
from meantime.shop.policy import Policy
from meantime.shop.proposals import NotYours, locked_order
from meantime.shop.tables import Change, Order

GOODWILL = "goodwill"
UNSTATED = timedelta(days=30)
"""When an order ships by that was told no day: 16 CFR 435.2."""


class GoodwillKind(StrEnum):
    """What the rule says to somebody who asks."""

    NOT_LATE = "not late"
    NO_RULE = "no rule"
    ALREADY_GIVEN = "already given"
    POSSIBLE = "possible"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Goodwill:
    """What can be given, was given now, or was given before (then without its percent). Else both are 0.

    NO_RULE: the shop has no rule for an order so late, or has taken back what its rule gave: a person decides.
    """

    kind: GoodwillKind
    percent: int
    amount_minor: int
    currency: str
    days_late: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Goodwill:
        return cls(**{**stored, "kind": GoodwillKind(stored["kind"])})


def goodwill_for(session: Session, number: str, policy: Policy, today: date | None = None) -> Goodwill:
    """Return what the rule gives for order ``number`` on ``today``, the shop's day. The caller has checked whose
    order it is."""
    return _by_rule(session, whole_order(session, number), policy, today or shop_today())[0]


def give_goodwill(session: Session, asker: Asker, number: str, policy: Policy, today: date | None = None) -> Goodwill:
    """Give what the rule gives, and return it as GIVEN; or return why nothing is given.

    Once an order ever, whoever asks again and wherever. Asked again under the same message, returns the same.
    Raises TurnRevoked, NotYours.
    """
    require_turn(session, asker.message_id)
    if not may_change(session, asker, number):
        raise NotYours(number)
    key = f"{asker.message_id}:{GOODWILL}:{number}"
    day = today or shop_today()
    given = once(session, key, lambda: _give(session, asker, number, policy, day, key).to_json())
    return Goodwill.from_json(given)


def _give(session: Session, asker: Asker, number: str, policy: Policy, today: date, key: str) -> Goodwill:
    order = locked_order(session, number)
    session.expire_all()  # what was read before the lock may be old
    goodwill, waiting = _by_rule(session, order, policy, today)
    if goodwill.kind is not GoodwillKind.POSSIBLE:
        return goodwill
    by, lines = f"customer:{order.customer_id}", [LineQuantity(v.line, _units(v)) for v in waiting]
    after = {"percent": goodwill.percent, "amount_minor": goodwill.amount_minor, "currency": goodwill.currency}
    record(session, by, GOODWILL, f"order:{number}", None, after, key)
    announce(
        session,
        GOODWILL,
        number,
        lines,
        goodwill.amount_minor,
        order.currency,
        by,
        conversation_id=asker.conversation_id,
    )
    emit(session, "goodwill_given", f"order:{number}", {**after, "by": by})
    return replace(goodwill, kind=GoodwillKind.GIVEN)


def _by_rule(session: Session, order: Order, policy: Policy, today: date) -> tuple[Goodwill, list[LineView]]:
    waiting = [v for v in views(session, order, policy=policy, today=today) if v.state is LineState.BACKORDERED]
    late = max(0, (today - ships_by(order)).days) if waiting else 0
    nothing = Goodwill(GoodwillKind.NOT_LATE, 0, 0, order.currency, late)
    before = session.scalars(
        select(Change).where(Change.order_number == order.number, Change.kind == GOODWILL).order_by(Change.id)
    ).all()
    if given := next((change for change in before if change.state != "refused"), None):
        return replace(nothing, kind=GoodwillKind.ALREADY_GIVEN, amount_minor=given.amount_minor or 0), waiting
    if not late:
        return nothing, waiting
    percent = max((step.percent for step in policy.goodwill.steps if late >= step.days_late), default=0)
    amount = sum(v.unit_price_minor * _units(v) for v in waiting) * percent // 100
    if not amount or before:
        return replace(nothing, kind=GoodwillKind.NO_RULE), waiting
    return Goodwill(GoodwillKind.POSSIBLE, percent, amount, order.currency, late), waiting


def ships_by(order: Order) -> date:
    """Return the day an order was to leave by: the day told when it was placed, else 30 days after it."""
    return order.promised_ship_by or local_day(order.placed_at) + UNSTATED


def _units(line: LineView) -> int:
    return line.open_quantity - line.ready_quantity
