"""Canned replies: what is said often is written once, with care. Leads keep them, everybody who answers uses them.

A text may hold variables like {customer}. What cannot be filled stays in it as [customer], for the agent to see to:
the composer finds these before a message is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.desk.tables import CannedReply
from meantime.shop.audit import record
from meantime.wording.tone import Finding, lint

VARIABLES: Mapping[str, str] = {
    "customer": "their first name",
    "agent": "your name",
    "shop": "the shop's name",
    "order": "the order's number",
    "item": "what they wait for",
    "date": "when it should come",
    "undated": "what they wait for and has no date yet",
    "cancelled": "what was cancelled in the order",
    "phone": "our phone number",
    "email": "our e-mail address",
    "hours": "when our team is here",
}
"""What a text may have filled in, and what it stands for."""

SAMPLE: Mapping[str, str] = {
    "customer": "Robin",
    "agent": "Alex",
    "shop": "Our Shop",
    "order": "W1234567",
    "item": "Floor Lamp",
    "date": "between December 4 and December 8",
    "undated": "Floor Lamp",
    "cancelled": "Floor Lamp",
    "phone": "+1 555 010 0100",
    "email": "help@example.com",
    "hours": "Monday to Friday, 9 am to 5 pm",
}
"""What a text is judged and measured with."""

LONGEST_SHORTCUT, LONGEST_TITLE, LONGEST_TEXT = 40, 100, 2_000
MOST_OFFERED = 8
CANCELLED = "cancelled"
"""The shortcut of the reply that is only true once something is cancelled."""
IS_LIKE = 70
"""So alike (of 100) are a title and what somebody typed when they meant it."""

_SHORTCUT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VARIABLE = re.compile(r"\{([^{}\n]*)\}")


class BadReply(ValueError):
    """A reply that cannot be kept: ``faults`` says why, in a sentence for each field."""

    def __init__(self, **faults: str) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


class UnknownReply(LookupError):
    """There is no such reply, or none any more."""


class ReplyChanged(Exception):
    """Somebody else (``by``) has changed it since it was looked at."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


def list_replies(session: Session) -> Sequence[CannedReply]:
    """Return all replies by shortcut."""
    return session.scalars(select(CannedReply).order_by(CannedReply.shortcut)).all()


def reply_of(session: Session, reply_id: int) -> CannedReply:
    """Return one reply. Raises UnknownReply."""
    reply = session.get(CannedReply, reply_id, populate_existing=True)
    if reply is None:
        raise UnknownReply(reply_id)
    return reply


def add_reply(session: Session, shortcut: str, title: str, text: str, *, by: str) -> CannedReply:
    """Keep a new reply. Raises BadReply."""
    shortcut, title, text = _checked(session, shortcut, title, text)
    reply = CannedReply(shortcut=shortcut, title=title, text=text, updated_by=by)
    session.add(reply)
    _keep(session, shortcut)
    record(session, by, "reply_added", f"reply:{reply.id}", None, {"shortcut": shortcut})
    return reply


def change_reply(
    session: Session, reply_id: int, shortcut: str, title: str, text: str, *, by: str, seen: str = ""
) -> CannedReply:
    """Change a reply. ``seen`` is its ``version`` as it was looked at. Raises BadReply, UnknownReply, ReplyChanged."""
    reply = _locked(session, reply_id)
    shortcut, title, text = _checked(session, shortcut, title, text, but=reply_id)
    if (reply.shortcut, reply.title, reply.text) == (shortcut, title, text):
        return reply
    if seen and seen != version(reply):
        raise ReplyChanged(reply.updated_by)
    before = {"shortcut": reply.shortcut}
    after = {"shortcut": shortcut, "title_changed": reply.title != title, "text_changed": reply.text != text}
    reply.shortcut, reply.title, reply.text = shortcut, title, text
    reply.updated_by, reply.updated_at = by, now()
    _keep(session, shortcut)
    record(session, by, "reply_changed", f"reply:{reply.id}", before, after)
    return reply


def delete_reply(session: Session, reply_id: int, *, by: str) -> str:
    """Take a reply away and return its shortcut. Raises UnknownReply."""
    reply = _locked(session, reply_id)
    shortcut = reply.shortcut
    session.delete(reply)
    record(session, by, "reply_deleted", f"reply:{reply_id}", {"shortcut": shortcut}, None)
    return shortcut


def begin_with_ours(session: Session, *, by: str) -> int:
    """Keep the replies of our own where there is none at all, and return how many."""
    if session.scalar(select(CannedReply.id).limit(1)) is not None:
        return 0
    for shortcut, title, text in OURS:
        add_reply(session, shortcut, title, text, by=by)
    return len(OURS)


