"""A gateway under uvicorn, a Rasa that does as it is told, and customers with real sockets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from meantime.app import create_app
from meantime.conversations.outbox import SENDING, Delivery
from meantime.conversations.pace import Pace
from meantime.db import Database
from meantime.settings import Settings
from tests.channels.rasa_stand_in import RasaStandIn
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat
from tests.twilio_stand_in import Phone, TwilioStandIn

PATIENT = Pace(
    ask_seconds=20,
    shortest_pause=0.01,
    longest_pause=0.05,
    tell_after=600,
    busy_after=600,
    store_within=20,
    retry_pause=0.01,
    poll_seconds=0.05,
    drain_seconds=0.2,
    typing_every=0.01,
    words_limit="1000 per second",
    send_seconds=5,
    shortest_send_pause=0.05,
    longest_send_pause=0.1,
    frames_limit="1000 per second",
)
"""Tries again at once and complains about nothing; a test names what it wants quicker."""

OpenGateway = Callable[..., ThreadedServer]


@pytest.fixture(scope="session")
def rasa_server() -> Iterator[RasaStandIn]:
    rasa = RasaStandIn(os.environ["RASA_SHARED_SECRET"])
    yield rasa
    rasa.stop()


@pytest.fixture
def rasa(rasa_server: RasaStandIn) -> Iterator[RasaStandIn]:
    rasa_server.forget()
    if not rasa_server.server.is_running:
        rasa_server.start()
    yield rasa_server
    rasa_server.open_gate()


@pytest.fixture
def open_gateway(database_url: str, rasa: RasaStandIn) -> Iterator[OpenGateway]:
    """Return a function that starts one more gateway on the test's database."""
    with ExitStack() as left:

        def start(settings: dict[str, str] | None = None, **pace: object) -> ThreadedServer:
            database = Database(database_url)
            left.callback(database.dispose)
            chosen = Settings(
                _env_file=None,
                database_url=database_url,
                rasa_url=rasa.server.url,
                actions_url=rasa.server.url,
                **(settings or {}),
            )
            server = ThreadedServer(create_app(chosen, database, replace(PATIENT, **pace))).start()
            left.callback(server.stop)
            return server

        yield start


@pytest.fixture
def gateway(open_gateway: OpenGateway) -> ThreadedServer:
    return open_gateway()


@pytest.fixture
def chat(gateway: ThreadedServer) -> Iterator[Chat]:
    with Chat(gateway.url) as chat:
        yield chat


@pytest.fixture(scope="session")
def twilio_server() -> Iterator[TwilioStandIn]:
    twilio = TwilioStandIn().start()
    yield twilio
    twilio.stop()


@pytest.fixture
def twilio(twilio_server: TwilioStandIn, database: Database) -> Iterator[TwilioStandIn]:
    twilio_server.forget()
    twilio_server.is_kept = lambda: _nothing_is_being_sent(database)
    yield twilio_server
    twilio_server.open_gate()
    assert twilio_server.faults == []


@pytest.fixture
def open_texting(open_gateway: OpenGateway, twilio: TwilioStandIn) -> OpenGateway:
    """Return a function that starts a gateway which takes and sends text messages."""

    def start(settings: dict[str, object] | None = None, **pace: object) -> ThreadedServer:
        gateway = open_gateway(twilio.settings() | (settings or {}), **pace)
        twilio.gateway_url = gateway.url
        return gateway

    return start


@pytest.fixture
def phone(open_texting: OpenGateway, twilio: TwilioStandIn) -> Phone:
    """A customer's telephone, and a gateway to text to."""
    open_texting()
    return Phone(twilio)


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Keep everybody else from writing messages."""
    with database.writing() as session:
        session.connection()
        if not database.is_sqlite:
            session.execute(text("lock table messages, conversations in exclusive mode"))
        yield


def _nothing_is_being_sent(database: Database) -> bool:
    with database.reading() as session:
        return session.scalar(select(Delivery.id).where(Delivery.state == SENDING).limit(1)) is None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.services)  # each starts servers of its own: too slow for `make test-quick`
