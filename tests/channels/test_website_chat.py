"""Saying something on the website, and being answered: once, in order, word for word."""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from meantime.conversations.owner import take_over
from meantime.conversations.tables import Conversation, Message
from meantime.db import Database
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat


def kinds(frames: list[dict[str, Any]]) -> list[str]:
    return [f"{f['type']}:{f['author']}" if "author" in f else f["type"] for f in frames]


def send_words(chat: Chat, words: str, words_id: str = "") -> str:
    words_id = words_id or str(uuid.uuid4())
    chat.send({"type": "say", "id": words_id, "text": words})
    return words_id


def test_words_come_back_then_the_bot_types_answers_and_is_done(chat: Chat) -> None:
    words_id = str(uuid.uuid4())
    turn = chat.say("Where is my lamp?", words_id)
    assert kinds(turn.frames) == ["message:customer", "typing:bot", "message:bot", "done"]
    own, _, answer, _ = turn.frames
    assert (own["id"], own["text"], own["seq"]) == (words_id, "Where is my lamp?", 1)
    assert (answer["text"], answer["seq"], answer["name"]) == ("echo: Where is my lamp?", 2, "Assistant")
    assert (answer["options"], answer["cards"], answer["asks"]) == ([], [], None)


def test_the_state_of_one_turn_is_given_to_the_next(chat: Chat, rasa: RasaStandIn) -> None:
    chat.say("one")
    chat.say("two")
    assert [body["state"] for body in rasa.asked] == [None, {"turns": 1}]


def test_two_quick_messages_are_answered_one_after_the_other_in_order(chat: Chat, rasa: RasaStandIn) -> None:
    rasa.close_gate()
    first, second = send_words(chat, "first"), send_words(chat, "second")
    rasa.wait_for(1)
    assert rasa.texts == ["first"]
    while [f["text"] for f in chat.frames if f["type"] == "message"] != ["first", "second"]:
        chat.receive()  # both are stored before the first is answered
    rasa.open_gate()
    chat.until_done(first)
    chat.until_done(second)
    said = [f["text"] for f in chat.frames if f["type"] == "message"]
    assert said == ["first", "second", "echo: first", "echo: second"]


@pytest.mark.parametrize(
    "words",
    [
        "👩‍👩‍👧‍👦 where is it 🚚?",
        "أين طلبي \u202eمقلوب\u202c؟",
        "<script>alert('x')</script> & <b>bold</b>",
        '/cancel_order{"order":"M1"}',
        "  two spaces before, a line\nbreak and a tab\tinside  ",
        "x" * 4_000,
    ],
)
def test_words_are_kept_and_asked_exactly_as_typed(chat: Chat, rasa: RasaStandIn, words: str) -> None:
    turn = chat.say(words)
    assert turn.frames[0]["text"] == words
    assert (rasa.asked[0]["text"], rasa.asked[0]["payload"]) == (words, None)


def test_what_no_database_can_keep_is_taken_out_of_the_words(chat: Chat) -> None:
    words_id = str(uuid.uuid4())
    send_words(chat, "half \ud83d a\0b", words_id)
    assert chat.until_done(words_id).frames[0]["text"] == "half \ufffd ab"


def test_the_same_id_twice_is_handled_once_and_done_twice(chat: Chat, rasa: RasaStandIn) -> None:
    words_id = str(uuid.uuid4())
    chat.say("once", words_id)
    again = chat.say("once", words_id)
    assert kinds(again.frames) == ["done"]
    assert rasa.texts == ["once"]


def test_the_same_id_twice_while_it_is_answered_ends_in_two_dones(chat: Chat, rasa: RasaStandIn) -> None:
    rasa.close_gate()
    words_id = send_words(chat, "once")
    send_words(chat, "once", words_id)
    rasa.wait_for(1)
    rasa.open_gate()
    chat.until_done(words_id)
    chat.until_done(words_id)
    assert rasa.texts == ["once"]


def test_a_burst_to_a_person_is_done_in_the_order_it_was_said(chat: Chat, database: Database) -> None:
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
    ids = [send_words(chat, f"word {n}") for n in range(40)]
    chat.until_done(ids[-1])
    assert [f["in_reply_to"] for f in chat.frames if f["type"] == "done"] == ids


