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
from meantime.shop.tables import Customer, Order, Proof
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


def signed(**claims: Any) -> str:
    return jwt.encode(claims, SECRET, "HS256")


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
    ("bad", "reason"),
    [
        pytest.param(lambda: crafted("none"), "malformed", id="alg none"),
        pytest.param(lambda: crafted("RS256"), "malformed", id="RS256"),
        pytest.param(lambda: crafted("HS512"), "malformed", id="HS512"),
        pytest.param(lambda: identity(hours=-0.1), "expired", id="expired"),
        pytest.param(lambda: identity(hours=25), "lives_too_long", id="lives too long"),
        pytest.param(lambda: identity(secret="x" * 40), "wrong_signature", id="another secret"),
        pytest.param(lambda: identity(secret="x" * 40, hours=-0.1), "wrong_signature", id="another secret, expired"),
        pytest.param(lambda: identity(sub=""), "malformed", id="empty sub"),
        pytest.param(lambda: jwt.encode({"sub": "C1"}, SECRET, "HS256"), "malformed", id="no exp"),
        pytest.param(
            lambda: jwt.encode({"exp": now() + timedelta(hours=1)}, SECRET, "HS256"), "malformed", id="no sub"
        ),
        pytest.param(
            lambda: jwt.encode({"sub": "C1", "exp": 10**30}, SECRET, "HS256"), "malformed", id="exp beyond time"
        ),
        pytest.param(lambda: "no jwt at all", "malformed", id="no JWT"),
    ],
)
def test_an_identity_that_proves_nothing_is_401_and_says_why(gateway: ThreadedServer, bad: Any, reason: str) -> None:
    answer = open_chat(gateway, identity=bad())
    assert answer.status_code == 401
    assert (answer.json()["code"], answer.json()["reason"]) == ("bad_identity", reason)


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


PROOFS: list[dict[str, Any]] = [
    {"customer_id": "C1", "how": "email and postcode"},
    {"order_number": "W1", "how": "order"},
    {"order_number": "W1", "how": "order", "expires_at": now() - timedelta(days=1)},
]


def guest_with(database: Database, gateway: ThreadedServer, **proof: Any) -> Chat:
    """A guest who has said something, and has proven something."""
    with Chat(gateway.url) as chat:
        chat.say("my secret")
    with database.writing() as session:
        order = Order(number="W1", customer_id="C1", placed_at=now(), status="open", currency="USD")
        session.add(order)
        session.flush()
        session.add(
            Proof(**{"conversation_id": chat.conversation_id, "expires_at": now() + timedelta(hours=1), **proof})
        )
    return chat


@pytest.mark.parametrize("other", ["C2", "nobody"])
@pytest.mark.parametrize("proof", PROOFS)
def test_what_a_guest_has_proven_is_not_opened_by_the_identity_of_another(
    gateway: ThreadedServer, database: Database, proof: dict[str, Any], other: str
) -> None:
    guest = guest_with(database, gateway, **proof)
    opened = open_chat(gateway, conversation_token=guest.token, identity=identity(other), resume=True).json()
    assert opened["conversation_id"] != guest.conversation_id
    with Chat(gateway.url, token=opened["token"]) as other_chat:
        assert [f["type"] for f in other_chat.frames] == ["ready"]
    with database.reading() as session:
        assert session.get_one(Conversation, guest.conversation_id).customer_id is None


@pytest.mark.parametrize("proof", PROOFS)
def test_what_a_guest_has_proven_is_kept_when_they_sign_in(
    gateway: ThreadedServer, database: Database, proof: dict[str, Any]
) -> None:
    guest = guest_with(database, gateway, **proof)
    opened = open_chat(gateway, conversation_token=guest.token, identity=identity("C1")).json()
    assert opened == {"conversation_id": guest.conversation_id, "token": guest.token}


def test_who_is_signed_in_keeps_a_conversation_in_which_they_proved_anothers_order(
    gateway: ThreadedServer, database: Database
) -> None:
    with Chat(gateway.url, identity=identity("C2")) as chat:
        chat.say("hello")
    with database.writing() as session:
        ends = now() + timedelta(hours=1)
        session.add(Proof(conversation_id=chat.conversation_id, customer_id="C1", how="order", expires_at=ends))
    opened = open_chat(gateway, conversation_token=chat.token, identity=identity("C2")).json()
    assert opened["conversation_id"] == chat.conversation_id


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
