"""Tells from its words what a clause does: ask, demand, decline, or only go on about what was named before."""

from __future__ import annotations

from itertools import pairwise
from typing import List

from components.clause_words import (
    AUXILIARIES,
    DESIRES,
    DETERMINERS,
    FILLERS,
    NEGATIONS,
    ORDERS,
    PLEAS,
    QUESTIONS,
    REFERENCES,
    SPEAKERS,
    TELLINGS,
)

# "I would really very much like" still wants something.
_REACH_OF_I = 6
_REACH_OF_TELL = 4


def asks_anew(lemmas: List[str], at: int = 0) -> bool:
    """Tell whether a question or a plea begins at ``at``: neither hangs on what stands before it."""
    if lemmas[at] in PLEAS or lemmas[at] in QUESTIONS:
        return True
    return lemmas[at] in AUXILIARIES and not {"not", "be", "been"}.intersection(lemmas[at + 1 : at + 2])


def is_question(lemmas: List[str]) -> bool:
    if lemmas[0] in TELLINGS and not QUESTIONS.isdisjoint(lemmas[1:_REACH_OF_TELL]):
        return True  # "tell me what it cost"
    return "?" in lemmas or (asks_anew(lemmas) and lemmas[0] not in PLEAS)


def demands(lemmas: List[str]) -> bool:
    """Tell whether a clause that is no question wants something: "send it", "I'd like", "no more emails"."""
    first = lemmas[0]
    if first in PLEAS or first in ORDERS or first in DESIRES or lemmas[:2] == ["no", "more"]:
        return True
    return first in SPEAKERS and not DESIRES.isdisjoint(lemmas[1:_REACH_OF_I])


def declines(lemmas: List[str]) -> bool:
    return any(word in NEGATIONS and following in DESIRES for word, following in pairwise(lemmas))


def refers(lemmas: List[str]) -> bool:
    """Tell whether a clause names nothing itself: "how much is it"."""
    names_something = not DETERMINERS.isdisjoint(lemmas) or any(lemma.startswith("_") for lemma in lemmas)
    return not names_something and not REFERENCES.isdisjoint(lemmas)


def without_fillers(lemmas: List[str]) -> List[str]:
    """Return ``lemmas`` from the first word that says something: "hi, actually where is it"."""
    first = next((i for i, lemma in enumerate(lemmas) if lemma not in FILLERS), 0)
    return lemmas[first:]
