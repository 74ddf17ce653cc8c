"""Which conversations the queue holds, in what order they come, and what is said of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from meantime.conversations.contacts import contact_of
from meantime.conversations.places import places
from meantime.conversations.tables import BOT, Conversation, Message
from meantime.db import Database, now
from meantime.desk.board import Counts, Entry, count_all, entries
from meantime.desk.searching import search
from meantime.desk.views import VIEWS, View
from meantime.shop.identity import SHOWN
from meantime.shop.overdue import late_since
from meantime.shop.policy import Contact, Policy
from tests.conftest import Configure
from tests.desk.talks import ago, answer, customer, order, promise, prove, talk

POLICY = Policy()
TARGET = POLICY.hand_off.first_response_minutes
SATURDAY, MONDAY = datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def seen(session: Session, view: View = "waiting", name: str = "Ana", **more: Any) -> list[Entry]:
    session.flush()
    return entries(session, view, name, POLICY, **more)


def ids(found: list[Entry]) -> list[str]:
    return [entry.id for entry in found]


def only(session: Session, view: View = "waiting") -> Entry:
    found = seen(session, view)
    assert len(found) == 1
    return found[0]


# Which


def test_each_conversation_is_in_one_view(session: Session) -> None:
    talk(session, id="waits", waits=1)
    talk(session, id="mine", agent="Ana")
    talk(session, id="theirs", agent="Ben")
    talk(session, id="with-the-bot")
    talk(session, id="later", waits=1, snoozed_until=ago(-60))
    talk(session, id="done", closed_at=now())
    views = {view: ids(seen(session, view)) for view in VIEWS}
    assert views == {
        "waiting": ["waits"],
        "mine": ["mine"],
        "others": ["theirs"],
        "bot": ["with-the-bot"],
        "snoozed": ["later"],
        "closed": ["done"],
    }
    assert count_all(session, POLICY).of("Ana") == dict.fromkeys(VIEWS, 1)


def test_what_was_put_off_comes_back_to_its_place_when_it_is_time(session: Session) -> None:
    talk(session, id="waits", waits=5, snoozed_until=ago(1))
    talk(session, id="mine", agent="Ana", snoozed_until=ago(1))
    assert ids(seen(session)) == ["waits"]
    assert ids(seen(session, "mine")) == ["mine"]
    assert seen(session, "snoozed") == []
    assert only(session).snoozed_until is None


def test_with_the_assistant_what_did_not_arrive_and_a_missed_promise_need_somebody(session: Session) -> None:
    talk(session, id="lost", undelivered_at=ago(3))
    missed, kept, due_later = (talk(session, id=name) for name in ("missed", "kept", "due-later"))
    promise(session, missed, minutes_ago=20)
    promise(session, kept, minutes_ago=20, kept_at=now())
    promise(session, due_later, minutes_ago=-20)
    assert ids(seen(session)) == ["missed", "lost"]
    assert sorted(ids(seen(session, "bot"))) == ["due-later", "kept"]
    assert [entry.has_missed_promise for entry in seen(session)] == [True, False]
    assert [entry.is_undelivered for entry in seen(session)] == [False, True]


def test_what_is_old_is_left_to_the_search(session: Session) -> None:
    long_ago = now() - timedelta(days=15)
    talk(session, id="quiet", last_message_at=long_ago)
    talk(session, id="done", closed_at=long_ago, last_message_at=long_ago)
    assert seen(session, "bot") == []
    assert seen(session, "closed") == []
    assert ids(seen(session)) == []


# In what order


def test_overdue_comes_first_then_what_is_urgent_then_who_has_waited_longest(session: Session) -> None:
    talk(session, id="short", waits=1)
    talk(session, id="long", waits=TARGET - 2)
    talk(session, id="upset", waits=2, handed_off_kind="upset")
    talk(session, id="threat", waits=3, handed_off_kind="legal")
    talk(session, id="late", waits=TARGET + 1)
    talk(session, id="later-still", waits=TARGET + 5, handed_off_kind="wish")
    found = seen(session)
    assert ids(found) == ["later-still", "late", "threat", "upset", "long", "short"]
    assert [entry.is_overdue for entry in found] == [True, True, False, False, False, False]


def test_who_waits_is_told_the_place_in_which_staff_see_them(session: Session) -> None:
    talk(session, id="short", waits=1)
    owed = talk(session, id="owed", waits=3)
    promise(session, owed, minutes_ago=1)
    talk(session, id="upset", waits=2, handed_off_kind="upset")
    talk(session, id="lost", waits=4, undelivered_at=now())
    talk(session, id="late", waits=TARGET + 1)
    talk(session, id="later-still", waits=TARGET + 5, handed_off_kind="wish")
    line = ids(seen(session))
    assert line == ["later-still", "late", "lost", "upset", "owed", "short"]
    assert places(session, line) == {name: place for place, name in enumerate(line)}


def test_of_ones_own_those_come_first_that_wait_for_an_answer(session: Session) -> None:
    talk(session, id="answered", agent="Ana", last_message_at=ago(90))
    talk(session, id="asks", agent="Ana", awaits_since=ago(1))
    talk(session, id="late", agent="Ana", awaits_since=ago(TARGET + 1))
    promised = talk(session, id="promised", agent="Ana", last_message_at=ago(5))
    promise(session, promised, minutes_ago=2)
    assert ids(seen(session, "mine")) == ["late", "promised", "asks", "answered"]
    assert [entry.since is None for entry in seen(session, "mine")] == [False, True, False, True]


def test_what_ends_first_is_first_of_the_snoozed_and_the_newest_of_the_closed(session: Session) -> None:
    for name, hours in (("tomorrow", 24), ("soon", 1)):
        talk(session, id=name, waits=1, snoozed_until=now() + timedelta(hours=hours))
    for name, minutes in (("before", 60), ("just-now", 1)):
        talk(session, id=name, closed_at=ago(minutes))
    assert ids(seen(session, "snoozed")) == ["soon", "tomorrow"]
    assert ids(seen(session, "closed")) == ["just-now", "before"]


def test_a_longer_page_begins_like_the_shorter_one(session: Session) -> None:
    for n in range(7):
        talk(session, id=f"c{n}", waits=n)
    whole = ids(seen(session))
    assert ids(seen(session, limit=3)) == whole[:3]
    assert ids(seen(session, limit=5)) == whole[:5]


def test_time_counts_only_while_people_are_there(configure: Configure) -> None:
    configure(shop_timezone="UTC")
    week = Contact.model_validate(
        {"opening": {"friday": {"from": "9:00", "to": "17:00"}, "monday": {"from": "9:00", "to": "17:00"}}}
    )
    friday_evening = SATURDAY - timedelta(hours=7)
    assert late_since(week, SATURDAY, 10) == friday_evening - timedelta(minutes=10)
    assert late_since(week, MONDAY + timedelta(hours=9, minutes=4), 10) == friday_evening - timedelta(minutes=6)
    assert late_since(week, MONDAY + timedelta(hours=10), 10) == MONDAY + timedelta(hours=9, minutes=50)
    assert late_since(Contact(), SATURDAY, 10) == SATURDAY - timedelta(minutes=10)


# What is said of each


def test_an_entry_says_who_why_and_their_newest_words(session: Session) -> None:
    customer(session, "C1", "Mara Ellison")
    order(session, "W1001", "C1")
    conversation = talk(session, "Where is it?", waits=2, handed_off_kind="upset", customer_id="C1")
    prove(session, conversation, order_number="W1001")
    answer(session, conversation, "Somebody will be with you.")
    entry = only(session)
    assert (entry.customer, entry.order, entry.preview) == ("Mara Ellison", "W1001", "Where is it?")
    assert (entry.reason, entry.is_urgent, entry.channel) == ("Upset", True, "Chat")


@pytest.mark.parametrize(
    "proof", [{"order_number": "W1001"}, {"customer_id": "C1"}], ids=["of an order", "of a customer"]
)
def test_whoever_has_proven_who_they_are_is_named(session: Session, proof: dict[str, str]) -> None:
    customer(session, "C1", "Mara Ellison")
    order(session, "W1001", "C1")
    prove(session, talk(session, waits=1), **proof)
    assert only(session).customer == "Mara Ellison"


def test_a_number_that_was_only_shown_proves_nothing(session: Session) -> None:
    customer(session, "C1", "Mara Ellison")
    order(session, "W1001", "C1")
    prove(session, talk(session, waits=1), order_number="W1001", how=SHOWN)
    assert only(session).customer == "Guest"


def test_by_text_a_stranger_is_told_apart_by_the_end_of_the_number(session: Session) -> None:
    contact = contact_of(session, "sms", "+15035550100", "+15035550177")
    talk(session, waits=1, channel="sms", contact_id=contact.id)
    assert (only(session).customer, only(session).channel) == ("Guest …177", "Text")


def test_the_order_is_known_from_what_was_handed_over(session: Session) -> None:
    talk(session, waits=1, summary="wants: a date\norder: W1001, W1002")
    assert only(session).order == "W1001"


def test_what_the_shop_calls_a_customer_is_no_order(session: Session) -> None:
    talk(session, waits=1, summary="Who: customer C1002\nOrder: M104171 (proven)")
    assert only(session).order == "M104171"


def test_an_example_of_ours_is_no_order(session: Session) -> None:
    told = "Told: Which order is it? Its number looks like M123456."
    talk(session, id="told", waits=1, summary=f'Who: not identified\nSays: "where is my order"\n{told}')
    assert only(session).order == ""


def test_the_order_a_customer_has_typed_is_known(session: Session) -> None:
    talk(session, waits=1, summary='Says: "it is M104171"\nTold: Its number looks like M123456.')
    assert only(session).order == "M104171"


def test_words_are_shown_in_one_line_cut_where_they_are_long(session: Session) -> None:
    talk(session, "one\ntwo   three " + "and on " * 50, waits=1)
    preview = only(session).preview
    assert preview.startswith("one two three and on")
    assert len(preview) <= 120
    assert preview.endswith("…")


def test_why_it_was_closed_is_said_in_words(session: Session) -> None:
    talk(session, id="spam", closed_at=ago(1), closed_because="spam")
    talk(session, id="other", closed_at=ago(2), closed_because="other: came back by phone")
    assert [entry.closed_because for entry in seen(session, "closed")] == ["Spam", "came back by phone"]


# How much it takes


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_long_page_takes_as_many_statements_as_a_short_one(session: Session, statements: list[str]) -> None:
    for n in range(30):
        customer(session, f"C{n}", f"Customer {n}")
        order(session, f"W10{n:02}", f"C{n}")
        prove(session, talk(session, "hello", waits=n), order_number=f"W10{n:02}")
    taken = []
    for limit in (1, 30):
        session.flush()
        statements.clear()
        assert len(entries(session, "waiting", "Ana", POLICY, limit)) == limit
        taken.append(len(statements))
    assert taken == [4, 4]
    statements.clear()
    count_all(session, POLICY)
    assert len(statements) == 1


def test_counts_tell_ones_own_from_those_of_others(session: Session) -> None:
    for agent in ("Ana", "Ben", "Ben", "Cleo"):
        talk(session, agent=agent)
    talk(session, waits=TARGET + 1)
    talk(session, waits=1)
    counts = count_all(session, POLICY)
    assert counts == Counts(waiting=2, overdue=1, by_agent={"Ana": 1, "Ben": 2, "Cleo": 1}, bot=0, snoozed=0, closed=0)
    assert (counts.of("Ben")["mine"], counts.of("Ben")["others"]) == (2, 2)
    assert counts.of("Dora")["others"] == 4


def test_ones_own_that_wait_for_an_answer_are_counted_and_no_overdue_of_the_queue(session: Session) -> None:
    talk(session, agent="Ana")
    talk(session, agent="Ana", awaits_since=ago(TARGET + 1))
    talk(session, agent="Ben", awaits_since=ago(1))
    talk(session, agent="Ben", awaits_since=ago(1), snoozed_until=ago(-60))
    counts = count_all(session, POLICY)
    assert [counts.due_of(name) for name in ("Ana", "Ben", "Cleo")] == [1, 1, 0]
    assert counts.overdue == 0


# Searching


def found(session: Session, words: str) -> list[str]:
    session.flush()
    return sorted(ids(search(session, words, POLICY)))


@pytest.fixture
def searched(session: Session) -> Session:
    customer(session, "C1", "Mara Ellison", email_key="mara.ellison@example.com", phone_key="+15035550101")
    customer(session, "C2", "Åsa Öberg", email_key="asa@example.com", phone_key="+442079460000")
    order(session, "W1001", "C1")
    talk(session, "My kettle is late", id="kettle", customer_id="C1")
    prove(session, talk(session, "Where is my lamp? 100% sure it_was sent", id="lamp"), order_number="W1001")
    talk(session, "Good evening", id="asa", customer_id="C2")
    number = contact_of(session, "sms", "+15035550100", "+15035550177")
    talk(session, "STOP ÄRGER", id="text", channel="sms", contact_id=number.id, summary="order: W2002")
    return session


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ellison", ["kettle", "lamp"]),
        ("Mara ELLISON", ["kettle", "lamp"]),
        ("mara.ellison@example", ["kettle", "lamp"]),
        ("C1", ["kettle", "lamp"]),
        ("(503) 555-0101", ["kettle", "lamp"]),
        ("020 7946 0000", ["asa"]),
        ("0177 555", []),
        ("503 555 0177", ["text"]),
        ("w1001", ["lamp"]),
        ("W2002", ["text"]),
        ("KETTLE", ["kettle"]),
        ("mara kettle", ["kettle"]),
        ("åsa", ["asa"]),
        ("ärger", ["text"]),
        ("100%", ["lamp"]),
        ("it_was", ["lamp"]),
        ("itxwas", []),
        ("%", []),
        ("__", []),
        ("\\", []),
        ("nobody", []),
        ("", []),
    ],
)
def test_a_conversation_is_found_by(searched: Session, words: str, expected: list[str]) -> None:
    assert found(searched, words) == expected


def test_of_many_that_are_found_the_newest_are_shown_in_a_fixed_number_of_statements(
    session: Session, statements: list[str]
) -> None:
    at = now()
    some = [
        {"id": f"c{n:04}", "channel": "website", "owner": BOT, "last_message_at": at - timedelta(minutes=n)}
        for n in range(60)
    ]
    session.execute(insert(Conversation), some)
    words = [
        {"id": f"m{n}-{seq}", "conversation_id": f"c{n:04}", "seq": seq, "author": "customer", "text": f"tea {seq}"}
        for n in range(60)
        for seq in range(1, 4)
    ]
    session.execute(insert(Message), words)
    statements.clear()
    newest = search(session, "tea", POLICY)
    assert ids(newest) == [f"c{n:04}" for n in range(50)]
    assert len(statements) == 4
