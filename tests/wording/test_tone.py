"""The linter of tone: for each rule what it finds, and what comes close and is fine."""

from __future__ import annotations

import pytest
import yaml

from meantime.settings import ROOT
from meantime.wording.readability import grade, sentences
from meantime.wording.tone import Finding, lint

WAITS = "Order M1:\n- Lamp: on backorder, which means sold out for now."
CHARGED = "Your card has not been charged yet."


def rules(text: str, *options: str, channel: str = "website") -> list[str]:
    return [finding.rule for finding in lint(text, options, channel=channel)]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("vague_date", "It will be here soon."),
        ("vague_date", "We send it as soon as possible."),
        ("vague_date", "Expect it in a few days."),
        ("vague_date", "It should come any day now."),
        ("vague_date", "It ships shortly."),
        ("unknown_date", "There is no date for it yet."),
        ("unknown_date", "Nobody can name a day yet."),
        ("unknown_date", "We do not know when it comes."),
        ("one_apology", "I am sorry about the wait. Again, my apologies."),
        ("exclamation", "Sorry, it is sold out!"),
        ("exclamation", "Hello! Your parcel is late."),
        ("jargon", "The SKU is 12."),
        ("jargon", "No new eta so far. You can wait."),
        ("jargon", "It has left our fulfillment center."),
        ("jargon", "Two units are allocated to you."),
        ("jargon", "The lamp is on backorder."),
        ("blame", "You should have told us."),
        ("blame", "You must have overlooked the mail."),
        ("blame", "You failed to give your postcode."),
        ("blame", "As I already said, it is late."),
        ("blame", "You didn’t read it."),
        ("blame", "As I already told you, it is late."),
        ("blame", "As I said, it is late."),
        ("blame", "I told you that already."),
        ("blame", "It is not our fault."),
        ("blame", "That wasn’t my mistake."),
        ("anger", "It’s not my problem."),
        ("anger", "That isn’t my job."),
        ("nagging", "Are you sure you want to cancel?"),
        ("nagging", "Before you go, look at these."),
        ("nagging", "We would hate to lose you."),
        ("nagging", "We’d hate to see that."),
        ("nagging", "May I ask why you want this?"),
        ("anger", "Please calm down."),
        ("anger", "Obviously it is not here."),
        ("anger", "You are being ridiculous."),
        ("anger", "Don't be stupid."),
        ("anger", "That is not our problem."),
        ("shouting", "It is NOT here."),
        ("shouting", "PLEASE WAIT for it."),
        ("shouting", "What do you want??"),
        ("emoji", "All done 🙂"),
        ("emoji", "All done ✔"),
        ("emoji", "All done :-)"),
        ("trace", "Expect it on None."),
        ("trace", "Your card: null"),
        ("trace", "Order {number} is here."),
        ("trace", "Traceback (most recent call last)"),
        ("trace", "KeyError: 'sku'"),
        ("trace", "Is it undefined?"),
        ("trace", 'Say /cancel_order{"order": "M1"}.'),
        ("trace", "Say /affirm to go on."),
        ("trace", "utter_ask_policy"),
    ],
)
def test_what_each_rule_finds(rule: str, text: str) -> None:
    assert rule in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "It ships as soon as it comes in.",
        "It is too soon to name one, and I write on Friday.",
        "Sooner is not possible.",
        "It arrives in 3 days.",
        "Come back at any time.",
        "There is no need to name a day.",
        "There is no date for it yet. You can wait or cancel.",
        "There is no date for it yet. We will write to you on Friday.",
        "I am sorry about the wait.",
        "You're welcome!",
        "Sorry, it is sold out.",
        "The lamp is on backorder: sold out, with more to come.",
        "Your meta data and the skunk are fine.",
        "You should have it by Friday.",
        "If you forgot the number, your postcode will do.",
        "You can tell me what you said before.",
        "Are you there? Before you go ahead, I list it once more.",
        "Are you sure of the number? It looks like M123456.",
        "This delay is ridiculous, I understand that.",
        "Please relax the strap before use.",
        "It comes with UPS. The LED is warm white.",
        "What do you want?",
        "- SONY WHITE NOISE MACHINE: in stock.",
        "The parcel (see below) holds 2 x 5 things; that is all.",
        "None of them can be cancelled.",
        "Pick the red and/or the blue one, or see https://shop.example.com/track.",
        "Half of it is 50 % off.",
        "Ω and é, 20 °C, “quoted”, Lamp™.",
        'I pass it on in your words: "WHY is it LATE?! you idiots :-) /affirm".',
    ],
)
def test_what_comes_close_and_is_fine(text: str) -> None:
    assert rules(text) == []


def test_options_are_something_to_do_without_a_date() -> None:
    assert rules("There is no date for it yet.", "Keep waiting") == []


