"""Who may open a conversation, and whose it is."""

from __future__ import annotations

import base64
import hmac
import json
import os
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from meantime.conversations.tables import Conversation
from meantime.db import Database, now
from meantime.ledger import TurnToken
from meantime.shop.tables import Customer
from tests.channels.conftest import OpenGateway
from tests.channels.opening import SECRET, identity, open_chat
from tests.channels.rasa_stand_in import RasaStandIn
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat


def crafted(alg: str) -> str:
    """A token whose header names another algorithm; it is signed as HS256 would be."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    exp = int((now() + timedelta(hours=1)).timestamp())
    head, claims = {"alg": alg, "typ": "JWT"}, {"sub": "C1", "exp": exp}
    signed = f"{part(json.dumps(head).encode())}.{part(json.dumps(claims).encode())}"
    if alg == "none":
        return f"{signed}."
    return f"{signed}.{part(hmac.digest(SECRET.encode(), signed.encode(), 'sha256'))}"


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    with database.writing() as session:
        session.add_all([Customer(id="C1"), Customer(id="C2")])


def proof_in(rasa: RasaStandIn) -> str | None:
    token = rasa.asked[-1]["metadata"]["token"]
    return TurnToken.verify(token, os.environ["SECRET_KEY"]).proof


def test_a_conversation_is_opened_with_an_empty_body_too(gateway: ThreadedServer) -> None:
    for content in (b"", b"{}"):
        answer = httpx.post(f"{gateway.url}/chat/conversations", content=content)
        assert answer.status_code == 201
        assert set(answer.json()) == {"conversation_id", "token"}


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(lambda: crafted("none"), id="alg none"),
        pytest.param(lambda: crafted("RS256"), id="RS256"),
        pytest.param(lambda: crafted("HS512"), id="HS512"),
        pytest.param(lambda: identity(hours=-0.1), id="expired"),
        pytest.param(lambda: identity(hours=25), id="lives too long"),
        pytest.param(lambda: identity(secret="x" * 40), id="another secret"),
        pytest.param(lambda: identity(sub=""), id="empty sub"),
        pytest.param(lambda: jwt.encode({"sub": "C1"}, SECRET, "HS256"), id="no exp"),
        pytest.param(lambda: jwt.encode({"exp": now() + timedelta(hours=1)}, SECRET, "HS256"), id="no sub"),
        pytest.param(lambda: jwt.encode({"sub": "C1", "exp": 10**30}, SECRET, "HS256"), id="exp beyond time"),
        pytest.param(lambda: "no jwt at all", id="no JWT"),
    ],
)
def test_an_identity_that_proves_nothing_is_401(gateway: ThreadedServer, bad: Any) -> None:
    answer = open_chat(gateway, identity=bad())
    assert answer.status_code == 401
    assert answer.json()["code"] == "bad_identity"


def test_a_valid_identity_is_a_proof_for_the_turn(gateway: ThreadedServer, rasa: RasaStandIn) -> None:
    with Chat(gateway.url, identity=identity("C1")) as chat:
        chat.say("hello")
    assert proof_in(rasa) == "C1"


def test_an_unknown_customer_is_not_signed_in(gateway: ThreadedServer, rasa: RasaStandIn) -> None:
    with Chat(gateway.url, identity=identity("nobody")) as chat:
        chat.say("hello")
    assert proof_in(rasa) is None


def test_a_proof_ends_with_the_identity(gateway: ThreadedServer, rasa: RasaStandIn, database: Database) -> None:
    with Chat(gateway.url, identity=identity("C1")) as chat:
        with database.writing() as session:
            conversation = session.scalars(select(Conversation)).one()
            conversation.customer_proof_expires_at = now() - timedelta(seconds=1)
        chat.say("hello")
    assert proof_in(rasa) is None


def test_a_token_resumes_its_conversation(gateway: ThreadedServer) -> None:
    first = open_chat(gateway).json()
    assert open_chat(gateway, conversation_token=first["token"]).json() == first


def test_a_token_nobody_was_given_opens_a_new_conversation(gateway: ThreadedServer) -> None:
    for token in ("x" * 43, "", "emoji 🚚"):
        answer = open_chat(gateway, conversation_token=token)
        assert answer.status_code == 201
        assert answer.json()["token"] != token


def test_signing_in_later_keeps_the_conversation(gateway: ThreadedServer, rasa: RasaStandIn) -> None:
    first = open_chat(gateway).json()
    again = open_chat(gateway, conversation_token=first["token"], identity=identity("C1")).json()
    assert again == first
    with Chat(gateway.url, token=first["token"]) as chat:
        chat.say("hello")
    assert proof_in(rasa) == "C1"


@pytest.mark.parametrize("other", ["C2", "nobody"])
def test_the_token_of_one_customer_with_the_identity_of_another_opens_an_empty_conversation(
    gateway: ThreadedServer, other: str
) -> None:
    with Chat(gateway.url, identity=identity("C1")) as chat:
        chat.say("my secret")
    opened = open_chat(gateway, conversation_token=chat.token, identity=identity(other)).json()
    assert opened["conversation_id"] != chat.conversation_id
    with Chat(gateway.url, token=opened["token"]) as other_chat:
        assert [f["type"] for f in other_chat.frames] == ["ready"]


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"[", 422), (b"[]", 422), (b'{"identity": 7}', 422), (b'{"identity": "' + b"x" * 20_000 + b'"}', 413)],
)
def test_a_body_nobody_can_use_is_a_problem_document(gateway: ThreadedServer, content: bytes, status: int) -> None:
    answer = httpx.post(f"{gateway.url}/chat/conversations", content=content)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"type": "hello", "token": "nobody's"}, "bad_token"),
        ({"type": "hello", "token": "\ud83d"}, "bad_token"),
        ({"type": "hello"}, "bad_frame"),
        ({"type": "hello", "token": "x", "after": -1}, "bad_frame"),
        ({"type": "say", "id": "6a3a4b2e-0000-4000-8000-000000000000", "text": "hi"}, "bad_frame"),
    ],
)
def test_a_socket_that_does_not_say_hello_well_is_told_and_closed(
    gateway: ThreadedServer, frame: dict[str, Any], code: str
) -> None:
    with connect(gateway.url.replace("http", "ws") + "/chat/socket") as socket:
        socket.send(json.dumps(frame))
        assert json.loads(socket.recv(10))["code"] == code
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(10)
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1008


def test_a_socket_that_says_nothing_is_closed(open_gateway: OpenGateway) -> None:
    gateway = open_gateway(hello_within=0.01)
    with connect(gateway.url.replace("http", "ws") + "/chat/socket") as socket:
        assert json.loads(socket.recv(10))["code"] == "bad_frame"


def test_a_frame_that_is_far_too_big_closes_the_socket_cleanly(chat: Chat) -> None:
    assert chat.socket
    chat.socket.send("x" * 70_000)
    with pytest.raises(ConnectionClosed) as closed:
        chat.socket.recv(10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1009


def test_the_address_is_known_by_a_hash_only(gateway: ThreadedServer, database: Database) -> None:
    with Chat(gateway.url):
        pass
    with database.reading() as session:
        address_hash = session.scalars(select(Conversation.address_hash)).one()
    assert len(address_hash) == 64
    assert "127.0.0.1" not in address_hash
