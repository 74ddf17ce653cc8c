"""Leaving the queue in one's own words: "ok, carry on", "I don't want to wait any more"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from meantime.conversations.gateway_words import CARRY_ON, STOP_WAITING

_WORD = re.compile(r"[\w']+")
_DRESSING = frozenset(
    """ok okay yes yeah yep sure alright right all fine well then now please just so let's lets us let me i i'd i'll i'm
    would will like want to can could you we this it here meanwhile in the meantime instead thanks thank actually any
    anymore more longer no sorry really
    """.split()  # noqa: SIM905
)
"""Words that change nothing. With any other beside them, it is for the person."""


@dataclass(frozen=True, slots=True)
class _Way:
    payload: str
    said: tuple[str, ...]
    dressing: frozenset[str]


_WAYS = (
    _Way(
        CARRY_ON,
        (
            *("carry on", "go on", "continue", "proceed", "keep going", "resume"),
            *("to the assistant", "to the bot", "with the assistant", "with the bot"),
            *("use the assistant", "use the bot"),
        ),
        _DRESSING | frozenset("with assistant bot chatbot back talk chat go speak".split()),  # noqa: SIM905
    ),
    _Way(
        STOP_WAITING,
        (
            *("stop waiting", "done waiting", "tired of waiting", "don't wait", "don't want to wait", "not wait"),
            *("no need to wait", "no longer want to wait", "never mind", "nevermind"),
        ),
        _DRESSING | frozenset("for a person human somebody someone anyone agent".split()),  # noqa: SIM905
    ),
)


def way_out_in(text: str) -> str | None:
    """Return the payload of the way out that ``text`` asks for, if it says nothing besides; else None."""
    words = _WORD.findall(text.casefold().replace("’", "'"))
    return next(
        (way.payload for way in _WAYS if any(_is_dressed(words, said, way.dressing) for said in way.said)), None
    )


def _is_dressed(words: list[str], said: str, dressing: frozenset[str]) -> bool:
    """Return whether ``words`` are those of ``said`` in one piece, and dressing around them."""
    way = said.split()
    return any(
        words[start : start + len(way)] == way and dressing.issuperset(words[:start] + words[start + len(way) :])
        for start in range(len(words) - len(way) + 1)
    )
