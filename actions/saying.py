"""Wishes that stand in the message in so many words, whatever the rest of it made the classifier think.

"Swap my portable charger" has the letters of "charged", and a number with an e-mail beside a wish looks like somebody
who answers a question. Being wrong here costs a question or a list: nothing is changed without a yes.
"""

from __future__ import annotations

import re

from actions.intents import AVAILABILITY, CANCEL, GOODWILL, KEEP_WAITING, PAYMENT, STATUS, SUBSTITUTE

CANCELS = re.compile(r"\bcancel(l?ing|ation)?\b", re.IGNORECASE)
SWAPS = re.compile(r"\b(swap|exchange|substitute|trade|instead)\b|\bin (its|their) place\b", re.IGNORECASE)
NEGATES = re.compile(r"\b(not|never|without|no)\b|n'?t\b", re.IGNORECASE)
POLITE = (
    r"hi|hello|hey|ok|okay|so|then|now|just|also|and|yes|no|actually|please|pls|can|could|would|will|you|we|i|id|i'd|want|"
    r"wait|hold|on|wanna|need|like|love|to|go|ahead|help|me|let's|lets"
)
AT_ONCE = re.compile(rf"^\W*(?:(?:{POLITE})\b\W*)*(?P<verb>cancel|swap|exchange|substitute|trade)\b", re.IGNORECASE)
MISTAKABLE = frozenset(
    {STATUS, PAYMENT, AVAILABILITY, GOODWILL, KEEP_WAITING, "inform", "nlu_fallback", "out_of_scope"}
)


def says_cancel(text: str) -> bool:
    """Return whether somebody speaks of cancelling, in a message that is mostly about which order or thing."""
    return bool(CANCELS.search(text)) and not NEGATES.search(text)


def says_swap(text: str) -> bool:
    """Return whether somebody speaks of having something else, in a message that is mostly about which one."""
    return bool(SWAPS.search(text)) and not NEGATES.search(text)


def asked_at_once(intent: str, text: str) -> str:
    """Return the intent that the first verb of ``text`` asks for where ``intent`` may be a mistake, else that."""
    verb = AT_ONCE.match(text)
    if verb is None or intent not in MISTAKABLE:
        return intent
    return CANCEL if verb["verb"].casefold() == "cancel" else SUBSTITUTE
