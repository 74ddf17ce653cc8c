"""News of the shop that belong into a conversation: what the worker carries from one room to the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from meantime.conversations.inbox import UnknownConversation, lock_conversation
from meantime.conversations.notes import note
from meantime.conversations.refusals import tell_refused
from meantime.db import now
from meantime.shop.lines import views, whole_order
from meantime.shop.own_promises import escalate_missed, promised_by, remind_due
from meantime.shop.tables import Change, StaffPromise
from meantime.shop.unsettled import take_refusal
from meantime.wording import own_promises, refused
from meantime.wording.cancel import names_of


def tell_of_refusal(session: Session, event_id: int) -> None:
    """Tell the conversation in which a refused change was asked for, once. Without one the desk's list is enough."""
    event = take_refusal(session, event_id)
    if event is None or not event.body["conversation"]:
        return
    change = session.get_one(Change, event.body["change"])
    names = names_of(views(session, whole_order(session, change.order_number)))
    about = [names[part["line"]] for part in change.lines if part["line"] in names]
    tell_refused(
        session,
        event.body["conversation"],
        refused.BECAUSE,
        refused.to_customer(change.kind, change.order_number, about, change.conflict),
        refused.to_staff(change.kind, change.order_number, change.reason, change.conflict, change.by),
    )


def mind_promises(session: Session, most: int) -> None:
    """Leave a note in each conversation whose promise is due soon, or was missed."""
    at = now()
    due, late = remind_due(session, at, most=most), escalate_missed(session, at, most)
    news = [(promise, own_promises.reminder(*_told(session, promise))) for promise in due]
    news += [(promise, own_promises.missed(*_told(session, promise))) for promise in late]
    _leave(session, news)


def _told(session: Session, promise: StaffPromise) -> tuple[str, str, str, str, datetime]:
    return promised_by(session, promise), promise.made_by, promise.kind, promise.what, promise.due_at


def _leave(session: Session, news: Sequence[tuple[StaffPromise, str]]) -> None:
    # Always in the same order: two that lock several conversations must not wait for each other.
    for promise, text in sorted(news, key=lambda item: item[0].conversation_id):
        try:
            conversation = lock_conversation(session, promise.conversation_id)
        except UnknownConversation:
            continue
        note(session, conversation, text)
