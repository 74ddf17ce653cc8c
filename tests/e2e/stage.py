"""A shop's page of any kind with the widget on it, and a gateway in the browser that says what a test wants.

What only the real gateway can show (origins, policies, real answers) is tested against a real world instead.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as HttpRoute
from starlette.staticfiles import StaticFiles

from meantime.shop_pages import STATIC, WIDGET
from tests.channels.servers import ThreadedServer

Frame = dict[str, Any]
BODY = "<main><h1>Lamps</h1><p>A shop that sells lamps.</p><button id='help'>Help</button></main>"


class ShopServer:
    """Pages of somebody else's shop, each with the widget from wherever the test says."""

    def __init__(self, widget: Path = WIDGET) -> None:
        async def script(_request: Request) -> Response:
            return FileResponse(widget, media_type="text/javascript")

        self._pages: dict[str, tuple[str, dict[str, str]]] = {}
        static = Mount("/static", StaticFiles(directory=STATIC, check_dir=False))
        routes = [HttpRoute("/widget.js", script), static, HttpRoute("/{name:path}", self._page)]
        self.server = ThreadedServer(Starlette(routes=routes))

    @property
    def url(self) -> str:
        return self.server.url

    def page(
        self,
        *,
        script: str = "/widget.js",
        attributes: str = "",
        head: str = "",
        body: str = BODY,
        headers: dict[str, str] | None = None,
    ) -> str:
        """Return the address of a page made for this test."""
        tag = f"<script src='{script}' {attributes} async></script>"
        html = f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Lamps</title>{head}{tag}</head>"
        name = uuid.uuid4().hex
        self._pages[name] = (f"{html}<body>{body}</body></html>", headers or {})
        return f"{self.url}/{name}"

    async def _page(self, request: Request) -> Response:
        html, headers = self._pages.get(request.path_params["name"], ("", {}))
        return HTMLResponse(html, 200 if html else 404, headers)


