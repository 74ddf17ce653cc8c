"""Days as a shop counts them: its own today, and business days without weekends and public holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from meantime.db import now
from meantime.settings import settings

SATURDAY = 5


def today() -> date:
    """Return the day it is where the shop is."""
    return local_day(now())


def local_day(at: datetime) -> date:
    """Return the shop's calendar day of a moment."""
    return at.astimezone(ZoneInfo(settings().shop_timezone)).date()


@lru_cache
def _public_holidays(country: str) -> holidays.HolidayBase | frozenset[date]:
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return frozenset()


def is_holiday(day: date, country: str) -> bool:
    """Return whether ``day`` is a public holiday of ``country`` (ISO 3166 alpha-2)."""
    return day in _public_holidays(country)


def is_business_day(day: date, country: str) -> bool:
    """Return whether ``day`` is neither a weekend nor a public holiday of ``country`` (ISO 3166 alpha-2)."""
    return day.weekday() < SATURDAY and not is_holiday(day, country)


def business_days_after(day: date, count: int, country: str) -> date:
    """Return the day ``count`` business days after ``day``; with 0, ``day`` itself or the next business day."""
    while not is_business_day(day, country):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_business_day(day, country):
            day += timedelta(days=1)
    return day
