"""How every hand-off ends: when somebody answers, how else to reach the shop, and where the answer may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from meantime.db import now
from meantime.settings import settings
from meantime.shop.overdue import late_since
from meantime.shop.policy import Contact, current_policy
from meantime.shop.presence import back_at, closes_at
from meantime.shop.presence import time_open as open_by_policy
from meantime.wording.hours import moment, team_hours
from meantime.wording.speech import listed

CONTACT, EMAIL, PHONE = "contact", "email", "phone"


class AnswerTo(Enum):
    """What is known of where an answer reaches a customer who has left."""

    UNKNOWN = "nothing, and nobody has asked"
    ASKED = "nothing, though we have asked"
    GIVEN = "an address or number given in this conversation"
    ON_FILE = "the e-mail address of a customer who has proven to be that one"
    THIS_NUMBER = "the number they text from"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows "I pass you on": more sentences, and what the customer is asked for, if anything."""

    text: str
    asks: str = ""


def outlook(contact: Contact, back: datetime | None, answer_to: AnswerTo) -> Outlook:
    """Return what a customer hears who is passed on now; somebody is there again at ``back`` (None: now)."""
    if back is None:
        hours = team_hours(contact)
        return Outlook(f" Our team is here {hours}.{other_ways(contact)}" if hours else other_ways(contact))
    there = f" Nobody from our team is here right now; they are back {moment(back)}.{_hours(contact)}"
    asks = wanted() if answer_to is AnswerTo.UNKNOWN else ""
    return Outlook(f"{there}{other_ways(contact)}{_WHERE.get(answer_to, '')}{_QUESTIONS.get(asks, '')}", asks)


def is_somebody_there() -> bool:
    """Return whether people are there now, as far as the policy tells."""
    return back_at(current_policy().contact, now()) is None


def outlook_now(answer_to: AnswerTo) -> Outlook:
    """Return the same for a hand-off of the gateway's own."""
    contact = current_policy().contact
    return outlook(contact, back_at(contact, now()), answer_to)


def aim_minutes() -> int:
    """Return within how many minutes the shop wants to answer who waits."""
    return current_policy().hand_off.first_response_minutes


def time_open(since: datetime, until: datetime) -> timedelta:
    """Return for how long people were there between two moments, as far as the policy tells."""
    return open_by_policy(current_policy().contact, since, until)


def overdue_since(at: datetime) -> datetime:
    """Return since when somebody must have been waiting at ``at`` to wait longer than the shop wants."""
    return late_since(current_policy().contact, at, aim_minutes())


def back_if_after_closing(minutes: int) -> datetime | None:
    """Return when people are there again, where they leave within so many minutes from now; else None."""
    contact = current_policy().contact
    closes = closes_at(contact, now())
    if closes is None or closes.astimezone(UTC) > now() + timedelta(minutes=minutes):
        return None
    return back_at(contact, closes.astimezone(UTC))


def other_ways_now() -> str:
    """Return how else the shop can be reached, as a sentence after others."""
    return other_ways(current_policy().contact)


def question(asks: str) -> str:
    """Return the question for ``asks``, as a paragraph after others; "" where nothing is asked."""
    return _QUESTIONS.get(asks, "")


def other_ways(contact: Contact) -> str:
    """Return how else the shop can be reached; nothing the policy does not give."""
    ways = ways_to_reach(contact)
    return f" You can also reach us {listed(ways, either=True)}." if ways else ""


def ways_to_reach(contact: Contact) -> list[str]:
    """Return "by phone at ..." and "by e-mail at ...", as far as the policy gives them."""
    ways = []
    if contact.phone:
        ways.append(f"by phone at {contact.phone}")
    if contact.email:
        ways.append(f"by e-mail at {contact.email}")
    return ways


def wanted() -> str:
    """Return what a customer may be asked for: what we can send an answer to. A shop that sends neither mail nor texts
    asks for either: its people write or call by hand."""
    sends = settings()
    if sends.sends_mail == sends.texts_first:
        return CONTACT
    return EMAIL if sends.sends_mail else PHONE


def _hours(contact: Contact) -> str:
    hours = team_hours(contact)
    return f" Our hours: {hours}." if hours else ""


_WHERE = {
    AnswerTo.GIVEN: " If you have left by then, the answer goes to the address or number you gave.",
    AnswerTo.ON_FILE: " If you have left by then, the answer also goes to the e-mail address we have for you.",
    AnswerTo.THIS_NUMBER: " The answer comes to this number.",
}
_IN_CASE = "\n\nIn case you have left by then: which {} may we answer to? You can type it here."
_QUESTIONS = {
    CONTACT: _IN_CASE.format("e-mail address or phone number"),
    EMAIL: _IN_CASE.format("e-mail address"),
    PHONE: _IN_CASE.format("phone number"),
}
