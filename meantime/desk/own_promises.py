"""A promise of one's own, made from the panel: until when, in the shop's own time, and what the colleagues read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from meantime.conversations.inbox import lock_conversation
from meantime.conversations.tables import AGENT, Conversation
from meantime.desk.changing import note_once
from meantime.desk.promise_board import NotYourPromise
from meantime.desk.sessions import SignedIn
from meantime.desk.showing import local
from meantime.settings import settings
from meantime.shop.calendar import is_business_day
from meantime.shop.own_promises import (
    PromiseKind,
    UnknownPromise,
    keep_promise,
    make_promise,
    open_promises,
    withdraw_promise,
)
from meantime.shop.policy import current_policy
from meantime.shop.presence import latest_open
from meantime.shop.tables import StaffPromise
from meantime.wording.desk_changes import promise_stays, promised_by
from meantime.wording.hours import clock
from meantime.wording.promise_told import promise_in_words

EVENING = time(17)
MOST_PRESETS = 5
SOON = timedelta(minutes=30)
"""Nobody promises anything for the next few minutes: they do it."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A time that is often promised. ``value`` is what a form sends: the shop's own clock."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks to promise."""

    kind: str
    what: str
    due_at: datetime
    key: str
    order: str | None = None


def presets(at: datetime) -> list[Preset]:
    """Return this evening, unless it is about to be, and the next evenings of days on which the shop works: where
    people leave earlier, when they leave."""
    today = local(at).date()
    found: list[Preset] = []
    for ahead in range(15):
        due = _evening(today + timedelta(days=ahead), is_today=ahead == 0)
        if due is not None and due > at + SOON and len(found) < MOST_PRESETS:
            name = {0: "Today", 1: "Tomorrow"}.get(ahead) or f"{due:%A}, {due.day} {due:%b}"
            time_of_day = clock(due.hour * 60 + due.minute)
            found.append(Preset(f"{due:%Y-%m-%dT%H:%M}", f"{name}, {time_of_day}"))
    return found


def moment_typed(text: str) -> datetime | None:
    """Return the moment of a form's date and time, by the shop's clock; None where it is none."""
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return typed.replace(tzinfo=ZoneInfo(settings().shop_timezone)) if typed.tzinfo is None else None


def promise(session: Session, who: SignedIn, conversation_id: str, wanted: Wanted) -> StaffPromise:
    """Make a promise, once for each key, and tell the colleagues. Raises BadPromise, UnknownConversation."""
    lock_conversation(session, conversation_id)  # of two clicks at once the second one finds what the first has made
    made = make_promise(
        session,
        who.name,
        conversation_id,
        wanted.kind,
        wanted.what,
        wanted.due_at,
        key=wanted.key,
        order_number=wanted.order,
    )
    note_once(
        session, conversation_id, wanted.key, promised_by(made.made_by, made.due_at, calls=_calls(made), what=made.what)
    )
    return made


def keep(session: Session, who: SignedIn, conversation_id: str, promise_id: int) -> None:
    """Raises UnknownPromise, PromiseSettled, NotYourPromise."""
    _settle(session, keep_promise, who, conversation_id, promise_id)


def withdraw(session: Session, who: SignedIn, conversation_id: str, promise_id: int) -> None:
    """Raises UnknownPromise, PromiseSettled, NotYourPromise."""
    _settle(session, withdraw_promise, who, conversation_id, promise_id)


def may_settle(conversation: Conversation, who: SignedIn, made: StaffPromise) -> bool:
    """Return whether ``who`` may say that a promise was kept, or withdraw it: who made it, whoever answers its
    customer now, and a lead."""
    is_theirs = conversation.owner == AGENT and conversation.agent_name == who.name
    return is_theirs or made.made_by == who.name or who.is_lead


def sentence(made: StaffPromise) -> str:
    """Return what the customer may be told of it."""
    return promise_in_words(calls=_calls(made), due_at=made.due_at, what=made.what)


def staying(session: Session, who: SignedIn, conversation_id: str) -> list[str]:
    """Return, in words, what is promised here and stays with who promised it when the conversation is given away."""
    return [
        promise_stays(made.made_by, made.due_at, calls=_calls(made), what=made.what, is_own=made.made_by == who.name)
        for made in open_promises(session, conversation_id=conversation_id)
    ]


def _evening(on: date, *, is_today: bool) -> datetime | None:
    """Return until when something may be promised for a day; None when nobody is there to keep it. By the shop's hours
    or, where the policy has none, on business days, and today, as somebody is at work."""
    evening = datetime.combine(on, EVENING, ZoneInfo(settings().shop_timezone))
    contact = current_policy().contact
    if contact.opening:
        return latest_open(contact, evening)
    return evening if is_today or is_business_day(on, settings().shop_country) else None


def _settle(
    session: Session,
    settle: Callable[[Session, str, int], StaffPromise],
    who: SignedIn,
    conversation_id: str,
    promise_id: int,
) -> None:
    made = session.get(StaffPromise, promise_id)
    if made is None or made.conversation_id != conversation_id:
        raise UnknownPromise(promise_id)
    if not may_settle(session.get_one(Conversation, conversation_id), who, made):
        raise NotYourPromise(promise_id)
    settle(session, who.name, promise_id)


def _calls(made: StaffPromise) -> bool:
    return made.kind == PromiseKind.CALL
