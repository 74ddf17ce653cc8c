"""A small server that speaks the contract of our Rasa channel and does what a test tells it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.channels.servers import ThreadedServer

Body = dict[str, Any]
ANSWERED_WITHIN = 20.0


def reply(text: str, *buttons: tuple[str, str], **custom: Any) -> Body:
    return {"text": text, "buttons": [{"title": t, "payload": p} for t, p in buttons], "custom": custom}


class RasaStandIn:
    """Echoes, unless told otherwise. ``asked`` keeps every request in the order it came."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._gate = threading.Event()
        self._arrived = threading.Condition()
        self.forget()
        self.server = ThreadedServer(
            Starlette(
                routes=[
                    Route("/webhooks/gateway/turn", self._turn, methods=["POST"]),
                    Route("/webhooks/gateway/health", self._health),
                    Route("/health", self._actions_health),
                ]
            )
        )

    def forget(self) -> None:
        """Be as new for the next test."""
        self.open_gate()
        self.asked: list[Body] = []
        self.answers: dict[str, Callable[[], Response] | list[Body]] = {}
        self.is_healthy = True
        self.actions_are_up = True

    def start(self) -> Self:
        self.server.start()
        return self

    def stop(self) -> None:
        self.open_gate()
        self.server.stop()

    def says(self, text: str, *replies: Body) -> None:
        """Answer the words (or the payload) ``text`` with these replies."""
        self.answers[text] = list(replies)

    def does(self, text: str, what: Callable[[], Response]) -> None:
        self.answers[text] = what

    def close_gate(self) -> None:
        """From now on requests come in and are not answered."""
        self._gate.clear()

    def open_gate(self) -> None:
        self._gate.set()

    def wait_for(self, count: int) -> None:
        """Return once ``count`` requests have come in."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.asked) >= count, ANSWERED_WITHIN), self.asked

    @property
    def texts(self) -> list[str]:
        return [body["text"] if body["payload"] is None else body["payload"] for body in self.asked]

    async def _turn(self, request: Request) -> Response:
        if request.headers["authorization"] != f"Bearer {self._secret}":
            return JSONResponse({"error": "wrong secret"}, 401)
        body = await request.json()
        with self._arrived:
            self.asked.append(body)
            self._arrived.notify_all()
        await asyncio.to_thread(self._gate.wait)
        words = body["text"] if body["payload"] is None else body["payload"]
        answer = self.answers.get(words, [reply(f"echo: {words}")])
        if callable(answer):
            return answer()
        return turn(*answer, state=body["state"])

    async def _health(self, _request: Request) -> Response:
        return Response(status_code=200 if self.is_healthy else 503)

    async def _actions_health(self, _request: Request) -> Response:
        return Response(status_code=200 if self.actions_are_up else 503)


def turn(*replies: Body, state: Body | None = None, failed_action: str | None = None) -> Response:
    """Answer a turn; the state counts the turns it has seen."""
    turns = (state or {}).get("turns", 0) + 1
    return JSONResponse(
        {
            "replies": list(replies),
            "state": {"turns": turns},
            "intent": {"name": "inform", "confidence": 0.9},
            "failed_action": failed_action,
        }
    )
