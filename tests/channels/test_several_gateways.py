"""Gateways that share a database, die, or find it locked: every message gets exactly one answer."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from meantime import db
from meantime.conversations.inbox import Said, lock_conversation, store
from meantime.conversations.pace import Pace
from meantime.conversations.tables import Conversation, Message
from meantime.conversations.turns import claim
from meantime.db import Database, now
from tests.channels.conftest import OpenGateway, locked
from tests.channels.rasa_stand_in import RasaStandIn
from tests.e2e.chat import Chat


def texts(frames: list[dict[str, Any]]) -> list[str]:
    return [f["text"] for f in frames if f["type"] == "message"]


def test_two_gateways_race_for_one_conversation_and_each_message_is_answered_once_in_order(
    open_gateway: OpenGateway, rasa: RasaStandIn, database: Database
) -> None:
    one, other = open_gateway(), open_gateway()
    with Chat(one.url) as here, Chat(other.url, token=here.token) as there:
        start = threading.Barrier(2)

        def talk(chat: Chat, name: str) -> None:
            start.wait()
            for n in range(10):
                chat.say(f"{name} {n}")

        both = [threading.Thread(target=talk, args=pair) for pair in ((here, "here"), (there, "there"))]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(60)
    with database.reading() as session:
        messages = session.scalars(select(Message).order_by(Message.seq)).all()
    assert [m.seq for m in messages] == list(range(1, 41))
    said = [m.text for m in messages if m.author == "customer"]
    assert [m.text for m in messages if m.author == "bot"] == [f"echo: {text}" for text in said]
    assert [body["state"] for body in rasa.asked] == [None, *({"turns": n} for n in range(1, 20))]


def test_what_happens_at_one_gateway_is_shown_at_the_other(open_gateway: OpenGateway) -> None:
    one, other = open_gateway(), open_gateway()
    with Chat(one.url) as here, Chat(other.url, token=here.token) as there:
        here.say("hello")
        while len(texts(there.frames)) < 2:
            there.receive()
        assert texts(there.frames) == ["hello", "echo: hello"]


def test_the_same_id_at_two_gateways_is_answered_once(open_gateway: OpenGateway, rasa: RasaStandIn) -> None:
    one, other = open_gateway(), open_gateway()
    words_id = str(uuid.uuid4())
    rasa.close_gate()
    with Chat(one.url) as here, Chat(other.url, token=here.token) as there:
        here.send({"type": "say", "id": words_id, "text": "once"})
        rasa.wait_for(1)
        there.send({"type": "say", "id": words_id, "text": "once"})
        rasa.open_gate()
        here.until_done(words_id)
        there.until_done(words_id)
    assert rasa.texts == ["once"]


@pytest.mark.parametrize("was_asked", [False, True], ids=["before the ask", "before the answer"])
def test_what_a_killed_gateway_left_is_answered_once_by_the_next(
    open_gateway: OpenGateway, rasa: RasaStandIn, database: Database, was_asked: bool
) -> None:
    first = open_gateway()
    with Chat(first.url) as chat:
        pass
    first.stop()
    with database.writing() as session:
        conversation = lock_conversation(session, chat.conversation_id)
        store(session, conversation, Said(str(uuid.uuid4()), "are you there?"))
        if was_asked:
            assert claim(session, chat.conversation_id, Pace())
            conversation.claimed_until = now() - timedelta(seconds=1)
    with Chat(open_gateway().url, token=chat.token) as again:
        while texts(again.frames) != ["are you there?", "echo: are you there?"]:
            again.receive()
        again.say("thanks")
    assert rasa.texts == ["are you there?", "thanks"]


def test_a_lease_that_still_runs_is_left_alone(
    open_gateway: OpenGateway, rasa: RasaStandIn, database: Database
) -> None:
    with Chat(open_gateway().url) as chat:
        chat.say("first")
        with database.writing() as session:
            conversation = session.scalars(select(Conversation)).one()
            conversation.claimed_until = now() + timedelta(hours=1)
        words_id = str(uuid.uuid4())
        chat.send({"type": "say", "id": words_id, "text": "second"})
        assert chat.receive()["text"] == "second"
        with database.writing() as session:
            session.scalars(select(Conversation)).one().claimed_until = now() - timedelta(seconds=1)
        chat.until_done(words_id)
    assert rasa.texts == ["first", "second"]


def test_an_answer_that_comes_after_somebody_else_claimed_is_dropped(
    open_gateway: OpenGateway, rasa: RasaStandIn, database: Database
) -> None:
    rasa.close_gate()
    with Chat(open_gateway().url) as chat:
        words_id = str(uuid.uuid4())
        chat.send({"type": "say", "id": words_id, "text": "hello"})
        rasa.wait_for(1)
        with database.writing() as session:
            conversation = session.scalars(select(Conversation)).one()
            conversation.fence += 1
            conversation.claimed_until = now() - timedelta(seconds=1)
        rasa.open_gate()
        chat.until_done(words_id)
        assert texts(chat.frames) == ["hello", "echo: hello"]
    assert rasa.texts == ["hello", "hello"]


def test_a_gateway_that_ends_gives_its_turn_back_at_once(
    open_gateway: OpenGateway, rasa: RasaStandIn, database: Database
) -> None:
    rasa.close_gate()
    first = open_gateway(drain_seconds=0.01)
    with Chat(first.url) as chat:
        chat.send({"type": "say", "id": str(uuid.uuid4()), "text": "hello"})
        rasa.wait_for(1)
        first.stop()
    with database.reading() as session:
        assert session.scalars(select(Conversation.claimed_until)).one() is None


@pytest.fixture
def impatient_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try to write fails soon, so that a short lock looks like a long one."""
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 20)


@pytest.mark.usefixtures("impatient_sqlite")
def test_words_said_while_the_database_is_locked_are_stored_when_it_is_free(
    open_gateway: OpenGateway, rasa: RasaStandIn, database: Database
) -> None:
    with Chat(open_gateway(busy_after=0.2).url) as chat:
        words_id = str(uuid.uuid4())
        with locked(database):
            chat.send({"type": "say", "id": words_id, "text": "hello"})
            assert chat.receive()["code"] == "busy"
        assert [f["type"] for f in chat.until_done(words_id).frames] == ["message", "typing", "message", "done"]
    assert rasa.texts == ["hello"]


@pytest.mark.usefixtures("impatient_sqlite")
def test_an_answer_that_meets_a_locked_database_is_kept_when_it_is_free(
    open_gateway: OpenGateway, rasa: RasaStandIn, database: Database
) -> None:
    rasa.close_gate()
    with Chat(open_gateway(busy_after=0.2).url) as chat:
        words_id = str(uuid.uuid4())
        chat.send({"type": "say", "id": words_id, "text": "hello"})
        rasa.wait_for(1)
        with locked(database):
            rasa.open_gate()
            while chat.receive().get("code") != "busy":
                pass
        assert chat.until_done(words_id).text == "echo: hello"
    assert rasa.texts == ["hello"]


@pytest.mark.sqlite_only  # PostgreSQL waits for a lock instead of failing
@pytest.mark.usefixtures("impatient_sqlite")
def test_words_that_cannot_be_stored_at_all_are_refused_and_may_be_sent_again(
    open_gateway: OpenGateway, rasa: RasaStandIn, database: Database
) -> None:
    with Chat(open_gateway(store_within=0.1).url) as chat:
        words_id = str(uuid.uuid4())
        with locked(database):
            assert chat.say("hello", words_id).errors == ["try_again"]
        assert chat.say("hello", words_id).text == "echo: hello"
    assert rasa.texts == ["hello"]
