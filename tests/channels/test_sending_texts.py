"""Sending through Twilio's own client while Twilio fails, goes silent, or reports late; and while we die."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from meantime.conversations.contacts import Contact
from meantime.conversations.outbox import Delivery
from meantime.conversations.tables import Conversation
from meantime.db import Database, now
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.twilio_stand_in import Phone, TwilioStandIn
from tests.twilio_stand_in.server import PUBLIC_URL


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A message that was just taken is looked for at once."""
    monkeypatch.setattr("meantime.channels.twilio_sender.UNTIL_LISTED", 0.05)
    monkeypatch.setattr("meantime.channels.twilio_sender.UNTIL_MENDED", 0.05)
    return iter([None])


def deliveries(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (429, 0), (400, 21611), (401, 20003), (404, 20404)])
def test_what_twilio_cannot_take_now_is_sent_later_without_a_look(
    phone: Phone, twilio: TwilioStandIn, status: int, code: int
) -> None:
    for _ in range(3):
        twilio.fails(status, code)
    assert phone.asks("hello") == "echo: hello"
    assert twilio.requests == ["POST"] * 4


@pytest.mark.parametrize("status", [500, 502, 503])
def test_after_a_failure_of_twilio_s_the_message_is_looked_for_and_then_sent(
    phone: Phone, twilio: TwilioStandIn, status: int
) -> None:
    twilio.fails(status)
    assert phone.asks("hello") == "echo: hello"
    assert twilio.requests == ["POST", "GET", "POST"]


def test_looking_may_fail_too_and_nothing_is_sent_until_it_did_not(phone: Phone, twilio: TwilioStandIn) -> None:
    for status in (500, 429, 503, 400):
        twilio.fails(status)
    assert phone.asks("hello") == "echo: hello"
    assert twilio.requests == ["POST", "GET", "GET", "GET", "GET", "POST"]


def test_twilio_says_how_long_to_wait(phone: Phone, twilio: TwilioStandIn, database: Database) -> None:
    twilio.fails(429, headers={"Retry-After": "1800"})
    phone.texts("hello")
    twilio.wait_for_requests(1)
    [waiting] = settled(database)
    assert waiting.state == "waiting"
    assert waiting.retry_at
    assert waiting.retry_at > now() + timedelta(seconds=1700)


def settled(database: Database) -> list[Delivery]:
    """Return the deliveries once nobody is at any of them: an empty loop over the database, no clock."""
    while True:
        found = deliveries(database)
        if found and all(delivery.state != "sending" for delivery in found):
            return found


def test_a_message_that_was_taken_in_silence_is_sent_once(
    open_texting: OpenGateway, twilio: TwilioStandIn, database: Database
) -> None:
    open_texting(send_seconds=0.3)
    phone = Phone(twilio)
    twilio.goes_silent_after_taking()
    phone.texts("hello")
    phone.texts("and this")
    assert [phone.hears(), phone.hears()] == ["echo: hello", "echo: and this"]
    assert twilio.requests == ["POST", "GET", "POST"]
    assert [d.provider_id for d in settled(database)] == [message["sid"] for message in twilio.messages]


def test_the_same_words_said_before_are_not_taken_for_those_that_were_lost(
    open_texting: OpenGateway, twilio: TwilioStandIn
) -> None:
    open_texting(send_seconds=0.3)
    phone = Phone(twilio)
    assert phone.asks("again") == "echo: again"
    twilio.fails(500)
    assert phone.asks("again") == "echo: again"
    twilio.goes_silent_after_taking()
    assert phone.asks("again") == "echo: again"
    assert phone.asks("last") == "echo: last"
    assert len(phone.inbox) == 4


def test_order_is_kept_for_a_number_and_others_are_not_held_up(phone: Phone, twilio: TwilioStandIn) -> None:
    twilio.close_gate()
    for n in range(3):
        phone.texts(f"words {n}")
    other = Phone(twilio)
    other.texts("hello")
    assert other.hears() == "echo: hello"
    twilio.open_gate()
    assert [phone.hears() for _ in range(3)] == [f"echo: words {n}" for n in range(3)]


def test_what_twilio_refuses_is_marked_for_staff_and_the_next_is_sent(
    phone: Phone, twilio: TwilioStandIn, database: Database
) -> None:
    twilio.fails(400, 21211)
    phone.texts("hello")
    assert phone.asks("again") == "echo: again"
    refused, _ = settled(database)
    assert (refused.state, refused.error_code) == ("failed", "21211")
    with database.reading() as session:
        assert session.scalars(select(Conversation.undelivered_at)).one()


