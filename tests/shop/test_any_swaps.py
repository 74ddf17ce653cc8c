"""Whatever customers, the source and the clock do in whatever order: the shop stays sound."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.allocation import allocate
from meantime.shop.cancellations import NothingToCancel, accept_cancel, propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.lines import LineState, views, whole_order
from meantime.shop.policy import Policy
from meantime.shop.reservations import release_expired
from meantime.shop.swaps import (
    ChangedMeanwhile,
    NotSwappable,
    ProposalGone,
    SoldOutMeanwhile,
    accept_swap,
    decline_swap,
    propose_swap,
)
from meantime.shop.tables import Order, Product, StockLevel
from tests.e2e.invariants import check_shop
from tests.shop.conftest import Shop, turn

SKUS = ("lamp", "brass", "glass", "oak")
STEPS = 120
REFUSALS = (NotSwappable, SoldOutMeanwhile, ProposalGone, ChangedMeanwhile, NothingToCancel)


class Storm:
    """One random step after another."""

    def __init__(self, session: Session, shop: Shop, rng: random.Random, clock: time_machine.Coordinates) -> None:
        self.session, self.shop, self.rng, self.clock = session, shop, rng, clock
        self.messages = count()
        self.proposals: list[str] = []
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        acts: list[Callable[[], None]] = [
            *([self.propose] * 4),
            *([self.accept] * 4),
            self.decline,
            self.cancel,
            self.restock,
            self.wait,
            self.sweep,
            self.order,
            self.pack,
            self.reprice,
        ]
        act = self.rng.choice(acts)
        try:
            act()
        except REFUSALS as refusal:
            self.done[type(refusal).__name__] += 1
        else:
            self.done[act.__name__] += 1

    def propose(self) -> None:
        order = self.any_order()
        line = self.rng.choice(order.lines)
        units = self.rng.choice((None, 1, 2))
        sku = self.rng.choice(SKUS)
        swap = propose_swap(self.session, self.asker(), order.number, line.line, sku, Policy(), units=units)
        self.proposals.append(swap.proposal_id)

    def accept(self) -> None:
        proposal = self.any_proposal()
        swapped = accept_swap(self.session, self.asker(), proposal, Policy())
        lines = views(self.session, whole_order(self.session, swapped.order_number))
        new = next(v for v in lines if v.line == swapped.new_line)
        assert (new.state, new.ready_quantity) == (LineState.READY, swapped.units)

    def decline(self) -> None:
        decline_swap(self.session, self.asker(), self.any_proposal())

    def cancel(self) -> None:
        order = self.any_order()
        line = self.rng.choice(order.lines).line
        proposal = propose_cancel(self.session, self.asker(), order.number, {line: 1}, Policy())
        accept_cancel(self.session, self.asker(), proposal.proposal_id)

    def restock(self) -> None:
        sku = self.rng.choice(SKUS)
        self.session.get_one(StockLevel, (sku, "MAIN")).on_hand = self.rng.randint(0, 8)
        self.session.flush()
        allocate(self.session, [sku])

    def wait(self) -> None:
        self.clock.shift(timedelta(minutes=self.rng.choice((1, 7, 16))))

    def sweep(self) -> None:
        release_expired(self.session, 10)

    def order(self) -> None:
        """A new order, or an old one that comes in late."""
        placed_at = now() - timedelta(days=self.rng.randint(0, 30))
        self.shop.order((self.rng.choice(SKUS), self.rng.randint(1, 3)), placed_at=placed_at)

    def pack(self) -> None:
        order = self.any_order()
        if self.rng.random() < 0.3:
            order.status, order.version = "packing", order.version + 1
            self.session.flush()
            allocate(self.session, {line.sku for line in order.lines})

    def reprice(self) -> None:
        self.session.get_one(Product, self.rng.choice(SKUS)).price_minor = self.rng.choice((900, 1000, 1100))

    def asker(self) -> Asker:
        return turn(self.session, f"m{next(self.messages)}", customer_id="c1")

    def any_order(self) -> Order:
        open_orders = select(Order).where(Order.status == "open").order_by(Order.number)
        return self.rng.choice(self.session.scalars(open_orders).all() or [self.shop.order(("lamp", 3), ("brass", 1))])

    def any_proposal(self) -> str:
        return self.rng.choice(["none", *self.proposals[-3:], *self.proposals[-1:] * 4])


@pytest.mark.parametrize("seed", range(6))
def test_the_shop_stays_sound(session: Session, shop: Shop, seed: int) -> None:
    for sku in SKUS:
        shop.product(sku, family="lamps", on_hand=3)
    shop.order(("lamp", 5), ("brass", 1))
    with time_machine.travel(now(), tick=False) as clock:
        storm = Storm(session, shop, random.Random(seed), clock)
        for _ in range(STEPS):
            storm.step()
            check_shop(session)
    assert min(storm.done[name] for name in ("propose", "accept", "decline", "cancel", "SoldOutMeanwhile")) > 0
