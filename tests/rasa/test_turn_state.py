"""What is remembered between turns is in the state that the gateway keeps, and nowhere else."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from components.turn import BadState, State
from tests.rasa.processes import Server


def said(text: str, intent: str = "inform") -> dict[str, Any]:
    return {"text": text, "intent": intent, "confidence": 0.5}


def test_a_state_survives_being_read_and_written() -> None:
    state = {"v": 1, "slots": {"order": "W1"}, "active_loop": None, "messages": [said("the lamp")]}
    assert State.parse(state).as_dict() == state
    assert State.parse(None).as_dict() == {"v": 1, "slots": {}, "active_loop": None, "messages": []}


@pytest.mark.parametrize(
    "raw",
    [
        7,
        [],
        {},
        {"v": "1"},
        {"v": 1, "active_loop": 3},
        {"v": 1, "messages": {}},
        {"v": 1, "messages": [{"confidence": float("nan")}]},
    ],
)
def test_a_state_of_another_shape_is_refused(raw: Any) -> None:
    with pytest.raises(BadState):
        State.parse(raw)


@pytest.mark.services
def test_a_new_conversation_leaves_its_slots_and_words(rasa: Server) -> None:
    state = rasa.turn("where is my order")["state"]
    assert state["v"] == 1
    assert state["slots"] == {"order": "W1", "topic": {"lines": [1]}}
    assert state["active_loop"] is None
    [message] = state["messages"]
    assert (message["text"], message["intent"]) == ("where is my order", "order_status")


@pytest.mark.services
def test_the_same_state_means_the_same_to_another_rasa(rasa: Server, rasa_without_actions: Server) -> None:
    state = rasa.turn("where is my order")["state"]
    later = rasa_without_actions.turn("thank you so much", state=state)
    assert later["failed_action"] is None
    assert later["replies"][0]["text"]
    assert later["state"]["slots"] == state["slots"]
    told = rasa.turn(payload="/inform", state=later["state"])["replies"][0]["custom"]
    assert told["texts"] == ["where is my order", "thank you so much", "/inform"]
    assert told["slots"]["order"] == "W1"
    assert told["slots"]["ran"] is None


@pytest.mark.services
def test_a_turn_asked_again_from_the_same_state_gives_the_same_state(rasa: Server) -> None:
    state = rasa.turn("where is my order")["state"]
    first, again = (rasa.turn("my order number is W5512093", state=state) for _ in range(2))
    assert first["state"] == again["state"]
    assert first["replies"] == again["replies"]


@pytest.mark.services
def test_only_the_last_ten_messages_are_kept_and_the_state_stays_small(rasa: Server) -> None:
    state = None
    for n in range(13):
        state = rasa.turn(f"the lamp number {n} " + "and so on " * 300, state=state)["state"]
    assert [message["text"].split()[3] for message in state["messages"]] == [str(n) for n in range(3, 13)]
    assert len(json.dumps(state)) < 5_000


@pytest.mark.services
def test_the_newest_message_reaches_the_action_whole(rasa: Server) -> None:
    long = '/inform{"choice":"' + "a" * 2_000 + '"}'
    [reply] = rasa.turn(long)["replies"]
    assert reply["custom"]["text"] == long


@pytest.mark.services
def test_what_the_domain_no_longer_has_is_forgotten(rasa: Server) -> None:
    state = {"v": 1, "slots": {"order": "W2", "old": 1, "ran": "action_inform"}, "active_loop": "old_form"}
    answer = rasa.turn(payload="/deny", state=state)
    assert answer["state"]["slots"] == {"order": "W2"}
    assert answer["state"]["active_loop"] is None
    assert answer["failed_action"] == "action_deny"


@pytest.mark.services
def test_many_conversations_at_once_each_keep_their_own(rasa: Server) -> None:
    def own(n: int) -> list[str]:
        state = {"v": 1, "slots": {"order": f"W{n}"}, "messages": [said(f"the lamp number {n}")]}
        told = rasa.turn(payload="/inform", message_id=f"m{n}", state=state)["replies"][0]["custom"]
        return [told["sender_id"], told["slots"]["order"], told["texts"][0]]

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(own, range(36))) == [[f"m{n}", f"W{n}", f"the lamp number {n}"] for n in range(36)]


@pytest.mark.services
def test_nothing_of_one_conversation_is_seen_in_another_on_the_same_connection(rasa: Server) -> None:
    rasa.turn("where is my order")
    told = rasa.turn(payload="/inform")["replies"][0]["custom"]
    assert told["texts"] == ["/inform"]
    assert told["slots"]["order"] is None
