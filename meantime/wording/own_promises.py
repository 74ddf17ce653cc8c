"""What staff read about promises of their own: before one is due, and when it was missed."""

from __future__ import annotations

from datetime import datetime

from meantime.wording.hours import moment

_KINDS = {"write": "write to the customer", "call": "call the customer"}


def reminder(name: str, keeper: str, kind: str, what: str, due_at: datetime) -> str:
    """``name`` has promised it, ``keeper`` is to keep it: the same person, where it was not passed on."""
    return f"{_promised(name, keeper, kind, what)}. It is due {moment(due_at)}."


def missed(name: str, keeper: str, kind: str, what: str, due_at: datetime) -> str:
    return (
        f"{_promised(name, keeper, kind, what)}. It was due {moment(due_at)} and has not been "
        "marked as kept. It is now with the leads."
    )


def _promised(name: str, keeper: str, kind: str, what: str) -> str:
    keeps = "" if keeper == name else f"; {keeper} keeps it now"
    return f"{name} promised to {_KINDS.get(kind, kind)}{_about(what)}{keeps}"


def _about(what: str) -> str:
    return f" ({what})" if what else ""
