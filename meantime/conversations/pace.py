"""How long things may take. One place, so that tests can run the same engine at another speed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, unless the name says otherwise.

    A lease outlives one ask with its health check, so that nobody else asks the same while we wait.
    """

    ask_seconds: float = 7.5
    health_seconds: float = 1.0
    lease_seconds: float = 10.0
    asks_at_once: int = 16

    failures: int = 3
    """Failed answers to one message, of a Rasa that is up, before a person is asked."""
    shortest_pause: float = 0.5
    longest_pause: float = 5.0
    give_up_after: float = 600.0
    """How long a customer who was told to wait does so before a person is asked."""

    tell_after: float = 5.0
    """An unanswered message this old is told to wait, in words that stay in the conversation."""
    busy_after: float = 8.5
    """Silence this long on a socket is broken even when nothing can be stored."""

    store_within: float = 8.0
    commit_within: float = 60.0
    retry_pause: float = 0.2
    poll_seconds: float = 1.0
    drain_seconds: float = 3.0
    hello_within: float = 10.0

    send_seconds: float = 10.0
    """How long the provider of text messages or e-mail may take for one."""
    mail_seconds: float = 25.0
    """How long a mail server may take for all of it; less than the lease."""
    send_lease_seconds: float = 30.0
    """Outlives looking for a message and sending it."""
    sends_at_once: int = 8
    shortest_send_pause: float = 2.0
    longest_send_pause: float = 300.0
    park_after: float = 4 * 3600.0
    """An answer by text that is older than this helps nobody: it is shown to staff instead."""

    forget_every: float = 3600.0
    """How often is looked for what has been kept for long enough."""

    seen_after: float = 45.0
    """A socket still open so long after it has shown something is no dead line: pings find out within 40 seconds."""

    send_within: float = 20.0
    """A customer's side that takes nothing for so long is gone, or means no good."""
    typing_every: float = 2.0
    """How often it is passed on that somebody is writing."""
    words_limit: str = "20 per 10 seconds"
    """What one conversation may say, in the notation of the ``limits`` library."""
    frames_limit: str = "120 per 10 seconds"
    """What one socket may send in all, readable or not."""
