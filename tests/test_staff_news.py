"""What the worker carries from the shop into a conversation: refused changes, and promises of staff."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.notes import Note
from meantime.conversations.pace import Pace
from meantime.conversations.storage import Storage
from meantime.conversations.tables import AGENT, BOT, QUEUE, SMS, SYSTEM, Conversation, Message
from meantime.db import Database, now
from meantime.shop.cancellations import accept_cancel, propose_cancel
from meantime.shop.outcomes import decide
from meantime.shop.own_promises import keep_promise, make_promise, pass_on_promises
from meantime.shop.policy import Policy
from meantime.shop.staff_changes import carry_out_cancel, list_cancel
from meantime.shop.tables import Event, StaffPromise
from meantime.wording.gateway import CARRY_ON
from meantime.worker import Worker
from tests.shop.conftest import Shop, turn

POLICY = Policy()
HOUR = timedelta(hours=1)


@pytest.fixture
def worker(database: Database) -> Worker:
    pace, nothing = Pace(), cast(Any, None)
    return Worker(Storage(database, pace), nothing, nothing, nothing, pace)


def converse(session: Session, conversation_id: str = "conv", **more: Any) -> None:
    session.add(Conversation(id=conversation_id, channel=more.pop("channel", "website"), **more))
    session.flush()


def cancel_and_refuse(database: Database, conversation_id: str = "conv", key: str = "1") -> None:
    """A customer cancels a lamp in a conversation; the shop refuses."""
    with database.writing() as session:
        shop = Shop(session)
        if key == "1":
            shop.product("lamp", name="Desk Lamp", on_hand=9)
        number = shop.order(("lamp", 1), number=f"W{key}").number
        listed = propose_cancel(
            session, turn(session, f"a{key}", conversation_id, customer_id="c1"), number, None, POLICY
        )
        accept_cancel(session, turn(session, f"y{key}", conversation_id, customer_id="c1"), listed.proposal_id)
        decide(session, int(key), "refused", "source", "it was packed at noon")


def said(database: Database, conversation_id: str = "conv") -> list[Message]:
    with database.reading() as session:
        query = select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq)
        return list(session.scalars(query))


def notes(database: Database, conversation_id: str = "conv") -> list[str]:
    with database.reading() as session:
        query = select(Note.text).where(Note.conversation_id == conversation_id).order_by(Note.id)
        return list(session.scalars(query))


def conversation(database: Database, conversation_id: str = "conv") -> Conversation:
    with database.reading() as session:
        return session.get_one(Conversation, conversation_id)


def run(duty: Callable[[], Any]) -> None:
    asyncio.run(duty())


def test_a_refused_change_is_told_once_and_a_person_takes_it(database: Database, worker: Worker) -> None:
    with database.writing() as session:
        converse(session)
    cancel_and_refuse(database)
    run(worker.tell_of_refusals)
    run(worker.tell_of_refusals)
    (message,) = said(database)
    assert message.author == SYSTEM
    assert "could not cancel Desk Lamp in order W1 after all" in message.text
    assert "noon" not in message.text
    there = conversation(database)
    assert (there.owner, there.handed_off_because) == (QUEUE, "the shop could not make a change")
    (note,) = notes(database)
    assert "it was packed at noon" in note


@pytest.mark.parametrize("owner", [AGENT, QUEUE])
def test_where_a_person_has_it_or_is_waited_for_it_is_told_and_stays_with_them(
    database: Database, worker: Worker, owner: str
) -> None:
    queued = now() - HOUR
    with database.writing() as session:
        converse(session, owner=owner, agent_name="Ana" if owner == AGENT else "", queued_at=queued)
    cancel_and_refuse(database)
    run(worker.tell_of_refusals)
    there = conversation(database)
    assert (there.owner, there.queued_at) == (owner, queued)
    (message,) = said(database)
    assert "could not cancel" in message.text
    assert len(notes(database)) == 1


@pytest.mark.parametrize("owner", [AGENT, QUEUE])
def test_a_refusal_brings_back_what_was_put_away(database: Database, worker: Worker, owner: str) -> None:
    with database.writing() as session:
        converse(session, owner=owner, agent_name="Ana" if owner == AGENT else "", snoozed_until=now() + 72 * HOUR)
    cancel_and_refuse(database)
    run(worker.tell_of_refusals)
    assert conversation(database).snoozed_until is None


def test_what_a_colleague_did_is_told_in_the_conversation_they_were_in(database: Database, worker: Worker) -> None:
    with database.writing() as session:
        converse(session)
        shop = Shop(session)
        shop.product("lamp", on_hand=1)
        listed = list_cancel(session, "Ana", shop.order(("lamp", 1)).number, None, POLICY)
        carry_out_cancel(session, "Ana", listed.proposal_id, "k1", conversation_id="conv")
        decide(session, 1, "refused", "source")
    run(worker.tell_of_refusals)
    assert len(said(database)) == 1
    assert "made by Ana" in notes(database)[0]


def test_a_refusal_without_a_conversation_is_left_to_the_list_of_the_desk(database: Database, worker: Worker) -> None:
    cancel_and_refuse(database, "gone")
    run(worker.tell_of_refusals)
    with database.reading() as session:
        assert session.scalars(select(Event.decided_at).where(Event.kind == "change_refused")).one() is not None


def test_one_refusal_that_cannot_be_told_keeps_no_other_from_it(
    database: Database, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        converse(session)
        converse(session, "other")
    cancel_and_refuse(database)
    cancel_and_refuse(database, "other", "2")
    from meantime import staff_news

    honest = staff_news.tell_of_refusal
    first = min(_refusals(database))

    def tell(session: Session, event_id: int) -> None:
        if event_id == first:
            raise ValueError
        honest(session, event_id)

    monkeypatch.setattr("meantime.staff_news.tell_of_refusal", tell)
    run(worker.tell_of_refusals)
    assert (len(said(database)), len(said(database, "other"))) == (0, 1)


def _refusals(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Event.id).where(Event.kind == "change_refused")))


def test_by_text_message_it_is_told_too(database: Database, worker: Worker) -> None:
    with database.writing() as session:
        converse(session, channel=SMS, owner=BOT)
    cancel_and_refuse(database)
    run(worker.tell_of_refusals)
    assert CARRY_ON not in said(database)[0].text
    assert conversation(database).owner == QUEUE


def test_promises_are_reminded_of_and_missed_once_with_a_note_each(database: Database, worker: Worker) -> None:
    with database.writing() as session:
        converse(session)
        due = now() + 3 * HOUR
        make_promise(session, "Ana", "conv", "call", "the new date", due, key="k1")
        make_promise(session, "Ana", "gone", "call", "", due, key="k2")
    run(worker.mind_promises)
    assert notes(database) == []
    with time_machine.travel(due - HOUR / 2):
        for _ in range(2):
            run(worker.mind_promises)
        (reminder,) = notes(database)
        assert reminder.startswith("Ana promised to call the customer (the new date). It is due today at ") or (
            "It is due on" in reminder
        )
    with time_machine.travel(due + HOUR):
        for _ in range(2):
            run(worker.mind_promises)
        assert len(notes(database)) == 2
        assert "leads" in notes(database)[1]
    with database.reading() as session:
        assert all(p.reminded_at and p.escalated_at for p in session.scalars(select(StaffPromise)))


def test_a_note_names_who_promised_it_and_who_keeps_it_now(database: Database, worker: Worker) -> None:
    with database.writing() as session:
        converse(session)
        due = now() + 3 * HOUR
        make_promise(session, "Ana", "conv", "write", "", due, key="k1")
        pass_on_promises(session, "conv", "Ana", "Ben Ode", by="Lea")
    for at in (due - HOUR / 2, due + HOUR):
        with time_machine.travel(at):
            run(worker.mind_promises)
    reminder, missed = notes(database)
    for note in (reminder, missed):
        assert note.startswith("Ana promised to write to the customer; Ben Ode keeps it now. It ")


def test_a_promise_for_the_next_minutes_is_not_noted_a_second_time_at_once(database: Database, worker: Worker) -> None:
    with database.writing() as session:
        converse(session)
        make_promise(session, "Ana", "conv", "write", "", now() + HOUR / 2, key="k1")
    run(worker.mind_promises)
    assert notes(database) == []


def test_of_a_promise_that_was_kept_nobody_hears(database: Database, worker: Worker) -> None:
    with database.writing() as session:
        converse(session)
        keep_promise(session, "Ana", make_promise(session, "Ana", "conv", "call", "", now() + HOUR, key="k").id)
    with time_machine.travel(now() + 9 * HOUR):
        run(worker.mind_promises)
    assert notes(database) == []
