"""Handing a conversation to a person: the queue, taking over, handing back."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import update

from meantime.conversations.owner import hand_back, take_over
from meantime.conversations.tables import Conversation, Message
from meantime.db import Database, now
from meantime.ledger import Turn, TurnToken
from meantime.wording import gateway as say
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.e2e.chat import Chat

WAYS_OUT = [say.CARRY_ON, say.STOP_WAITING]
STEPS = "You are next in line. We aim to answer within 10 minutes."


@pytest.fixture(autouse=True)
def hands_off(rasa: RasaStandIn) -> None:
    rasa.says("person", reply("I am passing you on.", hand_off="asked for a person"))


def test_a_hand_off_offers_two_ways_out_and_changes_who_answers(chat: Chat) -> None:
    turn = chat.say("person")
    assert turn.text == f"I am passing you on. {STEPS}"
    assert list(turn.options) == WAYS_OUT
    assert turn.frames[-2:] == [
        {"type": "owner", "owner": "queue", "name": "", "ahead": 0},
        {"type": "done", "in_reply_to": turn.frames[-1]["in_reply_to"]},
    ]


def test_a_hand_off_without_a_word_is_said_all_the_same(chat: Chat, rasa: RasaStandIn) -> None:
    rasa.says("silent", reply("", hand_off="complaint"))
    assert chat.say("silent").text == f"{say.HANDED_OFF} {STEPS}"


def summary_of(chat: Chat, database: Database) -> str:
    with database.reading() as session:
        return session.get_one(Conversation, chat.conversation_id).summary


def test_what_the_person_should_know_is_kept_with_the_hand_off(
    chat: Chat, rasa: RasaStandIn, database: Database
) -> None:
    rasa.says("lamp", reply("I pass it on.", hand_off="a complaint", summary="Order M1:\0 a broken lamp."))
    chat.say("lamp")
    summary = summary_of(chat, database)
    assert summary.startswith("Order M1: a broken lamp.\nWho: not identified\n")
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
    assert summary_of(chat, database) == summary


def test_a_long_summary_is_cut(chat: Chat, rasa: RasaStandIn, database: Database) -> None:
    rasa.says("long", reply("I pass it on.", hand_off="a complaint", summary="é" * 3000))
    chat.say("long")
    summary = summary_of(chat, database)
    assert summary.startswith("é" * 1200 + "\n")
    assert "Mood: calm" in summary


def test_without_a_hand_off_no_summary_is_kept(chat: Chat, rasa: RasaStandIn, database: Database) -> None:
    rasa.says("words", reply("Tell me more.", summary="Order M1"))
    assert chat.say("words").owner is None
    assert summary_of(chat, database) == ""


@pytest.mark.parametrize("option", WAYS_OUT)
def test_of_whoever_leaves_the_queue_only_what_a_person_was_to_do_is_kept(
    chat: Chat, rasa: RasaStandIn, database: Database, option: str
) -> None:
    rasa.says("lamp", reply("I pass it on.", hand_off="a complaint", summary="Order: M1\nWho: customer c7"))
    chat.say("lamp")
    chat.choose(option)
    kept = summary_of(chat, database)
    assert kept.startswith("Left the line: ")
    assert kept.endswith(', nothing done yet: a complaint; Order: M1; Says: "lamp"')


def test_the_next_hand_off_brings_its_own_summary(chat: Chat, rasa: RasaStandIn, database: Database) -> None:
    rasa.says("lamp", reply("I pass it on.", hand_off="a complaint", summary="Order M1"))
    chat.say("lamp")
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
    with database.writing() as session:
        hand_back(session, chat.conversation_id, "Ana")
    chat.say("person")
    assert "M1" not in summary_of(chat, database)


def test_in_the_queue_words_are_acknowledged_once_and_then_kept(chat: Chat, rasa: RasaStandIn) -> None:
    chat.say("person")
    first, second = chat.say("are you there?"), chat.say("hello?")
    assert (first.text, list(first.options)) == (say.IN_QUEUE, WAYS_OUT)
    assert second.messages == []
    assert rasa.texts == ["person"]


@pytest.mark.parametrize(("option", "sentence"), [(WAYS_OUT[0], say.CARRYING_ON), (WAYS_OUT[1], say.STOPPED_WAITING)])
def test_either_way_out_brings_the_bot_back_without_asking_rasa(
    chat: Chat, rasa: RasaStandIn, option: str, sentence: str
) -> None:
    chat.say("person")
    turn = chat.choose(option)
    assert (turn.text, turn.owner) == (sentence, "bot")
    assert chat.say("hello").text == "echo: hello"
    assert rasa.texts == ["person", "hello"]


def test_the_ways_out_may_be_typed(chat: Chat) -> None:
    chat.say("person")
    assert chat.say("stop waiting").text == say.STOPPED_WAITING


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("ok carry on", say.CARRYING_ON),
        ("continue with the bot", say.CARRYING_ON),
        ("I don't want to wait any more", say.STOPPED_WAITING),
    ],
)
def test_they_may_be_typed_in_other_words(chat: Chat, rasa: RasaStandIn, words: str, sentence: str) -> None:
    chat.say("person")
    turn = chat.say(words)
    assert (turn.text, turn.owner) == (sentence, "bot")
    assert rasa.texts == ["person"]


def test_who_writes_on_is_acknowledged_again_after_some_messages(chat: Chat) -> None:
    chat.say("person")
    heard = [chat.say(f"words {n}").text for n in range(12)]
    assert [n for n, text in enumerate(heard) if text] == [0, 5, 10]
    assert set(filter(None, heard)) == {say.IN_QUEUE}


def test_who_writes_after_a_long_silence_is_acknowledged_again(chat: Chat, database: Database) -> None:
    chat.say("person")
    chat.say("words")
    assert chat.say("is anybody there?").messages == []
    with database.writing() as session:
        session.execute(update(Message).values(at=now() - timedelta(minutes=11)))
    assert chat.say("is anybody there?").text == say.IN_QUEUE


def test_who_asks_for_a_person_again_is_acknowledged_again(chat: Chat) -> None:
    chat.say("person")
    chat.say("words")
    chat.choose(say.CARRY_ON)
    chat.say("person")
    assert chat.say("words").text == say.IN_QUEUE


def test_an_agent_is_shown_and_the_bot_is_silent(chat: Chat, rasa: RasaStandIn, database: Database) -> None:
    chat.say("hello")
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
    while chat.receive()["type"] != "owner":
        pass
    assert chat.frames[-1] == {"type": "owner", "owner": "agent", "name": "Ana", "ahead": None}
    assert chat.frames[-2]["text"] == say.taken_over("Ana")
    turn = chat.say("thank you")
    assert [f["type"] for f in turn.frames] == ["message", "done"]
    assert rasa.texts == ["hello"]


def test_a_hand_back_is_told_and_the_bot_answers_again(chat: Chat, database: Database) -> None:
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
    chat.say("to Ana")
    with database.writing() as session:
        hand_back(session, chat.conversation_id, "Ana")
    turn = chat.say("to the bot")
    assert turn.owner == "bot"
    assert turn.messages[-1]["text"] == "echo: to the bot"


def test_taking_over_in_mid_turn_drops_the_bots_answer(chat: Chat, rasa: RasaStandIn, database: Database) -> None:
    rasa.close_gate()
    words_id = str(uuid.uuid4())
    chat.send({"type": "say", "id": words_id, "text": "cancel it"})
    rasa.wait_for(1)
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
    turn = chat.until_done(words_id)
    rasa.open_gate()
    assert [m["author"] for m in turn.messages] == ["system"]
    assert chat.say("hello Ana").messages == []
    with database.reading() as session:
        revoked = session.get_one(Turn, rasa.asked[0]["message_id"])
        assert revoked.revoked_at is not None


def test_an_option_offered_before_ends_with_the_take_over(chat: Chat, rasa: RasaStandIn, database: Database) -> None:
    chat.say("person")
    option = chat.options[say.CARRY_ON]
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
    words_id = str(uuid.uuid4())
    chat.send({"type": "choose", "id": words_id, "option": option})
    assert chat.until_done(words_id).errors == ["option_gone"]


def proposal_of(rasa: RasaStandIn) -> str | None:
    return TurnToken.verify(rasa.asked[-1]["metadata"]["token"], os.environ["SECRET_KEY"]).proposal


def test_yes_means_the_proposal_of_the_message_just_before(chat: Chat, rasa: RasaStandIn) -> None:
    rasa.says("cancel", reply("Shall I?", proposal="P1"), reply("Please say yes or no."))
    chat.say("cancel")
    chat.say("yes")
    assert proposal_of(rasa) == "P1"
    chat.say("yes")
    assert proposal_of(rasa) is None


def test_yes_means_nothing_across_a_hand_back(chat: Chat, rasa: RasaStandIn, database: Database) -> None:
    rasa.says("cancel", reply("Shall I?", proposal="P1"))
    chat.say("cancel")
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
    with database.writing() as session:
        hand_back(session, chat.conversation_id, "Ana")
    chat.say("yes")
    assert proposal_of(rasa) is None


def test_of_two_quick_messages_only_the_one_after_the_proposal_may_confirm_it(chat: Chat, rasa: RasaStandIn) -> None:
    rasa.says("cancel", reply("Shall I?", proposal="P1"))
    chat.say("cancel")
    rasa.close_gate()
    ids = [str(uuid.uuid4()), str(uuid.uuid4())]
    for words_id, words in zip(ids, ("not the lamp", "yes"), strict=True):
        chat.send({"type": "say", "id": words_id, "text": words})
    rasa.wait_for(2)
    rasa.open_gate()
    for words_id in ids:
        chat.until_done(words_id)
    assert proposal_of(rasa) is None
