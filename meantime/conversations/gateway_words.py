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
_RATE = f"{_OURS}rate:"
RATE_AGAIN = f"{_OURS}rate_again"
ADD_WORD, NO_WORD = f"{_OURS}rate_word", f"{_OURS}rate_no_word"
RATING_WORD = f"{_OURS}rating_word"
"""What a customer types after choosing to add a word to their rating, or right after rating."""
NOT_RATED = f"{_OURS}rate_something_else"
"""What was taken as such a word was meant for us."""
NEEDS_NO_ANSWER = frozenset({MORE, NO_ANSWER, STOPPED, STARTED, HELPED})
"""With these nobody waits for a person to answer."""


def rates(stars: int) -> str:
    """Return the payload of a rating."""
    return f"{_RATE}{stars}"


def stars_of(payload: str | None) -> int | None:
    """Return the rating that ``payload`` is, if it is one."""
    if payload is None or not payload.startswith(_RATE):
        return None
    return int(payload.removeprefix(_RATE))


def is_about_rating(payload: str | None) -> bool:
    """Return whether ``payload`` rates, or says something about a rating: what opens no closed conversation."""
    return stars_of(payload) is not None or payload in (RATE_AGAIN, ADD_WORD, NO_WORD, RATING_WORD, NOT_RATED)


def is_ours(payload: str | None) -> bool:
    """Return whether ``payload`` is one of these."""
    return payload is not None and payload.startswith(_OURS)
