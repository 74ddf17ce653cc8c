"""How much one conversation may say at once, and one socket send. Counted per process: it keeps a flood out, it
proves nothing."""

from __future__ import annotations

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from meantime.conversations.inbox import TooFast
from meantime.conversations.pace import Pace


class Rate:
    def __init__(self, pace: Pace) -> None:
        self._words = parse(pace.words_limit)
        self._frames = parse(pace.frames_limit)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, conversation_id: str) -> None:
        """Count one message. Raises TooFast."""
        self._hit(self._words, "words", conversation_id)

    def count_frame(self, socket_id: str) -> None:
        """Count one frame of a socket. Raises TooFast."""
        self._hit(self._frames, "frames", socket_id)

    def _hit(self, limit: RateLimitItem, what: str, whose: str) -> None:
        if not self._limiter.hit(limit, what, whose):
            raise TooFast(whose)
