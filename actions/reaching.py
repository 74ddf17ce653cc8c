"""What a customer who is passed on hears of when somebody answers, and where."""

from __future__ import annotations

from datetime import datetime

from actions.asked import Asked
from actions.base import database
from meantime.db import now
from meantime.settings import settings
from meantime.shop.presence import back_at
from meantime.shop.reaching import email_of
from meantime.wording.presence import AnswerTo, Outlook
from meantime.wording.presence import outlook as say_outlook

SMS = "sms"


def outlook(asked: Asked) -> Outlook:
    """Return how the hand-off of this turn ends."""
    at = now()
    contact = asked.policy.contact
    back = back_at(contact, at)
    return say_outlook(contact, back, asked.answer_to if back is None else _answer_to(asked, at))


def _answer_to(asked: Asked, at: datetime) -> AnswerTo:
    if asked.asker.channel == SMS:
        return AnswerTo.THIS_NUMBER
    if asked.answer_to is AnswerTo.GIVEN or not settings().sends_mail:
        return asked.answer_to
    with database().reading() as session:
        on_file = email_of(session, asked.asker.conversation_id, asked.asker.customer_id, at)
    return AnswerTo.ON_FILE if on_file else asked.answer_to
