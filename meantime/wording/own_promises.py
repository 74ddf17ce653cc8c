"""What staff read about promises of their own: before one is due, and when it was missed."""

from __future__ import annotations

from datetime import datetime

from meantime.wording.hours import moment

_KINDS = {"write": "write to the customer", "call": "call the customer"}


def reminder(name: str, kind: str, what: str, due_at: datetime) -> str:
    return f"{name} promised to {_KINDS.get(kind, kind)}{_about(what)}. It is due {moment(due_at)}."


def missed(name: str, kind: str, what: str, due_at: datetime) -> str:
    return (
        f"{name} promised to {_KINDS.get(kind, kind)}{_about(what)}. It was due {moment(due_at)} and has not been "
        "marked as kept. It is now with the leads."
    )


def _about(what: str) -> str:
    return f" ({what})" if what else ""
