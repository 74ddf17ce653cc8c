"""What becomes of a line that was swapped here when the source speaks of its order again."""

from __future__ import annotations

from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.ledger import begin_turn
from meantime.shop.cancellations import ChangedMeanwhile, accept_cancel, propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.lines import LineView, views, whole_order
from meantime.shop.policy import Policy
from meantime.shop.swaps import Swap, accept_swap, propose_swap
from meantime.shop.tables import AuditEntry, Change, OrderLine, Reservation, StandingWish
from tests.e2e.invariants import check_shop
from tests.feeds.conftest import Source

messages = count()


def asker(session: Session) -> Asker:
    asker = Asker("chat-1", f"message {next(messages)}", "website", "hash", customer_id="C1")
    begin_turn(session, asker.message_id, asker.conversation_id)
    session.flush()
    return asker


def propose(database: Database, line: int, sku: str, units: int | None = None) -> Swap:
    with database.writing() as session:
        return propose_swap(session, asker(session), "W1001", line, sku, Policy(), units=units)


def swap(database: Database, line: int, sku: str, units: int | None = None) -> Swap:
    proposed = propose(database, line, sku, units)
    with database.writing() as session:
        return accept_swap(session, asker(session), proposed.proposal_id, Policy())


def cancel(database: Database, line: int) -> None:
    with database.writing() as session:
        proposal = propose_cancel(session, asker(session), "W1001", {line: None}, Policy())
        accept_cancel(session, asker(session), proposal.proposal_id)


def lines(database: Database) -> list[LineView]:
    with database.reading() as session:
        return views(session, whole_order(session, "W1001"))


def told(database: Database) -> list[tuple[int, str, int, int | None]]:
    """(line, SKU, open units, what it replaces) of every line."""
    return [(v.line, v.sku, v.open_quantity, v.replaces) for v in lines(database)]


def changes(database: Database) -> list[list[dict[str, object]]]:
    with database.reading() as session:
        return [change.lines for change in session.scalars(select(Change).order_by(Change.id))]


def bring_shades(source: Source) -> None:
    """Let three shades come in: one for the line that waits, two that may be swapped for."""
    source.add("stock", sku="SHADE", on_hand="3").bring_in()


@pytest.fixture
def swapped(source: Source, database: Database) -> Source:
    """Line 1: two lamps. Line 2: three shades, two of them swapped for lamps, which are line 3."""
    source.without("shipments").set("orders", currency="USD").bring_in()
    swap(database, 2, "LAMP", units=2)
    assert told(database) == [(1, "LAMP", 2, None), (2, "SHADE", 1, None), (3, "LAMP", 2, 2)]
    return source


def test_a_source_that_repeats_its_old_values_undoes_no_swap(swapped: Source, database: Database) -> None:
    before = told(database)
    assert swapped.bring_in().changes_nothing
    assert told(database) == before
    with database.reading() as session:
        check_shop(session)


def test_a_source_that_changes_something_else_undoes_no_swap(swapped: Source, database: Database) -> None:
    before = told(database)
    swapped.set("orders", ship_postcode="97215").set("order_lines", 1, unit_price="18.00").bring_in()
    assert told(database) == before


def test_a_source_that_follows_speaks_for_the_line_from_then_on(swapped: Source, database: Database) -> None:
    swapped.set("order_lines", 1, quantity="1")
    swapped.add("order_lines", line="3", sku="LAMP", quantity="2", unit_price="60.00").bring_in()
    assert told(database) == [(1, "LAMP", 2, None), (2, "SHADE", 1, None), (3, "LAMP", 2, 2)]
    old, new = lines(database)[1:]
    assert (old.quantity, old.cancelled_quantity, old.replaced_by) == (1, 0, 3)
    assert new.unit_price_minor == 6000
    swapped.set("order_lines", 2, quantity="1").bring_in()
    assert told(database)[2] == (3, "LAMP", 1, 2)
    assert changes(database) == [[{"line": 2, "quantity": 2, "replaced_by": 3, "sku": "LAMP"}]]


def test_a_line_of_the_sources_own_takes_the_number_and_ours_gets_the_next(swapped: Source, database: Database) -> None:
    swapped.add("order_lines", line="3", sku="SHADE", quantity="4", unit_price="18.50").bring_in()
    moved = [(1, "LAMP", 2, None), (2, "SHADE", 1, None), (3, "SHADE", 4, None), (4, "LAMP", 2, 2)]
    assert told(database) == moved
    assert lines(database)[1].replaced_by == 4
    assert changes(database) == [[{"line": 2, "quantity": 2, "replaced_by": 4, "sku": "LAMP"}]]
    with database.reading() as session:
        check_shop(session)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "renumber")).one()
        assert (entry.who, entry.subject) == ("source", "order:W1001")
        assert (entry.before, entry.after) == ({"line": 3, "sku": "LAMP"}, {"line": 4})
    assert swapped.bring_in().changes_nothing
    assert told(database) == moved


