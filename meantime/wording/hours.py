"""Opening hours and moments as a customer reads them: "Monday to Friday, 9 am to 5 pm", "today at 9 am"."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from meantime.settings import settings
from meantime.shop.calendar import local_day, today
from meantime.shop.policy import Contact
from meantime.shop.week import DAYS, MIDNIGHT, Span, Week
from meantime.wording.speech import day, listed, locale

NOON = 12 * 60
SEVERAL_ZONES = frozenset("AU BR CA ID MX RU US".split())  # noqa: SIM905
"""Countries in which "9 am" alone leaves a customer guessing."""


def team_hours(contact: Contact) -> str:
    """Return when people are there, as it follows "our team is here"; "" when the policy does not tell."""
    if not contact.opening:
        return contact.hours
    if contact.opening == Week(((Span(0, MIDNIGHT),),) * len(DAYS)):
        text = "at any hour"
    else:
        text = f"{in_words(contact.opening)}{_zone()}"
    return f"{text}, except on public holidays" if contact.closed_on_holidays else text


def in_words(week: Week) -> str:
    """Return the hours of a week, days of the same hours together."""
    parts = []
    # The days in a row that have the same hours, each row by the place of its first and last day.
    for spans, row in groupby(range(len(DAYS)), key=lambda place: week.days[place]):
        places = list(row)
        if spans:
            hours = " and ".join(f"{clock(span.opens)} to {clock(span.closes)}" for span in spans)
            parts.append(f"{_days(places)}, {hours}")
    return parts[0] if len(parts) == 1 else "; ".join(parts)


def clock(minute: int) -> str:
    """Return a minute of the day: "9 am", "5:30 pm", "noon", "midnight"."""
    minute %= MIDNIGHT
    if minute in (0, NOON):
        return "noon" if minute else "midnight"
    hour, past = divmod(minute, 60)
    half = "am" if hour < 12 else "pm"
    return f"{hour % 12 or 12}{f':{past:02}' if past else ''} {half}"


def stamp(at: datetime) -> str:
    """Return when something was, for words that are read on another day: "Friday, December 4 at 4:02 pm"."""
    local = at.astimezone(ZoneInfo(settings().shop_timezone))
    return f"{day(local_day(at))} at {clock(local.hour * 60 + local.minute)}"


def moment(at: datetime) -> str:
    """Return when, to the minute and by the shop's clock, as it follows a verb: "today at 9 am Eastern Time"."""
    local = at.astimezone(ZoneInfo(settings().shop_timezone))
    time = f"{clock(local.hour * 60 + local.minute)}{_zone()}"
    on = local_day(at)
    return f"today at {time}" if on == today() else f"on {day(on)}, at {time}"


def _days(places: list[int]) -> str:
    names = [DAYS[place].capitalize() for place in places]
    return f"{names[0]} to {names[-1]}" if len(names) > 2 else listed(names)


def _zone() -> str:
    if settings().shop_country not in SEVERAL_ZONES:
        return ""
    name = get_timezone_name(ZoneInfo(settings().shop_timezone), width="long", zone_variant="generic", locale=locale())
    return f" {name}"
