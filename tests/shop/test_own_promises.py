"""Promises of one's own: tracked, reminded of once, a lead's once they are missed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import Database, now
from meantime.shop.own_promises import (
    BadPromise,
    PromiseSettled,
    Refusal,
    UnknownPromise,
    escalate_missed,
    keep_promise,
    make_promise,
    missed_promises,
    open_promises,
    pass_on_promises,
    promised_by,
    promises_of,
    remind_due,
    something_is_due,
    withdraw_promise,
)
from meantime.shop.policy import HandOff, Policy
from meantime.shop.tables import AuditEntry, Event, StaffPromise
from tests.shop.conftest import Shop
from tests.shop.test_swap_races import at_once

POLICY = Policy(hand_off=HandOff(promise_reminder_minutes=60))
HOUR = timedelta(hours=1)
SECRET = "about the blue kettle of Mara"


def promise(session: Session, by: str = "Ana", due_at: datetime | None = None, key: str = "k1") -> StaffPromise:
    return make_promise(session, by, "chat", "write", SECRET, due_at or now() + 2 * HOUR, key=key)


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)))


def test_a_promise_is_listed_until_it_is_kept(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    number = shop.order(("lamp", 1)).number
    made = make_promise(session, "Ana", "chat", "call", " the date ", now() + HOUR, key="k1", order_number=number)
    assert (made.what, made.made_by, made.order_number) == ("the date", "Ana", number)
    assert open_promises(session, by="Ana") == [made]
    assert open_promises(session, by="Bo") == []
    assert open_promises(session, conversation_id="chat") == [made]
    kept = keep_promise(session, "Bo", made.id)
    assert (kept.kept_by, open_promises(session)) == ("Bo", [])
    assert promises_of(session, "chat") == [made]


def test_the_one_due_next_comes_first(session: Session) -> None:
    later, sooner = promise(session, due_at=now() + 3 * HOUR), promise(session, due_at=now() + HOUR, key="k2")
    assert open_promises(session) == [sooner, later]


def test_the_same_press_twice_makes_one_promise(session: Session) -> None:
    assert promise(session).id == promise(session).id
    assert len(open_promises(session)) == 1
    assert kinds(session) == ["promise_made"]


@pytest.mark.parametrize(
    ("why", "wrong"),
    [
        (Refusal.KIND, {"kind": "sing"}),
        (Refusal.TOO_LONG, {"what": "x" * 501}),
        (Refusal.NOT_AHEAD, {"due_at": timedelta(0)}),
        (Refusal.TOO_FAR, {"due_at": timedelta(days=60, minutes=1)}),
        (Refusal.NO_SUCH_ORDER, {"order_number": "W404"}),
    ],
)
def test_a_promise_that_cannot_be_tracked_is_not_made(session: Session, why: Refusal, wrong: dict[str, object]) -> None:
    details: dict[str, object] = {"kind": "write", "what": "", "due_at": HOUR, **wrong}
    details["due_at"] = now() + details["due_at"]  # type: ignore[operator]
    with pytest.raises(BadPromise) as bad:
        make_promise(session, "Ana", "chat", key="k1", **details)  # type: ignore[arg-type]
    assert bad.value.why is why
    assert open_promises(session) == []


def test_keeping_and_withdrawing_happen_once_and_exclude_each_other(session: Session) -> None:
    kept, withdrawn = promise(session), promise(session, key="k2")
    for _ in range(2):
        keep_promise(session, "Ana", kept.id)
        withdraw_promise(session, "Ana", withdrawn.id)
    with pytest.raises(PromiseSettled):
        withdraw_promise(session, "Ana", kept.id)
    with pytest.raises(PromiseSettled):
        keep_promise(session, "Ana", withdrawn.id)
    assert kinds(session) == ["promise_made", "promise_made", "promise_kept", "promise_withdrawn"]


def test_a_promise_nobody_made_cannot_be_kept(session: Session) -> None:
    with pytest.raises(UnknownPromise):
        keep_promise(session, "Ana", 404)


def test_its_maker_is_reminded_once_and_not_too_early(session: Session) -> None:
    made = promise(session, due_at=now() + 2 * HOUR)
    at = made.due_at - HOUR
    assert remind_due(session, at - timedelta(seconds=1), POLICY) == []
    assert not something_is_due(session, at - timedelta(seconds=1), POLICY)
    assert something_is_due(session, at, POLICY)
    assert remind_due(session, at, POLICY) == [made]
    assert remind_due(session, at + HOUR, POLICY) == []
    assert made.reminded_at == at


def test_who_has_only_just_promised_it_is_not_reminded(session: Session) -> None:
    made = promise(session, due_at=now() + HOUR / 2)
    assert not something_is_due(session, now(), POLICY)
    assert remind_due(session, now(), POLICY) == []
    assert escalate_missed(session, made.due_at + HOUR) == [made]


def test_who_has_only_just_taken_one_over_is_not_reminded_and_who_has_it_for_longer_is(session: Session) -> None:
    soon, later = promise(session, due_at=now() + 2 * HOUR), promise(session, due_at=now() + 9 * HOUR, key="k2")
    later.reminded_at = now()
    with time_machine.travel(soon.due_at - HOUR / 2):
        pass_on_promises(session, "chat", "Ana", "Ben", by="Lea")
        session.flush()
        assert remind_due(session, now(), POLICY) == []
    assert remind_due(session, later.due_at - HOUR, POLICY) == [later]


def test_it_is_known_who_promised_it_however_often_it_was_passed_on(session: Session) -> None:
    made, other = promise(session), promise(session, by="Dee", key="k2")
    for before, after in (("Ana", "Ben"), ("Ben", "Cleo")):
        pass_on_promises(session, "chat", before, after, by="Lea")
        session.flush()
    assert made.made_by == "Cleo"
    assert [promised_by(session, it) for it in (made, other)] == ["Ana", "Dee"]


def test_what_is_missed_is_escalated_once(session: Session) -> None:
    made = promise(session, due_at=now() + HOUR)
    assert escalate_missed(session, made.due_at) == []
    late = made.due_at + timedelta(seconds=1)
    assert escalate_missed(session, late) == [made]
    assert escalate_missed(session, late) == []
    assert missed_promises(session, late) == [made]
    keep_promise(session, "Ana", made.id)
    assert missed_promises(session, late) == []


def test_what_is_kept_or_withdrawn_is_neither_reminded_of_nor_escalated(session: Session) -> None:
    keep_promise(session, "Ana", promise(session).id)
    withdraw_promise(session, "Ana", promise(session, key="k2").id)
    late = now() + 9 * HOUR
    assert not something_is_due(session, late, POLICY)
    assert [*remind_due(session, late, POLICY), *escalate_missed(session, late)] == []


def test_events_and_audit_tell_of_it_without_the_words(session: Session) -> None:
    made = promise(session)
    with time_machine.travel(made.due_at + HOUR):
        remind_due(session, now(), POLICY)
        escalate_missed(session, now())
    session.flush()
    events = session.scalars(select(Event).order_by(Event.id)).all()
    assert [(e.kind, e.subject, e.body["by"], e.body["promise"]) for e in events] == [
        ("promise_due", "conversation:chat", "Ana", made.id),
        ("promise_missed", "conversation:chat", "Ana", made.id),
    ]
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(e.who, e.what) for e in entries] == [
        ("staff:Ana", "promise_made"),
        ("meantime", "promise_due"),
        ("meantime", "promise_missed"),
    ]
    assert "kettle" not in str([*[e.after for e in entries], *[e.body for e in events]])


def test_of_several_workers_at_once_one_reminds(database: Database) -> None:
    with database.writing() as session:
        for key in ("k1", "k2", "k3"):
            promise(session, key=key)
    late = now() + 9 * HOUR

    def work() -> object:
        with database.writing() as session:
            return [p.id for p in (*remind_due(session, late, POLICY), *escalate_missed(session, late))]

    outcomes = at_once([work] * 4)
    told = [i for ids in outcomes if isinstance(ids, list) for i in ids]
    assert sorted(told) == sorted(2 * list(dict.fromkeys(told)))
    assert len(told) == 6
