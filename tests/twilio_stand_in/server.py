"""The server: takes messages, lists them, fails as it is told, and reports on them with Twilio's own signature."""

from __future__ import annotations

import asyncio
import base64
import binascii
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Self
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from meantime.wording.gsm import segments
from tests.channels.servers import ThreadedServer
from tests.twilio_stand_in.description import Description

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "stand-in-token-" + "t" * 17
PUBLIC_URL = "https://chat.example.com"
"""How the stand-in is told to reach us; a proxy of the test's stands in between."""
OUR_NUMBER = "+15035550100"
ARRIVES_WITHIN = 30.0
KEPT_WITHIN = 2.0
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"

Message = dict[str, Any]


class TwilioStandIn:
    """One account. ``messages`` are those it has taken, in their order; ``faults`` what was wrong with a request."""

    def __init__(self) -> None:
        self.server = ThreadedServer(Starlette(routes=[Route(PATH, self._messages, methods=["POST", "GET"])]))
        self._description = Description(self.server.url)
        self._changed = threading.Condition()
        self._validator = RequestValidator(TOKEN)
        self._client = httpx.Client(timeout=30)
        self.gateway_url = ""
        self.forget()

    def forget(self) -> None:
        """Be as new for the next test."""
        self.messages: list[Message] = []
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.opted_out: set[str] = set()
        self._scripted: deque[Callable[[], Response]] = deque()
        self._gate = threading.Event()
        self._gate.set()
        self._silent = 0
        self.reports_by_itself = False
        self.is_kept: Callable[[], bool] = lambda: True

    def start(self) -> Self:
        self.server.start()
        return self

    def stop(self) -> None:
        self._gate.set()
        self.server.stop()

    def settings(self) -> dict[str, str]:
        """What a gateway has to be configured with."""
        return {
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_from": OUR_NUMBER,
            "twilio_api_url": self.server.url,
            "public_url": PUBLIC_URL,
        }

    def fails(self, status: int, code: int = 0, headers: dict[str, str] | None = None) -> None:
        """Answer the next request so, and take nothing."""
        body = {"code": code or status, "message": "scripted", "more_info": "", "status": status}
        self._scripted.append(lambda: JSONResponse(body, status, headers))

    def goes_silent_after_taking(self, count: int = 1) -> None:
        """Take the next messages, and never answer."""
        self._silent = count

    def close_gate(self) -> None:
        """Take messages from now on, but do not answer until the gate is open."""
        self._gate.clear()

    def open_gate(self) -> None:
        self._gate.set()

    def to(self, number: str) -> list[Message]:
        """Return what was taken for this number."""
        return [message for message in self.messages if message["to"] == number]

    def wait_for(self, count: int, number: str = "") -> list[Message]:
        """Return the messages to the number once there are ``count``."""
        return self.until(lambda: len(self.to(number) if number else self.messages) >= count, number)

    def until(self, is_so: Callable[[], bool], number: str = "") -> list[Message]:
        with self._changed:
            arrived = self._changed.wait_for(is_so, ARRIVES_WITHIN)
        assert self.faults == []
        assert arrived, [message["body"] for message in self.messages]
        return self.to(number) if number else self.messages

    def until_kept(self) -> None:
        """Wait for the sender to note what we have taken: a customer needs longer than that to read and answer. One
        that has died, or waits for our gate, never does."""
        deadline = time.monotonic() + KEPT_WITHIN
        while not self.is_kept() and time.monotonic() < deadline:
            time.sleep(0.002)

    def wait_for_requests(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.requests) >= count, ARRIVES_WITHIN), self.requests

    def post(
        self, path: str, form: dict[str, str], *, signature: str | None = None, url: str = "", gateway: str = ""
    ) -> httpx.Response:
        """Call the gateway back as Twilio does: signed over the public address and the form."""
        signed = self._validator.compute_signature(url or PUBLIC_URL + path, form)
        return self._client.post(
            (gateway or self.gateway_url) + path,
            data=form,
            headers={"x-twilio-signature": signed if signature is None else signature},
        )

    def reports(self, message: Message, status: str, code: str = "") -> httpx.Response:
        """Say what became of a message, where we asked to be told."""
        form = {
            "AccountSid": ACCOUNT,
            "MessageSid": message["sid"],
            "MessageStatus": status,
            "To": message["to"],
            "From": message["from"],
            "ApiVersion": "2010-04-01",
        }
        return self.post(message["callback"].removeprefix(PUBLIC_URL), form | ({"ErrorCode": code} if code else {}))

    async def _messages(self, request: Request) -> Response:
        body = await request.body()
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        fields = frozenset(form if request.method == "POST" else request.query_params)
        with self._changed:
            self.requests.append(request.method)
            self._changed.notify_all()
        if fault := self._description.fault_of(request, body, fields) or _is_not_ours(request):
            self.faults.append(fault)
            return _error(400, 20001, fault)
        if self._scripted:
            return self._scripted.popleft()()
        response = self._list(request) if request.method == "GET" else await self._take(request, form)
        if response.status_code < 400:
            self._description.require_true(request, body, response)
        return response

    async def _take(self, request: Request, form: dict[str, str]) -> Response:
        if form["To"] in self.opted_out:
            return _error(400, 21610, "Attempt to send to unsubscribed recipient")
        if not form.get("Body"):
            return _error(400, 21602, "Message body is required.")
        message = _message(form)
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()
        if self._silent:
            self._silent -= 1
            while (await request.receive())["type"] != "http.disconnect":
                pass
        await asyncio.to_thread(self._gate.wait)
        if self.reports_by_itself:
            await asyncio.to_thread(self.reports, message, "delivered")
        return JSONResponse(_public(message), 201)

    def _list(self, request: Request) -> Response:
        wanted = {"to": request.query_params.get("To"), "from": request.query_params.get("From")}
        found = [
            _public(message)
            for message in reversed(self.messages)
            if all(value in (None, message[name]) for name, value in wanted.items())
        ]
        size = int(request.query_params.get("PageSize", "50"))
        page = {"messages": found[:size], "page": 0, "page_size": size, "start": 0, "end": len(found[:size])}
        return JSONResponse(page | {"uri": PATH, "first_page_uri": PATH, "next_page_uri": None})


def _is_not_ours(request: Request) -> str | None:
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded).decode() if kind == "Basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        given = ""
    return None if given == f"{ACCOUNT}:{TOKEN}" else "wrong credentials"


def _error(status: int, code: int, text: str) -> Response:
    return JSONResponse({"code": code, "message": text, "more_info": "", "status": status}, status)


def _message(form: dict[str, str]) -> Message:
    at = format_datetime(datetime.now(UTC))
    sid = f"SM{uuid.uuid4().hex}"
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": form["Body"],
        "to": form["To"],
        "from": form["From"],
        "status": "queued",
        "direction": "outbound-api",
        "num_segments": str(segments(form["Body"])),
        "num_media": "0",
        "date_created": at,
        "date_updated": at,
        "date_sent": None,
        "error_code": None,
        "error_message": None,
        "messaging_service_sid": None,
        "price": None,
        "price_unit": None,
        "uri": f"{PATH.removesuffix('.json')}/{sid}.json",
        "subresource_uris": {"media": f"{PATH.removesuffix('.json')}/{sid}/Media.json"},
        "callback": form.get("StatusCallback", ""),
    }


def _public(message: Message) -> Message:
    return {name: value for name, value in message.items() if name != "callback"}
