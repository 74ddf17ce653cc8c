"""What else a customer would take, in their own words: "in blue", "the same but cheaper", "size 9, any color"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from meantime.shop.plain_words import plain_words
from meantime.shop.price_wishes import PriceKind, PriceWish, said_of_price
from meantime.shop.product_traits import Described, Trait, measure, same_value, traits_of
from meantime.shop.spelling import words_of
from meantime.shop.trait_mentions import NOTHING, PAUSE, STOP, Mention, mentions_in
from meantime.shop.wish_stretches import Stretch, stretches

__all__ = ["PriceKind", "PriceWish", "ProductWish", "wish_in"]

PRICE = "price"
"""What the price is called among the things that do not matter."""
FEW_WORDS = 4
# Before a value that the own item has too: then it is asked for again, not described.
ASKED_FOR = frozenset({"a", "an", "another", "any", "some", "more", "also", "still", "in", "be", "stay", "keep"})
DENIES = frozenset({"not", "without", "except", "excluding", "nor", "never", "avoid", "non"})
ALL_BUT = frozenset({("other", "than"), ("anything", "but"), ("everything", "but"), ("any", "but"), ("all", "but")})
BETWEEN_NOT_AND_VALUE = frozenset({"in", "a", "an", "the", "any", "another", "too", "be", "one", "want", "like"})
EXTENT = frozenset({"size", "capacity", "volume", "diameter", "sleep"})
LENGTH = frozenset({"length", "height"})
UPWARDS, DOWNWARDS = 1, -1
SIZE_OF = {
    **dict.fromkeys(("bigger", "larger", "biggest", "largest"), (UPWARDS, EXTENT)),
    **dict.fromkeys(("smaller", "smallest"), (DOWNWARDS, EXTENT)),
    **dict.fromkeys(("longer", "taller", "longest", "tallest"), (UPWARDS, LENGTH)),
    **dict.fromkeys(("shorter", "shortest"), (DOWNWARDS, LENGTH)),
    "up": (UPWARDS, frozenset({"size"})),
    "down": (DOWNWARDS, frozenset({"size"})),
}
"""Words that compare sizes: which way, and in which attributes."""

NAMED = r"@\d+(?: (?:and|or|, and|, or|,) @\d+)*"
SAID = r"[@#]\d+(?: (?:and|or|nor) [@#]\d+)*"
NOT = r"(?:do|is|are|would|will|need) not|not|no"
UNIMPORTANT = [
    re.compile(pattern)
    for pattern in (
        rf"\b(?:any|whatever|whichever|every|either|regardless of|open (?:on|to)|flexible (?:on|about|with)|"
        rf"no preference (?:on|for|about|in)|no matter)(?: (?:old|the|about|what|which|of))* ({NAMED})(?! #)",
        rf"\bnot (?:really )?mind(?: (?:about|what|which|the|if|a|of))* ({NAMED})",
        rf"\bnot (?:really )?(?:care|fussed|bothered|picky)(?: (?:about|on|what|which|for|the|if|it|is|too))* ({SAID})",
        rf"\b(?:not (?:have|need) to be|need not be|not necessarily|no need (?:for|to be))(?: (?:a|an|in))* ({SAID})",
        rf"({SAID})(?: (?:really|is|are|it|that|would|will|be))*? (?:{NOT})(?: (?:really|that|so|as|a|an|be))* "
        r"(?:matter|important|care|issue|problem|concern|must|necessary|needed|required|essential)\b",
        rf"({SAID}) (?:is |are )?(?:unimportant|irrelevant|optional|whatever|flexible|negotiable|up to you)\b",
        rf"\b(?:another|different|other) ({NAMED})(?: (?:is|are|would|will|be|also|just|totally))* "
        r"(?:fine|ok|okay|good|great|alright|work|do)\b",
    )
]
DIFFERENT = re.compile(rf"\b(?:another|different|other|new)(?: in)? ({NAMED})")
SAME = re.compile(rf"\bsame ({NAMED})|\bkeep(?: the)? ({NAMED})|({NAMED})(?: \w+){{0,3}} (?:the )?same\b")
SAME_OTHERWISE = (
    r"(?:otherwise|else|rest)(?: \w+){0,2} (?:same|identical)\b|\bidentical\b|\blike (?:mine|it|this|that) but\b|"
    r"(?<!not the )(?<!not )\b(?:exact )?same(?: exact)?(?: #\d+)?"
    r"(?: (?:one|thing|item|product|model|version|but|in|with|only|just|except|{nouns})\b| ,| \.|$)"
)


class Sold(Described, Protocol):
    """A product with its currency."""

    @property
    def currency(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ProductWish:
    """``attributes`` are the wished values as they can be said ("blue", "blue or green", "not black"). Where not just
    that one value would do, ``any_of`` has those that would. A product wished for by its name stands under "name".
    ``unimportant`` are the attributes (and "price") that may be anything; ``same_otherwise`` means that all others
    should be as they are."""

    price: PriceWish | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    unimportant: frozenset[str] = frozenset()
    same_otherwise: bool = False
    any_of: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.price or self.attributes or self.unimportant or self.same_otherwise)

    def accepts(self, attribute: str, value: str | None) -> bool:
        """Return whether ``value`` will do for ``attribute``. Anything will, where nothing is wished."""
        if attribute not in self.attributes:
            return True
        return value in self.any_of.get(attribute, (self.attributes[attribute],))


@dataclass(frozen=True, slots=True)
class _Said:
    """The words as read, with what they name. ``marked`` has @n for a trait that is named and #n for a value, each by
    its place in ``mentions``."""

    words: list[str]
    mentions: list[Mention]
    about: list[Stretch]
    marked: str

    def word(self, i: int) -> str:
        return self.words[i] if 0 <= i < len(self.words) else STOP


def wish_in(words: str, products: Iterable[Sold], like: Sold) -> ProductWish:
    """Return what ``words`` wish for. ``products`` are those of the same kind, ``like`` is the customer's own."""
    sold = [like, *products]
    price = said_of_price(plain_words(words), like.currency)
    names = [words_of(product.name) for product in sold]
    kind_words = frozenset.intersection(*map(frozenset, names))
    nouns = frozenset(name[-1] for name in names if name)
    traits = traits_of(sold, like)
    said = _read(price.rest, traits, kind_words, nouns)
    unimportant = {said.mentions[k].trait.name for pattern in UNIMPORTANT for k in _found(pattern, said.marked)}
    choices = {
        trait.name: chosen
        for trait in traits
        if trait.name not in unimportant and (chosen := _choice(trait, said)) is not None
    }
    return ProductWish(
        price=price.wish,
        attributes={name: text for name, (text, _) in choices.items()},
        unimportant=frozenset(unimportant | ({PRICE} if price.is_unimportant else set())),
        same_otherwise=_is_same_otherwise(said, kind_words | nouns),
        any_of={name: values for name, (text, values) in choices.items() if values != (text,)},
    )


