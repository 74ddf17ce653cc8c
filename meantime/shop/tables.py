"""The tables of the shop: what the source told us, what we decided on it, and the record of both."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meantime.db import Base, Json, UtcTime, now


class Customer(Base):
    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    email_key: Mapped[str] = mapped_column(default="", index=True)
    """The e-mail as it is compared: case-folded."""
    phone: Mapped[str] = mapped_column(default="")
    phone_key: Mapped[str] = mapped_column(default="", index=True)
    """The phone as it is compared: E.164."""
    street: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    loyalty_tier: Mapped[str] = mapped_column(default="")
    sms_opt_in: Mapped[bool] = mapped_column(default=False)
    """The shop says so: the customer agreed there to be written to by text."""
    sms_opt_in_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When the shop first said so."""
    language: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="")
    erased_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """Who this was has been taken out, on their request: the sums of their orders stay."""


class Product(Base):
    __tablename__ = "products"

    sku: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    family: Mapped[str] = mapped_column(default="", index=True)
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """In the order the source gives them, which is the order they are told in: JSONB would lose it."""
    status: Mapped[str] = mapped_column(default="active")
    backorderable: Mapped[bool] = mapped_column(default=True)
    image_url: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    questionable: Mapped[str] = mapped_column(default="")


class StockLevel(Base):
    """Units of a SKU in a warehouse that no packing or shipped line holds. Only the source changes it."""

    __tablename__ = "stock_levels"
    __table_args__ = (CheckConstraint("on_hand >= 0", name="on_hand"),)

    sku: Mapped[str] = mapped_column(ForeignKey("products.sku"), primary_key=True)
    warehouse: Mapped[str] = mapped_column(String(100), primary_key=True)
    on_hand: Mapped[int]


class Inbound(Base):
    """A purchase order line on its way to a warehouse. ``due_on`` is None while nobody knows."""

    __tablename__ = "inbound_deliveries"

    reference: Mapped[str] = mapped_column(String(100), primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("products.sku"), index=True)
    warehouse: Mapped[str] = mapped_column(String(100))
    quantity: Mapped[int]
    received_quantity: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date | None]
    first_due_on: Mapped[date | None]
    placed_on: Mapped[date | None]
    received_on: Mapped[date | None]
    supplier: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="scheduled")

    @property
    def still_coming(self) -> int:
        """Units not here yet."""
        if self.status in ("received", "cancelled"):
            return 0
        return max(0, self.quantity - self.received_quantity)


