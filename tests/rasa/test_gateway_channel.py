"""The channel between the gateway and Rasa, against a real Rasa and a real action server."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psutil
import pytest

from tests.rasa.processes import SECRET, Processes, Server

pytestmark = pytest.mark.services

ASKED = {"message_id": "m1", "text": "where is my order", "payload": None, "state": None, "metadata": {}}


def custom(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what the one reply of a `Told` action says."""
    [reply] = answer["replies"]
    return reply["custom"]


@pytest.mark.parametrize("secret", [None, "wrong", SECRET + "x", SECRET.upper()])
def test_without_the_secret_there_is_no_turn(rasa: Server, secret: str | None) -> None:
    answer = rasa.ask(secret=secret, **ASKED)
    assert answer.status_code == 401
    assert set(answer.json()) == {"error"}


def test_a_secret_of_other_characters_is_refused_too(rasa: Server) -> None:
    answer = rasa.client.post("/webhooks/gateway/turn", headers={b"Authorization": "Bearer ü".encode()}, json=ASKED)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"text": None},
        {"payload": "/affirm"},
        {"text": 7},
        {"text": "x" * 10_001},
        {"message_id": ""},
        {"message_id": None},
        {"metadata": []},
        {"metadata": None},
        {"state": []},
        {"state": {}},
        {"state": {"v": 2}},
        {"state": {"v": 1, "slots": []}},
        {"state": {"v": 1, "messages": [1]}},
        {"state": {"v": 1, "messages": [{"text": 1}]}},
        {"text": None, "payload": "affirm"},
        {"text": None, "payload": "/no_such_intent"},
        {"text": None, "payload": "/restart"},
        {"text": None, "payload": '/cancel_order{"order":'},
        {"text": None, "payload": '/cancel_order{"order":"W1"} and more'},
    ],
)
def test_a_body_that_says_no_turn_is_refused_in_words(rasa: Server, change: dict[str, Any]) -> None:
    answer = rasa.ask(**(ASKED | change))
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"text"', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(rasa: Server, raw: bytes) -> None:
    answer = rasa.client.post("/webhooks/gateway/turn", content=raw, headers={"Authorization": f"Bearer {SECRET}"})
    assert answer.status_code == 400


def test_each_utterance_is_one_reply_with_all_its_parts_in_order(rasa: Server) -> None:
    answer = rasa.turn("where is my order")
    assert answer["intent"]["name"] == "order_status"
    assert 0.3 < answer["intent"]["confidence"] <= 1
    assert answer["failed_action"] is None
    assert answer["replies"] == [
        {
            "text": "Your lamp ships between 3 and 5 June.\n\nYou can wait or cancel.",
            "buttons": [{"title": "Cancel the lamp", "payload": '/cancel_order{"order":"W1","lines":"1"}'}],
            "custom": {"asks": "choice", "cards": []},
        },
        {"text": "Your card has not been charged.", "buttons": [], "custom": {}},
    ]


def test_a_button_brings_its_entities_to_the_action(rasa: Server) -> None:
    answer = rasa.turn(payload='/cancel_order{"order":"W1","lines":"1,2"}')
    assert answer["intent"] == {"name": "cancel_order", "confidence": 1.0}
    assert custom(answer)["entities"] == {"order": "W1", "lines": "1,2"}


@pytest.mark.parametrize(
    "turn",
    [
        {"text": "W1234567"},
        {"payload": '/inform{"choice":"2"}'},
        {"text": '/inform{"choice":"2"}'},
    ],
)
def test_an_action_sees_the_metadata_however_the_message_came(rasa: Server, turn: dict[str, str]) -> None:
    metadata = {"turn": "token", "channel": "website", "nested": {"a": [1]}}
    told = custom(rasa.turn(**turn, metadata=metadata))
    assert told["latest_message_metadata"] == metadata
    assert told["event_metadata"].items() >= metadata.items()
    assert told["sender_id"] == "m1"


@pytest.mark.parametrize(
    "typed",
    [
        ' /cancel_order{"order":"W1"}',
        "\u200b/affirm",
        "\uff0faffirm",
        "/ / /affirm",
        "//affirm",
        "/restart",
        "/",
        "\u200b",
    ],
)
def test_a_typed_payload_is_not_understood(rasa: Server, typed: str) -> None:
    answer = rasa.turn(typed)
    assert answer["intent"]["name"] == "out_of_scope"
    assert custom(answer)["action"] == "action_fallback"
    assert custom(answer)["entities"] == {}


