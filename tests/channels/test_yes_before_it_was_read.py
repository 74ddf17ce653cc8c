"""A yes by text counts only for a list that the phone had shown; else the list comes again, and nothing is changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from meantime.conversations.outbox import Delivery
from meantime.conversations.tables import Message
from meantime.db import Database
from meantime.ledger import TurnToken
from meantime.wording import texting as say
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.channels.test_sms import SECRET
from tests.e2e.chat import Chat
from tests.twilio_stand_in import Phone, TwilioStandIn

LIST = "This would cancel 2 lamps. Shall I?"
AGAIN = say.shown_again(LIST)


@pytest.fixture(autouse=True)
def proposal(rasa: RasaStandIn) -> None:
    rasa.says("cancel it", reply(LIST, ("Yes, cancel", "/affirm"), ("No, keep it", "/deny"), proposal="P1"))


def agreed_to(rasa: RasaStandIn) -> list[str | None]:
    """Return, for each turn that Rasa was asked, the proposal that a yes in it confirms."""
    return [TurnToken.verify(body["metadata"]["token"], SECRET).proposal for body in rasa.asked]


def until_state(database: Database, twilio: TwilioStandIn, state: str) -> None:
    def is_so() -> bool:
        with database.reading() as session:
            return session.scalar(select(Delivery.id).where(Delivery.state == state).limit(1)) is not None

    twilio.is_kept, kept = is_so, twilio.is_kept
    twilio.until_kept()
    assert is_so()
    twilio.is_kept = kept


def test_a_yes_to_a_list_that_was_read_confirms_it(phone: Phone, rasa: RasaStandIn) -> None:
    assert phone.asks("cancel it").startswith(LIST)
    assert phone.asks("yes") == "echo: yes"
    assert agreed_to(rasa) == [None, "P1"]


def test_a_wish_that_was_sent_twice_is_no_yes_and_leaves_the_list_as_it_is(phone: Phone, rasa: RasaStandIn) -> None:
    phone.asks("cancel it")
    phone.texts("cancel it")
    assert phone.asks("yes") == "echo: yes"
    assert agreed_to(rasa) == [None, "P1"]


@pytest.mark.parametrize("words", ["yes", "ok, cancel it", "1", "Yes, cancel"])
def test_while_the_provider_does_not_take_the_list_nothing_agrees_to_it(
    open_texting: OpenGateway, twilio: TwilioStandIn, rasa: RasaStandIn, database: Database, words: str
) -> None:
    open_texting(shortest_send_pause=3600, longest_send_pause=3600)
    phone = Phone(twilio)
    twilio.fails(500)
    phone.texts("cancel it")
    until_state(database, twilio, "unknown")
    phone.texts(words)
    with database.writing() as session:
        session.execute(update(Delivery).values(retry_at=None))
    texts = [phone.hears(), phone.hears()]
    assert texts[1].startswith(AGAIN)
    assert phone.asks("1") == "echo: /affirm"
    assert agreed_to(rasa) == [None, "P1"]


@pytest.mark.parametrize("words", ["yes", "1", "cancel it!!"])
def test_after_the_list_was_reported_lost_it_comes_again(phone: Phone, rasa: RasaStandIn, words: str) -> None:
    phone.asks("cancel it")
    phone.twilio.reports(phone.inbox[0], "undelivered", "30003")
    assert phone.asks(words) == f"{AGAIN}\n1. Yes, cancel\n2. No, keep it"
    assert agreed_to(rasa) == [None]
    assert phone.asks("yes") == "echo: yes"
    assert agreed_to(rasa) == [None, "P1"]


def test_a_list_that_is_lost_twice_says_why_it_comes_again_once(phone: Phone, rasa: RasaStandIn) -> None:
    phone.asks("cancel it")
    for place in range(2):
        phone.twilio.reports(phone.inbox[place], "failed", "30008")
        assert phone.asks("yes").count(say.shown_again("")) == 1


def test_a_yes_that_was_written_before_the_list_was_sent_confirms_nothing(
    phone: Phone, rasa: RasaStandIn, database: Database
) -> None:
    """It may have been stored before, and be dealt with later: it counts when it came."""
    phone.asks("cancel it")
    rasa.close_gate()
    phone.texts("hm")
    rasa.wait_for(2)
    rasa.says("hm", reply(LIST, ("Yes, cancel", "/affirm"), ("No, keep it", "/deny"), proposal="P2"))
    phone.texts("yes")  # written while the newest list is not there yet
    rasa.open_gate()
    assert phone.hears().startswith(AGAIN)  # the list itself had not gone out yet: it comes once
    assert phone.asks("thanks") == "echo: thanks"
    assert agreed_to(rasa) == [None, "P1", "P2"]


def test_what_is_no_answer_to_the_list_is_heard_by_the_assistant(phone: Phone, rasa: RasaStandIn) -> None:
    phone.asks("cancel it")
    phone.twilio.reports(phone.inbox[0], "undelivered", "30003")
    assert phone.asks("where is it") == "echo: where is it"
    assert agreed_to(rasa) == [None, None]


def test_a_list_sent_later_than_the_yes_was_not_meant(phone: Phone, rasa: RasaStandIn, database: Database) -> None:
    phone.asks("cancel it")
    with database.writing() as session:
        for delivery in session.scalars(select(Delivery)):
            assert delivery.sent_at
            delivery.sent_at += timedelta(minutes=1)
    assert phone.asks("yes").startswith(AGAIN)
    assert agreed_to(rasa) == [None]


def test_on_the_website_more_shows_the_list_again_and_it_still_stands(chat: Chat, rasa: RasaStandIn) -> None:
    shown = chat.say("cancel it")
    again = chat.say("more")
    assert (again.text, list(again.options), again.asks) == (shown.text, list(shown.options), shown.asks)
    assert chat.say("yes").text == "echo: yes"
    assert agreed_to(rasa) == [None, "P1"]


def test_on_the_website_more_is_a_word_where_nothing_is_proposed(chat: Chat) -> None:
    assert chat.say("more").text == "echo: more"


def test_words_of_the_customer_stay_as_they_were(phone: Phone, database: Database) -> None:
    phone.asks("cancel it")
    phone.twilio.reports(phone.inbox[0], "undelivered", "30003")
    phone.asks("yes")
    with database.reading() as session:
        yes = session.scalars(select(Message).where(Message.text == "yes")).one()
        assert (yes.payload, yes.handled_at is not None) == (None, True)
