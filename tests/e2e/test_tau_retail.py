"""Fifty orders of a real-sized shop, taken through status and cancel: the database is as it should be afterwards."""

from __future__ import annotations

import random

from sqlalchemy import select

from meantime.db import Database
from meantime.shop.tables import Change, Customer, Order
from tests.e2e.chat import Chat
from tests.e2e.invariants import check_conversations, check_shop, count
from tests.e2e.world import World

KINDS = {"whole": 15, "line": 10, "no": 5, "packing": 6, "delivered": 6, "stranger": 8}
SEED = 20261122


def cases(database: Database) -> list[tuple[str, str, str, str]]:
    """(kind, order number, e-mail of its owner, postcode of its owner) for fifty orders, no two of one customer."""
    wanted = {**KINDS}
    chosen = []
    with database.reading() as session:
        rows = list(session.execute(select(Order, Customer).join(Customer, Customer.id == Order.customer_id)))
        random.Random(SEED).shuffle(rows)
        for order, customer in rows:
            fits = {
                "open": [k for k in ("whole", "no", "stranger") if wanted[k]]
                + (["line"] if wanted["line"] and len(order.lines) > 1 else []),
                "packing": ["packing"] if wanted["packing"] else [],
                "delivered": ["delivered"] if wanted["delivered"] else [],
            }.get(order.status, [])
            if fits:
                kind = fits[-1]
                wanted[kind] -= 1
                chosen.append((kind, order.number, customer.email, order.ship_postcode))
    assert not any(wanted.values()), wanted
    return chosen


def test_fifty_orders_through_status_and_cancel(retail: World) -> None:
    database = Database(retail.database_url)
    plan = cases(database)
    emails = [email for _, _, email, _ in plan]
    expected: dict[str, int] = {}
    for position, (kind, number, email, postcode) in enumerate(plan):
        with Chat(retail.url) as chat:
            chat.say("Hi, where is my order?")
            if kind == "stranger":
                stranger = emails[position - 1]
                told = chat.say(f"{number}, my email is {stranger}")
                assert f"Order {number}:" not in told.text
                chat.say(f"cancel order {number} anyway")
                chat.say("yes")
                continue
            chat.say(number)
            status = chat.say(email if position % 2 else postcode)
            assert f"Order {number}:" in status.text, (kind, status.text)
            if kind == "line":
                chat.say("I want to cancel the order")
                chat.choose("Only part")
                chat.choose(next(iter(chat.options)))
                assert "is cancelled" in chat.choose("Yes").text or "Cancelled in" in chat.frames[-2]["text"]
                expected[number] = 1
            elif kind in ("packing", "delivered"):
                assert "cannot cancel" in chat.say("please cancel it").text
                chat.say("yes")
            else:
                assert "Shall I cancel?" in chat.say("please cancel my order").text
                if kind == "whole":
                    assert f"Order {number} is cancelled" in chat.say("yes please").text
                    expected[number] = len(_lines(database, number))
                else:
                    assert "Nothing is cancelled" in chat.say("no, leave it").text
    with database.reading() as session:
        check_shop(session)
        check_conversations(session)
        changes = session.scalars(select(Change)).all()
        assert {change.order_number: len(change.lines) for change in changes} == expected
        assert len(changes) == KINDS["whole"] + KINDS["line"]
        assert count(session, Order) == 1000
    database.dispose()


def _lines(database: Database, number: str) -> list[int]:
    with database.reading() as session:
        return [line.line for line in session.get_one(Order, number).lines]
