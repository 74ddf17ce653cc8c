"""One box for all: what a SKU, a product's name, an order number or a customer's name, e-mail or phone leads to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from meantime.desk.access import AGENTS
from meantime.desk.panel import Found, find
from meantime.desk.sessions import SignedIn
from meantime.shop.availability import Availability, availabilities
from meantime.shop.catalogue import Item
from meantime.shop.look_up import find_products
from meantime.shop.policy import Policy

MOST_PRODUCTS = 20


@dataclass(frozen=True, slots=True)
class Results:
    """What was found. ``people`` is None for who does not answer customers: their names are not theirs to see."""

    products: tuple[Item, ...]
    days: dict[str, Availability]
    people: Found | None

    @property
    def only(self) -> str | None:
        """The one page that was meant, where nothing else was found."""
        orders = self.people.orders if self.people else ()
        customers = self.people.customers if self.people else ()
        if len(self.products) == 1 and not orders and not customers:
            return f"products/{self.products[0].sku}"
        if len(orders) == 1 and not self.products and len(customers) <= 1:
            return f"orders/{orders[0].number}"
        if len(customers) == 1 and not self.products and not orders:
            return f"customers/{customers[0].id}"
        return None


def search(session: Session, who: SignedIn, text: str, policy: Policy) -> Results:
    """Return what ``text`` leads to, for ``who`` asks."""
    products = tuple(find_products(session, text, MOST_PRODUCTS))
    people = find(session, who, text) if who.role in AGENTS else None
    return Results(products, availabilities(session, [p.sku for p in products], policy), people)
