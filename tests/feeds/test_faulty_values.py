"""Every value that cannot be used is named by file, row and column, and nothing is written."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from meantime.db import Base, Database
from tests.feeds.conftest import Source

FAULTY_VALUES = [
    ("orders", "placed_at", "yesterday", '"yesterday" is not a time; write it like 2026-11-02T10:00:00Z'),
    ("orders", "placed_at", "", "is empty; write a time like 2026-11-02T10:00:00Z"),
    ("orders", "placed_at", "2026-11-02T10:00:00", '"2026-11-02T10:00:00" has no time zone'),
    ("orders", "placed_at", "0001-01-01T00:00:00+14:00", "is not a time"),
    ("orders", "status", "opened", '"opened" is not allowed; use open, packing, shipped, delivered or cancelled'),
    ("orders", "status", "", "is empty; use open"),
    ("orders", "payment_status", "pending", '"pending" is not allowed; use authorised'),
    ("orders", "number", "", "is empty"),
    ("orders", "number", "W" * 101, "is longer than 100 characters"),
    ("orders", "ship_method", "by\x00air", "holds a control character"),
    ("orders", "customer_id", "C9", '"C9" is not known'),
    ("products", "price", "12,50", '"12,50" is not an amount; write it like 12.50'),
    ("products", "price", "", "is empty; write an amount like 12.50"),
    ("products", "price", "-1.00", '"-1.00" is negative'),
    ("products", "price", "NaN", '"NaN" is not an amount'),
    ("products", "price", "1e3", '"1e3" is not an amount'),
    ("products", "price", "12.505", '"12.505" has more decimals than USD has'),
    ("products", "price", "99999999999.00", "is more than can be kept"),
    ("products", "currency", "DOLLARS", '"DOLLARS" is not a currency; write it like USD'),
    ("products", "attributes", "[1, 2]", "is no JSON object"),
    ("products", "attributes", "{color: blue}", "is not JSON"),
    ("products", "attributes", '{"weight": NaN}', "is not JSON"),
    ("products", "attributes", '{"weight": 1e999}', "is not JSON"),
    ("products", "attributes", '{"a": "\\u0000"}', "holds a control character"),
    ("products", "attributes", '{"a": "\\ud800"}', "holds a control character"),
    ("products", "attributes", '{"a":' * 20_000 + "1" + "}" * 20_000, "is not JSON"),
    ("products", "backorderable", "maybe", '"maybe" is neither true nor false'),
    ("products", "backorderable", "", "is empty; write true or false"),
    ("products", "status", "retired", '"retired" is not allowed; use active or discontinued'),
    ("products", "name", "", "is empty"),
    ("stock", "on_hand", "-1", '"-1" is negative'),
    ("stock", "on_hand", "2.5", '"2.5" is not a whole number'),
    ("stock", "on_hand", "3000000000", "is more than 1000000000"),
    ("stock", "sku", "TENT", '"TENT" is not known'),
    ("inbound", "due_on", "01.12.2026", '"01.12.2026" is not a day; write it like 2026-11-02'),
    ("inbound", "due_on", "2026-02-30", '"2026-02-30" is not a day'),
    ("inbound", "quantity", "-5", '"-5" is negative'),
    ("inbound", "sku", "TENT", '"TENT" is not known'),
    ("inbound", "status", "lost", '"lost" is not allowed; use scheduled'),
    ("customers", "sms_opt_in", "perhaps", '"perhaps" is neither true nor false'),
    ("order_lines", "quantity", "0", '"0" is less than 1'),
    ("order_lines", "quantity", "-2", '"-2" is negative'),
    ("order_lines", "line", "first", '"first" is not a whole number'),
    ("order_lines", "sku", "TENT", '"TENT" is not known'),
    ("shipments", "order_number", "W9999", '"W9999" is not known'),
    ("shipments", "lines", "1", '"1" is not line:quantity; write it like 1:2;2:1'),
    ("shipments", "lines", "", "names no line"),
    ("shipments", "lines", "1:0", '"0" is less than 1'),
    ("shipments", "lines", "1:1;1:1", "names line 1 twice"),
    ("shipments", "lines", "7:1", 'order "W1001" has no line 7'),
    ("shipments", "lines", "1:3", "ships more of line 1 than the 2 ordered, 3 in all"),
]


@pytest.mark.parametrize(("kind", "column", "value", "said"), FAULTY_VALUES, ids=lambda value: str(value)[:30])
def test_a_value_that_cannot_be_used_is_named(source: Source, kind: str, column: str, value: str, said: str) -> None:
    faults = source.set(kind, 0, **{column: value}).faults()
    place = f"{kind}.csv, row 2, column {column}: "
    assert any(fault.startswith(place) and said in fault for fault in faults), faults


@pytest.mark.parametrize(("column", "value"), [("timezone", "Mars/Olympus"), ("timezone", "../etc/passwd")])
def test_an_optional_column_is_checked_where_it_is_given(source: Source, column: str, value: str) -> None:
    assert source.set("customers", 0, **{column: value}).faults() == [
        f'customers.csv, row 2, column {column}: "{value}" is not a time zone; write it like Europe/Berlin'
    ]


def test_a_picture_needs_an_address_a_browser_may_open(source: Source) -> None:
    faults = source.set("products", 0, image_url="javascript:alert(1)").set("products", 1, image_url="").faults()
    assert faults == [
        'products.csv, row 2, column image_url: "javascript:alert(1)" is not an address; '
        "write it like https://shop.example/lamp.jpg"
    ]


def test_all_faults_are_told_at_once_and_nothing_is_written(source: Source, database: Database) -> None:
    source.set("orders", placed_at="yesterday").set("stock", on_hand="-1").set("products", 1, price="free")
    source.set("customers", sms_opt_in="?").add("orders", number="W1002", customer_id="C9", placed_at="2026-11-02")
    assert len(source.faults()) == 5
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            assert session.scalar(select(func.count()).select_from(table)) == 0, table.name


def test_what_refers_to_a_row_with_a_fault_is_not_called_unknown(source: Source) -> None:
    assert source.set("products", 0, price="free").faults() == [
        'products.csv, row 2, column price: "free" is not an amount; write it like 12.50'
    ]


def test_a_shipment_of_an_unknown_order_is_one_fault(source: Source) -> None:
    assert source.set("shipments", order_number="W9").faults() == [
        'shipments.csv, row 2, column order_number: "W9" is not known'
    ]


def test_a_shipment_of_a_line_with_a_fault_is_no_fault_on_top(source: Source) -> None:
    assert source.set("order_lines", unit_price="free").faults() == [
        'order_lines.csv, row 2, column unit_price: "free" is not an amount; write it like 12.50'
    ]


def test_the_same_key_twice_is_a_fault(source: Source) -> None:
    source.add("products").add("order_lines").add("stock")
    assert source.faults() == [
        'products.csv, row 4, column sku: sku "LAMP" is in row 2 already',
        'stock.csv, row 3, column warehouse: sku "LAMP", warehouse "EAST" is in row 2 already',
        'order_lines.csv, row 4, column line: order_number "W1001", line "1" is in row 2 already',
    ]


def test_two_shipments_together_cannot_hold_more_than_was_ordered(source: Source) -> None:
    source.set("shipments", lines="1:2").add("shipments", reference="S-2", lines="1:1")
    assert source.faults() == ["shipments.csv, row 3, column lines: ships more of line 1 than the 2 ordered, 3 in all"]


def test_a_shipment_counts_with_those_imported_before(source: Source) -> None:
    source.set("shipments", lines="1:2").bring_in()
    source.set("shipments", reference="S-2", lines="1:1").only("shipments")
    assert source.faults() == ["shipments.csv, row 2, column lines: ships more of line 1 than the 2 ordered, 3 in all"]


def test_an_order_in_two_currencies_must_name_its_own(source: Source) -> None:
    source.set("products", 1, currency="EUR")
    assert source.faults() == ["orders.csv, row 2, column currency: its lines are in EUR and USD; name one"]


def test_an_order_without_lines_must_name_its_currency(source: Source) -> None:
    source.without("order_lines", "shipments")
    assert source.faults() == ["orders.csv, row 2, column currency: is empty, and there are no lines to take it from"]


def test_the_decimals_of_a_line_are_those_of_its_orders_currency(source: Source) -> None:
    source.set("orders", currency="JPY")  # 64.00 is a whole number of yen
    assert source.faults() == [
        'order_lines.csv, row 3, column unit_price: "18.50" has more decimals than JPY has',
    ]
