"""A hand-off while nobody is there, with the real Rasa and actions: what is said and asked, where the answer goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from meantime.conversations.answering import answer
from meantime.conversations.contacts import Contact
from meantime.conversations.outbox import Delivery
from meantime.conversations.owner import hand_back, take_over
from meantime.conversations.tables import Conversation
from meantime.db import Database, now
from meantime.feeds.commands import import_demo
from meantime.feeds.demo import DEMO_SHOP
from meantime.shop.calendar import today
from meantime.shop.reaching import email_of
from meantime.wording import gateway as say
from meantime.wording.numbered import GOES_ON, MORE
from tests.conftest import Configure, NewDatabase
from tests.e2e.chat import Chat
from tests.e2e.conftest import Serve
from tests.e2e.world import World
from tests.mail_server import MailServerStandIn
from tests.opening import closed_now
from tests.twilio_stand_in import Phone, TwilioStandIn


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServerStandIn]:
    with MailServerStandIn() as server:
        yield server


@pytest.fixture(scope="module")
def night(
    new_database: NewDatabase, serve: Serve, mail_server: MailServerStandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The demo shop, closed, with a mail server."""
    rules = closed_now(tmp_path_factory.mktemp("night") / "policy.yml", DEMO_SHOP / "policy.yml")
    with new_database() as url:
        database = Database(url)
        import_demo(database, today())
        database.dispose()
        mail = {"smtp_url": f"smtp://127.0.0.1:{mail_server.port}", "mail_from": "Shop <answers@shop.example>"}
        with serve(url, rules, **mail) as world:
            yield world


@pytest.fixture
def chat(night: World) -> Iterator[Chat]:
    with Chat(night.url) as chat:
        yield chat


@pytest.fixture
def database(night: World) -> Iterator[Database]:
    database = Database(night.database_url)
    yield database
    database.dispose()


def test_who_asks_for_a_person_hears_when_one_is_back_and_is_asked_where_to_answer(
    chat: Chat, database: Database
) -> None:
    turn = chat.say("I want to talk to a real person")
    assert turn.owner == "queue"
    assert "Nobody from our team is here right now; they are back on " in turn.text
    assert ", at 9 am Eastern Time." in turn.text
    assert "(503) 555-0100" in turn.text
    assert "which e-mail address or phone number may we answer to?" in turn.text
    assert turn.asks == "contact"
    assert list(turn.options) == [say.CARRY_ON, say.STOP_WAITING]
    assert "the answer goes to the address you gave" in chat.say("ann@example.com please").text
    with database.reading() as session:
        conversation = session.get_one(Conversation, chat.conversation_id)
        assert conversation.contact_id is not None
        assert session.get_one(Contact, conversation.contact_id).theirs == "ann@example.com"
    chat.choose(say.CARRY_ON)
    again = chat.say("get me a human")
    assert "goes to the address or number you gave" in again.text
    assert (again.asks, "?" in again.text) == (None, False)


def test_a_complaint_at_night_ends_the_same_way(chat: Chat) -> None:
    turn = chat.say("I want to complain, your service is terrible")
    while turn.owner is None:
        assert turn.asks
        turn = chat.say("I do not have it. I want my money back")
    assert "Nobody from our team is here right now" in turn.text
    assert turn.asks == "contact"


def test_who_has_proven_who_they_are_is_asked_nothing_and_gets_the_answer_by_mail(
    chat: Chat, database: Database, mail_server: MailServerStandIn, configure: Configure, night: World
) -> None:
    configure(**{name: night.env[name] for name in ("SMTP_URL", "MAIL_FROM")})
    chat.say("where is M104190, 60614")
    turn = chat.say("I want to talk to a real person")
    assert "also goes to the e-mail address we have for you" in turn.text
    assert turn.asks is None
    chat.close()
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
        answer(session, chat.conversation_id, "Ana", "Your order ships on Friday.", email_of)
        session.execute(update(Delivery).values(not_before=now()))
    [mail] = mail_server.wait_for(1)
    with database.reading() as session:
        [contact] = session.scalars(select(Contact).join(Delivery, Delivery.contact_id == Contact.id))
        assert mail["To"] == contact.theirs
        assert contact.theirs not in turn.text
        assert contact.theirs == email_of(session, chat.conversation_id, None, now())
    with database.writing() as session:
        hand_back(session, chat.conversation_id, "Ana")


def test_by_text_the_answer_comes_to_the_number_and_nothing_is_asked(night: World, twilio: TwilioStandIn) -> None:
    twilio.gateway_url = night.url
    phone = Phone(twilio)
    said = phone.asks("I want to talk to a real person")
    while said.endswith(GOES_ON):
        said = said.removesuffix(GOES_ON) + phone.asks(MORE)
    assert "Nobody from our team is here right now" in said
    assert "The answer comes to this number." in said
    assert "?" not in said


def test_the_hours_are_told_by_the_clock(chat: Chat) -> None:
    assert ", 9 am to 5 pm Eastern Time" in chat.say("when are you open?").text
