"""A real ASGI server in a thread: on a port of its own, stopped and started again on it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self

import uvicorn

from tests.ports import free_port


class ThreadedServer:
    """Serves ``app`` until stopped."""

    def __init__(self, app: Any, port: int | None = None) -> None:
        self.port = port or free_port()
        self.app = app
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self._server is not None

    def start(self) -> Self:
        config = uvicorn.Config(
            self.app,
            port=self.port,
            ws_max_size=64 * 1024,
            proxy_headers=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        self._server = _Announcing(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        assert self._server.is_up.wait(15), "the server did not start"
        return self

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(15)
            self._server = self._thread = None

    def run[Result](self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run ``work`` in the server's own event loop."""
        assert self._server
        assert self._server.loop
        return asyncio.run_coroutine_threadsafe(work, self._server.loop).result(30)

    def call[Result](self, work: Callable[[], Result]) -> Result:
        """Call ``work`` in the server's own event loop, where what the application keeps may be touched."""

        async def in_loop() -> Result:
            return work()

        return self.run(in_loop())


class _Announcing(uvicorn.Server):
    """Says when it is up, so that nobody has to poll, and goes down quickly."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.is_up.set()

    async def main_loop(self) -> None:
        while not self.should_exit:  # noqa: ASYNC110  a signal from another thread
            await asyncio.sleep(0.005)
