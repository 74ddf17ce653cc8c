"""Sockets as they come: dropped, stuck, flooding, and open while the gateway is started anew."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat


def close_code(chat: Chat) -> int:
    """Return the code a socket ends with, whatever comes before."""
    assert chat.socket
    try:
        while True:
            chat.receive(20)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def until_shown(gateway: ThreadedServer, chat: Chat, is_shown: bool) -> None:
    """Return once the gateway shows the conversation to somebody, or to nobody any more."""

    async def wait() -> None:
        hub = gateway.app.state.chat.hub
        async with asyncio.timeout(20):
            while (chat.conversation_id in hub.conversations) is not is_shown:  # noqa: ASYNC110
                await asyncio.sleep(0)

    gateway.run(wait())


def test_a_gateway_that_is_started_anew_says_so_and_the_talk_goes_on_at_once(
    gateway: ThreadedServer, rasa: RasaStandIn
) -> None:
    with Chat(gateway.url) as chat:
        chat.say("before")
        gateway.stop()
        assert close_code(chat) == 1012
        gateway.start()
        chat.connect()
        assert chat.say("after").text == "echo: after"
    assert rasa.texts == ["before", "after"]


def test_more_frames_than_anybody_types_close_the_socket(open_gateway: OpenGateway) -> None:
    gateway = open_gateway(frames_limit="10 per minute")
    with Chat(gateway.url) as chat, Chat(gateway.url, token=chat.token) as tab:
        for _ in range(11):
            chat.send({"type": "typing"})
        assert chat.receive()["code"] == "too_fast"
        assert close_code(chat) == 1013
        assert tab.say("not me").text == "echo: not me"


@contextmanager
def deaf(gateway: ThreadedServer, token: str) -> Iterator[None]:
    """A customer's side that says hello and then takes nothing, with as little room on the way as can be."""
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 1024)
    raw.connect(("127.0.0.1", gateway.port))
    head = (
        "GET /chat/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    hello = json.dumps({"type": "hello", "token": token, "after": 0}).encode()
    raw.sendall(head.encode())
    raw.recv(1024)  # its half of the handshake, the last that is read
    raw.sendall(bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]) + hello)
    with raw:
        yield


def test_who_takes_nothing_is_let_go_and_holds_nobody_up(open_gateway: OpenGateway, rasa: RasaStandIn) -> None:
    rasa.says("a lot", *[reply("x" * 60_000) for _ in range(150)])
    gateway = open_gateway(send_within=0.2)
    with Chat(gateway.url) as chat:
        chat.say("a lot")
    until_shown(gateway, chat, False)
    with deaf(gateway, chat.token):
        until_shown(gateway, chat, True)
        with Chat(gateway.url) as other:
            assert other.say("hello").text == "echo: hello"
        until_shown(gateway, chat, False)


def test_a_line_that_is_cut_leaves_nobody_behind(gateway: ThreadedServer, rasa: RasaStandIn) -> None:
    rasa.close_gate()
    with Chat(gateway.url) as chat:
        assert chat.socket
        chat.send({"type": "say", "id": "6a3a4b2e-0000-4000-8000-000000000000", "text": "hello"})
        rasa.wait_for(1)
        chat.socket.socket.shutdown(sockets.SHUT_RDWR)
        until_shown(gateway, chat, False)
        rasa.open_gate()
        chat.connect()
        while "echo: hello" not in [f.get("text") for f in chat.frames]:
            chat.receive()


def test_a_frame_in_many_pieces_is_one_frame_and_may_not_be_giant_either(chat: Chat) -> None:
    assert chat.socket
    words = {"type": "say", "id": "6a3a4b2e-0000-4000-8000-000000000001", "text": "x" * 3000}
    chat.socket.send(iter(json.dumps(words)))
    assert chat.until_done(str(words["id"])).text == "echo: " + "x" * 3000
    with suppress(ConnectionClosed):  # it may be closed before the last piece
        chat.socket.send(iter(["x" * 1000] * 70))
    assert close_code(chat) == 1009


def test_words_in_bytes_are_no_words(chat: Chat) -> None:
    assert chat.socket
    words = {"type": "say", "id": "6a3a4b2e-0000-4000-8000-000000000002", "text": "in bytes"}
    chat.socket.send(json.dumps(words).encode())
    assert chat.receive()["code"] == "bad_frame"
    assert chat.say("in text").text == "echo: in text"


@pytest.mark.parametrize("token", ["emoji 🚚", "‮", "\ud83d", "x" * 10_000, "", "a\0b"])
def test_no_token_is_too_strange_to_be_answered(gateway: ThreadedServer, token: str) -> None:
    with connect(f"{gateway.url.replace('http', 'ws')}/chat/socket") as socket:
        socket.send(json.dumps({"type": "hello", "token": token, "after": 0}))
        assert json.loads(socket.recv(20))["code"] == "bad_token"


def test_a_seq_beyond_all_numbers_is_answered(gateway: ThreadedServer, chat: Chat) -> None:
    for after in (2**31, 2**63, 10**30):
        with connect(f"{gateway.url.replace('http', 'ws')}/chat/socket") as socket:
            socket.send(json.dumps({"type": "hello", "token": chat.token, "after": after}))
            assert json.loads(socket.recv(20))["type"] == "ready"


def test_a_compressed_giant_is_seen_through(chat: Chat) -> None:
    assert chat.socket
    with suppress(ConnectionClosed):
        chat.socket.send(" " * 1_000_000)
    assert close_code(chat) == 1009
