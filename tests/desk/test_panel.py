"""What stands beside a conversation: who it is, their orders, and what was promised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, select

from meantime.conversations.contacts import contact_of
from meantime.conversations.notes import Note
from meantime.conversations.outbox import Delivery
from meantime.conversations.owner import take_over
from meantime.conversations.tables import Message
from meantime.db import Database, now
from meantime.desk.own_promises import presets
from meantime.desk.panel import panel_of
from meantime.desk.sessions import SignedIn
from meantime.desk.showing import local
from meantime.shop.calendar import today
from meantime.shop.policy import Policy
from meantime.shop.tables import AuditEntry, Change, Guess, InboundDueDate, StaffPromise
from tests.conftest import Configure
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.stock_room import StockRoom, fields

XSS = '<img src=x onerror="alert(1)">'


@pytest.fixture
def room(database: Database) -> StockRoom:
    return StockRoom(database)


@pytest.fixture
def ana(desk: Desk, room: StockRoom) -> Desk:
    return desk


def panel(seat: Desk, conversation_id: str) -> str:
    answer = seat.get(f"/desk/conversations/{conversation_id}/panel")
    assert answer.status_code == 200
    return answer.text


def audit(database: Database, what: str) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.execute(select(AuditEntry.who, AuditEntry.subject).where(AuditEntry.what == what))
        return [(row.who, row.subject) for row in rows]


def test_the_panel_tells_who_it_is_and_what_they_wait_for(room: StockRoom, ana: Desk) -> None:
    with room.open() as shop:
        shop.customer("c1", name="Priya Raman", email="priya@example.com", city="Austin", loyalty_tier="gold")
        shop.product("LAMP", name="Harbor Lamp", price=4900)
        shop.inbound("LAMP", 5, today() + timedelta(days=9), "PO-7", supplier="Brassworks")
        shop.session.add(InboundDueDate(reference="PO-7", due_on=today() + timedelta(days=2)))
        number = shop.order(("LAMP", 2)).number
    told = panel(ana, room.conversation(proves=number))
    for words in ("Priya Raman", "priya@example.com", "Austin", "Gold", number, "2 × Harbor Lamp", "Waiting", "Paid"):
        assert words in told
    assert "PO-7 (Brassworks)" in told
    assert "Day moved 1 time:" in told
    assert "Order number with e-mail, postcode or phone" in told
    assert "backordered" not in told.replace('"backordered"', "")


def test_who_has_proven_nothing_is_not_identified(room: StockRoom, ana: Desk, database: Database) -> None:
    with room.open() as shop:
        shop.customer("c1", name="Priya Raman")
        shop.product("LAMP")
        shop.order(("LAMP", 1))
        shop.session.add(Guess(message_id="m1", conversation_id="conv", address_hash="a"))
    told = panel(ana, room.conversation(id="conv"))
    assert "Not identified" in told
    assert "1 wrong guess" in told
    assert "Priya" not in told


def test_changes_wishes_and_goodwill_are_told_with_their_state(room: StockRoom, ana: Desk) -> None:
    with room.open() as shop:
        shop.product("LAMP", name="Harbor Lamp", on_hand=5)
        number = shop.order(("LAMP", 2)).number
        told = {"order_number": number, "currency": "USD", "lines": [{"line": 1, "quantity": 1}]}
        shop.session.add(Change(kind="cancel", amount_minor=1000, by="customer:c1", **told))
        shop.session.add(
            Change(kind="cancel", amount_minor=1000, by="staff:Bo", state="refused", reason="packed by hand", **told)
        )
        shop.session.add(Change(kind="goodwill", amount_minor=250, by="customer:c1", state="accepted", **told))
    text = panel(ana, room.conversation(proves=number))
    for words in (
        "Not confirmed by the shop yet",
        "Refused",
        "packed by hand",
        "by the customer",
        "by Bo",
        "$2.50 given",
    ):
        assert words in text
    # Who made it is said apart, or the shop's answer would read as theirs.
    assert re.search(r'Not confirmed by the shop yet</span>\s*<div class="quiet">Made by the customer, ', text)


def test_what_went_to_a_phone_is_told_with_what_became_of_it(room: StockRoom, ana: Desk, database: Database) -> None:
    conversation_id = room.conversation(channel="sms")
    with database.writing() as session:
        contact = contact_of(session, "sms", "+15550100", "+12025550101")
        session.add(Message(id="m", conversation_id=conversation_id, seq=1, author="bot", text="Hello"))
        session.flush()
        session.add(
            Delivery(
                contact_id=contact.id,
                conversation_id=conversation_id,
                message_id="m",
                channel="sms",
                text="Hello",
                state="undelivered",
                error_code="30003",
            )
        )
    told = panel(ana, conversation_id)
    assert "Did not arrive" in told
    assert "error 30003" in told


def test_where_a_guest_wants_the_answer_is_told(room: StockRoom, ana: Desk, database: Database) -> None:
    with database.writing() as session:
        left = contact_of(session, "email", "help@example.com", "guest@example.com").id
        texts = contact_of(session, "sms", "+15550100", "+12025550101").id
    assert "Left for the answer: guest@example.com" in panel(ana, room.conversation(contact_id=left))
    assert "Left for the answer" not in panel(ana, room.conversation(contact_id=texts, channel="sms"))


def test_it_says_whether_the_answer_follows_by_itself(
    room: StockRoom, ana: Desk, database: Database, configure: Configure
) -> None:
    with database.writing() as session:
        left = contact_of(session, "email", "help@example.com", "guest@example.com").id
    conversation = room.conversation(contact_id=left)
    by_hand = "write or call yourself"
    assert by_hand in panel(ana, conversation)
    configure(smtp_url="smtp://127.0.0.1", mail_from="help@example.com")
    assert by_hand not in panel(ana, conversation)


def test_names_are_text_wherever_they_come_from(room: StockRoom, ana: Desk) -> None:
    with room.open() as shop:
        shop.customer("c1", name=XSS, email=XSS, city=XSS)
        shop.product("LAMP", name=XSS, attributes={XSS: XSS})
        shop.inbound("LAMP", 5, None, XSS, supplier=XSS)
        number = shop.order(("LAMP", 2), number=XSS).number
    conversation_id = room.conversation(proves=number)
    found = ana.get(f"/desk/conversations/{conversation_id}/panel/find", params={"q": XSS})
    seen = ana.get(f"/desk/conversations/{conversation_id}/panel/order", params={"number": number})
    for told in (panel(ana, conversation_id), found.text, seen.text):
        assert "&lt;img src=x" in told
        assert "<img" not in told


def test_looking_at_a_panel_is_in_the_audit_once_for_a_while(room: StockRoom, ana: Desk, database: Database) -> None:
    conversation_id = room.conversation()
    panel(ana, conversation_id)
    panel(ana, conversation_id)
    assert audit(database, "view") == [("staff:Ana", f"conversation:{conversation_id}")]


def test_an_order_that_is_looked_up_says_whose_it_is_and_is_in_the_audit(
    room: StockRoom, ana: Desk, database: Database
) -> None:
    with room.open() as shop:
        shop.customer("c1", name="Priya Raman", email="priya@example.com", email_key="priya@example.com")
        shop.product("LAMP")
        number = shop.order(("LAMP", 1)).number
    place = f"/desk/conversations/{room.conversation()}/panel"
    found = ana.get(f"{place}/find", params={"q": "priya@example.com"}).text
    assert "Priya Raman" in found
    seen = ana.get(f"{place}/order", params={"number": number}).text
    assert "It belongs to <strong>Priya Raman</strong>" in seen
    assert "Not proven here" in seen
    assert audit(database, "search") == [("staff:Ana", "customers")]
    ana.get(f"{place}/order", params={"number": number})  # as the page does by itself after a change
    assert audit(database, "view") == [("staff:Ana", f"order:{number}")]
    with database.reading() as session:
        kept = session.scalars(select(AuditEntry.after).where(AuditEntry.what == "search")).one()
    assert kept == {"found": 1}


def test_a_panel_of_nothing_is_not_there(ana: Desk) -> None:
    assert ana.get("/desk/conversations/nobody/panel").status_code == 404
    assert ana.get("/desk/conversations/nobody/panel/order", params={"number": "W9"}).status_code == 404


def test_buyers_see_no_panel(sign_in: SignIn, room: StockRoom) -> None:
    buyer = sign_in("Bo", "buyer")
    place = f"/desk/conversations/{room.conversation()}"
    assert buyer.get(f"{place}/panel").status_code == 403
    assert buyer.get(f"{place}/panel/find", params={"q": "a"}).status_code == 403
    assert buyer.post(f"{place}/promises", kind="write").status_code == 403


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    yield statements
    event.remove(database.engine, "before_cursor_execute", count)


def test_many_orders_take_no_more_statements_than_one(room: StockRoom, database: Database) -> None:
    who = SignedIn(1, "Ana", "agent", False, "session")
    with room.open() as shop:
        shop.product("LAMP", on_hand=3)
        shop.product("DESK")
        shop.inbound("DESK", 50, today(), "PO-1")
        shop.order(("LAMP", 1), ("DESK", 2))
    taken = []
    for more in (0, 14):
        with room.open() as shop:
            for _ in range(more):
                shop.order(("LAMP", 1), ("DESK", 2))
        look = partial(panel_of, who=who, conversation_id=room.conversation(customer="c1"), policy=Policy())
        with counted(database) as statements, database.reading() as session:
            assert len(look(session).shop.orders) == 1 + more
        taken.append(len(statements))
    assert taken[0] == taken[1]
    assert taken[0] < 25


def promise(seat: Desk, conversation_id: str, **form: str) -> tuple[int, str]:
    place = f"/desk/conversations/{conversation_id}/promises"
    typed = {"kind": "write", "due": presets(now())[1].value, "what": "the date", **form}
    if "key" not in typed:
        typed["key"] = fields(seat.get(f"{place}/new").text)["key"]
    answer = seat.post(place, **typed)
    return answer.status_code, answer.text


def test_a_promise_is_noted_once_and_offers_the_words_for_the_customer(
    room: StockRoom, ana: Desk, database: Database
) -> None:
    conversation_id = room.conversation()
    first = promise(ana, conversation_id, key="pressed")
    second = promise(ana, conversation_id, key="pressed")
    assert first == second
    assert first[0] == 200
    assert 'data-insert="I will write to you about the date by ' in first[1]
    with database.reading() as session:
        assert [p.made_by for p in session.scalars(select(StaffPromise))] == ["Ana"]
        (note,) = session.scalars(select(Note.text))
        assert note.startswith("Ana promised to write about the date by ")
    staying = ana.get(f"/desk/conversations/{conversation_id}/promises/staying").text
    assert "You promised to write about the date by " in staying
    assert "; it stays yours." in staying
    told = panel(ana, conversation_id)
    assert "the date" in told
    assert "Kept" in told


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"due": "other", "other": ""}, "Please choose a day and a time."),
        ({"due": "other", "other": "2020-01-01T10:00"}, "still ahead"),
        ({"due": "other", "other": "2099-01-01T10:00"}, "60 days"),
        ({"kind": "sing"}, "whether you write or call"),
        ({"order": "W9"}, "no such order"),
    ],
)
def test_a_promise_that_cannot_be_tracked_is_refused_in_words(
    room: StockRoom, ana: Desk, form: dict[str, str], words: str
) -> None:
    status, told = promise(ana, room.conversation(), **form)
    assert status == 422
    assert words in told
    assert 'value="the date"' in told


def test_a_promise_that_was_withdrawn_cannot_be_kept(room: StockRoom, ana: Desk, database: Database) -> None:
    conversation_id = room.conversation()
    promise(ana, conversation_id)
    with database.reading() as session:
        made = session.scalars(select(StaffPromise.id)).one()
    place = f"/desk/conversations/{conversation_id}/promises/{made}"
    assert ana.post(f"{place}/withdrawn").status_code == 200
    assert ana.post(f"{place}/kept").status_code == 409
    assert "Withdrawn" in panel(ana, conversation_id)


def test_a_colleagues_promise_is_settled_by_who_answers_its_customer_or_a_lead(
    room: StockRoom, ana: Desk, sign_in: SignIn, database: Database
) -> None:
    conversation_id = room.conversation()
    promise(ana, conversation_id)
    with database.reading() as session:
        made = session.scalars(select(StaffPromise.id)).one()
    kim, place = sign_in("Kim"), f"/desk/conversations/{conversation_id}/promises/{made}"
    assert f"{place}/kept" not in panel(kim, conversation_id)
    for settles in ("kept", "withdrawn"):
        answer = kim.post(f"{place}/{settles}")
        assert answer.status_code == 409
        assert "a colleague&#39;s promise" in answer.text
    assert f"{place}/kept" in panel(sign_in("Lea", "lead"), conversation_id)
    with database.writing() as session:
        take_over(session, conversation_id, "Kim")
    assert f"{place}/kept" in panel(kim, conversation_id)
    assert kim.post(f"{place}/kept").status_code == 200
    with database.reading() as session:
        assert session.get_one(StaffPromise, made).kept_by == "Kim"


def test_a_promise_of_another_conversation_is_not_settled_here(room: StockRoom, ana: Desk, database: Database) -> None:
    promise(ana, room.conversation())
    with database.reading() as session:
        made = session.scalars(select(StaffPromise.id)).one()
    answer = ana.post(f"/desk/conversations/{room.conversation()}/promises/{made}/kept")
    assert answer.status_code == 404
    with database.reading() as session:
        assert session.get_one(StaffPromise, made).kept_at is None


def test_times_that_are_offered_lie_ahead_on_days_on_which_the_shop_works() -> None:
    offered = presets(now())
    assert 4 <= len(offered) <= 5
    assert all(local(now()).isoformat()[:16] < preset.value for preset in offered)
    assert len({preset.value for preset in offered}) == len(offered)


OPENING = """contact:
  opening:
    monday-friday: [{ from: 9:00, to: 12:00 }, { from: 13:00, to: 18:00 }]
    saturday: { from: 9:00, to: 12:00 }
    sunday: { from: 18:00, to: 22:00 }
"""


def test_times_that_are_offered_lie_in_the_hours_of_the_shop(configure: Configure, tmp_path: Path) -> None:
    (tmp_path / "policy.yml").write_text(OPENING)
    configure(policy_file=str(tmp_path / "policy.yml"), shop_timezone="America/New_York", shop_country="US")
    thanksgiving = datetime(2026, 11, 26, 15, tzinfo=UTC)
    assert [(preset.value, preset.words) for preset in presets(thanksgiving)] == [
        ("2026-11-27T17:00", "Tomorrow, 5 pm"),
        ("2026-11-28T12:00", "Saturday, 28 Nov, noon"),
        ("2026-11-29T19:00", "Sunday, 29 Nov, 7 pm"),
        ("2026-11-30T17:00", "Monday, 30 Nov, 5 pm"),
        ("2026-12-01T17:00", "Tuesday, 1 Dec, 5 pm"),
    ]
