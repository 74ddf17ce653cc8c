"""Words as they are compared: one spelling for numbers, units, sizes and plurals, and small slips forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

TYPO_SCORE = 84
SHORTEST_TYPO = 4
SWAPPED_SCORE = 75
"""What two swapped letters in a word of four leave of it."""
LONG_WORD = 7
"""From here on a missing end is a slip; before, "table" is no "tablet"."""

WORD = re.compile(r"\d+(?:\.\d+)?[^\W\d_]*|[^\W_]+")
NUMBERS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "eight": "8", "ten": "10", "twelve": "12"}
SPELLINGS = {"gray": "grey", "colour": "color"}
UNITS = {
    "ml": "ml millilitre milliliter",
    "l": "l litre liter",
    "oz": "oz ounce",
    "mm": "mm millimetre millimeter",
    "cm": "cm centimetre centimeter",
    "m": "m metre meter",
    "ft": "ft foot feet",
    "inch": "inch inches",
    "g": "g gram",
    "kg": "kg kilo kilogram",
    "lb": "lb pound",
    "w": "w watt",
    "gb": "gb gigabyte",
    "tb": "tb terabyte",
    "mp": "mp megapixel",
    "mah": "mah",
    "hour": "hour hr",
    "cup": "cup",
    "piece": "piece pc",
    "bar": "bar",
}
UNIT_OF = {spelling: unit for unit, spellings in UNITS.items() for spelling in spellings.split()}
UNIT_OF |= {f"{spelling}s": unit for spelling, unit in UNIT_OF.items()}
MEASURE = re.compile(rf"(\d+(?:\.\d+)?)[ -]?({'|'.join(sorted(UNIT_OF, key=len, reverse=True))})(?![^\W_])")
EXTRA = re.compile(r"\b(?:extra|x)[ -]?(large|small)\b")
TWICE = re.compile(r"(.)\1+")


def words_of(text: str) -> list[str]:
    """Return the words of ``text``, each in the one spelling it is compared in: "1.5 liters" is "1.5l", "two" is
    "2", "kettles" is "kettle"."""
    text = text.casefold().replace("'", "").replace("’", "")
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = EXTRA.sub(lambda found: f"x{found[1][0]}", text)
    text = MEASURE.sub(lambda found: f"{found[1]}{UNIT_OF[found[2]]}", text)
    return [_one_spelling(word) for word in WORD.findall(text)]


def known_as(word: str, vocabulary: Collection[str]) -> set[str]:
    """Return what ``word`` is in ``vocabulary``: itself, or else the words it may be a slip of."""
    if word in vocabulary:
        return {word}
    if len(word) < SHORTEST_TYPO or not word.isalpha():
        return set()
    near = process.extract(word, list(vocabulary), scorer=fuzz.ratio, score_cutoff=SWAPPED_SCORE, limit=None)
    return {known for known, _, _ in near if is_slip(word, known)}


def is_slip(word: str, known: str) -> bool:
    """Return whether ``word`` may be ``known`` with a letter missing, doubled, swapped or, in a long word, wrong."""
    if min(len(word), len(known)) < SHORTEST_TYPO or not known.isalpha():
        return False
    if TWICE.sub(r"\1", word) == TWICE.sub(r"\1", known):
        return True
    shorter, longer = sorted((word, known), key=len)
    if longer.startswith(shorter) and len(shorter) < LONG_WORD:
        return False
    swapped = sorted(word) == sorted(known) and OSA.distance(word, known) == 1
    return swapped or fuzz.ratio(word, known) >= TYPO_SCORE


def _one_spelling(word: str) -> str:
    word = NUMBERS.get(word, word)
    return _singular(SPELLINGS.get(word, word))


def _singular(word: str) -> str:
    if len(word) <= SHORTEST_TYPO - 1 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > len("ties"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]
