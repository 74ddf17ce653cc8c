"""Who waits for a person, and threatens or is angry for the second time, waits among the urgent from then on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from meantime.conversations.reasons import NOT_ASKED_FOR, URGENT, Reason
from meantime.conversations.summing_up import mood_now, sum_up_anew
from meantime.conversations.tables import Conversation
from meantime.wording.anger import is_upset
from meantime.wording.gateway import PRESSED
from meantime.wording.passing_on import BECAUSE, because_also
from meantime.wording.summing_up import Mood
from meantime.wording.threatening import threatens

STAYS = {Reason.LEGAL: NOT_ASKED_FOR | {Reason.LEGAL}, Reason.UPSET: NOT_ASKED_FOR | URGENT}
"""What is urgent already stays what it is, except for a threat, which staff are to read."""


def press(session: Session, conversation: Conversation, text: str) -> str | None:
    """Move a locked conversation that waits among the urgent, once for each reason, where ``text`` is one. Return
    what is said to that; None where it is none."""
    kind = _reason_in(session, conversation, text)
    if kind is None or conversation.handed_off_kind in STAYS[kind]:
        return None
    conversation.handed_off_because = because_also(BECAUSE[kind], conversation.handed_off_because)
    conversation.handed_off_kind = kind
    sum_up_anew(session, conversation, text)
    return PRESSED[kind]


def _reason_in(session: Session, conversation: Conversation, text: str) -> Reason | None:
    """Return why ``text`` is urgent, by the rules that the assistant hands off by."""
    if threatens(text):
        return Reason.LEGAL
    return Reason.UPSET if is_upset(text) and mood_now(session, conversation) is Mood.ANGRY else None
