"""Who may see which order, and what guessing leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.clues import Clues
from meantime.shop.identity import Check, may_see, prove_customer, prove_order, proven_customers
from meantime.shop.policy import Policy
from tests.shop.conftest import Shop, turn


@pytest.fixture
def number(shop: Shop) -> str:
    shop.product("lamp", on_hand=1)
    return shop.order(("lamp", 1)).number


@pytest.mark.parametrize(
    "contact",
    [{"email": "c1@example.com"}, {"postcode": "20002"}, {"postcode": "10001"}, {"phone": "+12025550101"}],
)
def test_the_number_and_one_contact_prove_an_order(
    session: Session, number: str, policy: Policy, contact: dict[str, str]
) -> None:
    asker = turn(session, "m1")
    assert not may_see(session, asker, number)
    assert prove_order(session, asker, Clues(order_number=number, **contact), policy) is Check.PROVEN
    assert may_see(session, turn(session, "m2"), number)


def test_a_proof_is_for_one_order_and_one_conversation(session: Session, shop: Shop, policy: Policy) -> None:
    shop.product("lamp")
    mine, other = shop.order(("lamp", 1)).number, shop.order(("lamp", 1)).number
    prove_order(session, turn(session, "m1"), Clues(order_number=mine, postcode="20002"), policy)
    assert not may_see(session, turn(session, "m2"), other)
    assert not may_see(session, turn(session, "m3", "another conversation"), mine)


def test_a_proof_runs_out(session: Session, number: str, policy: Policy) -> None:
    prove_order(session, turn(session, "m1"), Clues(order_number=number, postcode="20002"), policy)
    with time_machine.travel(now() + timedelta(hours=policy.identity.proof_hours, minutes=1)):
        assert not may_see(session, turn(session, "m2"), number)


@pytest.mark.parametrize("wrong", ["W9999999", None])
def test_a_wrong_guess_reads_the_same_whether_the_order_exists_or_not(
    session: Session, number: str, policy: Policy, wrong: str | None
) -> None:
    clues = Clues(order_number=wrong or number, postcode="99999")
    assert prove_order(session, turn(session, "m1"), clues, policy) is Check.WRONG


def test_an_order_without_a_postcode_is_not_proven_by_none(session: Session, shop: Shop, policy: Policy) -> None:
    shop.product("lamp")
    shop.customer("bare", postcode="", email_key="", phone_key="")
    number = shop.order(("lamp", 1), customer="bare", ship_postcode="").number
    asker = turn(session, "m1")
    assert prove_order(session, asker, Clues(order_number=number), policy) is Check.WRONG
    assert prove_customer(session, turn(session, "m2"), Clues(), policy) is Check.WRONG


def test_email_and_postcode_prove_a_customer_and_all_their_orders(session: Session, shop: Shop, policy: Policy) -> None:
    shop.product("lamp")
    mine, theirs = shop.order(("lamp", 1)).number, shop.order(("lamp", 1), customer="c2").number
    asker = turn(session, "m1")
    clues = Clues(email="c1@example.com", postcode="10001")
    assert prove_customer(session, asker, clues, policy) is Check.PROVEN
    assert proven_customers(session, asker) == {"c1"}
    assert may_see(session, asker, mine)
    assert not may_see(session, asker, theirs)


def test_the_shops_own_word_proves_a_customer(session: Session, number: str) -> None:
    assert may_see(session, turn(session, "m1", customer_id="c1"), number)
    assert not may_see(session, turn(session, "m2", customer_id="c2"), number)


def guess(session: Session, policy: Policy, n: int, number: str, **more: str) -> Check:
    asker = turn(session, f"guess-{n}", more.get("conversation", "conv"), address_hash=more.get("address", "a"))
    return prove_order(session, asker, Clues(order_number=number, postcode="99999"), policy)


def test_five_guesses_in_a_conversation_are_enough(session: Session, number: str, policy: Policy) -> None:
    assert [guess(session, policy, n, number) for n in range(6)] == [Check.WRONG] * 5 + [Check.TOO_MANY]
    right = Clues(order_number=number, postcode="20002")
    assert prove_order(session, turn(session, "m9"), right, policy) is Check.TOO_MANY


def test_the_same_turn_asked_again_counts_one_guess(session: Session, number: str, policy: Policy) -> None:
    for _ in range(8):
        assert guess(session, policy, 1, number) is Check.WRONG


def test_twenty_guesses_an_hour_from_one_address(session: Session, number: str, policy: Policy) -> None:
    for n in range(20):
        assert guess(session, policy, n, f"W{n:07}", conversation=f"c{n}") is Check.WRONG
    assert guess(session, policy, 20, number, conversation="fresh") is Check.TOO_MANY
    assert guess(session, policy, 21, number, conversation="fresh", address="elsewhere") is Check.WRONG


def test_ten_guesses_an_hour_at_one_order(session: Session, number: str, policy: Policy) -> None:
    for n in range(10):
        assert guess(session, policy, n, number, conversation=f"c{n}", address=f"a{n}") is Check.WRONG
    assert guess(session, policy, 10, number, conversation="fresh", address="fresh") is Check.TOO_MANY
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert guess(session, policy, 11, number, conversation="later", address="later") is Check.WRONG


def test_guessing_never_stops_a_proven_owner(session: Session, number: str, policy: Policy) -> None:
    owner = turn(session, "m1", "owner's", address_hash="home")
    prove_order(session, owner, Clues(order_number=number, postcode="20002"), policy)
    for n in range(11):
        guess(session, policy, n, number, conversation=f"c{n}", address=f"a{n}")
    assert may_see(session, owner, number)
