"""Live pages without end, and those who open them."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from sqlalchemy import select

from meantime.db import Database
from meantime.desk import live
from meantime.shop.tables import AuditEntry
from tests.channels.conftest import OpenGateway
from tests.desk.staff import Desk, add
from tests.desk.talks import say, talk

pytestmark = pytest.mark.services


def test_one_account_has_only_so_many_live_pages(
    open_gateway: OpenGateway, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_OPEN", 3)
    gateway = open_gateway()
    add(database, "Ana")
    add(database, "Ben")
    ana, ben = Desk.at(gateway.url, "Ana"), Desk.at(gateway.url, "Ben")
    with database.writing() as session:
        talked = talk(session, "hello", waits=1).id
    page, queue = f"/desk/conversations/{talked}/live", "/desk/queue/live"
    held = []  # a stream that nobody reads on from is closed
    with ExitStack() as opened:
        for path in (page, page, queue):
            held.append(opened.enter_context(ana.events(path)))
            assert next(held[-1])
        for path in (page, queue):
            with ana.client.stream("GET", path) as refused:
                assert refused.status_code == 429
        assert next(opened.enter_context(ben.events(page)))
    looked = select(AuditEntry.who).where(AuditEntry.subject == f"conversation:{talked}")
    with database.reading() as session:
        assert session.scalars(looked.order_by(AuditEntry.id)).all() == ["staff:Ana", "staff:Ben"]


def test_what_is_shown_live_carries_no_markup_of_the_customers(open_gateway: OpenGateway, database: Database) -> None:
    gateway = open_gateway()
    add(database, "Ana")
    ana = Desk.at(gateway.url, "Ana")
    with database.writing() as session:
        conversation = talk(session, "hello", waits=1)
        say(session, conversation, "a\rdata: <img src=x>\revent: head\n\ndata: <script>1</script>end")
    with ana.events(f"/desk/conversations/{conversation.id}/live") as events:
        name, html = next(events)
    assert name == "log"
    assert "&lt;img src=x&gt;" in html
    assert "<script>" not in html
