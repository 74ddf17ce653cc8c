"""The leads' page of the audit."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.desk.audit_words import in_words, pairs
from meantime.shop.audit import record
from meantime.shop.tables import AuditEntry
from tests.conftest import Configure
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.talks import customer, order, talk

ROWS = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)


@pytest.fixture
def lead(sign_in: SignIn) -> Desk:
    return sign_in("Lea", "lead")


def rows(page: str) -> list[str]:
    """Return the entries of a page as bare text."""
    bare = (html.unescape(re.sub(r"<[^>]+>", " ", row)) for row in ROWS.findall(page))
    return [" ".join(row.split()) for row in bare][1:]


def found(lead: Desk, **asked: str) -> list[str]:
    answer = lead.get("/desk/audit", params=asked)
    assert answer.status_code == 200, answer.text
    return rows(answer.text)


def entry(session: Session, what: str, subject: str = "order:W1", who: str = "cli", at: datetime | None = None) -> None:
    session.add(AuditEntry(who=who, what=what, subject=subject, before=None, after=None, **({"at": at} if at else {})))


def test_an_entry_is_told_in_words_with_the_page_of_what_it_is_about(lead: Desk, database: Database) -> None:
    with database.writing() as session:
        theirs = talk(session, "hello").id
        record(session, "staff:Ana", "take_over", f"conversation:{theirs}", None, None)
        record(session, "customer:C 1", "cancel", "order:W/1", {"line": 1, "lamps": 2}, {"line": 1, "lamps": 0})
    page = lead.get("/desk/audit").text
    assert f'href="/desk/conversations/{theirs}"' in page
    assert 'href="/desk/look-up/orders/W%2F1"' in page
    assert 'href="/desk/look-up/customers/C%201"' in page
    cancelled, taken = rows(page)[:2]
    assert "Customer C 1 Cancelled items Order W/1 lamps 2 is now 0" in cancelled
    assert "Ana Took over Conversation" in taken
    assert "line" not in cancelled  # it stayed the same


def test_who_only_looked_is_shown_when_it_is_asked_for(lead: Desk, database: Database) -> None:
    with database.writing() as session:
        entry(session, "view", who="staff:Ana")
        entry(session, "swap", who="staff:Ana")
    assert [" Looked at " in row for row in found(lead, by="Ana")] == [False]
    assert len(found(lead, by="Ana", looks="1")) == 2
    assert len(found(lead, by="Ana", what="view")) == 1


def test_what_is_meant_is_found_however_it_is_typed(lead: Desk, database: Database) -> None:
    with database.writing() as session:
        customer(session, "C1", "Robin")
        order(session, "W1", "C1")
        theirs = talk(session, "hello").id
        for subject in ("order:W1", "customer:C1", f"conversation:{theirs}", "order:W12"):
            entry(session, "swap", subject)
    for typed, words in [
        ("w1", "Order W1"),
        (" W1 ", "Order W1"),
        ("order:W1", "Order W1"),
        ("C1", "Customer C1"),
        (theirs, "Conversation"),
        ("W12", "Order W12"),
    ]:
        [only] = found(lead, subject=typed)
        assert words in only
    assert "Added an account" in found(lead, subject="lea")[-1]


def test_the_audit_is_searched_by_who_what_and_day(
    lead: Desk, sign_in: SignIn, database: Database, configure: Configure
) -> None:
    configure(shop_timezone="America/Los_Angeles")
    sign_in("Ana")
    late = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)  # there it is the evening of the tenth
    with database.writing() as session:
        entry(session, "swap", who="staff:Ana", at=late)
        entry(session, "cancel", who="staff:Ana")
        entry(session, "cancel", who="cli")
    assert len(found(lead, by="ana", what="cancel")) == 1
    assert len(found(lead, by="the command line")) == 1
    assert len(found(lead, what="cancel")) == 2
    for since, until, times in [("2026-03-10", "2026-03-10", 1), ("2026-03-11", "", 0), ("", "2026-03-09", 0)]:
        assert len(found(lead, what="swap", since=since, until=until)) == times
    assert found(lead, by="somebody else") == []


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
def test_the_first_and_the_last_day_there_are_can_be_asked_for(lead: Desk, configure: Configure, zone: str) -> None:
    configure(shop_timezone=zone)
    for asked in ({"since": "0001-01-01"}, {"until": "9999-12-30"}):
        assert lead.get("/desk/audit", params=asked).status_code in (200, 422), asked


def test_a_day_that_is_none_is_said_so(lead: Desk) -> None:
    for day in ("31.3.2026", "2026-02-30", "9999-12-31"):
        answer = lead.get("/desk/audit", params={"until": day})
        assert answer.status_code == 422
        assert "2026-03-31" in answer.text


def test_older_entries_come_page_by_page_each_once(lead: Desk, database: Database) -> None:
    with database.writing() as session:
        for number in range(120):
            entry(session, "swap", f"order:W{number}")
    seen: list[str] = []
    path = "/desk/audit?what=swap"
    while path:
        page = lead.get(path).text
        seen += rows(page)
        older = re.search(r'href="(/desk/audit\?[^"]+)">Older', page)
        path = html.unescape(older[1]) if older else ""
    assert len(seen) == len(set(seen)) == 120


def test_looking_at_the_audit_is_an_entry_that_keeps_no_typed_words(lead: Desk, database: Database) -> None:
    found(lead)
    found(lead, subject="robin@example.com", what="view")
    with database.reading() as session:
        looked = session.scalars(select(AuditEntry).where(AuditEntry.subject == "audit").order_by(AuditEntry.id)).all()
    assert [(each.who, each.what, each.after) for each in looked] == [
        ("staff:Lea", "view", None),
        ("staff:Lea", "view", {"by": ["subject", "what"]}),
    ]


def test_everything_in_the_audit_is_text(lead: Desk, database: Database) -> None:
    probe = "<script>alert(1)</script>"
    with database.writing() as session:
        record(session, f"staff:{probe}", probe, f"order:{probe}", {probe: probe}, {probe: [probe, {probe: probe}]})
    page = lead.get("/desk/audit", params={"by": f"staff:{probe}", "what": probe, "subject": f"order:{probe}"})
    assert probe not in page.text
    assert len(rows(page.text)) == 1


def test_the_audit_is_for_leads(sign_in: SignIn) -> None:
    assert sign_in("Kim").get("/desk/audit").status_code == 403
    assert sign_in("Bo", "buyer").get("/desk/audit").status_code == 403


def test_what_has_no_words_yet_is_still_readable() -> None:
    assert in_words("line_renumbered") == "Line renumbered"


def test_only_what_differs_is_shown_and_nothing_is_endless() -> None:
    [pair] = pairs({"state": "open", "note": None}, {"state": "closed", "note": None})
    assert (pair.name, pair.before, pair.after) == ("state", "open", "closed")
    [long] = pairs(None, ["x" * 1_000])
    assert long.after is not None
    assert len(long.after) < 200
    assert [(each.before, each.after) for each in pairs({"gone": True}, None)] == [("yes", None)]
