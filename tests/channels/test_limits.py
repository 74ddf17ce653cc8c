"""What is let in from one address, told in kind words and counted; and how far an address is believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from meantime.conversations.tables import Conversation
from meantime.conversations.tokens import ConversationToken
from meantime.db import Database, now
from meantime.shop.tables import Customer
from tests.channels.conftest import OpenGateway
from tests.channels.opening import BEHIND_A_PROXY, forget, identity, open_chat
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat

HERE, THERE = "203.0.113.7", "198.51.100.20"
GENEROUS = 10_000

OpenStrict = Callable[..., ThreadedServer]


@pytest.fixture
def open_strict(open_gateway: OpenGateway, tmp_path: Path) -> OpenStrict:
    """Return a function that starts a gateway behind a proxy, generous but for the limits given."""

    def start(**limits: int) -> ThreadedServer:
        names = ("conversations_per_address_hour", "requests_per_address_minute", "sockets_per_address")
        rules = {**dict.fromkeys(names, GENEROUS), **limits}
        policy = tmp_path / f"policy-{'-'.join(limits)}.yml"
        policy.write_text(json.dumps({"limits": rules}))
        return open_gateway({**BEHIND_A_PROXY, "policy_file": str(policy)})

    return start


def refusals(gateway: ThreadedServer, of: str) -> float:
    metrics = httpx.get(f"{gateway.url}/metrics").text
    lines = [line for line in metrics.splitlines() if line.startswith(f'meantime_requests_refused_total{{of="{of}"}}')]
    return float(lines[0].split()[-1]) if lines else 0.0


def statuses(gateway: ThreadedServer, count: int, address: str = HERE) -> list[int]:
    return [open_chat(gateway, address=address).status_code for _ in range(count)]


def socket_from(gateway: ThreadedServer, token: str, address: str = HERE) -> ClientConnection:
    url = f"{gateway.url.replace('http', 'ws')}/chat/socket"
    socket = connect(url, additional_headers={"x-forwarded-for": address}, close_timeout=1)
    with suppress(ConnectionClosed):  # who is one too many is not asked for a hello
        socket.send(json.dumps({"type": "hello", "token": token, "after": 0}))
    return socket


def first_of(socket: ClientConnection) -> str:
    frame = json.loads(socket.recv(20))
    return str(frame.get("code") or frame["type"])


def test_too_many_new_conversations_are_refused_kindly_and_counted(open_strict: OpenStrict) -> None:
    gateway = open_strict(conversations_per_address_hour=3)
    before = refusals(gateway, "openings")
    assert statuses(gateway, 3) == [201] * 3
    answer = open_chat(gateway, address=HERE)
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "too_many"
    assert "try again in an hour" in answer.json()["title"]
    assert 3500 < int(answer.headers["retry-after"]) <= 3600
    assert refusals(gateway, "openings") == before + 1


def test_another_address_is_not_concerned(open_strict: OpenStrict) -> None:
    gateway = open_strict(conversations_per_address_hour=2)
    assert statuses(gateway, 3) == [201, 201, 429]
    assert statuses(gateway, 1, THERE) == [201]


def test_the_limit_is_one_over_all_gateways_and_outlives_a_restart(open_strict: OpenStrict) -> None:
    one, other = open_strict(conversations_per_address_hour=3), open_strict(conversations_per_address_hour=3)
    assert statuses(one, 2) + statuses(other, 1) == [201] * 3
    one.stop()
    assert statuses(one.start(), 1) + statuses(other, 1) == [429] * 2


def test_an_hour_later_there_is_room_again(open_strict: OpenStrict, database: Database) -> None:
    gateway = open_strict(conversations_per_address_hour=2)
    assert statuses(gateway, 3) == [201, 201, 429]
    with database.writing() as session:
        session.execute(update(ConversationToken).values(created_at=now() - timedelta(minutes=61)))
    assert statuses(gateway, 3) == [201, 201, 429]


def test_who_comes_back_is_let_in_all_the_same(open_strict: OpenStrict) -> None:
    gateway = open_strict(conversations_per_address_hour=1)
    token = open_chat(gateway, address=HERE).json()["token"]
    for _ in range(3):
        assert open_chat(gateway, address=HERE, conversation_token=token).status_code == 201


def test_a_new_device_of_a_customer_counts_like_a_new_conversation(open_strict: OpenStrict, database: Database) -> None:
    with database.writing() as session:
        session.add(Customer(id="C1"))
    gateway = open_strict(conversations_per_address_hour=2)
    opened = [open_chat(gateway, address=HERE, identity=identity("C1")) for _ in range(3)]
    assert [answer.status_code for answer in opened] == [201, 201, 429]


def test_a_refused_opening_leaves_nothing_behind(open_strict: OpenStrict, database: Database) -> None:
    gateway = open_strict(conversations_per_address_hour=1)
    statuses(gateway, 3)
    with database.reading() as session:
        assert len(session.scalars(select(Conversation)).all()) == 1
        assert len(session.scalars(select(ConversationToken)).all()) == 1


def test_a_moving_customer_does_not_count_where_they_move_to(open_strict: OpenStrict) -> None:
    gateway = open_strict(conversations_per_address_hour=2)
    for _ in range(3):
        token = open_chat(gateway, address=THERE if _ else "192.0.2.9").json().get("token")
        if token:
            with socket_from(gateway, token) as socket:
                assert first_of(socket) == "ready"
    assert statuses(gateway, 2) == [201, 201]


def test_a_flood_of_requests_is_stopped_before_the_database(open_strict: OpenStrict) -> None:
    gateway = open_strict(requests_per_address_minute=3)
    before = refusals(gateway, "requests")
    assert [forget(gateway, "x" * 43, address=HERE).status_code for _ in range(3)] == [204] * 3
    answer = forget(gateway, "x" * 43, address=HERE)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert open_chat(gateway, address=HERE).status_code == 429
    assert forget(gateway, "x" * 43, address=THERE).status_code == 204
    assert refusals(gateway, "requests") == before + 2


def test_a_socket_too_many_is_told_and_closed_until_one_goes(open_strict: OpenStrict) -> None:
    gateway = open_strict(sockets_per_address=2)
    token = open_chat(gateway, address=HERE).json()["token"]
    with socket_from(gateway, token) as first, socket_from(gateway, token) as second:
        assert (first_of(first), first_of(second)) == ("ready", "ready")
        with socket_from(gateway, token) as third:
            assert first_of(third) == "too_many"
            with pytest.raises(ConnectionClosed) as closed:
                third.recv(20)
            assert closed.value.rcvd
            assert closed.value.rcvd.code == 1013
        with socket_from(gateway, token, THERE) as elsewhere:
            assert first_of(elsewhere) == "ready"
    while True:
        with socket_from(gateway, token) as again:
            if first_of(again) == "ready":
                break


def test_one_conversation_is_shown_in_so_many_places_only(open_strict: OpenStrict) -> None:
    gateway = open_strict(sockets_per_conversation=3)
    token, other = (open_chat(gateway).json()["token"] for _ in range(2))
    with ExitStack() as left:
        sockets = [left.enter_context(socket_from(gateway, token)) for _ in range(3)]
        assert [first_of(socket) for socket in sockets] == ["ready"] * 3
        assert first_of(left.enter_context(socket_from(gateway, token))) == "too_many"
        assert first_of(left.enter_context(socket_from(gateway, other))) == "ready"


@pytest.mark.parametrize("address", ["", "10.1.2.3", "192.168.1.5", "172.20.0.1", "::1", "fd00::1"])
def test_a_proxy_that_nobody_named_does_not_shut_the_whole_shop_out(open_strict: OpenStrict, address: str) -> None:
    gateway = open_strict(conversations_per_address_hour=1, requests_per_address_minute=1, sockets_per_address=1)
    assert statuses(gateway, 3, address) == [201] * 3


def test_without_a_trusted_proxy_nobody_gets_another_address_by_saying_so(
    open_gateway: OpenGateway, database: Database
) -> None:
    gateway = open_gateway()
    for address in (HERE, THERE):
        open_chat(gateway, address=address)
    with database.reading() as session:
        assert len(set(session.scalars(select(ConversationToken.address_hash)))) == 1


def test_a_client_that_says_whose_address_it_is_behind_a_proxy_counts_as_itself(open_strict: OpenStrict) -> None:
    gateway = open_strict(conversations_per_address_hour=2)
    claimed = [f"192.0.2.{n}, {HERE}" for n in range(3)]
    assert [open_chat(gateway, address=address).status_code for address in claimed] == [201, 201, 429]


def test_one_subscriber_of_ipv6_is_one_address(open_strict: OpenStrict) -> None:
    gateway = open_strict(conversations_per_address_hour=2)
    addresses = [f"2001:db8:1:2::{n}" for n in range(1, 4)]
    assert [open_chat(gateway, address=address).status_code for address in addresses] == [201, 201, 429]
    assert statuses(gateway, 1, "2001:db8:1:3::1") == [201]


def test_words_that_are_too_many_are_counted(open_gateway: OpenGateway) -> None:
    gateway = open_gateway(words_limit="1 per minute")
    with Chat(gateway.url) as chat:
        chat.say("one")
        assert chat.say("two").errors == ["too_fast"]
        assert chat.frames[-2]["text"].startswith("That was a lot at once.")
    assert 'meantime_words_refused_total{code="too_fast"}' in httpx.get(f"{gateway.url}/metrics").text
