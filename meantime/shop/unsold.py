"""Whether a customer wishes for a thing that the shop does not sell at all: "swap the grill for a toaster"."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.shop.naming import NO_NAMES, WORD
from meantime.shop.strangers import ENDS, VAGUE
from meantime.shop.tables import Product

WISHED = re.compile(r"\b(?:for|get|want|like|to|have|into) (?:an?|some) (?P<thing>[^.,;:!?\n()]+)", re.IGNORECASE)
# They say how a thing is to be, and are no thing.
SAY_HOW = frozenset(
    """different another new newer similar nice nicer good better best same cheap cheaper cheapest other big bigger
    small smaller large larger lighter darker nearest close closest color colour size bit little kind sort
    """.split()  # noqa: SIM905
)


def names_unsold(session: Session, words: str) -> bool:
    """Return whether ``words`` wish for a thing of which no product of the shop has the name."""
    found = WISHED.search(words)
    if found is None:
        return False
    thing: list[str] = []
    for word in WORD.findall(found["thing"].casefold()):
        if word in ENDS:
            break
        thing.append(word)
    unclear = VAGUE | SAY_HOW | NO_NAMES
    named = [word for word in thing if word not in unclear and not word.isdigit()]
    known = _words_of_products(session) if named else set()
    return any(word not in known and word.removesuffix("s") not in known for word in named)


def _words_of_products(session: Session) -> set[str]:
    products = session.execute(select(Product.name, Product.family, Product.category, Product.attributes)).all()
    texts = (f"{name} {family} {category} {attributes}" for name, family, category, attributes in products)
    words = {word for text in texts for word in WORD.findall(text.casefold())}
    return words | {word.removesuffix("s") for word in words}
