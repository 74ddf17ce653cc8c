"""A customer's sentence in plain words: small letters, short forms written out, no e-mail address in it."""

from __future__ import annotations

import re

from meantime.shop.clues import EMAIL

NOT_SHORT = re.compile(r"\b(do|does|did|is|are|was|were|would|could|should|need|have|has|had)n'?t\b")
SHORT_FORMS = (
    (re.compile(r"\bca(?:n'?t|nnot)\b"), "can not"),
    (re.compile(r"\bwon'?t\b"), "will not"),
    (NOT_SHORT, r"\1 not"),
    (re.compile(r"\b(i|you|we|they|it|that)'d\b|\b(i)d\b"), r"\1\2 would"),
    (re.compile(r"\b(i|you|we|they|it|that)'ll\b"), r"\1 will"),
    (re.compile(r"\b(i|you|we|they)'ve\b"), r"\1 have"),
    (re.compile(r"\b(i)'?m\b"), r"\1 am"),
    (re.compile(r"\b(it|that|what|there|here|who|one)'s\b"), r"\1 is"),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
    (re.compile(r"(?<=\d),(?=\d)"), "."),
)


def plain_words(text: str) -> str:
    """Return ``text`` in plain words. An e-mail address, which may hold anything, is left out."""
    text = EMAIL.sub(" ", text).casefold().replace("’", "'")
    for short, full in SHORT_FORMS:
        text = short.sub(full, text)
    return " ".join(text.split())
