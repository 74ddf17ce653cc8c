"""Dates, money and lists as a customer reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency

from meantime.settings import settings
from meantime.shop.calendar import today
from meantime.shop.money import Money, to_text

ANSWERS = frozenset({"yes", "no", "none", "true", "false"})
DEGREES = frozenset("low medium high small large full half light dark basic fixed adjustable".split())  # noqa: SIM905
BARE = re.compile(r"[\d.,]+|[XSML]{1,4}|[A-Z]\d")
"""A number, a size of clothes, a paper size: nothing without the name of what it measures."""


@lru_cache
def locale() -> str:
    """Return the English of the shop's country, or US English where there is none."""
    name = f"en_{settings().shop_country.upper()}"
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return "en_US"
    return name


def day(on: date) -> str:
    """Return ``on`` with its weekday: "Friday, December 4"; with the year when it is another one."""
    if on.year == today().year:
        return str(format_date(on, "EEEE, MMMM d", locale=locale()))
    return str(format_date(on, "EEEE, MMMM d, y", locale=locale()))


def days(first: date, last: date) -> str:
    """Return when, as it follows a verb: "between December 4 and December 8", or "on Friday, December 4"."""
    if first == last:
        return f"on {day(first)}"
    skeleton = "MMMMd" if first.year == last.year == today().year else "yMMMMd"
    start, end = (format_skeleton(skeleton, on, locale=locale()) for on in (first, last))
    return f"between {start} and {end}"


def price(minor: int, currency: str) -> str:
    """Return an amount as a customer reads it: "$12.50"."""
    money = Money(minor, currency)
    return str(format_currency(to_text(money.minor, money.currency), money.currency, locale=locale()))


def listed(things: Sequence[str], *, either: bool = False) -> str:
    """Return "a, b and c", or "a, b or c"."""
    return format_list(list(things), style="or" if either else "standard", locale="en_GB")


def item(name: str, quantity: int = 1, attributes: Mapping[str, Any] | None = None) -> str:
    """Return "2 x Desk Lamp (blue, metal)"; one unit goes without its number."""
    details = ", ".join(trait(n, str(value)) for n, value in (attributes or {}).items() if str(value))
    text = f"{name} ({details})" if details else name
    return f"{quantity} x {text}" if quantity > 1 else text


def trait(name: str, value: str) -> str:
    """Return an attribute as it is read in a list: "blue" says what it is, "8" and "high" need their name."""
    if value.casefold() in ANSWERS:
        return f"{name}: {value}"
    if value.casefold() in DEGREES:
        return f"{value} {name}"
    if BARE.fullmatch(value):
        return f"{name} {value}"
    return value


def contrasts(mine: Mapping[str, Any], its: Mapping[str, Any]) -> str:
    """Return "Color: white instead of brass; size: 9 instead of 8", or "" where nothing differs."""
    pairs = [(name, str(mine[name]), str(its[name])) for name in mine if name in its]
    text = "; ".join(f"{name}: {there} instead of {here}" for name, here, there in pairs if here != there)
    return text[:1].upper() + text[1:]
