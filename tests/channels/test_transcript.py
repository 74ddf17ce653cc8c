"""The page behind the link in a mail: a conversation to be read, and nothing about one behind a bad link."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
import time_machine

from meantime.conversations.links import Links
from meantime.conversations.owner import take_over
from meantime.conversations.tables import SYSTEM, Conversation, Message
from meantime.db import Database, now
from meantime.settings import settings
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat

SAID = '<script>alert(1)</script> & "so" it\'s said'


@pytest.fixture
def links(gateway: ThreadedServer) -> Links:
    return Links(settings().secret_key.get_secret_value(), gateway.url)


def test_the_conversation_stands_there_as_it_was_said(
    chat: Chat, rasa: RasaStandIn, links: Links, database: Database
) -> None:
    rasa.says(SAID, reply("Line one.\nLine two.", ("Cancel it", "/cancel_order")))
    chat.say(SAID)
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
    page = httpx.get(links.to(chat.conversation_id))
    assert page.status_code == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;so&#34; it&#39;s said" in page.text
    assert "<script" not in page.text
    assert "Line one.\nLine two." in page.text
    assert "Ana from our team has joined" in page.text
    assert page.text.index("Line one.") < page.text.index("Ana from our team")
    assert '<time datetime="' in page.text
    assert 'id="newest"' in page.text
    assert "/cancel_order" not in page.text
    assert chat.token not in page.text


def test_the_page_is_for_nobody_else_and_is_kept_nowhere(chat: Chat, links: Links) -> None:
    chat.say("hello")
    head = httpx.get(links.to(chat.conversation_id)).headers
    assert head["cache-control"] == "no-store"
    assert "noindex" in head["x-robots-tag"]
    assert head["referrer-policy"] == "no-referrer"
    assert head["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "script" not in head["content-security-policy"]


def test_reading_changes_nothing(chat: Chat, links: Links, database: Database) -> None:
    chat.say("hello")
    with database.reading() as session:
        before = session.get_one(Conversation, chat.conversation_id).revision
    assert httpx.get(links.to(chat.conversation_id)).is_success
    assert httpx.head(links.to(chat.conversation_id)).is_success
    with database.reading() as session:
        assert session.get_one(Conversation, chat.conversation_id).revision == before


def test_a_link_opens_nothing_but_the_page(chat: Chat, links: Links, gateway: ThreadedServer) -> None:
    token = links.to(chat.conversation_id).rpartition("/")[2].partition("#")[0]
    opened = httpx.post(f"{gateway.url}/chat/conversations", json={"conversation_token": token})
    assert opened.json()["conversation_id"] != chat.conversation_id


def test_an_old_link_is_gone(chat: Chat, links: Links) -> None:
    with time_machine.travel(now() - timedelta(days=15)):
        old = links.to(chat.conversation_id)
    page = httpx.get(old)
    assert page.status_code == 410
    assert "This link has expired" in page.text


def test_a_bad_link_says_the_same_whether_there_is_a_conversation(
    chat: Chat, links: Links, gateway: ThreadedServer
) -> None:
    good = links.to(chat.conversation_id).partition("#")[0]
    unknown = Links(settings().secret_key.get_secret_value(), gateway.url).to("0" * 32).partition("#")[0]
    forged = Links("another-secret-" + "x" * 40, gateway.url).to(chat.conversation_id).partition("#")[0]
    pages = [
        httpx.get(url)
        for url in (
            good[:-6] + ("A" if good[-6] != "A" else "B") + good[-5:],  # of the very last sign not every bit counts
            unknown,
            forged,
            f"{gateway.url}/chat/read/{chat.conversation_id}",
            f"{gateway.url}/chat/read/%00%ff",
            f"{gateway.url}/chat/read/" + "x" * 5000,
            f"{gateway.url}/chat/read/" + "é.ü.ß",
        )
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert "This link does not work" in pages[0].text
    assert pages[0].headers["cache-control"] == "no-store"


def test_a_long_conversation_shows_its_newest_part(chat: Chat, links: Links, database: Database) -> None:
    with database.writing() as session:
        conversation = session.get_one(Conversation, chat.conversation_id)
        session.add_all(
            Message(conversation_id=conversation.id, seq=seq, author=SYSTEM, text=f"number {seq}.", handled_at=now())
            for seq in range(1, 451)
        )
        conversation.last_seq = 450
    page = httpx.get(links.to(chat.conversation_id)).text
    assert "What was said before is not shown here." in page
    assert "number 50." not in page
    assert "number 51." in page
    assert "number 450." in page


def test_a_conversation_without_words_is_no_fault(chat: Chat, links: Links) -> None:
    page = httpx.get(links.to(chat.conversation_id))
    assert page.status_code == 200
    assert "Nothing has been said" in page.text
