"""What is offered instead of a line: of its kind, free, near in price, as wished, the likest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import event
from sqlalchemy.orm import Session

from meantime.shop.calendar import today
from meantime.shop.lines import LineState, journey_of
from meantime.shop.policy import Policy
from meantime.shop.promises import promise_from_stock
from meantime.shop.substitutes import NotSwappable, Offer, Substitute, products_like, substitutes_for
from meantime.shop.swaps import propose_swap
from meantime.shop.tables import Order, Product
from tests.shop.conftest import Shop, turn

MONDAY = datetime(2026, 12, 7, 15, tzinfo=UTC)


def mug(shop: Shop, sku: str, price: int, on_hand: int = 5, **attributes: Any) -> None:
    more = {name: attributes.pop(name) for name in ("family", "status", "image_url", "name") if name in attributes}
    shop.product(sku, price=price, on_hand=on_hand, attributes=attributes, **{"family": "mugs", "name": "Mug", **more})


@pytest.fixture
def order(shop: Shop) -> Order:
    """Two mugs, blue ones of 300 ml for 10.00 each, that are not there."""
    mug(shop, "mine", 1000, 0, color="blue", volume="300 ml", glaze="matt")
    return shop.order(("mine", 2))


def offer(session: Session, order: Order, words: str = "", **more: Any) -> Offer:
    return substitutes_for(session, order.number, 1, words, Policy(), **more)


def skus(offered: Offer) -> list[str]:
    return [s.sku for s in offered.choices]


def test_what_is_offered_tells_all_there_is_to_know(session: Session, shop: Shop, order: Order) -> None:
    url = "https://shop.example/mug.jpg"
    mug(shop, "other", 1150, color="Blue", volume="0.3 l", handle="oak", image_url=url, name="Tall Mug")
    with time_machine.travel(MONDAY):
        offered = offer(session, order)
        promise = promise_from_stock(today(), journey_of(order), Policy())
    assert (offered.order_number, offered.line.line, offered.line.state, offered.units) == (
        order.number,
        1,
        LineState.BACKORDERED,
        2,
    )
    assert offered.choices == (
        Substitute(
            sku="other",
            name="Tall Mug",
            attributes={"color": "Blue", "volume": "0.3 l", "handle": "oak"},
            image_url=url,
            unit_price_minor=1150,
            currency="USD",
            difference_minor=300,
            differs=(("glaze", "matt", ""), ("handle", "", "oak")),
            free_units=5,
            promise=promise,
        ),
    )
    assert (offered.meets_wish, offered.outside_band, offered.the_one) == (True, False, False)


def test_the_difference_is_for_all_units_and_counts_the_discount(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "other", 1100)
    order.lines[0].discount_minor = 150
    session.flush()
    assert offer(session, order).choices[0].difference_minor == 2 * 1100 - (2000 - 150)
    assert offer(session, order, units=1).choices[0].difference_minor == 1100 - (1000 - 75)


def test_only_what_is_sold_and_free_and_of_the_kind_is_offered(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "good", 1000, 2)
    mug(shop, "too few", 1000, 1)
    mug(shop, "promised", 1000, 3)
    shop.order(("promised", 2), customer="c2")
    mug(shop, "old", 1000, status="discontinued")
    mug(shop, "a plate", 1000, family="plates")
    mug(shop, "abroad", 1000)
    session.get_one(Product, "abroad").currency = "CAD"
    session.flush()
    assert skus(offer(session, order)) == ["good"]
    assert skus(offer(session, order, units=1)) == ["good", "promised", "too few"]


def test_what_is_kept_back_for_another_is_not_offered_but_what_is_kept_for_this_line_is(
    session: Session, shop: Shop, order: Order
) -> None:
    mug(shop, "last", 1000, 2)
    other = shop.order(("mine", 2), customer="c2")
    propose_swap(session, turn(session, "m", customer_id="c2"), other.number, 1, "last", Policy())
    assert skus(offer(session, order)) == []
    assert skus(offer(session, other)) == ["last"]


def test_without_a_family_the_category_is_the_kind(session: Session, shop: Shop) -> None:
    shop.product("lamp", category="lights")
    shop.product("torch", category="lights", family="torches", on_hand=1)
    shop.product("jar", on_hand=1)
    assert skus(offer(session, shop.order(("lamp", 1)))) == ["torch"]
    shop.product("thing")
    assert skus(offer(session, shop.order(("thing", 1)))) == []


def test_an_offer_stays_near_the_price_of_the_line(session: Session, shop: Shop, order: Order) -> None:
    for price in (749, 750, 1250, 1251):
        mug(shop, f"for {price}", price, color="blue", volume="300 ml", glaze="matt")
    assert sorted(skus(offer(session, order))) == ["for 1250", "for 750"]
    order.lines[0].unit_price_minor = 600  # what it was sold for counts, not what it costs today
    session.flush()
    assert sorted(skus(offer(session, order))) == ["for 749", "for 750"]


def test_the_band_and_the_number_are_the_policys(session: Session, shop: Shop, order: Order) -> None:
    for price in range(900, 1500, 100):
        mug(shop, f"for {price}", price)
    policy = Policy.model_validate({"substitutes": {"price_band_percent": 10, "most": 5}})
    found = substitutes_for(session, order.number, 1, "", policy)
    assert skus(found) == ["for 1000", "for 1100", "for 900"]
    assert len(skus(offer(session, order))) == 3


def test_the_likest_comes_first_then_the_nearest_in_price(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "two differ", 1000, color="red", volume="500 ml", glaze="matt")
    mug(shop, "one differs, dear", 1200, color="red", volume="300 ml", glaze="matt")
    mug(shop, "one differs, near", 1050, color="blue", volume="300 ml", glaze="shiny")
    assert skus(offer(session, order)) == ["one differs, near", "one differs, dear", "two differ"]


def test_what_does_not_matter_does_not_count(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "red", 1200, color="red", volume="300 ml", glaze="matt")
    mug(shop, "shiny", 1000, color="blue", volume="300 ml", glaze="shiny")
    assert skus(offer(session, order)) == ["shiny", "red"]
    assert skus(offer(session, order, "color doesn't matter")) == ["red", "shiny"]


def test_a_wish_goes_before_likeness_and_price(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "likest", 1000, color="green", volume="300 ml", glaze="matt")
    mug(shop, "red, near", 1100, color="red", volume="500 ml", glaze="matt")
    mug(shop, "red, like", 1200, color="red", volume="300 ml", glaze="matt")
    mug(shop, "red, dear", 9900, color="red", volume="300 ml", glaze="matt")
    found = offer(session, order, "in red please")
    assert skus(found) == ["red, like", "red, near"]
    assert (found.meets_wish, found.outside_band, found.the_one) == (True, False, False)


def test_only_one_that_is_as_wished_is_the_one(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "green", 1000, color="green", volume="300 ml", glaze="matt")
    mug(shop, "red", 1100, color="red", volume="300 ml", glaze="matt")
    found = offer(session, order, "the red one")
    assert (skus(found), found.the_one, found.meets_wish) == (["red"], True, True)
    alone = offer(session, order, "", exclude={"green"})
    assert (skus(alone), alone.the_one) == (["red"], False)


def test_what_is_as_wished_is_offered_at_another_price_and_it_is_said(
    session: Session, shop: Shop, order: Order
) -> None:
    mug(shop, "near", 1000, color="green", volume="300 ml", glaze="matt")
    mug(shop, "red", 2900, color="red", volume="300 ml", glaze="matt")
    found = offer(session, order, "in red")
    assert (skus(found), found.meets_wish, found.outside_band, found.the_one) == (["red"], True, True, True)
    free_of_price = offer(session, order, "in red, price does not matter")
    assert (skus(free_of_price), free_of_price.outside_band) == (["red"], False)


def test_where_nothing_is_as_wished_the_nearest_is_offered_and_it_is_said(
    session: Session, shop: Shop, order: Order
) -> None:
    mug(shop, "green, 300", 1000, color="green", volume="300 ml", glaze="matt")
    mug(shop, "red, 400", 1200, color="red", volume="400 ml", glaze="matt")
    mug(shop, "red, 900", 1100, color="red", volume="900 ml", glaze="matt")
    found = offer(session, order, "a red one with 500 ml")
    assert skus(found) == ["red, 400", "red, 900", "green, 300"]
    assert (found.meets_wish, found.outside_band, found.the_one) == (False, False, False)


def test_a_color_nobody_has_is_not_passed_over(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "green", 1000, color="green", volume="300 ml", glaze="matt")
    found = offer(session, order, "in purple")
    assert (skus(found), found.meets_wish, found.the_one) == (["green"], False, False)
    assert found.wish.attributes == {"color": "purple"}


def test_the_nearest_at_another_price_is_better_than_nothing(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "green", 5000, color="green", volume="300 ml", glaze="matt")
    found = offer(session, order, "in red")
    assert (skus(found), found.meets_wish, found.outside_band) == (["green"], False, True)
    assert skus(offer(session, order)) == []


def test_the_same_otherwise_is_the_same_otherwise(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "red, shiny", 1000, color="red", volume="300 ml", glaze="shiny")
    mug(shop, "red, matt", 1200, color="red", volume="300 ml", glaze="matt")
    found = offer(session, order, "the same but red")
    assert (skus(found), found.the_one, found.meets_wish) == (["red, matt"], True, True)
    nearest = offer(session, order, "the same but red", exclude={"red, matt"})
    assert (skus(nearest), nearest.meets_wish) == (["red, shiny"], False)


@pytest.fixture
def prices(shop: Shop, order: Order) -> None:
    """Blue ones for 4, 10, 14 and 30, and red ones for 6 and 20."""
    for price, color in ((400, "blue"), (1000, "blue"), (1400, "blue"), (3000, "blue"), (600, "red"), (2000, "red")):
        mug(shop, f"{color} {price}", price, color=color, volume="300 ml", glaze="matt")


@pytest.mark.usefixtures("prices")
@pytest.mark.parametrize(
    ("words", "expected", "the_one"),
    [
        ("the cheapest", ["blue 400"], True),
        ("the cheapest red one", ["red 600"], True),
        ("the best one you have", ["blue 3000"], True),
        ("the most expensive in red", ["red 2000"], True),
        ("the best one under $25", ["red 2000"], True),
        ("something cheaper", ["blue 400", "red 600"], False),
        ("a cheaper red one", ["red 600"], True),
        ("under $15", ["blue 1000", "blue 1400", "blue 400"], False),
        ("in red for up to 20 dollars", ["red 600", "red 2000"], False),
        ("same price", ["blue 1000"], False),
        ("not more expensive", ["blue 1000", "blue 400", "red 600"], False),
    ],
)
def test_a_wish_for_a_price_takes_the_place_of_the_band(
    session: Session, order: Order, words: str, expected: list[str], the_one: bool
) -> None:
    found = offer(session, order, words)
    assert (skus(found), found.the_one) == (expected, the_one)
    assert (found.meets_wish, found.outside_band) == (True, False)


@pytest.mark.usefixtures("prices")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("under $3", ["blue 400", "red 600", "blue 1000"]),
        ("a red one under $5", ["red 600", "red 2000"]),
        ("the cheapest green one", ["blue 400"]),
        ("a red one for the same price", ["red 600", "red 2000"]),
    ],
)
def test_where_no_price_is_as_wished_the_nearest_is_offered(
    session: Session, order: Order, words: str, expected: list[str]
) -> None:
    found = offer(session, order, words)
    assert (skus(found), found.meets_wish, found.outside_band) == (expected, False, False)


def test_nothing_free_is_an_offer_without_choices(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "gone", 1000, 0, color="red")
    for words in ("", "the cheapest", "in red", "under $5"):
        found = offer(session, order, words)
        assert (found.choices, found.meets_wish, found.the_one, found.outside_band) == ((), False, False, False)


@pytest.mark.parametrize("status", ["packing", "shipped", "delivered", "cancelled"])
def test_what_is_on_its_way_cannot_be_swapped(session: Session, shop: Shop, order: Order, status: str) -> None:
    order.status = status
    session.flush()
    session.expire_all()
    with pytest.raises(NotSwappable) as refused:
        offer(session, order)
    assert refused.value.state == status


def test_a_line_that_is_not_there_cannot_be_swapped(session: Session, order: Order) -> None:
    with pytest.raises(NotSwappable) as refused:
        substitutes_for(session, order.number, 2, "", Policy())
    assert refused.value.state is None


def test_no_more_units_are_asked_for_than_are_open(session: Session, shop: Shop, order: Order) -> None:
    shop.ship(order, {1: 1})
    assert offer(session, order, units=5).units == 1


def test_the_products_like_one_are_its_kind_whatever_their_state(session: Session, shop: Shop, order: Order) -> None:
    mug(shop, "old", 1000, 0, status="discontinued")
    products, like = products_like(session, "mine")
    assert ([p.sku for p in products], like.sku) == (["mine", "old"], "mine")


def test_what_is_of_no_kind_is_like_nothing_else(session: Session, shop: Shop) -> None:
    shop.product("thing")
    shop.product("another thing")
    assert [p.sku for p in products_like(session, "thing")[0]] == ["thing"]


def test_a_large_family_costs_no_more_statements_than_a_small_one(session: Session, shop: Shop, order: Order) -> None:
    for i in range(50):
        mug(shop, f"mug {i}", 1000 + i, color="blue", volume="300 ml")
    session.expire_all()
    statements: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    offer(session, order, "in blue")
    assert len(statements) <= 9, "\n\n".join(statements)
