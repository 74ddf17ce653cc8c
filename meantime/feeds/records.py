"""From the rows of a feed to what the tables hold: money in minor units, the columns' own names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from meantime.db import now
from meantime.feeds.columns import (
    CustomerRow,
    InboundRow,
    OrderLineRow,
    OrderRow,
    ProductRow,
    ShipmentRow,
    StockRow,
)
from meantime.feeds.faults import Fault, quoted
from meantime.feeds.rows import Feed, Placed, RowKey, Rows
from meantime.shop.clues import email_key, phone_key
from meantime.shop.money import BadMoney, to_minor

MOST_MINOR = 2**31 - 1
"""What PostgreSQL's integer holds."""


@dataclass(frozen=True, slots=True)
class Told:
    """A record as the source tells it: its key, and every column the source may set."""

    key: RowKey
    values: dict[str, Any]


type Minor = Callable[[str], int | None]
"""Gives the minor units of a money column of one row; a fault when they are none of its currency."""


def to_records(feed: Feed, currencies: dict[str, str], faults: list[Fault]) -> dict[str, list[Told]]:
    """Return the records of ``feed`` by kind. ``currencies`` names the currency of each order."""

    def minor(placed: Placed[Any], currency: str | None) -> Minor:
        return lambda column: _minor(placed, column, currency, faults)

    return {
        "products": [_product(p.row, minor(p, p.row.currency)) for p in feed.products],
        "customers": _each(feed.customers, _customer),
        "stock": _each(feed.stock, _stock),
        "inbound": _each(feed.inbound, _inbound),
        "orders": [
            _order(p.row, currencies.get(p.row.number, ""), minor(p, currencies.get(p.row.number))) for p in feed.orders
        ],
        "order_lines": [_order_line(p.row, minor(p, currencies.get(p.row.order_number))) for p in feed.order_lines],
        "shipments": _each(feed.shipments, _shipment),
    }


def derived(kind: str, present: dict[str, Any] | None, merged: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that follow from others. ``merged`` is the record as it is about to be."""
    if kind == "customers":
        return {
            "email_key": email_key(merged["email"]),
            "phone_key": phone_key(merged["phone"], merged["country"].upper()),
            "sms_opt_in_at": _agreed_at(present, merged),
        }
    if kind == "inbound":
        return {"first_due_on": merged.get("first_due_on") or merged["due_on"]}
    if kind == "order_lines" and present is not None and merged["quantity"] < present["quantity"]:
        # The source asks for fewer than before: so far as units were cancelled here, it has followed us.
        fewer = present["quantity"] - merged["quantity"]
        return {"cancelled_quantity": max(0, present["cancelled_quantity"] - fewer)}
    return {}


def _agreed_at(present: dict[str, Any] | None, merged: dict[str, Any]) -> datetime | None:
    """Consent counts from when the source first told of it; one that is taken back and given again is a new one."""
    if not merged["sms_opt_in"]:
        return None
    since: datetime | None = present["sms_opt_in_at"] if present and present["sms_opt_in"] else None
    return since or now()


def _minor(placed: Placed[Any], column: str, currency: str | None, faults: list[Fault]) -> int | None:
    amount: Decimal | None = getattr(placed.row, column)
    if amount is None or currency is None:  # without a currency there is a fault already
        return None
    try:
        minor = to_minor(f"{amount:f}", currency)
    except BadMoney:
        faults.append(placed.fault(column, f"{quoted(amount)} has more decimals than {currency} has"))
        return None
    if minor > MOST_MINOR:
        faults.append(placed.fault(column, f"{quoted(amount)} is more than can be kept"))
    return minor


def _each[R: CustomerRow | StockRow | InboundRow | ShipmentRow](
    rows: Rows[R], record: Callable[[R], Told]
) -> list[Told]:
    return [record(placed.row) for placed in rows]


def _product(row: ProductRow, minor: Minor) -> Told:
    values = row.model_dump(exclude={"price"})
    return Told((row.sku,), {**values, "price_minor": minor("price")})


def _customer(row: CustomerRow) -> Told:
    return Told((row.customer_id,), {**row.model_dump(exclude={"customer_id"}), "id": row.customer_id})


def _stock(row: StockRow) -> Told:
    return Told((row.sku, row.warehouse), row.model_dump())


def _inbound(row: InboundRow) -> Told:
    # The first day that was told is kept when the source does not repeat it.
    return Told((row.reference,), row.model_dump(exclude=None if row.first_due_on else {"first_due_on"}))


def _order(row: OrderRow, currency: str, minor: Minor) -> Told:
    values = row.model_dump(exclude={"currency", "shipping_price", "discount", "tax"})
    totals = {
        "shipping_minor": minor("shipping_price"),
        "discount_minor": minor("discount"),
        "tax_minor": minor("tax"),
    }
    return Told((row.number,), {**values, **totals, "currency": currency})


def _order_line(row: OrderLineRow, minor: Minor) -> Told:
    values = row.model_dump(exclude={"unit_price", "discount", "tax"})
    money = {
        "unit_price_minor": minor("unit_price"),
        "discount_minor": minor("discount"),
        "tax_minor": minor("tax"),
    }
    return Told((row.order_number, row.line), {**values, **money})


def _shipment(row: ShipmentRow) -> Told:
    return Told((row.reference,), row.model_dump())
