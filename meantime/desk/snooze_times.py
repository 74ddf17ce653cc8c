"""Until when a conversation is put away: the usual times, by the shop's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from meantime.conversations.snoozing import NotATime
from meantime.settings import settings

MORNING, AFTERNOON = time(9), time(15)
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual time; ``name`` stands for it in a form, and is looked up anew when it is used."""

    name: str
    words: str
    until: datetime


def presets(at: datetime) -> list[Preset]:
    """Return the usual times as they are ``at`` a moment; those that have passed are left out."""
    zone = ZoneInfo(settings().shop_timezone)
    at, here = at.astimezone(UTC), at.astimezone(zone)

    def on(days: int, clock: time) -> datetime:
        return datetime.combine(here.date() + timedelta(days=days), clock, zone)

    to_monday = (MONDAY - here.weekday()) % 7 or 7
    found = [
        # By the clock it is no hour when summer time ends.
        Preset("hour", "For an hour", (at + timedelta(hours=1)).astimezone(zone)),
        Preset("afternoon", "This afternoon", on(0, AFTERNOON)),
        Preset("tomorrow", "Tomorrow morning", on(1, MORNING)),
        Preset("monday", "Monday morning", on(to_monday, MORNING)),
    ]
    return [preset for preset in found if preset.until > at]


def chosen(name: str, typed: str, at: datetime) -> datetime:
    """Return the time that a form asks for: one of ``presets``, or one that was ``typed`` in the shop's own time.
    Raises NotATime."""
    for preset in presets(at):
        if preset.name == name:
            return preset.until
    try:
        wall = datetime.fromisoformat(typed)
    except ValueError:
        raise NotATime(typed) from None
    return wall.replace(tzinfo=ZoneInfo(settings().shop_timezone)) if wall.tzinfo is None else wall
