"""After a person has closed a conversation: the question how it was, on the website and by text message."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from meantime.conversations.answering import answer
from meantime.conversations.closing import Because, close
from meantime.conversations.owner import take_over
from meantime.conversations.ratings import Rating
from meantime.conversations.tables import Conversation
from meantime.db import Database
from meantime.wording import closing as say
from tests.channels.rasa_stand_in import RasaStandIn
from tests.e2e.chat import Chat
from tests.twilio_stand_in import Phone


def is_helped(database: Database, conversation_id: str) -> None:
    """Ana takes the conversation over, answers, and closes it."""
    with database.writing() as session:
        take_over(session, conversation_id, "Ana")
        answer(session, conversation_id, "Ana", "It ships today.", lambda *_: None)
        close(session, conversation_id, "Ana", Because.SOLVED)


def ratings(database: Database) -> list[tuple[int | None, str]]:
    with database.reading() as session:
        return [(rating.stars, rating.word) for rating in session.scalars(select(Rating).order_by(Rating.id))]


def is_closed(database: Database) -> bool:
    with database.reading() as session:
        return session.scalars(select(Conversation.closed_at)).one() is not None


@pytest.fixture
def closed(chat: Chat, database: Database) -> Chat:
    chat.say("hello")
    is_helped(database, chat.conversation_id)
    while not (newest := chat.receive()).get("options"):
        pass
    assert newest["text"] == say.closed_and_asked("Ana", by_text=False)
    assert [option["title"] for option in newest["options"]] == [
        say.rating(stars, by_text=False) for stars in range(1, 6)
    ]
    chat.options = {option["title"]: option["id"] for option in newest["options"]}
    return chat


def test_on_the_website_an_option_rates_and_a_word_follows(closed: Chat, rasa: RasaStandIn, database: Database) -> None:
    turn = closed.choose("4 Very good")
    assert (turn.text, list(turn.options)) == (say.rated(4), [say.ADD_WORD, say.RATE_AGAIN])
    closed.choose(say.ADD_WORD)
    assert closed.say("Ana was kind.").text == say.WORD_KEPT
    assert ratings(database) == [(4, "Ana was kind.")]
    assert is_closed(database)
    assert rasa.texts == ["hello"]


def test_a_question_in_its_place_is_answered_and_opens_the_conversation(
    closed: Chat, rasa: RasaStandIn, database: Database
) -> None:
    assert closed.say("where is my order?").messages[-1]["text"] == "echo: where is my order?"
    assert not is_closed(database)
    assert ratings(database) == [(None, "")]


def test_a_rating_cannot_be_forged_by_typing_its_payload(closed: Chat, rasa: RasaStandIn, database: Database) -> None:
    closed.say("gateway:rate:5")
    assert ratings(database) == [(None, "")]
    assert rasa.texts == ["hello", "gateway:rate:5"]


def test_by_text_a_number_rates_and_a_word_follows(phone: Phone, rasa: RasaStandIn, database: Database) -> None:
    phone.asks("hello")
    with database.reading() as session:
        conversation_id = session.scalars(select(Conversation.id)).one()
    is_helped(database, conversation_id)
    while "5. Excellent" not in (asked := phone.hears()):
        pass
    assert asked.startswith(say.closed_and_asked("Ana", by_text=True))
    assert phone.asks("5") == f"{say.rated(5)}\n1. {say.ADD_WORD}\n2. {say.RATE_AGAIN}"
    assert phone.asks("1") == f"{say.WORD}\n1. {say.NO_WORD}"
    assert phone.asks("Ana was kind") == f"{say.WORD_KEPT}\n1. {say.SOMETHING_ELSE}"
    assert ratings(database) == [(5, "Ana was kind")]
    assert is_closed(database)
    assert phone.asks("where is my order") == "echo: where is my order"
    assert not is_closed(database)
    assert rasa.texts == ["hello", "where is my order"]
