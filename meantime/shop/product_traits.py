"""What tells the products of one kind apart: their attributes, and their names where those differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from meantime.shop.spelling import UNIT_OF, words_of

NAME = "name"
YES = frozenset({"yes", "true"})
NO = frozenset({"no", "false"})
LETTERS = {"xs": -1, "s": 0, "m": 1, "l": 2, "xl": 3, "xxl": 4, "2xl": 4, "xxxl": 5, "3xl": 5}
LEVELS = {"small": 0, "low": 0, "medium": 1, "large": 2, "high": 2}
IN_BASE_UNIT = {"ml": ("l", 1000), "g": ("kg", 1000), "gb": ("tb", 1024)}
"""Units of one measure: how many make up the larger one."""
QUANTITY = re.compile(rf"(\d+(?:\.\d+)?)({'|'.join(sorted(set(UNIT_OF.values()), key=len, reverse=True))})?")


class Described(Protocol):
    """Anything with a name and attributes: a product."""

    @property
    def name(self) -> str: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Trait:
    """An attribute, or the name. ``values`` are those of all products; ``mine`` that of the customer's, if it has
    one."""

    name: str
    words: tuple[str, ...]
    values: tuple[str, ...]
    mine: str | None

    @property
    def is_yes_or_no(self) -> bool:
        return self.name != NAME and all(value.casefold() in YES | NO for value in self.values)

    def value_for(self, is_so: bool) -> str:
        """Return how a trait that is yes or no says that it is, or is not, so."""
        said = YES if is_so else NO
        return next((v for v in self.values if v.casefold() in said), "yes" if is_so else "no")


def traits_of(products: Iterable[Described], like: Described) -> list[Trait]:
    """Return what tells ``products`` apart. One attribute spelled in two ways ("color", "Colour") is one trait."""
    names: dict[tuple[str, ...], str] = {}
    values: dict[tuple[str, ...], dict[str, None]] = {}
    for product in (like, *products):
        for name, value in {**product.attributes, NAME: product.name}.items():
            words = tuple(words_of(name))
            names.setdefault(words, name)
            values.setdefault(words, {})[str(value)] = None
    return [
        Trait(name, words, tuple(values[words]), value_of(like, name))
        for words, name in names.items()
        if name != NAME or len(values[words]) > 1
    ]


def value_of(product: Described, trait: str) -> str | None:
    """Return the value ``product`` has for the attribute named ``trait``, in whatever spelling, or its name."""
    if trait == NAME:
        return product.name
    if trait in product.attributes:
        return str(product.attributes[trait])
    wanted = words_of(trait)
    return next((str(value) for name, value in product.attributes.items() if words_of(name) == wanted), None)


def same_value(one: str | None, other: str | None) -> bool:
    """Return whether two values are the same in another spelling: "Grey" and "gray", "1 l" and "1000ml"."""
    if one is None or other is None or one == other:
        return one == other
    amount = measure(one)
    return words_of(one) == words_of(other) or (amount is not None and bool(amount[1]) and amount == measure(other))


def measure(value: str) -> tuple[float, str] | None:
    """Return how much ``value`` says and of what ("500 ml" is 0.5 of "l", "M" is 1 of "letters"), or None."""
    words = words_of(value)
    for scale, ranks in (("letters", LETTERS), ("levels", LEVELS)):
        if len(words) == 1 and words[0] in ranks:
            return ranks[words[0]], scale
    found = QUANTITY.fullmatch(words[0]) if words else None
    if found is None:
        return None
    unit = found[2] or " ".join(words[1:])
    larger, how_many = IN_BASE_UNIT.get(unit, (unit, 1))
    return float(found[1]) / how_many, larger