def test_a_process_that_dies_between_acceptance_and_commit_sends_nothing_twice(
    open_texting: OpenGateway, twilio: TwilioStandIn, database: Database
) -> None:
    dying = open_texting(drain_seconds=0.01)
    phone = Phone(twilio)
    twilio.close_gate()
    phone.texts("hello")
    twilio.wait_for(1)
    dying.stop()
    twilio.open_gate()
    with database.writing() as session:  # as if nobody had given the claim back, and it had run out
        session.execute(update(Contact).values(claimed_until=now() - timedelta(seconds=1)))
        assert session.scalars(select(Delivery.state)).one() == "sending"
    open_texting()
    assert phone.asks("and this") == "echo: hello"
    assert phone.hears() == "echo: and this"
    assert [d.provider_id for d in settled(database)] == [message["sid"] for message in twilio.messages]


def test_two_gateways_send_everything_once_and_in_order(open_texting: OpenGateway, twilio: TwilioStandIn) -> None:
    gateways = [open_texting().url, open_texting().url]
    phones = [Phone(twilio) for _ in range(4)]
    for n in range(5):
        for place, phone in enumerate(phones):
            phone.texts(f"words {n}", gateway=gateways[(n + place) % 2])
    twilio.wait_for(20)
    for phone in phones:
        assert [message["body"] for message in phone.inbox] == [f"echo: words {n}" for n in range(5)]


def test_reports_are_asked_for_and_kept(phone: Phone, twilio: TwilioStandIn, database: Database) -> None:
    phone.asks("hello")
    [message] = phone.inbox
    [delivery] = settled(database)
    assert message["callback"] == f"{PUBLIC_URL}/sms/twilio/status?delivery={delivery.id}"
    for status, state in (
        ("queued", "sent"),
        ("sending", "sent"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("undelivered", "delivered"),
        ("nonsense", "delivered"),
    ):
        assert twilio.reports(message, status).status_code == 204
        assert [d.state for d in deliveries(database)] == [state]


def test_what_did_not_arrive_is_marked_for_staff_with_its_code(
    phone: Phone, twilio: TwilioStandIn, database: Database
) -> None:
    phone.asks("hello")
    twilio.reports(phone.inbox[0], "undelivered", "30003")
    [delivery] = deliveries(database)
    assert (delivery.state, delivery.error_code) == ("undelivered", "30003")
    with database.reading() as session:
        assert session.scalars(select(Conversation.undelivered_at)).one()


def test_a_report_that_comes_before_twilio_s_answer_is_placed(
    phone: Phone, twilio: TwilioStandIn, database: Database
) -> None:
    twilio.reports_by_itself = True
    phone.asks("hello")
    phone.asks("again")
    assert settled(database)[0].state == "delivered"


def test_what_cannot_be_reported_to_us_is_sent_without_asking_for_it(
    open_texting: OpenGateway, twilio: TwilioStandIn
) -> None:
    gateway = open_texting({"public_url": ""})
    phone = Phone(twilio)
    form = phone.form("hello")
    assert twilio.post("/sms/twilio", form, url=f"{gateway.url}/sms/twilio").status_code == 200
    assert phone.hears() == "echo: hello"
    assert phone.inbox[0]["callback"] == ""


def test_an_account_that_is_not_set_up_leaves_the_outbox_waiting(
    open_gateway: OpenGateway, open_texting: OpenGateway, twilio: TwilioStandIn, database: Database
) -> None:
    gateway = open_gateway(twilio.settings() | {"twilio_account_sid": ""})
    phone = Phone(twilio)
    phone.texts("hello", gateway=gateway.url)
    assert [d.state for d in settled(database)] == ["waiting"]
    open_texting()
    assert phone.hears() == "echo: hello"


def test_held_pages_are_not_sent_by_themselves(phone: Phone, rasa: RasaStandIn, database: Database) -> None:
    rasa.says("all", reply(" ".join(["A sentence that is not short."] * 20)))
    phone.asks("all")
    assert phone.asks("thanks") == "echo: thanks"
    assert {d.state for d in settled(database)[1:-1]} == {"superseded"}
    assert len(phone.inbox) == 2
