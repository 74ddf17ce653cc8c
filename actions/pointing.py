"""What words point at: back at what was talked of last ("cancel it then"), or at the one thing that a verb names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from meantime.shop.naming import Meant, Named, meant
from meantime.shop.strangers import objects_in

BACK = re.compile(r"\b(it|that|this|them|those|these)\b(?!\s+order)", re.IGNORECASE)
WHOLE = re.compile(r"\b(order|everything|whole|entire|both)\b|\ball\b(?!\s+right)", re.IGNORECASE)


def points_back(text: str) -> bool:
    """Return whether ``text`` says "it" and does not speak of the whole order."""
    return bool(BACK.search(text)) and not WHOLE.search(text)


def meant_of_objects[T: Named](text: str, things: Iterable[T]) -> Meant[T]:
    """Return which of ``things`` are named; where the whole text names none, those that the object of its verb fits:
    "cancel the size 8, the number is ..."."""
    candidates = list(things)
    named = meant(text, candidates)
    if named.things:
        return named
    fitting = (meant(thing.words, candidates) for thing in objects_in(text))
    return next((found for found in fitting if found.things), named)
