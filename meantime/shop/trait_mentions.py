"""Where a customer's words name a trait of products, or a value of one: "size 8", "the wooden one"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rapidfuzz.distance import OSA

from meantime.shop.naming import NO_NAMES
from meantime.shop.product_traits import NAME, QUANTITY, Trait, measure
from meantime.shop.spelling import words_of

PAUSE, STOP = ",", "."
NOTHING = frozenset({"none", "no", "not", "non", "without"})
"""Words that turn a value round: a part of a value with one of them in it does not stand for the whole."""
SHORTEST_SLIP = 5
SHORTEST_WRONG_LETTER = 6
SHARED_STEM = 7
SHORTEST_PART = 3
LONGEST_ENDING = 3
# Everyday words one letter away from a color, a material or the like.
EVERYDAY = frozenset(
    """back time plan plane place price meal shall still stall while write great greet later expect sold smaller larger
    longer shorter other class clear block right night model mental please front grown tired customs
    """.split()  # noqa: SIM905
)
COLORS = frozenset(
    """red blue green black white grey silver gold brown beige pink purple orange yellow navy cream tan teal turquoise
    burgundy violet bronze copper ivory khaki maroon brass
    """.split()  # noqa: SIM905
)
MATERIALS = frozenset(
    """steel wood glass plastic leather cotton wool metal ceramic silicone nylon polyester aluminum rubber bamboo canvas
    linen suede titanium
    """.split()  # noqa: SIM905
)
SIZES = {
    "xs": (("x", "small"), ("extra", "small")),
    "s": (("small",),),
    "m": (("medium",),),
    "l": (("large",),),
    "xl": (("x", "large"), ("extra", "large")),
    "xxl": (("2xl",), ("xx", "large"), ("double", "xl")),
}
BEFORE_A_SIZE = frozenset({"a", "an", "in", "the", "to", "for", "from", "with", "but"})
BARE = re.compile(r"\d+(?:\.\d+)?|[a-z]")
"""What needs something beside it to be taken for a value."""
# What a number before them counts is no size of anything.
COUNTED = frozenset(
    """of x day week month hour hr minute year time item order unit more other less percent dollar euro buck business
    working thing email
    """.split()  # noqa: SIM905
)
# Before them a word of size or color describes no product: "a full refund", "a gold member".
NO_THINGS = frozenset(
    """refund order price problem delay question amount shipping delivery stock quality friday member membership status
    tier card customer day week name address credit time deal
    """.split()  # noqa: SIM905
)
FILLERS = frozenset(
    """a an the in one please thank thanks then ok okay yes no i would like want take it make is for to size number be
    """.split()  # noqa: SIM905
)
# Words between a trait and its value: "size is 8", "the color should be red".
LINKS = frozenset({"is", "of", "a", "in", "be", "should", "must", "eu", "uk", "us"})


@dataclass(frozen=True, slots=True)
class Mention:
    """The words from ``start`` up to ``end`` name a trait; ``values`` are those they may stand for, none where only
    the trait is named."""

    start: int
    end: int
    trait: Trait
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A way to say a value, or (without values) to name a trait."""

    words: tuple[str, ...]
    trait: Trait
    values: tuple[str, ...] = ()
    is_part: bool = False
    names_trait: bool = False


def mentions_in(words: Sequence[str], traits: Sequence[Trait], kind_words: frozenset[str]) -> list[Mention]:
    """Return what ``words`` name, in their order, no two in one place. ``kind_words`` are those that the names of all
    products have: they tell nothing apart."""
    found = _said_in_words(words, traits, kind_words)
    for i in _free(words, found):
        mention = _number_or_letter(i, words, traits, found, kind_words) or _value_nobody_has(i, words, traits, found)
        found += [mention] if mention else []
    return sorted(found, key=lambda m: m.start)


