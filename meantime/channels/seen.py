"""Whether a customer is there to see what a socket shows: noted late, because a dead line looks like a living one.

A phone that went to sleep takes messages for a while, as far as we can tell. What was shown counts as seen once the
customer's side has said something after it, or has outlived the pings that find out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Seen:
    """Of one socket. ``note`` is called with the seq up to which everything has been seen."""

    def __init__(self, note: Callable[[int], Awaitable[None]], after: float) -> None:
        self._note = note
        self._after = after
        self._loop = asyncio.get_running_loop()
        self._shown = 0
        self._timer: asyncio.TimerHandle | None = None
        self._notes: set[asyncio.Task[None]] = set()

    def shown(self, seq: int) -> None:
        """An agent's message was shown."""
        self._shown = seq
        if self._timer is None:
            self._timer = self._loop.call_later(self._after, self.alive)

    def alive(self) -> None:
        """The customer's side is there."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self.read_up_to(self._shown)

    def read_up_to(self, seq: int) -> None:
        """The customer's side says so itself."""
        task = asyncio.ensure_future(self._note(seq))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def close(self) -> None:
        """The socket is gone: what it has not proven to have shown does not count."""
        if self._timer is not None:
            self._timer.cancel()
        await asyncio.gather(*self._notes, return_exceptions=True)