def _read(text: str, traits: Sequence[Trait], kind_words: frozenset[str], nouns: frozenset[str]) -> _Said:
    words = list(_words_and_pauses(text))
    mentions = mentions_in(words, traits, kind_words)
    starts = {m.start: f"{'#' if m.values else '@'}{k}" for k, m in enumerate(mentions)}
    inside = {i for m in mentions for i in range(m.start + 1, m.end)}
    marked = " ".join(starts.get(i, word) for i, word in enumerate(words) if i not in inside)
    return _Said(words, mentions, stretches(words, mentions, nouns), marked)


def _words_and_pauses(text: str) -> Iterator[str]:
    for part in re.split(r"([,()]|[.!?;:\n]+(?=\s|$))", text):
        if part in (",", "(", ")"):
            yield PAUSE
        elif part and part[0] in ".!?;:\n":
            yield STOP
        else:
            yield from ("do" if word == "doe" else word for word in words_of(part))


def _found(pattern: re.Pattern[str], marked: str) -> Iterator[int]:
    """Yield the places in the mentions of what ``pattern`` found."""
    for match in pattern.finditer(marked):
        for group in filter(None, match.groups()):
            yield from map(int, re.findall(r"\d+", group))


def _is_same_otherwise(said: _Said, nouns: frozenset[str]) -> bool:
    pattern = SAME_OTHERWISE.replace("{nouns}", "|".join(map(re.escape, sorted(nouns))))
    return bool(re.search(pattern, said.marked))


def _choice(trait: Trait, said: _Said) -> tuple[str, tuple[str, ...]] | None:
    """Return what is wished for ``trait``: in words, and the values that would do."""
    wished, denied = _values(trait, said)
    wished = [value for value in wished if value not in denied]
    if wished:
        return " or ".join(wished), tuple(wished)
    if (compared := _compared(trait, said)) is not None:
        return compared
    if trait.mine is not None and any(said.mentions[k].trait is trait for k in _found(DIFFERENT, said.marked)):
        denied = [*denied, trait.mine]
    elif trait.mine is not None and any(said.mentions[k].trait is trait for k in _found(SAME, said.marked)):
        return trait.mine, (trait.mine,)
    if not denied:
        return None
    return f"not {' or '.join(dict.fromkeys(denied))}", tuple(v for v in trait.values if v not in denied)


