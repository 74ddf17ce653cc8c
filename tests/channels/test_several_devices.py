"""A signed-in customer's history on every device; and a device on which it is forgotten."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed

from meantime.conversations.tables import Conversation
from meantime.conversations.tokens import ConversationToken
from meantime.db import Database, now
from meantime.ledger import TurnToken
from meantime.shop.tables import Customer
from tests.channels.conftest import OpenGateway
from tests.channels.opening import forget, identity, open_chat
from tests.channels.rasa_stand_in import RasaStandIn
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    with database.writing() as session:
        session.add_all([Customer(id="C1"), Customer(id="C2")])


@pytest.fixture
def phone(gateway: ThreadedServer) -> Iterator[Chat]:
    """C1 has asked something on the phone."""
    with Chat(gateway.url, identity=identity("C1")) as chat:
        chat.say("where is my lamp?")
        yield chat


def proof_of(body: dict[str, Any]) -> str | None:
    return TurnToken.verify(body["metadata"]["token"], os.environ["SECRET_KEY"]).proof


def said(chat: Chat) -> list[str]:
    return [f["text"] for f in chat.frames if f["type"] == "message"]


def until_closed(chat: Chat) -> tuple[str, int]:
    """Return the error a socket ends with, and its close code."""
    assert chat.socket
    while (frame := chat.receive())["type"] != "error":
        pass
    with pytest.raises(ConnectionClosed) as closed:
        chat.socket.recv(10)
    assert closed.value.rcvd
    return frame["code"], closed.value.rcvd.code


def test_a_customer_finds_their_history_on_another_device(gateway: ThreadedServer, phone: Chat) -> None:
    with Chat(gateway.url, identity=identity("C1"), resume=True) as laptop:
        assert laptop.conversation_id == phone.conversation_id
        assert laptop.token != phone.token
        assert said(laptop) == ["where is my lamp?", "echo: where is my lamp?"]
        laptop.say("and my rug?")
        while len(said(phone)) < 4:
            phone.receive()
    phone.close()
    phone.connect()


def test_who_does_not_ask_to_come_back_begins_anew(gateway: ThreadedServer, phone: Chat) -> None:
    assert open_chat(gateway, identity=identity("C1")).json()["conversation_id"] != phone.conversation_id


def test_a_token_nobody_knows_does_not_keep_a_customer_from_their_history(gateway: ThreadedServer, phone: Chat) -> None:
    for token in ("x" * 43, ""):
        opened = open_chat(gateway, identity=identity("C1"), conversation_token=token, resume=True)
        assert opened.status_code == 201
        assert opened.json()["conversation_id"] == phone.conversation_id


def test_nobody_else_finds_it(gateway: ThreadedServer, phone: Chat) -> None:
    for body in ({}, {"identity": identity("C2")}, {"identity": identity("nobody")}):
        assert open_chat(gateway, **body, resume=True).json()["conversation_id"] != phone.conversation_id


def test_who_signs_in_on_a_former_customers_device_begins_an_empty_conversation(
    gateway: ThreadedServer, phone: Chat
) -> None:
    with Chat(gateway.url, identity=identity("C2")) as other:
        other.say("hello")
    opened = open_chat(gateway, identity=identity("C2"), conversation_token=phone.token, resume=True).json()
    assert opened["conversation_id"] not in (phone.conversation_id, other.conversation_id)


def test_a_guest_who_said_nothing_yet_and_signs_in_finds_their_history(gateway: ThreadedServer, phone: Chat) -> None:
    guest = open_chat(gateway).json()
    opened = open_chat(gateway, identity=identity("C1"), conversation_token=guest["token"], resume=True).json()
    assert opened["conversation_id"] == phone.conversation_id


def test_a_guest_who_said_something_and_signs_in_keeps_what_was_said(gateway: ThreadedServer, phone: Chat) -> None:
    with Chat(gateway.url) as guest:
        guest.say("do you have lamps?")
    opened = open_chat(gateway, identity=identity("C1"), conversation_token=guest.token, resume=True).json()
    assert opened == {"conversation_id": guest.conversation_id, "token": guest.token}
    assert open_chat(gateway, identity=identity("C1"), resume=True).json()["conversation_id"] == guest.conversation_id


def test_the_conversation_with_the_newest_words_is_the_one_to_come_back_to(
    gateway: ThreadedServer, phone: Chat, database: Database
) -> None:
    with Chat(gateway.url) as guest:
        guest.say("do you have lamps?")
    open_chat(gateway, identity=identity("C1"), conversation_token=guest.token, resume=True)
    phone.say("it is me again")
    assert open_chat(gateway, identity=identity("C1"), resume=True).json()["conversation_id"] == phone.conversation_id


def test_an_opened_conversation_without_a_word_is_come_back_to_as_well(gateway: ThreadedServer) -> None:
    first = open_chat(gateway, identity=identity("C1"), resume=True).json()
    assert (
        open_chat(gateway, identity=identity("C1"), resume=True).json()["conversation_id"] == first["conversation_id"]
    )


def test_after_a_month_of_silence_a_conversation_is_begun_anew(
    gateway: ThreadedServer, phone: Chat, database: Database
) -> None:
    with database.writing() as session:
        session.scalars(select(Conversation)).one().last_message_at = now() - timedelta(days=30, minutes=1)
    assert open_chat(gateway, identity=identity("C1"), resume=True).json()["conversation_id"] != phone.conversation_id
    resumed = open_chat(gateway, identity=identity("C1"), conversation_token=phone.token, resume=True).json()
    assert resumed["conversation_id"] == phone.conversation_id


def test_the_conversation_of_another_channel_is_not_shown_here(
    gateway: ThreadedServer, phone: Chat, database: Database
) -> None:
    with database.writing() as session:
        session.scalars(select(Conversation)).one().channel = "sms"
    assert open_chat(gateway, identity=identity("C1"), resume=True).json()["conversation_id"] != phone.conversation_id


def test_a_device_left_behind_signed_out_does_not_profit_from_signing_in_elsewhere(
    gateway: ThreadedServer, phone: Chat, rasa: RasaStandIn, database: Database
) -> None:
    with database.writing() as session:
        session.scalars(select(ConversationToken)).one().proof_expires_at = now() - timedelta(seconds=1)
    with Chat(gateway.url, identity=identity("C1"), resume=True) as laptop:
        laptop.say("at home")
        phone.say("at the library")
        laptop.say("at home again")
    assert [proof_of(body) for body in rasa.asked[-3:]] == ["C1", None, "C1"]
    open_chat(gateway, identity=identity("C1"), conversation_token=phone.token, resume=True)
    phone.say("signed in anew")
    assert proof_of(rasa.asked[-1]) == "C1"


def test_words_that_waited_longer_than_their_proof_lasts_are_not_proven(
    phone: Chat, rasa: RasaStandIn, database: Database
) -> None:
    rasa.close_gate()
    for words in ("first", "second"):
        phone.send({"type": "say", "id": str(uuid.uuid4()), "text": words})
    rasa.wait_for(2)
    with database.writing() as session:
        session.scalars(select(ConversationToken)).one().proof_expires_at = now() - timedelta(seconds=1)
    rasa.open_gate()
    rasa.wait_for(3)
    assert [proof_of(body) for body in rasa.asked[-2:]] == ["C1", None]


def test_what_is_forgotten_on_one_device_stays_on_the_others(gateway: ThreadedServer, phone: Chat) -> None:
    with Chat(gateway.url, identity=identity("C1")) as library:
        assert forget(gateway, library.token).status_code == 204
        assert until_closed(library) == ("bad_token", 1008)
    assert phone.say("still there?").text == "echo: still there?"
    with Chat(gateway.url, token=phone.token) as again:
        assert said(again)[0] == "where is my lamp?"


def test_a_forgotten_token_opens_nothing_any_more(gateway: ThreadedServer, chat: Chat) -> None:
    chat.say("my secret")
    chat.close()
    assert forget(gateway, chat.token).status_code == 204
    opened = open_chat(gateway, conversation_token=chat.token).json()
    assert opened["conversation_id"] != chat.conversation_id
    chat.socket = None
    with pytest.raises(ConnectionClosed):
        chat.connect()
    assert chat.frames[-1]["code"] == "bad_token"


def test_every_socket_of_a_forgotten_token_is_closed_at_every_gateway(open_gateway: OpenGateway) -> None:
    one, other = open_gateway(), open_gateway()
    with Chat(one.url) as tab, Chat(one.url, token=tab.token) as second, Chat(other.url, token=tab.token) as third:
        forget(other, tab.token)
        assert [until_closed(chat) for chat in (tab, second, third)] == [("bad_token", 1008)] * 3


@pytest.mark.parametrize("token", ["x" * 43, "", "emoji 🚚", "half \\ud83d"])
def test_forgetting_what_never_was_is_answered_the_same(gateway: ThreadedServer, token: str) -> None:
    answer = forget(gateway, token)
    assert (answer.status_code, answer.content) == (204, b"")


def test_forgetting_twice_is_forgetting_once(gateway: ThreadedServer, chat: Chat, database: Database) -> None:
    forget(gateway, chat.token)

    def revoked() -> object:
        with database.reading() as session:
            return session.scalars(select(ConversationToken.revoked_at)).one()

    first = revoked()
    assert first is not None
    assert forget(gateway, chat.token).status_code == 204
    assert revoked() == first


@pytest.mark.parametrize("token", [None, 7, ["x"]])
def test_a_token_that_is_no_text_is_a_problem_document(gateway: ThreadedServer, token: object) -> None:
    answer = forget(gateway, token)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_is_kept_as_a_hash_only(chat: Chat, database: Database) -> None:
    with database.reading() as session:
        kept = session.scalars(select(ConversationToken)).one()
    assert len(kept.token_hash) == 64
    assert chat.token not in (kept.token_hash, kept.conversation_id)
