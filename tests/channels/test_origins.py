"""Which pages may talk to the chat, by HTTP and by socket, and what they are told when they may not."""

from __future__ import annotations

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.channels.conftest import OpenGateway
from tests.channels.servers import ThreadedServer

SHOPS = "https://shop.example, https://Other.Example:443/ ,http://intranet.example:8080,https://käse.example"

ALLOWED = [
    "https://shop.example",
    "https://SHOP.example",
    "https://shop.example:443",
    "https://other.example",
    "http://intranet.example:8080",
    "https://xn--kse-qla.example",
]
FOREIGN = [
    "null",
    "",
    "*",
    "https://elsewhere.example",
    "http://shop.example",  # another scheme
    "https://shop.example:8443",  # another port
    "http://intranet.example",
    "https://www.shop.example",  # a sub-domain is another origin
    "https://shop.example.evil.example",
    "https://evil-shop.example",
    "https://shop.example.",
    "https://shop.example@evil.example",
    "https://evil.example/https://shop.example",
    "https://evil.example#https://shop.example",
    "https://shop.example evil.example",
    "shop.example",
    "file://",
    "javascript://shop.example",
    "chrome-extension://shop.example",
    "http://[",
    "https://shop.example:port",
]
PATHS = ["/chat/conversations", "/chat/conversations/forget"]


@pytest.fixture
def gateway(open_gateway: OpenGateway) -> ThreadedServer:
    return open_gateway({"allowed_origins": SHOPS})


def socket_status(gateway: ThreadedServer, origin: str | None) -> int:
    """Return 101 where the socket is opened."""
    try:
        connect(f"{gateway.url.replace('http', 'ws')}/chat/socket", origin=origin).close()  # type: ignore[arg-type]
    except InvalidStatus as refused:
        return refused.response.status_code
    return 101


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_page_is_refused_everywhere(gateway: ThreadedServer, origin: str) -> None:
    preflight = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    answers = [httpx.post(f"{gateway.url}{path}", json={}, headers={"origin": origin}) for path in PATHS]
    answers += [httpx.options(f"{gateway.url}{path}", headers={"origin": origin, **preflight}) for path in PATHS]
    for answer in answers:
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert "access-control-allow-origin" not in answer.headers
    if origin:
        assert socket_status(gateway, origin) == 403


def test_a_foreign_page_may_read_that_it_is_foreign_and_nothing_else(gateway: ThreadedServer) -> None:
    answer = httpx.get(f"{gateway.url}/chat/conversations", headers={"origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_origin")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert httpx.get(f"{gateway.url}/chat/conversations", headers={"origin": "https://shop.example"}).status_code == 405


@pytest.mark.parametrize("origin", ALLOWED)
def test_a_named_page_may_chat_and_read_the_answers(gateway: ThreadedServer, origin: str) -> None:
    answer = httpx.post(f"{gateway.url}/chat/conversations", json={}, headers={"origin": origin})
    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["vary"] == "origin"
    assert "access-control-allow-credentials" not in answer.headers
    assert socket_status(gateway, origin) == 101


def test_a_named_page_may_read_what_went_wrong_too(gateway: ThreadedServer) -> None:
    answer = httpx.post(f"{gateway.url}/chat/conversations", content=b"[", headers={"origin": "https://shop.example"})
    assert answer.status_code == 422
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["access-control-expose-headers"] == "retry-after"


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_allows_posting_json_and_nothing_more(gateway: ThreadedServer, path: str) -> None:
    asked = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    answer = httpx.options(f"{gateway.url}{path}", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "content-type"


def test_our_own_page_may_chat_under_every_name_it_is_called_by(gateway: ThreadedServer) -> None:
    for host in (f"127.0.0.1:{gateway.port}", f"localhost:{gateway.port}", "Chat.Example", "chat.example:443"):
        headers = {"origin": f"https://{host}", "host": host}
        assert httpx.post(f"{gateway.url}/chat/conversations", json={}, headers=headers).status_code == 201
    crossed = {"origin": "https://evil.example", "host": "chat.example"}
    assert httpx.post(f"{gateway.url}/chat/conversations", json={}, headers=crossed).status_code == 403


def test_who_is_no_page_says_no_origin_and_may_chat(gateway: ThreadedServer) -> None:
    assert httpx.post(f"{gateway.url}/chat/conversations", json={}).status_code == 201
    assert socket_status(gateway, None) == 101


def test_the_public_address_is_our_own_too(open_gateway: OpenGateway) -> None:
    gateway = open_gateway({"public_url": "https://chat.example/"})
    assert socket_status(gateway, "https://chat.example") == 101
    assert socket_status(gateway, "http://chat.example") == 403
