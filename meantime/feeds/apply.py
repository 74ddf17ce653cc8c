"""The one writer of what a source tells us: CSV files, the demo shop and the HTTP API all end here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from meantime.feeds.columns import KINDS
from meantime.feeds.compare import KEYS, TABLES, Difference, News, differences, news, plain, remember
from meantime.feeds.erased import PERSONAL, leave_out_erased
from meantime.feeds.faults import Fault, ImportFaults
from meantime.feeds.line_numbers import make_room
from meantime.feeds.records import to_records
from meantime.feeds.references import BATCH, check_references, fetch
from meantime.feeds.rows import Feed
from meantime.shop.allocation import allocate
from meantime.shop.audit import record
from meantime.shop.tables import InboundDueDate, Order, OrderLine, ShipmentLine

FEEDS_LOCK = 0x66656564  # any number of our own: names the advisory lock below
SOURCE = "source"
IMPORT = "import"

type Progress = Callable[[str, int, int], None]
"""Told after each step: its name, steps done, steps in all."""


def silent(step: str, done: int, total: int) -> None:
    """The progress nobody looks at."""


@dataclass(slots=True)
class ImportReport:
    """How many records of each kind were created, changed, or already as the source tells them."""

    created: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    erased: int = 0
    """Customers that were left out, because they have been erased."""

    @property
    def changes_nothing(self) -> bool:
        return not any(self.created.values()) and not any(self.changed.values())

    def __str__(self) -> str:
        kinds = {"New": self.created, "Changed": self.changed, "As before": self.unchanged}
        told = {
            label: ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items() if count)
            for label, counts in kinds.items()
        }
        lines = [f"{label}: {what}." for label, what in told.items() if what]
        if self.erased:
            who = "1 customer who has" if self.erased == 1 else f"{self.erased} customers who have"
            lines.append(f"Left out: {who} been erased.")
        return "\n".join(lines)


@dataclass(slots=True)
class _Touched:
    """What an import reaches beyond the rows it writes."""

    created_orders: set[str] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)
    """Orders that were here before and are no longer as they were."""
    skus: set[str] = field(default_factory=set)


def apply(session: Session, feed: Feed, faults: list[Fault], progress: Progress = silent) -> ImportReport:
    """Bring the shop to what ``feed`` tells, in the caller's transaction.

    Raises ImportFaults with all that is wrong, ``faults`` found earlier included; nothing is written then.
    """
    kinds = [name for name in KINDS if name in feed.kinds]
    steps = len(kinds) + 2
    wait_for_others(session)
    currencies = check_references(session, feed, faults)
    records = to_records(feed, currencies, faults)
    if faults:
        raise ImportFaults(faults)
    report, touched = ImportReport(erased=leave_out_erased(session, records)), _Touched()
    progress("checked", 1, steps)
    found = {kind: news(session, kind, records[kind]) for kind in kinds}
    _lock_orders(session, found)
    for done, kind in enumerate(kinds, start=2):
        if kind == "order_lines":
            make_room(session, found[kind], SOURCE)
        changes = differences(session, kind, found[kind])
        _write(session, kind, changes)
        remember(session, kind, found[kind])
        _touch(kind, changes, touched)
        _record(session, kind, changes, touched.created_orders)
        report.created[kind] = sum(change.present is None for change in changes)
        report.changed[kind] = len(changes) - report.created[kind]
        report.unchanged[kind] = len(records[kind]) - len(changes)
        progress(KINDS[kind].file, done, steps)
    _settle(session, touched)
    progress("allocated", steps, steps)
    return report


def wait_for_others(session: Session) -> None:
    """Feeds are applied one after the other: two of them may hold the same new record."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": FEEDS_LOCK})


def _lock_orders(session: Session, found: dict[str, list[News]]) -> None:
    """Take the orders before anything else, as every change of the shop does."""
    numbers = {item.told.key[0] for kind in ("orders", "order_lines") for item in found.get(kind, [])}
    numbers |= {item.told.values["order_number"] for item in found.get("shipments", [])}
    for batch in batched(sorted(numbers), BATCH, strict=False):
        query = select(Order.number).where(Order.number.in_(batch)).order_by(Order.number)
        session.execute(query.with_for_update()).all()


