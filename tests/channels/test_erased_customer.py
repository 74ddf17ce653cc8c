"""A customer is erased while their chat is open: it ends, and what begins then has nothing of it."""

from __future__ import annotations

import httpx
import pytest

from meantime.conversations.links import Links
from meantime.db import Database
from meantime.privacy.erase import erase
from meantime.settings import settings
from tests.channels.opening import identity, open_chat
from tests.channels.servers import ThreadedServer
from tests.channels.test_several_devices import until_closed
from tests.e2e.chat import Chat
from tests.shop.conftest import Shop


@pytest.fixture(autouse=True)
def customer(database: Database) -> None:
    with database.writing() as session:
        Shop(session).customer("C1", name="Mia Quillfeather")


def erased(database: Database) -> None:
    with database.writing() as session:
        erase(session, "C1", "cli")


def test_an_open_chat_ends_and_begins_anew(gateway: ThreadedServer, database: Database) -> None:
    with Chat(gateway.url, identity=identity("C1")) as chat:
        chat.say("where is my hydrangea?")
        erased(database)
        assert until_closed(chat) == ("bad_token", 1008)
    opened = open_chat(gateway, conversation_token=chat.token, identity=identity("C1"), resume=True).json()
    assert opened["conversation_id"] != chat.conversation_id
    with Chat(gateway.url, token=opened["token"], conversation_id=opened["conversation_id"]) as anew:
        assert [frame for frame in anew.frames if frame["type"] == "message"] == []
        assert "echo: hello" in anew.say("hello").text


def test_a_link_to_it_shows_nothing_any_more(gateway: ThreadedServer, database: Database) -> None:
    links = Links(settings().secret_key.get_secret_value(), gateway.url)
    with Chat(gateway.url, identity=identity("C1")) as chat:
        chat.say("where is my hydrangea?")
    assert "hydrangea" in httpx.get(links.to(chat.conversation_id)).text
    erased(database)
    page = httpx.get(links.to(chat.conversation_id))
    assert page.status_code == 404
    assert "hydrangea" not in page.text
