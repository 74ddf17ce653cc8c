"""Leaving and coming back by text: what the network answers itself, what we do, and that nobody is texted who left."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from meantime.conversations.contacts import Contact, ContactEvent
from meantime.conversations.outbox import Delivery
from meantime.conversations.tables import Conversation
from meantime.db import Database
from meantime.wording import texting as say
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.e2e.chat import Chat
from tests.twilio_stand_in import Phone, TwilioStandIn


def ledger(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.scalars(select(ContactEvent).order_by(ContactEvent.id))
        return [(row.kind, row.source) for row in rows]


def conversation(database: Database) -> Conversation:
    with database.reading() as session:
        return session.scalars(select(Conversation)).one()


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))


@pytest.fixture
def own_phone(open_texting: OpenGateway, twilio: TwilioStandIn, tmp_path: Path) -> Phone:
    """The phone of a customer of a shop that answers STOP, START and HELP itself."""
    policy = tmp_path / "policy.yml"
    policy.write_text("sms: {keywords: own}\ncontact: {phone: 555-0100, email: help@example.com}\n", encoding="utf-8")
    open_texting({"policy_file": policy})
    return Phone(twilio)


@pytest.mark.parametrize(
    "word", ["STOP", "stop", " Stop ", "STOPALL", "Unsubscribe", "END", "quit", "REVOKE", "OptOut"]
)
def test_stop_and_its_kin_are_recorded_and_left_to_the_network(
    phone: Phone, database: Database, rasa: RasaStandIn, word: str
) -> None:
    phone.asks("hello")
    phone.texts(word)
    assert ledger(database) == [("opted_out", f"texted {word.strip().upper()}")]
    assert rasa.texts == ["hello"]
    assert conversation(database).owner == "bot"
    phone.texts("START")
    assert phone.asks("hello again") == "echo: hello again"
    assert len(phone.inbox) == 2
    assert [kind for kind, _ in ledger(database)] == ["opted_out", "opted_in"]


@pytest.mark.parametrize("words", ["stop it", "please cancel", "Cancel.", "the end", "end.", "I need help", "Help!"])
def test_such_a_word_in_a_sentence_is_a_word(phone: Phone, database: Database, words: str) -> None:
    assert phone.asks(words) == f"echo: {words}"
    assert ledger(database) == []


def test_a_stop_that_the_network_does_not_know_is_confirmed_by_us_once(phone: Phone, database: Database) -> None:
    assert phone.asks("Stop.") == say.STOPPED
    phone.texts("Stop!")
    phone.texts("hello?")
    phone.texts("START")
    assert phone.asks("hello") == "echo: hello"
    assert len(phone.inbox) == 2
    assert [kind for kind, _ in ledger(database)] == ["opted_out", "opted_in"]


def test_nothing_is_sent_to_who_has_left_not_even_what_was_waiting(
    phone: Phone, twilio: TwilioStandIn, database: Database, rasa: RasaStandIn
) -> None:
    rasa.close_gate()
    phone.texts("one")
    rasa.wait_for(1)
    phone.texts("STOP")
    rasa.open_gate()
    while states(database) != ["suppressed"]:  # the answer to "one" has been found too late
        pass
    phone.texts("two")
    phone.texts("START")
    assert phone.asks("three") == "echo: three"
    assert [message["body"] for message in twilio.messages] == ["echo: three"]
    assert set(states(database)[:-1]) <= {"suppressed"}


def test_a_lone_cancel_leaves_and_is_put_before_a_person(phone: Phone, database: Database, rasa: RasaStandIn) -> None:
    phone.asks("hello")
    phone.texts("CANCEL")
    assert ledger(database) == [("opted_out", "texted CANCEL")]
    found = conversation(database)
    assert (found.owner, found.handed_off_because) == ("queue", "opted out of texts with CANCEL")
    assert found.handed_off_kind == "opted_out"
    assert found.awaits_since
    assert "may have meant the order" in found.summary
    assert rasa.texts == ["hello"]
    assert phone.asks("START") == f"{say.STARTED_IN_QUEUE}\n1. Carry on with the assistant\n2. Stop waiting"
    summary = conversation(database).summary
    assert summary.startswith(say.BACK_AFTER_CANCEL)
    assert "Nothing can be texted" not in summary
    assert phone.asks("I meant my order").startswith("I have added this for the person")
    assert "with the assistant again" in phone.asks("1")


def test_who_comes_back_from_a_lone_cancel_is_told_so_where_we_answer_the_keywords(
    own_phone: Phone, database: Database
) -> None:
    assert own_phone.asks("CANCEL") == say.STOPPED
    own_phone.texts("hello?")
    assert say.STILL_WRITES in conversation(database).summary
    assert own_phone.asks("unstop").startswith(say.STARTED_IN_QUEUE)
    assert conversation(database).summary.startswith(say.BACK_AFTER_CANCEL)
    assert say.STILL_WRITES not in conversation(database).summary


def test_help_is_not_answered_where_nothing_may_be_sent(own_phone: Phone) -> None:
    own_phone.asks("STOP")
    own_phone.texts("HELP")
    assert own_phone.asks("START") == say.STARTED
    assert len(own_phone.inbox) == 2


def test_who_has_left_and_writes_is_seen_by_a_person(phone: Phone, database: Database, rasa: RasaStandIn) -> None:
    phone.asks("hello")
    phone.texts("STOP")
    phone.texts("where is my order?")
    found = conversation(database)
    assert (found.owner, found.handed_off_kind) == ("queue", "opted_out")
    assert found.summary.startswith(say.STILL_WRITES)
    assert rasa.texts == ["hello"]
    phone.texts("unstop")
    found = conversation(database)
    assert (found.owner, found.handed_off_kind, found.awaits_since) == ("bot", "", None)
    assert phone.asks("where is my order?") == "echo: where is my order?"


def test_yes_brings_back_only_who_has_left(phone: Phone, database: Database) -> None:
    assert phone.asks("YES") == "echo: YES"
    phone.texts("STOP")
    phone.texts("Yes")
    assert [kind for kind, _ in ledger(database)] == ["opted_out", "opted_in"]
    assert phone.asks("hello") == "echo: hello"


def test_help_is_left_to_the_network(phone: Phone, rasa: RasaStandIn) -> None:
    phone.texts("HELP")
    assert phone.asks("hello") == "echo: hello"
    assert rasa.texts == ["hello"]


def test_a_shop_may_answer_these_words_itself(own_phone: Phone, database: Database) -> None:
    help_ = own_phone.asks("HELP")
    assert "555-0100 or help@example.com" in help_
    assert "Text STOP" in help_
    assert own_phone.asks("STOP") == say.STOPPED
    own_phone.texts("STOP")
    own_phone.texts("HELP")
    assert own_phone.asks("START") == say.STARTED
    assert own_phone.asks("hello") == "echo: hello"
    assert len(own_phone.inbox) == 4
    assert [kind for kind, _ in ledger(database)] == ["opted_out", "opted_in"]


def test_what_the_network_says_it_has_answered_is_not_answered_again(own_phone: Phone, database: Database) -> None:
    own_phone.texts("arret", OptOutType="STOP")
    own_phone.texts("recommencer", OptOutType="START")
    own_phone.texts("aide", OptOutType="HELP")
    assert own_phone.asks("hello") == "echo: hello"
    assert ledger(database) == [("opted_out", "texted ARRET"), ("opted_in", "texted RECOMMENCER")]


def test_opting_out_counts_for_one_of_our_numbers(phone: Phone, twilio: TwilioStandIn) -> None:
    phone.texts("STOP")
    other = Phone(twilio, phone.number, ours="+15035550155")
    assert other.asks("hello") == "echo: hello"


def test_who_asks_in_own_words_to_be_left_in_peace_hears_so_once_and_nothing_more(
    phone: Phone, database: Database, rasa: RasaStandIn
) -> None:
    rasa.says("please stop texting me", reply("No more.", ("Where is my order", "/order_status"), contact="leaves"))
    assert phone.asks("please stop texting me") == say.STOPPED
    phone.texts("please stop texting me")
    phone.texts("START")
    assert phone.asks("hello") == "echo: hello"
    assert len(phone.inbox) == 2
    assert ledger(database)[0] == ("opted_out", "asked in own words for no more messages")


def test_consent_to_notices_has_a_source_and_texting_us_is_none(
    phone: Phone, database: Database, rasa: RasaStandIn
) -> None:
    rasa.says("tell me when it moves", reply("Noted.", contact="wants_notices"))
    phone.asks("hello")
    assert ledger(database) == []
    phone.asks("tell me when it moves")
    assert ledger(database) == [("consented", "asked by sms to be told about an order")]


def test_the_network_s_refusal_updates_the_ledger(phone: Phone, twilio: TwilioStandIn, database: Database) -> None:
    twilio.opted_out.add(phone.number)
    phone.texts("hello")
    twilio.wait_for_requests(1)
    other = Phone(twilio)
    other.asks("hello")
    phone.texts("still there?")
    assert states(database)[0] == "suppressed"
    assert [kind for kind, _ in ledger(database)] == ["opted_out"]
    with database.reading() as session:
        left = session.scalars(select(Contact.theirs).where(Contact.opted_out_at.is_not(None))).all()
    assert left == [phone.number]
    assert twilio.requests.count("POST") == 2


def test_a_number_given_on_the_website_to_be_told_is_consent(
    open_texting: OpenGateway, twilio: TwilioStandIn, database: Database, rasa: RasaStandIn
) -> None:
    rasa.says("text me", reply("Noted.", contact="wants_notices", number="+15055550123"))
    rasa.says("tell me here", reply("Noted.", contact="wants_notices"))
    with Chat(open_texting().url) as chat:
        chat.say("tell me here")
        assert ledger(database) == []
        chat.say("text me")
    assert ledger(database) == [("consented", "asked by website to be told about an order")]
    with database.reading() as session:
        assert session.scalars(select(Contact.theirs)).one() == "+15055550123"
    assert twilio.messages == []
