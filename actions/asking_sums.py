"""Which sums of an order somebody asks about: the total, its shipping, tax or discount, or what an item cost."""

from __future__ import annotations

import re

from actions.intents import AVAILABILITY, PAYMENT, STATUS
from meantime.wording.sums import DISCOUNT, ITEM, SHIPPING, TAX, TOTAL

MAY_ASK = frozenset(
    {PAYMENT, AVAILABILITY, STATUS, "repeat", "inform", "ask_policy", "ask_goodwill", "nlu_fallback", "out_of_scope"}
)
"""Intents that a question about a sum is taken for."""

_ASKS = re.compile(
    r"\bhow (?:much|expensive)\b"
    r"|\bwhat(?:'?s|’s)?\b.*\b(?:pay|paid|costs?|total|price|tax|amount|sum|shipping|discount|bill)\b"
    r"|\b(?:tell|give|show) me\b.*\b(?:total|price|cost|sum|tax)\b"
    r"|^\W*(?:(?:the|my|order|and) )*(?:total|price|cost)(?: please| pls)?\W*$"
    r"|\b(?:was|did|is|has)\b.*\b(?:discount|coupon|promo\w*)\b.*\b(?:appl\w+|taken?|used|count\w*|work\w*)\b",
    re.IGNORECASE | re.DOTALL,
)
_OTHER_MONEY = re.compile(
    r"\b(?:back|refund\w*|reimburse\w*|owe|more|less|extra|longer|return|difference|fee|would)\b|(?<!taken )\boff\b"
    r"|\b(?:do|can|could) you\b"
    r"|\bhow much (?:time|later|notice)\b",
    re.IGNORECASE,
)
# "How much is shipping" asks for the rule; these words ask what was paid.
_OF_THIS_ORDER = re.compile(
    r"\b(?:did|was|were|paid|pay|charged|my|mine|its|(?:the|this|that) order|on it|for it)\b", re.IGNORECASE
)
_PARTS = {
    SHIPPING: re.compile(r"\b(?:shipping|delivery|postage)\b", re.IGNORECASE),
    TAX: re.compile(r"\b(?:tax(?:es)?|vat|gst)\b", re.IGNORECASE),
    DISCOUNT: re.compile(r"\b(?:discount|coupon|promo\w*)\b.*\b(?:got|applied|take|took|used)\b|"
                         r"\b(?:did|was)\b.*\bdiscount\b|\bdiscount\b.*\b(?:did|was)\b", re.IGNORECASE),
    TOTAL: re.compile(
        r"\b(?:total|altogether|in all|all in all|the whole|everything|amount|sum|bill)\b"
        r"|\b(?:pay|paid|spend|spent|cost|was|is)\b.*\b(?:order|purchase|it all)\b",
        re.IGNORECASE,
    ),
}  # fmt: skip
_TOTAL_OF_A_PART = re.compile(
    r"\b(?:total|amount of|sum of) (?:shipping|delivery|postage|tax|vat|gst|discount)", re.IGNORECASE
)
_PAID = re.compile(r"\b(?:did|have|had)\b.*\b(?:pay|paid|cost|spend|spent)\b", re.IGNORECASE)


def sums_asked(text: str, intent: str, *, of_order: bool = False) -> frozenset[str]:
    """Return the sums of an order that ``text`` asks for; ITEM where a price is asked for and nothing says of what.
    ``of_order``: an order is talked of, whose tax can be meant without a word for it."""
    if intent not in MAY_ASK or not _ASKS.search(text) or _OTHER_MONEY.search(text):
        return frozenset()
    parts = {part for part, pattern in _PARTS.items() if pattern.search(text)}
    if parts & {SHIPPING, TAX, DISCOUNT} and not (of_order and TAX in parts) and not _OF_THIS_ORDER.search(text):
        return frozenset()
    if parts - {TOTAL} and _TOTAL_OF_A_PART.search(text):
        parts.remove(TOTAL)
    return frozenset(parts or {ITEM})


def asks_what_was_paid(text: str) -> bool:
    """Return whether a price is asked for as something of the past: what an item costs today is another question."""
    return bool(_PAID.search(text))
