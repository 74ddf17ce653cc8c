"""Several customers at once: the last unit goes to one of them, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.shop.allocation import allocate
from meantime.shop.cancellations import accept_cancel, propose_cancel
from meantime.shop.policy import Policy
from meantime.shop.proposals import ChangedMeanwhile
from meantime.shop.reservations import release_expired
from meantime.shop.swaps import NotSwappable, ProposalGone, SoldOutMeanwhile, accept_swap, propose_swap
from meantime.shop.tables import Change, OrderLine, Reservation
from tests.e2e.invariants import check_shop
from tests.shop.conftest import Shop, turn

CUSTOMERS = 6
ROUNDS = 5


@pytest.fixture
def orders(database: Database) -> list[str]:
    """One order of a lamp that is not there for each customer, and a single one that could be sent instead."""
    with database.writing() as session:
        shop = Shop(session)
        shop.product("lamp", family="lamps")
        shop.product("brass", family="lamps", on_hand=1)
        shop.product("glass", family="lamps", on_hand=1)
        return [shop.order(("lamp", 1), customer=f"c{i}").number for i in range(CUSTOMERS)]


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """Run every one of ``works`` in a thread of its own and return what each gave or raised."""
    start, outcomes = threading.Barrier(len(works)), dict.fromkeys(range(len(works)))

    def run(i: int) -> None:
        start.wait()
        try:
            outcomes[i] = works[i]()
        except Exception as error:
            outcomes[i] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return [outcomes[i] for i in range(len(works))]


messages = count()


def propose(database: Database, i: int, number: str, sku: str = "brass") -> str:
    with database.writing() as session:
        asker = turn(session, f"m{next(messages)}", f"conversation {i}", customer_id=f"c{i}")
        return propose_swap(session, asker, number, 1, sku, Policy()).proposal_id


def accept(database: Database, i: int, proposal_id: str, message: str = "") -> object:
    with database.writing() as session:
        asker = turn(session, message or f"m{next(messages)}", f"conversation {i}", customer_id=f"c{i}")
        return accept_swap(session, asker, proposal_id, Policy())


def swapped(session: Session) -> list[str]:
    return list(session.scalars(select(OrderLine.order_number).where(OrderLine.replaces.is_not(None))))


def test_of_several_who_want_the_last_one_exactly_one_is_listed_it(database: Database, orders: list[str]) -> None:
    outcomes = at_once([lambda i=i, n=n: propose(database, i, n) for i, n in enumerate(orders)])
    assert [type(o) for o in outcomes if isinstance(o, Exception)] == [SoldOutMeanwhile] * (CUSTOMERS - 1)
    with database.reading() as session:
        assert len(session.scalars(select(Reservation)).all()) == 1
        check_shop(session)


def test_of_several_whose_reservations_ran_out_exactly_one_gets_it(database: Database, orders: list[str]) -> None:
    proposals = []
    for i, number in enumerate(orders):
        proposals.append(propose(database, i, number))
        with database.writing() as session:
            session.delete(session.scalars(select(Reservation)).one())
            session.flush()
            allocate(session, ["brass"])
    outcomes = at_once([lambda i=i, p=p: accept(database, i, p) for i, p in enumerate(proposals)])
    assert sum(isinstance(o, SoldOutMeanwhile) for o in outcomes) == CUSTOMERS - 1
    with database.reading() as session:
        assert len(swapped(session)) == 1
        check_shop(session)


def test_a_yes_that_comes_twice_at_once_swaps_once(database: Database, orders: list[str]) -> None:
    proposal = propose(database, 0, orders[0])
    first, second = at_once([lambda: accept(database, 0, proposal) for _ in range(2)])
    assert isinstance(first, ProposalGone) != isinstance(second, ProposalGone)
    with database.reading() as session:
        assert len(session.scalars(select(Change)).all()) == 1


def test_two_lists_for_one_line_at_once_leave_one_reservation(database: Database, orders: list[str]) -> None:
    for _ in range(ROUNDS):
        outcomes = at_once(
            [lambda s=s: propose(database, 0, orders[0], s) for s in ("brass", "glass", "brass", "glass")]
        )
        assert not [o for o in outcomes if isinstance(o, Exception)]
        with database.reading() as session:
            assert len(session.scalars(select(Reservation)).all()) == 1
            check_shop(session)


def test_swapping_and_cancelling_at_once_never_do_both_and_never_get_stuck(
    database: Database, orders: list[str]
) -> None:
    def cancel(i: int, number: str) -> object:
        with database.writing() as session:
            asker = turn(session, f"m{next(messages)}", f"conversation {i}", customer_id=f"c{i}")
            proposal = propose_cancel(session, asker, number, None, Policy())
        with database.writing() as session:
            asker = turn(session, f"m{next(messages)}", f"conversation {i}", customer_id=f"c{i}")
            return accept_cancel(session, asker, proposal.proposal_id)

    def take_stock() -> None:
        for _ in range(ROUNDS):
            with database.writing() as session:
                release_expired(session, 10)
                allocate(session, ["brass", "glass", "lamp"])

    proposals = [propose(database, i, orders[i], sku) for i, sku in enumerate(("brass", "glass"))]
    works: list[Callable[[], object]] = [lambda i=i, p=p: accept(database, i, p) for i, p in enumerate(proposals)]
    works += [lambda i=i: cancel(i, orders[i]) for i in range(2)]
    outcomes = at_once([*works, take_stock])
    failures = [o for o in outcomes if isinstance(o, Exception)]
    assert all(isinstance(o, ChangedMeanwhile | SoldOutMeanwhile | NotSwappable) for o in failures), failures
    with database.reading() as session:
        check_shop(session)
