"""What stands beside a conversation: who it is as far as proven, their orders, and what became of them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from sqlalchemy import event
from sqlalchemy.orm import Session

from meantime.db import Database, now
from meantime.shop.calendar import today
from meantime.shop.clues import Clues
from meantime.shop.goodwill import give_goodwill
from meantime.shop.identity import note_shown, prove_customer, prove_order
from meantime.shop.lines import LineState
from meantime.shop.outcomes import decide
from meantime.shop.own_promises import make_promise
from meantime.shop.panels import CustomerPanel, customer_panel, orders_of_customer, orders_told
from meantime.shop.policy import Goodwill, GoodwillStep, Policy
from meantime.shop.staff_changes import carry_out_cancel, list_cancel
from meantime.shop.standing_wishes import note
from meantime.shop.tables import InboundDueDate, Proof
from tests.shop.conftest import Shop, turn

POLICY = Policy(goodwill=Goodwill(steps=[GoodwillStep(days_late=1, percent=10)]))
SOON = today() + timedelta(days=10)
LATER = today() + timedelta(days=20)


def panel(session: Session, *customers: str, orders: tuple[str, ...] = ()) -> CustomerPanel:
    return customer_panel(session, "conv", set(customers), orders, POLICY)


def test_who_the_shop_vouches_for_is_shown_with_their_orders_newest_first(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    shop.customer("c1", name="Mara Ellison")
    numbers = [shop.order(("lamp", 1)).number for _ in range(22)]
    shop.order(("lamp", 1), customer="c2")
    shown = panel(session, "c1")
    assert [c.name for c in shown.customers] == ["Mara Ellison"]
    assert [o.number for o in shown.orders] == numbers[:1:-1]
    assert shown.more_orders == 2
    assert all(o.is_proven for o in shown.orders)


def test_who_has_proven_to_be_a_customer_is_shown_and_how(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    number = shop.order(("lamp", 1)).number
    asker = turn(session, "m1")
    prove_customer(session, asker, Clues(email="c1@example.com", postcode="10001"), POLICY)
    shown = panel(session)
    assert [c.id for c in shown.customers] == ["c1"]
    assert [(o.number, o.is_proven) for o in shown.orders] == [(number, True)]
    (proof,) = shown.proofs
    assert (proof.how, proof.customer_id, proof.holds) == ("email and postcode", "c1", True)


def test_a_proof_of_one_order_proves_that_order_only(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    other, proven = shop.order(("lamp", 1)).number, shop.order(("lamp", 1)).number
    prove_order(session, turn(session, "m1"), Clues(order_number=proven, postcode="20002"), POLICY)
    shown = panel(session)
    assert [(o.number, o.is_proven) for o in shown.orders] == [(proven, True), (other, False)]


def test_a_proof_that_has_ended_is_told_and_proves_nothing(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    number = shop.order(("lamp", 1)).number
    session.add(Proof(conversation_id="conv", order_number=number, how="order", expires_at=now() - timedelta(hours=1)))
    shown = panel(session)
    assert [(o.number, o.is_proven) for o in shown.orders] == [(number, False)]
    assert [p.holds for p in shown.proofs] == [False]


def test_an_order_that_is_only_talked_about_is_shown_as_not_proven_and_names_nobody(
    session: Session, shop: Shop
) -> None:
    shop.product("lamp")
    number = shop.order(("lamp", 1)).number
    note_shown(session, turn(session, "m1"), number)
    shown = panel(session, orders=(number,))
    assert shown.customers == ()
    assert [(o.number, o.is_proven) for o in shown.orders] == [(number, False)]


def test_a_named_order_is_never_left_out_for_newer_ones(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    oldest = shop.order(("lamp", 1)).number
    for _ in range(25):
        shop.order(("lamp", 1))
    assert oldest not in [o.number for o in panel(session, "c1").orders]
    assert panel(session, "c1", orders=(oldest,)).orders[-1].number == oldest


def test_wrong_guesses_are_counted(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    number = shop.order(("lamp", 1)).number
    for n in range(2):
        prove_order(session, turn(session, f"m{n}"), Clues(order_number=number, postcode="99999"), POLICY)
    assert panel(session).wrong_guesses == 2


def test_a_line_tells_its_wait_and_every_day_that_was_told(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    shop.inbound("lamp", 1, LATER, "PO-A", supplier="Acme", first_due_on=SOON)
    session.add(InboundDueDate(reference="PO-A", due_on=SOON))
    session.flush()
    shop.order(("lamp", 3), shipping_minor=500, tax_minor=0)
    (order,) = panel(session, "c1").orders
    (line,) = order.lines
    assert (line.view.sku, line.view.state, line.view.ready_quantity) == ("lamp", LineState.BACKORDERED, 1)
    on_its_way, nowhere = line.waits_for
    assert on_its_way.delivery is not None
    assert (on_its_way.quantity, on_its_way.delivery.supplier, on_its_way.delivery.due_on) == (1, "Acme", LATER)
    assert [day.due_on for day in on_its_way.delivery.history] == [SOON]
    assert (nowhere.quantity, nowhere.delivery) == (1, None)
    assert (order.payment_status, order.sums.total_minor) == ("paid", 3500)


def test_an_order_tells_its_parcels_wishes_goodwill_and_changes_with_their_reasons(
    session: Session, shop: Shop
) -> None:
    shop.product("lamp")
    order = shop.order(("lamp", 4))
    number = order.number
    shop.ship(order, {1: 1})
    asker = turn(session, "m1", customer_id="c1")
    note(session, asker, "keep_waiting", number, POLICY)
    give_goodwill(session, asker, number, POLICY, today() + timedelta(days=300))
    listed = list_cancel(session, "Ana", number, {1: 1}, POLICY)
    carry_out_cancel(session, "Ana", listed.proposal_id, "k1")
    decide(session, 2, "refused", "source", "packed already")
    make_promise(session, "Ana", "conv", "call", "", now() + timedelta(hours=1), key="k2")
    shown = panel(session, "c1")
    (told,) = shown.orders
    assert [(s.carrier, s.lines) for s in told.shipments] == [("UPS", {1: 1})]
    assert told.standing.keep_waiting is not None
    assert told.goodwill_minor == 300
    assert [(c.kind, c.state, c.reason) for c in told.changes] == [
        ("cancel", "refused", "packed already"),
        ("goodwill", "pending", ""),
    ]
    assert [p.kind for p in shown.promises] == ["call"]


def test_a_wish_to_be_left_alone_counts_for_every_order_of_who_has_it(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    for customer in ("c1", "c1", "c2"):
        shop.order(("lamp", 1), customer=customer)
    note(session, turn(session, "m1", customer_id="c1"), "stop_all", None, POLICY)
    stopped = [(o.customer_id, o.standing.stop is not None) for o in panel(session, "c1", "c2").orders]
    assert stopped == [("c2", False), ("c1", True), ("c1", True)]


def test_staff_can_look_up_any_order_and_any_customers_orders(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    first, second = shop.order(("lamp", 1)).number, shop.order(("lamp", 1)).number
    assert [o.number for o in orders_told(session, [first], POLICY)] == [first]
    assert [o.number for o in orders_of_customer(session, "c1", POLICY)[0]] == [second, first]
    assert orders_told(session, ["W404"], POLICY) == ()


def test_the_panel_takes_as_many_statements_for_twenty_orders_as_for_one(database: Database) -> None:
    def statements() -> int:
        said: list[str] = []
        listener = lambda *args: said.append(args[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listener)
        with database.reading() as session:
            panel(session, "c1")
        event.remove(database.engine, "before_cursor_execute", listener)
        return len([s for s in said if not s.startswith("BEGIN")])

    def add(shop: Shop, number: str) -> None:
        shop.inbound(f"lamp {number}", 1, SOON, f"PO {number}")
        order = shop.order((f"lamp {number}", 2), ("kettle", 2), number=number)
        shop.ship(order, {2: 1})
        asker = turn(shop.session, f"m {number}", customer_id="c1")
        note(shop.session, asker, "keep_waiting", number, POLICY)
        listed = list_cancel(shop.session, "Ana", number, {1: 1}, POLICY)
        carry_out_cancel(shop.session, "Ana", listed.proposal_id, f"k {number}")

    with database.writing() as session:
        shop = Shop(session)
        shop.product("kettle", on_hand=100)
        shop.product("lamp W1")
        add(shop, "W1")
    one = statements()
    with database.writing() as session:
        shop = Shop(session, count(100))
        for n in range(2, 21):
            shop.product(f"lamp W{n}")
            add(shop, f"W{n}")
    assert statements() == one <= 16
