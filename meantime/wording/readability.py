"""How many years of school a text asks for: the Flesch-Kincaid grade of its sentences.

Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas for Navy enlisted personnel", 1975;
as in Flesch's own counting, a colon and a semicolon end a sentence too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyphen import Pyphen  # type: ignore[import-untyped]

_LIST_LINE = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_READ_AT_A_GLANCE = (
    re.compile(r"\"[^\"]*\"|“[^”]*”"),
    re.compile(rf"(?:{_WEEKDAY},? )?(?:\d{{1,2}} (?:{_MONTH})\b|(?:{_MONTH}) \d{{1,2}}\b)(?:,? \d{{4}})?"),
    re.compile(_WEEKDAY),
    # Looked for from where a word begins, and once: of a very long word each letter would be a beginning.
    re.compile(r"(?<!\S)[^\s\d@]*+[\d@]\S*?(?=[.,:;!?)]*(?:\s|$))|https?://\S+"),
    # Names: capital letters within a sentence.
    re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*"),
)
_ONE_SYLLABLE = "it"
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?<![^aeiouy]l)(?<=[^aeiouy])e$|[^aeiouytd]ed$|[^aeiouyscxzgh]es$")
_hyphens = Pyphen(lang="en_US")


def sentences(text: str) -> list[str]:
    """Return the sentences of ``text``. Lists are left out; numbers, dates, names and what is quoted stand as one
    short word, for that is how they are read."""
    prose = "\n".join(line for line in text.split("\n") if not _LIST_LINE.match(line))
    for chunk in _READ_AT_A_GLANCE:
        prose = chunk.sub(_ONE_SYLLABLE, prose)
    return [sentence for sentence in _SENTENCE_END.split(prose) if _WORD.search(sentence)]


def words(said: Sequence[str]) -> list[str]:
    """Return all words of the sentences."""
    return [word for sentence in said for word in _WORD.findall(sentence)]


def grade(said: Sequence[str]) -> float:
    """Return the school grade that the sentences ask for; 0 for none."""
    found = words(said)
    if not found:
        return 0.0
    return 0.39 * len(found) / len(said) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def syllables(word: str) -> int:
    """Return how many syllables an English word has. Hyphenation never cuts off a single letter ("a-gain"), and
    counting vowels misses some that meet ("cre-ate"), so the larger count is taken."""
    parts = re.sub("['’]", "", word.casefold()).split("-")
    return sum(max(_hyphenated(part), _voiced(part)) for part in parts)


def _hyphenated(part: str) -> int:
    return len(_hyphens.positions(part)) + 1


def _voiced(part: str) -> int:
    return max(1, len(_VOWELS.findall(part)) - bool(_SILENT.search(part)))
