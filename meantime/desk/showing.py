"""How times and sums are written at the desk: in the shop's own time zone, short, and whole in the title."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from meantime.db import now
from meantime.settings import settings


def local(at: datetime) -> datetime:
    """Return a moment in the shop's own time."""
    return at.astimezone(ZoneInfo(settings().shop_timezone))


def moment(at: datetime) -> Markup:
    """Return "14:05", "Tue 14:05", "3 Mar 14:05" or "3 Mar 2024 14:05": as much as is needed to know when."""
    there, today = local(at), local(now())
    if there.date() == today.date():
        short = f"{there:%H:%M}"
    elif abs((there.date() - today.date()).days) < 7:
        short = f"{there:%a %H:%M}"
    elif there.year == today.year:
        short = f"{there.day} {there:%b %H:%M}"
    else:
        short = f"{there.day} {there:%b %Y %H:%M}"
    return _time(at, short)


def day(on: date) -> str:
    """Return "Tue 3 Mar", with the year where it is another one."""
    year = "" if on.year == local(now()).year else f" {on.year}"
    return f"{on:%a} {on.day} {on:%b}{year}"


def waited(since: datetime) -> Markup:
    """Return how long ago it is, in the largest unit that fits; the page's script counts on."""
    minutes = max(0, int((now() - since).total_seconds() // 60))
    if minutes < 60:
        short = f"{minutes} min"
    elif minutes < 48 * 60:
        short = f"{minutes // 60} h {minutes % 60:02d}"
    else:
        short = f"{minutes // (24 * 60)} d"
    return _time(since, short, since=True)


def _time(at: datetime, short: str, *, since: bool = False) -> Markup:
    whole = f"{local(at):%A %d %B %Y %H:%M}"
    counts = Markup(" data-since") if since else ""
    return _TIME.format(at.isoformat(), whole, counts, short)


_TIME = Markup('<time datetime="{}" title="{}"{}>{}</time>')


FILTERS: dict[str, Callable[..., object]] = {"moment": moment, "day": day, "waited": waited}
