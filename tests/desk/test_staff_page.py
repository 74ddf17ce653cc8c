"""The leads' page of accounts."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from meantime.conversations.tables import Conversation, Message
from meantime.db import Database
from meantime.desk import accounts
from meantime.desk.accounts import LastLead, change_role, disable_staff, list_staff
from meantime.desk.tables import Staff
from meantime.shop.tables import AuditEntry
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk, add
from tests.desk.talks import talk

PROBE = "<img src=x>"


@pytest.fixture
def lead(sign_in: SignIn) -> Desk:
    return sign_in("Lea", "lead")


def id_of(database: Database, name: str) -> int:
    with database.reading() as session:
        return session.scalars(select(Staff.id).where(Staff.name == name)).one()


def account(database: Database, name: str) -> Staff:
    with database.reading() as session:
        return session.scalars(select(Staff).where(Staff.name == name)).one()


def first_password_in(text: str) -> str:
    found = re.search(r'id="first-password">([^<]+)<', text)
    assert found, text
    return found[1]


def test_the_first_password_of_a_new_colleague_is_shown_once_and_signs_them_in(lead: Desk, browser: TestClient) -> None:
    answer = lead.post("/desk/staff", name="Kim", role="agent")
    password = first_password_in(answer.text)
    assert answer.headers["cache-control"] == "no-store"
    assert password not in lead.get("/desk/staff").text
    assert Desk(browser, "Kim", password).sign_in().status_code == 303


@pytest.mark.parametrize(("name", "words"), [("", "1 to 60"), ("Bot", "customers would take it"), ("lea", "already")])
def test_a_name_that_will_not_do_is_said_in_words_and_kept_in_the_form(lead: Desk, name: str, words: str) -> None:
    answer = lead.post("/desk/staff", name=name, role="buyer")
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{name}"' in answer.text
    assert re.search(r'value="buyer" checked', answer.text)


def test_a_name_that_somebody_else_adds_at_the_same_moment_is_said_in_words(
    lead: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "_found", lambda *_: None)  # as whoever looks before the other one has committed
    assert lead.post("/desk/staff", name="Kim", role="agent").status_code == 201
    answer = lead.post("/desk/staff", name="kim", role="agent")
    assert answer.status_code == 422
    assert "already" in answer.text


def test_a_name_is_text_on_every_page(lead: Desk, database: Database) -> None:
    shown = [
        lead.post("/desk/staff", name=PROBE, role="agent"),
        lead.get("/desk/staff"),
        lead.get(f"/desk/staff/{id_of(database, PROBE)}"),
        lead.get("/desk/audit"),
        lead.post("/desk/staff", name=f'"{PROBE}' * 9, role="agent"),
    ]
    for page in shown:
        assert PROBE not in page.text
        assert "&lt;img src=x&gt;" in page.text


def test_whoever_is_disabled_gives_their_conversations_back_and_the_customers_are_told(
    lead: Desk, sign_in: SignIn, database: Database
) -> None:
    kim = sign_in("Kim")
    with database.writing() as session:
        hers = talk(session, "hello", agent="Kim").id
        another = talk(session, "hello", agent="Lea").id
    path = f"/desk/staff/{id_of(database, 'Kim')}"
    assert "Kim has 1 open conversation." in lead.get(path).text
    assert lead.post(f"{path}/disable").status_code == 303
    assert kim.get("/desk/password").headers["location"].startswith("/desk/sign-in")
    with database.reading() as session:
        given_back = session.get_one(Conversation, hers)
        assert (given_back.owner, given_back.agent_name) == ("queue", "")
        assert given_back.queued_at is not None
        assert session.get_one(Conversation, another).agent_name == "Lea"
        told = session.scalars(select(Message).where(Message.conversation_id == hers, Message.author == "system"))
        assert len(told.all()) == 1
        noted = session.scalars(select(AuditEntry).where(AuditEntry.what == "put_back")).one()
        assert (noted.who, noted.subject) == ("staff:Lea", f"conversation:{hers}")


def test_what_a_disabled_colleague_still_has_can_be_returned_later(lead: Desk, database: Database) -> None:
    add(database, "Kim")
    path = f"/desk/staff/{id_of(database, 'Kim')}"
    lead.post(f"{path}/disable")
    with database.writing() as session:
        left = talk(session, "hello", agent="Kim").id
    assert "Return to the queue" in lead.get(path).text
    lead.post(f"{path}/disable", sure="yes")
    with database.reading() as session:
        assert session.get_one(Conversation, left).owner == "queue"
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.what == "staff_disabled")).all()) == 1


def test_whoever_becomes_a_buyer_gives_their_conversations_back_and_a_lead_keeps_them(
    lead: Desk, database: Database
) -> None:
    add(database, "Kim")
    path = f"/desk/staff/{id_of(database, 'Kim')}"
    with database.writing() as session:
        hers = talk(session, "hello", agent="Kim").id
    for role, owner in (("lead", "agent"), ("buyer", "queue")):
        assert lead.post(f"{path}/role", role=role).headers["location"] == f"{path}?done=role"
        assert account(database, "Kim").role == role
        with database.reading() as session:
            assert session.get_one(Conversation, hers).owner == owner


def test_an_account_that_is_enabled_again_begins_with_a_new_password(
    lead: Desk, database: Database, browser: TestClient
) -> None:
    old = add(database, "Kim")
    path = f"/desk/staff/{id_of(database, 'Kim')}"
    lead.post(f"{path}/disable")
    new = first_password_in(lead.post(f"{path}/enable").text)
    assert Desk(browser, "Kim", old).sign_in().status_code == 401
    assert Desk(browser, "Kim", new).sign_in().status_code == 303
    assert account(database, "Kim").must_change_password


def test_a_new_password_signs_a_colleague_out(lead: Desk, sign_in: SignIn, database: Database) -> None:
    kim = sign_in("Kim")
    first_password_in(lead.post(f"/desk/staff/{id_of(database, 'Kim')}/password").text)
    assert kim.get("/desk/password").headers["location"].startswith("/desk/sign-in")


@pytest.mark.parametrize("what", ["disable", "role"])
def test_nobody_locks_themselves_out_without_saying_that_they_mean_it(
    lead: Desk, database: Database, what: str
) -> None:
    add(database, "Another", "lead")
    path = f"/desk/staff/{id_of(database, 'Lea')}"
    answer = lead.post(f"{path}/{what}", role="agent")
    assert answer.status_code == 422
    assert "your own account" in answer.text
    mine = account(database, "Lea")
    assert (mine.role, mine.disabled_at) == ("lead", None)
    assert lead.post(f"{path}/{what}", role="agent", sure="yes").status_code == 303
    mine = account(database, "Lea")
    assert mine.role == "agent" or mine.disabled_at is not None


@pytest.mark.parametrize("what", ["disable", "role"])
def test_the_last_lead_stays_one_however_sure_they_are(lead: Desk, database: Database, what: str) -> None:
    add(database, "Kim")
    path = f"/desk/staff/{id_of(database, 'Lea')}"
    answer = lead.post(f"{path}/{what}", role="agent", sure="yes")
    assert answer.status_code == 409
    assert "Lea is the only lead" in answer.text
    mine = account(database, "Lea")
    assert (mine.role, mine.disabled_at) == ("lead", None)
    page = lead.get(path).text
    assert "You are the only lead" in page
    assert "/disable" not in page


def test_a_disabled_lead_can_be_made_an_agent_while_one_lead_is_left(lead: Desk, database: Database) -> None:
    add(database, "Old", "lead")
    with database.writing() as session:
        disable_staff(session, "Old", by="test")
        change_role(session, "Old", "agent", by="test")
    assert account(database, "Old").role == "agent"


def test_of_two_leads_who_disable_each_other_at_once_one_stays(database: Database) -> None:
    for name in ("Lea", "Kim"):
        add(database, name, "lead")

    def disable(name: str) -> bool:
        try:
            with database.writing() as session:
                disable_staff(session, name, by="test")
        except LastLead:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(disable, ["Lea", "Kim"])) == [False, True]
    with database.reading() as session:
        assert [person.disabled_at is None for person in list_staff(session)].count(True) == 1


def test_an_account_that_is_not_there_is_said_so(lead: Desk) -> None:
    assert lead.get("/desk/staff/999").status_code == 404
    for what in ("role", "password", "disable", "enable"):
        assert lead.post(f"/desk/staff/999/{what}", role="agent").status_code == 404


def test_the_accounts_are_for_leads(sign_in: SignIn) -> None:
    for name, role in (("Kim", "agent"), ("Bo", "buyer")):
        desk = sign_in(name, role)
        assert desk.get("/desk/staff").status_code == 403
        assert desk.post("/desk/staff", name="Eve", role="lead").status_code == 403
