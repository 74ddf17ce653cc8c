"""How staff read why a conversation is before them, and why one was closed."""

from __future__ import annotations

KINDS = {
    "asked": "Asked for a person",
    "upset": "Upset",
    "legal": "Legal or chargeback threat",
    "unsure": "Not understood twice",
    "failed": "Assistant failed",
    "wish": "Needs a person",
    "goodwill": "Wants something off",
    "opted_out": "Opted out of texts",
    "undelivered": "Answer did not arrive",
    "refused": "Change refused",
}
OTHER = "Something else"

CLOSED = {
    "solved": "Solved",
    "no_answer_needed": "No answer needed",
    "duplicate": "Duplicate",
    "spam": "Spam",
    "other": "Something else",
}


def label(kind: str) -> str:
    """Return how staff read a kind of hand-off; "" where nobody was handed on."""
    return KINDS.get(kind, OTHER) if kind else ""


def closed_label(because: str) -> str:
    """Return how staff read why a conversation was closed: the words, where somebody has written some."""
    kind, _, words = because.partition(": ")
    return words or CLOSED.get(kind, because)
