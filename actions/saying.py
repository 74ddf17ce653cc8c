"""Wishes that stand in the message in so many words, whatever the rest of it made the classifier think.

"Swap my portable charger" has the letters of "charged", and a number with an e-mail beside a wish looks like somebody
who answers a question. Being wrong here costs a question or a list: nothing is changed without a yes.
"""

from __future__ import annotations

import re

from actions.intents import AVAILABILITY, CANCEL, DONE, GOODWILL, KEEP_WAITING, NOTIFY, PAYMENT, STATUS, SUBSTITUTE

CANCELS = re.compile(r"\bcancel(l?ing|ation)?\b", re.IGNORECASE)
SWAPS = re.compile(r"\b(swap|exchange|substitute|trade|instead)\b|\bin (its|their) place\b", re.IGNORECASE)
NEGATES = re.compile(r"\b(not|never|without|no)\b|n'?t\b", re.IGNORECASE)
POLITE = (
    r"hi|hello|hey|ok|okay|so|then|now|just|also|and|yes|no|actually|please|pls|can|could|would|will|you|we|i|id|i'd|want|"
    r"wait|hold|on|wanna|need|like|love|to|go|ahead|help|me|let's|lets"
)
AT_ONCE = re.compile(rf"^\W*(?:(?:{POLITE})\b\W*)*(?P<verb>cancel|swap|exchange|substitute|trade)\b", re.IGNORECASE)
TO_SEE = re.compile(
    rf"^\W*(?:(?:{POLITE})\b\W*)*(?:tell me about|show me|look up|what about)\b.*\d{{4}}", re.IGNORECASE | re.DOTALL
)
MISTAKABLE = frozenset(
    {STATUS, PAYMENT, AVAILABILITY, GOODWILL, KEEP_WAITING, "inform", "nlu_fallback", "out_of_scope"}
)


DANGER = re.compile(
    r"\b(electric(al)? shock|got shocked|shocked me|caught fire|on fire|burn(ed|t) (me|my|him|her|us|down)|"
    r"explod\w+|injur\w+|hospital|bleeding|stolen|passed away|lawyer|attorney|"
    r"(husband|wife|mother|father|mom|dad|son|daughter) (has )?died)\b",
    re.IGNORECASE,
)
UNDOES = re.compile(
    r"\b(undo|revert|reverse|take (it|that) back|(did not|didn'?t) mean|mistake|changed my mind|"
    r"(swap|put) it back|back again)\b",
    re.IGNORECASE,
)
NO_AFTERWARDS = frozenset({"deny", "stop_updates", "correct_details"})


def needs_a_person_now(text: str) -> bool:
    """Return whether somebody tells of danger, theft, a death or a lawyer: no machine answers that."""
    return bool(DANGER.search(text))


def is_too_late(intent: str, text: str, topic: str | None) -> bool:
    """Return whether somebody takes back what has just been carried out."""
    return topic == DONE and bool(text) and (intent in NO_AFTERWARDS or bool(UNDOES.search(text)))


def says_cancel(text: str) -> bool:
    """Return whether somebody speaks of cancelling, in a message that is mostly about which order or thing."""
    return bool(CANCELS.search(text)) and not NEGATES.search(text)


def says_swap(text: str) -> bool:
    """Return whether somebody speaks of having something else, in a message that is mostly about which one."""
    return bool(SWAPS.search(text)) and not NEGATES.search(text)


def asked_at_once(intent: str, text: str) -> str:
    """Return the intent that the first verb of ``text`` asks for where ``intent`` may be a mistake, else that."""
    if intent in (NOTIFY, SUBSTITUTE) and TO_SEE.match(text):
        return STATUS
    verb = AT_ONCE.match(text)
    if verb is None or intent not in MISTAKABLE:
        return intent
    return CANCEL if verb["verb"].casefold() == "cancel" else SUBSTITUTE