def _write(session: Session, kind: str, changes: list[Difference]) -> None:
    table, names = TABLES[kind], KEYS[kind]
    created = [_columns(change.values) for change in changes if change.present is None]
    if created:
        session.execute(insert(table), created)
    primary = ("id",) if kind == "order_lines" else names
    changed = [
        {**{name: change.present[name] for name in primary}, **_columns(change.values)}
        for change in changes
        if change.present is not None and _columns(change.values)
    ]
    if changed:
        session.execute(update(table), changed)
    if kind == "shipments":
        _write_shipment_lines(session, changes)
    if kind == "inbound":
        _keep_due_dates(session, changes)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "lines"}


def _write_shipment_lines(session: Session, changes: list[Difference]) -> None:
    changed = [change for change in changes if "lines" in change.values]
    for batch in batched([change.key[0] for change in changed if change.present], BATCH, strict=False):
        session.execute(delete(ShipmentLine).where(ShipmentLine.shipment_reference.in_(batch)))
    rows = [
        {"shipment_reference": change.key[0], "line": line, "quantity": quantity}
        for change in changed
        for line, quantity in change.values["lines"].items()
    ]
    if rows:
        session.execute(insert(ShipmentLine), rows)


def _keep_due_dates(session: Session, changes: list[Difference]) -> None:
    """The day that was told before goes into the delivery's history."""
    past = []
    for change in changes:
        if "due_on" not in change.values:
            continue
        told_before = change.values["first_due_on"] if change.present is None else change.present["due_on"]
        if told_before != change.values["due_on"]:
            past.append({"reference": change.key[0], "due_on": told_before})
    if past:
        session.execute(insert(InboundDueDate), past)


def _touch(kind: str, changes: list[Difference], touched: _Touched) -> None:
    for change in changes:
        states = [change.merged, *filter(None, [change.present])]
        if kind in ("stock", "inbound", "order_lines"):
            touched.skus.update(state["sku"] for state in states)
        if kind == "orders" and change.present is None:
            touched.created_orders.add(change.key[0])
        elif kind in ("orders", "order_lines", "shipments"):
            column = "number" if kind == "orders" else "order_number"
            touched.orders.update({state[column] for state in states} - touched.created_orders)


def _record(session: Session, kind: str, changes: list[Difference], created_orders: set[str]) -> None:
    created = 0
    for change in changes:
        order_number = change.merged.get("order_number")
        created += change.present is None
        if change.present is not None:
            record(session, SOURCE, IMPORT, *_told_of(kind, change))
        elif order_number and order_number not in created_orders:
            # For the order, a line or a shipment more is a change.
            record(session, SOURCE, IMPORT, f"order:{order_number}", None, _told_safely(kind, change.values))
    if created:
        record(session, SOURCE, IMPORT, f"feed:{kind}", None, {"created": created})


def _told_of(kind: str, change: Difference) -> tuple[str, Any, Any]:
    """Subject, before and after of a change."""
    if kind == "customers":
        return f"customer:{change.key[0]}", None, {"changed": sorted(change.values)}
    before, after = plain(_without_personal(kind, change.before)), _told_safely(kind, change.values)
    if kind == "order_lines":
        number, line = change.key
        return f"order:{number}", {"line": line, **before}, {"line": line, **after}
    if kind == "shipments":
        name = {"shipment": change.key[0]}
        return f"order:{change.merged['order_number']}", {**name, **before}, {**name, **after}
    subject = {"products": "product", "stock": "stock", "inbound": "inbound", "orders": "order"}[kind]
    return f"{subject}:{'/'.join(change.key)}", before, after


def _told_safely(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Of what leads to a person only the name of the column is kept: the record can never be erased."""
    changed = sorted(name for name in PERSONAL.get(kind, ()) if name in values)
    told: dict[str, Any] = plain(_without_personal(kind, values))
    return {**told, "changed": changed} if changed else told


def _without_personal(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in PERSONAL.get(kind, ())}


def _settle(session: Session, touched: _Touched) -> None:
    """Let the versions of changed orders grow, and set the supply out anew."""
    for batch in batched(sorted(touched.orders), BATCH, strict=False):
        session.execute(
            update(Order)
            .where(Order.number.in_(batch))
            .values(version=Order.version + 1)
            .execution_options(synchronize_session=False)
        )
    session.flush()
    session.expire_all()
    lines = select(OrderLine.sku)
    touched.skus.update(sku for (sku,) in fetch(session, lines, OrderLine.order_number, touched.orders))
    if touched.skus:
        allocate(session, touched.skus)
