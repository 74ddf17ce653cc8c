"""An agent's answer that follows a customer who has left: through the real gateway to a real mail server."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from time import monotonic

import httpx
import pytest
from sqlalchemy import event, select, update

from meantime.conversations.answering import answer
from meantime.conversations.contacts import contact_of
from meantime.conversations.notes import Note
from meantime.conversations.outbox import Delivery
from meantime.conversations.owner import take_over
from meantime.conversations.tables import Conversation
from meantime.db import Database, now
from meantime.observe import configure_logging
from tests.channels.conftest import OpenGateway
from tests.conftest import Configure
from tests.e2e.chat import Chat
from tests.mail_server import DROP, MailServerStandIn

MAIL = "ann@example.com"
ENOUGH_SECONDS = 20.0
QUICK = {"shortest_send_pause": 0.01, "longest_send_pause": 0.02}

Answer = Callable[[str], None]


@pytest.fixture
def server() -> Iterator[MailServerStandIn]:
    with MailServerStandIn() as server:
        yield server


@pytest.fixture
def chat(open_gateway: OpenGateway, server: MailServerStandIn, configure: Configure) -> Iterator[Chat]:
    """A customer who was passed on at a gateway that sends mail."""
    configure(smtp_url=f"smtp://{server.host}:{server.port}", mail_from="Shop <answers@shop.example>")
    with Chat(open_gateway(seen_after=600, **QUICK).url) as chat:
        chat.say("hello")
        yield chat


@pytest.fixture
def agent(chat: Chat, database: Database) -> Answer:
    """Return what Ana answers with. Her customer has given an address; what she says need not wait."""
    with database.writing() as session:
        conversation = session.get_one(Conversation, chat.conversation_id)
        conversation.contact_id = contact_of(session, "email", "answers@shop.example", MAIL).id
        take_over(session, chat.conversation_id, "Ana")

    def say(text: str) -> None:
        with database.writing() as session:
            answer(session, chat.conversation_id, "Ana", text, lambda *_: None)

    return say


def a_minute_passes(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Delivery).values(not_before=now()))


def until(database: Database, **state: str) -> Delivery:
    """Return the newest delivery once it is in the state."""
    deadline = monotonic() + ENOUGH_SECONDS
    while monotonic() < deadline:
        with database.reading() as session:
            newest = session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()
        if newest.state == state["state"]:
            return newest
    raise AssertionError(f"{newest.state} {newest.error_code}")


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def test_who_has_left_gets_the_answer_and_a_way_back(
    chat: Chat, agent: Answer, server: MailServerStandIn, database: Database
) -> None:
    chat.close()
    agent("Your lamp ships on Friday.")
    a_minute_passes(database)
    [mail] = server.wait_for(1)
    assert mail["To"] == MAIL
    text = text_of(mail)
    assert "Your lamp ships on Friday." in text
    assert "You get this e-mail because you gave us this address" in text
    link = next(line for line in text.splitlines() if "/chat/read/" in line)
    assert "Your lamp ships on Friday." in httpx.get(link.replace("http://127.0.0.1:8000", chat.url)).text
    assert until(database, state="sent").provider_id in mail["Message-ID"]


@pytest.mark.parametrize(("refusals", "mails"), [(["451 later", "421 later"], 1), ([DROP], 2)])
def test_a_mail_that_has_to_be_sent_again_is_the_same_mail(
    chat: Chat, agent: Answer, server: MailServerStandIn, database: Database, refusals: list[str], mails: int
) -> None:
    server.to_mail = list(refusals)
    chat.close()
    agent("It ships.")
    a_minute_passes(database)
    server.wait_for(mails)
    assert until(database, state="sent").attempts == len(refusals) + 1
    assert len(server.mails) == mails
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert len({mail["Date"] for mail in server.mails}) == 1


def test_a_mailbox_that_does_not_exist_is_told_to_staff(
    chat: Chat, agent: Answer, server: MailServerStandIn, database: Database
) -> None:
    server.to_recipient = ["550 no such mailbox"]
    chat.close()
    agent("It ships.")
    a_minute_passes(database)
    assert until(database, state="failed").error_code == "550"
    deadline = monotonic() + ENOUGH_SECONDS
    notes: list[str] = []
    while not notes and monotonic() < deadline:
        with database.reading() as session:
            notes = list(session.scalars(select(Note.text)))
            assert session.get_one(Conversation, chat.conversation_id).undelivered_at is not None
    assert notes == ["An e-mail did not reach the customer (error 550), and we know of no other way to send it."]


def test_the_second_answer_stands_below_the_first(
    chat: Chat, agent: Answer, server: MailServerStandIn, database: Database
) -> None:
    chat.close()
    for count, words in enumerate(("First.", "Second."), 1):
        agent(words)
        a_minute_passes(database)
        server.wait_for(count)
        until(database, state="sent")
    first, second = server.mails
    assert second["In-Reply-To"] == first["Message-ID"]
    assert "First." not in text_of(second)


def shown(chat: Chat, text: str) -> None:
    while chat.receive().get("text") != text:
        pass


def test_whoever_writes_on_has_seen_it_and_gets_no_mail(
    chat: Chat, agent: Answer, server: MailServerStandIn, database: Database
) -> None:
    agent("It ships.")
    shown(chat, "It ships.")
    assert until(database, state="waiting")
    chat.say("thank you")
    until(database, state="superseded")
    a_minute_passes(database)
    agent("You are welcome.")
    a_minute_passes(database)
    [mail] = server.wait_for(1)
    assert "It ships." not in text_of(mail)


def test_whoever_comes_back_and_has_it_gets_no_mail(chat: Chat, agent: Answer, database: Database) -> None:
    agent("It ships.")
    shown(chat, "It ships.")
    chat.close()
    assert until(database, state="waiting")
    chat.connect()
    until(database, state="superseded")


def test_a_page_that_stays_open_has_shown_it(
    open_gateway: OpenGateway, chat: Chat, agent: Answer, database: Database
) -> None:
    with Chat(open_gateway(seen_after=0).url, token=chat.token, conversation_id=chat.conversation_id) as other:
        agent("It ships.")
        shown(other, "It ships.")
        until(database, state="superseded")


def test_what_the_bot_says_is_not_looked_after(open_gateway: OpenGateway, chat: Chat, agent: Answer) -> None:
    asked: list[str] = []
    gateway = open_gateway(seen_after=0)
    event.listen(gateway.app.state.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def looks() -> int:
        return len([statement for statement in asked if "deliveries" in statement and "messages" in statement])

    with Chat(gateway.url) as other:
        for _ in range(3):
            other.say("hello")
        assert looks() == 0
    with Chat(gateway.url, token=chat.token) as other:
        agent("It ships.")
        shown(other, "It ships.")
        other.say("thank you")
        assert looks() > 0


def test_no_word_and_no_address_is_logged(
    chat: Chat, agent: Answer, server: MailServerStandIn, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, root = io.StringIO(), logging.getLogger()
    monkeypatch.setattr("sys.stderr", stream)
    before, level = list(root.handlers), root.level
    configure_logging()
    try:
        server.to_recipient = ["451 not now, ann@example.com", "550 no mailbox ann@example.com"]
        chat.close()
        agent("A very private thing.")
        a_minute_passes(database)
        until(database, state="failed")
    finally:
        root.handlers = before
        root.setLevel(level)
    assert "delivery" in stream.getvalue()
    for private in (MAIL, "private", chat.token):
        assert private not in stream.getvalue()
    assert threading.active_count() < 100
