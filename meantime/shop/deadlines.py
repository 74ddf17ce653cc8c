"""Until which day somebody wants a thing: "before christmas", "by friday", "by December 3"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(MONTHS)})[a-z]*"
_ON_DATE = re.compile(rf"\b(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b")
_DATE_OF = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})\b")
_WEEKDAY = re.compile(rf"\b(?P<weekday>{'|'.join(WEEKDAYS)})\b")
_BEFORE = re.compile(r"\bbefore\b|\bahead of\b")
_WANTS_BY = re.compile(r"\b(?:by|before|until|till|on|for|in time|this|ahead of|tomorrow|the)\b")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day that is still in time."""

    last: date


def deadline_in(text: str, today: date) -> Deadline | None:
    """Return the deadline that ``text`` names, or None."""
    folded = text.casefold().replace("’", "'")
    if not _WANTS_BY.search(folded):
        return None
    day = _day_in(folded, today)
    if day is None:
        return None
    return Deadline(day - DAY if _BEFORE.search(folded) else day)


def _day_in(text: str, today: date) -> date | None:
    for name, day_of in FEASTS.items():
        if re.search(rf"\b{name}\b", text):
            return _next(day_of, today)
    if match := _ON_DATE.search(text) or _DATE_OF.search(text):
        return _on_date(match, today)
    if "tomorrow" in text:
        return today + DAY
    if "weekend" in text:
        return today + DAY * ((6 - today.weekday()) % 7)
    if match := _WEEKDAY.search(text):
        return today + DAY * ((WEEKDAYS.index(match["weekday"]) - today.weekday()) % 7)
    return None


def _on_date(match: re.Match[str], today: date) -> date | None:
    month, number = MONTHS.index(match["month"][:3]) + 1, int(match["day"])
    try:
        return _next(lambda year: date(year, month, number), today)
    except ValueError:
        return None


def _next(day_of: Callable[[int], date], today: date) -> date:
    day = day_of(today.year)
    return day if day >= today else day_of(today.year + 1)


def _thanksgiving(year: int) -> date:
    """The fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + DAY * ((3 - first.weekday()) % 7 + 21)


FEASTS: dict[str, Callable[[int], date]] = {
    "christmas eve": lambda year: date(year, 12, 24),
    "(?:christmas|xmas)": lambda year: date(year, 12, 25),
    "new year'?s eve": lambda year: date(year, 12, 31),
    "new year(?:'?s)?": lambda year: date(year, 1, 1),
    "thanksgiving": _thanksgiving,
    "halloween": lambda year: date(year, 10, 31),
    "valentine(?:'?s)?": lambda year: date(year, 2, 14),
    "(?:4th|fourth) of july": lambda year: date(year, 7, 4),
}
