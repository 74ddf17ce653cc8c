"""What an e-mail to a customer says: an answer to who has left, or what a text message could not deliver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from meantime.shop.calendar import local_day
from meantime.wording.speech import day

HEADING = "Your conversation with {shop}"
GREETING = "Hello,"
LINK = "Read the whole conversation"


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of one e-mail, in the order they are read in. ``words`` are a message of ours, as it was said."""

    subject: str
    greeting: str
    lead: str
    words: str
    link: str
    link_note: str
    answering: str
    closing: str
    why: str


def answer(name: str, words: str, *, was_given: bool, shop: str, reply_to: str, link_until: datetime) -> Letter:
    """Return what ``name`` of our team has answered, for a customer who has left the website. ``was_given`` tells
    whether they gave the address for this, or the shop had it."""
    why = (
        "You get this e-mail because you gave us this address for our answer. We use it for this conversation only."
        if was_given
        else "You get this e-mail because you wrote to us in our chat, and this is the address we have for you."
    )
    lead = f"You wrote to us in the chat on our website. {name} from our team has answered:"
    return _letter(lead, words, f"To answer, open the chat on our website. {_replies(reply_to)}", why, shop, link_until)


def undelivered_text(words: str, *, shop: str, reply_to: str, link_until: datetime) -> Letter:
    """Return what a text message said that did not reach the customer's phone."""
    lead = "We sent you a text message, and it did not reach your phone. It says:"
    why = "You get this e-mail because a text message to you could not be delivered."
    return _letter(lead, words, f"To answer, text us again. {_replies(reply_to)}", why, shop, link_until)


def _letter(lead: str, words: str, answering: str, why: str, shop: str, link_until: datetime) -> Letter:
    return Letter(
        # The same in each, so that all of one conversation stand together in the customer's mailbox.
        subject=HEADING.format(shop=shop),
        greeting=GREETING,
        lead=lead,
        words=words,
        link=LINK,
        link_note=f"The link is for you alone and works until {day(local_day(link_until))}.",
        answering=answering,
        closing=f"Your team at {shop}",
        why=why,
    )


def _replies(reply_to: str) -> str:
    if reply_to:
        return f"If you reply to this e-mail, it reaches us at {reply_to}."
    return "Please do not reply to this e-mail: nobody would read it."
