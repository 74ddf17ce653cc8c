"""A shop of real size, and an import that is not alone."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from meantime.db import Database
from meantime.feeds.commands import import_folder
from meantime.settings import ROOT
from meantime.shop.lines import LineState, views
from meantime.shop.tables import Allocation, AuditEntry, Order, OrderLine
from tests.feeds.conftest import Source

TAU_RETAIL = ROOT.parent / "shared" / "shops" / "tau_retail"
SECONDS = 10

there = pytest.mark.skipif(not TAU_RETAIL.is_dir(), reason=f"{TAU_RETAIL} is not on this machine")


@there
def test_a_shop_of_real_size_is_imported_in_seconds_and_a_second_time_changes_nothing(database: Database) -> None:
    started = time.monotonic()
    report = import_folder(database, TAU_RETAIL)
    assert time.monotonic() - started < SECONDS
    assert report.created == {
        "products": 591,
        "customers": 500,
        "stock": 591,
        "inbound": 106,
        "orders": 1000,
        "order_lines": 2978,
        "shipments": 373,
    }
    assert import_folder(database, TAU_RETAIL).changes_nothing


@there
def test_a_shop_of_real_size_holds_lines_of_every_state_but_shipped(database: Database) -> None:
    import_folder(database, TAU_RETAIL)
    with database.reading() as session:
        states = {view.state for order in session.scalars(select(Order)) for view in views(session, order)}
        without = Allocation.warehouse.is_(None) & Allocation.inbound_reference.is_(None)
        assert session.scalar(select(func.count()).where(without))
    assert states == set(LineState) - {LineState.SHIPPED}


def test_two_imports_at_once_follow_each_other(source: Source, database: Database, tmp_path: Path) -> None:
    source.write()
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(import_folder, database, source.folder) for _ in range(2)]
        reports = [run.result() for run in runs]
    assert sorted(report.changes_nothing for report in reports) == [False, True]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == len(source.rows)


def test_an_import_waits_for_a_cancellation_that_is_being_made(source: Source, database: Database) -> None:
    source.without("shipments").bring_in()
    source.set("order_lines", 1, quantity="1").write()
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            session.execute(select(Order).where(Order.number == "W1001").with_for_update())
            session.execute(update(OrderLine).where(OrderLine.line == 2).values(cancelled_quantity=2))
            run = pool.submit(import_folder, database, source.folder)
            time.sleep(0.3)
            assert not run.done()
        assert run.result().changed["order_lines"] == 1
    with database.reading() as session:
        line = session.scalars(select(OrderLine).where(OrderLine.line == 2)).one()
        assert (line.quantity, line.cancelled_quantity) == (1, 0)
