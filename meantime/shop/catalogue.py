"""Which products of the shop a customer means, by SKU or by what they are: "the desk lamp in black"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import batched, pairwise
from typing import Any

from sqlalchemy import Function, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from meantime.shop.allocation import BATCH
from meantime.shop.product_names import NO_PRODUCT_NAMES, Names, Part, parts_of
from meantime.shop.spelling import UNIT_OF, known_as, words_of
from meantime.shop.tables import Product

MOST_THINGS = 5
LONGEST = 1_000
SHORTEST_SKU = 4
# Colours are noticed also where nothing of the shop comes in them.
COLOURS = frozenset(
    """beige black blue brass bronze brown chrome copper cream cyan gold green grey ivory khaki magenta maroon mint
    navy olive orange pink purple red rose rust sand silver tan teal turquoise violet white yellow""".split()  # noqa: SIM905
)
SIZES = {"xs": "xs", "s": "small", "m": "medium", "l": "large", "xl": "xl", "xxl": "xxl", "xxxl": "xxxl"}
MEASURED = re.compile(rf"\d.*(?:{'|'.join(sorted(set(UNIT_OF.values())))})")


class FoundKind(StrEnum):
    """How much of the question the words have settled."""

    NOTHING = "nothing"
    ONE = "one product"
    VARIANTS = "variants of one thing"
    SEVERAL = "several things"


@dataclass(frozen=True, slots=True)
class Item:
    """A product as it is listed. The price is in minor units."""

    sku: str
    name: str
    family: str
    attributes: Mapping[str, Any]
    price_minor: int
    currency: str
    image_url: str


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing in those of its variants that were meant: a family, or, without one, products of the same name."""

    variants: tuple[Item, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the variants: mostly one."""
        return tuple(dict.fromkeys(item.name for item in self.variants))

    @property
    def differences(self) -> dict[str, tuple[str, ...]]:
        """The attributes that tell the variants apart, each with its values; empty where only the names do."""
        values: dict[str, dict[str, None]] = defaultdict(dict)
        for item in self.variants:
            for name, value in item.attributes.items():
                values[name][str(value)] = None
        return {name: tuple(sorted(v, key=_natural)) for name, v in values.items() if len(v) > 1}


@dataclass(frozen=True, slots=True)
class Found:
    """What the words mean. ``more`` counts the things that are left out of ``things``."""

    things: tuple[Thing, ...] = ()
    more: int = 0
    unmet: tuple[str, ...] = ()
    """Colours, sizes and measures that were asked for and that nothing found here has."""

    @property
    def kind(self) -> FoundKind:
        if not self.things:
            return FoundKind.NOTHING
        if len(self.things) > 1:
            return FoundKind.SEVERAL
        return FoundKind.ONE if len(self.things[0].variants) == 1 else FoundKind.VARIANTS

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for thing in self.things for item in thing.variants)


def products_named(session: Session, words: str, *, most: int = MOST_THINGS) -> Found:
    """Return what ``words`` name of the shop, up to ``most`` different things.

    A SKU counts in any case, a word of a name also with a slip in it. Attributes choose among the products of a
    name; by themselves they name nothing. Of two things named at once, each is found.
    """
    words = words[:LONGEST]
    unmet: list[str] = []
    items = _with_sku(session, words)
    if not items and (parts := parts_of(words, _all_names(session))):
        items, unmet = _of_parts(session, parts)
    things = _things(items or _in_category(session, words_of(words)))
    return Found(tuple(things[:most]), max(0, len(things) - most), tuple(dict.fromkeys(unmet)))


def _with_sku(session: Session, words: str) -> list[Item]:
    whole = words.strip().lower()
    tokens = {token.strip("\"'`.,;:?!()[]#*").lower() for token in words.split()}
    # Plain letters are a word, unless they are all that was said.
    skus = {t for t in tokens if len(t) >= SHORTEST_SKU and not t.isalpha()} | {whole}
    return _items(session, func.lower(Product.sku), skus)


def _items(session: Session, column: InstrumentedAttribute[str] | Function[str], values: Iterable[str]) -> list[Item]:
    listed = select(
        Product.sku,
        Product.name,
        Product.family,
        Product.attributes,
        Product.price_minor,
        Product.currency,
        Product.image_url,
    )
    rows = [
        row
        for batch in batched(sorted(set(values)), BATCH, strict=False)
        for row in session.execute(listed.where(column.in_(batch)).order_by(Product.name, Product.sku))
    ]
    return [Item(*row) for row in rows]


def _all_names(session: Session) -> Names:
    names = Names()
    for name in session.scalars(select(Product.name).distinct().order_by(Product.name)):
        names.add(name)
    return names


def _of_parts(session: Session, parts: Sequence[Part]) -> tuple[list[Item], list[str]]:
    """Return the products that the parts name, and what was asked of them that none has."""
    by_name: dict[str, list[Item]] = defaultdict(list)
    for item in _items(session, Product.name, set().union(*(n for part in parts for n in part.names.values()))):
        by_name[item.name].append(item)
    chosen: list[dict[str, Item]] = []
    unmet: list[str] = []
    for part in parts:
        items, missing = _choose(part, by_name)
        chosen.append({item.sku: item for item in items})
        unmet.extend(missing)
    # "A lamp. The floor lamp": whoever says it twice means the narrower one.
    narrow = [some for some in chosen if not any(other.keys() < some.keys() for other in chosen)]
    return list({sku: item for some in narrow for sku, item in some.items()}.values()), unmet


def _choose(part: Part, by_name: Mapping[str, Sequence[Item]]) -> tuple[list[Item], list[str]]:
    names = dict.fromkeys(name for found in part.names.values() for name in sorted(found))
    candidates = [(item, _traits(item)) for name in names for item in by_name[name]]
    traits: set[str] = set().union(*(t for _, t in candidates))
    said = {word: known_as(word, traits) for word in dict.fromkeys(part.words) if word not in NO_PRODUCT_NAMES}

    def score(item: Item, its: Set[str]) -> tuple[int, int, int]:
        by_name = {word for word, names in part.names.items() if item.name in names}
        like_it = {word for word, known in said.items() if not its.isdisjoint(known)}
        # "White" is first of all what is white, then what shines "warm white".
        whole = {str(value).casefold() for value in item.attributes.values()} & said.keys()
        return len(by_name | like_it), len(by_name), len(whole)

    chosen: dict[str, Item] = {}
    for names_of_word in part.names.values():
        fitting = [(item, score(item, its)) for item, its in candidates if item.name in names_of_word]
        best = max((points for _, points in fitting), default=(0, 0, 0))
        chosen |= {item.sku: item for item, points in fitting if points == best}
    met: set[str] = set().union(*(its for item, its in candidates if item.sku in chosen))
    unmet = [
        word
        for word, known in said.items()
        if word not in part.names and met.isdisjoint(known) and (known or _is_trait(word, part.words))
    ]
    return list(chosen.values()), unmet


def _traits(item: Item) -> set[str]:
    """Return the words for what a product is like. Of a trait it has or has not, the trait's own name."""
    words: set[str] = set()
    for name, value in item.attributes.items():
        told = str(value).strip()
        if told.casefold() in ("yes", "true"):
            words.update(words_of(name))
        elif told.casefold() not in ("no", "none", "false"):
            words.update(words_of(told), words_of(f"{told} {name}") if told.isdigit() else ())
            words.update(words_of(SIZES.get(told.casefold(), "")))
    return words


def _is_trait(word: str, words: Sequence[str]) -> bool:
    """Return whether a word is a colour, a measure or a size, whatever the shop has."""
    return (
        word in COLOURS or bool(MEASURED.fullmatch(word)) or (word[0].isdigit() and ("size", word) in pairwise(words))
    )


def _in_category(session: Session, words: Sequence[str]) -> list[Item]:
    categories = session.scalars(select(Product.category).where(Product.category != "").distinct())
    asked = set(words) - NO_PRODUCT_NAMES
    return _items(session, Product.category, [c for c in categories if not asked.isdisjoint(words_of(c))])


def _things(items: Iterable[Item]) -> list[Thing]:
    variants: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in items:
        variants[item.family, "" if item.family else item.name].append(item)
    return [Thing(tuple(alike)) for alike in variants.values()]


def _natural(value: str) -> tuple[float, str]:
    number = re.match(r"\d+(?:\.\d+)?", value)
    return (float(number.group()) if number else float("inf"), value)