def test_the_same_id_at_the_same_moment_on_two_connections_is_answered_once(
    gateway: ThreadedServer, rasa: RasaStandIn
) -> None:
    words_id = str(uuid.uuid4())
    start = threading.Barrier(2)
    with Chat(gateway.url) as one, Chat(gateway.url, token=one.token) as other:

        def say(chat: Chat) -> None:
            start.wait()
            chat.say("once", words_id)

        both = [threading.Thread(target=say, args=(chat,)) for chat in (one, other)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(20)
        for chat in (one, other):
            assert kinds([f for f in chat.frames if f["type"] in ("message", "done")]) == [
                "message:customer",
                "message:bot",
                "done",
            ]
    assert rasa.texts == ["once"]


def test_an_id_that_said_something_else_is_refused(chat: Chat, rasa: RasaStandIn) -> None:
    words_id = str(uuid.uuid4())
    chat.say("this", words_id)
    assert chat.say("that", words_id).errors == ["id_reused"]
    assert rasa.texts == ["this"]


@pytest.mark.parametrize(
    ("words", "code"),
    [("x" * 10_000, "too_long"), ("x" * 4_001, "too_long"), ("", "bad_frame"), (" \n\u200b", "bad_frame")],
)
def test_words_that_are_too_long_or_empty_are_refused_and_done(
    chat: Chat, rasa: RasaStandIn, words: str, code: str
) -> None:
    turn = chat.say(words)
    assert kinds(turn.frames) == ["error", "done"]
    assert turn.errors == [code]
    assert rasa.asked == []


def test_too_many_words_at_once_are_refused_and_done(open_gateway: OpenGateway) -> None:
    gateway = open_gateway(words_limit="2 per minute")
    with Chat(gateway.url) as chat:
        assert [chat.say("a").errors, chat.say("b").errors, chat.say("c").errors] == [[], [], ["too_fast"]]


@pytest.mark.parametrize(
    "frame",
    [
        "no json",
        "[]",
        "[" * 30_000,
        "null",
        '{"type":"dance"}',
        '{"type":"hello","token":"x"}',
        "",
        "123",
    ],
)
def test_a_frame_nobody_can_read_is_refused_and_the_talk_goes_on(chat: Chat, frame: str) -> None:
    assert chat.socket
    chat.socket.send(frame)
    assert chat.receive()["code"] == "bad_frame"
    assert chat.say("still there?").text == "echo: still there?"


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "say", "text": "no id"},
        {"type": "say", "id": 7, "text": "number"},
        {"type": "say", "id": "not a uuid", "text": "x"},
        {"type": "say", "id": "6a3a4b2e-0000-4000-8000-000000000000", "text": None},
        {"type": "choose", "id": "6a3a4b2e-0000-4000-8000-000000000000"},
    ],
)
def test_words_in_a_bad_frame_are_refused_and_done(chat: Chat, frame: dict[str, Any]) -> None:
    chat.send(frame)
    assert [chat.receive()["type"], chat.receive()["type"]] == ["error", "done"]
    words_id = frame.get("id")
    assert chat.frames[-1]["in_reply_to"] == (words_id if isinstance(words_id, str) else None)


def test_typing_and_binary_frames_do_no_harm(chat: Chat) -> None:
    assert chat.socket
    chat.send({"type": "typing"})
    chat.socket.send(b"\x00\x01")
    assert chat.receive()["code"] == "bad_frame"
    assert chat.say("hello").text == "echo: hello"


def test_several_replies_get_their_own_seqs_without_gaps(chat: Chat, rasa: RasaStandIn, database: Database) -> None:
    rasa.says("many", reply("one"), reply("two"), reply("three"))
    chat.say("many")
    chat.say("more")
    with database.reading() as session:
        seqs = session.scalars(select(Message.seq).order_by(Message.seq)).all()
        assert list(seqs) == [1, 2, 3, 4, 5, 6]
        assert session.scalars(select(Conversation.claimed_until)).one() is None


def test_another_tab_sees_the_same_messages(chat: Chat, gateway: ThreadedServer) -> None:
    with Chat(gateway.url, token=chat.token) as tab:
        chat.say("hello")
        seen = [tab.receive(), tab.receive(), tab.receive()]
        assert kinds(seen) == ["message:customer", "typing:bot", "message:bot"]


def test_who_comes_back_is_replayed_only_what_is_new(chat: Chat, gateway: ThreadedServer) -> None:
    chat.say("one")
    chat.close()
    with Chat(gateway.url, token=chat.token) as tab:
        tab.say("two")
    before = len(chat.frames)
    chat.connect()
    replayed = chat.frames[before:]
    assert [f.get("seq") for f in replayed] == [3, 4, 4]
    assert replayed[-1] == {"type": "ready", "seq": 4, "owner": "bot", "name": "", "ahead": None}


def test_a_seq_from_the_future_misses_nothing_that_follows(chat: Chat, gateway: ThreadedServer) -> None:
    chat.say("one")
    chat.close()
    chat.frames.append({"type": "message", "seq": 99})
    chat.connect()
    assert chat.frames[-1]["seq"] == 2
    assert chat.say("two").text == "echo: two"


def test_a_long_conversation_is_replayed_whole(
    gateway: ThreadedServer, open_gateway: OpenGateway, rasa: RasaStandIn
) -> None:
    rasa.says("many", *[reply(str(n)) for n in range(450)])
    with Chat(gateway.url) as chat:
        chat.say("many")
    with Chat(gateway.url, token=chat.token) as tab:
        assert [f["seq"] for f in tab.frames if f["type"] == "message"] == list(range(1, 452))
        assert json.dumps(tab.frames[-1]) == json.dumps(
            {"type": "ready", "seq": 451, "owner": "bot", "name": "", "ahead": None}
        )
