"""How staff read why a conversation is before them, and why one was closed."""

from __future__ import annotations

from meantime.wording.reasons import label

__all__ = ["CLOSED", "closed_label", "label"]

CLOSED = {
    "solved": "Solved",
    "no_answer_needed": "No answer needed",
    "duplicate": "Duplicate",
    "spam": "Spam",
    "other": "Something else",
    "erased": "What was said here has been erased. Nobody can be reached here any more.",
}


def closed_label(because: str) -> str:
    """Return how staff read why a conversation was closed: the words, where somebody has written some."""
    kind, _, words = because.partition(": ")
    return words or CLOSED.get(kind, because)
