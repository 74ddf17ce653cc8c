"""What was changed while some messages were being answered, for whoever takes over from an answer that was cut off.

Every change carries the id of its message in the key of its audit entry: ``message:kind:...``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from meantime.shop.tables import AuditEntry, OrderLine, Product


class DoneKind(StrEnum):
    """What was done, as the audit calls it."""

    CANCEL = "cancel"
    SWAP = "swap"
    SPLIT = "split"
    GOODWILL = "goodwill"
    KEEP_WAITING = "keep_waiting"
    NOTIFY = "notify"
    STOP_ORDER = "stop_order"
    STOP_ALL = "stop_all"


@dataclass(frozen=True, slots=True)
class DoneItem:
    """So many units of a product: cancelled, sent ahead, or sent instead."""

    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Done:
    """One change that was committed. ``order_number`` is None where it is about none."""

    kind: DoneKind
    order_number: str | None
    items: tuple[DoneItem, ...] = ()
    amount_minor: int = 0
    currency: str = ""


def done_by(session: Session, message_ids: Collection[str]) -> list[Done]:
    """Return what was changed under these messages, in the order it was."""
    if not message_ids:
        return []
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    keyed = or_(*(_begins(f"{message_id}:", is_sqlite=is_sqlite) for message_id in message_ids))
    entries = session.scalars(
        select(AuditEntry).where(keyed, AuditEntry.what.in_(list(DoneKind))).order_by(AuditEntry.id)
    )
    return [_done(session, entry) for entry in entries]


def _begins(prefix: str, *, is_sqlite: bool) -> ColumnElement[bool]:
    """Say it so that the index of the keys serves: SQLite uses none for LIKE, and elsewhere a range depends on how
    the database sorts."""
    if is_sqlite:
        return and_(AuditEntry.key >= prefix, AuditEntry.key < f"{prefix[:-1]}{chr(ord(prefix[-1]) + 1)}")
    return AuditEntry.key.startswith(prefix, autoescape=True)


def _done(session: Session, entry: AuditEntry) -> Done:
    kind, (about, _, name) = DoneKind(entry.what), entry.subject.partition(":")
    number = name if about == "order" else None
    after: Mapping[str, Any] = entry.after or {}
    if kind is DoneKind.GOODWILL:
        return Done(kind, number, (), after["amount_minor"], after["currency"])
    return Done(kind, number, _items(session, kind, name, entry.before or {}, after))


def _items(
    session: Session, kind: DoneKind, number: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[DoneItem, ...]:
    match kind:
        case DoneKind.CANCEL:
            old = before["cancelled"]
            units = {int(line): count - old.get(line, 0) for line, count in after["cancelled"].items()}
        case DoneKind.SPLIT:
            units = {line["line"]: line["quantity"] for line in after["lines"]}
        case DoneKind.SWAP:
            had = {line["line"] for line in before["lines"]}
            units = {line["line"]: line["open"] for line in after["lines"] if line["line"] not in had}
        case _:
            return ()
    names = session.execute(
        select(OrderLine.line, Product.name)
        .join(Product, Product.sku == OrderLine.sku)
        .where(OrderLine.order_number == number, OrderLine.line.in_([line for line, count in units.items() if count]))
        .order_by(OrderLine.line)
    )
    return tuple(DoneItem(row.name, units[row.line]) for row in names)
