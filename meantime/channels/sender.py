"""What can send a page to a customer's phone or mailbox, and the three ways in which that may fail."""

from __future__ import annotations

from typing import Protocol

from meantime.conversations.sending import Outgoing


class SendingFailed(Exception):
    """The page was not sent, as far as we know. ``code`` is the provider's, or a word of ours; never private."""

    def __init__(self, code: str, after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.after = after
        """The provider asks to wait for so many seconds."""


class TryLater(SendingFailed):
    """It was certainly not taken; in a while it may be."""


class NeverAccepted(SendingFailed):
    """It was not taken, and never will be."""


class MaybeAccepted(SendingFailed):
    """Nobody knows: the provider went silent, or failed, after the page had been handed over."""


class Sender(Protocol):
    """Sends by one channel. Called with no transaction open."""

    async def send(self, out: Outgoing) -> str:
        """Hand ``out`` over and return what the provider calls it. Raises SendingFailed."""

    async def find(self, out: Outgoing) -> str | None:
        """Return what the provider calls ``out`` where an earlier try was taken after all, or None where it was not,
        or where sending it once more does no harm. Raises SendingFailed."""