def test_options_are_read_like_the_text() -> None:
    assert rules("What now?", "Check the ETA") == ["jargon"]
    assert rules("What now?", "Cancel /cancel_order") == ["trace"]


def test_who_waits_for_an_order_can_always_cancel_it() -> None:
    assert rules(f"{WAITS}\n{CHARGED}", "Keep waiting") == ["cancelling_open"]
    assert rules(f"{WAITS}\n{CHARGED} It can no longer be cancelled.", "Keep waiting") == ["cancelling_open"]
    assert rules(f"{WAITS}\n{CHARGED} You can no longer cancel it.", "Keep waiting") == ["cancelling_open"]
    assert rules(f"{WAITS}\n{CHARGED}", "Keep waiting", "Cancel") == []
    assert rules(f"{WAITS}\n{CHARGED} You can wait or cancel.") == []


def test_who_waits_for_an_order_is_told_of_the_card() -> None:
    assert rules(WAITS, "Cancel") == ["card_charged"]
    assert rules(f"{WAITS} The payment has been refunded.", "Cancel") == []


def test_an_order_that_does_not_wait_needs_neither() -> None:
    assert rules("Order M1:\n- Lamp: delivered on Friday.") == []


def test_hard_sentences_are_found_and_the_hardest_is_shown() -> None:
    easy = "Your order is here. You can have it now."
    hard = "Cancellation necessitates administrative verification of the corresponding authorisation."
    [finding] = lint(f"{easy} {hard}")
    assert finding.rule == "reading_grade"
    assert finding.where.startswith("Cancellation necessitates")


def test_eight_years_of_school_are_enough() -> None:
    too_hard = "We are waiting for the delivery that our supplier promised us on Friday, and it is delayed."
    assert 8 < grade(sentences(too_hard)) < 9
    assert rules(too_hard) == ["reading_grade"]
    just_right = too_hard.replace("delayed", "late")
    assert 7 < grade(sentences(just_right)) <= 8
    assert rules(just_right) == []


def test_lists_dates_numbers_and_names_make_nothing_hard_to_read() -> None:
    assert (
        rules(
            "Your order holds what follows, and I can tell you more about each thing in it:\n"
            "- Professional Anti-Condensation Refrigerating Apparatus, extraordinarily economical\n"
            "1. Multifunctional Telecommunication Accessory\n"
            "We send the Professional Refrigerating Apparatus on Wednesday, December 23, with number 1Z9990000300217. "
            'You call it "an extraordinarily uneconomical apparatus".'
        )
        == []
    )


def test_a_text_message_is_short() -> None:
    assert rules("A cat. " * 43 + "A rat", channel="sms") == []
    assert rules("A cat. " * 43 + "A rat.", channel="sms") == ["sms_too_long"]
    assert rules("A cat. " * 43 + "A rat.") == []


def test_a_text_message_has_plain_characters() -> None:
    assert lint("It’s here…", channel="sms")[0].where == "’…"
    assert rules("Très bien: ñ, ß, €.", channel="sms") == []
    assert rules("It’s here…") == []


@pytest.mark.parametrize("text", ["Reply CANCEL to cancel.", 'Text "END" to us.'])
def test_a_text_message_never_asks_for_a_word_that_ends_all_messages(text: str) -> None:
    assert rules(text, channel="sms") == ["sms_opt_out"]


@pytest.mark.parametrize("text", ["The answer will be on this page.", "Click here.", "Use the button."])
def test_a_text_message_does_not_speak_of_a_page(text: str) -> None:
    assert rules(text, channel="sms") == ["sms_page"]
    assert rules(text) == []


@pytest.mark.parametrize("text", ["Reply 3 to cancel.", "Reply STOP to get no more messages.", "You can cancel."])
def test_other_words_may_be_asked_for(text: str) -> None:
    assert rules(text, channel="sms") == []


def test_every_advice_is_a_sentence_to_a_colleague() -> None:
    bad = (
        "SORRY! Sorry, the SKU is late: NOT here. You failed to say so. As I said, calm down 🙂 None. Are you sure you "
        f"want it soon? {WAITS} No date."
    )
    found = lint(bad, channel="sms")
    assert len(found) > 8
    for finding in found:
        assert isinstance(finding, Finding)
        assert finding.where
        assert finding.advice[0].isupper() or finding.rule == "sms_characters"
        assert finding.advice.endswith((".", "?"))
        assert "!" not in finding.advice


def test_every_response_of_the_domain_keeps_the_rules() -> None:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    said = [response for kinds in responses.values() for response in kinds]
    assert len(said) > 5
    broken = {
        response["text"]: findings
        for response in said
        if (findings := lint(response["text"], [button["title"] for button in response.get("buttons", [])]))
    }
    assert broken == {}
