"""Somebody is writing: shown to who is concerned, at every gateway, and kept nowhere."""

from __future__ import annotations

import asyncio

import pytest

from meantime.conversations.owner import hand_back, take_over
from meantime.conversations.tables import AGENT, CUSTOMER
from meantime.conversations.wake import Listener
from meantime.db import Database
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat


@pytest.fixture
def with_ana(chat: Chat, database: Database) -> Chat:
    """A conversation that Ana has taken over."""
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
    until(chat, "owner")
    return chat


def until(chat: Chat, kind: str) -> dict[str, object]:
    while (frame := chat.receive())["type"] != kind:
        pass
    return frame


def types(gateway: ThreadedServer, chat: Chat, author: str = AGENT, name: str = "Ana") -> None:
    """As the desk will: somebody types at this gateway."""
    gateway.call(lambda: gateway.app.state.chat.hub.types(chat.conversation_id, author, name))


class Desk:
    """Listens to a conversation at a gateway, as the desk will."""

    def __init__(self, gateway: ThreadedServer, chat: Chat, shows_typing_of: tuple[str, ...] = (CUSTOMER,)) -> None:
        self._gateway = gateway
        self._hub = gateway.app.state.chat.hub
        self._of = (chat.conversation_id, shows_typing_of)
        self._entered = gateway.call(self._enter)

    def _enter(self) -> tuple[object, Listener]:
        listening = self._hub.listening(*self._of)
        return listening, listening.__enter__()

    def seen(self) -> dict[str, str]:
        """Return who was seen typing, once somebody was."""

        async def wait() -> dict[str, str]:
            listener = self._entered[1]
            async with asyncio.timeout(20):
                while not listener.typing:
                    await listener.woken.wait()
                    listener.woken.clear()
            return dict(listener.typing)

        return self._gateway.run(wait())


def test_a_persons_typing_is_shown_with_their_name(with_ana: Chat, gateway: ThreadedServer) -> None:
    types(gateway, with_ana)
    assert until(with_ana, "typing") == {"type": "typing", "author": "agent", "name": "Ana"}


@pytest.mark.postgresql_only
def test_it_is_shown_at_the_other_gateway_as_well(open_gateway: OpenGateway, database: Database) -> None:
    one, other = open_gateway(), open_gateway()
    with Chat(one.url) as chat:
        with database.writing() as session:
            take_over(session, chat.conversation_id, "Ana")
        until(chat, "owner")
        types(other, chat)
        assert until(chat, "typing") == {"type": "typing", "author": "agent", "name": "Ana"}


@pytest.mark.parametrize("was_handed_back", [False, True])
def test_where_the_bot_answers_nobody_is_seen_typing_but_the_bot(
    chat: Chat, gateway: ThreadedServer, database: Database, was_handed_back: bool
) -> None:
    if was_handed_back:
        with database.writing() as session:
            take_over(session, chat.conversation_id, "Ana")
        until(chat, "owner")
        with database.writing() as session:
            hand_back(session, chat.conversation_id, "Ana")
        until(chat, "owner")
    types(gateway, chat)
    turn = chat.say("hello")
    assert [f for f in chat.frames if f["type"] == "typing"] == [{"type": "typing", "author": "bot"}]
    assert turn.messages[-1]["text"] == "echo: hello"


def test_the_customers_typing_reaches_who_wants_it(with_ana: Chat, gateway: ThreadedServer) -> None:
    desk = Desk(gateway, with_ana)
    with_ana.send({"type": "typing"})
    assert desk.seen() == {"customer": ""}


def test_the_customers_typing_is_not_shown_to_their_own_other_tab(with_ana: Chat, gateway: ThreadedServer) -> None:
    desk = Desk(gateway, with_ana)
    with Chat(gateway.url, token=with_ana.token) as tab:
        with_ana.send({"type": "typing"})
        desk.seen()
        with_ana.say("hello Ana")
        until(tab, "message")
        assert [f["type"] for f in tab.frames if f["type"] == "typing"] == []


@pytest.mark.postgresql_only
def test_the_customers_typing_reaches_the_desk_at_another_gateway(open_gateway: OpenGateway, rasa: RasaStandIn) -> None:
    rasa.says("person", reply("I am passing you on.", hand_off="asked for a person"))
    one, other = open_gateway(), open_gateway()
    with Chat(one.url) as chat:
        chat.say("person")
        desk = Desk(other, chat)
        chat.send({"type": "typing"})
        assert desk.seen() == {"customer": ""}


def test_however_often_somebody_types_it_is_passed_on_once_in_a_while(open_gateway: OpenGateway) -> None:
    gateway = open_gateway(typing_every=600)
    with Chat(gateway.url) as chat:

        def type_a_lot() -> int:
            hub = gateway.app.state.chat.hub
            with hub.listening(chat.conversation_id, (AGENT,)) as listener:
                shown = 0
                for _ in range(50):
                    hub.types(chat.conversation_id, AGENT, "Ana")
                    shown += len(listener.typing)
                    listener.typing.clear()
                return shown

        assert gateway.call(type_a_lot) == 1
