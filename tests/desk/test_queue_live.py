"""The queue as it changes, at real servers: nobody reloads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from meantime import db
from meantime.conversations.owner import take_over
from meantime.db import Database
from meantime.desk import queue_live
from meantime.desk.accounts import disable_staff
from meantime.desk.tables import StaffSession
from meantime.shop.tables import AuditEntry
from tests.channels.conftest import OpenGateway
from tests.channels.servers import ThreadedServer
from tests.desk.staff import Desk, Event, add, until
from tests.desk.talks import ago, talk
from tests.e2e.chat import Chat

pytestmark = pytest.mark.services

QUEUE = "/desk/queue/live?view=waiting"


@pytest.fixture
def gateway(open_gateway: OpenGateway) -> ThreadedServer:
    return open_gateway()


@pytest.fixture
def ana(gateway: ThreadedServer, database: Database) -> Desk:
    add(database, "Ana")
    return Desk.at(gateway.url, "Ana")


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What time alone changes is seen at once."""
    for module in ("live", "queue_live"):
        monkeypatch.setattr(f"meantime.desk.{module}.CHECKED_EVERY", 0.05)


def test_a_hand_off_and_what_becomes_of_it_are_shown_without_a_reload(
    gateway: ThreadedServer, ana: Desk, database: Database
) -> None:
    with ana.events(QUEUE) as events:
        assert "Nobody waits." in until(events, "list", "")
        with gateway.app.state.database.writing() as session:
            waiting = talk(session, "Please, a person", waits=0)
        assert "Please, a person" in until(events, "list", f"/desk/conversations/{waiting.id}")
        with gateway.app.state.database.writing() as session:
            take_over(session, waiting.id, "Ben")
        until(events, "list", "Nobody waits.")
    with ana.events("/desk/queue/live?view=others") as events:
        until(events, "list", "Please, a person")


def test_a_customers_new_words_are_shown_where_they_wait(
    gateway: ThreadedServer, ana: Desk, database: Database
) -> None:
    with Chat(gateway.url) as chat:
        chat.say("first words")
        with ana.events("/desk/queue/live?view=bot") as events:
            until(events, "list", "first words")
            chat.say("and then others")
            until(events, "list", "and then others")


def test_who_hears_of_the_queue_without_its_page_is_in_the_audit_too(ana: Desk, database: Database) -> None:
    for _ in range(2):
        with ana.events(QUEUE) as events:
            until(events, "list", "Nobody waits.")
    with database.reading() as session:
        seen = session.scalars(select(AuditEntry.subject).where(AuditEntry.what == "view")).all()
    assert seen == ["queue:waiting"]


def test_the_counts_are_sent_as_they_are_for_whoever_looks(
    gateway: ThreadedServer, ana: Desk, database: Database
) -> None:
    with ana.events("/desk/queue/live?q=kettle") as events:
        assert 'data-waiting="0"' in until(events, "counts", "")
        with gateway.app.state.database.writing() as session:
            talk(session, waits=0)
            mine = talk(session, "kettle", waits=0)
            take_over(session, mine.id, "Ana")
        counts = until(events, "counts", 'data-waiting="1"')
    assert 'Mine <span class="count">1</span>' in counts
    assert 'Colleagues <span class="count">0</span>' in counts


def test_somebody_becomes_overdue_while_the_page_is_open(
    gateway: ThreadedServer, ana: Desk, quick_looks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gateway.app.state.database.writing() as session:
        talk(session, waits=0)
    with ana.events(QUEUE) as events:
        assert "Overdue" not in until(events, "list", "Guest")
        later = db.now() + timedelta(minutes=11)
        for module in ("views", "showing"):
            monkeypatch.setattr(f"meantime.desk.{module}.now", lambda: later)
        until(events, "list", "Overdue")


def test_one_look_serves_all_the_pages_that_show_the_same(
    gateway: ThreadedServer, ana: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    read = queue_live._read
    monkeypatch.setattr(queue_live, "_read", lambda *args, **more: looks.append(1) or read(*args, **more))
    add(database, "Ben")
    ben = Desk.at(gateway.url, "Ben")
    with ana.events(QUEUE) as at_anas, ben.events(QUEUE) as at_bens:
        for events in (at_anas, at_bens):
            until(events, "list", "Nobody waits.")
        with gateway.app.state.database.writing() as session:
            talk(session, "hello", waits=0)
        for events in (at_anas, at_bens):
            until(events, "list", "hello")
    assert len(looks) == 2


def ends(events: Iterator[Event]) -> list[Event]:
    """Return what else is sent until the stream ends."""
    return list(events)


def test_signing_out_everywhere_ends_what_is_open_elsewhere(
    gateway: ThreadedServer, ana: Desk, quick_looks: None
) -> None:
    elsewhere = Desk.at(gateway.url, "Ana")
    with elsewhere.events(QUEUE) as events:
        until(events, "list", "Nobody waits.")
        assert ana.post("/desk/sign-out-everywhere").status_code == 303
        ends(events)
    assert elsewhere.get("/desk/queue").status_code == 303


def test_a_disabled_account_is_shown_nothing_more(gateway: ThreadedServer, ana: Desk, database: Database) -> None:
    with ana.events(QUEUE) as events:
        until(events, "list", "Nobody waits.")
        with database.writing() as session:
            disable_staff(session, "Ana", by="test")
        with gateway.app.state.database.writing() as session:
            talk(session, "not for Ana", waits=0)
        assert ends(events) == []


def test_an_open_page_keeps_its_session_in_use_however_busy_it_is(
    gateway: ThreadedServer, ana: Desk, database: Database, quick_looks: None
) -> None:
    with ana.events(QUEUE) as events:
        until(events, "list", "Nobody waits.")
        with database.writing() as session:
            session.execute(update(StaffSession).values(last_seen_at=ago(60)))
        for n in range(100):
            with gateway.app.state.database.writing() as session:
                talk(session, f"word {n} said", waits=0)
            until(events, "list", f"word {n} said")
            with database.reading() as session:
                seen_at = session.scalars(select(StaffSession.last_seen_at)).one()
            if seen_at > ago(30):
                return
    raise AssertionError("the session was left to run out")


@pytest.mark.postgresql_only
def test_what_happens_at_one_gateway_is_shown_at_the_other(open_gateway: OpenGateway, database: Database) -> None:
    one, other = open_gateway(), open_gateway()
    add(database, "Ana")
    ana = Desk.at(other.url, "Ana")
    with Chat(one.url) as chat, ana.events("/desk/queue/live?view=bot") as events:
        until(events, "list", "The assistant has talked to nobody lately.")
        chat.say("seen from afar")
        until(events, "list", "seen from afar")


def test_a_gateway_that_is_started_again_goes_on_showing(
    gateway: ThreadedServer, ana: Desk, database: Database
) -> None:
    with ana.events(QUEUE) as events:
        until(events, "list", "Nobody waits.")
        gateway.stop()
    gateway.start()
    with ana.events(QUEUE) as events, gateway.app.state.database.writing() as session:
        until(events, "list", "Nobody waits.")
        talk(session, "back again", waits=0)
        session.commit()
        until(events, "list", "back again")