def _said_in_words(words: Sequence[str], traits: Sequence[Trait], kind_words: frozenset[str]) -> list[Mention]:
    """Return what is named in so many words: the longest phrases first, exact ones before slips."""
    places: dict[tuple[int, int], dict[tuple[bool, bool], list[Mention]]] = {}
    for phrase in _phrases(traits, kind_words):
        for start in range(len(words) - len(phrase.words) + 1):
            place = start, start + len(phrase.words)
            if len(phrase.words) == 1 and _describes_no_thing(place[1], words):
                continue
            likeness = [_likeness(words[start + i], word, phrase) for i, word in enumerate(phrase.words)]
            if all(likeness):
                rank = (min(likeness) < EXACT, phrase.is_part)
                places.setdefault(place, {}).setdefault(rank, []).append(Mention(*place, phrase.trait, phrase.values))
    taken: set[int] = set()
    found: list[list[Mention]] = []
    for (start, end), by_rank in sorted(places.items(), key=lambda p: (p[0][0] - p[0][1], min(p[1]), p[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            found.append(by_rank[min(by_rank)])
    bare = [m for group in found for m in group if not m.values]
    return [m for group in found for m in _meant(group, bare)]


def _phrases(traits: Sequence[Trait], kind_words: frozenset[str]) -> Iterator[_Phrase]:
    for trait in traits:
        if trait.name != NAME:
            yield from _names_of(trait, traits)
        if trait.is_yes_or_no:
            continue
        parts: dict[tuple[str, ...], list[str]] = {}
        for value in trait.values:
            words = tuple(words_of(value))
            for spelling in _spellings(words, trait):
                if not kind_words.issuperset(spelling):
                    yield _Phrase(spelling, trait, (value,))
            for spelling in SIZES.get("".join(words), ()):
                yield _Phrase(spelling, trait, (value,), is_part=True)
            for part in _parts(words, trait, kind_words):
                parts.setdefault(part, []).append(value)
        for part, values in parts.items():
            if len(values) < len(trait.values):
                yield _Phrase(part, trait, tuple(values), is_part=True)


def _names_of(trait: Trait, traits: Sequence[Trait]) -> Iterator[_Phrase]:
    said = (trait.value_for(True),) if trait.is_yes_or_no else ()
    yield _Phrase(trait.words, trait, said, names_trait=True)
    if trait.is_yes_or_no or len(trait.words) == 1:
        return
    named = {other.words for other in traits}
    for word in trait.words:
        if len(word) >= SHORTEST_PART and (word,) not in named and word not in NO_NAMES:
            yield _Phrase((word,), trait, is_part=True, names_trait=True)


def _spellings(words: tuple[str, ...], trait: Trait) -> Iterator[tuple[str, ...]]:
    """Yield the ways to write a value that can stand anywhere; a bare number or letter needs something beside it."""
    if not words or NOTHING.issuperset(words):
        return
    if len(words) > 1 or not BARE.fullmatch(words[0]):
        yield words
    else:
        yield tuple(words_of(f"{words[0]} {trait.name}"))  # "1000 pieces"
    if len(words) > 1 and "".join(words).isalpha():
        yield ("".join(words),)


def _parts(words: tuple[str, ...], trait: Trait, kind_words: frozenset[str]) -> Iterator[tuple[str, ...]]:
    if len(words) == 1 or not NOTHING.isdisjoint(words):
        return
    for i, word in enumerate(words):
        if word.isdigit():
            if trait.name == NAME and i + 1 < len(words):
                yield word, words[i + 1]  # "four person"
        elif len(word) >= SHORTEST_PART and word not in NO_NAMES and word not in kind_words:
            yield (word,)


EXACT, NEAR = 2, 1


def _likeness(said: str, word: str, phrase: _Phrase) -> int:
    """Return EXACT, NEAR (a slip, a wood and wooden) or 0."""
    if said == word:
        return EXACT
    if said in (f"{word}en", f"{word}len", f"{word}ish"):
        return EXACT
    if word[0].isdigit() and said[-1].isalpha() and (amount := measure(word)) and amount == measure(said):
        return EXACT
    if phrase.names_trait and _is_form_of(said, word):
        return NEAR
    return NEAR if _is_slip(said, word) else 0


def _is_form_of(said: str, word: str) -> bool:
    """Return whether ``said`` is a form of the name of a trait: "resistant" of "resistance", "sized" of "size"."""
    if min(len(said), len(word)) > SHARED_STEM and said[:SHARED_STEM] == word[:SHARED_STEM]:
        return True
    return len(word) >= SHORTEST_PART and said.startswith(word) and len(said) - len(word) <= LONGEST_ENDING


def _is_slip(said: str, word: str) -> bool:
    """Return whether ``said`` is ``word`` with one letter missing, doubled or swapped, in a longer word also wrong."""
    if len(word) < SHORTEST_SLIP or said in EVERYDAY or not (said.isalpha() and word.isalpha()):
        return False
    if said[0] != word[0] or OSA.distance(said, word, score_cutoff=1) > 1:
        return False
    return len(said) != len(word) or sorted(said) == sorted(word) or len(word) >= SHORTEST_WRONG_LETTER


def _meant(group: list[Mention], bare: list[Mention]) -> list[Mention]:
    """Return which of several traits is meant by the same words: the one named beside it ("black frame"), else an
    attribute before a name, one that differs from the customer's own first. Traits that are only named stay."""
    valued = [m for m in group if m.values]
    if len(valued) < 2:
        return valued or group
    following = [m for m in valued if any(b.trait is m.trait and b.start == m.end for b in bare)]
    before = [m for m in valued if any(b.trait is m.trait and b.end == m.start for b in bare)]
    best = min(following or before or valued, key=lambda m: (m.trait.name == NAME, m.trait.mine in m.values))
    # One value may be spelled in two ways: grey, gray.
    values = tuple(dict.fromkeys(v for m in valued if m.trait is best.trait for v in m.values))
    return [replace(best, values=values)]


def _number_or_letter(
    i: int, words: Sequence[str], traits: Sequence[Trait], found: Sequence[Mention], kind_words: frozenset[str]
) -> Mention | None:
    """Return what a bare number or letter names: "size 8", "a 9", "in M", "1000 pieces"."""
    if not BARE.fullmatch(words[i]):
        return None
    beside = [m.trait for m in _beside(i, words, found)]
    fitting = [(t, v) for t in traits for v in t.values if _says(words[i], v)]
    named = [(t, v) for t, v in fitting if t in beside]
    exact = [(t, v) for t, v in named or fitting if words_of(v) == [words[i]]]
    meant = exact or named or fitting
    if len(meant) == 1 and (named or _stands_as_value(i, words, found, kind_words)):
        return Mention(i, i + 1, meant[0][0], (meant[0][1],))
    return None


def _says(number: str, value: str) -> bool:
    words = words_of(value)
    if words == [number] or tuple(words) in SIZES.get(number, ()):
        return True
    quantity = QUANTITY.fullmatch(words[0]) if len(words) == 1 else None
    return bool(quantity and quantity[1] == number)


def _beside(i: int, words: Sequence[str], found: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the traits that are named just before or after a word: "size is 8", "8 size"."""
    before = i
    while before > 0 and words[before - 1] in LINKS:
        before -= 1
    for mention in found:
        if not mention.values and (mention.end == before or mention.start == i + 1):
            yield mention


def _stands_as_value(i: int, words: Sequence[str], found: Sequence[Mention], kind_words: frozenset[str]) -> bool:
    following = words[i + 1] if i + 1 < len(words) else STOP
    previous = words[i - 1] if i else STOP
    if following in COUNTED or (following in kind_words and previous not in ("a", "an")):
        return False
    if all(word in FILLERS or word == words[i] or word in (PAUSE, STOP) for word in words):
        return True
    if previous in ("or", "and"):
        return any(m.end == i - 1 and m.values for m in found)
    return (following == "instead" and words[i].isdigit()) or (
        previous in BEFORE_A_SIZE and (words[i][0].isdigit() or following in (PAUSE, STOP, *FILLERS, *kind_words))
    )


def _value_nobody_has(
    i: int, words: Sequence[str], traits: Sequence[Trait], found: Sequence[Mention]
) -> Mention | None:
    """Return a value that is plain to understand and that no product has: a color, "size 12", "3 liters"."""
    word = words[i]
    if word in COLORS and any(m.end == i and m.values and "color" in m.trait.words for m in found):
        return None  # "navy blue"
    beside = [m.trait for m in _beside(i, words, found)]
    if word in COLORS or word in MATERIALS:
        sort = "color" if word in COLORS else "material"
        fitting = [t for t in beside or traits if sort in t.words]
    elif BARE.fullmatch(word):
        fitting = [t for t in beside if any((m := measure(v)) and _is_on_scale(word, m[1]) for v in t.values)]
    elif (quantity := measure(word)) and quantity[1] and word[0].isdigit():
        fitting = [t for t in beside or traits if any((m := measure(v)) and m[1] == quantity[1] for v in t.values)]
        fitting = fitting if len(fitting) == 1 else []
    else:
        fitting = []
    return Mention(i, i + 1, fitting[0], (word,)) if fitting else None


def _is_on_scale(word: str, scale: str) -> bool:
    return word in SIZES if scale == "letters" else word[0].isdigit()


def _free(words: Sequence[str], found: Sequence[Mention]) -> list[int]:
    taken = set(chain.from_iterable(range(m.start, m.end) for m in found))
    return [
        i
        for i, word in enumerate(words)
        if i not in taken and word not in (PAUSE, STOP) and not _describes_no_thing(i + 1, words)
    ]


def _describes_no_thing(end: int, words: Sequence[str]) -> bool:
    return end < len(words) and words[end] in NO_THINGS