def version(reply: CannedReply) -> str:
    """Return what changes whenever the reply does."""
    return reply.updated_at.isoformat()


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with its variables filled; one that has no value stays visible as [date]."""
    return _VARIABLE.sub(lambda found: values.get(found[1]) or f"[{found[1]}]", text)


def sample(text: str) -> str:
    """Return ``text`` as it might be sent."""
    return filled(text, SAMPLE)


def advice(text: str) -> list[Finding]:
    """Return what a calm colleague would change in a reply, wherever it is sent to."""
    return lint(sample(text), channel="sms")


def offered(replies: Sequence[CannedReply], typed: str) -> list[CannedReply]:
    """Return the few replies that are meant by what was ``typed``: those whose shortcut begins with it first, then
    those with its words in the title."""
    wanted = typed.strip().removeprefix("/").strip().lower()
    fitting = [(rank, reply) for reply in replies if (rank := _rank(reply, wanted)) is not None]
    if not fitting and len(wanted) > 2:  # misspelt, perhaps
        fitting = [(-alike, reply) for reply in replies if (alike := _likeness(reply, wanted)) >= IS_LIKE]
    fitting.sort(key=lambda pair: (pair[0], pair[1].shortcut))
    return [reply for _, reply in fitting[:MOST_OFFERED]]


def _likeness(reply: CannedReply, wanted: str) -> float:
    return fuzz.WRatio(wanted, reply.title.lower())


def _rank(reply: CannedReply, wanted: str) -> float | None:
    """Return how well a reply fits, the least first, or None where it does not."""
    if not wanted or reply.shortcut == wanted:
        return 0
    if reply.shortcut.startswith(wanted):
        return 1
    if wanted in reply.shortcut:
        return 2
    words = reply.title.lower().split()
    is_in_title = all(any(word.startswith(part) for word in words) for part in wanted.split())
    return 3 if is_in_title else None


def _checked(session: Session, shortcut: str, title: str, text: str, but: int | None = None) -> tuple[str, str, str]:
    shortcut = shortcut.strip().removeprefix("/").lower()
    title = " ".join(title.split())
    text = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    faults = dict(_faults(shortcut, title, text))
    if "shortcut" not in faults:
        taken = session.scalar(
            select(CannedReply.title).where(CannedReply.shortcut == shortcut, CannedReply.id != (but or 0))
        )
        if taken is not None:
            faults["shortcut"] = f"/{shortcut} is the shortcut of “{taken}” already."
    if faults:
        raise BadReply(**faults)
    return shortcut, title, text


def _faults(shortcut: str, title: str, text: str) -> Iterator[tuple[str, str]]:
    if not _SHORTCUT.fullmatch(shortcut) or len(shortcut) > LONGEST_SHORTCUT:
        yield "shortcut", f"A shortcut has letters from a to z, digits and single dashes, {LONGEST_SHORTCUT} at most."
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        yield "title", f"A title has 1 to {LONGEST_TITLE} characters."
    if not text:
        yield "text", "A reply needs words."
    elif len(text) > LONGEST_TEXT:
        yield "text", f"A reply can have {LONGEST_TEXT} characters at most; this has {len(text)}."
    elif not all(character.isprintable() or character == "\n" for character in text):
        yield "text", "There is a character in it that cannot be read. Please type that part anew."
    elif unknown := [name for name in _VARIABLE.findall(text) if name not in VARIABLES]:
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        yield "text", f"{{{unknown[0]}}} is not a variable. There are {known}."
    elif set("{}") & set(_VARIABLE.sub("", text)):
        yield "text", "A curly bracket stands alone. A variable is written like {customer}."


def _keep(session: Session, shortcut: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:  # two have chosen the same shortcut at once
        raise BadReply(shortcut=f"/{shortcut} has just been taken.") from error


def _locked(session: Session, reply_id: int) -> CannedReply:
    reply = session.get(CannedReply, reply_id, with_for_update=True, populate_existing=True)
    if reply is None:
        raise UnknownReply(reply_id)
    return reply


OURS: Sequence[tuple[str, str, str]] = (
    (
        "hello",
        "Say hello and that I am on it",
        "Hello {customer}, this is {agent} from {shop}. I have read all you wrote, and I am looking into it now.",
    ),
    (
        "number",
        "Ask for the order number",
        "Could you send me your order number, and the e-mail or the postcode you ordered with? "
        "Then I can look it up for you.",
    ),
    (
        "date",
        "The day it should come",
        "Your {item} should reach you {date}. If you would rather not wait that long, I can cancel it, "
        "or look for something like it.",
    ),
    (
        "no-date",
        "Nobody knows the day yet",
        "There is no date yet for your {undated}. You can keep your place, cancel it, or see something like it. "
        "When we hear of a date, we will write to you.",
    ),
    (
        CANCELLED,
        "It is cancelled",
        "I have cancelled the {cancelled} of order {order} for you. If your card was charged for it, "
        "the money goes back to the same card.",
    ),
    (
        "damaged",
        "It came damaged",
        "I am sorry that it did not reach you whole. Could you tell me what is broken? "
        "And would you like a new one, or your money back?",
    ),
    (
        "reach-us",
        "How else to reach us",
        "You can also call us at {phone} or write to {email}. Our team is here {hours}.",
    ),
    (
        "bye",
        "Ask whether that was all",
        "Is there anything else I can do for you? If not, I will close this chat. Just write again when you need us.",
    ),
)
"""Shortcut, title and text of what to begin with."""
