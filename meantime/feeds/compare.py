"""What is new in a feed: its records against the source's own last values, then against what is stored here.

Only what the source itself has changed since its last word counts, so that repeating an old value (an order still
`open` there) undoes nothing that was done here (the same order, cancelled).
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from meantime.feeds.records import Told, derived
from meantime.feeds.references import fetch
from meantime.feeds.rows import RowKey
from meantime.shop.tables import (
    Customer,
    Inbound,
    Order,
    OrderLine,
    Product,
    Shipment,
    ShipmentLine,
    SourceValue,
    StockLevel,
)

TABLES: dict[str, Any] = {
    "products": Product,
    "customers": Customer,
    "stock": StockLevel,
    "inbound": Inbound,
    "orders": Order,
    "order_lines": OrderLine,
    "shipments": Shipment,
}
KEYS: dict[str, tuple[str, ...]] = {
    "products": ("sku",),
    "customers": ("id",),
    "stock": ("sku", "warehouse"),
    "inbound": ("reference",),
    "orders": ("number",),
    "order_lines": ("order_number", "line"),
    "shipments": ("reference",),
}


@dataclass(frozen=True, slots=True)
class News:
    """A record the source has changed since its last word: ``fields`` are those it changed."""

    told: Told
    fields: frozenset[str]
    source: dict[str, Any]
    is_first_word: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A record to be written. ``present`` is what is stored now, None for one that is to be created;
    ``values`` are the columns to write, all of them for one that is to be created."""

    key: RowKey
    present: dict[str, Any] | None
    values: dict[str, Any]

    @property
    def before(self) -> dict[str, Any]:
        return {name: self.present[name] for name in self.values} if self.present else {}

    @property
    def merged(self) -> dict[str, Any]:
        """The record as it will be."""
        return {**(self.present or {}), **self.values}


def plain(value: Any) -> Any:
    """Return ``value`` as it is kept in JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    return value


def news(session: Session, kind: str, records: list[Told]) -> list[News]:
    """Return those of ``records`` in which the source says something else than the last time."""
    names = {source_key(told.key): told for told in records}
    query = select(SourceValue.key, SourceValue.values).where(SourceValue.kind == kind)
    last: dict[str, dict[str, Any]] = dict(fetch(session, query, SourceValue.key, names))
    found = []
    for name, told in sorted(names.items()):
        source, before = _source(told), last.get(name)
        if before is None:
            found.append(News(told, frozenset(told.values), source, is_first_word=True))
        elif fields := frozenset(f for f in source if f not in before or source[f] != before[f]):
            found.append(News(told, fields, source, is_first_word=False))
    return found


def remember(session: Session, kind: str, found: list[News]) -> None:
    """Store what the source has said as its last word."""
    rows: dict[bool, list[dict[str, Any]]] = defaultdict(list)
    for item in found:
        row = {"kind": kind, "key": source_key(item.told.key), "values": item.source}
        rows[item.is_first_word].append(row)
    if rows[True]:
        session.execute(insert(SourceValue), rows[True])
    if rows[False]:
        session.execute(update(SourceValue), rows[False])


def differences(session: Session, kind: str, found: list[News]) -> list[Difference]:
    """Return what has to be written so that the news of ``found`` hold."""
    stored = _stored(session, kind, [item.told.key for item in found])
    result = []
    for item in found:
        told, present = item.told, stored.get(item.told.key)
        if present is None:
            values = told.values | derived(kind, None, told.values)
        else:
            given = {f: told.values[f] for f in item.fields if told.values[f] != present[f]}
            follows = derived(kind, present, present | given)
            values = given | {f: v for f, v in follows.items() if v != present[f]}
        if values:
            result.append(Difference(told.key, present, values))
    return result


def source_key(key: RowKey) -> str:
    """The key of a record as one text; a tab is in none of its parts."""
    return "\t".join(map(str, key))


def _source(told: Told) -> dict[str, Any]:
    # Objects are kept as text: PostgreSQL's JSONB would give back another spelling of some numbers.
    return {
        name: json.dumps(plain(value), sort_keys=True) if isinstance(value, dict) else plain(value)
        for name, value in told.values.items()
    }


def _stored(session: Session, kind: str, keys: list[RowKey]) -> dict[RowKey, dict[str, Any]]:
    table: Table = TABLES[kind].__table__
    first = getattr(TABLES[kind], KEYS[kind][0])
    rows = [dict(row._mapping) for row in fetch(session, select(table), first, {key[0] for key in keys})]
    stored = {tuple(row[name] for name in KEYS[kind]): row for row in rows}
    if kind == "shipments":
        for row in rows:
            row["lines"] = {}
        query = select(ShipmentLine.shipment_reference, ShipmentLine.line, ShipmentLine.quantity)
        for reference, line, quantity in fetch(session, query, ShipmentLine.shipment_reference, {k[0] for k in stored}):
            stored[reference,]["lines"][line] = quantity
    return stored
