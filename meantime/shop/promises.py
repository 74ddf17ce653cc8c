"""When an order line can reach the customer: the days we are willing to name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from meantime.shop.calendar import business_days_after
from meantime.shop.policy import DaysRules, Policy
from meantime.shop.zones import Transit, zone_of


@dataclass(frozen=True, slots=True)
class Promise:
    """A date range fit to be told; both are days in the destination's calendar.

    ``confidence`` is the share of promises the shop's policy asks to be kept by ``latest``.
    """

    earliest: date
    latest: date
    confidence: float


@dataclass(frozen=True, slots=True)
class Journey:
    """Where an order goes from and to, and how. Without a postcode only the country counts."""

    from_country: str
    to_country: str
    ship_method: str
    to_postcode: str = ""


def promise_from_stock(start: date, journey: Journey, policy: Policy) -> Promise:
    """Return the promise for units on hand that are packed from ``start`` on."""
    return _promise(start, policy.days.handling, 0, journey, policy)


def promise_from_delivery(due_on: date | None, today: date, journey: Journey, policy: Policy) -> Promise | None:
    """Return the promise for units of a delivery, or None when nobody knows its day.

    A day that has passed without the goods is no day: the supplier has missed it, and no new one is known.
    """
    if due_on is None or due_on < today:
        return None
    steps = policy.days.receiving + policy.days.handling
    return _promise(due_on, steps, policy.days.supplier_margin, journey, policy)


def _promise(start: date, steps: int, margin: int, journey: Journey, policy: Policy) -> Promise:
    transit = transit_of(journey, policy.days)
    leaves = business_days_after(start, steps, journey.from_country)
    return Promise(
        earliest=business_days_after(leaves, transit.shortest, journey.to_country),
        latest=business_days_after(leaves, transit.longest + margin, journey.to_country),
        confidence=policy.quote_confidence,
    )


def transit_of(journey: Journey, days: DaysRules) -> Transit:
    """Return how many business days a parcel is on the road."""
    zone = zone_of(days.zones, journey.to_country, journey.to_postcode, journey.from_country)
    if zone and zone.transit:
        return _by(journey.ship_method, zone.transit)
    extra = 0 if journey.to_country == journey.from_country else days.abroad_extra
    return _by(journey.ship_method, days.transit).later(extra if zone is None else zone.extra or 0)


def _by(ship_method: str, known: Mapping[str, Transit]) -> Transit:
    # A ship method the policy does not name is taken as its slowest one: late is worse than early.
    return known.get(ship_method) or max(known.values(), key=lambda transit: transit.longest)
