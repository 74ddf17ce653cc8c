"""Wishes that stand in the message in so many words, whatever the rest of it made the classifier think.

"Swap my portable charger" has the letters of "charged", and a number with an e-mail beside a wish looks like somebody
who answers a question. Being wrong here costs a question or a list: nothing is changed without a yes.
"""

from __future__ import annotations

import re

from actions.intents import (
    ASK_POLICY,
    AVAILABILITY,
    CANCEL,
    CHANGE,
    COMPLAINT,
    DONE,
    GOODWILL,
    KEEP_WAITING,
    NOTIFY,
    PAYMENT,
    RETURN,
    SPLIT,
    STATUS,
    SUBSTITUTE,
)
from meantime.shop.reach import is_refused

CANCELS = re.compile(r"\bcancel(l?ing|ation)?\b", re.IGNORECASE)
SWAPS = re.compile(r"\b(swap|exchange|substitute|trade|instead)\b|\bin (its|their) place\b", re.IGNORECASE)
NEGATES = re.compile(
    r"\b(not|never|without|no)\b|n't\b|\b(do|does|did|wo|ca|is|are|was|would|should|could)nt\b", re.IGNORECASE
)
POLITE = (
    r"hi|hello|hey|ok|okay|so|then|now|just|also|and|yes|no|actually|please|pls|can|could|would|will|you|we|i|id|i'd|want|"
    r"wait|hold|on|wanna|need|like|love|to|go|ahead|help|me|let's|lets"
)
AT_ONCE = re.compile(rf"^\W*(?:(?:{POLITE})\b\W*)*(?P<verb>cancel|swap|exchange|substitute|trade)\b", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?;,\n]+")
CANCELS_NOW = re.compile(rf"^\W*(?:(?:{POLITE})\b\W*)*cancel\b", re.IGNORECASE)
TO_SEE = re.compile(
    rf"^\W*(?:(?:{POLITE})\b\W*)*(?:tell me about|show me|look up|what about)\b.*\d{{4}}", re.IGNORECASE | re.DOTALL
)
MISTAKABLE = frozenset(
    {STATUS, PAYMENT, AVAILABILITY, GOODWILL, KEEP_WAITING, "inform", "nlu_fallback", "out_of_scope"}
)


