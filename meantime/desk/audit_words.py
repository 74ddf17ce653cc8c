"""What was done, as the audit keeps it, in the words of who reads it; and what changed, as short pairs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from meantime.desk.showing import local

DONE: Mapping[str, str] = {
    "answer": "Answered the customer",
    "cancel": "Cancelled items",
    "change_accepted": "Change accepted by the shop's system",
    "change_refused": "Change refused by the shop's system",
    "close": "Closed the conversation",
    "erase": "Erased the customer",
    "export": "Gave out all data of the customer",
    "goodwill": "Gave goodwill",
    "hand_back": "Handed back to the assistant",
    "import": "Brought in by the shop's system",
    "keep_waiting": "Noted that the customer keeps waiting",
    "note": "Left a note",
    "notify": "Noted that the customer wants news",
    "password_changed": "Changed their password",
    "password_reset": "Made a new first password",
    "promise_due": "Reminded of a promise",
    "promise_kept": "Kept a promise",
    "promise_made": "Made a promise",
    "promise_missed": "A promise was missed",
    "promise_passed_on": "Passed a promise on",
    "promise_withdrawn": "Withdrew a promise",
    "put_back": "Put back into the queue",
    "renumber": "Gave an order line another number",
    "reply_added": "Added a reply",
    "reply_changed": "Changed a reply",
    "reply_deleted": "Deleted a reply",
    "role_changed": "Changed a role",
    "search": "Searched",
    "sent_anyway": "Sent against the advice on tone",
    "sign_in_failed": "Wrong password at sign-in",
    "signed_in": "Signed in",
    "signed_out_everywhere": "Signed out everywhere",
    "snooze": "Put away until later",
    "split": "Asked to send items ahead",
    "staff_added": "Added an account",
    "staff_disabled": "Disabled an account",
    "staff_enabled": "Enabled an account",
    "stop_all": "Noted that the customer wants no messages",
    "stop_order": "Noted that the customer wants no messages about an order",
    "swap": "Swapped an item",
    "take_over": "Took over",
    "transfer": "Gave to a colleague",
    "unsnooze": "Brought back before its time",
    "view": "Looked at",
}
LONGEST_VALUE = 160
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")
FEW = 3
"""So many pairs are shown at once; more are folded away."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing that changed, or is told of the change. ``before`` is None where there was nothing."""

    name: str
    before: str | None
    after: str | None


def in_words(what: str) -> str:
    """Return what was done, in words."""
    return DONE.get(what) or what.replace("_", " ").replace("-", " ").strip().capitalize()


def pairs(before: Any, after: Any) -> list[Pair]:
    """Return what differs between two states, name by name; what stayed the same is left out."""
    old, new = _named(before), _named(after)
    return [
        Pair(name.replace("_", " "), _text(old, name), _text(new, name))
        for name in dict.fromkeys((*old, *new))
        if name not in old or name not in new or old[name] != new[name] or after is None
    ]


def _named(state: Any) -> Mapping[str, Any]:
    if state is None:
        return {}
    return state if isinstance(state, dict) else {"value": state}


def _text(state: Mapping[str, Any], name: str) -> str | None:
    if name not in state:
        return None
    text = _plain(state[name])
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} ..."


def _plain(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_plain(inner)}" for name, inner in value.items()) or "nothing"
    if isinstance(value, list):
        parts = [_plain(inner) for inner in value]
        return ("; " if any(isinstance(inner, dict) for inner in value) else ", ").join(parts) or "nothing"
    return _text_of(value) if isinstance(value, str) else json.dumps(value)


def _text_of(value: str) -> str:
    """Return a moment as the shop's clock shows it, and any other text as it is."""
    if not _MOMENT.fullmatch(value):
        return value
    at = datetime.fromisoformat(value)
    return f"{local(at):%Y-%m-%d %H:%M}"
