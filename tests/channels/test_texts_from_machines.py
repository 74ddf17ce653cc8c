"""Texts that nobody waits for an answer to: machines that answer whatever they get, and words that are sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from meantime.conversations.machines import is_from_machine
from meantime.conversations.notes import Note
from meantime.conversations.tables import CUSTOMER, Message
from meantime.db import Database
from meantime.wording import texting as say
from tests.channels.rasa_stand_in import RasaStandIn
from tests.twilio_stand_in import Phone

DRIVING = "I'm driving right now, I'll get back to you later."


def notes(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Note.text)))


def minutes_pass(database: Database, minutes: int = 1) -> None:
    with database.writing() as session:
        for message in session.scalars(select(Message)):
            session.execute(
                update(Message).where(Message.id == message.id).values(at=message.at - timedelta(minutes=minutes))
            )


def stored(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Message.text).where(Message.author == CUSTOMER).order_by(Message.seq)))


def test_a_telephone_that_answers_by_itself_is_answered_once(
    phone: Phone, rasa: RasaStandIn, database: Database
) -> None:
    phone.asks("hello")
    phone.asks(DRIVING)
    minutes_pass(database)
    phone.texts("Auto-reply: I am out of the office until the 5th.")
    minutes_pass(database)
    phone.texts(DRIVING.replace("'", "’"))
    assert phone.asks("I am back. where is my order?") == "echo: I am back. where is my order?"
    assert rasa.texts == ["hello", DRIVING, "I am back. where is my order?"]
    assert len(stored(database)) == 5
    assert notes(database) == [say.FROM_MACHINE]


def test_after_an_hour_it_may_be_somebody_again(phone: Phone, database: Database) -> None:
    phone.asks(DRIVING)
    minutes_pass(database, 61)
    assert phone.asks(DRIVING) == f"echo: {DRIVING}"


@pytest.mark.parametrize(
    "words",
    [
        "I'm out of the office on Friday, when does it come?",
        "where is my order",
        "I am driving to your store, is it open?",
        "yes",
    ],
)
def test_who_asks_something_is_no_machine(words: str) -> None:
    assert not is_from_machine(words)


def test_the_same_sentence_again_and_again_is_answered_twice_and_then_ends_with_a_way_to_a_person(
    phone: Phone, rasa: RasaStandIn, database: Database
) -> None:
    for _ in range(2):
        assert phone.asks("your message was received") == "echo: your message was received"
        minutes_pass(database)
    assert phone.asks("Your message was received") == f"{say.SAME_AGAIN}\n1. {say.PERSON}"
    for _ in range(3):
        minutes_pass(database)
        phone.texts("your message was received")
    assert phone.asks("talk to a person") == "echo: /talk_to_person"
    assert rasa.texts == [*["your message was received"] * 2, "/talk_to_person"]
    assert notes(database) == [say.FROM_MACHINE]


def test_a_word_that_answers_may_be_said_as_often_as_it_is_asked_for(phone: Phone, rasa: RasaStandIn) -> None:
    assert [phone.asks("yes") for _ in range(5)] == ["echo: yes"] * 5


def test_a_burst_of_the_same_text_gets_one_answer(phone: Phone, rasa: RasaStandIn, database: Database) -> None:
    rasa.close_gate()
    for _ in range(5):
        phone.texts("hello?")
    rasa.open_gate()
    assert phone.hears() == "echo: hello?"
    assert phone.asks("thanks") == "echo: thanks"
    assert rasa.texts == ["hello?", "thanks"]
    assert len(stored(database)) == 6


def test_a_sentence_that_was_sent_twice_is_answered_once(phone: Phone, rasa: RasaStandIn, database: Database) -> None:
    phone.asks("where is my order")
    phone.texts("Where is my order")
    assert phone.asks("thanks") == "echo: thanks"
    assert rasa.texts == ["where is my order", "thanks"]
    assert len(stored(database)) == 3


def test_words_whose_answer_was_lost_are_answered_when_they_come_again(phone: Phone, rasa: RasaStandIn) -> None:
    phone.twilio.fails(400, 21211)
    phone.texts("hello")
    rasa.wait_for(1)
    phone.twilio.wait_for_requests(1)
    phone.twilio.until_kept()
    assert phone.asks("hello") == "echo: hello"
