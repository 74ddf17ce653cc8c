"""A reply without buttons: its options as a numbered list, cut into text messages; and which number was meant."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Sequence

from meantime.wording.gsm import PART, in_gsm, segments

MOST_SEGMENTS = 2
MOST_CHARACTERS = MOST_SEGMENTS * PART
MORE = "MORE"
GOES_ON = f"Reply {MORE} for the rest."

_BULLET = "- "
_NUMBER = re.compile(r"^(\d{1,2})\. ", re.MULTILINE)
_LINE_OR_SENTENCE_END = re.compile(r"\n|(?<=[.!?])(?<!\n\d\.)(?<!\n\d\d\.) ")
"""The full stop of "2. Lamp" ends no sentence."""


def pages(text: str, options: Sequence[str]) -> list[str]:
    """Return ``text`` with its numbered ``options`` as text messages of at most two segments each.

    A bullet that is about an option carries its number; the other options follow below.
    """
    lines = [line for line in in_gsm(text).split("\n") if line.strip()]
    titles = [in_gsm(title) for title in options]
    places = _bullets_of(titles, lines)
    for option, place in places.items():
        lines[place] = f"{option + 1}. {lines[place].removeprefix(_BULLET)}"
    lines += [f"{number}. {title}" for number, title in enumerate(titles, 1) if number - 1 not in places]
    return _cut(lines)


def numbers_on(page: str) -> list[int]:
    """Return the numbers of the options that a page of ``pages`` shows."""
    return [int(number) for number in _NUMBER.findall(page)]


def chosen(text: str, count: int) -> int | None:
    """Return the number that ``text`` names out of ``count`` options, or None where it names none of them, or says
    anything besides."""
    words = unicodedata.normalize("NFKC", text).casefold().strip().rstrip(".!) ").lstrip("( ")
    match = _CHOICE.fullmatch(words)
    if match is None:
        return None
    said = match["ordinal"] or match["named"] or match["bare"]
    number = count if said == "last" else _VALUES.get(said) or int(re.sub(r"\D", "", said))
    return number if 1 <= number <= count else None


_NUMBERS = "one two three four five six seven eight nine ten".split()  # noqa: SIM905
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()  # noqa: SIM905
_VALUES = {word: value for words in (_NUMBERS, _ORDINALS) for value, word in enumerate(words, 1)}
_FROM_NUMBERS, _FROM_ORDINALS = "|".join(_NUMBERS), "|".join(_ORDINALS)
_CHOICE = re.compile(
    rf"""
    (?:(?:please|ok(?:ay)?|yes),?\ )?
    (?:
        # "I'll take two" may mean two of them, so after such words only "number two" or "the second" will do.
        (?:(?:i\ (?:want|choose|pick|take)|i'?d\ (?:like|prefer|take)|i\ would\ (?:like|prefer|take)|i'?ll\ take
           |give\ me|take|choose|pick|let'?s\ take)\ )?
        (?:
            (?:the\ )?(?P<ordinal>{_FROM_ORDINALS}|last|\d{{1,2}}(?:st|nd|rd|th))(?:\ (?:one|option|choice))?
          | (?:(?:option|number|choice|nr\.?|no\.)\ ?|\#\ ?)(?P<named>[1-9]\d?|{_FROM_NUMBERS})
        )
      | (?P<bare>[1-9]\d?|{_FROM_NUMBERS})
    )
    (?:,?\ (?:please|pls|thanks|thank\ you))?
    """,
    re.VERBOSE,
)


def _bullets_of(titles: Sequence[str], lines: Sequence[str]) -> dict[int, int]:
    """Return option → line for the bullets that are about one option each. None are where that would number the
    lines out of order."""
    bullets = {place: line.removeprefix(_BULLET) for place, line in enumerate(lines) if line.startswith(_BULLET)}
    pairs = [
        (option, place)
        for option, title in enumerate(titles)
        for place, bullet in bullets.items()
        if _is_about(bullet, title)
    ]
    named, named_by = Counter(option for option, _ in pairs), Counter(place for _, place in pairs)
    places = {option: place for option, place in pairs if named[option] == named_by[place] == 1}
    is_in_order = list(places) == list(range(len(places))) and list(places.values()) == sorted(places.values())
    return places if is_in_order else {}


def _is_about(bullet: str, title: str) -> bool:
    """Whether ``bullet`` begins with the title; of "M104171: two lamps" the part before the colon is enough."""
    name, colon, _ = title.partition(": ")
    starts = (title, name) if colon and "(" not in name else (title,)
    return any(bullet.startswith(start) and bullet[len(start) : len(start) + 1] in ("", ":", ",") for start in starts)


def _cut(lines: Sequence[str]) -> list[str]:
    """Fill one message after the other, each with as much as it holds; lines and sentences stay whole where they
    can."""
    left = "\n".join(lines).strip()
    found = []
    while segments(left) > MOST_SEGMENTS:
        page = _first_page(left)
        found.append(f"{page.rstrip()}\n{GOES_ON}")
        left = left[len(page) :].lstrip()
    return [*found, left]


def _first_page(text: str) -> str:
    """Return as much of ``text`` as fits together with the closing words."""
    ends: Sequence[Callable[[str], list[int]]] = (_line_and_sentence_ends, _word_ends, _all_ends)
    for ends_of in ends:
        found = ends_of(text)
        # What is longer fits no better, so half of the ends is left out with each look.
        if fitting := bisect(found, False, key=lambda end: not _fits(text[:end])):
            return text[: found[fitting - 1]]
    raise AssertionError("one character always fits")


def _fits(text: str) -> bool:
    text = text.rstrip()
    return len(text) <= MOST_CHARACTERS and segments(f"{text}\n{GOES_ON}") <= MOST_SEGMENTS


def _line_and_sentence_ends(text: str) -> list[int]:
    return [match.start() for match in _LINE_OR_SENTENCE_END.finditer(text)]


def _word_ends(text: str) -> list[int]:
    return [match.start() for match in re.finditer(" ", text)]


def _all_ends(text: str) -> list[int]:
    return list(range(1, len(text)))
