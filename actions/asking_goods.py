"""Whether somebody asks what the shop sells, and the words for the thing they ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from meantime.shop.catalogue import Item
from meantime.shop.naming import NO_NAMES

ASKS = re.compile(
    r"\b(?:do|did|can|could) (?:you|u)(?: guys)?(?: still| also| even)? (?:have|sell|carry|stock|offer)\b"
    r"|\b(?:have you|you) got\b|\blooking for\b|\bis there an?\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[a-z]+")
AROUND = NO_NAMES | frozenset(
    """sell sells have has carry stock offer got there looking available other else new kind kinds sort sorts
    still also even guys in stock buy shop store much cost costs price""".split()  # noqa: SIM905
)


def asks_for_goods(text: str) -> bool:
    """Return whether it is asked if the shop has something."""
    return bool(ASKS.search(text))


def names_a_thing(text: str) -> bool:
    """Return whether what is asked for has a word of its own: "do you sell lawn mowers"."""
    asked = ASKS.search(text)
    return asked is not None and bool(_words(text[asked.end() :]))


def is_quite_that(text: str, items: Iterable[Item]) -> bool:
    """Return whether each word of what is asked for describes ``items``: a gas grill is no charcoal grill."""
    asked = ASKS.search(text)
    if asked is None:
        return True
    known = {
        word
        for item in items
        for part in (item.name, item.family, *map(str, item.attributes), *map(str, item.attributes.values()))
        for word in WORD.findall(part.casefold())
    }
    stems = {word.removesuffix("s") for word in known}
    return all(word in known or word.removesuffix("s") in stems for word in _words(text[asked.end() :]))


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text.casefold()) if word not in AROUND]
