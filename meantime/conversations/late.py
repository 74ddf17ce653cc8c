"""Nobody has answered within the time the shop wants to keep: the customer is told once, and asked where else an
answer may go, whether they are still in line or somebody has taken over and is silent. Only while people are there:
when nobody is, that was said at the hand-off."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact
from meantime.conversations.first_words import awaits_first_words, who_awaits_first_words
from meantime.conversations.inbox import Words, lock_conversation, post
from meantime.conversations.queue import WAYS_OUT
from meantime.conversations.reachable import answer_to, note_question, vouched_for
from meantime.conversations.reasons import NOT_ASKED_FOR
from meantime.conversations.tables import AGENT, QUEUE, SMS, SYSTEM, Conversation
from meantime.conversations.waiting_time import still_waiting_time
from meantime.db import now
from meantime.settings import settings
from meantime.wording.presence import (
    AnswerTo,
    aim_minutes,
    back_if_after_closing,
    is_somebody_there,
    other_ways_now,
    question,
    time_open,
    wanted,
)
from meantime.wording.waiting import late, late_with


def left_late(session: Session, most: int) -> list[str]:
    """Return conversations whose customer waits for a person for too long and was not told."""
    if not is_somebody_there():
        return []
    at = now()
    rows = session.execute(
        select(Conversation.id, Conversation.awaits_since)
        .outerjoin(Contact, Contact.id == Conversation.contact_id)
        .where(
            Conversation.awaits_since <= at - timedelta(minutes=aim_minutes()),
            or_(Conversation.owner == QUEUE, who_awaits_first_words()),
            Conversation.told_late_at.is_(None),
            Conversation.snoozed_until.is_(None),
            Conversation.handed_off_kind.not_in(NOT_ASKED_FOR),
            # Who has opted out cannot be told.
            or_(Conversation.channel != SMS, Contact.opted_out_at.is_(None)),
        )
        .order_by(Conversation.awaits_since)
        .limit(most)
    )
    # Whoever has waited longer has waited for more of the opening hours: those that are due come first.
    return [row.id for row in rows if _is_late(row.awaits_since, at)]


def tell_late(session: Session, conversation_id: str) -> bool:
    """Tell the customer, unless somebody has answered or told them meanwhile. Return whether they were told."""
    conversation = lock_conversation(session, conversation_id)
    at, since = now(), conversation.awaits_since
    if (
        since is None
        or not (conversation.owner == QUEUE or awaits_first_words(conversation))
        or conversation.told_late_at is not None
        or conversation.snoozed_until is not None
        or not _is_late(since, at)
    ):
        return False
    asks = wanted() if _may_ask(conversation, at) else ""
    if conversation.owner == AGENT:
        words = late_with(conversation.agent_name, aim_minutes(), other_ways_now(), question(asks))
        said = Words(words, asks=asks or None)
    else:
        waits = still_waiting_time(session, conversation, time_open(since, at))
        back = back_if_after_closing(waits.minutes or aim_minutes())
        words = late(waits.ahead, waits.minutes, aim_minutes(), back, other_ways_now(), question(asks))
        said = Words(words, WAYS_OUT, asks=asks or None)
    conversation.told_late_at = at
    note_question(conversation, asks)
    post(session, conversation, SYSTEM, said)
    return True


def _is_late(since: datetime, at: datetime) -> bool:
    return time_open(since, at) >= timedelta(minutes=aim_minutes())


def _may_ask(conversation: Conversation, at: datetime) -> bool:
    """Return whether nothing is known of where an answer may go, and nobody has asked."""
    is_known = settings().sends_mail and vouched_for(conversation, at)
    return answer_to(conversation) is AnswerTo.UNKNOWN and not is_known
