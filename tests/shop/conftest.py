"""A shop that a test fills in a sentence or two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.ledger import begin_turn
from meantime.shop.allocation import allocate
from meantime.shop.identity import Asker
from meantime.shop.lines import LineState, views
from meantime.shop.policy import Policy
from meantime.shop.tables import Customer, Inbound, Order, OrderLine, Product, Shipment, ShipmentLine, StockLevel

FIRST = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass
class Shop:
    """Adds rows as the source would, and allocates after each."""

    session: Session
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def product(self, sku: str, *, on_hand: dict[str, int] | int = 0, price: int = 1000, **more: Any) -> Product:
        name = more.pop("name", sku.title())
        product = Product(sku=sku, name=name, price_minor=price, currency="USD", **more)
        self.session.add(product)
        self.session.flush()
        levels = on_hand if isinstance(on_hand, dict) else {"MAIN": on_hand}
        self.session.add_all(StockLevel(sku=sku, warehouse=w, on_hand=n) for w, n in levels.items())
        self.session.flush()
        return product

    def customer(self, customer_id: str = "c1", **more: Any) -> Customer:
        if found := self.session.get(Customer, customer_id):
            return found
        details = {
            "email_key": f"{customer_id}@example.com",
            "phone_key": "+12025550101",
            "postcode": "10001",
            "country": "US",
        }
        customer = Customer(id=customer_id, **{**details, **more})
        self.session.add(customer)
        self.session.flush()
        return customer

    def order(self, *lines: tuple[str, int], customer: str = "c1", status: str = "open", **more: Any) -> Order:
        n = next(self.numbers)
        self.customer(customer)
        details: dict[str, Any] = {
            "number": f"W{n:07}",
            "placed_at": FIRST + timedelta(hours=n),
            "payment_status": "paid",
            "ship_postcode": "20002",
            "ship_country": "US",
            "ship_method": "standard",
            "currency": "USD",
        }
        order = Order(customer_id=customer, status=status, **{**details, **more})
        self.session.add(order)
        self.session.flush()
        for number, (sku, quantity) in enumerate(lines, 1):
            price = self.session.get_one(Product, sku).price_minor
            self.session.add(
                OrderLine(order_number=order.number, line=number, sku=sku, quantity=quantity, unit_price_minor=price)
            )
        self.session.flush()
        self.session.expire(order)
        allocate(self.session, {sku for sku, _ in lines})
        return order

    def inbound(self, sku: str, quantity: int, due_on: date | None, reference: str = "", **more: Any) -> Inbound:
        reference = reference or f"PO-{next(self.numbers)}"
        delivery = Inbound(reference=reference, sku=sku, warehouse="MAIN", quantity=quantity, due_on=due_on, **more)
        self.session.add(delivery)
        self.session.flush()
        allocate(self.session, {sku})
        return delivery

    def ship(self, order: Order, lines: dict[int, int], *, delivered_at: datetime | None = None) -> None:
        reference = f"S-{next(self.numbers)}"
        self.session.add(
            Shipment(
                reference=reference,
                order_number=order.number,
                carrier="UPS",
                tracking_number="1Z1",
                delivered_at=delivered_at,
                lines=[ShipmentLine(line=line, quantity=quantity) for line, quantity in lines.items()],
            )
        )
        self.session.flush()
        self.session.expire_all()
        allocate(self.session, {line.sku for line in order.lines})

    def states(self, order: Order) -> list[LineState]:
        return [view.state for view in views(self.session, order)]


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def shop(session: Session) -> Shop:
    return Shop(session)


@pytest.fixture
def policy() -> Policy:
    return Policy()


@pytest.fixture
def asker(session: Session) -> Asker:
    """Somebody in a conversation, whose turn is running; not proven to be anybody."""
    return turn(session, "m1")


def turn(session: Session, message_id: str, conversation_id: str = "conv", **more: Any) -> Asker:
    begin_turn(session, message_id, conversation_id)
    session.flush()
    return Asker(conversation_id, message_id, "website", more.pop("address_hash", "address"), **more)
