"""What things of one name are called so that whoever reads it can tell them apart: by what differs, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from meantime.shop.product_traits import Described
from meantime.wording.speech import item


def apart(thing: Described, among: Iterable[Described], quantity: int = 1) -> str:
    """Return "2 x Kettle (steel)" where another of ``among`` is a kettle of another colour, else "2 x Kettle"."""
    return item(thing.name, quantity, _own(thing, [other for other in among if other.name == thing.name]))


def _own(thing: Described, namesakes: list[Described]) -> dict[str, Any]:
    mine = thing.attributes
    return {name: mine[name] for name in mine if any(other.attributes.get(name) != mine[name] for other in namesakes)}
