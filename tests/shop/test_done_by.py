"""What was changed under a message, read from the audit."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from meantime.shop.cancellations import accept_cancel, propose_cancel
from meantime.shop.done_by import Done, DoneItem, DoneKind, done_by
from meantime.shop.goodwill import give_goodwill
from meantime.shop.policy import Policy
from meantime.shop.splits import accept_split, propose_split
from meantime.shop.standing_wishes import WishKind, note
from meantime.shop.swaps import accept_swap, propose_swap
from meantime.shop.tables import Order
from meantime.wording.desk import just_before
from tests.shop.conftest import Shop, turn


@pytest.fixture
def order(shop: Shop) -> Order:
    shop.product("lamp", family="lamps", price=2000)
    shop.product("brass", family="lamps", on_hand=9, price=2000)
    shop.product("rug", on_hand=5)
    shop.order(("lamp", 1), customer="c2")
    return shop.order(("lamp", 3), ("rug", 1))


def test_a_cancel_is_told_with_what_it_was(session: Session, order: Order, policy: Policy) -> None:
    asker = turn(session, "m1", customer_id="c1")
    accept_cancel(session, asker, propose_cancel(session, asker, order.number, {1: 2}, policy).proposal_id)
    session.flush()
    [done] = done_by(session, ["m0", "m1"])
    assert done == Done(DoneKind.CANCEL, order.number, (DoneItem("Lamp", 2),))
    assert just_before(done) == (
        f"Just before you took over, the assistant cancelled 2 x Lamp of order {order.number}. The customer was not "
        "told."
    )


def test_so_is_a_swap_by_what_is_sent_instead(session: Session, order: Order, policy: Policy) -> None:
    asker = turn(session, "m1", customer_id="c1")
    accept_swap(session, asker, propose_swap(session, asker, order.number, 1, "brass", policy).proposal_id, policy)
    session.flush()
    [done] = done_by(session, ["m1"])
    assert (done.kind, done.items) == (DoneKind.SWAP, (DoneItem("Brass", 3),))
    assert f"swapped an item of order {order.number} for 3 x Brass" in just_before(done)


def test_so_is_what_is_sent_ahead(session: Session, order: Order, policy: Policy) -> None:
    asker = turn(session, "m1", customer_id="c1")
    accept_split(session, asker, propose_split(session, asker, order.number, policy).proposal_id)
    session.flush()
    [done] = done_by(session, ["m1"])
    assert (done.kind, done.items) == (DoneKind.SPLIT, (DoneItem("Rug", 1),))
    assert "send 1 x Rug of order" in just_before(done)


def test_so_are_goodwill_and_wishes(session: Session, order: Order, policy: Policy) -> None:
    rules = policy.model_copy(update={"goodwill": type(policy.goodwill)(steps=[{"days_late": 1, "percent": 10}])})
    asker = turn(session, "m1", customer_id="c1")
    late = order.placed_at.date().replace(year=order.placed_at.year + 1)
    give_goodwill(session, asker, order.number, rules, late)
    note(session, asker, WishKind.NOTIFY, order.number, policy)
    note(session, asker, WishKind.STOP_ALL, None, policy)
    session.flush()
    said = [just_before(done) for done in done_by(session, ["m1"])]
    assert [words.removeprefix("Just before you took over, the assistant ").partition(". ")[0] for words in said] == [
        f"gave $6.00 as goodwill on order {order.number}",
        f"noted that the customer wants news of order {order.number}",
        "noted that the customer wants no more messages about all their orders",
    ]


def test_what_other_messages_did_is_not_told(session: Session, order: Order, policy: Policy) -> None:
    asker = turn(session, "m11", customer_id="c1")
    note(session, asker, WishKind.NOTIFY, order.number, policy)
    session.flush()
    assert done_by(session, ["m1", "M11", "m_1", "%"]) == []
    assert done_by(session, []) == []


def test_every_kind_has_its_words() -> None:
    for kind in DoneKind:
        assert just_before(Done(kind, "M1", (DoneItem("Lamp", 1),), 100, "USD")).endswith("The customer was not told.")
