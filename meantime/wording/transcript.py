"""The page that a link in an e-mail leads to: a conversation to be read, and how to go on with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from meantime.settings import settings
from meantime.shop.policy import Contact
from meantime.wording.hours import clock
from meantime.wording.presence import ways_to_reach
from meantime.wording.speech import listed, locale

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
    ways = ways_to_reach(contact)
    others = f" You can also reach us {listed(ways, either=True)}." if ways else ""
    return f"This page is for reading. To answer, open the chat on our website.{others}"


def said_at(at: datetime) -> str:
    """Return when something was said: "November 26, 2026, 9:30 am"."""
    local = at.astimezone(ZoneInfo(settings().shop_timezone))
    return f"{format_date(local, 'long', locale=locale())}, {clock(local.hour * 60 + local.minute)}"
