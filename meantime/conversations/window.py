"""How often something may happen in a while: a moving window of the ``limits`` library, in memory.

The library's own store keeps a list for everybody who ever came, and walks through all of them again and again;
this one lets go of whoever has not come for longer than their window is.
"""

from __future__ import annotations

import time

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

ROOM = 1_000
"""So many are remembered before it is looked who can be forgotten."""


class Window:
    """Counts by name. To be used from one thread."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._full_at = ROOM

    def lets_in(self, limit: RateLimitItem, *whose: str) -> bool:
        """Count one more, and return whether ``limit`` allows it; if not, it does not count."""
        if self.remembered >= self._full_at:
            self._forget()
        return self._limiter.hit(limit, *whose)

    def seconds_to_wait(self, limit: RateLimitItem, *whose: str) -> float:
        """Return how long it takes until there is room for one more."""
        return max(0.0, self._limiter.get_window_stats(limit, *whose).reset_time - time.time())

    @property
    def remembered(self) -> int:
        return len(self._storage.events)

    def _forget(self) -> None:
        at = time.time()
        for name in list(self._storage.events):
            with self._storage.locks[name]:  # the library's own timer may be looking at the same
                entries = self._storage.events[name]
                is_over = not entries or entries[0].expiry <= at
                if is_over:
                    del self._storage.events[name]
            if is_over:
                self._storage.locks.pop(name, None)
        self._full_at = ROOM + 2 * self.remembered
