"""Since when somebody must have been waiting to wait too long now: only the time counts in which people are there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from meantime.settings import settings
from meantime.shop.calendar import is_holiday
from meantime.shop.policy import Contact

MOST_DAYS = 31
"""Whoever is closed for longer has no hours worth counting by."""


def late_since(contact: Contact, at: datetime, minutes: int) -> datetime:
    """Return the moment from which ``minutes`` of people being there have passed at ``at``: who has waited since then,
    or for longer, is overdue. One moment for a whole list, so that the database can compare."""
    left = timedelta(minutes=minutes)
    if not contact.opening:
        return at - left
    zone = ZoneInfo(settings().shop_timezone)
    local = at.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    for day in (midnight - timedelta(days=n) for n in range(MOST_DAYS)):
        if contact.closed_on_holidays and is_holiday(day.date(), settings().shop_country):
            continue
        for span in reversed(contact.opening.days[day.weekday()]):
            # Wall-clock arithmetic: nine o'clock stays nine o'clock on the day the clocks are changed.
            opens = (day + timedelta(minutes=span.opens)).astimezone(UTC)
            closes = min((day + timedelta(minutes=span.closes)).astimezone(UTC), at)
            if closes <= opens:
                continue
            if closes - opens >= left:
                return closes - left
            left -= closes - opens
    return at - timedelta(days=MOST_DAYS)
