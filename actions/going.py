"""Which lines of an order a request is about, and how many units of each.

Only what the verb of the request governs is meant. What is named elsewhere in the message, as a reason or as what is
to stay, is never among it; where that leaves it open what is meant, it is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from actions.pointing import WHOLE, meant_of_objects
from meantime.shop.counting import count_in
from meantime.shop.lines import LineView
from meantime.shop.naming import Meant, meant, units_meant
from meantime.shop.reach import TO_CANCEL, Reach, reach_of
from meantime.shop.strangers import objects_in

IDENTIFIES = re.compile(r"\d{4}|@|\b(?:zip|post ?code|e-?mail|phone|number|name|account)\b")
SEVERAL = re.compile(r"\b(?:them|both|these|those)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Going:
    """The lines that are to go. Nothing in ``lines`` means that none is named."""

    lines: tuple[LineView, ...] = ()
    is_open: bool = False
    """What is named leaves open which lines are meant; ``lines`` are those to ask about."""
    units: Mapping[int, int] = field(default_factory=dict)
    """Line → units, where a number was named. It may be more than there are."""
    units_of_any: int | None = None
    """The number that was named where no line was."""
    kept: frozenset[int] = frozenset()
    """What is to stay."""
    names_more: bool = False
    """Something else is named with the lines that is not in the order."""


def going(words: str, lines: Sequence[LineView], verbs: frozenset[str] = TO_CANCEL) -> Going:
    """Return which of ``lines`` the request in ``words`` is about."""
    reach = reach_of(words, verbs)
    can_go = [line for line in lines if line.is_cancellable]
    kept, left = _kept(reach, lines)
    phrases, found = _governed(reach, words, lines)
    if found is None:
        return Going(tuple(can_go), is_open=True)
    things = [line for line in found.things if line.line not in kept]
    if not things and (kept or left):
        things = [line for line in can_go if line.line not in kept]
    units, is_open = _units(phrases, words, things)
    units = {**units, **left}
    counted = next((n for phrase in phrases if (n := count_in(phrase, len(can_go)))), None)
    return Going(
        lines=tuple(things),
        is_open=found.is_ambiguous or is_open,
        units={number: n for number, n in units.items() if number in {line.line for line in things}},
        units_of_any=None if things else counted or units_meant(words),
        kept=frozenset(kept),
        names_more=bool(things) and any(_is_stranger(phrase, lines) for phrase in reach.objects),
    )


def _governed(reach: Reach, words: str, lines: Sequence[LineView]) -> tuple[Sequence[str], Meant[LineView] | None]:
    """Return the phrases that name what is to go, and what they name; None where something is named only elsewhere."""
    if not reach.has_verb:
        return _named_without_verb(reach, words, lines)
    named = meant(" ".join(reach.objects), lines)
    if named.things or any(WHOLE.search(phrase) for phrase in reach.objects):
        return reach.objects, named
    before = meant(" ".join(reach.before), lines)
    if before.things:
        is_one = reach.points and len(before.things) > 1 and not SEVERAL.search(words)
        return (*reach.objects, *reach.before), Meant(before.things, before.is_ambiguous or is_one)
    elsewhere = meant(" ".join(reach.aside), lines)
    if not elsewhere.things:
        return reach.objects, meant_of_objects(_said(reach, words), lines)
    if any(count_in(phrase, 1) for phrase in reach.objects):
        return (*reach.objects, *reach.aside), elsewhere  # "I ordered 4 blankets, cancel two"
    several_can_go = len([line for line in lines if line.is_cancellable]) > 1
    return reach.objects, None if several_can_go and not _names_stranger(reach, lines) else Meant()


def _named_without_verb(reach: Reach, words: str, lines: Sequence[LineView]) -> tuple[Sequence[str], Meant[LineView]]:
    """Return what is named where no verb says what is to go; of things in several sentences it is open."""
    named = meant(" ".join(reach.before), lines)
    if named.things:
        return reach.before, named
    said = " ".join((*reach.before, *reach.aside)) if reach.kept else words
    named = meant_of_objects(said, lines)
    in_one = any(len(meant(phrase, lines).things) == len(named.things) for phrase in (*reach.before, *reach.aside))
    is_open = named.is_ambiguous or (len(named.things) > 1 and not in_one)
    return (words,), Meant(named.things, is_open)


def _said(reach: Reach, words: str) -> str:
    """Return the words without what is to stay and what is told beside: that names nothing that is to go."""
    return words if not (reach.kept or reach.aside) else " ".join((*reach.before, *reach.objects))


def _kept(reach: Reach, lines: Sequence[LineView]) -> tuple[set[int], dict[int, int]]:
    """Return the lines that are to stay, and of those that are to stay in part, how many units are to go."""
    kept: set[int] = set()
    left: dict[int, int] = {}
    for phrase in reach.kept:
        for line in meant(phrase, lines).things:
            count = count_in(phrase, line.open_quantity)
            if count is not None and count < line.open_quantity:
                left[line.line] = line.open_quantity - count
            else:
                kept.add(line.line)
    return kept, left


def _units(phrases: Iterable[str], words: str, things: Sequence[LineView]) -> tuple[dict[int, int], bool]:
    """Return how many of each, and whether a number leaves it open which lines are meant."""
    units: dict[int, int] = {}
    is_open = False
    for phrase in phrases:
        named = [line for line in meant(phrase, things).things if line in things]
        there = sum(line.open_quantity for line in named)
        count = count_in(phrase, there)
        if count is None:
            continue
        if len(named) == 1:
            units[named[0].line] = count
        is_open = is_open or (len(named) > 1 and count != there)
    if len(things) == 1 and not units:
        [line] = things
        counts = (count_in(phrase, line.open_quantity) for phrase in phrases)
        if count := next((n for n in counts if n), None) or units_meant(words):
            units[line.line] = count
    return units, is_open


def _names_stranger(reach: Reach, lines: Sequence[LineView]) -> bool:
    return any(_is_stranger(phrase, lines) for phrase in reach.objects)


def _is_stranger(phrase: str, lines: Sequence[LineView]) -> bool:
    """Return whether ``phrase`` names one thing and nothing in the order is that."""
    if IDENTIFIES.search(phrase) or meant(phrase, lines).things:
        return False
    return any(not thing.is_vague for thing in objects_in(f"cancel {phrase}"))
