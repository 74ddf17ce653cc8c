"""The first whole path, as customers walk it: where is my order, and cancel it. Real Rasa, actions and database."""

from __future__ import annotations

import time
from collections.abc import Iterator

import jwt
import pytest
from sqlalchemy import select

from meantime.db import Database
from meantime.settings import settings
from meantime.shop.lines import LineState, views
from meantime.shop.tables import Change, Order
from tests.e2e.chat import Chat
from tests.e2e.world import World


@pytest.fixture
def chat(world: World) -> Iterator[Chat]:
    with Chat(world.url) as chat:
        yield chat


def identity_of(customer_id: str) -> str:
    secret = settings().identity_jwt_secret
    assert secret
    return jwt.encode({"sub": customer_id, "exp": time.time() + 3600}, secret.get_secret_value(), "HS256")


def states(database: Database, number: str) -> list[LineState]:
    with database.reading() as session:
        return [view.state for view in views(session, session.get_one(Order, number))]


def cancels(database: Database, number: str) -> list[Change]:
    with database.reading() as session:
        found = select(Change).where(Change.order_number == number, Change.kind == "cancel")
        return list(session.scalars(found.order_by(Change.id)))


def test_status_asks_for_the_number_then_for_something_only_the_owner_knows(chat: Chat) -> None:
    assert chat.say("Where is my order?").asks == "order_number"
    assert chat.say("M104204").asks == "contact"
    told = chat.say("78704")
    assert "2 x Harbor Desk Lamp" in told.text
    assert "on backorder" in told.text
    assert "Your card has not been charged yet." in told.text
    assert [title.split()[0] for title in told.options] == ["Keep", "See", "Cancel", "Talk"]


def test_status_in_one_sentence(chat: Chat) -> None:
    told = chat.say("hi, where's order m104251? my email is Greta.Lindqvist@example.com")
    assert "on its way with FedEx, tracking number 770000000251" in told.text


def test_every_state_is_told_in_plain_words(chat: Chat) -> None:
    def ask(number: str, postcode: str) -> str:
        return chat.say(f"status of {number}, postcode {postcode}").text

    assert "in stock and set aside for you" in ask("M104285", "97214")
    assert "being packed now" in ask("M104269", "30312")
    assert "delivered on" in ask("M104112", "19147")
    assert ": cancelled." in ask("M104186", "90026")
    assert "There is no date for it yet" in ask("M104190", "60614")
    assert "The delivery to us is late, and there is no new date yet." in ask("M104158", "33130")
    assert "The delivery to us is late. Expect it" in ask("M104171", "98103")
    part_shipped = ask("M104217", "48207")
    assert "Hush Headphones: on its way with UPS" in part_shipped
    assert "2 of 3 on their way with UPS" in part_shipped
    assert "The other 1: in stock and set aside for you." in part_shipped
    assert "on backorder" in part_shipped


def test_without_the_number_email_and_postcode_show_what_was_ordered(chat: Chat) -> None:
    chat.say("where is my stuff")
    assert chat.say("I don't have the number, I'm lucia.ferreira@example.com").asks == "postcode"
    listed = chat.say("33130")
    assert "Reed Floor Lamp" in listed.text
    assert "Lark Four-Person Tent" in listed.text
    assert listed.asks == "choice"
    assert "Order M104247" in chat.choose("M104247").text


def test_a_number_without_its_letter_is_understood(chat: Chat) -> None:
    assert "looks like M123456" in chat.say("where is my order").text
    assert "order M104112" in chat.say("104112").text
    assert "delivered" in chat.say("19147").text


def test_an_order_is_found_by_what_is_in_it(chat: Chat) -> None:
    chat.say("where is my order")
    chat.say("theo.vance@example.com 98103")
    assert "Order M104171" in chat.say("the one with the grill").text


def test_a_customer_the_shop_vouches_for_need_not_say_who_they_are(world: World) -> None:
    with Chat(world.url, identity=identity_of("C1004")) as chat:
        assert "Order M104190" in chat.say("where is my order").text


def test_cancelling_lists_asks_and_then_does_it_once(chat: Chat, shop_database: Database) -> None:
    chat.say("I want to cancel order M104204")
    listed = chat.say("priya.raman@example.com")
    assert "This would cancel all of order M104204" in listed.text
    assert "2 x Harbor Desk Lamp, $144.00" in listed.text
    assert listed.asks == "confirmation"
    assert cancels(shop_database, "M104204") == []
    done = chat.choose("Yes")
    assert "Order M104204 is cancelled" in done.text
    assert "has not been charged" in done.text
    assert states(shop_database, "M104204") == [LineState.CANCELLED]
    assert len(cancels(shop_database, "M104204")) == 1
    assert "cancelled" in chat.say("where is order M104204").text


def test_only_the_named_item_is_cancelled(chat: Chat, shop_database: Database) -> None:
    listed = chat.say("please cancel the kettle in M104171, zip 98103")
    assert "Wren Electric Kettle" in listed.text
    assert "Grill" not in listed.text
    chat.say("yes, cancel it")
    assert states(shop_database, "M104171") == [LineState.BACKORDERED, LineState.CANCELLED]


