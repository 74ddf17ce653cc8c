"""What is wrong with an input, in words a shop can act on: which file, which row, which column."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic_core import ErrorDetails

LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. ``row`` is the line of the file, its header being 1."""

    file: str
    what: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.what}"


class ImportFaults(Exception):
    """The input cannot be used, and nothing of it was written. ``faults`` holds all that is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def quoted(value: object) -> str:
    """Return ``value`` in double quotes, cut to a length that can be read."""
    text = str(value)
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE - 1] + "…"
    return f'"{text}"'


def in_words(error: ErrorDetails) -> str:
    """Return what pydantic found wrong as a sentence about the value."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "literal_error":
        allowed = str(error["ctx"]["expected"]).replace("'", "")
        given = quoted(error["input"]) + " is not allowed" if error["input"] else "is empty"
        return f"{given}; use {allowed}"
    return f"{quoted(error['input'])}: {error['msg'][:1].lower()}{error['msg'][1:]}"