def test_the_number_is_free_of_what_comes_in_with_it(swapped: Source, database: Database) -> None:
    for line in ("3", "4", "6"):
        swapped.add("order_lines", line=line, sku="SHADE", quantity="1", unit_price="18.50")
    swapped.bring_in()
    assert [(v.line, v.replaces) for v in lines(database)] == [
        *((1, None), (2, None), (3, None), (4, None), (6, None), (7, 2)),
    ]


def test_a_line_with_another_number_leaves_ours_alone(swapped: Source, database: Database) -> None:
    swapped.add("order_lines", line="4", sku="SHADE", quantity="1", unit_price="18.50").bring_in()
    assert [(v.line, v.replaces) for v in lines(database)] == [(1, None), (2, None), (3, 2), (4, None)]


def test_a_line_that_the_source_has_adopted_is_its_own_to_change(swapped: Source, database: Database) -> None:
    swapped.add("order_lines", line="3", sku="LAMP", quantity="2", unit_price="64.00").bring_in()
    swapped.set("order_lines", 2, sku="SHADE").bring_in()
    assert told(database)[2:] == [(3, "SHADE", 2, 2)]


def test_several_of_ours_in_the_way_all_get_a_number(swapped: Source, database: Database) -> None:
    bring_shades(swapped)
    swap(database, 3, "SHADE", units=1)
    assert told(database)[2:] == [(3, "LAMP", 1, 2), (4, "SHADE", 1, 3)]
    swapped.add("order_lines", line="3", sku="SHADE", quantity="1", unit_price="18.50")
    swapped.add("order_lines", line="4", sku="LAMP", quantity="1", unit_price="64.00").bring_in()
    assert told(database)[2:] == [(3, "SHADE", 1, None), (4, "LAMP", 1, None), (5, "LAMP", 1, 2), (6, "SHADE", 1, 5)]
    with database.reading() as session:
        check_shop(session)


def test_what_was_cancelled_of_a_moved_line_is_told_of_the_moved_line(swapped: Source, database: Database) -> None:
    cancel(database, 3)
    swapped.add("order_lines", line="3", sku="SHADE", quantity="1", unit_price="18.50").bring_in()
    assert changes(database)[1] == [{"line": 4, "quantity": 2}]
    assert told(database)[2:] == [(3, "SHADE", 1, None), (4, "LAMP", 0, 2)]
    with database.reading() as session:
        check_shop(session)


def test_what_was_told_of_a_moved_line_follows_it(swapped: Source, database: Database) -> None:
    with database.writing() as session:
        session.add(
            StandingWish(
                kind="keep_waiting",
                order_number="W1001",
                customer_id="C1",
                conversation_id="chat-1",
                channel="website",
                message_id="m",
                told=[{"line": 2, "earliest": None, "latest": None}, {"line": 3, "earliest": None, "latest": None}],
            )
        )
    swapped.add("order_lines", line="3", sku="SHADE", quantity="1", unit_price="18.50").bring_in()
    with database.reading() as session:
        assert [entry["line"] for entry in session.scalars(select(StandingWish)).one().told] == [2, 4]


def test_a_yes_to_cancelling_a_line_that_has_moved_cancels_nothing_else(swapped: Source, database: Database) -> None:
    with database.writing() as session:
        proposal = propose_cancel(session, asker(session), "W1001", {3: None}, Policy()).proposal_id
    swapped.add("order_lines", line="3", sku="SHADE", quantity="2", unit_price="64.00").bring_in()
    with pytest.raises(ChangedMeanwhile), database.writing() as session:
        accept_cancel(session, asker(session), proposal)
    assert told(database)[2:] == [(3, "SHADE", 2, None), (4, "LAMP", 2, 2)]


def test_what_is_kept_back_for_a_moved_line_stays_kept_back(swapped: Source, database: Database) -> None:
    bring_shades(swapped)
    propose(database, 3, "SHADE", units=1)
    swapped.add("order_lines", line="3", sku="SHADE", quantity="1", unit_price="18.50").bring_in()
    with database.reading() as session:
        kept = session.scalars(select(Reservation)).one()
        assert (kept.sku, kept.quantity) == ("SHADE", 1)
        assert session.get_one(OrderLine, kept.order_line_id).line == 4
