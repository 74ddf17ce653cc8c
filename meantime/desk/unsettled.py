"""Changes made here that the shop's own system has refused, or not answered yet: what a person has to see to first,
and what only waits for its answer as every change does for a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.desk.subjects import Subject, page_of, who_in_words
from meantime.shop.tables import Change, OrderLine, Product
from meantime.shop.unsettled import SOON_ENOUGH, refused_changes, unsettled_changes
from meantime.wording.namesakes import apart
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

type Names = Mapping[tuple[str, int], str]
"""What a line of an order is called."""


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
    """``late`` are those not answered for so long that somebody has to look; ``waiting`` the newer ones."""

    refused: list[Unsettled]
    late: list[Unsettled]
    waiting: list[Unsettled]


def changes(session: Session) -> Changes:
    """Return what was refused lately, the newest first, and what is not answered, the oldest first."""
    refused = refused_changes(session, since=now() - KEPT_IN_VIEW)
    pending = unsettled_changes(session, older_than=timedelta(0))
    late_since = now() - SOON_ENOUGH
    names = _names(session, {change.order_number for change in (*refused, *pending)})
    return Changes(
        [_shown(each, names) for each in refused],
        [_shown(each, names) for each in pending if each.at <= late_since],
        [_shown(each, names) for each in pending if each.at > late_since],
    )


def _names(session: Session, numbers: Iterable[str]) -> Names:
    """Return what is called how in these orders, all in one statement."""
    lines = (
        select(OrderLine.order_number, OrderLine.line, Product)
        .join(Product, Product.sku == OrderLine.sku)
        .where(OrderLine.order_number.in_(sorted(numbers)))
    )
    orders: dict[str, dict[int, Product]] = defaultdict(dict)
    for number, line, product in session.execute(lines):
        orders[number][line] = product
    return {
        (number, line): apart(product, products.values())
        for number, products in orders.items()
        for line, product in products.items()
    }


def _shown(change: Change, names: Names) -> Unsettled:
    number = change.order_number
    return Unsettled(
        change.id,
        KINDS.get(change.kind, change.kind.replace("_", " ").capitalize()),
        number,
        page_of("order", number),
        [_part(number, part, names) for part in change.lines],
        price(change.amount_minor, change.currency) if change.amount_minor else "",
        who_in_words(change.by),
        change.at,
        change.decided_at,
        change.reason,
        page_of("conversation", change.conversation_id or ""),
    )


def _part(number: str, part: Mapping[str, Any], names: Names) -> str:
    """Return "2 x Kettle (steel)", and what it was swapped for."""

    def called(line: int) -> str:
        return names.get((number, line), f"line {line}")

    instead = f" for {called(part['replaced_by'])}" if "replaced_by" in part else ""
    return f"{part['quantity']} x {called(part['line'])}{instead}"
