"""Which lines or orders a customer means by what they are: "the desk lamp", "the one with the grill"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rapidfuzz import fuzz

TYPO_SCORE = 84
SHORTEST_TYPO = 4
FEW_WORDS = 4
WORD = re.compile(r"[a-z0-9]+")
LONG_NUMBER = re.compile(r"\d{4}")
"""An order number or a postcode says nothing of a thing."""
# Words of the request itself; they name no thing.
NO_NAMES = frozenset(
    """a an and any are but can cancel canceled cancelled cancelling canceling cant could delivery did do does don
    dont t for from get give hello help hey hi how i id if in is it item items just like line long me my need no
    not of off on one ones only or order ordered orders out part please product products remove same shipping so
    some still thank thanks that the them there these thing things this those to track tracking u up want was we
    what when where wheres which why will with would yes you your yours email postcode zip number phone
    """.split()  # noqa: SIM905
)


NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
SO_MANY = re.compile(
    rf"\b(?:only|just)\s+({'|'.join(NUMBERS)}|\d{{1,2}})\b|\b({'|'.join(NUMBERS)}|\d{{1,2}})\s+(?:(?:pair|piece|unit)s?\s+)?of\b"
)


def units_meant(text: str) -> int | None:
    """Return the number of units that was named ("one of the two lamps", "just one"), or None."""
    found = SO_MANY.search(text.casefold())
    if found is None:
        return None
    word = found[1] or found[2]
    return NUMBERS.get(word) or int(word) or None


class Named(Protocol):
    """Anything a customer can name: an order line, a product."""

    @property
    def name(self) -> str: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Meant[T]:
    """The things that were named. When ``is_ambiguous``, one name fits several of them equally well."""

    things: tuple[T, ...] = ()
    is_ambiguous: bool = False


def meant[T: Named](text: str, things: Iterable[T]) -> Meant[T]:
    """Return which of ``things`` the words of ``text`` name; nothing when they name none."""
    words = [w for w in WORD.findall(text.casefold().replace("'", "")) if w not in NO_NAMES]
    candidates = [(thing, _words(thing.name), _attribute_words(thing)) for thing in things]
    chosen: list[T] = []
    ambiguous = False
    named = {w for w in words if any(_knows(names, w) for _, names, _ in candidates)}
    for word in sorted(named, key=words.index):
        fitting = [
            (thing, _score(words, names, attributes)) for thing, names, attributes in candidates if _knows(names, word)
        ]
        best = [thing for thing, score in fitting if score == max(score for _, score in fitting)]
        ambiguous = ambiguous or (len(best) > 1 and not _is_plural(word))
        chosen.extend(thing for thing in best if thing not in chosen)
    if not chosen and _points(text):
        scores = [(thing, sum(_knows(attributes, w) for w in words)) for thing, _, attributes in candidates]
        top = max((score for _, score in scores), default=0)
        chosen = [thing for thing, score in scores if top and score == top]
        ambiguous = len(chosen) > 1
    return Meant(tuple(chosen), ambiguous)


def _points(text: str) -> bool:
    """Return whether the words point at a thing: "the blue one", "size M". In a longer tale an adjective does not."""
    words = [word for word in WORD.findall(text.casefold()) if not LONG_NUMBER.search(word)]
    return len(words) <= FEW_WORDS or not {"one", "ones"}.isdisjoint(words)


def _score(words: list[str], names: set[str], attributes: set[str]) -> int:
    return sum(_knows(names, w) or _knows(attributes, w) for w in words)


def _words(text: str) -> set[str]:
    return {w for w in WORD.findall(text.casefold()) if w not in NO_NAMES}


def _attribute_words(thing: Named) -> set[str]:
    return {w for value in thing.attributes.values() for w in _words(str(value))}


def _knows(vocabulary: set[str], word: str) -> bool:
    stem = word.removesuffix("s")
    if word in vocabulary or stem in vocabulary or f"{word}s" in vocabulary:
        return True
    if len(word) < SHORTEST_TYPO or word.isdigit():
        return False
    return any(len(v) >= SHORTEST_TYPO and fuzz.ratio(word, v) >= TYPO_SCORE for v in vocabulary)


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith("ss")
