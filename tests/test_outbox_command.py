"""`meantime outbox`: what it shows, what it never shows, and putting back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from meantime import cli
from meantime.conversations.contacts import contact_of
from meantime.conversations.inbox import Words, post
from meantime.conversations.outbox import FAILED, SENT, Delivery
from meantime.conversations.tables import BOT, Conversation
from meantime.db import Database
from meantime.settings import Settings

Outbox = Callable[..., Result]
NUMBER, OUR_NUMBER = "+15055550123", "+15035550100"


@pytest.fixture
def outbox(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    settings = Settings(_env_file=None, database_url=database_url)
    monkeypatch.setattr(cli, "configured", lambda: settings)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(cli.app, ["outbox", *words])


@pytest.fixture
def texts(database: Database) -> None:
    """One text that was sent, one that was refused, one that waits."""
    with database.writing() as session:
        contact = contact_of(session, "sms", OUR_NUMBER, NUMBER)
        conversation = Conversation(id="c1", channel="sms", contact_id=contact.id)
        session.add(conversation)
        session.flush()
        for words in ("secret one", "secret two", "secret three"):
            post(session, conversation, BOT, Words(words))
        sent, refused, _ = session.scalars(select(Delivery).order_by(Delivery.id))
        sent.state = SENT
        refused.state, refused.error_code, refused.attempts = FAILED, "21211", 3


def test_an_empty_outbox_says_so(outbox: Outbox) -> None:
    assert "Nothing has been put into the outbox yet." in outbox().output


@pytest.mark.usefixtures("texts")
def test_it_shows_what_waits_and_what_failed_and_nothing_private(outbox: Outbox) -> None:
    shown = outbox().output
    lines = [line.split() for line in shown.splitlines()]
    assert any({"sms", "failed", "21211", "3", "c1"} <= set(line) for line in lines)
    assert any({"sms", "waiting", "c1"} <= set(line) for line in lines)
    assert not any({"sent", "c1"} <= set(line) for line in lines)
    assert any({"sms", "sent", "1"} <= set(line) for line in lines)
    for private in ("secret", NUMBER, OUR_NUMBER, NUMBER[2:]):
        assert private not in shown


@pytest.mark.usefixtures("texts")
def test_what_failed_is_put_back(outbox: Outbox, database: Database) -> None:
    with database.reading() as session:
        refused = session.scalars(select(Delivery.id).where(Delivery.state == FAILED)).one()
    done = outbox("--retry", str(refused))
    assert done.exit_code == 0, done.output
    with database.reading() as session:
        assert session.get_one(Delivery, refused).state == "waiting"


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize("delivery", ["1", "999"])
def test_what_did_not_fail_is_not_put_back(outbox: Outbox, delivery: str) -> None:
    done = outbox("--retry", delivery)
    assert done.exit_code == 1
    assert "nothing that could be sent again" in done.output


@pytest.mark.usefixtures("texts")
def test_when_all_is_well_it_says_so(outbox: Outbox, database: Database) -> None:
    with database.writing() as session:
        for delivery in session.scalars(select(Delivery)):
            delivery.state = SENT
    assert "Nothing waits" in outbox().output
