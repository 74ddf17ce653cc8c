"""Cuts a message where one wish may end and the next begin: "where is it and can you cancel the lamp?".

Cuts too often rather than too rarely: whether two parts are two wishes is decided later, once it is known what
each is about (components/clauses.py). Never cut are a condition ("if it is late, cancel it"), what a "not" still
reaches ("don't split it and cancel the rest"), and words that only continue ("the lamp and the rug").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Optional, Sequence

from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

PARTS = "parts"
# More than this is a letter, and its sentences hang together.
MOST_PARTS = 12

_ENDS = {".", "!", "?", ";", "…", "..", "..."}
_PAUSES = {",", "-", "–", "—", ":"}
_CONNECTORS = {"and", "but", "also", "plus", "n", "&", "then", "so", "oh", "btw", "additionally", "anyway", "besides"}
_QUESTIONS = {"when", "where", "how", "what", "why", "who", "which", "wheres", "whens", "whats", "hows", "whys"}
_AUXILIARIES = {
    "can", "could", "would", "will", "is", "are", "was", "were", "do", "does", "did", "has", "have", "should", "may",
    "any",
}  # fmt: skip
_FILLERS = {
    "ok", "okay", "hi", "hello", "hey", "yes", "yeah", "no", "well", "actually", "just", "sorry", "now", "maybe",
    "oops", "alright", "fine", "thanks", "again", "ugh", "dear", "anyway", "instead",
}  # fmt: skip
_POLITE = {"please", "pls", "plz", "kindly"}
_SUBJECTS = {"i", "we", "my", "you", "u", "it", "he", "she", "they", "this", "that", "there", "im", "id", "ill"}
_SPEAKERS = {"i", "we", "id", "ill", "im"}
_REFERENCES = {"it", "its", "that", "this", "them", "they"}
# What comes before a thing that is named.
_OWN = {"a", "an", "the", "my", "our", "your", "another", "any", "some", "one", "other"}
_ORDERS = {
    "add", "call", "cancel", "change", "charge", "check", "connect", "deliver", "email", "exchange", "explain", "find",
    "get", "give", "help", "hold", "keep", "know", "leave", "let", "look", "mail", "make", "message", "notify", "put",
    "refund", "reimburse", "remind", "remove", "replace", "return", "send", "ship", "show", "split", "start", "stop",
    "swap", "switch", "take", "tell", "text", "track", "transfer", "unsubscribe", "update",
}  # fmt: skip
_DESIRES = {"want", "need", "like", "love", "wanna", "prefer", "wish", "hope", "wait", "take", "keep", "rather"}
_CONDITIONS = {"if", "unless", "whether", "otherwise", "case", "without"}
_TIMES = {"when", "once", "whenever", "as"}
_REASONS = {"because", "since", "cuz", "coz", "cause", "bc", "as", "until", "till", "before", "after", "once", "while"}
_NEGATIONS = {"not", "never", "no", "without", "nor"}


@dataclass
class Part:
    """A stretch of a message, and, once the classifiers have seen it, what it is about."""

    start: int
    end: int
    tokens: List[Token]
    is_question: bool
    # Whether it asks for something at all: "it was due monday" tells, "send it now" asks.
    asks: bool
    # Whether it is about what was named before it: "how long does it take".
    refers: bool
    # Whether it says what is not wanted: "I don't need a refund".
    declines: bool
    intent: Optional[str] = None
    confidence: float = 0.0
    policy_topic: Optional[Dict[str, Any]] = None


def parts_of(message: Message) -> List[Part]:
    """Return the parts left on ``message``; none where it is all of a piece."""
    return message.get(PARTS) or []


def cut(text: str, tokens: List[Token]) -> List[Part]:
    """Return the parts of ``text``, in its order, or nothing when it has only one."""
    parts = [
        part
        for sentence in _sentences(text, tokens)
        for clause in _clauses(sentence)
        if (part := _part(clause)) is not None
    ]
    return parts if 1 < len(parts) <= MOST_PARTS else []


def _sentences(text: str, tokens: List[Token]) -> Iterator[List[Token]]:
    sentence: List[Token] = []
    for i, token in enumerate(tokens):
        if sentence and "\n" in text[tokens[i - 1].end : token.start]:
            yield sentence
            sentence = []
        sentence.append(token)
        if token.lemma in _ENDS:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _clauses(sentence: List[Token]) -> Iterator[List[Token]]:
    lemmas = [token.lemma for token in sentence]
    start = 0
    for i in range(1, len(sentence)):
        if i > start and _may_begin(lemmas, start, i):
            yield sentence[start:i]
            start = i
    yield sentence[start:]


def _may_begin(lemmas: Sequence[str], start: int, at: int) -> bool:
    """Tell whether another wish may begin at ``at`` of a sentence whose present part began at ``start``."""
    pauses = lemmas[at - 1] in _PAUSES
    if not pauses and lemmas[at] not in _CONNECTORS:
        return False
    if lemmas[at - 1] in _CONNECTORS:
        return False
    first = _first_word(lemmas, at)
    if first == len(lemmas):
        return False
    before = lemmas[:at]
    if _is_condition(before[_first_word(before, 0) :]):
        return False
    asks_anew = _asks_anew(lemmas, first)
    if not _CONDITIONS.isdisjoint(before) or not _REASONS.isdisjoint(before):
        return asks_anew
    if asks_anew:
        return True
    if lemmas[first] in _ORDERS or lemmas[first] in _DESIRES:
        return _NEGATIONS.isdisjoint(lemmas[start:at])
    return lemmas[first] in _SUBJECTS


def _is_condition(lemmas: Sequence[str]) -> bool:
    """Tell whether what follows is only wanted then: "if it is late, ...", "when it ships, ..."."""
    if not lemmas:
        return False
    return lemmas[0] in _CONDITIONS or (lemmas[0] in _TIMES and not _AUXILIARIES.intersection(lemmas[1:2]))


def _asks_anew(lemmas: Sequence[str], at: int) -> bool:
    """Tell whether a question or a plea begins at ``at``, which cannot hang on what stands before it."""
    word, following = lemmas[at], lemmas[at + 1] if at + 1 < len(lemmas) else ""
    if word in _POLITE or word in _QUESTIONS:
        return True
    return word in _AUXILIARIES and following not in {"not", "be", "been"}


def _first_word(lemmas: Sequence[str], at: int) -> int:
    while at < len(lemmas) and (lemmas[at] in _CONNECTORS or lemmas[at] in _PAUSES):
        at += 1
    return at


def _part(clause: List[Token]) -> Optional[Part]:
    lemmas = [token.lemma for token in clause]
    words = clause[_first_word(lemmas, 0) :]
    while words and (words[-1].lemma in _PAUSES or words[-1].lemma in _CONNECTORS):
        words = words[:-1]
    if not any(token.lemma.strip("_'").isalnum() for token in words):
        return None
    lemmas = [token.lemma for token in words]
    plain = lemmas[next((i for i, lemma in enumerate(lemmas) if lemma not in _FILLERS), 0) :]
    is_question = _is_question(plain)
    return Part(
        start=words[0].start,
        end=words[-1].end,
        tokens=words,
        is_question=is_question,
        asks=is_question or _demands(plain),
        refers=_refers(lemmas),
        declines=_declines(lemmas),
    )


def _is_question(lemmas: Sequence[str]) -> bool:
    return "?" in lemmas or (_asks_anew(lemmas, 0) and lemmas[0] not in _POLITE)


def _demands(lemmas: Sequence[str]) -> bool:
    first = lemmas[0]
    if first in _POLITE or first in _ORDERS or first in _DESIRES or lemmas[:2] == ["no", "more"]:
        return True
    return first in _SPEAKERS and not _DESIRES.isdisjoint(lemmas[1:6])


def _declines(lemmas: Sequence[str]) -> bool:
    return any(b in _DESIRES and a in _NEGATIONS for a, b in zip(lemmas, lemmas[1:]))  # noqa: B905, RUF007


def _refers(lemmas: Sequence[str]) -> bool:
    """Tell whether all it speaks of is an "it": "how much is it"."""
    return not _REFERENCES.isdisjoint(lemmas) and _OWN.isdisjoint(lemmas) and not any("_" in lemma for lemma in lemmas)
