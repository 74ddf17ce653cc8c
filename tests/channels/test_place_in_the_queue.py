"""Who waits for a person sees how many wait before them, and that they move up."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from sqlalchemy import event

from meantime.conversations.owner import take_over
from meantime.db import Database
from meantime.wording import gateway as say
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat


@pytest.fixture(autouse=True)
def hands_off(rasa: RasaStandIn) -> None:
    rasa.says("person", reply("I am passing you on.", hand_off="asked for a person"))


def until_ahead(chat: Chat, ahead: int) -> None:
    while (frame := chat.receive()).get("ahead") != ahead or frame["type"] != "owner":
        pass
    assert frame == {"type": "owner", "owner": "queue", "name": "", "ahead": ahead}


def test_each_who_joins_the_queue_hears_how_many_are_before_them(gateway: ThreadedServer) -> None:
    with ExitStack() as left:
        chats = [left.enter_context(Chat(gateway.url)) for _ in range(3)]
        for place, chat in enumerate(chats):
            owners = [f for f in chat.say("person").frames if f["type"] == "owner"]
            assert owners == [{"type": "owner", "owner": "queue", "name": "", "ahead": place}]


def test_who_comes_back_is_told_their_place_with_ready(gateway: ThreadedServer) -> None:
    with Chat(gateway.url) as first, Chat(gateway.url) as second:
        first.say("person")
        second.say("person")
        with Chat(gateway.url, token=second.token) as again:
            assert again.frames[-1] == {"type": "ready", "seq": 2, "owner": "queue", "name": "", "ahead": 1}


def test_when_one_leaves_the_others_move_up_at_every_gateway(open_gateway: OpenGateway, database: Database) -> None:
    one, other = open_gateway(), open_gateway()
    with Chat(one.url) as first, Chat(other.url) as second, Chat(one.url) as third, Chat(other.url) as fourth:
        for chat in (first, second, third, fourth):
            chat.say("person")
        with database.writing() as session:
            take_over(session, first.conversation_id, "Ana")
        for ahead, chat in enumerate((second, third, fourth)):
            until_ahead(chat, ahead)
        second.choose(say.STOP_WAITING)
        until_ahead(third, 0)
        until_ahead(fourth, 1)


def test_who_does_not_wait_is_told_no_place(gateway: ThreadedServer, database: Database) -> None:
    with Chat(gateway.url) as waiting, Chat(gateway.url) as chat:
        waiting.say("person")
        chat.say("hello")
        with database.writing() as session:
            take_over(session, chat.conversation_id, "Ana")
        while chat.receive()["type"] != "owner":
            pass
        assert chat.frames[-1]["ahead"] is None


def test_the_queue_is_looked_at_once_for_all_who_wait_here(gateway: ThreadedServer) -> None:
    """Twelve sockets, four conversations: one statement each round, whatever is shown."""
    looks: list[tuple[str, ...]] = []
    engine = gateway.app.state.database.engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "row_number" in statement:
            values = parameters.values() if isinstance(parameters, dict) else parameters  # type: ignore[attr-defined]
            looks.append(tuple(value for value in values if isinstance(value, str) and len(value) == 32))

    with ExitStack() as left:
        chats = [left.enter_context(Chat(gateway.url)) for _ in range(4)]
        for chat in chats:
            chat.say("person")
            for _ in range(2):
                left.enter_context(Chat(gateway.url, token=chat.token))
        seen = len(looks)
        chats[0].choose(say.STOP_WAITING)
        for ahead, chat in enumerate(chats[1:]):
            until_ahead(chat, ahead)
    rounds = looks[seen:]
    assert rounds
    assert all(len(look) == len(set(look)) <= 4 for look in rounds)
