"""From the cells of a feed to checked rows: whatever a single row can show to be wrong is found here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from meantime.feeds.columns import (
    CustomerRow,
    InboundRow,
    Kind,
    OrderLineRow,
    OrderRow,
    ProductRow,
    Row,
    ShipmentRow,
    StockRow,
)
from meantime.feeds.faults import Fault, in_words, quoted

type RowKey = tuple[Any, ...]


@dataclass(slots=True)
class Sheet:
    """The cells of one kind, by column, each with the line of the file it stands in.

    ``broken`` are records of the wrong length, as far as they can be read. A sheet that is not whole could not
    be read to its end.
    """

    kind: Kind
    cells: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    broken: list[dict[str, str]] = field(default_factory=list)
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Placed[R: Row]:
    """A row, and where it was found."""

    row: R
    file: str
    number: int

    def fault(self, column: str, what: str) -> Fault:
        return Fault(self.file, what, self.number, column)


@dataclass(slots=True)
class Rows[R: Row]:
    """The good rows of one kind by key. ``claimed`` also holds the keys of rows that have a fault, so that
    nothing that refers to one is called unknown on top; where ``is_whole`` is false, nothing at all is."""

    by_key: dict[RowKey, Placed[R]] = field(default_factory=dict)
    claimed: set[RowKey] = field(default_factory=set)
    is_whole: bool = True

    def __iter__(self) -> Iterator[Placed[R]]:
        return iter(self.by_key.values())

    def __len__(self) -> int:
        return len(self.by_key)


@dataclass(slots=True)
class Feed:
    """Everything that was given in one go. ``kinds`` names what was given at all."""

    kinds: set[str] = field(default_factory=set)
    products: Rows[ProductRow] = field(default_factory=Rows)
    customers: Rows[CustomerRow] = field(default_factory=Rows)
    stock: Rows[StockRow] = field(default_factory=Rows)
    inbound: Rows[InboundRow] = field(default_factory=Rows)
    orders: Rows[OrderRow] = field(default_factory=Rows)
    order_lines: Rows[OrderLineRow] = field(default_factory=Rows)
    shipments: Rows[ShipmentRow] = field(default_factory=Rows)


def read_rows(sheets: list[Sheet], faults: list[Fault]) -> Feed:
    """Return the rows of ``sheets``; what is wrong with them is added to ``faults``."""
    feed = Feed()
    for sheet in sheets:
        feed.kinds.add(sheet.kind.name)
        _read(sheet, getattr(feed, sheet.kind.name), faults)
    return feed


def _read(sheet: Sheet, rows: Rows[Row], faults: list[Fault]) -> None:
    kind = sheet.kind
    rows.is_whole = sheet.is_whole
    rows.claimed.update(_claimed(kind, cells) for cells in sheet.broken)
    first: dict[RowKey, int] = {}
    for number, cells in sheet.cells:
        try:
            row = kind.row.model_validate(cells)
        except ValidationError as error:
            faults.extend(_faults(kind, number, error))
            rows.claimed.add(_claimed(kind, cells))
            continue
        key = tuple(getattr(row, column) for column in kind.key)
        if key in first:
            named = ", ".join(f"{c} {quoted(k)}" for c, k in zip(kind.key, key, strict=True))
            faults.append(Fault(kind.file, f"{named} is in row {first[key]} already", number, kind.key[-1]))
            continue
        first[key] = number
        rows.claimed.add(key)
        rows.by_key[key] = Placed(row, kind.file, number)


def _faults(kind: Kind, number: int, error: ValidationError) -> Iterator[Fault]:
    for detail in error.errors(include_url=False):
        yield Fault(kind.file, in_words(detail), number, str(detail["loc"][0]))


def _claimed(kind: Kind, cells: dict[str, str]) -> RowKey:
    """The key of a row with a fault, as well as it can be told."""
    key = [cells.get(column, "") for column in kind.key]
    return tuple(int(part) if kind.key[i] == "line" and part.isdecimal() else part for i, part in enumerate(key))
