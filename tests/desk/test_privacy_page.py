"""Giving a customer all that is kept of them, and taking them out of it, from the desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from meantime.db import Database
from meantime.shop.tables import AuditEntry, Customer
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.talks import customer, order


@pytest.fixture
def lead(sign_in: SignIn, database: Database) -> Desk:
    with database.writing() as session:
        customer(session, "C1", "Robin <Vale>", email="robin@example.com")
    return sign_in("Lea", "lead")


def name_of(database: Database, id: str = "C1") -> str:
    with database.reading() as session:
        return session.get_one(Customer, id).name


def audited(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        told = select(AuditEntry).where(AuditEntry.subject == "customer:C1").order_by(AuditEntry.id)
        return [(entry.who, entry.what) for entry in session.scalars(told)]


def test_a_lead_downloads_what_is_kept_and_the_audit_says_so(lead: Desk, database: Database) -> None:
    answer = lead.get("/desk/customers/C1/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="customer-C1.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["customer"]["email"] == "robin@example.com"
    assert audited(database) == [("staff:Lea", "export")]


def test_a_customer_is_erased_only_once_their_id_was_typed(lead: Desk, database: Database) -> None:
    path = "/desk/customers/C1/erase"
    assert "Type <b>C1</b> to confirm" in lead.get(path).text
    for typed in ("", "C2", "c1", "yes"):
        assert lead.post(path, typed=typed).status_code == 422
    assert name_of(database) == "Robin <Vale>"
    assert lead.post(path, typed=" C1 ").status_code == 303
    assert name_of(database) == ""
    assert "This customer was erased" in lead.get(path).text
    assert lead.post(path, typed="C1").status_code == 303  # a second time does no harm
    assert audited(database) == [("staff:Lea", "erase")]


@pytest.mark.sqlite_only
def test_nothing_of_them_stays_beside_the_file_of_the_database(lead: Desk, database: Database) -> None:
    beside = Path(f"{database.url.database}-wal")
    assert b"robin@example.com" in beside.read_bytes()
    assert lead.post("/desk/customers/C1/erase", typed="C1").status_code == 303
    assert b"robin@example.com" not in beside.read_bytes()


def test_while_something_is_to_be_sent_it_takes_one_more_tick(lead: Desk, database: Database) -> None:
    path = "/desk/customers/C1/erase"
    with database.writing() as session:
        order(session, "W1", "C1")
    assert "Not sent yet: W1" in lead.get(path).text
    answer = lead.post(path, typed="C1")
    assert answer.status_code == 422
    assert "Tick the box" in answer.text
    assert name_of(database) == "Robin <Vale>"
    assert lead.post(path, typed="C1", even_with_open_orders="yes").status_code == 303
    assert name_of(database) == ""


def test_a_lead_finds_both_beside_the_customer(lead: Desk, sign_in: SignIn, database: Database) -> None:
    page, download, erase = "/desk/look-up/customers/C1", "/desk/customers/C1/export", "/desk/customers/C1/erase"
    told = lead.get(page).text
    assert f'href="{download}"' in told
    assert f'href="{erase}"' in told
    assert "/desk/customers/" not in sign_in("Kim").get(page).text
    assert lead.post(erase, typed="C1").status_code == 303
    told = lead.get(page).text
    assert f'href="{download}"' in told
    assert erase not in told


def test_an_unknown_customer_is_said_so(lead: Desk) -> None:
    assert lead.get("/desk/customers/C9/export").status_code == 404
    assert lead.get("/desk/customers/C9/erase").status_code == 404
    assert lead.post("/desk/customers/C9/erase", typed="C9").status_code == 404


def test_agents_give_out_and_erase_nobody(lead: Desk, sign_in: SignIn, database: Database) -> None:
    agent = sign_in("Kim")
    assert agent.get("/desk/customers/C1/export").status_code == 403
    assert agent.get("/desk/customers/C1/erase").status_code == 403
    assert agent.post("/desk/customers/C1/erase", typed="C1").status_code == 403
    assert name_of(database) == "Robin <Vale>"
    assert audited(database) == []
