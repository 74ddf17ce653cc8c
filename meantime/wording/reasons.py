"""Why a person is to answer: one kind for each reason, and how staff read it in a list."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The kinds of hand-off. The values are kept in the database: 20 characters at most."""

    ASKED = "asked"
    UPSET = "upset"
    LEGAL = "legal"
    UNSURE = "unsure"
    FAILED = "failed"
    WISH = "wish"
    GOODWILL = "goodwill"
    OPTED_OUT = "opted_out"
    UNDELIVERED = "undelivered"
    REFUSED = "refused"
    OTHER = "other"


LABELS = {
    Reason.ASKED: "Asked for a person",
    Reason.UPSET: "Upset",
    Reason.LEGAL: "Legal or chargeback threat",
    Reason.UNSURE: "Not understood twice",
    Reason.FAILED: "Assistant failed",
    Reason.WISH: "Needs a person",
    Reason.GOODWILL: "Wants something off",
    Reason.OPTED_OUT: "Opted out of texts",
    Reason.UNDELIVERED: "Answer did not arrive",
    Reason.REFUSED: "Change refused",
    Reason.OTHER: "Something else",
}


def label(kind: str) -> str:
    """Return how staff read ``kind``; "" where nobody was handed on."""
    return LABELS[Reason(kind)] if kind else ""
