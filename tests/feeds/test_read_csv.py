"""What a folder of files may look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from meantime.feeds.commands import import_folder
from meantime.shop.tables import Customer, Product, StockLevel
from tests.feeds.conftest import Source

STOCK = "sku,warehouse,on_hand\nLAMP,EAST,5\n"


def test_a_folder_that_is_not_there_is_a_fault(source: Source) -> None:
    assert source.faults_of_folder() == [f"{source.folder}: is not a folder"]


def test_an_empty_folder_is_a_fault(source: Source) -> None:
    source.folder.mkdir()
    (fault,) = source.faults_of_folder()
    assert fault.startswith(f"{source.folder}: holds none of the files products.csv, customers.csv")


def test_a_file_with_an_unknown_name_is_a_fault(source: Source) -> None:
    source.write()
    source.file("order.csv", "number\n")
    (fault,) = source.faults_of_folder()
    assert fault.startswith("order.csv: is not a file of ours; known are products.csv")


def test_files_of_other_kinds_are_left_alone(source: Source) -> None:
    source.write()
    source.file("README.md", "not for us")
    assert import_folder(source.database, source.folder).created["products"] == 2


def test_a_missing_column_is_a_fault(source: Source) -> None:
    assert source.drop_column("orders", "placed_at").faults() == [
        "orders.csv, row 1, column placed_at: this column must be there"
    ]


def test_an_unknown_column_is_a_fault_that_names_the_known_ones(source: Source) -> None:
    (fault,) = source.set("stock", colour="black").faults()
    assert fault == ('stock.csv, row 1: a column "colour" is not known; known are sku, warehouse, on_hand')


def test_a_column_given_twice_is_a_fault(source: Source) -> None:
    source.write()
    source.file("stock.csv", "sku,warehouse,on_hand,sku\nLAMP,EAST,5,LAMP\n")
    assert source.faults_of_folder() == ["stock.csv, row 1, column sku: this column is there twice"]


def test_a_file_without_a_header_is_a_fault(source: Source) -> None:
    source.write()
    source.file("stock.csv", "")
    assert source.faults_of_folder() == ["stock.csv: is empty; its first row must name the columns"]


def test_a_row_that_is_too_short_or_too_long_is_a_fault(source: Source) -> None:
    source.write()
    source.file("stock.csv", STOCK + "SHADE,EAST\nSHADE,WEST,1,2\n")
    assert source.faults_of_folder() == [
        "stock.csv, row 3: holds 2 values, where the header names 3 columns",
        "stock.csv, row 4: holds 4 values, where the header names 3 columns",
    ]


def test_bytes_that_are_not_utf_8_are_a_fault_with_their_row(source: Source) -> None:
    source.write()
    source.file("stock.csv", STOCK.encode() + b"SHADE,K\xf6ln,1\n")
    assert source.faults_of_folder() == ["stock.csv, row 3: is not UTF-8: byte 0xf6"]


def test_a_quote_that_is_never_closed_is_a_fault_where_it_begins(source: Source) -> None:
    source.write()
    source.file("stock.csv", STOCK + '"SHADE,EAST,1\nSHADE,WEST,2\n')
    (fault,) = source.faults_of_folder()
    assert fault.startswith("stock.csv, row 3: is not CSV as of RFC 4180: ")


def test_a_file_that_cannot_be_read_hides_no_other_fault_and_causes_none(source: Source) -> None:
    source.set("orders", placed_at="yesterday").write()
    source.file("products.csv", b"\xff\xfe")
    assert [fault.split(":")[0] for fault in source.faults_of_folder()] == [
        "products.csv, row 1",
        "orders.csv, row 2, column placed_at",
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(source: Source, look: Callable[..., Any]) -> None:
    source.write()
    source.file("stock.csv", b"\xef\xbb\xbf" + STOCK.replace("\n", "\r\n").encode())
    import_folder(source.database, source.folder)
    assert look(StockLevel, ("LAMP", "EAST")).on_hand == 5


def test_columns_come_in_any_order_and_blank_lines_and_spaces_do_not_matter(
    source: Source, look: Callable[..., Any]
) -> None:
    source.write()
    source.file("stock.csv", "on_hand, warehouse ,sku\n\n 5 ,EAST, LAMP\n\n")
    import_folder(source.database, source.folder)
    assert look(StockLevel, ("LAMP", "EAST")).on_hand == 5


def test_a_value_may_hold_commas_quotes_and_line_breaks_and_rows_are_still_counted_by_line(source: Source) -> None:
    source.set("products", name='Lamp, "small"\nwith a shade').set("products", 1, price="free")
    assert source.faults() == ['products.csv, row 4, column price: "free" is not an amount; write it like 12.50']


def test_a_file_that_is_not_there_imports_nothing_of_its_kind(source: Source, look: Callable[..., Any]) -> None:
    report = source.only("products", "customers").bring_in()
    assert report.created == {"products": 2, "customers": 1}
    assert look(Product, "LAMP").name == "Desk Lamp"
    assert look(Customer, "C1").email == "Mara.Ellison@example.com"


def test_what_a_file_refers_to_may_have_been_imported_before(source: Source) -> None:
    source.set("orders", currency="USD")
    for kind, rows in dict(source.rows).items():
        source.rows = {kind: rows}
        assert source.bring_in().created == {kind: len(rows)}
