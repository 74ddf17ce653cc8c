"""What the number a text message came from shows, and what a change needs besides."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.cancellations import accept_cancel, propose_cancel
from meantime.shop.clues import Clues
from meantime.shop.goodwill import give_goodwill
from meantime.shop.identity import (
    Asker,
    Check,
    has_proven,
    may_change,
    may_see,
    note_shown,
    orders_of_sender,
    prove_sender,
    was_shown,
)
from meantime.shop.policy import Policy
from meantime.shop.proposals import NotYours
from meantime.shop.splits import propose_split
from meantime.shop.swaps import propose_swap
from meantime.shop.tables import Guess
from tests.shop.conftest import Shop, turn

MINE, OTHERS = "+12025550101", "+12025550199"


@pytest.fixture
def number(shop: Shop) -> str:
    shop.product("lamp")
    return shop.order(("lamp", 1), placed_at=now() - timedelta(days=5)).number


def texting(session: Session, message_id: str, sender: str = MINE, conversation: str = "conv") -> Asker:
    return turn(session, message_id, conversation, sender=sender, address_hash=f"hash of {sender}")


def told(session: Session, number: str, policy: Policy, **clues: str) -> Check:
    return prove_sender(session, texting(session, "told"), number, Clues(**clues), policy)


def test_a_number_is_shown_its_own_recent_orders_and_may_change_none(session: Session, shop: Shop, number: str) -> None:
    own = texting(session, "m1")
    assert may_see(session, own, number)
    assert not may_change(session, own, number)
    assert not has_proven(session, own, number)
    assert [order.number for order in orders_of_sender(session, own)] == [number]
    for stranger in (texting(session, "m2", OTHERS), turn(session, "m3")):
        assert not may_see(session, stranger, number)
        assert orders_of_sender(session, stranger) == []


def test_an_order_of_more_than_ninety_days_is_not_shown(session: Session, number: str) -> None:
    with time_machine.travel(now() + timedelta(days=84)):
        assert may_see(session, texting(session, "m1"), number)
    with time_machine.travel(now() + timedelta(days=86)):
        assert not may_see(session, texting(session, "m2"), number)
        assert orders_of_sender(session, texting(session, "m3")) == []


def test_no_change_is_made_for_a_number_alone(session: Session, shop: Shop, number: str, policy: Policy) -> None:
    own = texting(session, "m1")
    shop.product("brass", on_hand=1)
    for change in (
        lambda: propose_cancel(session, own, number, None, policy),
        lambda: propose_split(session, own, number, policy),
        lambda: propose_swap(session, own, number, 1, "brass", policy),
        lambda: give_goodwill(session, own, number, policy),
    ):
        with pytest.raises(NotYours):
            change()


@pytest.mark.parametrize("clues", [{"postcode": "20002"}, {"postcode": "10001"}, {"email": "c1@example.com"}])
def test_the_postcode_or_the_e_mail_makes_it_a_proof(
    session: Session, number: str, policy: Policy, clues: dict[str, str]
) -> None:
    assert told(session, number, policy, **clues) is Check.PROVEN
    proposal = propose_cancel(session, texting(session, "m1"), number, None, policy)
    accept_cancel(session, texting(session, "m2"), proposal.proposal_id)


def test_so_does_the_order_number_unless_we_have_texted_it(
    session: Session, shop: Shop, number: str, policy: Policy
) -> None:
    shown = shop.order(("lamp", 1), placed_at=now() - timedelta(days=1)).number
    note_shown(session, texting(session, "m1"), shown)
    note_shown(session, texting(session, "m2"), shown)
    assert was_shown(session, texting(session, "m3", conversation="another"), shown)
    assert not has_proven(session, texting(session, "m4"), shown)
    assert told(session, shown, policy, order_number=shown) is Check.WRONG
    assert told(session, number, policy, order_number=number) is Check.PROVEN


@pytest.mark.parametrize("clues", [{"postcode": "99999"}, {"phone": MINE}, {"email": "x@example.com"}, {}])
def test_what_does_not_fit_is_a_guess(session: Session, number: str, policy: Policy, clues: dict[str, str]) -> None:
    assert told(session, number, policy, **clues) is Check.WRONG
    assert not may_change(session, texting(session, "m1"), number)
    assert session.scalar(select(func.count()).select_from(Guess)) == 1


def test_guessing_ends(session: Session, number: str, policy: Policy) -> None:
    for n in range(policy.identity.guesses_per_conversation):
        asker = texting(session, f"g{n}")
        assert prove_sender(session, asker, number, Clues(postcode="99999"), policy) is Check.WRONG
    assert told(session, number, policy, postcode="20002") is Check.TOO_MANY
    assert may_see(session, texting(session, "m1"), number)


def test_for_thirty_days_nothing_more_is_asked_in_any_conversation(
    session: Session, shop: Shop, number: str, policy: Policy
) -> None:
    other = shop.order(("lamp", 1), placed_at=now() - timedelta(days=1)).number
    told(session, number, policy, postcode="20002")
    with time_machine.travel(now() + timedelta(days=29)):
        later = texting(session, "m1", conversation="another")
        assert may_change(session, later, number)
        assert may_change(session, later, other)
        assert not may_change(session, texting(session, "m2", OTHERS), number)
    with time_machine.travel(now() + timedelta(days=31)):
        assert not may_change(session, texting(session, "m3", conversation="another"), number)


def test_a_number_that_belongs_to_somebody_else_now_is_not_trusted_for_what_it_told_before(
    session: Session, shop: Shop, number: str, policy: Policy
) -> None:
    told(session, number, policy, postcode="20002")
    shop.customer("c2", phone_key=MINE)
    theirs = shop.order(("lamp", 1), customer="c2", placed_at=now() - timedelta(days=1)).number
    assert may_see(session, texting(session, "m1"), theirs)
    assert not may_change(session, texting(session, "m2"), theirs)


def test_a_customer_s_new_number_is_not_trusted_for_what_the_old_one_told(
    session: Session, shop: Shop, number: str, policy: Policy
) -> None:
    told(session, number, policy, postcode="20002")
    shop.customer("c1").phone_key = OTHERS
    session.flush()
    new = texting(session, "m1", OTHERS, conversation="another")
    assert may_see(session, new, number)
    assert not may_change(session, new, number)
    assert not was_shown(session, new, number)
