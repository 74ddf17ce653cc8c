"""Finds two wishes in one message: "where is my order and can you cancel the lamp?" is both, in this order.

Whoever writes one wish in many words must not be taken for two, so each wish has to be sure, has to ask for
something, and must not be what usually comes with the one before it ("cancel it and refund me").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Collection, Dict, List, Optional, Tuple

from components.clause_words import SWAPS
from components.parts import Part

CANCEL = "cancel_order"
CHANGE = "change_order"
STATUS = "order_status"
SUBSTITUTE = "request_substitute"
# What can be wanted beside something else. Greeting, thanking, cursing and what identifies go with their neighbour.
WISHES = {
    "order_status", "cancel_order", "request_substitute", "check_availability", "keep_waiting", "split_shipment",
    "change_order", "payment_question", "return_or_damage", "ask_policy", "ask_goodwill", "notify_me", "stop_updates",
    "talk_to_person",
}  # fmt: skip

# "The lamp came broken" asks for nothing in so many words, and is a wish all the same.
_TOLD = {"return_or_damage", "keep_waiting", "payment_question", "stop_updates", "change_order"}
_SURE_OF_TOLD = 0.8
# "I don't want the lamp any more" is cancelling it; "I don't want a refund" is no question about one.
_WANTED_BY_DECLINING = {"cancel_order", "keep_waiting", "return_or_damage", "stop_updates"}

_WHERES = {"where", "wheres", "when", "whens"}
_OF_ELSE = {"refund", "money", "charge", "charged", "pay", "store", "shop", "open", "return", "you"}

# One wish in two halves, and what it is, unless the second half is a question.
_ONE_WISH: Dict[Tuple[str, str], str] = {
    ("ask_goodwill", "keep_waiting"): "ask_goodwill",
    ("cancel_order", "payment_question"): "cancel_order",
    ("cancel_order", "keep_waiting"): "cancel_order",
    ("cancel_order", "split_shipment"): "cancel_order",
    ("payment_question", "return_or_damage"): "payment_question",
    ("request_substitute", "keep_waiting"): "keep_waiting",
    ("return_or_damage", "payment_question"): "return_or_damage",
    ("return_or_damage", "request_substitute"): "return_or_damage",
    ("split_shipment", "keep_waiting"): "split_shipment",
}
# "Do you ship to Canada and how long does it take?": alone, the second half reads like another wish.
_ASKED_ABOUT = {"ask_policy", "payment_question", "return_or_damage", "notify_me", "check_availability"}
_ASKED_ON = {"order_status", "check_availability"}


@dataclass(frozen=True)
class Clause:
    """One of several wishes, with the words around it that are none."""

    part: Part
    start: int
    end: int

    @property
    def intent(self) -> str:
        return str(self.part.intent)

    def as_dict(self, text: str) -> Dict[str, Any]:
        """Return the clause as an action gets it; ``text`` is the message it was cut from."""
        return {
            "text": text[self.start : self.end],
            "intent": self.intent,
            "confidence": self.part.confidence,
            "policy_topic": self.part.policy_topic,
        }


def clauses_of(parts: List[Part], sure: float, likely: Collection[str]) -> List[Clause]:
    """Return the wishes in ``parts`` in their order; none if there is only one.

    Each is at least as confident as ``sure``, and none cancels unless that is among what the whole message is
    ``likely`` about.
    """
    clauses: List[Clause] = []
    for part in (_read(part, sure) for part in parts):
        if _is_wish(part, sure) and (part.intent != CANCEL or CANCEL in likely):
            clause = Clause(part, part.start if clauses else parts[0].start, part.end)
            if clauses and (one := _as_one(clauses[-1], clause)):
                clauses[-1] = one
            else:
                clauses.append(clause)
        elif clauses:
            clauses[-1] = replace(clauses[-1], end=part.end)
    return clauses if len(clauses) > 1 else []


def _read(part: Part, sure: float) -> Part:
    """Return ``part``; "where's my grill", of whatever thing, asks for the status where nothing else is surer."""
    lemmas = {token.lemma for token in part.tokens}
    asks_where = part.is_question and not _WHERES.isdisjoint(lemmas) and _OF_ELSE.isdisjoint(lemmas)
    if asks_where and (part.intent not in WISHES or part.confidence < sure):
        return replace(part, intent=STATUS, confidence=sure)
    return part


def _is_wish(part: Part, sure: float) -> bool:
    if part.intent not in WISHES or part.confidence < sure:
        return False
    if part.declines and part.intent not in _WANTED_BY_DECLINING:
        return False
    return part.asks or (part.intent in _TOLD and part.confidence >= _SURE_OF_TOLD)


def _swaps(part: Part) -> bool:
    """Tell whether it names the swap and what for: two of these are two swaps, of two things."""
    lemmas = [token.lemma for token in part.tokens]
    return not SWAPS.isdisjoint(lemmas) and "for" in lemmas


def _as_one(first: Clause, second: Clause) -> Optional[Clause]:
    """Return both as the one wish that they are, or None."""
    intent = _common_wish(first.part, second.part)
    if intent is None:
        return None
    bearing = [clause.part for clause in (first, second) if clause.intent == intent]
    return Clause(max(bearing, key=lambda part: part.confidence), first.start, second.end)


def _common_wish(first: Part, second: Part) -> Optional[str]:
    if first.intent == second.intent:
        return None if first.intent == SUBSTITUTE and _swaps(first) and _swaps(second) else first.intent
    if first.intent == CHANGE and not first.asks and second.intent == CANCEL:
        return CANCEL  # "I moved, cancel the order": the first is why
    if not second.is_question:
        return _ONE_WISH.get((str(first.intent), str(second.intent)))
    asks_on = second.refers and first.intent in _ASKED_ABOUT and second.intent in _ASKED_ON
    return first.intent if asks_on else None
