"""Whether somebody threatens with the law, an authority or their bank. A machine has no answer to that; a person has.

A lawyer who is only where a parcel goes, the price of a law book, and how one disputes a payment are no threats.
"""

from __future__ import annotations

import re

_LAWYERS = r"(?:lawyers?|attorneys?|solicitors?|barristers?|legal (?:team|counsel|department|representatives?))"
_THREAT = re.compile(
    rf"\b(?:hear(?:ing)? from|contact\w*|call\w*|speak\w* (?:to|with)|talk\w* (?:to|with)|see(?:ing)?|consult\w*|"
    rf"hir\w+|get(?:ting)?|involv\w+|instruct\w*|want|need|go(?:ing|es)? to|(?:in|into) the hands of|over to)"
    rf" (?:my|our|an?|the) (?:own )?{_LAWYERS}\b(?!['’]?s? (?:office|firm|address|chair|desk|lamp|birthday|party))"
    rf"|\bmy {_LAWYERS} (?:will|['’]ll|says?|said|advised?|told|is going to|are going to|has been)\b"
    r"|\b(?:sue|suing) (?:you|u|ya|your|them|this (?:shop|store|company))\b"
    r"|\b(?:i|we|i['’]ll|we['’]ll)(?: will| am going to| are going to|['’]m going to| can| could)? sue(?: for\b|[.!]|$)"
    r"|\bsee (?:you|u) (?:guys )?in court\b|\bsmall claims\b|\blaw ?suits?\b|\blitigat\w+"
    r"|\b(?:tak|took)\w* (?:you|u|your|this|it|them)\b[^.?!]{0,20} to court\b"
    r"|\bgo(?:ing)? to court (?:over|about|for|with|because)\b"
    r"|\blegal (?:action|steps|proceedings|measures|consequences)\b"
    r"|\b(?:tak|seek|get)\w* legal (?:advice|help)\b"
    r"|\breport(?:ing|ed)? (?:you|u|this (?:shop|store|site|company|scam)|your (?:shop|store|company|business))\b"
    r"(?! (?:an?|the|that|some|about|my|this)\b)"
    r"|\b(?:call|calling|going to|go to|contact\w*|inform\w*) the police\b",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(
    r"\b(?:report\w*|complain\w*|complaint|fil(?:e|ing)|contact\w*|call\w*|go(?:ing)? to|writ(?:e|ing)|tell(?:ing)?|"
    r"hear(?:ing)? from|turn(?:ing)? to|take \w+ to)\b[^.?!]{0,60}?"
    r"\b(?:trading standards|better business bureau|bbb|ftc|federal trade commission|attorney general|ombudsman|"
    r"consumer (?:protection|affairs|rights|watchdog|agency|court|forum|association)|citizens advice|"
    r"advertising standards)\b",
    re.IGNORECASE,
)
_BANK = r"(?:bank|credit card(?: company)?|card(?: company| issuer| provider)?|paypal|visa|mastercard|amex|klarna)"
_CHARGEBACK = re.compile(
    r"\b(?:a )?charge-?backs?\b"
    r"|\b(?:a|the|my) charge back\b"
    rf"|\bdisput(?:e|ing|ed)\b[^.?!]{{0,50}}\b(?:my|our|the|with|through|via) {_BANK}\b"
    rf"|\b(?:my|our|the) {_BANK}\b[^.?!]{{0,40}}\b(?:disput\w+|"
    r"revers(?:e|ed|ing)\b[^.?!]{0,20}\b(?:charge|payment|it))"
    rf"|\brevers(?:e|ing) (?:the|this|that) (?:charge|payment)\b[^.?!]{{0,20}}\b{_BANK}\b"
    r"|\b(?:i|we)(?:['’]ll| will| am|['’]m| am going to|['’]m going to|['’]m gonna)(?: be)? disput(?:e|ing)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|so|and|ok|okay|please|sorry)\W+)*"
    r"(?:what|how|can|could|may|do|does|did|is|are|will|would|where|why|when|which)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;\n])\s+")


def threatens(text: str) -> bool:
    """Return whether a sentence of ``text`` threatens, rather than asks how something is done."""
    return any(_is_threat(sentence) for sentence in _SENTENCE.split(text))


def _is_threat(sentence: str) -> bool:
    if _THREAT.search(sentence):
        return not _ASKS.match(sentence) or not sentence.rstrip().endswith("?")
    if _AUTHORITY.search(sentence) or _CHARGEBACK.search(sentence):
        return not _ASKS.match(sentence)
    return False