class InboundDueDate(Base):
    """A due date that was told and has been changed since: the history of a delivery."""

    __tablename__ = "inbound_due_dates"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(ForeignKey("inbound_deliveries.reference"), index=True)
    due_on: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class Order(Base):
    __tablename__ = "orders"

    number: Mapped[str] = mapped_column(String(100), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    placed_at: Mapped[datetime] = mapped_column(UtcTime)
    status: Mapped[str] = mapped_column(default="open")
    ship_method: Mapped[str] = mapped_column(default="")
    payment_status: Mapped[str] = mapped_column(default="authorised")
    ship_postcode: Mapped[str] = mapped_column(default="")
    ship_country: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(String(3))
    shipping_minor: Mapped[int | None]
    discount_minor: Mapped[int | None]
    tax_minor: Mapped[int | None]
    promised_ship_by: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change of the order or its lines, the source's and ours."""

    customer: Mapped[Customer] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.line")
    shipments: Mapped[list[Shipment]] = relationship(
        back_populates="order", order_by="Shipment.shipped_at, Shipment.reference"
    )


class OrderLine(Base):
    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_number", "line"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("cancelled_quantity between 0 and quantity", name="cancelled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"))
    line: Mapped[int]
    sku: Mapped[str] = mapped_column(ForeignKey("products.sku"), index=True)
    quantity: Mapped[int]
    cancelled_quantity: Mapped[int] = mapped_column(default=0)
    unit_price_minor: Mapped[int]
    discount_minor: Mapped[int | None]
    tax_minor: Mapped[int | None]
    replaces: Mapped[int | None]
    """The number of the line this one was swapped for."""

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()
    allocations: Mapped[list[Allocation]] = relationship(order_by="Allocation.id")


class Allocation(Base):
    """Units of a line and where they come from: on hand in a warehouse, out of an inbound delivery, or (neither)
    from nowhere yet. The rows of an open line always add up to its open units."""

    __tablename__ = "allocations"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("warehouse is null or inbound_reference is null", name="one_source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), index=True)
    sku: Mapped[str] = mapped_column(String(100), index=True)
    quantity: Mapped[int]
    warehouse: Mapped[str | None] = mapped_column(String(100))
    inbound_reference: Mapped[str | None] = mapped_column(ForeignKey("inbound_deliveries.reference"))

    inbound: Mapped[Inbound | None] = relationship()


class Shipment(Base):
    __tablename__ = "shipments"

    reference: Mapped[str] = mapped_column(String(100), primary_key=True)
    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"), index=True)
    carrier: Mapped[str] = mapped_column(default="")
    tracking_number: Mapped[str] = mapped_column(default="")
    shipped_at: Mapped[datetime | None] = mapped_column(UtcTime)
    expected_on: Mapped[date | None]
    delivered_at: Mapped[datetime | None] = mapped_column(UtcTime)

    order: Mapped[Order] = relationship(back_populates="shipments")
    lines: Mapped[list[ShipmentLine]] = relationship(order_by="ShipmentLine.line", cascade="all, delete-orphan")


class ShipmentLine(Base):
    __tablename__ = "shipment_lines"

    shipment_reference: Mapped[str] = mapped_column(ForeignKey("shipments.reference"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int]


class SourceValue(Base):
    """The last values the source gave for one of its records: what an import is compared with, so that
    repeating an old value undoes nothing that was done here."""

    __tablename__ = "source_values"

    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    key: Mapped[str] = mapped_column(String(220), primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(Json)


class Proof(Base):
    """Somebody proved, in this conversation, to be the owner of one order or to be one customer."""

    __tablename__ = "proofs"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    order_number: Mapped[str | None] = mapped_column(String(100))
    customer_id: Mapped[str | None] = mapped_column(String(100))
    how: Mapped[str] = mapped_column(String(30))
    address_hash: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    """Where the customer wrote from, by SMS the number: hashed."""
    given_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class Guess(Base):
    """A wrong answer to "is this your order": counted by conversation, by address and by order number."""

    __tablename__ = "guesses"

    message_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    order_number: Mapped[str] = mapped_column(String(100), default="", index=True)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class Proposal(Base):
    """A change listed to a customer and waiting for an explicit yes."""

    __tablename__ = "proposals"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    amount_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    order_version: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")
    """What a swap was listed with: the item to send instead and its price."""
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Reservation(Base):
    """Units on hand kept back for a customer who has been shown a swap, until they answer or the time is up."""

    __tablename__ = "reservations"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), primary_key=True)
    """The line that would be replaced: one reservation each."""
    sku: Mapped[str] = mapped_column(ForeignKey("products.sku"), index=True)
    quantity: Mapped[int]
    proposal_id: Mapped[str] = mapped_column(String(64), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class StandingWish(Base):
    """What a customer told us that holds until they say otherwise: to wait on, to be told, or not to be written to.
    Rows are only added; the newest of an order, or of a conversation, is the one that counts."""

    __tablename__ = "standing_wishes"
    __table_args__ = (UniqueConstraint("message_id", "kind"), Index("ix_standing_wishes_order", "order_number", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """keep_waiting, notify, stop_order or stop_all."""
    order_number: Mapped[str | None] = mapped_column(ForeignKey("orders.number"))
    """None: not about one order (stop_all)."""
    customer_id: Mapped[str | None] = mapped_column(String(100), index=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[str] = mapped_column(String(64))
    told: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """For each waiting line the days that had been told when the customer agreed: {line, earliest, latest}."""
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class StaffPromise(Base):
    """Something a member of staff has promised a customer: tracked, reminded of when due, a lead's when missed."""

    __tablename__ = "staff_promises"
    __table_args__ = (
        Index(
            "ix_staff_promises_open",
            "due_at",
            sqlite_where=text("kept_at is null and withdrawn_at is null"),
            postgresql_where=text("kept_at is null and withdrawn_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    order_number: Mapped[str | None] = mapped_column(ForeignKey("orders.number"))
    kind: Mapped[str] = mapped_column(String(20))
    """write or call."""
    what: Mapped[str] = mapped_column(default="")
    """What about, in the words of who promised it."""
    made_by: Mapped[str] = mapped_column(String(100), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """Missed, and put before a lead."""
    kept_at: Mapped[datetime | None] = mapped_column(UtcTime)
    kept_by: Mapped[str] = mapped_column(String(100), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Change(Base):
    """A change made here that the shop's own system has to hear of: `GET /api/v1/changes`."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    kind: Mapped[str] = mapped_column(String(20))
    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"), index=True)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """{line, quantity}; of a swap also {replaced_by, sku}: the new line and what is sent instead."""
    amount_minor: Mapped[int | None]
    """Of a cancel what it takes off the order; of a swap what it adds (negative: to be refunded); of goodwill what
    is given."""
    currency: Mapped[str] = mapped_column(String(3))
    by: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20), default="pending")
    """pending, accepted or refused: what the shop's own system made of it."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why the shop refused it."""
    conflict: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Refused, and not simply undone: one of ``outcomes.Conflict``. A person has to look at it."""
    conversation_id: Mapped[str | None] = mapped_column(String(64))
    """Where it was asked for: whose customer hears when the shop refuses it."""


class AuditEntry(Base):
    """Who changed what, when, from what to what, under which key. Rows are only ever added: triggers made by
    the migration refuse to change or delete one."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "subject", "id"),
        Index("ix_audit_who", "who", "id"),
        Index("ix_audit_what", "what", "id"),
        Index("ix_audit_at", "at"),
        Index("ix_audit_key", "key", postgresql_ops={"key": "varchar_pattern_ops"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    who: Mapped[str] = mapped_column(String(100))
    what: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(220))
    before: Mapped[Any] = mapped_column(Json)
    after: Mapped[Any] = mapped_column(Json)
    key: Mapped[str] = mapped_column(String(200), default="")


class Event(Base):
    """Something that happened, written in the transaction of the change (the outbox)."""

    __tablename__ = "events"
    __table_args__ = (
        Index(
            "ix_events_undecided",
            "kind",
            "id",
            sqlite_where=text("decided_at is null"),
            postgresql_where=text("decided_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    kind: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(220))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
