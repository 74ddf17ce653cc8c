"""The thing that somebody looks for in an order, where the shop has such a thing: "where is my tent"."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from meantime.shop.catalogue import FoundKind, products_named

WORD = re.compile(r"[a-z]+")
SOUGHT = re.compile(
    r"\b(?:where(?:'?s|(?: (?:the|on|in) \w+)? (?:is|are))"
    r"|when (?:does|do|will|is|are)|has|have|did|(?:news|updates?) (?:on|of|about)"
    r"|status of|what about|track) (?:the|my|our)(?P<thing>(?: [a-z-]+){1,4})",
    re.IGNORECASE,
)
WHERE_MINE = re.compile(
    r"^\W*(?:(?:so|hey|hi|hello|and|ok|please)\W+)*where(?:'?s|(?: (?:the|on|in) \w+)? (?:is|are)) (?:my|our) [a-z]",
    re.IGNORECASE,
)
MOST_WORDS = 3


def asks_where(text: str) -> bool:
    """Return whether somebody looks for a thing of theirs, whatever it is: "WHERE IS MY GRILL!!!!"."""
    return bool(WHERE_MINE.search(" ".join(text.replace("’", "'").split())))


def sought_in_shop(session: Session, text: str) -> str:
    """Return the word for the thing that is looked for, as the shop's catalogue knows it, or "" where none is."""
    match = SOUGHT.search(" ".join(text.replace("’", "'").split()))
    if match is None:
        return ""
    words = WORD.findall(match["thing"].casefold())[:MOST_WORDS]
    # The noun comes last: of "charcoal grill", the grill. What follows it is a verb that no product is called.
    for word in map(str, reversed(words)):
        if products_named(session, word).kind is not FoundKind.NOTHING:
            return word
    return ""
