"""The page that a link in an e-mail leads to: a conversation to be read, and how to go on with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from meantime.settings import settings
from meantime.shop.policy import Contact
from meantime.wording.hours import clock
from meantime.wording.presence import other_ways
from meantime.wording.speech import locale

YOU = "You"
ASSISTANT = "Assistant"
TEAM = "Our team"
HEADING = "Your conversation"
CUT = "What was said before is not shown here."
EMPTY = "Nothing has been said in this conversation yet."


@dataclass(frozen=True, slots=True)
class Notice:
    """A page without a conversation."""

    heading: str
    text: str


OLD = Notice(
    "This link has expired",
    "A link like this works for 14 days. Your conversation is still in the chat on our website, in the browser you "
    "used then.",
)
BAD = Notice(
    "This link does not work",
    "Perhaps a part of it was lost on the way. Please open it from the e-mail once more, or copy all of it.",
)
BUSY = Notice("This page cannot be shown right now", "Please try again in a minute.")


def how_to_answer(contact: Contact) -> str:
    """Say how to go on: this page is for reading only."""
    return f"This page is for reading. To answer, open the chat on our website.{other_ways(contact)}"


def how_to_reach_us(contact: Contact) -> str:
    """Say the same where there is nothing to read."""
    return f"You can write to us in the chat on our website at any time.{other_ways(contact)}"


def day_of(at: datetime) -> str:
    """Return the day on which something was said: "Thursday, November 26, 2026"."""
    return str(format_date(_local(at), "full", locale=locale()))


def time_of(at: datetime) -> str:
    """Return the time at which something was said: "9:30 am"."""
    local = _local(at)
    return clock(local.hour * 60 + local.minute)


def _local(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(settings().shop_timezone))
