"""Finds two wishes in one message: "where is my order and can you cancel the lamp?" is both, in this order.

Whoever writes one wish in many words must not be taken for two, so a second wish has to be sure, has to ask for
something, and must not be what usually comes with the first ("cancel it and refund me").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, List, Optional, Tuple

from components.parts import Part

ASKABLE = {
    "order_status", "cancel_order", "request_substitute", "check_availability", "keep_waiting", "split_shipment",
    "change_order", "payment_question", "return_or_damage", "ask_policy", "ask_goodwill", "notify_me", "stop_updates",
    "talk_to_person",
}  # fmt: skip
# "The lamp came broken" asks for nothing in so many words, and is a wish all the same.
_TOLD = {"return_or_damage", "keep_waiting", "payment_question", "stop_updates", "change_order"}
_SURE_OF_TOLD = 0.8

# What can be wanted by not wanting: "I don't want the lamp any more" is cancelling it.
_WANTED_BY_DECLINING = {"cancel_order", "keep_waiting", "return_or_damage", "stop_updates"}

# One wish in two halves, and what the whole is; a question is never only the other half.
# "Do you ship to Canada and how long does it take?": the second reads like another wish only where it stands alone.
_ASKED_ABOUT = {"ask_policy", "payment_question", "return_or_damage", "notify_me", "check_availability"}
_ASKED_ON = {"order_status", "check_availability"}

_ONE_WISH: Dict[Tuple[str, str], str] = {
    ("ask_goodwill", "keep_waiting"): "ask_goodwill",
    ("cancel_order", "payment_question"): "cancel_order",
    ("cancel_order", "keep_waiting"): "cancel_order",
    ("cancel_order", "split_shipment"): "cancel_order",
    ("keep_waiting", "cancel_order"): "keep_waiting",
    ("payment_question", "return_or_damage"): "payment_question",
    ("request_substitute", "keep_waiting"): "keep_waiting",
    ("return_or_damage", "payment_question"): "return_or_damage",
    ("return_or_damage", "request_substitute"): "return_or_damage",
    ("split_shipment", "keep_waiting"): "split_shipment",
}


@dataclass(frozen=True)
class Clause:
    """One of several wishes of a message."""

    start: int
    end: int
    intent: str
    confidence: float
    policy_topic: Optional[Dict[str, Any]]
    is_question: bool
    refers: bool

    def as_dict(self, text: str) -> Dict[str, Any]:
        return {
            "text": text[self.start : self.end],
            "intent": self.intent,
            "confidence": self.confidence,
            "policy_topic": self.policy_topic,
        }


def clauses_of(parts: List[Part], sure: float) -> List[Clause]:
    """Return the wishes in ``parts`` in their order, each with the words around it; nothing when there is only one."""
    found: List[Clause] = []
    begins: Optional[int] = None
    for part in parts:
        begins = part.start if begins is None else begins
        if not _is_wish(part, sure):
            if found:
                found[-1] = replace(found[-1], end=part.end)
                begins = None
            continue
        clause = Clause(
            begins, part.end, part.intent or "", part.confidence, part.policy_topic, part.is_question, part.refers
        )
        begins = None
        one = _as_one(found[-1], clause) if found else None
        if one is None:
            found.append(clause)
        else:
            found[-1] = one
    return found if len({clause.intent for clause in found}) > 1 else []


def _is_wish(part: Part, sure: float) -> bool:
    if part.intent not in ASKABLE or part.confidence < sure:
        return False
    if part.declines and part.intent not in _WANTED_BY_DECLINING:
        return False
    return part.asks or (part.intent in _TOLD and part.confidence >= _SURE_OF_TOLD)


def _as_one(first: Clause, second: Clause) -> Optional[Clause]:
    """Return both as the one wish that they are, or None."""
    if first.intent == second.intent:
        surer = max(first, second, key=lambda clause: clause.confidence)
        return replace(surer, start=first.start, end=second.end)
    if second.is_question:
        asks_on = second.refers and first.intent in _ASKED_ABOUT and second.intent in _ASKED_ON
        kept = first.intent if asks_on else None
    else:
        kept = _ONE_WISH.get((first.intent, second.intent))
    if kept is None:
        return None
    return replace(first if first.intent == kept else second, start=first.start, end=second.end)
