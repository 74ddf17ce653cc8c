"""Text messages with everything real but Twilio: processes die at the worst moment, and a customer changes channels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from meantime.conversations.contacts import Contact
from meantime.conversations.outbox import Delivery
from meantime.conversations.tables import Message
from meantime.db import Database, now
from tests.e2e.chat import Chat
from tests.e2e.texting import Texting
from tests.e2e.world import GATEWAY, World
from tests.twilio_stand_in import Phone, TwilioStandIn

ORDER, POSTCODE, TELEPHONE = "M104204", "78704", "+15125550103"


@pytest.fixture
def database(own_world: World) -> Iterator[Database]:
    database = Database(own_world.database_url)
    yield database
    database.dispose()


def test_a_gateway_killed_between_acceptance_and_commit_sends_nothing_twice(
    own_world: World, twilio: TwilioStandIn, database: Database
) -> None:
    phone = Phone(twilio)
    twilio.close_gate()
    phone.texts("hello", gateway=own_world.url)
    twilio.wait_for(1)
    own_world.kill(GATEWAY)
    twilio.open_gate()
    with database.writing() as session:
        assert session.scalars(select(Delivery.state)).one() == "sending"
        session.execute(update(Contact).values(claimed_until=now() - timedelta(seconds=1)))  # the lease has run out
    own_world.start(GATEWAY)
    own_world.wait_until_ready()
    phone.texts("what can you do?", gateway=own_world.url)
    assert len(twilio.wait_for(2, phone.number)) == 2
    assert twilio.requests[:2] == ["POST", "GET"]
    with database.reading() as session:
        first = session.scalars(select(Delivery).order_by(Delivery.id).limit(1)).one()
    assert (first.state, first.provider_id) == ("sent", phone.inbox[0]["sid"])


def test_a_text_that_was_stored_when_the_gateway_was_killed_is_answered_later(
    own_world: World, twilio: TwilioStandIn, database: Database
) -> None:
    phone = Phone(twilio)
    own_world.kill("actions")
    phone.texts(f"where is {ORDER}, {POSTCODE}", gateway=own_world.url)
    own_world.kill(GATEWAY)
    own_world.start("actions", GATEWAY)
    own_world.wait_until_ready()
    twilio.until(lambda: any(f"Order {ORDER}:" in message["body"] for message in twilio.messages))
    with database.reading() as session:
        assert len(session.scalars(select(Message.id).where(Message.author == "customer")).all()) == 1


def test_who_moves_from_the_website_to_texting_finds_the_order_as_they_left_it(
    own_world: World, twilio: TwilioStandIn, database: Database
) -> None:
    with Chat(own_world.url) as chat:
        chat.say(f"cancel one of the lamps in {ORDER}, {POSTCODE}")
        assert "Cancelled in order" in chat.say("yes").text
    texting = Texting(Phone(twilio, TELEPHONE), own_world.url, database)
    heard = texting.say("where is my lamp").text
    assert f"Order {ORDER}:" in heard
    assert "Harbor Desk Lamp" in heard
    assert "2 x" not in heard
    assert "For your safety" in texting.say("cancel it").text
    assert "Shall I" in texting.say(POSTCODE).text
