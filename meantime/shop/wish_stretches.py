"""Which words of a wish are about what the customer has, and which about what they would like instead.

"Swap the black kettle for a steel one": the black one is theirs. Read from left to right, some words open a stretch
about their own item, which ends with the thing itself ("kettle", "one"), a pause or a word of another sort; others
open a stretch about the wish.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from meantime.shop.trait_mentions import PAUSE, STOP, Mention

ARTICLES = frozenset({"a", "an", "the", "some"})
INDEFINITE = frozenset({"a", "an", "another", "some"})
SWAP = frozenset(
    """swap swapping swapped exchange exchanging replace replacing switch switching trade trading change changing
    """.split()  # noqa: SIM905
)
GIVE_UP = frozenset({"cancel", "cancelling", "canceling", "return", "returning", "drop", "remove", "ditch"})
SUBSTITUTE = frozenset({"substitute", "sub"})
FOR = frozenset({"for", "to", "with", "into", "by"})
OPENS_OWN = frozenset(
    {
        *(("instead", "of"), ("place", "of"), ("lieu", "of"), ("similar", "to"), ("close", "to"), ("compared", "to")),
        *(("alternative", "to"), ("alternative", "for"), ("substitute", "for"), ("replacement", "for")),
    }
)
HAD = frozenset({"ordered", "bought", "purchased", "had", "own", "got", "chose", "picked", "have"})
MAY = frozenset({"can", "could", "may", "might", "should", "shall"})
LIKING = frozenset({"would", "i", "to", "also", "really", "you", "not"})
WISHING = frozenset(
    """want need prefer take get give send looking love wish another but fancy choose rather wanted needed
    """.split()  # noqa: SIM905
)
ENDS_OWN = frozenset({"is", "are", "was", "were", "will", "so", "please", "can", "could", "do", "would", "if"})
POINTS_AT = frozenset({"one", "item", "product", "thing", "order", "it", "them", "mine"})
NEAR_BY = 4


class Stretch(Enum):
    """What a word is about."""

    OWN = "what the customer has"
    WISH = "what they would like"
    BETWEEN = "either"


def stretches(words: Sequence[str], mentions: Sequence[Mention], nouns: frozenset[str]) -> list[Stretch]:
    """Return for each word what it is about. ``nouns`` are what things of this kind are called ("kettle")."""
    reader = _Reader(words, {m.start: m for m in mentions if m.values}, nouns | POINTS_AT)
    return [reader.read(i) for i in range(len(words))]


class _Reader:
    def __init__(self, words: Sequence[str], values: Mapping[int, Mention], nouns: frozenset[str]) -> None:
        self.words, self.values, self.nouns = words, values, nouns
        self.now = Stretch.BETWEEN
        self.awaits_for = False
        """A swap was named, what for comes later."""
        self.own_comes_last = False
        """ "Substitute a blue one for the black one"."""
        self.described: dict[str, tuple[str, ...]] = {}
        """What this stretch says of the own item so far."""

    def read(self, i: int) -> Stretch:
        """Return what word ``i`` is about; to be called for each in turn."""
        self._turn(i)
        if (value := self.values.get(i)) and self.now is Stretch.OWN:
            self._describe(value)
        about = self.now
        if about is Stretch.OWN and self.words[i] in self.nouns:
            self.now = Stretch.BETWEEN
        return about

    def _turn(self, i: int) -> None:
        word, before, after = self.words[i], self._word(i - 1), self._word(i + 1)
        if word == STOP:
            self.now, self.awaits_for, self.own_comes_last = Stretch.BETWEEN, False, False
        elif word == PAUSE:
            self._leave_own()
        elif word in SUBSTITUTE and after != "for" and before not in INDEFINITE:
            self._substitute(i)
        elif word in SWAP and before not in INDEFINITE:
            self._enter_own(awaits_for=True)
        elif word in GIVE_UP:
            self._enter_own()
        elif self.awaits_for and (word in FOR or (word == "in" and before in SWAP)):
            self.now, self.awaits_for = Stretch.WISH, False
        elif self.own_comes_last and word == "for":
            self._enter_own()
            self.own_comes_last = False
        elif (before, word) in OPENS_OWN or self._is_mine(i) or (word == "than" and before != "other"):
            self._enter_own(awaits_for=self.awaits_for)
        elif word in HAD and before in ("i", "we", "ive") and self._word(i - 2) not in MAY:
            self._enter_own()
        elif self._wishes(word, before):
            self.now = Stretch.WISH
        elif word == "like":
            self._enter_own()
        elif word in ENDS_OWN or (word in ARTICLES and self.described):
            self._leave_own()

    def _wishes(self, word: str, before: str) -> bool:
        return (
            word in WISHING
            or (word == "like" and before in LIKING)
            or (word == "have" and before in ("you", "i", "we"))
            or (word == "there" and before in ("is", "are"))
        )

    def _is_mine(self, i: int) -> bool:
        """ "My black kettle", and not "my daughter"."""
        return self.words[i] == "my" and (
            i + 1 in self.values or not self.nouns.isdisjoint(self.words[i + 1 : i + 1 + NEAR_BY])
        )

    def _substitute(self, i: int) -> None:
        """ "Substitute X with Y" names the own item first, "substitute Y for X" last."""
        rest = self.words[i + 1 : self._end(i)]
        if "for" in rest and (rest[0] in INDEFINITE or i + 1 in self.values):
            self.now, self.own_comes_last = Stretch.WISH, True
        else:
            self._enter_own(awaits_for=True)

    def _describe(self, value: Mention) -> None:
        said = self.described.setdefault(value.trait.name, value.values)
        if set(said).isdisjoint(value.values):
            self.now = Stretch.BETWEEN  # one item has one value: "swap black blue" goes on to the wish

    def _enter_own(self, *, awaits_for: bool = False) -> None:
        self.now, self.awaits_for, self.described = Stretch.OWN, awaits_for, {}

    def _leave_own(self) -> None:
        if self.now is Stretch.OWN:
            self.now = Stretch.BETWEEN

    def _end(self, i: int) -> int:
        return next((j for j in range(i, len(self.words)) if self.words[j] == STOP), len(self.words))

    def _word(self, i: int) -> str:
        return self.words[i] if 0 <= i < len(self.words) else STOP
