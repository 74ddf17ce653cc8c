"""Whether somebody of the shop is there now, and when again if not: by the policy's opening hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from meantime.settings import settings
from meantime.shop.calendar import is_holiday
from meantime.shop.policy import Contact

MOST_DAYS = 31
"""Whoever is closed for longer has no hours worth naming."""


def back_at(contact: Contact, at: datetime) -> datetime | None:
    """Return when somebody is there again, in the shop's own time; None when somebody is there at ``at``, or when the
    policy does not tell."""
    if not contact.opening:
        return None
    zone = ZoneInfo(settings().shop_timezone)
    local = at.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    for day in (midnight + timedelta(days=n) for n in range(MOST_DAYS)):
        if contact.closed_on_holidays and is_holiday(day.date(), settings().shop_country):
            continue
        for span in contact.opening.days[day.weekday()]:
            # Wall-clock arithmetic: nine o'clock stays nine o'clock on the day the clocks are changed.
            opens, closes = (day + timedelta(minutes=minute) for minute in (span.opens, span.closes))
            if at < opens:
                return opens
            if at < closes:
                return None
    return None
