"""Changes made here that the shop's own system has refused, or not answered yet: what a person has to see to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.desk.subjects import Subject, page_of, who_in_words
from meantime.shop.tables import Change, OrderLine, Product
from meantime.shop.unsettled import refused_changes, unsettled_changes
from meantime.wording.speech import price

KEPT_IN_VIEW = timedelta(days=14)
"""A refused change is shown for so long."""
KINDS: Mapping[str, str] = {
    "cancel": "Cancel",
    "swap": "Swap",
    "split": "Send ahead",
    "goodwill": "Goodwill",
    "refund": "Refund",
    "refund_due": "Refund",
}


@dataclass(frozen=True, slots=True)
class Unsettled:
    """One change, in words."""

    id: int
    kind: str
    order: str
    order_href: str
    what: list[str]
    amount: str
    by: Subject
    at: datetime
    decided_at: datetime | None
    reason: str
    conversation_href: str


@dataclass(frozen=True, slots=True)
class Changes:
    refused: list[Unsettled]
    pending: list[Unsettled]


def changes(session: Session) -> Changes:
    """Return what was refused lately, the newest first, and what is not answered, the oldest first."""
    refused = refused_changes(session, since=now() - KEPT_IN_VIEW)
    pending = unsettled_changes(session)
    names = _names(session, {change.order_number for change in (*refused, *pending)})
    return Changes([_shown(each, names) for each in refused], [_shown(each, names) for each in pending])


def _names(session: Session, numbers: Iterable[str]) -> dict[tuple[str, int], str]:
    """Return what is called how in these orders, all in one statement."""
    lines = (
        select(OrderLine.order_number, OrderLine.line, Product.name)
        .join(Product, Product.sku == OrderLine.sku)
        .where(OrderLine.order_number.in_(sorted(numbers)))
    )
    return {(number, line): name for number, line, name in session.execute(lines)}


def _shown(change: Change, names: Mapping[tuple[str, int], str]) -> Unsettled:
    number = change.order_number
    return Unsettled(
        change.id,
        KINDS.get(change.kind, change.kind.replace("_", " ").capitalize()),
        number,
        page_of("order", number),
        [f"{part['quantity']} x {names.get((number, part['line']), f'line {part["line"]}')}" for part in change.lines],
        price(change.amount_minor, change.currency) if change.amount_minor else "",
        who_in_words(change.by),
        change.at,
        change.decided_at,
        change.reason,
        page_of("conversation", change.conversation_id or ""),
    )
