"""How many of a thing words ask for: "2 blankets", "one of the lamps", "a lamp", "half of them"."""

from __future__ import annotations

import re

NUMBERS = {
    **{"a": 1, "an": 1, "single": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
    **{"seven": 7, "eight": 8, "nine": 9, "ten": 10, "couple": 2},
}
NUMBER = re.compile(rf"(?:{'|'.join(NUMBERS)}|\d{{1,2}})")
BEFORE = frozenset(
    [
        "just",
        "only",
        "please",
        "pls",
        "also",
        "maybe",
        "the",
        "my",
        "our",
        "those",
        "these",
        "of",
        "a",
        "x",
        "like",
        "exactly",
    ]
)
"""What may stand before the number and says nothing of it."""
HALF = re.compile(r"^(?:\w+ ){0,2}half\b")
OF_ELSE = frozenset(
    ["size", "inch", "inches", "person", "persons", "year", "years", "day", "days", "week", "weeks", "order", "orders"]
)
MEASURES = frozenset({"pair", "pairs", "piece", "pieces", "unit", "units", "x", "pack", "packs"})
WORD = re.compile(r"[a-z0-9][\w'-]*")
ENDS = frozenset({"please", "pls", "thanks", "now", "today", "too", "instead", "from", "in", "for"})


def count_in(phrase: str, there: int) -> int | None:
    """Return how many units ``phrase`` asks for of the ``there`` units of a thing, or None where it names no number.

    It may be more than there are. Of an odd number half is the smaller half: never more is done than was asked for.
    """
    folded = phrase.casefold()
    if HALF.match(folded):
        return max(1, there // 2)
    words = WORD.findall(folded)
    at = next((i for i, word in enumerate(words) if word not in BEFORE or _begins_number(words, i)), None)
    if at is None or not NUMBER.fullmatch(words[at]):
        return None
    rest = words[at + 1 :]
    if words[at] == "a" and rest[:1] == ["couple"]:
        return 2
    count = NUMBERS.get(words[at]) or int(words[at])
    return count if count and _counts(words[at], count, rest) else None


def _begins_number(words: list[str], at: int) -> bool:
    return words[at] == "a" and not any(NUMBER.fullmatch(word) for word in words[at + 1 : at + 2])


def _counts(word: str, count: int, rest: list[str]) -> bool:
    """Return whether the number counts things, and is not what a thing is called: "2 person tent", "8 inch pan"."""
    if not rest or rest[0] in MEASURES or rest[0] == "of" or rest[0] in ENDS:
        return True
    if not OF_ELSE.isdisjoint(rest[:1]):
        return False
    if count == 1:
        return True
    return any(other.endswith("s") and not other.endswith("ss") for other in rest)