def identity_of(customer: str) -> str:
    """What a shop would hand over for ``customer``; the gateway on stage believes anybody."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part({'sub': customer})}.c2lnbmVk"


@dataclass
class Told:
    """One conversation as the gateway keeps it."""

    token: str
    customer: str | None = None
    messages: list[Frame] = field(default_factory=list)
    sockets: list[WebSocketRoute] = field(default_factory=list)
    standing: Frame = field(default_factory=lambda: {"owner": "bot", "name": "", "ahead": None})

    def say(self, text: str, author: str = "bot", **more: Any) -> Frame:
        message: Frame = {
            "type": "message",
            "seq": len(self.messages) + 1,
            "id": str(uuid.uuid4()),
            "author": author,
            "name": "",
            "text": text,
            "options": [],
            "asks": None,
            "cards": [],
            "at": datetime.now(UTC).isoformat(),
            **more,
        }
        self.messages.append(message)
        self.send(message)
        return message

    def send(self, frame: Frame) -> None:
        for socket in self.sockets:
            socket.send(json.dumps(frame))

    def leave(self, socket: WebSocketRoute) -> None:
        if socket in self.sockets:
            self.sockets.remove(socket)

    def stand(self, owner: str, name: str = "", ahead: int | None = None) -> None:
        self.standing = {"owner": owner, "name": name, "ahead": ahead}
        self.send({"type": "owner", **self.standing})


class StageGateway:
    """Answers the widget in all pages of a context. ``heard`` keeps what customers' sides sent, in order."""

    def __init__(self, context: BrowserContext) -> None:
        self.conversations: list[Told] = []
        self.heard: list[Frame] = []
        self.forgotten: list[str] = []
        self.is_away = False
        self.answers: Callable[[Told, Frame], None] = lambda _told, _frame: None
        self.refuses: Frame | None = None
        self.refusal: tuple[int, Frame] | None = None
        self.held: list[Route] | None = None
        context.route("**/chat/conversations", self._open)
        context.route("**/chat/conversations/forget", self._forget)
        context.route_web_socket("**/chat/socket", self._connect)

    @property
    def told(self) -> Told:
        """The newest conversation."""
        return self.conversations[-1]

    @property
    def words(self) -> list[str]:
        """What customers said or chose, as often as it came."""
        return [frame.get("text") or frame["option"] for frame in self.heard if frame["type"] in ("say", "choose")]

    def go_away(self) -> None:
        """Drop every socket, and take no new ones."""
        self.is_away = True
        for told in self.conversations:
            for socket in told.sockets:
                socket.close(code=1012)
            told.sockets.clear()

    def come_back(self) -> None:
        self.is_away = False

    def release(self) -> None:
        """Answer who waits for a conversation."""
        held, self.held = self.held or [], None
        for route in held:
            self._open(route)

    def _open(self, route: Route) -> None:
        if self.held is not None:
            self.held.append(route)
            return
        if self.is_away:
            route.abort()
            return
        if self.refusal:
            status, problem = self.refusal
            route.fulfill(status=status, json=problem, headers={"retry-after": "1"})
            return
        asked = route.request.post_data_json or {}
        customer = _customer_of(asked.get("identity"))
        told = next((c for c in self.conversations if c.token == asked.get("conversation_token")), None)
        if told and customer and told.customer not in (None, customer):
            told = None
        if told is None and customer:
            told = next((c for c in reversed(self.conversations) if c.customer == customer), None)
        if told is None:
            told = Told(token=uuid.uuid4().hex)
            self.conversations.append(told)
        told.customer = customer or told.customer
        route.fulfill(status=201, json={"conversation_id": f"c-{told.token}", "token": told.token})

    def _forget(self, route: Route) -> None:
        self.forgotten.append((route.request.post_data_json or {})["conversation_token"])
        route.fulfill(status=204)

    def _connect(self, socket: WebSocketRoute) -> None:
        if self.is_away:
            socket.close(code=1012)
            return
        entered: list[Told] = []

        def receive(data: str | bytes) -> None:
            frame = json.loads(data)
            if frame["type"] == "hello":
                entered.append(self._enter(socket, frame))
                return
            self.heard.append(frame)
            if frame["type"] in ("say", "choose"):
                self._take(entered[0], frame)

        socket.on_message(receive)
        socket.on_close(lambda _code, _reason: [told.leave(socket) for told in entered])

    def _enter(self, socket: WebSocketRoute, hello: Frame) -> Told:
        told = next(c for c in self.conversations if c.token == hello["token"])
        told.sockets.append(socket)
        for message in told.messages[hello["after"] :]:
            socket.send(json.dumps(message))
        socket.send(json.dumps({"type": "ready", "seq": len(told.messages), **told.standing}))
        return told

    def _take(self, told: Told, frame: Frame) -> None:
        if self.refuses:
            told.send({"type": "error", **self.refuses, "in_reply_to": frame["id"]})
        elif all(message["id"] != frame["id"] for message in told.messages):
            told.say(frame.get("text") or _title_of(told, frame["option"]), "customer", id=frame["id"])
            self.answers(told, frame)
        told.send({"type": "done", "in_reply_to": frame["id"]})


@dataclass
class Stage:
    """A page with the widget before a gateway that is played."""

    page: Page
    gateway: StageGateway
    shop: ShopServer

    def opened(self, **page: Any) -> Page:
        """Go to a page of the shop, and open the chat."""
        self.page.goto(self.shop.page(**page))
        self.page.locator("meantime-chat .launcher").click()
        self.page.locator("meantime-chat .log[aria-busy=false]").wait_for()
        settle(self.page)
        return self.page


def settle(page: Page) -> None:
    """Wait until the chat has slid into its place."""
    page.evaluate(
        """() => Promise.all(document.querySelector('meantime-chat').shadowRoot.getAnimations()
            .filter((each) => each.effect.getComputedTiming().iterations !== Infinity)
            .map((each) => each.finished))"""
    )


def _title_of(told: Told, option: str) -> str:
    for message in reversed(told.messages):
        for each in [*message["options"], *message["cards"]]:
            if option in (each.get("id"), each.get("option")):
                return str(each["title"])
    return option


def _customer_of(identity: str | None) -> str | None:
    if not identity:
        return None
    claims = identity.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])
