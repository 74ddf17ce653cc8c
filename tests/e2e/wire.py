"""The wire between Rasa and the actions: a test may hold what goes over it, before an action runs or after it has."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.channels.servers import ThreadedServer
from tests.ports import free_port

HELD_WITHIN_SECONDS = 30
NOBODY = 502

type Side = Literal["asked", "answered"]
"""Asked: the action has not begun. Answered: what it did is committed, and nobody has heard of it."""


class Wire:
    """Passes everything on to the actions, which are to be started on ``actions_port``."""

    def __init__(self) -> None:
        self.actions_port = free_port()
        self.server = ThreadedServer(Starlette(routes=[Route("/{path:path}", self._pass_on, methods=["GET", "POST"])]))
        self._changed = threading.Condition()
        self._holds: Side | None = None
        self._held = 0
        self._underway = 0

    def settings(self) -> dict[str, str]:
        """What a world has to be configured with."""
        return {"actions_port": str(self.actions_port), "actions_url": f"{self.server.url}/webhook"}

    @contextmanager
    def held(self, side: Side) -> Iterator[None]:
        """Hold every call of an action at ``side``. In the end all of them go on, and have been answered."""
        with self._changed:
            self._holds = side
        try:
            yield
        finally:
            with self._changed:
                self._holds = None
                self._changed.notify_all()
                ended = self._changed.wait_for(lambda: self._underway == 0, HELD_WITHIN_SECONDS)
        assert ended, "the actions have not answered"

    def wait_until_held(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._held > 0, HELD_WITHIN_SECONDS), "no action was called"

    async def _pass_on(self, request: Request) -> Response:
        body = await request.body()
        is_call = request.method == "POST"
        with self._changed:
            self._underway += is_call
        try:
            if is_call:
                await asyncio.to_thread(self._stay, "asked")
            answer = await self._ask(request, body)
            if is_call:
                await asyncio.to_thread(self._stay, "answered")
            return answer
        finally:
            with self._changed:
                self._underway -= is_call
                self._changed.notify_all()

    async def _ask(self, request: Request, body: bytes) -> Response:
        url = f"http://127.0.0.1:{self.actions_port}{request.url.path}"
        kind = {"content-type": request.headers.get("content-type", "application/json")}
        try:
            async with httpx.AsyncClient(timeout=HELD_WITHIN_SECONDS) as client:
                answer = await client.request(request.method, url, content=body, headers=kind)
        except httpx.HTTPError:
            return Response(status_code=NOBODY)
        return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))

    def _stay(self, side: Side) -> None:
        with self._changed:
            self._held += self._holds == side
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._holds != side)
            self._held = 0
