"""What the trained model makes of what shoppers write."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from meantime.settings import ROOT
from tests.rasa.processes import HERE, Server

pytestmark = pytest.mark.services

type Understand = Callable[..., list[dict[str, Any]]]
NOT_UNDERSTOOD = {"out_of_scope", "nlu_fallback"}
WISHES = yaml.safe_load((HERE / "wishes.yml").read_text())


def intent(reading: dict[str, Any]) -> str:
    return str(reading["intent"]["name"])


def wishes(reading: dict[str, Any]) -> list[str]:
    return [clause["intent"] for clause in reading.get("clauses", [])]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (
            "request_substitute",
            [
                "the cheapest one",
                "in blue please",
                "size 8, waterproof does not matter",
                "same but 500 ml",
                "something under 50 dollars",
                "show me others",
                "swap the lamp for a white one",
                "exchange it for a bigger size",
                "do you have another colour",
                "would a smaller one ship sooner",
                "not these, something in wood",
            ],
        ),
        (
            "correct_details",
            [
                "I gave you the wrong number",
                "that's not my order",
                "no, I meant the other one",
                "wrong email",
                "oops the zip i gave was wrong",
                "can you look at my other order",
            ],
        ),
        (
            "stop_updates",
            ["stop texting me", "no more messages about this order", "unsubscribe me pls", "I don't want these emails"],
        ),
        ("notify_me", ["text me when it ships", "lmk when the vase is back in stock", "keep me posted by email"]),
        ("keep_waiting", ["i'll wait for the vase", "please don't cancel it", "no rush, send it when its in"]),
        ("split_shipment", ["send what you have now", "ship the rest first", "can it come in two boxes"]),
        ("return_or_damage", ["the vase came smashed", "how do i send these back", "you sent me the wrong size"]),
        ("ask_goodwill", ["what do i get for waiting", "any chance of 10% off", "do i get a voucher for the delay"]),
        (
            "change_order",
            ["change my delivery address", "make it two instead of one", "can you deliver on friday instead"],
        ),
        ("repeat", ["say that again please", "sorry what did you say", "what were the options again"]),
        ("complaint", ["this is a joke", "I don't want to wait", "worst shop ever"]),
        ("talk_to_person", ["is anybody going to answer me", "get me a manager", "no one replies"]),
    ],
)
def test_a_wish_is_understood_however_it_is_put(understand: Understand, wanted: str, says: list[str]) -> None:
    readings = dict(zip(says, map(intent, understand(*says)), strict=True))
    assert readings == dict.fromkeys(says, wanted)


THINGS = """accordion barbell beanie binoculars birdhouse bracelet brooch cardigan cello chandelier colander corkscrew
crib cufflinks dartboard dehumidifier doormat easel flute fondue gazpacho globe goggles griddle harmonica hatchet
humidor incense juicer kayak kimono ladle leggings microscope necklace ottoman parka pinata protractor quilt raincoat
sandals saxophone skillet telescope tiara ukulele waffle yoyo""".split()  # noqa: SIM905


def test_a_thing_that_no_phrase_names_is_looked_for_all_the_same(understand: Understand) -> None:
    phrases = (ROOT / "data" / "nlu.yml").read_text().casefold()
    unknown = [thing for thing in THINGS if not re.search(rf"\b{thing}s?\b", phrases)]
    assert len(unknown) >= 35
    says = [text for thing in unknown for text in (f"where is my {thing}", f"where's my red {thing}")]
    missed = [text for text, read in zip(says, understand(*says), strict=True) if intent(read) != "order_status"]
    assert len(missed) <= 0.03 * len(says), missed


def test_a_lone_number_postcode_email_colour_size_or_place_in_a_list_only_informs(understand: Understand) -> None:
    says = ["7719204", "W4471902", "60614", "SW1A 2AA", "jo@example.com", "blue", "white please", "size 8", "medium"]
    says += ["the second one", "the vase", "the lamp and the rug"]
    assert {intent(reading) for reading in understand(*says)} == {"inform"}


@pytest.mark.parametrize(
    "says", ["????", "...", "?", "!!!", ". . .", "…", "%%%", "ok ok ok ???", "ok ok ???", "ok ok ????", "yes???"]
)
def test_signs_are_no_answer_and_take_back_a_yes(rasa: Server, says: str) -> None:
    answer = rasa.turn(says)
    assert answer["intent"]["name"] in NOT_UNDERSTOOD
    assert answer["replies"][0]["custom"]["action"] == "action_fallback"


def test_an_email_beside_a_wish_says_nothing_of_what_is_wanted(understand: Understand) -> None:
    readings = understand(
        "please change the order to three lamps, my email is ann@example.com",
        "cancel the rug in W4471902, my email is ann@example.com and my zip is 60614",
    )
    assert [intent(reading) for reading in readings] == ["change_order", "cancel_order"]


def test_two_wishes_are_found_in_the_order_of_the_text(understand: Understand) -> None:
    readings = understand(*(message["says"] for message in WISHES["two"]))
    missed = [
        (message["says"], wishes(reading))
        for message, reading in zip(WISHES["two"], readings, strict=True)
        if wishes(reading) != message["wants"]
    ]
    assert len(readings) > 100
    assert len(missed) <= 0.1 * len(readings), missed


def test_one_wish_in_many_words_stays_one(understand: Understand) -> None:
    readings = understand(*WISHES["one"])
    split = [(text, wishes(reading)) for text, reading in zip(WISHES["one"], readings, strict=True) if wishes(reading)]
    assert len(readings) > 100
    assert len(split) <= 0.03 * len(readings), split


def test_a_message_with_two_wishes_is_about_the_first(understand: Understand) -> None:
    [reading] = understand("where is my order and can you cancel the lamp?")
    assert intent(reading) == "order_status"
    assert reading["intent_ranking"][0] == reading["intent"]


def test_a_wish_keeps_the_words_around_it(understand: Understand) -> None:
    [reading] = understand("hi! I want to cancel the tent, W4471902. also when do I get my money back? thx")
    assert [clause["text"] for clause in reading["clauses"]] == [
        "hi! I want to cancel the tent, W4471902.",
        "when do I get my money back? thx",
    ]
    assert all(0.6 <= clause["confidence"] <= 1 for clause in reading["clauses"])


def test_what_stands_on_two_lines_is_two_wishes(understand: Understand) -> None:
    on_one_line, on_two = understand(
        "where is my order 7719204 my address has changed", "where is my order 7719204\nmy address has changed"
    )
    assert wishes(on_one_line) == []
    assert wishes(on_two) == ["order_status", "change_order"]


@pytest.mark.parametrize(
    "says",
    [
        "don't split it and cancel the rest",
        "please do not go ahead and cancel my order",
        "I never asked you to stop it and cancel the order. where is it?",
        "don't you dare swap it or cancel it. where is it?",
        "where is it? do not cancel it",
        "tell me where it is and don't cancel anything",
        "where is my order? I never said cancel",
        "without cancelling anything, when does it ship and what does it cost?",
        "I don't want to swap it and I don't want to cancel it, when does it ship?",
        "no need to cancel, but where is the desk and can I change the address?",
        "I will not cancel. When is it coming and can I get a discount?",
    ],
)
def test_no_part_of_a_message_cancels_what_its_whole_does_not(understand: Understand, says: str) -> None:
    [reading] = understand(says)
    assert "cancel_order" not in {intent(reading), *wishes(reading)}


def test_a_condition_is_no_second_wish(understand: Understand) -> None:
    readings = understand(
        "if it is not here by friday cancel it and give me my money back",
        "when it ships, text me",
        "unless you can ship it this week, please cancel it",
    )
    assert [wishes(reading) for reading in readings] == [[], [], []]


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("returns", ["what is your return policy", "refund policy?"]),
        ("cancellations", ["is there a cancellation fee", "what does it cost to cancel", "until when can i cancel"]),
        ("what_is_a_backorder", ["what is a backorder", "what does backordered mean"]),
        ("shipping", ["how much is shipping", "do you ship to ireland", "which carriers do you use"]),
        ("contact", ["what is your phone number", "how can i contact customer service", "where is your shop"]),
        ("payment_methods", ["how can i pay", "do you take paypal", "which cards do you accept"]),
        ("opening_hours", ["when are you open", "what are your business hours", "are you open on sunday"]),
        ("warranty", ["how long is the warranty", "is there a warranty on the lamp"]),
        ("pickup", ["can I pick up in store", "is it possible to pick up my order"]),
        ("personal_data", ["what is your privacy policy", "delete my data please"]),
        (None, ["do you have a loyalty program", "are your products vegan"]),
    ],
)
def test_a_question_about_the_rules_says_about_which(
    understand: Understand, topic: str | None, says: list[str]
) -> None:
    for reading in understand(*says):
        assert intent(reading) == "ask_policy", reading["text"]
        assert reading["policy_topic"]["name"] == topic, reading["text"]
        assert 0 < reading["policy_topic"]["confidence"] <= 1


def test_each_wish_has_its_own_rule_and_other_messages_have_none(understand: Understand) -> None:
    first, second, none = understand(
        "do you take paypal? and where is my order",
        "where is my order? and is there a cancellation fee",
        "where is my order",
    )
    assert first["policy_topic"]["name"] == "payment_methods"
    assert [clause["policy_topic"] and clause["policy_topic"]["name"] for clause in first["clauses"]] == [
        "payment_methods",
        None,
    ]
    assert [clause["policy_topic"] and clause["policy_topic"]["name"] for clause in second["clauses"]] == [
        None,
        "cancellations",
    ]
    assert second.get("policy_topic") is None
    assert "policy_topic" not in none
    assert "clauses" not in none


def test_the_clauses_and_the_topic_reach_the_action(rasa: Server) -> None:
    [told] = [reply["custom"] for reply in rasa.turn("cancel the lamp please. where is the rug?")["replies"]]
    assert [(clause["text"], clause["intent"]) for clause in told["clauses"]] == [
        ("cancel the lamp please.", "cancel_order"),
        ("where is the rug?", "order_status"),
    ]
    [told] = [reply["custom"] for reply in rasa.turn("what is your return policy")["replies"]]
    assert told["action"] == "action_ask_policy"
    assert told["policy_topic"]["name"] == "returns"
    assert told["clauses"] is None


def test_neither_is_kept_from_turn_to_turn_nor_made_of_a_button(rasa: Server) -> None:
    state = rasa.turn("cancel the lamp please. where is the rug?")["state"]
    assert "clauses" not in str(state)
    [reply] = rasa.turn(payload='/cancel_order{"order":"W1"}', state=state)["replies"]
    assert (reply["custom"]["clauses"], reply["custom"]["policy_topic"]) == (None, None)
