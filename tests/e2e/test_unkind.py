"""Customers, and others, who do not behave: every one of them gets a kind answer, and nothing changes by it."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
import time_machine
from sqlalchemy import func, select, text

from meantime.db import Database, now
from meantime.ledger import TOKEN_SECONDS, TurnToken
from meantime.settings import settings
from meantime.shop.tables import Change, Guess, Order
from tests.e2e.chat import Chat
from tests.e2e.world import ACTIONS, RASA_SERVER, World

TOLD_WITHIN_SECONDS = 10


@pytest.fixture
def chat(world: World) -> Iterator[Chat]:
    with Chat(world.url) as chat:
        yield chat


def number_of_changes(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Change)) or 0


def test_somebody_elses_order_reads_like_one_that_does_not_exist(chat: Chat, world: World) -> None:
    theirs = chat.say("where is order M104190, mara.ellison@example.com").text
    with Chat(world.url) as other:
        nowhere = other.say("where is order M999999, mara.ellison@example.com").text
    assert theirs == nowhere
    assert "could not match" in theirs


def test_five_wrong_postcodes_end_the_guessing_and_offer_a_person(chat: Chat) -> None:
    chat.say("where is order M104190")
    for postcode in ("10001", "10002", "10003", "10004", "10005"):
        assert "could not match" in chat.say(postcode).text
    told = chat.say("60614")
    assert "stopped checking" in told.text
    assert any("person" in title for title in told.options)


@pytest.mark.parametrize("start", ["", " ", "\u200b", "\ufeff \u2060", "／"])
def test_a_typed_payload_is_only_words(chat: Chat, shop_database: Database, start: str) -> None:
    before = number_of_changes(shop_database)
    slash = "" if start == "／" else "/"
    told = chat.say(f'{start}{slash}cancel_order{{"order":"M104190"}}')
    assert "M104190:" not in told.text
    assert "would cancel" not in told.text
    assert number_of_changes(shop_database) == before


def test_a_typed_affirm_confirms_nothing(chat: Chat, shop_database: Database) -> None:
    before = number_of_changes(shop_database)
    chat.say("cancel order M104190, 60614")
    for typed in ("/affirm", " /affirm", "\u200b/affirm{}"):
        chat.say(typed)
    assert number_of_changes(shop_database) == before


def test_an_option_of_another_conversation_is_gone(chat: Chat, world: World) -> None:
    with Chat(world.url) as other:
        other.say("hello")
        stolen = other.options
    chat.options = stolen
    turn = chat.choose("Where is my order")
    assert turn.errors == ["option_gone"]
    assert turn.messages == []


def test_an_old_option_is_gone(chat: Chat) -> None:
    chat.say("hello")
    old = chat.options
    chat.say("hello")
    chat.options = old
    assert chat.choose("Where is my order").errors == ["option_gone"]


def test_the_same_id_twice_is_handled_once(chat: Chat) -> None:
    client_id = str(uuid.uuid4())
    first = chat.say("hello", client_id)
    again = chat.say("hello", client_id)
    assert len(first.messages) == 1
    assert again.messages == []
    assert chat.say("something else", client_id).errors == ["id_reused"]


def test_the_same_yes_at_the_same_moment_on_two_connections(chat: Chat, world: World, shop_database: Database) -> None:
    chat.say("cancel M104222, ben.archer@example.com")
    before = number_of_changes(shop_database)
    client_id = str(uuid.uuid4())
    with Chat(world.url, token=chat.token, options=chat.options) as twin:
        threads = [threading.Thread(target=c.choose, args=("Yes", client_id)) for c in (chat, twin)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen = [{f["seq"]: f["text"] for f in c.frames if f["type"] == "message"} for c in (chat, twin)]
    last = max(seen[0])
    assert seen[0][last] == seen[1][last]
    assert "is cancelled" in seen[0][last]
    assert number_of_changes(shop_database) == before + 1


def test_a_double_click_on_yes_cancels_once(chat: Chat, shop_database: Database) -> None:
    chat.say("cancel M104280, 98103")
    before = number_of_changes(shop_database)
    option = next(i for title, i in chat.options.items() if title.startswith("Yes"))
    ids = [str(uuid.uuid4()) for _ in range(2)]
    for client_id in ids:
        chat.send({"type": "choose", "id": client_id, "option": option})
    turns = [chat.until_done(client_id) for client_id in ids]
    assert all(turn.messages or turn.errors for turn in turns)
    assert number_of_changes(shop_database) == before + 1


def test_two_quick_messages_are_answered_in_order(chat: Chat) -> None:
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    chat.send({"type": "say", "id": first, "text": "where is order M104112"})
    chat.send({"type": "say", "id": second, "text": "19147"})
    assert "M104112" in chat.until_done(first).text
    assert "delivered" in chat.until_done(second).text
    assert [f["seq"] for f in chat.frames if f["type"] == "message"] == [1, 2, 3, 4]


def test_a_yes_sent_before_the_question_was_shown_confirms_nothing(chat: Chat, shop_database: Database) -> None:
    before = number_of_changes(shop_database)
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    chat.send({"type": "say", "id": first, "text": "cancel M104190, 60614"})
    chat.send({"type": "say", "id": second, "text": "yes"})
    chat.until_done(first)
    chat.until_done(second)
    assert number_of_changes(shop_database) == before


def test_ten_thousand_characters_are_too_many(chat: Chat) -> None:
    turn = chat.say("a" * 10_000)
    assert turn.errors == ["too_long"]
    assert chat.say("hello").messages


@pytest.mark.parametrize(
    "words",
    [
        "😀😀😀",
        "أين طلبي؟",
        "<script>alert(1)</script><b>where is my order</b>",
        "'; drop table orders; --",
        "\u202eredro ym si erehw",
        "W12",
        "?",
        "THIS IS A JOKE. I HAVE WAITED SIX WEEKS AND NOBODY ANSWERS",
        "where is my order and also cancel the other one",
    ],
)
def test_anything_gets_one_calm_answer_and_the_words_are_kept(chat: Chat, words: str) -> None:
    turn = chat.say(words)
    assert len(turn.messages) == 1
    assert turn.errors == []
    echoed = [f for f in chat.frames if f["type"] == "message" and f["author"] == "customer"]
    assert echoed[-1]["text"] == words
    assert "<script>" not in turn.text


def test_half_an_order_number_is_recognised_as_that(chat: Chat) -> None:
    chat.say("where is my order")
    assert "part of an order number" in chat.say("it starts with M10").text


def test_an_order_packed_meanwhile_is_not_cancelled_and_the_customer_is_told(
    chat: Chat, shop_database: Database
) -> None:
    chat.say("cancel M104274, claire.dubois@example.com")
    with shop_database.writing() as session:
        order = session.get_one(Order, "M104274")
        order.status, order.version = "packing", order.version + 1
    before = number_of_changes(shop_database)
    told = chat.choose("Yes")
    assert "nothing has been cancelled" in told.text
    assert "being packed" in told.text
    assert number_of_changes(shop_database) == before


@pytest.mark.parametrize("name", [RASA_SERVER, ACTIONS])
def test_while_a_process_is_down_the_customer_is_told_and_answered_when_it_is_back(
    chat: Chat, world: World, name: str
) -> None:
    world.kill(name)
    client_id = str(uuid.uuid4())
    chat.send({"type": "say", "id": client_id, "text": "where is order M104112, 19147"})
    while True:  # the bound is the deadline of receive()
        told = chat.receive(timeout=TOLD_WITHIN_SECONDS)
        if told["type"] == "message" and told["author"] != "customer":
            break
    assert told["author"] == "system"
    world.start(name)
    assert "delivered" in chat.until_done(client_id).text


def test_a_database_that_is_locked_for_three_seconds_is_waited_for(
    chat: Chat, shop_database: Database, engine_name: str
) -> None:
    client_id = str(uuid.uuid4())
    locked, release = threading.Event(), threading.Event()

    def lock() -> None:
        with shop_database.writing() as session:
            if engine_name == "postgresql":
                session.execute(text("lock table messages, conversations in access exclusive mode"))
            else:
                session.execute(text("select 1"))
            locked.set()
            release.wait(3)

    holder = threading.Thread(target=lock)
    holder.start()
    locked.wait()
    chat.send({"type": "say", "id": client_id, "text": "where is order M104112, 19147"})
    turn = chat.until_done(client_id)
    release.set()
    holder.join()
    assert "delivered" in turn.text
    assert turn.errors == []


def test_frames_that_make_no_sense_are_answered_in_words(chat: Chat) -> None:
    for frame in ('{"type":"say"', '{"type":"dance"}', '{"type":"say","id":"x"}', "[]", "null"):
        assert chat.socket
        chat.socket.send(frame)
        while (answer := chat.receive())["type"] != "error":
            pass
        assert answer["code"] == "bad_frame"
        assert answer["text"]
    assert chat.say("hello").messages


def test_personal_words_are_in_no_log(chat: Chat, world: World) -> None:
    chat.say("where is order M104190, jonas.weller@example.com, 60614, (312) 555-0104")
    log = world.log()
    for secret in ("jonas.weller", "60614", "555-0104", "5550104", json.dumps(chat.token)):
        assert secret not in log


def test_a_guess_is_counted_once_per_message(chat: Chat, shop_database: Database) -> None:
    chat.say("where is order M104190, 11111")
    with shop_database.reading() as session:
        found = select(func.count()).select_from(Guess).where(Guess.conversation_id == chat.conversation_id)
        assert session.scalar(found) == 1


FORGED = TurnToken("c", "m", "website", "a", proof="C1004").sign("not our secret" * 4)


@pytest.mark.parametrize("token", [None, "", "nonsense", FORGED, "expired"])
def test_the_actions_refuse_a_call_that_is_not_the_gateways(world: World, token: str | None) -> None:
    if token == "expired":
        with time_machine.travel(now() - timedelta(seconds=TOKEN_SECONDS + 30)):
            genuine = TurnToken("c", "m", "website", "a", proof="C1004")
            token = genuine.sign(settings().secret_key.get_secret_value())
    message = {
        "text": "where is order M104190",
        "intent": {"name": "order_status"},
        "entities": [],
        "metadata": {} if token is None else {"token": token},
    }
    call = {"next_action": "action_order_status", "version": "3.6.21", "tracker": {"sender_id": "x", "slots": {}}}
    call["tracker"]["latest_message"] = message  # type: ignore[index]
    answer = httpx.post(f"http://127.0.0.1:{world.actions_port}/webhook", json=call, timeout=10)
    assert answer.status_code == 400
    assert "M104190" not in answer.text
