"""Choosing instead of typing: options are opaque, belong to one conversation, and end."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat, Turn

CANCEL = '/cancel_order{"order": "M1"}'


@pytest.fixture(autouse=True)
def offers(rasa: RasaStandIn) -> None:
    rasa.says("menu", reply("What now?", ("Cancel it", CANCEL), ("Keep waiting", "/keep_waiting"), asks="choice"))
    rasa.says("sure?", reply("Sure?", ("Yes", "/affirm"), ("No", "/deny"), ("A person", "/talk_to_person")))


def choose_id(chat: Chat, option_id: str) -> Turn:
    words_id = str(uuid.uuid4())
    chat.send({"type": "choose", "id": words_id, "option": option_id})
    return chat.until_done(words_id)


def test_a_chosen_option_reaches_rasa_as_its_payload_and_shows_as_its_title(chat: Chat, rasa: RasaStandIn) -> None:
    chat.say("menu")
    turn = chat.choose("Cancel it")
    assert turn.frames[0]["text"] == "Cancel it"
    assert (rasa.asked[-1]["text"], rasa.asked[-1]["payload"]) == (None, CANCEL)


def test_no_payload_ever_leaves_the_server(chat: Chat) -> None:
    chat.say("menu")
    assert "cancel_order" not in str(chat.frames)


def test_options_have_the_role_of_what_they_mean(chat: Chat) -> None:
    turn = chat.say("sure?")
    roles = {o["title"]: o["role"] for o in turn.messages[0]["options"]}
    assert roles == {"Yes": "confirm", "No": "decline", "A person": "human"}


def test_what_is_asked_for_is_passed_on_unless_no_channel_knows_it(chat: Chat, rasa: RasaStandIn) -> None:
    assert chat.say("menu").asks == "choice"
    rasa.says("odd", reply("?", asks="shoe_size"))
    assert chat.say("odd").asks is None


@pytest.mark.parametrize("typed", ["cancel it", "  Cancel it. ", "CANCEL IT!!"])
def test_typing_the_title_of_an_option_chooses_it_and_shows_as_typed(chat: Chat, rasa: RasaStandIn, typed: str) -> None:
    chat.say("menu")
    turn = chat.say(typed)
    assert turn.frames[0]["text"] == typed
    assert rasa.asked[-1]["payload"] == CANCEL


def test_a_payload_that_is_typed_stays_text(chat: Chat, rasa: RasaStandIn) -> None:
    chat.say("menu")
    chat.say(CANCEL)
    assert (rasa.asked[-1]["text"], rasa.asked[-1]["payload"]) == (CANCEL, None)


def test_an_option_lives_until_the_next_message_with_options(chat: Chat, rasa: RasaStandIn) -> None:
    old = chat.say("menu").options["Cancel it"]
    chat.say("something without options")
    assert choose_id(chat, old).errors == []
    chat.say("sure?")
    turn = choose_id(chat, old)
    assert [f["type"] for f in turn.frames] == ["error", "done"]
    assert turn.errors == ["option_gone"]


def test_the_option_of_another_conversation_is_not_there(chat: Chat, gateway: ThreadedServer) -> None:
    chat.say("menu")
    with Chat(gateway.url) as other:
        other.say("menu")
        assert choose_id(other, chat.options["Cancel it"]).errors == ["option_gone"]


@pytest.mark.parametrize("option", ["", "x" * 500, "nul\0", "½", "gateway:carry_on"])
def test_an_option_nobody_offered_is_not_there(chat: Chat, option: str) -> None:
    assert choose_id(chat, option).errors == ["option_gone"]


def test_the_same_choice_under_one_id_is_made_once(chat: Chat, rasa: RasaStandIn) -> None:
    option = chat.say("menu").options["Cancel it"]
    words_id = str(uuid.uuid4())
    for _ in range(2):
        chat.send({"type": "choose", "id": words_id, "option": option})
        chat.until_done(words_id)
    assert rasa.texts == ["menu", CANCEL]
    chat.send({"type": "say", "id": words_id, "text": "Cancel it"})
    assert chat.until_done(words_id).errors == ["id_reused"]


def test_a_card_stands_for_its_option(chat: Chat, rasa: RasaStandIn) -> None:
    cards: list[dict[str, Any]] = [
        {"title": "Lamp", "subtitle": "$20", "image_url": "/l.png", "option": "/pick{1}"},
        {"title": "Lamp, blue", "option": "/pick{2}"},
    ]
    rasa.says("similar", reply("These are close.", ("The first", "/pick{1}"), cards=cards))
    message = chat.say("similar").messages[0]
    assert [o["title"] for o in message["options"]] == ["The first"]
    assert message["cards"][0]["option"] == message["options"][0]["id"]
    choose_id(chat, message["cards"][1]["option"])
    assert rasa.asked[-1]["payload"] == "/pick{2}"


def test_what_only_cards_offer_is_counted_off_before_the_buttons(chat: Chat, rasa: RasaStandIn) -> None:
    cards: list[dict[str, Any]] = [
        {"title": "Lamp", "option": "/pick{1}"},
        {"title": "Lamp, blue", "option": "/pick{2}"},
        {"title": "Lamp, once more", "option": "/pick{1}"},
        {"title": "A picture"},
    ]
    rasa.says("similar", reply("These are close.", ("None of these", "/deny"), cards=cards))
    message = chat.say("similar").messages[0]
    options = [card["option"] for card in message["cards"]]
    assert options[0] == options[2] != options[1]
    assert options[3] is None
    for words, payload in (("the second one", "/pick{2}"), ("3", "/deny")):
        chat.say("similar")
        chat.say(words)
        assert rasa.asked[-1]["payload"] == payload


def test_the_second_one_means_the_second_of_a_list(chat: Chat, rasa: RasaStandIn) -> None:
    chat.say("menu")
    turn = chat.say("the second one")
    assert turn.frames[0]["text"] == "the second one"
    assert rasa.asked[-1]["payload"] == "/keep_waiting"


def test_options_that_ended_are_not_shown_to_who_comes_back(chat: Chat, gateway: ThreadedServer) -> None:
    chat.say("menu")
    chat.say("sure?")
    with Chat(gateway.url, token=chat.token) as tab:
        shown = [[o["title"] for o in f["options"]] for f in tab.frames if f["type"] == "message"]
        assert shown == [[], [], [], ["Yes", "No", "A person"]]
