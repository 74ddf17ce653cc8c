"""How much one conversation may say at once, and one socket send. Counted per process: it keeps a flood out, it
proves nothing."""

from __future__ import annotations

from limits import RateLimitItem, parse

from meantime.conversations.inbox import TooFast
from meantime.conversations.pace import Pace
from meantime.conversations.window import Window


class Rate:
    def __init__(self, pace: Pace) -> None:
        self._words = parse(pace.words_limit)
        self._frames = parse(pace.frames_limit)
        self._window = Window()

    def count(self, conversation_id: str) -> None:
        """Count one message. Raises TooFast."""
        self._count(self._words, "words", conversation_id)

    def count_frame(self, socket_id: str) -> None:
        """Count one frame of a socket. Raises TooFast."""
        self._count(self._frames, "frames", socket_id)

    def _count(self, limit: RateLimitItem, what: str, whose: str) -> None:
        if not self._window.lets_in(limit, what, whose):
            raise TooFast(whose)
