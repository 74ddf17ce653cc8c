"""Whose mailbox an answer goes to: only that of who has proven to be a customer, as the shop itself has it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.reaching import email_of
from meantime.shop.tables import Customer, Proof
from tests.shop.conftest import Shop

HOUR = timedelta(hours=1)


@pytest.fixture
def number(session: Session, shop: Shop) -> str:
    """An order of Ann's; Bob is a customer too, and Cem has given no address."""
    shop.product("lamp")
    order = shop.order(("lamp", 1), customer="ann")
    for customer, email in {"ann": "ann@example.com", "bob": "bob@example.com", "cem": ""}.items():
        found = session.get(Customer, customer) or Customer(id=customer)
        found.email = email
        session.add(found)
    session.flush()
    return order.number


def proves(session: Session, conversation_id: str = "c", **what: str) -> None:
    session.add(Proof(conversation_id=conversation_id, how="test", expires_at=now() + HOUR, **what))
    session.flush()


def test_nobody_has_proven_anything(session: Session, number: str) -> None:
    proves(session, "another", customer_id="ann")
    assert email_of(session, "c", None, now()) is None


def test_the_owner_of_an_order_is_reached(session: Session, number: str) -> None:
    proves(session, order_number=number)
    assert email_of(session, "c", None, now()) == "ann@example.com"


def test_of_two_customers_the_last_one_is_meant(session: Session, number: str) -> None:
    proves(session, customer_id="ann")
    proves(session, customer_id="bob")
    assert email_of(session, "c", None, now()) == "bob@example.com"


def test_whom_the_shop_vouches_for_comes_first(session: Session, number: str) -> None:
    proves(session, customer_id="bob")
    assert email_of(session, "c", "ann", now()) == "ann@example.com"


def test_a_proof_that_had_ended_by_then_counts_no_more(session: Session, number: str) -> None:
    proves(session, customer_id="ann")
    assert email_of(session, "c", None, now() + 2 * HOUR) is None


@pytest.mark.parametrize("customer", ["cem", "nobody"])
def test_without_an_address_there_is_no_way(session: Session, number: str, customer: str) -> None:
    proves(session, customer_id=customer)
    assert email_of(session, "c", None, now()) is None