def test_a_part_can_be_picked_from_a_list(chat: Chat, shop_database: Database) -> None:
    chat.say("cancel M104262, hana.kim@example.com")
    assert "Which part" in chat.choose("Only part").text
    assert "Fern Trail Shoes (green, size 8), $118.00" in chat.choose("Fern Trail Shoes (green, size 8)").text
    chat.choose("Yes")
    assert states(shop_database, "M104262")[1] is LineState.CANCELLED
    assert len(cancels(shop_database, "M104262")) == 1


def test_no_means_nothing_is_cancelled(chat: Chat, shop_database: Database) -> None:
    chat.say("cancel M104240 please, owen.castell@example.com")
    assert "Nothing is cancelled" in chat.say("no").text
    chat.say("yes")
    assert cancels(shop_database, "M104240") == []


def test_a_paid_order_says_when_the_refund_arrives(chat: Chat) -> None:
    chat.say("cancel M104247, 33130")
    done = chat.choose("Yes")
    assert (
        "Your card was charged. We refund $183.08 (with the tax, shipping and discounts that belong to it) to it by"
        in done.text
    )


@pytest.mark.parametrize(
    "half_a_yes", ["yes but only the blanket", "no, just the blanket", "yes, cancel only the blanket please"]
)
def test_a_yes_with_a_condition_lists_anew(chat: Chat, shop_database: Database, half_a_yes: str) -> None:
    assert "Tent" in chat.say("cancel M104158, 33130").text
    listed = chat.say(half_a_yes)
    assert "Tide Wool Blanket" in listed.text
    assert "Tent" not in listed.text
    assert cancels(shop_database, "M104158") == []


@pytest.mark.parametrize(
    "doubt",
    [
        *("sure about that?", "really?", "ok?", "yes?", "yeah right", "right", "haha ok boomer", "stop"),
        *("never mind, keep it", "I changed my mind", "has my card been charged?", '{"payload":"/affirm"}'),
    ],
)
def test_a_doubt_a_joke_or_a_question_is_no_yes(chat: Chat, shop_database: Database, doubt: str) -> None:
    chat.say("cancel M104158, 33130")
    told = chat.say(doubt)
    assert "Nothing has been cancelled yet" in told.text or "Nothing is cancelled" in told.text
    assert told.options
    assert cancels(shop_database, "M104158") == []


def test_one_of_two_units_is_cancelled(chat: Chat, shop_database: Database) -> None:
    listed = chat.say("cancel one of the two pairs of size 9 shoes in M104262, 90026")
    assert "- 1 of 2 x Fern Trail Shoes (green, size 9), $118.00" in listed.text
    chat.say("yes")
    assert [c.lines for c in cancels(shop_database, "M104262")][-1] == [{"line": 1, "quantity": 1}]


def test_too_means_what_was_listed_and_this(chat: Chat, shop_database: Database) -> None:
    chat.say("cancel the tent in M104158, 33130")
    both = chat.say("yes, cancel the blanket too")
    assert "Tent" in both.text
    assert "Blanket" in both.text
    assert cancels(shop_database, "M104158") == []


def test_somebody_upset_is_answered_kindly(chat: Chat) -> None:
    told = chat.say("this is ridiculous, I have waited four weeks and nobody cares")
    assert "sorry" in told.text
    assert any("person" in title for title in told.options)


def test_yes_cancel_it_is_a_yes(chat: Chat, shop_database: Database) -> None:
    chat.say("cancel the bottles in M104285, 97214")
    assert "ancelled" in chat.say("yes please cancel it").text
    assert len(cancels(shop_database, "M104285")) == 1


def test_a_yes_after_something_else_confirms_nothing(chat: Chat, shop_database: Database) -> None:
    chat.say("cancel M104258, 30312")
    chat.say("are you a bot?")
    chat.say("yes")
    assert cancels(shop_database, "M104258") == []


@pytest.mark.parametrize(
    ("number", "postcode", "why"),
    [
        ("M104269", "30312", "is being packed already"),
        ("M104251", "55407", "has left our warehouse"),
        ("M104211", "85016", "has been delivered"),
        ("M104186", "90026", "cancelled already"),
    ],
)
def test_what_cannot_be_cancelled_is_said_with_what_can_be_done(
    chat: Chat, shop_database: Database, number: str, postcode: str, why: str
) -> None:
    before = len(cancels(shop_database, number))
    told = chat.say(f"cancel order {number}, postcode {postcode}")
    assert why in told.text
    chat.say("yes")
    assert len(cancels(shop_database, number)) == before


def test_small_talk_is_answered_honestly(chat: Chat) -> None:
    assert "assistant" in chat.say("hello").text
    assert "not a person" in chat.say("are you a bot?").text
    assert chat.say("thanks").messages
    assert chat.say("bye").messages


def test_the_second_time_running_that_it_does_not_understand_it_passes_on_to_a_person(chat: Chat) -> None:
    first = chat.say("qwertz asdf yxcv")
    assert "did not quite get that" in first.text
    second = chat.say("what is the capital of france")
    assert "passing you on to a person" in second.text
    assert list(second.options) == ["Carry on with the assistant", "Stop waiting"]
    assert chat.say("Carry on with the assistant").text.startswith("All right, you are with the assistant again.")


def test_asking_for_a_person_hands_off_and_says_what_happens_next(chat: Chat) -> None:
    told = chat.say("I want to talk to a real person")
    assert "passing you on to a person" in told.text
    assert told.owner == "queue"
    assert chat.say("are you there?").owner is None
    back = chat.choose("Carry on")
    assert back.owner == "bot"
    assert chat.say("where is my order").asks == "order_number"
