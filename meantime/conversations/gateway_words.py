"""Payloads of what the gateway answers itself. Rasa never hears of them, and nobody can type one."""

from __future__ import annotations

_OURS = "gateway:"

CARRY_ON = f"{_OURS}carry_on"
STOP_WAITING = f"{_OURS}stop_waiting"
MORE = f"{_OURS}more"
"""By SMS: the next page."""
PICTURE = f"{_OURS}picture"
EMPTY = f"{_OURS}empty"
STOPPED, STARTED, HELPED = f"{_OURS}stopped", f"{_OURS}started", f"{_OURS}helped"
"""By SMS: the networks' own words."""
STILL_WRITES = f"{_OURS}still_writes"
SAME_AGAIN = f"{_OURS}same_again"
"""By SMS: said in the same words for the third time."""
NO_ANSWER = f"{_OURS}no_answer"
"""By SMS: nobody waits for an answer to this."""


def is_ours(payload: str | None) -> bool:
    """Return whether ``payload`` is one of these."""
    return payload is not None and payload.startswith(_OURS)
