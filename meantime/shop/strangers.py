"""What "cancel the piano" or "swap that one" names, where it may be none of the things of an order.

Somebody who names nothing means all of it. Somebody who names what is not there means none of it, and is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

ALIKE = 80
SHORTEST_TYPO = 4
MOST_WORDS = 5
VERB = r"(?:cancel(?:l?ing)?|remove|drop|delete|swap|exchange|replace|substitute|trade|switch)"
OBJECT = re.compile(
    rf"\b{VERB}(?: (?:just|only|also|please|pls|maybe|one|two|three|\d))*(?: of)?"
    r" (?:the|my|our|that|this|those|these|a|an) (?P<thing>[^.,;:!?\n()]+)",
    re.IGNORECASE,
)
WORD = re.compile(r"[a-z][\w'-]*|\d+")
# The thing ends here: what follows says why, when, or what else.
ENDS = frozenset(
    """in from of on for with because since and but as at if i we it please pls plz to which that is was are were
    instead now today asap immediately right thanks thank then or by when before after so you u not still who
    whose until u'd i'd id im off
    """.split()  # noqa: SIM905
)
WHOLE = frozenset(
    """order orders items products things stuff everything whole entire purchase purchases delivery deliveries shipment
    shipments package packages parcel parcels transaction all lot both number
    """.split()  # noqa: SIM905
)
# Of a thing they say too little to tell which: "the last one", "that item".
VAGUE = frozenset(
    """item product thing rest other others one ones last latest first second third next part parts half remaining
    waiting late delayed backordered backorder missing unshipped pair piece pieces article goods unit units bit line
    same color colour size model version style kind type two three four request booking
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Object:
    """The words of one thing that is to be cancelled or swapped. ``is_vague``: they may fit anything."""

    words: str
    is_vague: bool


def objects_in(text: str) -> Iterator[Object]:
    """Return the single things that ``text`` asks to cancel or swap; what speaks of the whole order is none."""
    folded = " ".join(text.casefold().replace("’", "'").split())
    for match in OBJECT.finditer(folded):
        words = _until_it_ends(match["thing"])
        if words and not any(word not in VAGUE and _is_among(word, WHOLE) for word in words):
            names_size = "size" in words and any(word.isdigit() for word in words)
            is_vague = all(_is_among(word, VAGUE) or word.isdigit() for word in words)
            yield Object(" ".join(words), is_vague and not names_size)


def _until_it_ends(phrase: str) -> list[str]:
    words: list[str] = []
    for word in WORD.findall(phrase):
        if word in ENDS or len(words) == MOST_WORDS:
            break
        words.append(word)
    return words


def _is_among(word: str, known: frozenset[str]) -> bool:
    """Return whether ``word`` is one of these, or one of them misspelt."""
    return word in known or any(
        min(len(word), len(other)) >= SHORTEST_TYPO and fuzz.ratio(word, other) >= ALIKE for other in known
    )
