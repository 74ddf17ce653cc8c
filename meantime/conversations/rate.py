"""How much one conversation may say at once. Counted per process: it keeps a flood out, it proves nothing."""

from __future__ import annotations

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from meantime.conversations.inbox import TooFast
from meantime.conversations.pace import Pace


class Rate:
    def __init__(self, pace: Pace) -> None:
        self._limit = parse(pace.words_limit)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, conversation_id: str) -> None:
        """Count one message. Raises TooFast."""
        if not self._limiter.hit(self._limit, conversation_id):
            raise TooFast(conversation_id)
