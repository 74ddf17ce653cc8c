"""Whether a product can be had, and from when: what is neither promised to an order nor kept back for anybody.

Time-phased available-to-promise: first what is free on hand, then the first delivery with units left after those
that wait for it already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import batched

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.settings import settings
from meantime.shop.allocation import BATCH
from meantime.shop.calendar import today as shop_today
from meantime.shop.policy import Policy
from meantime.shop.promises import Journey, Promise, promise_from_delivery, promise_from_stock
from meantime.shop.reservations import free_units
from meantime.shop.tables import Allocation, Inbound, Product


class UnknownProduct(Exception):
    """There is no product with this SKU."""


class AvailabilityKind(StrEnum):
    """How soon a product can be had."""

    NOW = "now"
    EXPECTED = "expected"
    UNKNOWN = "unknown"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Availability:
    """What can be said to somebody who would order now.

    ``promise`` is when it would arrive: there for NOW and EXPECTED only. ``may_be_ordered`` is False for what has
    ended and for what is not sold until it is here (out of stock, not backordered).
    """

    sku: str
    kind: AvailabilityKind
    free_units: int
    promise: Promise | None
    may_be_ordered: bool


def availability(
    session: Session,
    sku: str,
    policy: Policy,
    *,
    today: date | None = None,
    to_country: str | None = None,
    to_postcode: str = "",
) -> Availability:
    """Return the availability of one product. ``today`` is the shop's day, ``to_country`` (ISO 3166) and
    ``to_postcode`` where it would go, at home unless told otherwise. Raises UnknownProduct."""
    found = availabilities(session, [sku], policy, today=today, to_country=to_country, to_postcode=to_postcode)
    if sku not in found:
        raise UnknownProduct(sku)
    return found[sku]


def availabilities(
    session: Session,
    skus: Iterable[str],
    policy: Policy,
    *,
    today: date | None = None,
    to_country: str | None = None,
    to_postcode: str = "",
) -> dict[str, Availability]:
    """Return the availability of several products by SKU, in the order asked for; unknown SKUs are left out."""
    wanted = list(dict.fromkeys(skus))
    today, home = today or shop_today(), settings().shop_country
    # Nobody has chosen how to send it: without a ship method the slowest way counts.
    journey = Journey(home, to_country or home, ship_method="", to_postcode=to_postcode)
    free = free_units(session, wanted)
    products: dict[str, Product] = {}
    deliveries: dict[str, list[Inbound]] = {}
    for batch in batched(sorted(wanted), BATCH, strict=False):
        products |= {product.sku: product for product in session.scalars(select(Product).where(Product.sku.in_(batch)))}
        for delivery in _with_units_left(session, batch):
            deliveries.setdefault(delivery.sku, []).append(delivery)
    return {
        sku: _availability(products[sku], free[sku], deliveries.get(sku, []), today, journey, policy)
        for sku in wanted
        if sku in products
    }


def _availability(
    product: Product, free: int, deliveries: list[Inbound], today: date, journey: Journey, policy: Policy
) -> Availability:
    sku = product.sku
    if free:
        return Availability(sku, AvailabilityKind.NOW, free, promise_from_stock(today, journey, policy), True)
    if product.status == "discontinued":
        return Availability(sku, AvailabilityKind.ENDED, 0, None, False)
    promises = [promise_from_delivery(delivery.due_on, today, journey, policy) for delivery in deliveries]
    if promise := min((p for p in promises if p), key=lambda p: p.latest, default=None):
        return Availability(sku, AvailabilityKind.EXPECTED, 0, promise, product.backorderable)
    # What is on its way, only nobody knows when, has not ended.
    ended = not product.backorderable and not deliveries
    kind = AvailabilityKind.ENDED if ended else AvailabilityKind.UNKNOWN
    return Availability(sku, kind, 0, None, product.backorderable)


def _with_units_left(session: Session, skus: tuple[str, ...]) -> list[Inbound]:
    """Return the deliveries that bring more than the open order lines wait for."""
    waiting = (
        select(Allocation.inbound_reference, func.sum(Allocation.quantity))
        .where(Allocation.sku.in_(skus), Allocation.inbound_reference.is_not(None))
        .group_by(Allocation.inbound_reference)
    )
    waited_for = {row[0]: row[1] for row in session.execute(waiting)}
    deliveries = session.scalars(select(Inbound).where(Inbound.sku.in_(skus)))
    return [delivery for delivery in deliveries if delivery.still_coming > waited_for.get(delivery.reference, 0)]
