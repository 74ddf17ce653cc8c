"""Passed on while nobody is there: where the answer may go is asked once, kept, and never said back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.responses import Response

from meantime.conversations.contacts import Contact, ContactEvent
from meantime.conversations.tables import Conversation
from meantime.db import Database
from meantime.ledger import TurnToken
from meantime.wording import gateway as say
from meantime.wording.numbered import GOES_ON, MORE
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.conftest import Configure
from tests.e2e.chat import Chat
from tests.opening import closed_now
from tests.twilio_stand_in import Phone, TwilioStandIn

MAIL, NUMBER = "Ann@example.com", "(503) 555-0123"
WAYS_OUT = [say.CARRY_ON, say.STOP_WAITING]


@pytest.fixture(autouse=True)
def hands_off(rasa: RasaStandIn) -> None:
    asks = reply(
        "Nobody is here right now. Which address may we answer to?", hand_off="asked for a person", asks="contact"
    )
    rasa.says("person", asks)
    rasa.says("by day", reply("I pass you on.", hand_off="asked for a person"))


def contact(chat: Chat, database: Database) -> tuple[str, str] | None:
    with database.reading() as session:
        contact_id = session.get_one(Conversation, chat.conversation_id).contact_id
        found = session.get(Contact, contact_id) if contact_id is not None else None
        return (found.channel, found.theirs) if found else None


def known(rasa: RasaStandIn) -> str:
    """What the newest turn was told of where an answer may go."""
    return TurnToken.verify(rasa.asked[-1]["metadata"]["token"], os.environ["SECRET_KEY"]).answer_to


@pytest.mark.parametrize(
    ("typed", "kept", "what"),
    [
        (f"Sure: {MAIL}, thank you", ("email", MAIL), "address"),
        (NUMBER, ("sms", "+15035550123"), "number"),
        (f"{MAIL} or {NUMBER}", ("email", MAIL), "address"),
    ],
)
def test_what_is_given_is_kept_and_not_said_back(
    chat: Chat, database: Database, typed: str, kept: tuple[str, str], what: str
) -> None:
    assert chat.say("person").asks == "contact"
    turn = chat.say(typed)
    assert turn.text == f"Thank you. If you have left when we answer, the answer goes to the {what} you gave."
    assert list(turn.options) == WAYS_OUT
    assert turn.asks is None
    assert contact(chat, database) == kept
    with database.reading() as session:
        assert session.scalars(select(ContactEvent.kind)).all() == ["given"]
        assert kept[1] not in session.scalars(select(ContactEvent.source)).one()
    assert chat.say("and hurry").messages == []


def test_what_cannot_be_an_address_is_asked_for_again(chat: Chat, database: Database) -> None:
    chat.say("person")
    assert chat.say("ann@example").text == say.UNREADABLE["email"]
    assert chat.say("ann@@example.com").text == say.UNREADABLE["email"]
    assert contact(chat, database) is None
    assert "the address you gave" in chat.say(MAIL).text
    assert contact(chat, database) == ("email", MAIL)


def test_a_number_that_cannot_be_one_is_asked_for_once_more(chat: Chat, database: Database) -> None:
    chat.say("person")
    assert chat.say("503 555").text == say.IN_QUEUE  # not meant as one, as far as we can tell
    assert chat.say("5035550").text == say.UNREADABLE["phone"]
    assert contact(chat, database) is None


def test_who_does_not_want_to_say_waits_like_everybody_else(chat: Chat, database: Database) -> None:
    chat.say("person")
    assert chat.say("I'd rather not").text == say.IN_QUEUE
    assert chat.say("hello?").messages == []
    assert contact(chat, database) is None


def test_a_better_address_takes_the_place_of_the_first(chat: Chat, database: Database) -> None:
    chat.say("person")
    chat.say(MAIL)
    chat.say("no, better bob@example.com")
    assert contact(chat, database) == ("email", "bob@example.com")


@pytest.mark.parametrize(("typed", "told"), [("no", "ASKED"), (MAIL, "GIVEN")])
def test_the_next_turn_knows_so_that_nothing_is_asked_twice(
    chat: Chat, rasa: RasaStandIn, typed: str, told: str
) -> None:
    chat.say("person")
    assert known(rasa) == "UNKNOWN"
    chat.say(typed)
    chat.choose(say.CARRY_ON)
    chat.say("hello")
    assert known(rasa) == told


@pytest.mark.parametrize(("option", "sentence"), [(WAYS_OUT[0], say.CARRYING_ON), (WAYS_OUT[1], say.STOPPED_WAITING)])
def test_both_ways_out_stay(chat: Chat, option: str, sentence: str) -> None:
    chat.say("person")
    chat.say(MAIL)
    assert chat.choose(option).text == sentence


def test_by_day_an_address_is_a_word_like_any_other(chat: Chat, database: Database) -> None:
    chat.say("by day")
    assert chat.say(MAIL).text == say.IN_QUEUE
    assert contact(chat, database) is None


def test_at_night_an_address_is_kept_from_who_was_not_asked_too(
    chat: Chat, database: Database, configure: Configure, tmp_path: Path
) -> None:
    configure(policy_file=str(closed_now(tmp_path / "policy.yml")))
    chat.say("by day")  # as who is known is passed on: with nothing to ask
    assert "the address you gave" in chat.say(f"better use {MAIL}").text
    assert contact(chat, database) == ("email", MAIL)


def test_an_address_told_to_the_bot_is_not_kept(chat: Chat, database: Database) -> None:
    chat.say("person")
    chat.choose(say.CARRY_ON)
    chat.say(MAIL)
    assert contact(chat, database) is None


def test_two_customers_of_one_address_share_a_contact(open_gateway: OpenGateway, database: Database) -> None:
    url = open_gateway().url
    with Chat(url) as one, Chat(url) as other:
        for chat in (one, other):
            chat.say("person")
            chat.say(MAIL)
    with database.reading() as session:
        assert len(session.scalars(select(Contact)).all()) == 1


def test_a_turn_that_failed_at_night_ends_with_the_same_question(
    open_gateway: OpenGateway, rasa: RasaStandIn, configure: Configure, tmp_path: Path
) -> None:
    configure(policy_file=str(closed_now(tmp_path / "policy.yml")))
    rasa.does("fail", lambda: Response(status_code=500))
    with Chat(open_gateway().url) as chat:
        turn = chat.say("fail")
        assert turn.text.startswith(say.GIVEN_UP)
        assert "Nobody from our team is here right now" in turn.text
        assert turn.asks == "contact"
        assert "the address you gave" in chat.say(MAIL).text


def test_by_text_nothing_is_asked(
    open_texting: OpenGateway, twilio: TwilioStandIn, rasa: RasaStandIn, configure: Configure, tmp_path: Path
) -> None:
    configure(policy_file=str(closed_now(tmp_path / "policy.yml")))
    rasa.does("fail", lambda: Response(status_code=500))
    open_texting()
    phone = Phone(twilio)
    said = phone.asks("fail")
    while said.endswith(GOES_ON):
        said = said.removesuffix(GOES_ON) + phone.asks(MORE)
    assert "Nobody from our team is here right now" in said
    assert "The answer comes to this number." in said
    assert "?" not in said


def test_a_turn_that_failed_by_day_asks_nothing(chat: Chat, rasa: RasaStandIn) -> None:
    rasa.does("fail", lambda: Response(status_code=500))
    turn = chat.say("fail")
    steps = "You are next in line. We aim to answer within 10 minutes."
    assert (turn.text, turn.asks) == (f"{say.GIVEN_UP} {steps}", None)
