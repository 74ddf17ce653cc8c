"""Nobody meets silence: Rasa down, hanging, failing, or an action that failed."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select
from starlette.responses import JSONResponse, Response

from meantime.conversations.tables import Conversation, Message
from meantime.db import Database
from meantime.wording import gateway as say
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply, turn
from tests.e2e.chat import Chat

SOON = 0.05
STATE = {"turns": 99}
GIVEN_UP = f"{say.GIVEN_UP} You are next in line. We aim to answer within 10 minutes."


def ask(chat: Chat, text: str) -> str:
    words_id = str(uuid.uuid4())
    chat.send({"type": "say", "id": words_id, "text": text})
    return words_id


def until_text(chat: Chat, text: str) -> None:
    while chat.receive().get("text") != text:
        pass


def test_a_customer_is_told_once_that_rasa_is_down_and_answered_when_it_is_back(
    open_gateway: OpenGateway, rasa: RasaStandIn
) -> None:
    rasa.stop()
    with Chat(open_gateway(tell_after=SOON).url) as chat:
        words_id = ask(chat, "hello")
        until_text(chat, say.WAIT)
        assert "done" not in [f["type"] for f in chat.frames]
        rasa.start()
        chat.until_done(words_id)
        said = [(f["author"], f["text"]) for f in chat.frames if f["type"] == "message"]
        assert said == [("customer", "hello"), ("system", say.WAIT), ("bot", "echo: hello")]


def test_words_said_while_rasa_is_down_are_told_and_answered_in_order(
    open_gateway: OpenGateway, rasa: RasaStandIn
) -> None:
    rasa.stop()
    with Chat(open_gateway(tell_after=SOON).url) as chat:
        first = ask(chat, "first")
        until_text(chat, say.WAIT)
        second = ask(chat, "second")
        until_text(chat, say.WAIT)
        rasa.start()
        chat.until_done(first)
        chat.until_done(second)
        assert rasa.texts == ["first", "second"]
        assert [f["text"] for f in chat.frames if f.get("author") == "bot" and "text" in f] == [
            "echo: first",
            "echo: second",
        ]


def test_a_customer_of_a_rasa_that_hangs_is_told_while_it_hangs(open_gateway: OpenGateway, rasa: RasaStandIn) -> None:
    rasa.close_gate()
    with Chat(open_gateway(tell_after=SOON).url) as chat:
        words_id = ask(chat, "hello")
        until_text(chat, say.WAIT)
        rasa.open_gate()
        assert chat.until_done(words_id).messages[0]["text"] == "echo: hello"


def test_a_rasa_that_hangs_with_everybody_is_waited_for(open_gateway: OpenGateway, rasa: RasaStandIn) -> None:
    rasa.close_gate()
    rasa.is_healthy = False
    with Chat(open_gateway(ask_seconds=SOON, failures=1).url) as chat:
        words_id = ask(chat, "hello")
        rasa.wait_for(3)
        rasa.open_gate()
        assert chat.until_done(words_id).messages[-1]["text"] == "echo: hello"


def test_an_action_that_failed_because_the_action_server_is_down_is_waited_for(
    open_gateway: OpenGateway, rasa: RasaStandIn
) -> None:
    rasa.actions_are_up = False
    rasa.does("cancel", lambda: turn(failed_action="action_cancel", state=STATE))
    with Chat(open_gateway(failures=1).url) as chat:
        words_id = ask(chat, "cancel")
        rasa.wait_for(3)
        # Their health stays as it is: back between a failed answer and the look at it, it would count as a failure.
        rasa.says("cancel", reply("Cancelled."))
        assert chat.until_done(words_id).text == "Cancelled."


FAILURES: dict[str, Callable[[], Response]] = {
    "a failed action": lambda: turn(reply("half a sentence"), failed_action="action_cancel", state=STATE),
    "an error": lambda: JSONResponse({"error": "x"}, 500),
    "a refused secret": lambda: JSONResponse({"error": "x"}, 401),
    "no reply": lambda: turn(state=STATE),
    "an empty reply": lambda: turn(reply("  "), state=STATE),
    "no JSON": lambda: Response("<html>"),
    "another form": lambda: JSONResponse({"replies": "many"}),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_after_three_failures_a_person_is_asked_and_the_customer_told(
    open_gateway: OpenGateway, rasa: RasaStandIn, database: Database, failure: Callable[[], Response]
) -> None:
    rasa.does("cancel", failure)
    with Chat(open_gateway().url) as chat:
        answered = chat.say("cancel")
        assert [m["text"] for m in answered.messages] == [GIVEN_UP]
        assert list(answered.options) == [say.CARRY_ON, say.STOP_WAITING]
        assert answered.owner == "queue"
    assert [body["state"] for body in rasa.asked] == [None, None, None]
    with database.reading() as session:
        conversation = session.scalars(select(Conversation)).one()
        assert (conversation.state, conversation.handed_off_because) == (None, "the assistant failed")


def test_a_failure_is_tried_again_from_the_state_before_it(open_gateway: OpenGateway, rasa: RasaStandIn) -> None:
    with Chat(open_gateway().url) as chat:
        chat.say("hello")
        rasa.does("cancel", lambda: _fails_once(rasa))
        assert chat.say("cancel").text == "Cancelled."
    assert [body["state"] for body in rasa.asked] == [None, {"turns": 1}, {"turns": 1}]
    assert rasa.asked[1]["message_id"] == rasa.asked[2]["message_id"]


def _fails_once(rasa: RasaStandIn) -> Response:
    rasa.says("cancel", reply("Cancelled."))
    return turn(failed_action="action_cancel", state=STATE)


def test_one_message_that_hangs_a_healthy_rasa_goes_to_a_person(open_gateway: OpenGateway, rasa: RasaStandIn) -> None:
    rasa.close_gate()
    with Chat(open_gateway(ask_seconds=SOON).url) as chat:
        assert chat.say("poison").text == GIVEN_UP


def test_who_was_told_to_wait_too_long_ago_gets_a_person(open_gateway: OpenGateway, rasa: RasaStandIn) -> None:
    rasa.stop()
    with Chat(open_gateway(tell_after=SOON, give_up_after=SOON).url) as chat:
        first = ask(chat, "first")
        turn_ = chat.until_done(first)
        assert [m["text"] for m in turn_.messages] == [say.WAIT, GIVEN_UP]
        assert turn_.owner == "queue"


def test_words_of_ours_that_no_database_takes_do_not_loop(open_gateway: OpenGateway, rasa: RasaStandIn) -> None:
    rasa.does("odd", lambda: JSONResponse({"replies": [reply("nul \0 and \ud83d")], "state": {}}))
    with Chat(open_gateway().url) as chat:
        assert chat.say("odd").messages[-1]["text"] in ("nul  and \ufffd", GIVEN_UP)


def test_more_conversations_than_places_are_all_answered(
    open_gateway: OpenGateway, rasa: RasaStandIn, database: Database
) -> None:
    rasa.close_gate()
    gateway = open_gateway(asks_at_once=1, poll_seconds=600)
    with Chat(gateway.url) as one, Chat(gateway.url) as two, Chat(gateway.url) as three:
        ids = [ask(chat, "hello") for chat in (one, two, three)]
        rasa.wait_for(1)
        for chat in (two, three):
            while chat.receive().get("author") != "customer":
                pass
        assert len(rasa.asked) == 1
        rasa.open_gate()
        for chat, words_id in zip((one, two, three), ids, strict=True):
            assert chat.until_done(words_id).messages[-1]["text"] == "echo: hello"
    with database.reading() as session:
        assert all(session.scalars(select(Message.handled_at)))