DANGER = re.compile(
    r"\b(electric(al)? shock|got shocked|shocked me|caught fire|on fire|burn(ed|t) (me|my|him|her|us|down)|"
    r"explod\w+|injur\w+|hospital|bleeding|stolen|passed away|"
    r"(husband|wife|mother|father|mom|dad|son|daughter) (has )?died|"
    r"fraud\w*|scam+ed|hacked|used my (credit )?card|identity theft)\b",
    re.IGNORECASE,
)
TAKES_OUT = re.compile(
    r"\b(remove|take (out|off)|delete|drop)\b.*\b(item|something|article|thing|product|one)\b.*\b(of|from|off|out)\b"
    r"|\btake (an?|one|some)\b.*\b(out of|off|from)\b.*\b(order|purchase)\b",
    re.IGNORECASE | re.DOTALL,
)
THREATENS = re.compile(r"\bor (?:else )?(?:i|we|i'll|i’ll|i'm|ill)\b[^.?!]*\bcancel", re.IGNORECASE)
"""Cancelling is what somebody would do if they do not get the other thing, which they want more."""
NEVER_ORDERED = re.compile(
    r"\bi (?:never|did not|didn'?t|didn’t) (?:order(?:ed)?|placed?|bought|buy|made|make) (?:this|that|it|any of)\b",
    re.IGNORECASE,
)
WENT_WRONG = re.compile(
    r"\b(?:charged|billed)\b(?: \w+){0,2} (?:twice|double|two times)\b|\b(?:double|over)[- ]?charged\b"
    r"|\bdelivered\b.*\b(?:never|not|nothing|didn['’]?t|haven['’]?t|isn['’]?t)\b.*\b(?:got|get|came|come|here|there|received?|arrived?)\b",
    re.IGNORECASE,
)
"""Only a person can look into that: the facts of the shop say that all is well."""
CAME_BROKEN = re.compile(
    r"\b(?:arrived?|came|is|was|were|are|received)\b(?: \w+){0,2}"
    r" (?:broken|damaged|cracked|defective|shattered|smashed)\b",
    re.IGNORECASE,
)
PERCENT = re.compile(r"\d ?%|\b(?:percent|discount|voucher|coupon|compensat\w+)\b", re.IGNORECASE)
BUT_SWAP = re.compile(
    r"\b(?:just|but|instead|only|rather)\b[^.?!]{0,20}\b(?:swap|exchange|replace|switch)\b", re.IGNORECASE
)
GETS_BACK_IF = re.compile(r"\bhow much\b.*\b(?:back|refund\w*)\b.*\b(?:if|when) (?:i|we) cancel", re.IGNORECASE)
SOMETHING_OFF = re.compile(r"%|\b(?:off|discount|voucher|coupon|credit|compensat\w+|something for)\b", re.IGNORECASE)
OTHER_KIND = re.compile(
    r"\b(?:wrong|other|another|different|bigger|smaller|larger) (?:size|colou?r)\b|\b(?:size|colou?r)\b.*\binstead\b"
    r"|\bchange (?:the |my )?(?:size|colou?r)\b",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(r"\b(?:address|street|city|zip|postcode|deliver\w*|ship\w*|name|phone|email)\b", re.IGNORECASE)
INSTEAD = re.compile(r"\b(add|replace|instead|swap|change|for another|address)\b", re.IGNORECASE)
UNDOES = re.compile(
    r"\b(undo|revert|reverse|take (it|that) back|(did not|didn'?t) mean|mistake|changed my mind|"
    r"(swap|put) it back|back again)\b",
    re.IGNORECASE,
)
WHERE = re.compile(r"\b(?:where|when)(?:'?s| is| are| will| does| do)\b", re.IGNORECASE)
PAUSES = re.compile(
    r"(?:(?:hm+|um+|uh|er|oh|no|ok|okay|actually|please|just|sorry)\b[\s,.!-]*)*"
    r"(?:wait|hold on|hang on|let me think|(?:give me |wait )?(?:a|one|just a) (?:sec|second|moment|minute|min))"
    r"(?: please| up| a (?:sec|second|moment|minute|bit))?[\s.!…]*",
    re.IGNORECASE,
)
DROPS = re.compile(
    r"(?:^|[.,;:!?]\s*|\b(?:please|pls|just|and|then)\s+)(?:cancel|drop|remove|scrap) "
    r"(?:the|my|one|an?|that|those|these|\d)\b",
    re.IGNORECASE,
)
NO_AFTERWARDS = frozenset({"deny", "stop_updates", "correct_details"})


def takes_out(text: str) -> bool:
    """Return whether somebody wants to have less of an order, and nothing in its place."""
    return bool(TAKES_OUT.search(text)) and not INSTEAD.search(text) and not NEGATES.search(text)


def needs_a_person_now(text: str) -> bool:
    """Return whether somebody tells of danger, theft or a death: no machine answers that."""
    return bool(DANGER.search(text))


def is_too_late(intent: str, text: str, topic: str | None) -> bool:
    """Return whether somebody takes back what has just been carried out."""
    return topic == DONE and bool(text) and (intent in NO_AFTERWARDS or bool(UNDOES.search(text)))


def asks_where(text: str) -> bool:
    """Return whether somebody asks where something is or when it comes."""
    return bool(WHERE.search(text))


def says_cancel(text: str) -> bool:
    """Return whether somebody speaks of cancelling, in a message that is mostly about which order or thing."""
    return bool(CANCELS.search(text)) and not NEGATES.search(text)


def is_pause(text: str) -> bool:
    """Return whether somebody only asks for time: "actually wait". It is no answer, and no consent to wait."""
    return bool(PAUSES.fullmatch(text.strip()))


def drops(text: str) -> bool:
    """Return whether a thing is to be taken out of an order, in a message that may speak of others too."""
    return bool(DROPS.search(text)) and not ELSEWHERE.search(text) and not is_refused(text)


def says_swap(text: str) -> bool:
    """Return whether somebody speaks of having something else, in a message that is mostly about which one."""
    return bool(SWAPS.search(text)) and not NEGATES.search(text)


def asked_at_once(intent: str, text: str) -> str:
    """Return the intent that the first verb of ``text`` asks for where ``intent`` may be a mistake, else that."""
    if intent == CANCEL and THREATENS.search(text):
        return GOODWILL if SOMETHING_OFF.search(text) else STATUS
    if intent in (CANCEL, SUBSTITUTE) and is_refused(text):
        return KEEP_WAITING
    if intent == CANCEL and PERCENT.search(text) and not CANCELS.search(text):
        return GOODWILL
    if intent == COMPLAINT and not NEGATES.search(text) and any(map(CANCELS_NOW.match, SENTENCE.split(text))):
        return CANCEL  # "unbelievable. cancel the damn thing"
    if intent in MISTAKABLE and NEVER_ORDERED.search(text):
        return COMPLAINT
    if intent in (STATUS, PAYMENT) and WENT_WRONG.search(text):
        return COMPLAINT
    if intent in MISTAKABLE and CAME_BROKEN.search(text):
        return RETURN
    if intent == KEEP_WAITING and BUT_SWAP.search(text):
        return SUBSTITUTE
    if intent in (ASK_POLICY, PAYMENT) and GETS_BACK_IF.search(text):
        return CANCEL  # the list says the sum, and waits for a yes
    if intent == SPLIT and drops(text):
        return CANCEL
    if intent == CHANGE and says_cancel(text) and not INSTEAD.search(text):
        return CANCEL
    if intent == CHANGE and OTHER_KIND.search(text) and not ELSEWHERE.search(text):
        return SUBSTITUTE
    if intent in (NOTIFY, SUBSTITUTE) and TO_SEE.match(text):
        return STATUS
    verb = AT_ONCE.match(text)
    if verb is None or intent not in MISTAKABLE:
        return intent
    return CANCEL if verb["verb"].casefold() == "cancel" else SUBSTITUTE
