"""What threatens with the law, an authority or the bank, and what only speaks of one."""

from __future__ import annotations

import pytest

from meantime.wording.threatening import threatens


@pytest.mark.parametrize(
    "says",
    [
        "you will hear from my lawyer",
        "my attorney will be in touch",
        "I am calling my solicitor right now.",
        "I'll sue you",
        "give me my money back or I will sue",
        "see you in court",
        "I'm taking you to small claims court",
        "I will take legal action",
        "I will report you to trading standards",
        "I'm going to file a complaint with the BBB",
        "contacting consumer protection tomorrow",
        "then I go to the ombudsman",
        "this is a scam and I will report you",
        "I am going to do a chargeback",
        "if it is not here by friday I file a charge-back",
        "I'll dispute the charge with my bank",
        "I will dispute this",
        "my bank will reverse the payment",
        "Where is it? I will sue you.",
        "I go to the police if this is not refunded",
    ],
)
def test_a_threat_is_heard(says: str) -> None:
    assert threatens(says)


@pytest.mark.parametrize(
    "says",
    [
        "is it legal to ship batteries",
        "my order for the lawyer's office",
        "send the chair to my lawyer's office",
        "please call the lawyer's office when you deliver",
        "a gift for my lawyer",
        "can you tell me a joke about a lawyer",
        "the legal department ordered the lamp",
        "can I dispute?",
        "can I dispute a charge?",
        "what is a chargeback",
        "how do I dispute a payment with my bank",
        "does my bank reverse the payment when I cancel?",
        "my bank charged me twice",
        "deliver it to Sue",
        "ship it to 12 Court Street",
        "I need the suit, I go to court tomorrow",
        "I have a complaint",
        "report a problem with my payment",
        "I want to report you a problem",
        "are you a member of the BBB?",
        "is there a consumer rights page?",
        "",
    ],
)
def test_what_only_speaks_of_it_is_none(says: str) -> None:
    assert not threatens(says)
