"""What a customer told us that holds until they say otherwise."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.ledger import TurnRevoked, revoke_turns
from meantime.shop.clues import Clues
from meantime.shop.identity import Asker, prove_order
from meantime.shop.lines import views
from meantime.shop.policy import Policy
from meantime.shop.proposals import NotYours
from meantime.shop.standing_wishes import NotedWish, Standing, Told, WishKind, note, standing
from meantime.shop.tables import AuditEntry, Order, StandingWish
from tests.shop.conftest import Shop, turn

FAR = date(2099, 1, 5)


def owner(session: Session, message_id: str, conversation_id: str = "conv") -> Asker:
    return turn(session, message_id, conversation_id, customer_id="c1")


def wish(session: Session, kind: str, order: Order | None, message_id: str, asker: Asker | None = None) -> NotedWish:
    number = order.number if order else None
    return note(session, asker or owner(session, message_id), kind, number, Policy())


def rows(session: Session) -> list[StandingWish]:
    return list(session.scalars(select(StandingWish).order_by(StandingWish.id)))


@pytest.fixture
def order(shop: Shop) -> Order:
    """One line ready, one waiting with a day, one without."""
    shop.product("kettle", on_hand=1)
    shop.product("lamp")
    shop.inbound("lamp", 10, FAR)
    shop.product("grill")
    return shop.order(("kettle", 1), ("lamp", 1), ("grill", 1))


def test_who_waits_on_has_agreed_to_the_days_of_each_waiting_line(session: Session, order: Order) -> None:
    noted = wish(session, "keep_waiting", order, "m2")
    promise = views(session, order)[1].promise
    assert promise is not None
    assert noted.told == (Told(2, promise.earliest, promise.latest), Told(3, None, None))
    (row,) = rows(session)
    assert row.told[1] == {"line": 3, "earliest": None, "latest": None}
    assert row.told[0] == {"line": 2, "earliest": promise.earliest.isoformat(), "latest": promise.latest.isoformat()}
    assert (row.order_number, row.customer_id, row.conversation_id) == (order.number, "c1", "conv")
    assert (row.channel, row.message_id) == ("website", "m2")


@pytest.mark.parametrize("kind", ["notify", "stop_order"])
def test_other_wishes_are_noted_without_days(session: Session, order: Order, kind: str) -> None:
    noted = wish(session, kind, order, "m2")
    assert (noted.kind, noted.order_number, noted.told) == (WishKind(kind), order.number, ())


def test_a_wish_is_in_the_audit(session: Session, order: Order, asker: Asker) -> None:
    wish(session, "notify", order, "m2")
    wish(session, "stop_all", None, "", asker)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(e.who, e.what, e.subject) for e in entries] == [
        ("customer:c1", "notify", f"order:{order.number}"),
        ("conversation:conv", "stop_all", "conversation:conv"),
    ]


def test_the_same_message_notes_a_wish_once(session: Session, order: Order) -> None:
    asker = owner(session, "m2")
    first = wish(session, "keep_waiting", order, "m2", asker)
    assert wish(session, "keep_waiting", order, "m2", asker) == first
    assert len(rows(session)) == len(session.scalars(select(AuditEntry)).all()) == 1
    wish(session, "notify", order, "m2", asker)
    assert len(rows(session)) == 2


def test_a_message_is_not_taken_for_a_wish_about_another_order(session: Session, shop: Shop, order: Order) -> None:
    asker, other = owner(session, "m2"), shop.order(("grill", 1))
    wish(session, "notify", order, "m2", asker)
    with pytest.raises(ValueError, match="already"):
        wish(session, "notify", other, "m2", asker)


@pytest.mark.parametrize("kind", ["keep_waiting", "notify", "stop_order"])
def test_a_wish_about_an_order_is_its_owners(session: Session, order: Order, asker: Asker, kind: str) -> None:
    with pytest.raises(NotYours):
        wish(session, kind, order, "", asker)
    with pytest.raises(ValueError, match="number"):
        wish(session, kind, None, "", asker)
    assert rows(session) == []


def test_a_kind_that_is_none_is_an_error(session: Session, order: Order) -> None:
    with pytest.raises(ValueError, match="stop_some"):
        wish(session, "stop_some", order, "m2")


def test_a_revoked_turn_notes_nothing(session: Session, order: Order) -> None:
    asker = owner(session, "m2")
    revoke_turns(session, "conv")
    with pytest.raises(TurnRevoked):
        wish(session, "keep_waiting", order, "m2", asker)
    assert rows(session) == []


def test_nothing_stands_where_nothing_was_said(session: Session, order: Order) -> None:
    assert standing(session, order.number) == standing(session, "nobody knows") == Standing()


@pytest.mark.parametrize(
    ("said", "waits", "told", "left_alone"),
    [
        (["keep_waiting"], True, False, False),
        (["notify"], False, True, False),
        (["stop_order"], False, False, True),
        (["stop_all"], False, False, True),
        (["stop_order", "notify"], False, True, False),
        (["stop_all", "notify"], False, True, False),
        (["notify", "stop_order"], False, False, True),
        (["notify", "stop_all"], False, False, True),
        (["keep_waiting", "stop_order"], True, False, True),
        (["stop_order", "keep_waiting"], True, False, True),
    ],
)
def test_the_newest_word_counts(
    session: Session, order: Order, said: list[str], waits: bool, told: bool, left_alone: bool
) -> None:
    for n, kind in enumerate(said):
        wish(session, kind, None if kind == "stop_all" else order, f"n{n}")
    now_stands = standing(session, order.number)
    assert bool(now_stands.keep_waiting) == waits
    assert bool(now_stands.notify) == told
    assert bool(now_stands.stop) == left_alone


def test_the_newest_consent_to_wait_counts(session: Session, shop: Shop, order: Order) -> None:
    wish(session, "keep_waiting", order, "m2")
    shop.inbound("grill", 1, FAR)
    newest = wish(session, "keep_waiting", order, "m3")
    assert standing(session, order.number).keep_waiting == newest
    assert newest.told[1].latest is not None


def test_a_wish_for_one_order_is_none_for_another(session: Session, shop: Shop, order: Order) -> None:
    other = shop.order(("grill", 1))
    for n, kind in enumerate(("keep_waiting", "stop_order")):
        wish(session, kind, order, f"n{n}")
    assert standing(session, other.number) == Standing()


def test_to_stop_all_counts_for_every_order_of_that_customer(session: Session, shop: Shop, order: Order) -> None:
    other, strangers = shop.order(("grill", 1)), shop.order(("grill", 1), customer="c2")
    assert wish(session, "stop_all", order, "m2").order_number is None  # an order named with it narrows nothing
    assert standing(session, order.number).stop
    assert standing(session, other.number).stop
    assert not standing(session, strangers.number).stop


def test_to_stop_all_counts_for_the_orders_proven_in_that_conversation(
    session: Session, shop: Shop, order: Order, asker: Asker
) -> None:
    other = shop.order(("grill", 1))
    prove_order(session, asker, Clues(order_number=order.number, email="c1@example.com"), Policy())
    wish(session, "stop_all", None, "", asker)
    assert standing(session, order.number).stop
    assert not standing(session, other.number).stop


def test_somebody_unknown_who_stops_all_stops_nobody_elses(session: Session, order: Order, asker: Asker) -> None:
    wish(session, "stop_all", None, "", asker)
    assert rows(session)[0].customer_id is None
    assert standing(session, order.number) == standing(session, "nobody knows") == Standing()
