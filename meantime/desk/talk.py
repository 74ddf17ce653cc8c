"""What one click of a member of staff does to a conversation: the change and its audit entry, in one transaction.

The desk's routes call these and nothing below them, so that no change is left out of the audit. What changed nothing
(a second click) is not recorded a second time. The audit holds no words of anybody, only who, what and which.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from meantime.conversations import answering, closing, notes, owner, snoozing
from meantime.conversations.closing import Because
from meantime.conversations.inbox import lock_conversation
from meantime.conversations.tables import Message
from meantime.shop.audit import record
from meantime.shop.done_by import done_by
from meantime.shop.open_lists import open_list
from meantime.shop.own_promises import PromiseKind, pass_on_promises, promised_by
from meantime.shop.reaching import email_of
from meantime.wording.desk import just_before, stood_open
from meantime.wording.desk_changes import promise_passed_on


def take_over(session: Session, conversation_id: str, name: str) -> bool:
    """See owner.take_over."""
    is_new = owner.take_over(session, conversation_id, name, _done_in, _open_list)
    if is_new:
        _record(session, name, "take_over", conversation_id)
    return is_new


def hand_back(session: Session, conversation_id: str, name: str, note: str = "", order: str | None = None) -> bool:
    """See owner.hand_back."""
    owner.hand_back(session, conversation_id, name, note, order)
    _record(session, name, "hand_back", conversation_id, order=order, has_note=bool(note.strip()))
    return True


def transfer(
    session: Session, conversation_id: str, from_name: str, to_name: str, note: str = "", by: str | None = None
) -> bool:
    """See owner.transfer. What ``from_name`` still has to keep here goes with it: who has the conversation keeps it."""
    is_new = owner.transfer(session, conversation_id, from_name, to_name, note, by)
    if is_new:
        who = by or from_name
        _record(session, who, "transfer", conversation_id, **{"from": from_name, "to": to_name})
        _pass_on(session, conversation_id, from_name, to_name, who)
    return is_new


def put_back(session: Session, conversation_id: str, name: str) -> bool:
    """See owner.put_back."""
    owner.put_back(session, conversation_id, name)
    _record(session, name, "put_back", conversation_id)
    return True


def close(
    session: Session, conversation_id: str, name: str, because: Because, words: str = "", of: str | None = None
) -> bool:
    """See closing.close. The words stay with the conversation: they may name somebody."""
    is_new = closing.close(session, conversation_id, name, because, words, of)
    if is_new:
        _record(session, name, "close", conversation_id, because=because.value)
    return is_new


def snooze(session: Session, conversation_id: str, name: str, until: datetime, of: str | None = None) -> bool:
    """See snoozing.snooze."""
    is_new = snoozing.snooze(session, conversation_id, name, until, of)
    if is_new:
        _record(session, name, "snooze", conversation_id, until=until.isoformat())
    return is_new


def unsnooze(session: Session, conversation_id: str, name: str) -> bool:
    """See snoozing.unsnooze."""
    is_new = snoozing.unsnooze(session, conversation_id, name)
    if is_new:
        _record(session, name, "unsnooze", conversation_id)
    return is_new


def answer(
    session: Session, conversation_id: str, name: str, text: str, client_id: str, *, against_advice: bool = False
) -> Message:
    """See answering.answer. ``against_advice``: the linter of tone had found something, and it was sent anyway."""
    lock_conversation(session, conversation_id)  # of two clicks at once the second one finds what the first has said
    is_new = not answering.is_said(session, conversation_id, client_id)
    message = answering.answer(session, conversation_id, name, text, email_of, client_id)
    if is_new:
        _record(session, name, "answer", conversation_id, message=message.id, against_advice=against_advice)
    return message


def add_note(session: Session, conversation_id: str, name: str, text: str) -> notes.ShownNote:
    """See notes.add_note."""
    note, is_new = notes.add_note(session, conversation_id, name, text)
    if is_new:
        _record(session, name, "note", conversation_id, note=note.id)
    return note


def _pass_on(session: Session, conversation_id: str, from_name: str, to_name: str, by: str) -> None:
    conversation = lock_conversation(session, conversation_id)
    for promise in pass_on_promises(session, conversation_id, from_name, to_name, by=by):
        calls = promise.kind == PromiseKind.CALL
        made_by = promised_by(session, promise)
        words = promise_passed_on(made_by, to_name, promise.due_at, calls=calls, what=promise.what)
        notes.note(session, conversation, words)


def _record(session: Session, name: str, what: str, conversation_id: str, **after: Any) -> None:
    record(session, f"staff:{name}", what, f"conversation:{conversation_id}", None, after or None)


def _done_in(session: Session, message_ids: list[str]) -> list[str]:
    return [just_before(done) for done in done_by(session, message_ids)]


def _open_list(session: Session, proposal_id: str) -> str | None:
    listed = open_list(session, proposal_id)
    return stood_open(listed) if listed else None
