"""What the source has changed is on record: in the audit, in the order's version, in a delivery's history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from meantime.db import Database
from meantime.shop.tables import AuditEntry, Inbound, InboundDueDate, Order
from tests.feeds.conftest import ROWS, Source

type Look = Callable[..., Any]


@pytest.fixture
def imported(source: Source) -> Source:
    source.bring_in()
    return source


def audit(database: Database, subject: str) -> list[tuple[Any, Any]]:
    with database.reading() as session:
        query = select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
        entries = session.scalars(query).all()
    assert {(entry.who, entry.what) for entry in entries} <= {("source", "import")}
    return [(entry.before, entry.after) for entry in entries]


def history(database: Database) -> list[date | None]:
    with database.reading() as session:
        return list(session.scalars(select(InboundDueDate.due_on).order_by(InboundDueDate.id)))


def test_a_changed_order_is_audited_with_the_changed_columns_only(imported: Source, database: Database) -> None:
    imported.set("orders", status="packing", ship_postcode="97215").bring_in()
    assert audit(database, "order:W1001") == [({"status": "open"}, {"status": "packing", "changed": ["ship_postcode"]})]


def test_of_what_leads_to_a_door_only_the_name_of_the_column_is_audited(imported: Source, database: Database) -> None:
    imported.set("orders", ship_postcode="97215").set("shipments", tracking_number="1Z000").bring_in()
    imported.add("shipments", reference="S-2", tracking_number="1Z111", lines="2:1").bring_in()
    changed, parcel, new = audit(database, "order:W1001")
    assert changed == ({}, {"changed": ["ship_postcode"]})
    assert parcel == ({"shipment": "S-1"}, {"shipment": "S-1", "changed": ["tracking_number"]})
    assert "tracking_number" not in new[1]


def test_a_changed_line_is_audited_on_its_order(imported: Source, database: Database) -> None:
    imported.set("order_lines", 1, quantity="4").bring_in()
    assert audit(database, "order:W1001") == [({"line": 2, "quantity": 3}, {"line": 2, "quantity": 4})]


def test_a_changed_shipment_is_audited_on_its_order(imported: Source, database: Database) -> None:
    imported.set("shipments", delivered_at="2026-11-07T12:00:00Z", lines="1:2").bring_in()
    assert audit(database, "order:W1001") == [
        (
            {"shipment": "S-1", "delivered_at": None, "lines": {"1": 1}},
            {"shipment": "S-1", "delivered_at": "2026-11-07T12:00:00+00:00", "lines": {"1": 2}},
        )
    ]


def test_a_new_shipment_of_an_order_we_know_is_audited_on_it(imported: Source, database: Database) -> None:
    imported.add("shipments", reference="S-2", lines="2:1").bring_in()
    ((before, after),) = audit(database, "order:W1001")
    assert before is None
    assert (after["reference"], after["lines"]) == ("S-2", {"2": 1})


def test_changed_stock_products_and_deliveries_are_audited(imported: Source, database: Database) -> None:
    imported.set("stock", on_hand="9").set("products", price="60.00").set("inbound", status="delayed").bring_in()
    assert audit(database, "stock:LAMP/EAST") == [({"on_hand": 5}, {"on_hand": 9})]
    assert audit(database, "product:LAMP") == [({"price_minor": 6400}, {"price_minor": 6000})]
    assert audit(database, "inbound:PO-1") == [({"status": "scheduled"}, {"status": "delayed"})]


def test_of_a_customer_only_the_names_of_changed_columns_are_audited(imported: Source, database: Database) -> None:
    imported.set("customers", email="mara@new.example", street="2 Side St").bring_in()
    assert audit(database, "customer:C1") == [(None, {"changed": ["email", "email_key", "street"]})]
    with database.reading() as session:
        texts = [repr((e.subject, e.before, e.after)) for e in session.scalars(select(AuditEntry))]
    assert not any("new.example" in text or "Side St" in text or "Mara" in text for text in texts)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("orders", {"payment_status": "paid"}),
        ("order_lines", {"unit_price": "60.00"}),
        ("shipments", {"tracking_number": "1Z000"}),
    ],
)
def test_the_version_of_an_order_grows_once_when_it_or_a_part_of_it_changes(
    imported: Source, look: Look, kind: str, values: dict[str, str]
) -> None:
    imported.set(kind, **values).bring_in()
    assert look(Order, "W1001").version == 2
    imported.bring_in()
    assert look(Order, "W1001").version == 2


def test_the_version_of_an_order_grows_once_however_much_of_it_changes(imported: Source, look: Look) -> None:
    imported.set("orders", status="packing").set("order_lines", quantity="3").set("shipments", carrier="DHL")
    imported.add("order_lines", line="3").add("shipments", reference="S-2", lines="1:1").bring_in()
    assert look(Order, "W1001").version == 2


def test_the_version_stays_when_only_stock_changes(imported: Source, look: Look) -> None:
    imported.set("stock", on_hand="50").set("customers", city="Salem").bring_in()
    assert look(Order, "W1001").version == 1


def test_each_due_date_that_was_told_is_kept(imported: Source, database: Database) -> None:
    for due_on in ("2026-12-08", "2026-12-08", "", "2026-12-20"):
        imported.set("inbound", due_on=due_on).bring_in()
    assert history(database) == [date(2026, 12, 1), date(2026, 12, 8), None]


def test_a_delivery_that_comes_with_a_first_day_brings_its_history(source: Source, database: Database) -> None:
    source.set("inbound", first_due_on="2026-11-20").bring_in()
    assert history(database) == [date(2026, 11, 20)]


def test_a_delivery_that_is_as_first_told_has_no_history(imported: Source, database: Database) -> None:
    imported.set("inbound", status="delayed").bring_in()
    assert history(database) == []


def test_a_first_day_the_source_stops_repeating_is_kept(source: Source, look: Look) -> None:
    source.set("inbound", first_due_on="2026-11-20").bring_in()
    source.drop_column("inbound", "first_due_on").set("inbound", due_on="2026-12-09").bring_in()
    assert look(Inbound, "PO-1").first_due_on == date(2026, 11, 20)
    assert look(Inbound, "PO-1").due_on - timedelta(days=8) == date(2026, 12, 1)


def test_nothing_of_it_is_audited_twice(source: Source, database: Database) -> None:
    source.bring_in()
    source.bring_in()
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry)).all()
    assert {entry.subject: entry.after for entry in entries} == {
        f"feed:{kind}": {"created": len(rows)} for kind, rows in ROWS.items()
    }
