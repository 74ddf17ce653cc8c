"""What holds for any input, not only for the examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from meantime.db import Database
from meantime.feeds.columns import KINDS
from meantime.feeds.faults import Fault
from meantime.feeds.records import to_records
from meantime.feeds.rows import Sheet, read_rows
from meantime.shop.money import to_text
from meantime.shop.tables import Allocation, AuditEntry, Order, OrderLine, Product, StockLevel
from tests.feeds.conftest import ROWS, Source

on_a_database = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

days = st.dates().map(str) | st.just("")
amounts = st.decimals(0, 20_000, places=2).map(str)
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30).map(str.strip)
changes = st.fixed_dictionaries(
    {
        "products": st.fixed_dictionaries(
            {"price": amounts, "description": texts, "status": st.sampled_from(["active", "discontinued"])}
        ),
        "stock": st.fixed_dictionaries({"on_hand": st.integers(0, 9).map(str)}),
        "inbound": st.fixed_dictionaries(
            {"due_on": days, "first_due_on": days, "quantity": st.integers(0, 9).map(str)}
        ),
        "customers": st.fixed_dictionaries(
            {"email": texts, "phone": texts, "country": st.sampled_from(["", "US", "GB"])}
        ),
        "orders": st.fixed_dictionaries(
            {"status": st.sampled_from(["open", "packing", "cancelled"]), "shipping_price": amounts | st.just("")}
        ),
        "order_lines": st.fixed_dictionaries({"quantity": st.integers(1, 9).map(str), "unit_price": amounts}),
        "shipments": st.fixed_dictionaries({"lines": st.sampled_from(["1:1", "2:1", "1:1;2:3"]), "carrier": texts}),
    }
)


def tell(source: Source, told: dict[str, dict[str, str]]) -> None:
    source.rows = {kind: [dict(row) for row in rows] for kind, rows in ROWS.items()}
    for kind, values in told.items():
        columns = dict.fromkeys(values, "")
        for row in source.rows[kind]:
            row.update({column: row.get(column, empty) for column, empty in columns.items()})
        source.set(kind, **values)


@on_a_database
@given(told=changes)
def test_whatever_is_imported_a_second_time_changes_nothing(
    source: Source, database: Database, told: dict[str, dict[str, str]]
) -> None:
    tell(source, told)
    source.bring_in()
    with database.reading() as session:
        before = (
            session.scalar(select(func.count()).select_from(AuditEntry)),
            session.scalars(select(Order.version)).all(),
            session.execute(select(Allocation.order_line_id, Allocation.quantity, Allocation.warehouse)).all(),
        )
    assert source.bring_in().changes_nothing
    with database.reading() as session:
        assert before == (
            session.scalar(select(func.count()).select_from(AuditEntry)),
            session.scalars(select(Order.version)).all(),
            session.execute(select(Allocation.order_line_id, Allocation.quantity, Allocation.warehouse)).all(),
        )


@on_a_database
@given(told=changes)
def test_a_source_that_nobody_contradicts_is_stored_as_it_speaks(
    source: Source, database: Database, told: dict[str, dict[str, str]]
) -> None:
    tell(source, told)
    source.bring_in()
    with database.reading() as session:
        product, order = session.get_one(Product, "LAMP"), session.get_one(Order, "W1001")
        level = session.get_one(StockLevel, ("LAMP", "EAST"))
        line = session.scalars(select(OrderLine).where(OrderLine.line == 1)).one()
        assert Decimal(product.price_minor) / 100 == Decimal(told["products"]["price"])
        assert (product.description, product.status) == (
            told["products"]["description"],
            told["products"]["status"],
        )
        assert str(level.on_hand) == told["stock"]["on_hand"]
        assert order.status == told["orders"]["status"]
        assert str(line.quantity) == told["order_lines"]["quantity"]


@on_a_database
@given(told=changes, here=st.sampled_from(["open", "cancelled"]))
def test_what_was_changed_here_outlives_a_repeated_old_value(
    source: Source, database: Database, told: dict[str, dict[str, str]], here: str
) -> None:
    tell(source, told)
    source.bring_in()
    with database.writing() as session:
        session.get_one(Order, "W1001").status = here
    source.bring_in()
    with database.reading() as session:
        assert session.get_one(Order, "W1001").status == here


@given(minor=st.integers(0, 2**31 - 1), currency=st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF"]))
def test_an_amount_that_was_written_is_read_as_the_same(minor: int, currency: str) -> None:
    assert product_price(to_text(minor, currency), currency) == (minor, [])


@given(text=st.text(max_size=25))
def test_a_text_is_read_as_an_amount_or_named_as_a_fault(text: str) -> None:
    minor, faults = product_price(text, "USD")
    if not faults:
        assert Decimal(text) * 100 == minor
    else:
        assert faults[0].startswith("products.csv, row 2, column price: ")


def product_price(text: str, currency: str) -> tuple[Any, list[str]]:
    """Return the minor units a price is read as, and the faults found in it."""
    faults: list[Fault] = []
    feed = read_rows(
        [Sheet(KINDS["products"], [(2, ROWS["products"][0] | {"price": text, "currency": currency})])], faults
    )
    records = to_records(feed, {}, faults)["products"]
    return records[0].values["price_minor"] if records else None, [str(fault) for fault in faults]
