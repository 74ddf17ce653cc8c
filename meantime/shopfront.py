"""What the demo shop's pages show: what is for sale and when it can be had, and orders to try the assistant with.
Put in front by the gateway only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.feeds.demo import DemoOrder, demo_orders
from meantime.shop.availability import Availability, AvailabilityKind, availabilities
from meantime.shop.policy import current_policy
from meantime.shop.tables import Order, Product
from meantime.wording.speech import days, price, trait

MOST_PRODUCTS = 60
ELSEWHERE = "More"


@dataclass(frozen=True, slots=True)
class ProductShown:
    """A product as a customer reads it. ``availability`` is said until the page's own element knows better."""

    sku: str
    name: str
    traits: str
    category: str
    description: str
    price: str
    image_url: str
    availability: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The products of one category."""

    name: str
    products: list[ProductShown]


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One product, and the other kinds it comes in."""

    product: ProductShown
    variants: list[ProductShown]


def shelves(session: Session) -> list[Shelf]:
    """Return what the shop sells, by category; the fullest first."""
    sold = session.scalars(
        select(Product).where(Product.status == "active").order_by(Product.name, Product.sku).limit(MOST_PRODUCTS)
    ).all()
    by_category: dict[str, list[ProductShown]] = {}
    for shown in _shown(session, sold):
        by_category.setdefault(shown.category or ELSEWHERE, []).append(shown)
    return sorted((Shelf(*shelf) for shelf in by_category.items()), key=lambda s: (-len(s.products), s.name))


def product_page(session: Session, sku: str) -> ProductPage | None:
    """Return one product with the others of its family, in their order; None where there is none."""
    product = session.scalars(select(Product).where(func.lower(Product.sku) == sku.lower())).first()
    if product is None:
        return None
    kin = [product]
    if product.family:
        family = select(Product).where(
            Product.family == product.family, Product.name == product.name, Product.status == "active"
        )
        kin = list(session.scalars(family.order_by(Product.price_minor, Product.sku).limit(MOST_PRODUCTS)))
    shown = {each.sku: each for each in _shown(session, kin)}
    mine = shown.get(product.sku) or _shown(session, [product])[0]
    return ProductPage(mine, list(shown.values()) if len(shown) > 1 else [])


def orders_to_try(session: Session) -> list[DemoOrder]:
    """Return the demo's orders, where this database holds the demo shop."""
    orders = demo_orders()
    numbers = [order.number for order in orders]
    there = set(session.scalars(select(Order.number).where(Order.number.in_(numbers))))
    return [order for order in orders if order.number in there]


def _shown(session: Session, products: Sequence[Product]) -> list[ProductShown]:
    found = availabilities(session, [product.sku for product in products], current_policy())
    return [
        ProductShown(
            sku=product.sku,
            name=product.name,
            traits=", ".join(trait(name, str(value)) for name, value in product.attributes.items() if str(value)),
            category=product.category,
            description=product.description,
            price=price(product.price_minor, product.currency),
            image_url=product.image_url,
            availability=_in_words(found[product.sku]),
        )
        for product in products
    ]


def _in_words(availability: Availability) -> str:
    match availability.kind:
        case AvailabilityKind.NOW:
            return "In stock"
        case AvailabilityKind.EXPECTED if promise := availability.promise:
            return f"Not in stock. Expected {days(promise.earliest, promise.latest)}."
        case AvailabilityKind.ENDED:
            return "Not available"
    return "Not in stock; no date is known yet."
