"""The files of a feed and their columns. A field without a default is a column that must be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from meantime.feeds.cells import (
    Address,
    Amount,
    Attributes,
    Consent,
    Count,
    CountOrNone,
    Currency,
    Flag,
    Key,
    Moment,
    Name,
    OptionalAmount,
    OptionalCurrency,
    OptionalDay,
    OptionalMoment,
    Shipped,
    Text,
    Units,
    Zone,
)


class Row(BaseModel):
    """One record as the source gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProductRow(Row):
    sku: Key
    name: Name
    category: Text
    family: Text
    price: Amount
    currency: Currency
    attributes: Attributes
    status: Literal["active", "discontinued"]
    backorderable: Flag
    image_url: Address = ""
    description: Text = ""
    questionable: Text = ""


class CustomerRow(Row):
    customer_id: Key
    name: Text
    email: Text
    phone: Text
    street: Text
    city: Text
    region: Text
    postcode: Text
    country: Text
    loyalty_tier: Text
    sms_opt_in: Consent
    language: Text = ""
    timezone: Zone = ""


class StockRow(Row):
    sku: Key
    warehouse: Key
    on_hand: Count


class InboundRow(Row):
    reference: Key
    sku: Key
    warehouse: Key
    quantity: Count
    due_on: OptionalDay
    received_on: OptionalDay
    supplier: Text
    status: Literal["scheduled", "delayed", "part_received", "received", "cancelled"]
    placed_on: OptionalDay = None
    first_due_on: OptionalDay = None
    received_quantity: CountOrNone = 0


class OrderRow(Row):
    number: Key
    customer_id: Key
    placed_at: Moment
    status: Literal["open", "packing", "shipped", "delivered", "cancelled"]
    ship_method: Text
    payment_status: Literal["authorised", "paid", "part_refunded", "refunded"]
    ship_postcode: Text
    ship_country: Text
    currency: OptionalCurrency = ""
    shipping_price: OptionalAmount = None
    discount: OptionalAmount = None
    tax: OptionalAmount = None
    promised_ship_by: OptionalDay = None


class OrderLineRow(Row):
    order_number: Key
    line: Units
    sku: Key
    quantity: Units
    unit_price: Amount
    discount: OptionalAmount = None
    tax: OptionalAmount = None


class ShipmentRow(Row):
    reference: Key
    order_number: Key
    carrier: Text
    tracking_number: Text
    shipped_at: OptionalMoment
    expected_on: OptionalDay
    delivered_at: OptionalMoment
    lines: Shipped


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: the name of its file, what a row of it holds, and what tells two rows apart."""

    name: str
    row: type[Row]
    key: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.row.model_fields)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, field in self.row.model_fields.items() if field.is_required())


KINDS = {
    kind.name: kind
    for kind in (
        Kind("products", ProductRow, ("sku",)),
        Kind("customers", CustomerRow, ("customer_id",)),
        Kind("stock", StockRow, ("sku", "warehouse")),
        Kind("inbound", InboundRow, ("reference",)),
        Kind("orders", OrderRow, ("number",)),
        Kind("order_lines", OrderLineRow, ("order_number", "line")),
        Kind("shipments", ShipmentRow, ("reference",)),
    )
}
"""Every kind, each after those it refers to."""
