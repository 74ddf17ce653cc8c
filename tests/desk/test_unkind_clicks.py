"""Clicks that meet something they had not seen, and looks and tries that must not go unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI, Request
from pwdlib import PasswordHash
from sqlalchemy import select, text

from meantime.conversations.tables import AGENT, QUEUE, Conversation
from meantime.db import Database
from meantime.desk import access, passwords
from meantime.desk.accounts import BadStaffName, add_staff, disable_staff, reset_password
from meantime.desk.sign_in import MOST_BY_NAME
from meantime.shop.tables import AuditEntry
from tests.desk.conftest import SignIn, another
from tests.desk.staff import PASSWORD, Desk
from tests.desk.talks import customer, order, promise, say, talk


def begun(database: Database, **columns: Any) -> str:
    with database.writing() as session:
        return talk(session, "Where is my lamp?", **columns).id


def as_it_is(database: Database, conversation_id: str) -> Conversation:
    with database.reading() as session:
        return session.get_one(Conversation, conversation_id)


def audited(database: Database, what: str) -> list[tuple[str, str]]:
    with database.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.what == what).order_by(AuditEntry.id))
        return [(entry.who, entry.subject) for entry in found]


# Too late


@pytest.fixture
def on_the_way(app: FastAPI) -> Callable[[Callable[[], None]], None]:
    """Return a function that has something happen between the guard and what the click does."""

    def on_the_way(happens: Callable[[], None]) -> None:
        async def guard(request: Request) -> None:
            await access.guard(request)
            happens()

        app.dependency_overrides[access.guard] = guard

    return on_the_way


def test_whoever_is_disabled_while_taking_over_gets_nothing(
    desk: Desk, database: Database, on_the_way: Callable[[Callable[[], None]], None]
) -> None:
    waiting = begun(database, waits=2)

    def disabled() -> None:
        with database.writing() as session:
            disable_staff(session, "Ana", by="test")

    on_the_way(disabled)
    assert desk.post(f"/desk/conversations/{waiting}/take-over").status_code == 401
    assert as_it_is(database, waiting).owner == QUEUE


def test_whoever_is_disabled_while_sending_says_nothing_more(
    desk: Desk, database: Database, on_the_way: Callable[[Callable[[], None]], None]
) -> None:
    theirs = begun(database, agent="Ana")

    def disabled() -> None:  # as it is on another gateway, before it puts back what Ana has
        with database.writing() as session:
            disable_staff(session, "Ana", by="test")
            session.get_one(Conversation, theirs).owner = AGENT
            session.get_one(Conversation, theirs).agent_name = "Ana"

    on_the_way(disabled)
    before = as_it_is(database, theirs).last_seq
    answer = desk.post(f"/desk/conversations/{theirs}/say", text="I am looking into it.", client_id="c")
    assert answer.status_code == 401
    assert as_it_is(database, theirs).last_seq == before + 1, "only that it is back in the queue was said"


@pytest.mark.parametrize(
    ("click", "fields"),
    [("close", {"because": "solved"}), ("snooze", {"until": "hour"}), ("hand-back", {})],
)
def test_what_the_customer_has_just_written_is_read_before_it_can_be_put_away(
    desk: Desk, database: Database, click: str, fields: dict[str, str]
) -> None:
    theirs = begun(database, agent="Ana")
    page = desk.get(f"/desk/conversations/{theirs}").text
    seen = str(as_it_is(database, theirs).last_seq)
    assert f'name="seen" value="{seen}" form="{click}-form"' in page
    with database.writing() as session:
        say(session, session.get_one(Conversation, theirs), "It came broken!")
    late = desk.post(f"/desk/conversations/{theirs}/{click}", seen=seen, **fields)
    assert late.status_code == 409
    assert "has just written more" in late.text
    stands = as_it_is(database, theirs)
    assert (stands.owner, stands.agent_name) == (AGENT, "Ana")
    assert stands.awaits_since is not None
    assert stands.closed_at is stands.snoozed_until is None
    assert desk.post(f"/desk/conversations/{theirs}/{click}", seen=str(stands.last_seq), **fields).status_code == 303


# Looks


@pytest.mark.parametrize("part", ["older?before=9", "suggestions", "panel"])
def test_a_part_of_a_conversation_is_seen_in_the_audit_like_its_page(desk: Desk, database: Database, part: str) -> None:
    talked = begun(database, waits=2)
    for _ in range(2):
        assert desk.get(f"/desk/conversations/{talked}/{part}").status_code == 200
    assert audited(database, "view") == [("staff:Ana", f"conversation:{talked}")]


def test_replies_filled_in_for_a_customer_are_a_look_at_them(desk: Desk, database: Database) -> None:
    talked = begun(database, waits=2)
    desk.get("/desk/replies/pick", params={"conversation": "none"})
    assert audited(database, "view") == []
    desk.get("/desk/replies/pick", params={"conversation": talked})
    assert audited(database, "view") == [("staff:Ana", f"conversation:{talked}")]


def test_what_is_not_there_is_not_looked_at(desk: Desk, database: Database) -> None:
    assert desk.get(f"/desk/conversations/{'x' * 3_000}").status_code == 404
    assert audited(database, "view") == []


def test_a_lead_who_reads_what_others_have_promised_is_in_the_audit(sign_in: SignIn, database: Database) -> None:
    lead = sign_in("Lea", role="lead")
    lead.get("/desk/promises")
    assert audited(database, "view") == []
    with database.writing() as session:
        promise(session, talk(session, "hello"), 5, what="Call Robin")
    assert "Call Robin" in lead.get("/desk/promises").text
    assert audited(database, "view") == [("staff:Lea", "promises")]


def test_a_customer_whose_id_holds_a_slash_can_be_given_out_and_erased(sign_in: SignIn, database: Database) -> None:
    with database.writing() as session:
        order(session, "W1", customer(session, 'shop/1 "x', "Robin").id)
    lead = sign_in("Lea", role="lead")
    given = lead.get("/desk/customers/shop%2F1%20%22x/export")
    assert given.status_code == 200
    assert given.headers["content-disposition"] == 'attachment; filename="customer-shop-1-x.json"'
    path = "/desk/customers/shop%2F1%20%22x/erase"
    assert lead.get(path).status_code == 200
    assert lead.post(path, typed='shop/1 "x', even_with_open_orders="1").status_code == 303


# Tries


class Watched:
    """A hasher that needs the database for a moment each time."""

    def __init__(self, hasher: PasswordHash, database: Database) -> None:
        self._hasher, self._database = hasher, database

    def hash(self, password: str) -> str:
        self._write()
        return self._hasher.hash(password)

    def verify(self, password: str, password_hash: str) -> bool:
        self._write()
        return self._hasher.verify(password, password_hash)

    def _write(self) -> None:
        with self._database.writing() as session:
            session.execute(text("select 1"))  # a transaction begins with its first statement


@pytest.mark.sqlite_only
def test_nobody_waits_for_the_database_while_a_password_is_hashed(
    sign_in: SignIn, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = sign_in("Lea", role="lead")
    watched = Watched(passwords.hasher(), database)
    monkeypatch.setattr(passwords, "hasher", lambda: watched)
    assert lead.post("/desk/staff", name="Kim", role="agent").status_code == 201
    assert lead.post("/desk/staff/2/password").status_code == 200
    assert lead.post("/desk/staff/2/enable").status_code == 200
    new = "a red kite over Kiel"
    assert "Your password is changed" in lead.post("/desk/password", old=PASSWORD, new=new, again=new).text
    assert Desk(another(lead.client), "Lea", new).sign_in().status_code == 303


def test_guessing_the_present_password_of_an_open_desk_ends_as_at_the_door(desk: Desk) -> None:
    new = "a red kite over Kiel"
    for _ in range(MOST_BY_NAME):
        assert "is not right" in desk.post("/desk/password", old="a guess", new=new, again=new).text
    assert "tried too often" in desk.post("/desk/password", old=PASSWORD, new=new, again=new).text


def test_a_leads_new_password_lets_in_whom_a_stranger_has_kept_out(desk: Desk, database: Database) -> None:
    stranger = Desk(another(desk.client), "Ana")
    for _ in range(MOST_BY_NAME):
        stranger.sign_in("a guess")
    assert stranger.sign_in().status_code == 429
    with database.writing() as session:
        given = reset_password(session, "Ana", by="staff:Lea")
    assert stranger.sign_in(given).status_code == 303


def test_a_name_that_is_too_long_to_be_compared_is_none(database: Database) -> None:
    with database.writing() as session, pytest.raises(BadStaffName):
        add_staff(session, "\ufdfa" * 60, "agent", by="test")
