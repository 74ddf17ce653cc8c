"""One turn of a conversation, as the channel hands it to the tracker store.

Rasa gives its tracker store nothing but a sender id. A context variable carries the rest: each request
runs in its own context, so two turns at once never see each other.
"""

import math
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional

VERSION = 1
MESSAGES_KEPT = 10
# Old words only say what the talk was about; the newest message always reaches the actions whole.
TEXT_KEPT = 280


class BadState(ValueError):
    """The state handed in is not one that this channel wrote."""


@dataclass(frozen=True)
class Said:
    """One earlier customer message, cut to what later turns may need."""

    text: Optional[str]
    intent: Optional[str]
    confidence: float

    def as_dict(self) -> Dict[str, Any]:
        return {"text": self.text, "intent": self.intent, "confidence": self.confidence}


@dataclass(frozen=True)
class State:
    """All that is remembered from one turn to the next; the gateway keeps it, we do not."""

    slots: Dict[str, Any] = field(default_factory=dict)
    active_loop: Optional[str] = None
    messages: List[Said] = field(default_factory=list)

    @classmethod
    def parse(cls, raw: Any) -> "State":
        """Return the state in ``raw`` (None: a new conversation). Raises BadState."""
        if raw is None:
            return cls()
        if not isinstance(raw, dict) or raw.get("v") != VERSION:
            raise BadState(f"state must be an object with v = {VERSION}, or null")
        slots, loop, messages = raw.get("slots", {}), raw.get("active_loop"), raw.get("messages", [])
        if not isinstance(slots, dict):
            raise BadState("state.slots must be an object")
        if loop is not None and not isinstance(loop, str):
            raise BadState("state.active_loop must be a string or null")
        if not isinstance(messages, list):
            raise BadState("state.messages must be a list")
        return cls(dict(slots), loop, [_said(message) for message in messages[-MESSAGES_KEPT:]])

    def as_dict(self) -> Dict[str, Any]:
        return {
            "v": VERSION,
            "slots": self.slots,
            "active_loop": self.active_loop,
            "messages": [said.as_dict() for said in self.messages],
        }


def _said(raw: Any) -> Said:
    if not isinstance(raw, dict):
        raise BadState("state.messages must hold objects")
    text, intent, confidence = raw.get("text"), raw.get("intent"), raw.get("confidence", 0.0)
    if not (text is None or isinstance(text, str)) or not (intent is None or isinstance(intent, str)):
        raise BadState("a message in state.messages has a text or intent that is not a string")
    is_number = isinstance(confidence, (int, float)) and not isinstance(confidence, bool)
    if not is_number or not math.isfinite(confidence):
        raise BadState("a message in state.messages has a confidence that is not a number")
    return Said(text, intent, float(confidence))


@dataclass
class Turn:
    """What one request brings in (`before`) and what the tracker store leaves for the answer."""

    before: State
    after: Optional[State] = None
    intent: Optional[Dict[str, Any]] = None
    last_action: Optional[str] = None
    failed_action: Optional[str] = None
    events_before: int = 0
    error: Optional[Exception] = None


_current: ContextVar[Optional[Turn]] = ContextVar("meantime_turn", default=None)


def current_turn() -> Optional[Turn]:
    """Return the turn of the request being served, or None outside of one (rasa shell, rasa test)."""
    return _current.get()


@contextmanager
def serving(turn: Turn) -> Iterator[Turn]:
    """Make ``turn`` the current one. Reset at the end: a kept-alive connection reuses its context."""
    token = _current.set(turn)
    try:
        yield turn
    finally:
        _current.reset(token)
