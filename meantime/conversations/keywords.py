"""The words that phone networks keep for leaving, coming back and asking who writes here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Means(Enum):
    """What a keyword asks for."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword that was sent alone. The network acts on it, and answers it, only where it ``is_exact``."""

    word: str
    means: Means
    is_exact: bool


CANCEL = "cancel"
"""Leaves, like STOP, though most who send it mean their order."""
_WORDS = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout", CANCEL), Means.STOP),
    **dict.fromkeys(("start", "unstop"), Means.START),
    **dict.fromkeys(("help", "info"), Means.HELP),
}
_BY_THE_NETWORK = frozenset({CANCEL, "end", "quit", "revoke", "help", "info"})
"""With a full stop these are words like any other, to the network and to us."""
_YES = "yes"
"""Brings back who has left; from everybody else it is an answer."""


def keyword_of(text: str, opt_out_type: str = "", *, is_opted_out: bool = False) -> Keyword | None:
    """Return the keyword that ``text`` is, or None where it says anything else. ``opt_out_type`` is what the network
    took it for, where it says so: it may know words of the shop's own."""
    exact = text.strip().casefold()
    if opt_out_type in Means.__members__:
        return Keyword(exact, Means[opt_out_type], is_exact=True)
    if exact == _YES and is_opted_out:
        return Keyword(exact, Means.START, is_exact=True)
    word = exact.rstrip(".! ")
    if word not in _WORDS or (word != exact and word in _BY_THE_NETWORK):
        return None
    return Keyword(word, _WORDS[word], is_exact=word == exact)
