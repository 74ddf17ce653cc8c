"""The audit can never be erased, so nobody is in it but by the shop's own number for them."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select

from meantime.conversations.tables import Message
from meantime.db import Database
from meantime.feeds.commands import import_folder
from meantime.feeds.demo import write_demo
from meantime.privacy.erase import erase
from meantime.privacy.export import export
from meantime.shop.calendar import today
from meantime.shop.tables import AuditEntry, Customer, Event, Order
from tests.privacy.conftest import MIA, MIAS, OF_MIA, OTTO, SECRETS, World

SHORTEST = 4
"""Shorter values, like a state, are in many words."""


def record(database: Database) -> str:
    """Return the audit, and what waits to be told to others, as text."""
    with database.reading() as session:
        rows = [
            json.dumps([e.who, e.what, e.subject, e.before, e.after, e.key], ensure_ascii=False)
            for e in session.scalars(select(AuditEntry))
        ]
        rows += [json.dumps([e.kind, e.subject, e.body], ensure_ascii=False) for e in session.scalars(select(Event))]
    return "\n".join(rows).casefold()


def personal(database: Database) -> set[str]:
    """Return every personal value of every customer, and every word that was said."""
    with database.reading() as session:
        values = {
            getattr(customer, name)
            for customer in session.scalars(select(Customer))
            for name in ("name", "email", "phone", "phone_key", "street", "city", "postcode")
        }
        values |= set(session.scalars(select(Order.ship_postcode))) | set(session.scalars(select(Message.text)))
    return {value.casefold() for value in values if len(value) >= SHORTEST}


def test_whatever_happens_nobody_is_in_the_audit(world: World) -> None:
    known = personal(world.database)
    moved = OF_MIA | {"email": "mia@elsewhere.example", "street": "77 Foxglove Mews", "postcode": "98177"}
    world.source.set("customers", **moved).set("orders", ship_postcode="98177", payment_status="part_refunded")
    world.source.set("shipments", tracking_number="1ZELSEWHERE", carrier="DHL")
    world.source.add("shipments", reference="S-2", order_number=MIAS, tracking_number="1ZANOTHER", lines="2:1")
    world.source.bring_in()
    known |= personal(world.database) | {"1zelsewhere", "1zanother"}
    with world.database.writing() as session:
        export(session, MIA, "staff:Ana")
        erase(session, OTTO, "staff:Ana", even_with_open_orders=True)
    written = record(world.database)
    assert f"customer:{MIA.casefold()}" in written
    assert [value for value in sorted(known | {s.casefold() for s in SECRETS}) if value in written] == []


def test_nobody_of_the_demo_shop_is_in_the_audit_when_all_move(database: Database, tmp_path: Path) -> None:
    write_demo(tmp_path / "demo", today())
    import_folder(database, tmp_path / "demo")
    known = personal(database)
    for file in ("customers.csv", "orders.csv", "shipments.csv"):
        path = tmp_path / "demo" / file
        moved = path.read_text(encoding="utf-8").replace("example.com", "example.net").replace(" St,", " Street,")
        path.write_text(moved.replace("98103", "98104").replace("1Z", "2Z"), encoding="utf-8")
    import_folder(database, tmp_path / "demo")
    known |= personal(database)
    written = record(database)
    assert "customer:c1002" in written
    assert [value for value in sorted(known) if value in written] == []
