"""What a product page is told, kept for a few seconds: however many look at a page, the database is asked once.

The time is short on purpose. Browsers and proxies keep an answer for a minute as well, and an item that has just
been sold out must not be called available for much longer than that.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Literal

from anyio import CapacityLimiter, to_thread
from pydantic import BaseModel, Field

from meantime.db import Database
from meantime.settings import settings
from meantime.shop.availability import Availability, AvailabilityKind, availability
from meantime.shop.policy import Policy
from meantime.shop.postcodes import country_of
from meantime.shop.tables import Product
from meantime.shop.zones import zone_of
from meantime.wording.product_page import before_ordering

KEPT_SECONDS = 5.0
MOST_KEPT = 10_000
LONGEST_SKU = 100
LOOKS_AT_ONCE = 4
"""More threads than this would only wait for each other."""


class AvailabilityOut(BaseModel):
    """Whether a product can be had, for somebody who would order one now."""

    sku: str
    name: str
    state: Literal["available", "expected", "unknown", "not_sold"] = Field(
        description="available: in stock and promised to nobody. expected: sold out, may be ordered, and the days are "
        "known. unknown: may be ordered, and no day is known. not_sold: cannot be ordered."
    )
    earliest: date | None = Field(description="The first day it would arrive.")
    latest: date | None = Field(description="The last day it would arrive.")
    text: str = Field(description="The same in a sentence, in English.")

    @classmethod
    def of(cls, product: Product, found: Availability) -> AvailabilityOut:
        may_be_had = found.may_be_ordered or found.kind is AvailabilityKind.NOW
        promise = found.promise if may_be_had else None
        return cls(
            sku=product.sku,
            name=product.name,
            state=_STATES[found.kind] if may_be_had else "not_sold",
            earliest=promise.earliest if promise else None,
            latest=promise.latest if promise else None,
            text=before_ordering(found),
        )


_STATES: dict[AvailabilityKind, Literal["available", "expected", "unknown", "not_sold"]] = {
    AvailabilityKind.NOW: "available",
    AvailabilityKind.EXPECTED: "expected",
    AvailabilityKind.UNKNOWN: "unknown",
    AvailabilityKind.ENDED: "not_sold",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as it is sent, and the mark by which it is known again."""

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class _Kept:
    until: float
    told: asyncio.Task[Told | None]


@dataclass(frozen=True, slots=True)
class _Question:
    """All whose parcels take the same time ask the same: ``zone`` is the place of theirs in the policy, and
    ``postcode`` any of it."""

    sku: str
    country: str
    zone: int | None = None
    postcode: str = field(default="", compare=False)


class Shelf:
    """Answers by SKU and zone. Those who ask for the same at the same time share one look."""

    def __init__(self, database: Database, policy: Policy, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._policy = policy
        self._clock = clock
        self._kept: OrderedDict[_Question, _Kept] = OrderedDict()
        self._limiter = CapacityLimiter(LOOKS_AT_ONCE)

    async def tell(self, sku: str, postcode: str = "") -> Told | None:
        """Return what is told of a product, or None when there is none. ``postcode`` is where it would go; one that is
        none counts as none. Raises what the database raises."""
        if not sku or len(sku) > LONGEST_SKU or "\0" in sku:
            return None
        question = self._question(sku, postcode)
        kept = self._kept.get(question)
        if kept is None or kept.until <= self._clock():
            kept = self._keep(question)
        return await asyncio.shield(kept.told)  # whoever leaves does not take the answer from the others

    def _question(self, sku: str, postcode: str) -> _Question:
        home = settings().shop_country
        if not (country := country_of(postcode, home)):
            return _Question(sku, home)
        zones = self._policy.days.zones
        zone = zone_of(zones, country, postcode, home)
        return _Question(sku, country, zones.index(zone), postcode) if zone else _Question(sku, country)

    def _keep(self, question: _Question) -> _Kept:
        look = to_thread.run_sync(partial(self._look, question), limiter=self._limiter)
        kept = _Kept(self._clock() + KEPT_SECONDS, asyncio.ensure_future(look))
        self._kept[question] = kept
        self._kept.move_to_end(question)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        kept.told.add_done_callback(partial(self._drop_failed, question))
        return kept

    def _drop_failed(self, question: _Question, told: asyncio.Task[Told | None]) -> None:
        """A failure is told to those who wait for it, and to nobody after them."""
        kept = self._kept.get(question)
        if (told.cancelled() or told.exception()) and kept is not None and kept.told is told:
            del self._kept[question]

    def _look(self, question: _Question) -> Told | None:
        with self._database.reading() as session:
            product = session.get(Product, question.sku)
            if product is None:
                return None
            found = availability(
                session,
                question.sku,
                self._policy,
                to_country=question.country,
                to_postcode=question.postcode,
            )
            answer = AvailabilityOut.of(product, found)
        body = answer.model_dump_json().encode()
        return Told(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')
