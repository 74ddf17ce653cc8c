"""What an import stores, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from meantime.db import Base, Database
from meantime.ledger import begin_turn
from meantime.shop.cancellations import accept_cancel, propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.lines import LineState, views
from meantime.shop.policy import Policy
from meantime.shop.tables import Customer, Inbound, Order, OrderLine, Product, Shipment, StockLevel
from tests.feeds.conftest import ROWS, Source

type Look = Callable[..., Any]


def cancel(database: Database, number: str, lines: list[int] | None = None) -> None:
    """Cancel an order here, as its customer does in a chat."""
    asker = Asker("chat-1", "m-1", "website", "hash", customer_id="C1")
    with database.writing() as session:
        begin_turn(session, asker.message_id, asker.conversation_id)
        session.flush()
        proposal = propose_cancel(session, asker, number, None if lines is None else dict.fromkeys(lines), Policy())
        accept_cancel(session, asker, proposal.proposal_id)


def states(database: Database, number: str = "W1001") -> list[LineState]:
    with database.reading() as session:
        return [view.state for view in views(session, session.get_one(Order, number))]


def line(database: Database, number: int) -> OrderLine:
    with database.reading() as session:
        return session.scalars(select(OrderLine).where(OrderLine.line == number)).one()


def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    with database.reading() as session:
        return {table.name: sorted(map(repr, session.execute(select(table)))) for table in Base.metadata.sorted_tables}


def test_every_column_arrives(source: Source, look: Look) -> None:
    source.set("orders", currency="usd", shipping_price="7.95", discount="5", tax="", promised_ship_by="2026-11-05")
    source.set("products", description="Small.", image_url="https://shop.example/lamp.jpg", questionable="")
    source.set("products", 1, description="", image_url="", questionable="fragile")
    source.set("customers", language="en", timezone="America/Los_Angeles").bring_in()
    product, order = look(Product, "LAMP"), look(Order, "W1001")
    assert (product.name, product.price_minor, product.currency) == ("Desk Lamp", 6400, "USD")
    assert (product.attributes, product.backorderable, product.status) == ({"color": "black"}, True, "active")
    assert (product.image_url, product.description) == ("https://shop.example/lamp.jpg", "Small.")
    assert (order.currency, order.shipping_minor, order.discount_minor, order.tax_minor) == ("USD", 795, 500, None)
    assert (order.placed_at, order.promised_ship_by) == (datetime(2026, 11, 2, 10, tzinfo=UTC), date(2026, 11, 5))
    assert (order.status, order.payment_status, order.version) == ("open", "authorised", 1)
    customer, delivery = look(Customer, "C1"), look(Inbound, "PO-1")
    assert (customer.timezone, customer.loyalty_tier, customer.sms_opt_in) == ("America/Los_Angeles", "gold", True)
    assert (delivery.due_on, delivery.first_due_on) == (date(2026, 12, 1), date(2026, 12, 1))
    assert (delivery.still_coming, delivery.received_on) == (10, None)


def test_a_shipment_arrives_with_its_lines(source: Source, database: Database) -> None:
    source.bring_in()
    with database.reading() as session:
        shipment = session.get_one(Shipment, "S-1")
        assert [(part.line, part.quantity) for part in shipment.lines] == [(1, 1)]
        assert shipment.shipped_at == datetime(2026, 11, 4, 9, tzinfo=UTC)
        assert (shipment.expected_on, shipment.delivered_at) == (date(2026, 11, 8), None)


def test_stock_is_set_aside_and_waiting_lines_wait(source: Source, database: Database) -> None:
    source.bring_in()
    assert states(database) == [LineState.READY, LineState.BACKORDERED]


def test_a_time_of_another_zone_is_kept_as_utc(source: Source, look: Look) -> None:
    source.set("orders", placed_at="2026-11-02T10:00:00+05:30").bring_in()
    assert look(Order, "W1001").placed_at == datetime(2026, 11, 2, 4, 30, tzinfo=UTC)


def test_an_order_takes_the_currency_of_its_products(source: Source, look: Look) -> None:
    for row in (0, 1):
        source.set("products", row, currency="EUR")
    source.bring_in()
    assert look(Order, "W1001").currency == "EUR"


def test_e_mail_and_phone_are_kept_as_written_and_as_compared(source: Source, look: Look) -> None:
    source.bring_in()
    customer = look(Customer, "C1")
    assert (customer.email, customer.email_key) == ("Mara.Ellison@example.com", "mara.ellison@example.com")
    assert (customer.phone, customer.phone_key) == ("(503) 555-0101", "+15035550101")


@pytest.mark.parametrize(
    ("phone", "country", "key"),
    [
        ("020 7946 0018", "GB", "+442079460018"),
        ("+49 30 901820", "US", "+4930901820"),
        ("call my office", "US", ""),
        ("12", "US", ""),
        ("(503) 555-0101", "", ""),
    ],
)
def test_a_phone_is_read_as_one_of_its_country(source: Source, look: Look, phone: str, country: str, key: str) -> None:
    source.set("customers", phone=phone, country=country).bring_in()
    assert (look(Customer, "C1").phone, look(Customer, "C1").phone_key) == (phone, key)


def test_a_customer_who_moves_abroad_keeps_a_phone_that_is_compared_anew(source: Source, look: Look) -> None:
    source.set("customers", phone="020 7946 0018").bring_in()
    source.set("customers", country="GB").bring_in()
    assert look(Customer, "C1").phone_key == "+442079460018"


def test_the_same_input_twice_changes_nothing(source: Source, database: Database) -> None:
    source.bring_in()
    before = everything(database)
    report = source.bring_in()
    assert report.changes_nothing
    assert report.unchanged == {kind: len(rows) for kind, rows in ROWS.items()}
    assert everything(database) == before


def test_numbers_that_a_database_spells_in_its_own_way_are_no_change(source: Source) -> None:
    source.set("products", attributes='{"weight": 1e300, "height": 1.10, "depth": -0.0, "big": 12345678901234567890}')
    source.bring_in()
    assert source.bring_in().changes_nothing


def test_another_spelling_of_the_same_values_changes_nothing(source: Source, database: Database) -> None:
    source.bring_in()
    before = everything(database)
    source.set("products", price="64", attributes=' {"color" :"black"}', backorderable="yes")
    source.set("orders", placed_at="2026-11-02T12:00:00+02:00").set("order_lines", quantity="02", unit_price="64.0")
    assert source.set("shipments", lines=" 1 : 1; ").bring_in().changes_nothing
    assert everything(database) == before


def test_an_order_cancelled_here_stays_cancelled_when_the_source_repeats_that_it_is_open(
    source: Source, database: Database, look: Look
) -> None:
    source.without("shipments").bring_in()
    cancel(database, "W1001")
    assert source.bring_in().changes_nothing
    assert look(Order, "W1001").status == "cancelled"
    assert states(database) == [LineState.CANCELLED, LineState.CANCELLED]


def test_a_change_of_another_column_undoes_nothing_that_was_done_here(
    source: Source, database: Database, look: Look
) -> None:
    source.without("shipments").bring_in()
    cancel(database, "W1001")
    source.set("orders", ship_postcode="97215").bring_in()
    assert (look(Order, "W1001").ship_postcode, look(Order, "W1001").status) == ("97215", "cancelled")


def test_a_source_that_follows_our_cancellation_changes_nothing_here(
    source: Source, database: Database, look: Look
) -> None:
    source.without("shipments").bring_in()
    cancel(database, "W1001")
    version = look(Order, "W1001").version
    assert source.set("orders", status="cancelled").bring_in().changes_nothing
    assert look(Order, "W1001").version == version


def test_a_source_that_lowers_a_line_by_what_was_cancelled_here_has_followed_us(
    source: Source, database: Database
) -> None:
    source.without("shipments").bring_in()
    with database.writing() as session:
        session.scalars(select(OrderLine).where(OrderLine.line == 2)).one().cancelled_quantity = 2
    source.set("order_lines", 1, quantity="1").bring_in()
    assert (line(database, 2).quantity, line(database, 2).cancelled_quantity) == (1, 0)
    source.set("order_lines", 1, quantity="4").bring_in()
    assert (line(database, 2).quantity, line(database, 2).cancelled_quantity) == (4, 0)


def test_what_the_source_changes_back_is_a_change_again(source: Source, look: Look) -> None:
    for price in ("70.00", "64.00", "70.00"):
        source.set("products", price=price).bring_in()
    assert look(Product, "LAMP").price_minor == 7000


def test_a_row_the_source_no_longer_sends_stays(source: Source, look: Look) -> None:
    source.add("stock", warehouse="WEST").bring_in()
    source.rows["stock"].pop()
    source.bring_in()
    assert look(StockLevel, ("LAMP", "WEST")).on_hand == 5


def test_new_stock_serves_the_line_that_waits(source: Source, database: Database) -> None:
    source.bring_in()
    source.add("stock", sku="SHADE", on_hand="3").bring_in()
    assert states(database) == [LineState.READY, LineState.READY]


def test_an_order_that_is_packed_leaves_its_stock_to_the_next(source: Source, database: Database) -> None:
    source.without("shipments").set("stock", on_hand="2")
    source.add("orders", number="W1002", placed_at="2026-11-03T10:00:00Z", currency="USD")
    source.set("orders", 0, currency="USD").add("order_lines", order_number="W1002")
    source.bring_in()
    assert states(database, "W1002") == [LineState.BACKORDERED]
    source.set("orders", status="cancelled").bring_in()
    assert states(database, "W1002") == [LineState.READY]


def test_another_article_in_a_line_leaves_the_old_one_to_the_next_order(source: Source, database: Database) -> None:
    source.without("shipments").set("stock", on_hand="2").set("orders", currency="USD")
    source.add("orders", number="W1002", placed_at="2026-11-03T10:00:00Z", currency="USD")
    source.add("order_lines", order_number="W1002").bring_in()
    assert states(database, "W1002") == [LineState.BACKORDERED]
    source.set("order_lines", 0, sku="SHADE").bring_in()
    assert states(database, "W1001") == [LineState.BACKORDERED, LineState.BACKORDERED]
    assert states(database, "W1002") == [LineState.READY]


def test_an_import_that_fails_at_the_very_end_leaves_nothing(
    source: Source, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("meantime.feeds.apply.allocate", broken)
    with pytest.raises(RuntimeError):
        source.bring_in()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Product)) == 0


def test_progress_is_told_to_the_end(source: Source, database: Database) -> None:
    from meantime.feeds.commands import import_folder

    source.write()
    told: list[tuple[str, int, int]] = []
    import_folder(database, source.folder, lambda *step: told.append(step))
    assert [done for _, done, _ in told] == list(range(1, 10))
    assert told[-1] == ("allocated", 9, 9)


def test_consent_to_texts_counts_from_when_the_source_first_told_of_it(source: Source, look: Look) -> None:
    source.set("customers", sms_opt_in="true").bring_in()
    agreed_at = look(Customer, "C1").sms_opt_in_at
    assert agreed_at is not None
    source.set("customers", loyalty_tier="silver").bring_in()
    assert look(Customer, "C1").sms_opt_in_at == agreed_at
    source.set("customers", sms_opt_in="false").bring_in()
    assert look(Customer, "C1").sms_opt_in_at is None
    source.set("customers", sms_opt_in="true").bring_in()
    agreed_anew = look(Customer, "C1").sms_opt_in_at
    assert agreed_anew is not None
    assert agreed_anew > agreed_at