def _values(trait: Trait, said: _Said) -> tuple[list[str], list[str]]:
    """Return the values that are wished for, and those that are not wanted."""
    wished: list[tuple[Mention, tuple[str, ...]]] = []
    denied: list[str] = []
    described = []
    for mention in said.mentions:
        if mention.trait is not trait:
            continue
        is_denied = _is_denied(mention, said)
        values = _meant_values(mention, is_denied=is_denied)
        if not values or said.about[mention.start] is Stretch.OWN:
            continue
        if is_denied and not trait.is_yes_or_no and mention.values:
            denied.extend(values)
        elif _is_mine(values, trait) and said.about[mention.start] is Stretch.BETWEEN:
            if _is_alternative(mention, said):
                wished.append((mention, values))
            elif _is_asked_for(mention, said):
                described.append(values)
        elif wished and wished[-1][0].end == mention.start and set(values) & set(wished[-1][1]):
            wished[-1] = mention, tuple(v for v in wished[-1][1] if v in values)
        else:
            wished.append((mention, values))
    found = [values for _, values in wished] or described
    return list(dict.fromkeys(value for values in found for value in values)), denied


def _is_mine(values: tuple[str, ...], trait: Trait) -> bool:
    return trait.mine is not None and all(same_value(value, trait.mine) for value in values)


def _meant_values(mention: Mention, *, is_denied: bool) -> tuple[str, ...]:
    trait = mention.trait
    if trait.is_yes_or_no:
        return (trait.value_for(not is_denied),)
    if mention.values:
        return mention.values
    # "No backlight" is a value where there are such without.
    return tuple(v for v in trait.values if is_denied and NOTHING & set(words_of(v)))


def _is_denied(mention: Mention, said: _Said) -> bool:
    i = mention.start - 1
    others = (m for m in said.mentions if m.trait is mention.trait and m.end == i)
    if said.word(i) in ("or", "nor") and (other := next(others, None)):
        return _is_denied(other, said)
    if said.word(i) == "no":
        return True
    while said.word(i) in BETWEEN_NOT_AND_VALUE:
        i -= 1
    before, word = said.word(i - 1), said.word(i)
    return (word in DENIES and before not in ("why", "if")) or (before, word) in ALL_BUT


def _is_alternative(mention: Mention, said: _Said) -> bool:
    """Return whether "or" stands between ``mention`` and another value: "steel or black"."""
    after_or = said.word(mention.start - 1) == "or" and any(m.end == mention.start - 1 for m in said.mentions)
    before_or = said.word(mention.end) == "or" and any(m.start == mention.end + 1 for m in said.mentions)
    return after_or or before_or


def _is_asked_for(mention: Mention, said: _Said) -> bool:
    """Return whether a value that the own item has is asked for once more: "another black one", "black please"."""
    i = mention.start - 1
    inside = {j for m in said.mentions for j in range(m.start, m.end)}
    while i in inside:
        i -= 1
    if said.word(i) in ASKED_FOR:
        return True
    spoken = [word for word in said.words if word not in (PAUSE, STOP)]
    return len(spoken) <= FEW_WORDS and "the" not in spoken


def _compared(trait: Trait, said: _Said) -> tuple[str, tuple[str, ...]] | None:
    """Return what "bigger", "the smallest" or "a size up" asks for, when it is asked of this trait."""
    mine = measure(trait.mine) if trait.mine else None
    for i, word in enumerate(said.words):
        if mine is None or word not in SIZE_OF or not _is_compared(trait, i, said):
            continue
        way, _ = SIZE_OF[word]
        measured = ((value, measure(value)) for value in trait.values)
        sizes = sorted((way * m[0], value) for value, m in measured if m and m[1] == mine[1])
        if word.endswith("st"):
            return sizes[-1][1], (sizes[-1][1],)
        beyond = tuple(value for size, value in sizes if size > way * mine[0])
        return f"{'bigger' if way == UPWARDS else 'smaller'} than {trait.mine}", beyond
    return None


def _is_compared(trait: Trait, i: int, said: _Said) -> bool:
    """Return whether the comparing word at ``i`` is about ``trait``: the one named beside it, else one of its sort."""
    beside = [m.trait for m in said.mentions if not m.values and (m.start == i + 1 or m.end == i)]
    if beside or said.words[i] in ("up", "down"):
        return any(other is trait for other in beside)
    return not SIZE_OF[said.words[i]][1].isdisjoint(trait.words)
