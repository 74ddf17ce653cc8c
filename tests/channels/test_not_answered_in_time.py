"""No person has answered within the shop's own time: the customer is told by the gateway's background, and asked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from meantime.conversations.contacts import Contact
from meantime.conversations.tables import Conversation
from meantime.db import Database, now
from meantime.wording import gateway as say
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.e2e.chat import Chat
from tests.twilio_stand_in import Phone

LATE = "We aim to answer within 10 minutes and have not kept that for you. I am sorry."
WAYS_OUT = [say.CARRY_ON, say.STOP_WAITING]


def let_time_pass(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Conversation).values(awaits_since=now() - timedelta(minutes=11)))


def test_who_waits_too_long_is_told_and_what_they_give_is_kept(
    chat: Chat, rasa: RasaStandIn, database: Database
) -> None:
    rasa.says("person", reply("I pass you on.", hand_off="asked for a person", hand_off_kind="asked"))
    chat.say("person")
    let_time_pass(database)
    while not (frame := chat.receive()).get("text", "").startswith(LATE):
        pass
    assert frame["asks"] == "contact"
    assert [option["title"] for option in frame["options"]] == WAYS_OUT
    assert "the address you gave" in chat.say("ann@example.com").text
    with database.reading() as session:
        assert session.scalars(select(Contact.theirs)).all() == ["ann@example.com"]
        assert session.get_one(Conversation, chat.conversation_id).owner == "queue"
    assert chat.choose(say.CARRY_ON).text == say.CARRYING_ON


def test_by_text_it_is_told_without_a_question(phone: Phone, rasa: RasaStandIn, database: Database) -> None:
    rasa.says("person", reply("I pass you on.", hand_off="asked for a person", hand_off_kind="asked"))
    phone.asks("person")
    let_time_pass(database)
    told = phone.hears()
    assert told.startswith(LATE)
    assert "?" not in told
    assert say.STOP_WAITING in told