def test_a_sentence_after_a_slash_is_read_as_words(rasa: Server) -> None:
    answer = rasa.turn("/please cancel my order")
    assert answer["intent"]["name"] == "cancel_order"
    assert custom(answer)["text"] == "please cancel my order"


def test_an_action_that_raises_is_named(rasa: Server) -> None:
    answer = rasa.turn(payload="/affirm")
    assert answer["failed_action"] == "action_affirm"
    assert answer["replies"] == []
    assert "fire" not in json.dumps(answer)


def test_an_answer_that_is_no_event_counts_as_a_failure(rasa: Server) -> None:
    for _ in range(2):
        answer = rasa.turn(payload="/keep_waiting")
        assert answer["failed_action"] == "action_keep_waiting"
        assert answer["replies"] == []


def test_an_action_that_does_not_say_it_ran_is_named_beside_its_replies(rasa: Server) -> None:
    answer = rasa.turn(payload="/deny")
    assert answer["failed_action"] == "action_deny"
    assert [reply["text"] for reply in answer["replies"]] == ["All right."]


def test_an_action_that_ran_without_a_word_is_named_since_nobody_may_meet_silence(rasa: Server) -> None:
    assert rasa.turn(payload="/greet")["failed_action"] == "action_greet"


def test_an_action_server_that_is_down_shows_as_the_failed_action(rasa_without_actions: Server) -> None:
    answer = rasa_without_actions.turn("where is my order")
    assert answer["failed_action"] == "action_order_status"
    assert answer["replies"] == []


def test_a_failure_of_one_turn_is_not_seen_in_the_next(rasa: Server) -> None:
    failed = rasa.turn(payload="/affirm")
    assert rasa.turn("thank you so much", state=failed["state"])["failed_action"] is None


def test_two_turns_at_once_do_not_wait_for_each_other(rasa: Server) -> None:
    state = rasa.turn("where is my order")["state"]

    def ask(message_id: str) -> str:
        answer = httpx.post(
            f"{rasa.url}/webhooks/gateway/turn",
            json=ASKED | {"message_id": message_id, "text": None, "payload": "/repeat", "state": state},
            headers={"Authorization": f"Bearer {SECRET}"},
            timeout=20,
        )
        return answer.json()["replies"][0]["text"]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, ["m1", "m2"])) == ["together", "together"]


@pytest.mark.parametrize("trouble", ["raise", "save nothing", "state cannot be read", "state cannot be written"])
def test_a_turn_that_went_wrong_is_never_answered_as_done(failing_rasa: Server, trouble: str) -> None:
    answer = failing_rasa.ask(**(ASKED | {"text": trouble}))
    assert answer.status_code == 500
    assert set(answer.json()) == {"error"}
    assert "inside" not in answer.text


def test_without_a_model_there_is_neither_health_nor_a_turn(failing_rasa: Server) -> None:
    failing_rasa.ask(**(ASKED | {"text": "lose the model"}))
    assert failing_rasa.client.get("/webhooks/gateway/health").status_code == 503
    assert failing_rasa.ask(**ASKED).status_code == 503


def test_health_says_which_model_answers(rasa: Server, model: Any) -> None:
    answer = rasa.client.get("/webhooks/gateway/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "model": model.name}


def test_rasa_has_no_other_way_in(rasa: Server) -> None:
    for path in ("/webhooks/rest/webhook", "/model/parse", "/conversations/m1/tracker", "/domain"):
        assert rasa.client.post(path, json={"sender": "x", "message": "hi", "text": "hi"}).status_code in {404, 405}


def test_rasa_listens_on_loopback_only(rasa: Server) -> None:
    own = [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family == socket.AF_INET and not address.address.startswith("127.")
    ]
    if not own:
        pytest.skip("this machine has no other address")
    for address in own:
        with pytest.raises(OSError, match=r"refused|timed out"):
            socket.create_connection((address, rasa.port), timeout=2)


def test_rasa_does_not_start_with_a_secret_that_can_be_guessed(processes: Processes) -> None:
    server = processes.rasa_without_secret
    assert server.process.wait(60) != 0
    assert "RASA_SHARED_SECRET must be set to at least 16 characters" in server.log.read_text()
