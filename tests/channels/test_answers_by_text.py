"""Answers that go to a phone, and what no phone took: through the gateway, Twilio's client and a mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from time import monotonic

import pytest
from sqlalchemy import select, update

from meantime.conversations.answering import answer
from meantime.conversations.notes import Note
from meantime.conversations.outbox import Delivery
from meantime.conversations.owner import take_over
from meantime.conversations.tables import SMS, Conversation
from meantime.db import Database, now
from meantime.shop.reaching import email_of
from meantime.shop.tables import Customer, Proof
from meantime.wording.gsm import segments
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.channels.servers import ThreadedServer
from tests.conftest import Configure
from tests.e2e.chat import Chat
from tests.mail_server import MailServerStandIn
from tests.twilio_stand_in import Phone, TwilioStandIn

MAIL, NUMBER = "ann@example.com", "+15035550123"
ENOUGH_SECONDS = 20.0


@pytest.fixture
def server() -> Iterator[MailServerStandIn]:
    with MailServerStandIn() as server:
        yield server


@pytest.fixture
def gateway(
    open_texting: OpenGateway, twilio: TwilioStandIn, server: MailServerStandIn, configure: Configure
) -> ThreadedServer:
    """One that sends texts and mail."""
    mail = {"smtp_url": f"smtp://{server.host}:{server.port}", "mail_from": "Shop <answers@shop.example>"}
    configure(**twilio.settings(), **mail)
    return open_texting(seen_after=600)


@pytest.fixture
def chat(gateway: ThreadedServer, rasa: RasaStandIn) -> Iterator[Chat]:
    """A customer on the website who has left a number, and the page."""
    rasa.says("person", reply("Where may we answer to?", hand_off="asked for a person", asks="contact"))
    with Chat(gateway.url) as chat:
        chat.say("person")
        chat.say(f"text me at {NUMBER}")
        chat.close()
        yield chat


@pytest.fixture
def phone(gateway: ThreadedServer, twilio: TwilioStandIn) -> Phone:
    return Phone(twilio)


def is_known(database: Database, conversation_id: str) -> None:
    """The customer of the conversation has proven to be Ann."""
    with database.writing() as session:
        session.add(Customer(id="C1", email=MAIL, email_key=MAIL))
        session.add(
            Proof(conversation_id=conversation_id, customer_id="C1", how="test", expires_at=now() + timedelta(hours=1))
        )


def answers(database: Database, conversation_id: str, text: str) -> None:
    with database.writing() as session:
        if session.get_one(Conversation, conversation_id).owner != "agent":
            take_over(session, conversation_id, "Ana")
        answer(session, conversation_id, "Ana", text, email_of)
        session.flush()
        session.execute(update(Delivery).where(Delivery.not_before.is_not(None)).values(not_before=now()))


def conversation_of(database: Database, phone: Phone) -> str:
    with database.reading() as session:
        return session.scalars(select(Conversation.id).where(Conversation.channel == SMS)).one()


def notes(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Note.text)))


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def test_who_left_a_number_gets_the_answer_on_it(chat: Chat, twilio: TwilioStandIn, database: Database) -> None:
    answers(database, chat.conversation_id, "Your lamp ships on Friday.")
    [text] = twilio.wait_for(1, NUMBER)
    assert text["body"].startswith("Ana from Meantime Demo Shop: Your lamp ships on Friday.")
    assert "open the chat on our website" in text["body"]
    assert segments(text["body"]) <= 2


def test_what_that_phone_does_not_take_goes_to_the_mailbox(
    chat: Chat, twilio: TwilioStandIn, server: MailServerStandIn, database: Database
) -> None:
    is_known(database, chat.conversation_id)
    answers(database, chat.conversation_id, "Your lamp ships on Friday. " * 20)
    [text] = twilio.wait_for(1, NUMBER)
    for _ in range(2):
        assert twilio.reports(text, "undelivered", "30003").is_success
    [mail] = server.wait_for(1)
    assert mail["To"] == MAIL
    assert text_of(mail).count("Your lamp ships on Friday.") == 20
    assert "the address we have for you" in text_of(mail)
    assert notes(database) == [
        "A text message did not reach the customer (error 30003). The same words have gone out by e-mail."
    ]


def test_a_reply_that_no_phone_took_goes_to_who_has_proven_to_be_somebody(
    phone: Phone, twilio: TwilioStandIn, server: MailServerStandIn, database: Database
) -> None:
    phone.asks("hello")
    is_known(database, conversation_of(database, phone))
    phone.asks("where is it")
    assert twilio.reports(phone.inbox[-1], "undelivered", "30005").is_success
    [mail] = server.wait_for(1)
    assert mail["To"] == MAIL
    assert "We sent you a text message, and it did not reach your phone." in text_of(mail)
    assert "> echo: where is it" in text_of(mail)
    assert phone.number not in mail.as_string()


def test_an_answer_to_who_wants_no_texts_goes_to_the_mailbox(
    phone: Phone, twilio: TwilioStandIn, server: MailServerStandIn, database: Database
) -> None:
    phone.asks("hello")
    is_known(database, conversation_of(database, phone))
    phone.texts("STOP")
    answers(database, conversation_of(database, phone), "Your lamp ships on Friday.")
    [mail] = server.wait_for(1)
    assert "> Your lamp ships on Friday." in text_of(mail)
    assert len(phone.inbox) == 1


def test_without_an_address_staff_are_told(phone: Phone, twilio: TwilioStandIn, database: Database) -> None:
    phone.asks("hello")
    assert twilio.reports(phone.inbox[-1], "failed", "30006").is_success
    deadline = monotonic() + ENOUGH_SECONDS
    while not notes(database) and monotonic() < deadline:
        pass
    assert notes(database) == [
        "A text message did not reach the customer (error 30006), and we know of no other way to send it."
    ]
