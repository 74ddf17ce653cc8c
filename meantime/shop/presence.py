"""Whether somebody of the shop is there now, and when again if not: by the policy's opening hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from meantime.settings import settings
from meantime.shop.calendar import is_holiday
from meantime.shop.policy import Contact

MOST_DAYS = 31
"""Whoever is closed for longer has no hours worth naming."""


def back_at(contact: Contact, at: datetime) -> datetime | None:
    """Return when somebody is there again, in the shop's own time; None when somebody is there at ``at``, or when the
    policy does not tell."""
    for opens, closes in _opened(contact, at, at + timedelta(days=MOST_DAYS)):
        if at < opens:
            return opens
        if at < closes:
            return None
    return None


def closes_at(contact: Contact, at: datetime) -> datetime | None:
    """Return when they leave who are there at ``at``; None when nobody is, or when the policy does not tell."""
    return next((closes for opens, closes in _opened(contact, at, at) if opens <= at < closes), None)


def latest_open(contact: Contact, wanted: datetime) -> datetime | None:
    """Return ``wanted`` or, where people are gone by then, when they leave; where they come later that day, within
    their first hour. None when nobody is there on that day, and when the policy does not tell."""
    latest = None
    for opens, closes in _opened(contact, wanted, wanted):
        if latest is None or opens < wanted:
            latest = min(closes, wanted if opens < wanted else opens + timedelta(hours=1))
    return latest


def time_open(contact: Contact, since: datetime, until: datetime) -> timedelta:
    """Return for how long people were there between two moments: all the time, where the policy does not tell."""
    if not contact.opening:
        return max(until - since, timedelta(0))
    since = max(since, until - timedelta(days=MOST_DAYS))
    overlaps = (
        min(closes.astimezone(UTC), until) - max(opens.astimezone(UTC), since)
        for opens, closes in _opened(contact, since, until)
    )
    return sum((overlap for overlap in overlaps if overlap > timedelta(0)), timedelta(0))


def _opened(contact: Contact, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Return from when to when people are there, on the days from ``first`` to ``last``, in the shop's own time."""
    zone = ZoneInfo(settings().shop_timezone)
    local = first.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    for count in range((last.astimezone(zone).date() - local.date()).days + 1):
        day = midnight + timedelta(days=count)
        if contact.closed_on_holidays and is_holiday(day.date(), settings().shop_country):
            continue
        for span in contact.opening.days[day.weekday()]:
            # Wall-clock arithmetic: nine o'clock stays nine o'clock on the day the clocks are changed.
            yield day + timedelta(minutes=span.opens), day + timedelta(minutes=span.closes)
