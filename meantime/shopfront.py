"""The demo shop's page: what is for sale, and orders to try the assistant with. Put in front by the gateway only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.feeds.demo import DemoOrder, demo_orders
from meantime.shop.calendar import today
from meantime.shop.tables import Allocation, Inbound, Order, Product, StockLevel
from meantime.wording.speech import day, item, price

MOST_PRODUCTS = 60


@dataclass(frozen=True, slots=True)
class ProductShown:
    name: str
    price: str
    image_url: str
    availability: str


def products(session: Session) -> list[ProductShown]:
    """Return what the shop sells, as a customer reads it."""
    sold = session.scalars(select(Product).order_by(Product.name, Product.sku).limit(MOST_PRODUCTS)).all()
    skus = [product.sku for product in sold]
    on_hand = _units(session, skus)
    due = _next_days(session, skus)
    return [
        ProductShown(
            item(product.name, attributes=product.attributes),
            price(product.price_minor, product.currency),
            product.image_url,
            _availability(product, on_hand.get(product.sku, 0), due.get(product.sku)),
        )
        for product in sold
    ]


def orders_to_try(session: Session) -> list[DemoOrder]:
    """Return the demo's orders, where this database holds the demo shop."""
    orders = demo_orders()
    numbers = [order.number for order in orders]
    there = set(session.scalars(select(Order.number).where(Order.number.in_(numbers))))
    return [order for order in orders if order.number in there]


def _availability(product: Product, free: int, due: date | None) -> str:
    if free > 0:
        return "In stock"
    if product.status != "active" or not product.backorderable:
        return "Not available"
    if due is None:
        return "Not in stock. You can order it; the day it comes in is not known yet."
    return f"Not in stock. You can order it; the next delivery is due {day(due)}."


def _units(session: Session, skus: list[str]) -> dict[str, int]:
    """Return the units on hand that no order holds."""
    stock = select(StockLevel.sku, func.sum(StockLevel.on_hand)).where(StockLevel.sku.in_(skus))
    held = select(Allocation.sku, func.sum(Allocation.quantity)).where(
        Allocation.sku.in_(skus), Allocation.warehouse.is_not(None)
    )
    units = {sku: int(count) for sku, count in session.execute(stock.group_by(StockLevel.sku))}
    for sku, count in session.execute(held.group_by(Allocation.sku)):
        units[sku] = units.get(sku, 0) - int(count)
    return units


def _next_days(session: Session, skus: list[str]) -> dict[str, date]:
    rows = session.execute(
        select(Inbound.sku, func.min(Inbound.due_on))
        .where(
            Inbound.sku.in_(skus),
            Inbound.due_on >= today(),  # a day that has passed without the goods is no day
            Inbound.status.in_(("scheduled", "delayed", "part_received")),
        )
        .group_by(Inbound.sku)
    )
    return {sku: due for sku, due in rows if due is not None}
