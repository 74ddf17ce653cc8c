"""The names of a shop's products, by the words people use for them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from meantime.shop.naming import NO_NAMES
from meantime.shop.spelling import known_as, words_of

CACHED_NAMES = 32_768
# Words that ask for stock or for a date, and small talk around them; they name no thing.
REQUESTS = """about actually again ago all already also always anymore anything appreciate arrive as asap ask at
    availability available away backorder backordered be because been before being below buy by carry check checking
    come coming current currently customer day did does doing done each either else eta ever every everything expect
    expected few find future going gone good got had happen has have having he hear here hi homepage hope however
    interested into inventory its keep kind know last later least left let list listed little longer look looking love
    made make many maybe me mean mine month more most much must next nobody nor nothing now often oh ok okay once
    ordering other our ours over page perhaps possible preorder probably purchase quantity question quick quite rather
    ready really restock restocked restocking right same say says see seem sell selling sent she ship shipped should
    show site sold somebody someone something soon sorry still stock store such sure take talking tell than then they
    thinking though time today told tomorrow too trying type unavailable under unit until us use very wait waiting
    wanna wanted week well were whether while who whose within without wonder wondering year yet"""
# What people also call things: no part of a request here.
NAMES_AFTER_ALL = {"phone", "zip", "line", "track", "number"}
NO_PRODUCT_NAMES = frozenset(words_of(" ".join([*(NO_NAMES - NAMES_AFTER_ALL), "back", REQUESTS])))
PART = re.compile(r"[.!?;](?:\s|$)|,\s|\n|\s(?:and|or|plus|but)\s|&", re.IGNORECASE)
"""Where the talk of one thing may end and that of the next begin."""
PURPOSE = re.compile(r"\sfor\s.*", re.IGNORECASE)
NAME_ENDS = re.compile(r"[,(/|]|\s[-–]\s|\s(?:for|with|by|in|of)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what was said, its words, and which of them are in which names."""

    words: list[str]
    names: Mapping[str, Set[str]]


@dataclass(slots=True)
class Names:
    """All names of the shop by their words, made anew for every question: nothing here can be out of date."""

    by_word: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_two_words: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By two of their words written as one: "desklamp"."""
    heads: dict[str, str] = field(default_factory=dict)
    """The word that says what it is: the lamp of "Harbor Desk Lamp (small)"."""

    def add(self, name: str) -> None:
        words, two_words, self.heads[name] = _read_name(name)
        for word in words:
            self.by_word[word].add(name)
        for word in two_words:
            self.by_two_words[word].add(name)

    def named_by(self, words: Sequence[str], *, by_heads: bool = False) -> dict[str, set[str]]:
        """Return the words that name something, with the names they are in.

        Where something is named by its head, what shares only another word with it is left out: "a kettle for the
        office" is no office chair. With ``by_heads``, nothing is named otherwise.
        """
        found: dict[str, set[str]] = {}
        headed: set[str] = set()
        for word, known in self._known(words):
            found[word] = found.get(word, set()) | self.by_word.get(known, set()) | self.by_two_words.get(known, set())
            headed |= {name for name in found[word] if known.endswith(self.heads[name]) and self.heads[name]}
        if headed or by_heads:
            found = {word: names & headed for word, names in found.items()}
        return {word: names for word, names in found.items() if names}

    def _known(self, words: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The words that are known, each as the word of the shop that it is: "back pack" is a backpack."""
        pairs = [(a, b) for a, b in pairwise(words) if a + b in self.by_word]
        yield from ((a + b, a + b) for a, b in pairs)
        for word in dict.fromkeys(words):
            if word in NO_PRODUCT_NAMES or any(word in pair for pair in pairs):
                continue
            if word in self.by_two_words:
                yield word, word
            yield from ((word, known) for known in known_as(word, self.by_word))


def parts_of(words: str, names: Names) -> list[Part]:
    """Return what was said, cut where another thing may be talked of. What names nothing goes with what was before
    it, or else with what follows."""
    texts = PART.split(words)
    # What a thing is wanted for is no other thing, unless it is one by its head: "I wait for the grill".
    parts = _joined(
        texts,
        lambda text: names.named_by(words_of(PURPOSE.sub("", text))) or names.named_by(words_of(text), by_heads=True),
    )
    return parts or _joined(texts, lambda text: names.named_by(words_of(text)))


def _joined(texts: Sequence[str], named: Callable[[str], dict[str, set[str]]]) -> list[Part]:
    parts: list[Part] = []
    before: list[str] = []
    for text in texts:
        if found := named(text):
            parts.append(Part([*before, *words_of(text)], found))
            before = []
        else:
            (parts[-1].words if parts else before).extend(words_of(text))
    return parts


@lru_cache(maxsize=CACHED_NAMES)
def _read_name(name: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the words of a name, its neighbouring words written as one, and its head."""
    words = words_of(name)
    head = next((word for word in reversed(words_of(NAME_ENDS.split(name)[0])) if word.isalpha()), "")
    return tuple(words), tuple(a + b for a, b in pairwise(words)), head
