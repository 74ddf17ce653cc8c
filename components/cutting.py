"""Cuts a message where one wish may end and the next begin: "where is it and can you cancel the lamp?".

Cuts too often rather than too rarely: whether two parts are two wishes is decided later, once it is known what
each is about (components/clauses.py). Never cut are a condition ("if it is late, cancel it"), what a "not" still
reaches ("don't split it and cancel the rest"), and words that only continue ("the lamp and the rug").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Optional

from components.asking import asks_anew, declines, demands, is_question, refers, without_fillers
from components.clause_words import (
    AUXILIARIES,
    CONDITIONS,
    CONNECTORS,
    DESIRES,
    ENDS,
    NEGATIONS,
    ORDERS,
    PAUSES,
    REASONS,
    SUBJECTS,
    TIMES,
)
from components.parts import Part

if TYPE_CHECKING:
    from rasa.nlu.tokenizers.tokenizer import Token

# More than this is a letter, and its sentences hang together.
MOST_PARTS = 12
_JOINTS = CONNECTORS | PAUSES


def cut(text: str, tokens: List[Token]) -> List[Part]:
    """Return the parts of ``text`` in its order, or nothing when it has only one."""
    clauses = (clause for sentence in _sentences(text, tokens) for clause in _clauses(sentence))
    parts = [part for clause in clauses if (part := _part(clause)) is not None]
    return parts if 1 < len(parts) <= MOST_PARTS else []


def _sentences(text: str, tokens: List[Token]) -> Iterator[List[Token]]:
    sentence: List[Token] = []
    for token in tokens:
        if sentence and "\n" in text[sentence[-1].end : token.start]:
            yield sentence
            sentence = []
        sentence.append(token)
        if token.lemma in ENDS:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _clauses(sentence: List[Token]) -> Iterator[List[Token]]:
    lemmas = [token.lemma for token in sentence]
    start = 0
    for at in range(1, len(sentence)):
        if _may_begin(lemmas, start, at):
            yield sentence[start:at]
            start = at
    yield sentence[start:]


def _may_begin(lemmas: List[str], start: int, at: int) -> bool:
    """Tell whether another wish may begin at ``at`` of a sentence whose present part began at ``start``."""
    is_joint = lemmas[at] in CONNECTORS or lemmas[at - 1] in PAUSES
    if not is_joint or lemmas[at - 1] in CONNECTORS:
        return False
    first, before = _after_joints(lemmas, at), lemmas[:at]
    if first == len(lemmas) or _is_condition(before[_after_joints(before, 0) :]):
        return False
    if asks_anew(lemmas, first):
        return True
    if not CONDITIONS.isdisjoint(before) or not REASONS.isdisjoint(before):
        return False
    if lemmas[first] in ORDERS or lemmas[first] in DESIRES:
        return NEGATIONS.isdisjoint(lemmas[start:at])
    return lemmas[first] in SUBJECTS


def _is_condition(lemmas: List[str]) -> bool:
    """Tell whether what follows is wanted only then: "if it is late, ...", "when it ships, ..."."""
    if not lemmas:
        return False
    return lemmas[0] in CONDITIONS or (lemmas[0] in TIMES and AUXILIARIES.isdisjoint(lemmas[1:2]))


def _after_joints(lemmas: List[str], at: int) -> int:
    return next((i for i in range(at, len(lemmas)) if lemmas[i] not in _JOINTS), len(lemmas))


def _part(clause: List[Token]) -> Optional[Part]:
    says = [i for i, token in enumerate(clause) if token.lemma not in _JOINTS]
    tokens = clause[says[0] : says[-1] + 1] if says else []
    if not any(token.lemma.strip("_'").isalnum() for token in tokens):
        return None
    lemmas = [token.lemma for token in tokens]
    said = without_fillers(lemmas)
    return Part(
        start=tokens[0].start,
        end=tokens[-1].end,
        tokens=tokens,
        is_question=is_question(said),
        asks=is_question(said) or demands(said),
        declines=declines(lemmas),
        refers=refers(lemmas),
    )
