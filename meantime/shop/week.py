"""The hours in which people of the shop are there, as the policy file writes them: days → from, to.

    opening:
      monday-friday: { from: 9:00, to: 17:00 }
      saturday: [{ from: 9:00, to: 12:00 }, { from: 13:00, to: 16:00 }]

Times are the shop's own (SHOP_TIMEZONE). A day that is not named is a closed one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIDNIGHT = 24 * 60
FEWEST_LETTERS = 3
"""Of a day's name: "mon" is enough."""
CLOSED = ("", "closed")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one minute of a day to another; ``closes`` may be 24:00."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Week:
    """The spans of each day, Monday first. Of an empty week nothing is known, so nothing is said of it."""

    days: tuple[tuple[Span, ...], ...] = ((),) * len(DAYS)

    def __bool__(self) -> bool:
        return any(self.days)


def read_week(value: object) -> Week:
    """Return the week that the policy file describes. Raises ValueError in words for whoever wrote it."""
    if isinstance(value, Week):
        return value
    if value is None:
        return Week()
    if not isinstance(value, Mapping):
        raise ValueError("must name days, as in: monday-friday: { from: 9:00, to: 17:00 }")
    spans: dict[int, tuple[Span, ...]] = {}
    for name, hours in value.items():
        for day in _days(str(name)):
            if day in spans:
                raise ValueError(f"{DAYS[day]} is named twice")
            spans[day] = _spans(str(name), hours)
    return Week(tuple(spans.get(day, ()) for day in range(len(DAYS))))


OpeningHours = Annotated[InstanceOf[Week], BeforeValidator(read_week)]


def _days(name: str) -> list[int]:
    """Return the days of "monday" or "saturday-monday"."""
    first, dash, last = name.partition("-")
    start = _day(first)
    end = _day(last) if dash else start
    return [(start + step) % len(DAYS) for step in range((end - start) % len(DAYS) + 1)]


def _day(name: str) -> int:
    written = name.strip().casefold()
    for number, day in enumerate(DAYS):
        if len(written) >= FEWEST_LETTERS and day.startswith(written):
            return number
    raise ValueError(f"{name.strip()!r} is not a day; write monday, or monday-friday")


def _spans(name: str, hours: object) -> tuple[Span, ...]:
    if hours is None or hours in CLOSED:
        return ()
    spans = sorted(_span(name, part) for part in (hours if isinstance(hours, list) else [hours]))
    for earlier, later in itertools.pairwise(spans):
        if later.opens < earlier.closes:
            raise ValueError(f"{name}: the hours overlap")
    return tuple(spans)


def _span(name: str, hours: object) -> Span:
    if not isinstance(hours, Mapping) or hours.keys() != {"from", "to"}:
        raise ValueError(f"{name}: must have from and to, as in {{ from: 9:00, to: 17:00 }}")
    span = Span(_minute(name, hours["from"]), _minute(name, hours["to"]))
    if span.closes <= span.opens:
        raise ValueError(f"{name}: to must be later than from; for a night write two parts, until 24:00 and from 0:00")
    return span


def _minute(name: str, value: Any) -> int:
    """Return minutes after midnight. YAML itself reads 9:00 without quotes as sixty times nine: that is one, too."""
    if isinstance(value, int) and not isinstance(value, bool) and MIDNIGHT >= value >= 60:
        return value
    clock = _CLOCK.fullmatch(str(value).strip())
    if clock and int(clock[2]) < 60 and (minute := 60 * int(clock[1]) + int(clock[2])) <= MIDNIGHT:
        return minute
    raise ValueError(f"{name}: {value!r} is not a time of day; write one like 9:00 or 17:30")
