"""What staff type into a search box: a product by SKU or name, a customer by anything that names them, an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from meantime.settings import settings
from meantime.shop.catalogue import Item, products_named
from meantime.shop.clues import email_key, phone_key
from meantime.shop.tables import Customer, Order, Product

LONGEST = 200
MOST = 20


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer as they are listed, with how many orders they have and when they placed the newest."""

    id: str
    name: str
    email: str
    phone: str
    orders: int
    newest_order_at: datetime | None


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order as it is listed."""

    number: str
    customer_id: str
    customer_name: str
    placed_at: datetime
    status: str


def find_products(session: Session, text: str, most: int = MOST) -> list[Item]:
    """Return products whose SKU is or begins with ``text``, the very one first; then those whose name holds it, then
    those that the words mean, slips of the pen forgiven."""
    text = _cut(text)
    if not text:
        return []
    sku, name = func.lower(Product.sku), func.lower(Product.name)
    rank = case((sku == text, 0), (sku.startswith(text, autoescape=True), 1), else_=2)
    by_letter = or_(sku.startswith(text, autoescape=True), name.contains(text, autoescape=True))
    rows = session.scalars(select(Product).where(by_letter).order_by(rank, Product.name, Product.sku).limit(most))
    found = {product.sku: _item(product) for product in rows}
    if len(found) < most:
        for item in products_named(session, text, most=most).items:
            found.setdefault(item.sku, item)
    return list(found.values())[:most]


def find_customers(session: Session, text: str, most: int = MOST) -> list[FoundCustomer]:
    """Return customers by id, e-mail, phone or order number, as they are; else by the words of their name, or by how
    an id or e-mail begins. Whoever is named exactly comes first."""
    text = _cut(text)
    if not text:
        return []
    phone = phone_key(text, settings().shop_country)
    exact = [func.lower(Customer.id) == text, Customer.email_key == email_key(text)]
    exact.append(Customer.id.in_(select(Order.customer_id).where(func.lower(Order.number) == text)))
    if phone:
        exact.append(Customer.phone_key == phone)
    words = [func.lower(Customer.name).contains(word, autoescape=True) for word in text.split()]
    loosely = [_begins(Customer.id, text), Customer.email_key.startswith(text, autoescape=True)]
    names = words[0]
    for word in words[1:]:
        names &= word
    return _customers(session, or_(*exact), or_(names, *loosely), most)


def find_orders(session: Session, text: str, most: int = MOST) -> list[FoundOrder]:
    """Return orders whose number is or begins with ``text``, the very one first, then the newest."""
    text = _cut(text)
    if not text:
        return []
    number = func.lower(Order.number)
    rows = session.execute(
        select(Order.number, Order.customer_id, Customer.name, Order.placed_at, Order.status)
        .join(Customer, Customer.id == Order.customer_id)
        .where(_begins(Order.number, text))
        .order_by(case((number == text, 0), else_=1), Order.placed_at.desc(), Order.number)
        .limit(most)
    )
    return [FoundOrder(*row) for row in rows]


def _customers(
    session: Session, exactly: ColumnElement[bool], loosely: ColumnElement[bool], most: int
) -> list[FoundCustomer]:
    chosen = (
        select(Customer.id, case((exactly, 0), else_=1).label("rank"))
        .where(or_(exactly, loosely))
        .order_by("rank", Customer.name, Customer.id)
        .limit(most)
        .subquery()
    )
    rows = session.execute(
        select(
            Customer.id,
            Customer.name,
            Customer.email,
            Customer.phone,
            func.count(Order.number),
            func.max(Order.placed_at),
        )
        .join(chosen, chosen.c.id == Customer.id)
        .outerjoin(Order, Order.customer_id == Customer.id)
        .group_by(Customer.id, chosen.c.rank)
        .order_by(chosen.c.rank, Customer.name, Customer.id)
    )
    return [FoundCustomer(*row) for row in rows]


def _begins(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    return func.lower(column).startswith(text, autoescape=True)


def _cut(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:LONGEST].lower()


def _item(product: Product) -> Item:
    return Item(
        product.sku,
        product.name,
        product.family,
        product.attributes,
        product.price_minor,
        product.currency,
        product.image_url,
    )
