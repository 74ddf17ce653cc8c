"""The queue's page, as an agent's browser is answered."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from meantime.conversations.storage import StorageBusy
from meantime.db import Database, now
from meantime.desk import queue_pages
from meantime.desk.board import PAGE
from meantime.shop.tables import AuditEntry
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.talks import ago, customer, promise, talk


def lines(page: str) -> list[str]:
    """Return the words of each line of a list."""
    found = re.findall(r'<a class="line.*?</a>', page, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in found]


def audit(database: Database, what: str) -> list[AuditEntry]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.what == what).order_by(AuditEntry.id)))


def test_a_line_says_in_words_who_waits_why_and_that_it_is_too_long(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        customer(session, "C1", "Mara Ellison")
        talk(
            session,
            "Where is it?",
            id="c1",
            waits=25,
            handed_off_kind="upset",
            customer_id="C1",
            summary="Order: W1001",
        )
    page = desk.get("/desk/queue")
    assert page.status_code == 200
    assert 'href="/desk/conversations/c1"' in page.text
    assert lines(page.text) == ["Mara Ellison W1001 Where is it? Overdue Upset Chat Waiting for 25 min"]


def test_the_title_counts_who_waits(desk: Desk, database: Database) -> None:
    assert "<title>Queue" in desk.get("/desk/queue").text
    with database.writing() as session:
        talk(session, waits=1)
        talk(session, waits=2)
        talk(session, agent="Ana")
    assert "<title>(2) Queue" in desk.get("/desk/queue?view=mine").text


def test_what_a_customer_writes_is_text_and_nothing_else(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        customer(session, "C1", "<img src=x onerror=alert(1)>")
        talk(session, "<script>alert(1)</script>", waits=1, customer_id="C1", summary='Order: W1001"><b>')
    page = desk.get("/desk/queue").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    found = desk.get("/desk/queue", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in found


@pytest.mark.parametrize("view", ["waiting", "mine", "others", "bot", "snoozed", "closed"])
def test_an_empty_view_says_so_calmly(desk: Desk, view: str) -> None:
    page = desk.get(f"/desk/queue?view={view}").text
    assert '<div class="nothing">' in page
    assert f'id="view-{view}" href="/desk/queue?view={view}"' in page
    assert re.search(rf'id="view-{view}"[^>]*aria-current="page"', page)


def test_an_unknown_view_shows_who_waits(desk: Desk) -> None:
    assert "Nobody waits." in desk.get("/desk/queue?view=everything").text


def test_each_view_says_what_matters_in_it(sign_in: SignIn, database: Database) -> None:
    ana = sign_in("Ana")
    with database.writing() as session:
        promise(session, talk(session, id="m", agent="Ana"), minutes_ago=1)
        talk(session, id="o", agent="Ben", awaits_since=ago(2))
        talk(session, id="s", agent="Ben", snoozed_until=ago(-60 * 24 * 30))
        talk(session, id="c", closed_at=now(), closed_because="spam")
        talk(session, id="b", undelivered_at=ago(1))
    said = {view: lines(ana.get(f"/desk/queue?view={view}").text)[0] for view in ("mine", "others", "snoozed")}
    assert "Promise missed" in said["mine"]
    assert "Ben Waiting for 2 min" in said["others"]
    assert "until" in said["snoozed"]
    assert "Ben" in said["snoozed"]
    assert "Closed: Spam" in lines(ana.get("/desk/queue?view=closed").text)[0]
    assert "Answer did not arrive" in lines(ana.get("/desk/queue").text)[0]


def test_the_title_counts_what_needs_me_and_my_rows_say_so(sign_in: SignIn, database: Database) -> None:
    ana = sign_in("Ana")
    with database.writing() as session:
        talk(session, "Who answers?", id="q", waits=1)
        talk(session, "And now?", id="due", agent="Ana", awaits_since=ago(2))
        talk(session, "Thanks", id="answered", agent="Ana", awaits_since=None)
        talk(session, "Hello", id="theirs", agent="Ben", awaits_since=ago(2))
    page = ana.get("/desk/queue?view=mine").text
    assert "<title>(2) Queue" in page
    assert "1 to answer" in page
    due, answered = lines(page)
    assert "Answer due" in due
    assert "Answer due" not in answered
    assert "Answer due" not in lines(ana.get("/desk/queue?view=others").text)[0]


def test_more_are_shown_when_they_are_asked_for(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        for n in range(PAGE + 1):
            talk(session, id=f"c{n}", waits=n)
    first = desk.get("/desk/queue").text
    assert len(lines(first)) == PAGE
    more = re.search(r'href="(/desk/queue\?view=waiting&amp;limit=\d+)"', first)
    assert more
    second = desk.get(html.unescape(more[1])).text
    assert lines(second)[:PAGE] == lines(first)
    assert len(lines(second)) == PAGE + 1
    assert "Show more" not in second


def test_what_is_searched_for_is_shown_with_whose_it_is(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        talk(session, "My kettle", agent="Ben")
        talk(session, "A kettle", last_message_at=ago(5))
        talk(session, "The kettle", closed_at=now(), closed_because="solved", last_message_at=ago(9))
        talk(session, "A lamp", waits=1)
    page = desk.get("/desk/queue", params={"q": "  kettle "}).text
    assert 'value="kettle"' in page
    assert [line for line in lines(page) if "lamp" in line] == []
    taken, with_bot, closed = lines(page)
    assert "Ben" in taken
    assert "With the assistant" in with_bot
    assert "Closed: Solved" in closed
    assert "Nothing was found for “W9999”." in desk.get("/desk/queue?q=W9999").text
    assert "two characters or more" in desk.get("/desk/queue?q=x").text


def test_a_search_is_in_the_audit_without_its_words(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        talk(session, "My kettle", waits=1)
    desk.get("/desk/queue?q=kettle")
    (entry,) = audit(database, "search")
    assert (entry.who, entry.subject, entry.before, entry.after) == ("staff:Ana", "conversations", None, {"found": 1})


def test_looking_at_the_queue_is_in_the_audit_once_in_a_while(sign_in: SignIn, database: Database) -> None:
    ana, ben = sign_in("Ana"), sign_in("Ben")
    for desk, view in ((ana, "waiting"), (ana, "waiting"), (ben, "waiting"), (ana, "closed")):
        desk.get(f"/desk/queue?view={view}")
    seen = [(entry.who, entry.subject) for entry in audit(database, "view")]
    assert seen == [("staff:Ana", "queue:waiting"), ("staff:Ben", "queue:waiting"), ("staff:Ana", "queue:closed")]


def test_a_look_that_could_not_be_noted_is_noted_with_the_next_one(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise StorageBusy

    with monkeypatch.context() as patched:
        patched.setattr(queue_pages, "_note_view", busy)
        assert desk.get("/desk/queue").status_code == 503
    assert desk.get("/desk/queue").status_code == 200
    assert [entry.subject for entry in audit(database, "view")] == ["queue:waiting"]
