"""What a click does to a conversation: the change, the audit, and races with the bot and with colleagues."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.closing import Because
from meantime.conversations.inbox import Said, Words, lock_conversation, post, store
from meantime.conversations.notes import Note
from meantime.conversations.owner import AlreadyTaken, NotTaken
from meantime.conversations.pace import Pace
from meantime.conversations.tables import BOT, Conversation, Message
from meantime.conversations.turns import claim
from meantime.db import Database, now
from meantime.desk import talk
from meantime.desk.own_promises import Wanted, promise
from meantime.desk.sessions import SignedIn
from meantime.ledger import TurnRevoked
from meantime.shop.cancellations import accept_cancel, propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.policy import Policy
from meantime.shop.tables import AuditEntry, OrderLine, StaffPromise
from tests.shop.conftest import Shop

IN_TIME = 20.0


@pytest.fixture
def conversation(database: Database) -> str:
    with database.writing() as session:
        session.add(Conversation(id="c1", channel="website"))
    return "c1"


@pytest.fixture
def session(database: Database, conversation: str) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def audit(session: Session) -> list[tuple[str, str, str]]:
    session.flush()
    entries = session.scalars(select(AuditEntry).where(AuditEntry.who.startswith("staff:")).order_by(AuditEntry.id))
    return [(entry.who, entry.what, entry.subject) for entry in entries]


def test_each_click_is_in_the_audit_under_its_own_name(session: Session) -> None:
    talk.take_over(session, "c1", "Ana")
    talk.add_note(session, "c1", "Ana", "Lives at 1 Main Street.")
    talk.answer(session, "c1", "Ana", "It ships today.", "d1", against_advice=True)
    talk.snooze(session, "c1", "Ana", now() + timedelta(hours=1))
    talk.unsnooze(session, "c1", "Ana")
    talk.transfer(session, "c1", "Ana", "Ben", "Call 555 0100.", by="Lea")
    talk.put_back(session, "c1", "Ben")
    talk.take_over(session, "c1", "Ben")
    talk.hand_back(session, "c1", "Ben", "Is cross.", "M1")
    talk.close(session, "c1", "Ben", Because.OTHER, "Called Ann.")
    assert audit(session) == [
        (f"staff:{who}", what, "conversation:c1")
        for who, what in [
            *[("Ana", what) for what in ("take_over", "note", "answer", "snooze", "unsnooze")],
            ("Lea", "transfer"),
            *[("Ben", what) for what in ("put_back", "take_over", "hand_back", "close")],
        ]
    ]
    kept = " ".join(str(after) for after in session.scalars(select(AuditEntry.after)))
    assert "'against_advice': True" in kept
    for private in ("Main Street", "ships", "555", "cross", "Called Ann"):
        assert private not in kept


def test_what_was_promised_goes_with_the_conversation_to_who_has_it_then(session: Session) -> None:
    talk.take_over(session, "c1", "Ana")
    due_at = now() + timedelta(days=1)
    ours, others, kept = (
        StaffPromise(conversation_id="c1", kind="write", what="the shade", made_by=name, due_at=due_at, reminded_at=at)
        for name, at in (("Ana", now()), ("Cleo", None), ("Ana", None))
    )
    kept.kept_at = now()
    session.add_all([ours, others, kept])
    session.flush()
    talk.transfer(session, "c1", "Ana", "Ben", by="Lea")
    assert [promise.made_by for promise in (ours, others, kept)] == ["Ben", "Cleo", "Ana"]
    assert ours.reminded_at is None
    (note,) = session.scalars(select(Note.text))
    assert note.startswith("Ana promised to write about the shade by ")
    assert note.endswith("It is Ben's to keep now.")
    assert audit(session)[-1] == ("staff:Lea", "promise_passed_on", "conversation:c1")
    talk.transfer(session, "c1", "Ben", "Cleo")
    assert all(text.startswith("Ana promised") for text in session.scalars(select(Note.text)))


def test_a_second_click_is_not_audited(session: Session) -> None:
    until = now() + timedelta(hours=1)
    for _ in range(2):
        talk.take_over(session, "c1", "Ana")
        talk.add_note(session, "c1", "Ana", "A regular.")
        talk.answer(session, "c1", "Ana", "It ships today.", "d1")
        talk.snooze(session, "c1", "Ana", until)
    for _ in range(2):
        talk.unsnooze(session, "c1", "Ana")
    for _ in range(2):
        talk.transfer(session, "c1", "Ana", "Ben")
    for _ in range(2):
        talk.close(session, "c1", "Ben", Because.SOLVED)
    what = [entry[1] for entry in audit(session)]
    assert what == ["take_over", "note", "answer", "snooze", "unsnooze", "transfer", "close"]


def test_what_is_refused_is_not_audited(database: Database, conversation: str) -> None:
    with database.writing() as session:
        talk.take_over(session, "c1", "Ana")
    clicks: list[tuple[type[Exception], Callable[[Session], object]]] = [
        (AlreadyTaken, lambda s: talk.take_over(s, "c1", "Ben")),
        (NotTaken, lambda s: talk.hand_back(s, "c1", "Ben")),
        (NotTaken, lambda s: talk.put_back(s, "c1", "Ben")),
        (NotTaken, lambda s: talk.transfer(s, "c1", "Ben", "Cem")),
        (NotTaken, lambda s: talk.answer(s, "c1", "Ben", "Hello", "d1")),
        (AlreadyTaken, lambda s: talk.close(s, "c1", "Ben", Because.SPAM)),
    ]
    for refusal, click in clicks:
        with pytest.raises(refusal), database.writing() as session:
            click(session)
    with database.reading() as session:
        assert [entry[1] for entry in audit(session)] == ["take_over"]


def together[Result](clicks: list[Callable[[], Result]]) -> list[Result]:
    start = threading.Barrier(len(clicks))

    def at_once(click: Callable[[], Result]) -> Result:
        start.wait()
        return click()

    with ThreadPoolExecutor(len(clicks)) as all_of_them:
        return list(all_of_them.map(at_once, clicks))


def test_of_two_who_take_over_at_once_one_has_it_and_the_other_hears_who(database: Database, conversation: str) -> None:
    def click(name: str) -> str:
        try:
            with database.writing() as session:
                talk.take_over(session, "c1", name)
        except AlreadyTaken as late:
            return f"{late.name} was first"
        return name

    results = together([lambda: click("Ana"), lambda: click("Ben")])
    with database.reading() as session:
        owner = session.get_one(Conversation, "c1").agent_name
        assert audit(session) == [(f"staff:{owner}", "take_over", "conversation:c1")]
        assert session.scalars(select(Message.text)).one().startswith(owner)
    assert sorted(results) == sorted([owner, f"{owner} was first"])


def test_an_answer_clicked_twice_at_once_is_said_once(database: Database, conversation: str) -> None:
    with database.writing() as session:
        talk.take_over(session, "c1", "Ana")

    def click() -> str:
        with database.writing() as session:
            return talk.answer(session, "c1", "Ana", "It ships today.", "d1").id

    assert len(set(together([click, click]))) == 1
    with database.reading() as session:
        assert [entry[1] for entry in audit(session)] == ["take_over", "answer"]


@pytest.fixture
def cancelling(database: Database, conversation: str) -> tuple[Asker, str]:
    """The customer has said yes to cancelling both lamps, and the bot is at it: who asks, and the proposal."""
    with database.writing() as session:
        shop = Shop(session)
        shop.product("lamp", name="Lamp")
        number = shop.order(("lamp", 2)).number
        message, _ = store(session, session.get_one(Conversation, "c1"), Said("1", "yes"))
        session.flush()
        assert claim(session, "c1", Pace())
        asker = Asker("c1", message.id, "website", "a1", customer_id="c1")
        return asker, propose_cancel(session, asker, number, None, Policy()).proposal_id


def cancelled(session: Session) -> int:
    return session.scalars(select(OrderLine.cancelled_quantity)).one()


def notes(session: Session) -> list[str]:
    return list(session.scalars(select(Note.text)))


def test_a_cancel_that_comes_after_the_take_over_fails(database: Database, cancelling: tuple[Asker, str]) -> None:
    with database.writing() as session:
        talk.take_over(session, "c1", "Ana")
    with pytest.raises(TurnRevoked), database.writing() as session:
        accept_cancel(session, *cancelling)
    with database.reading() as session:
        assert (cancelled(session), notes(session)) == (0, [])


def test_a_cancel_that_came_before_it_is_told_to_who_takes_over(
    database: Database, cancelling: tuple[Asker, str]
) -> None:
    with database.writing() as session:
        accept_cancel(session, *cancelling)
    with database.writing() as session:
        talk.take_over(session, "c1", "Ana")
    with database.reading() as session:
        assert cancelled(session) == 2
        [told] = notes(session)
    assert told.startswith("Just before you took over, the assistant cancelled 2 x Lamp of order W")


def test_a_list_that_stood_open_is_told_to_who_takes_over(
    database: Database, conversation: str, cancelling: tuple[Asker, str]
) -> None:
    with database.writing() as session:
        found = lock_conversation(session, "c1")
        session.get_one(Message, cancelling[0].message_id).handled_at = now()
        post(session, found, BOT, Words("Shall I cancel both?", proposal_id=cancelling[1]))
        session.flush()
        store(session, found, Said("2", "Hm."))
        talk.take_over(session, "c1", "Ana")
    with database.reading() as session:
        [told] = notes(session)
    assert told.startswith("The assistant had just listed a cancellation (2 x Lamp of order W")
    assert told.endswith("asked for a yes. Nothing was changed.")


def test_at_the_same_moment_either_it_fails_or_it_is_told(database: Database, cancelling: tuple[Asker, str]) -> None:
    def cancels() -> bool:
        try:
            with database.writing() as session:
                accept_cancel(session, *cancelling)
        except TurnRevoked:
            return False
        return True

    def takes_over() -> bool:
        with database.writing() as session:
            return talk.take_over(session, "c1", "Ana")

    was_cancelled, was_taken = together([cancels, takes_over])
    with database.reading() as session:
        assert was_taken
        assert (cancelled(session), len(notes(session))) == ((2, 1) if was_cancelled else (0, 0))


def test_a_take_over_waits_for_a_cancel_that_is_being_committed(
    database: Database, cancelling: tuple[Asker, str]
) -> None:
    is_done, takes = threading.Event(), threading.Event()

    def cancels() -> None:
        with database.writing() as session:
            accept_cancel(session, *cancelling)
            is_done.set()
            takes.wait(IN_TIME)

    def takes_over() -> None:
        is_done.wait(IN_TIME)
        takes.set()
        with database.writing() as session:
            talk.take_over(session, "c1", "Ana")

    together([cancels, takes_over])
    with database.reading() as session:
        assert (cancelled(session), len(notes(session))) == (2, 1)


def test_two_clicks_at_once_make_one_promise(database: Database, conversation: str) -> None:
    who = SignedIn(1, "Ana", "agent", must_change_password=False, session="s1")
    wanted = Wanted("call", "the new date", now() + timedelta(hours=3), "k1")

    def click() -> int:
        with database.writing() as session:
            return promise(session, who, conversation, wanted).id

    assert len(set(together([click] * 3))) == 1
    with database.reading() as session:
        assert len(session.scalars(select(StaffPromise)).all()) == 1
