"""Accounts: how they are made, what they may be called, and that somebody is always left to look after them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from meantime.db import Database, now
from meantime.desk.accounts import (
    BadStaffName,
    LastLead,
    UnknownStaff,
    add_staff,
    change_password,
    change_role,
    disable_staff,
    enable_staff,
    list_staff,
    require_new,
    reset_password,
    staff_named,
)
from meantime.desk.passwords import WeakPassword, hash_of, is_right, require_good
from meantime.desk.sessions import digest, open_session, session_of
from meantime.shop.tables import AuditEntry


def test_a_first_password_fits_and_has_to_be_changed(database: Database) -> None:
    with database.writing() as session:
        password = add_staff(session, "Ben Ode", "agent", by="cli")
        account = staff_named(session, "ben  ode")
        assert is_right(password, account.password_hash)
        assert not is_right(password + "x", account.password_hash)
        assert account.must_change_password
        assert password not in account.password_hash


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "Ben\x07Ode", "Assistant", "BOT"])
def test_a_name_that_nobody_could_tell_apart_is_refused(database: Database, name: str) -> None:
    with database.writing() as session, pytest.raises(BadStaffName):
        add_staff(session, name, "agent", by="cli")


@pytest.mark.parametrize("again", ["Ben Ode", "ben ode", " BEN   ODE ", "Ｂｅｎ Ode"])
def test_two_people_are_never_called_the_same(database: Database, again: str) -> None:
    with database.writing() as session:
        add_staff(session, "Ben Ode", "agent", by="cli")
        with pytest.raises(BadStaffName):
            add_staff(session, again, "lead", by="cli")


def test_a_disabled_account_is_out_at_once_and_its_row_stays(database: Database) -> None:
    with database.writing() as session:
        add_staff(session, "Ana", "lead", by="cli")
        add_staff(session, "Ben", "agent", by="cli")
        token = open_session(session, staff_named(session, "Ben").id)
        session.flush()
        assert session_of(session, token) is not None
        disable_staff(session, "ben", by="staff:Ana")
        assert session_of(session, token) is None
        assert [account.name for account in list_staff(session)] == ["Ana", "Ben"]


def test_a_session_that_was_missed_when_its_account_was_disabled_opens_nothing(database: Database) -> None:
    with database.writing() as session:
        add_staff(session, "Ben", "agent", by="cli")
        account = staff_named(session, "Ben")
        token = open_session(session, account.id)
        account.disabled_at = now()
        session.flush()
        assert session_of(session, token) is None


def test_an_enabled_account_begins_with_a_new_password_and_no_session(database: Database) -> None:
    with database.writing() as session:
        old = add_staff(session, "Ben", "agent", by="cli")
        token = open_session(session, staff_named(session, "Ben").id)
        session.flush()
        disable_staff(session, "Ben", by="cli")
        new = enable_staff(session, "Ben", by="cli")
        account = staff_named(session, "Ben")
        assert account.disabled_at is None
        assert is_right(new, account.password_hash)
        assert not is_right(old, account.password_hash)
        assert session_of(session, token) is None


@pytest.mark.parametrize("change", ["disable", "demote"])
def test_the_last_lead_stays_one(database: Database, change: str) -> None:
    with database.writing() as session:
        add_staff(session, "Ana", "lead", by="cli")
        add_staff(session, "Cid", "lead", by="cli")
        disable_staff(session, "Cid", by="cli")
        with pytest.raises(LastLead):
            disable_staff(session, "Ana", by="cli") if change == "disable" else change_role(
                session, "Ana", "agent", by="cli"
            )


def test_nobody_is_found_under_an_unknown_name(database: Database) -> None:
    with database.writing() as session, pytest.raises(UnknownStaff):
        reset_password(session, "Nobody", by="cli")


def test_changing_ones_password_signs_out_everywhere_else(database: Database) -> None:
    with database.writing() as session:
        add_staff(session, "Ben", "agent", by="cli")
        account = staff_named(session, "Ben")
        here, there = open_session(session, account.id), open_session(session, account.id)
        session.flush()
        new = hash_of("a red kite over Kiel")
        change_password(session, account.id, account.password_hash, new, keeps=digest(here))
        found = session_of(session, here)
        assert found is not None
        assert not found[0].must_change_password
        assert session_of(session, there) is None


@pytest.mark.parametrize("new", ["short", "benbenbenben", "abababababab", "one short sentence"])
def test_a_password_that_will_not_do_is_refused(new: str) -> None:
    with pytest.raises(WeakPassword):
        require_new("one short sentence", new, "Ben")


def test_a_password_that_was_changed_meanwhile_is_not_changed_again(database: Database) -> None:
    with database.writing() as session:
        add_staff(session, "Ben", "agent", by="cli")
        account = staff_named(session, "Ben")
        found_right = account.password_hash
        reset_password(session, "Ben", by="cli")
        given = account.password_hash
        with pytest.raises(WeakPassword):
            change_password(session, account.id, found_right, hash_of("a red kite over Kiel"), keeps="")
        assert account.password_hash == given


def test_a_password_of_one_character_is_none() -> None:
    with pytest.raises(WeakPassword):
        require_good("aaaaaaaaaaaaaaa", "Ben")


def test_what_happens_to_accounts_is_in_the_audit_without_a_password(database: Database) -> None:
    with database.writing() as session:
        add_staff(session, "Ana", "lead", by="cli")
        first = add_staff(session, "Ben", "agent", by="staff:Ana")
        change_role(session, "Ben", "buyer", by="staff:Ana")
        second = reset_password(session, "Ben", by="staff:Ana")
        disable_staff(session, "Ben", by="staff:Ana")
        session.flush()
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(e.who, e.what) for e in entries] == [
            ("cli", "staff_added"),
            ("staff:Ana", "staff_added"),
            ("staff:Ana", "role_changed"),
            ("staff:Ana", "password_reset"),
            ("staff:Ana", "staff_disabled"),
        ]
        told = " ".join(f"{e.before} {e.after} {e.subject} {e.key}" for e in entries)
        assert first not in told
        assert second not in told
