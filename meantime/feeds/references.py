"""What only shows against other rows, of this feed or of the database: unknown names, currencies, too many units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import batched
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from meantime.feeds.columns import Row
from meantime.feeds.faults import Fault, quoted
from meantime.feeds.rows import Feed, Rows
from meantime.shop.tables import Customer, Order, OrderLine, Product, Shipment, ShipmentLine

BATCH = 5_000
"""Parameters of one statement: both engines take 32,000 and more."""


def fetch(
    session: Session, query: Select[*tuple[Any, ...]], column: InstrumentedAttribute[Any], wanted: Collection[Any]
) -> Iterator[Any]:
    """Yield the rows of ``query`` whose ``column`` is one of ``wanted``."""
    for batch in batched(sorted(wanted), BATCH, strict=False):
        yield from session.execute(query.where(column.in_(batch)))


def check_references(session: Session, feed: Feed, faults: list[Fault]) -> dict[str, str]:
    """Add to ``faults`` what ``feed`` refers to and nobody knows. Return the currency of each order in it,
    and of each order its lines belong to."""
    names = _Names(session, faults)
    names.check(feed.stock, "sku", feed.products, Product.sku)
    names.check(feed.inbound, "sku", feed.products, Product.sku)
    names.check(feed.orders, "customer_id", feed.customers, Customer.id)
    names.check(feed.order_lines, "sku", feed.products, Product.sku)
    names.check(feed.order_lines, "order_number", feed.orders, Order.number)
    unknown = names.check(feed.shipments, "order_number", feed.orders, Order.number)
    if feed.order_lines.is_whole and len(feed.shipments):
        _check_shipments(session, feed, unknown, faults)
    return _currencies(session, feed, faults)


class _Names:
    """Looks up, once for each column, whether what a row names is there."""

    def __init__(self, session: Session, faults: list[Fault]) -> None:
        self.session, self.faults = session, faults

    def check[R: Row, T: Row](
        self, rows: Rows[R], column: str, others: Rows[T], stored: InstrumentedAttribute[str]
    ) -> set[str]:
        """Add a fault for each row whose ``column`` names none of ``others``. Return the unknown names."""
        if not others.is_whole:
            return set()
        claimed = {key[0] for key in others.claimed}
        missing = {getattr(placed.row, column) for placed in rows} - claimed
        known = {name for (name,) in fetch(self.session, select(stored), stored, missing)}
        unknown = missing - known
        for placed in rows:
            name = getattr(placed.row, column)
            if name in unknown:
                self.faults.append(placed.fault(column, f"{quoted(name)} is not known"))
        return unknown


def _check_shipments(session: Session, feed: Feed, unknown: set[str], faults: list[Fault]) -> None:
    """Of a line no more can be shipped than was ordered, over all its shipments."""
    orders = {placed.row.order_number for placed in feed.shipments}
    ordered: dict[tuple[str, int], int] = {}
    lines = select(OrderLine.order_number, OrderLine.line, OrderLine.quantity)
    for number, line, quantity in fetch(session, lines, OrderLine.order_number, orders):
        ordered[number, line] = quantity
    for placed_line in feed.order_lines:
        ordered[placed_line.row.order_number, placed_line.row.line] = placed_line.row.quantity
    uncounted = feed.order_lines.claimed - ordered.keys()  # lines with a fault of their own
    left = _less_other_shipments(session, feed, orders, ordered)
    for placed in feed.shipments:
        number = placed.row.order_number
        for line, quantity in placed.row.lines.items():
            if number in unknown or (number, line) in uncounted:
                continue
            if (number, line) not in ordered:
                faults.append(placed.fault("lines", f"order {quoted(number)} has no line {line}"))
                continue
            left[number, line] -= quantity
            if left[number, line] < 0:
                has = ordered[number, line]
                what = f"ships more of line {line} than the {has} ordered, {has - left[number, line]} in all"
                faults.append(placed.fault("lines", what))


def _less_other_shipments(
    session: Session, feed: Feed, orders: set[str], ordered: dict[tuple[str, int], int]
) -> dict[tuple[str, int], int]:
    left = dict(ordered)
    shipped = select(Shipment.reference, Shipment.order_number, ShipmentLine.line, ShipmentLine.quantity).join(
        ShipmentLine, ShipmentLine.shipment_reference == Shipment.reference
    )
    for reference, number, line, quantity in fetch(session, shipped, Shipment.order_number, orders):
        if (reference,) not in feed.shipments.claimed and (number, line) in left:
            left[number, line] -= quantity
    return left


def _currencies(session: Session, feed: Feed, faults: list[Fault]) -> dict[str, str]:
    """The currency of an order: its own, else that of its products, else the one it was stored with."""
    currencies = {p.row.number: p.row.currency for p in feed.orders if p.row.currency}
    unnamed = {p.row.number for p in feed.orders if not p.row.currency}
    elsewhere = {p.row.order_number for p in feed.order_lines} - currencies.keys() - unnamed
    for number, currency in fetch(session, select(Order.number, Order.currency), Order.number, elsewhere):
        currencies[number] = currency
    sold = _product_currencies(session, feed, unnamed)
    for placed in feed.orders:
        number = placed.row.number
        if number in currencies:
            continue
        found = sold.get(number, set())
        if len(found) == 1:
            currencies[number] = found.pop()
        elif found:
            faults.append(placed.fault("currency", f"its lines are in {' and '.join(sorted(found))}; name one"))
        elif number not in sold and feed.order_lines.is_whole:
            faults.append(placed.fault("currency", "is empty, and there are no lines to take it from"))
    return currencies


def _product_currencies(session: Session, feed: Feed, orders: set[str]) -> dict[str, set[str]]:
    """By order, the currencies of the products in its lines; an order whose products are unknown has none."""
    skus: dict[tuple[str, int], str] = {}
    lines = select(OrderLine.order_number, OrderLine.line, OrderLine.sku)
    for number, line, sku in fetch(session, lines, OrderLine.order_number, orders):
        skus[number, line] = sku
    for placed in feed.order_lines:
        if placed.row.order_number in orders:
            skus[placed.row.order_number, placed.row.line] = placed.row.sku
    currencies = {p.row.sku: p.row.currency for p in feed.products}
    others = set(skus.values()) - currencies.keys()
    currencies.update(fetch(session, select(Product.sku, Product.currency), Product.sku, others))
    found: dict[str, set[str]] = defaultdict(set)
    for number, _ in feed.order_lines.claimed:
        found[number]  # it has lines, even if they cannot be read
    for (number, _), sku in skus.items():
        found[number].update(filter(None, [currencies.get(sku)]))
    return found
