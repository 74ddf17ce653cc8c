"""Which sums of an order a question is about."""

from __future__ import annotations

import pytest

from actions.asking_sums import sums_asked


@pytest.mark.parametrize(
    ("says", "parts"),
    [
        ("what was the total", {"total"}),
        ("how much did I pay for my order?", {"total"}),
        ("what's the total amount of W4471902", {"total"}),
        ("total?", {"total"}),
        ("how much did I pay for shipping", {"shipping"}),
        ("how much was the total shipping on it", {"shipping"}),
        ("how much tax and shipping did i pay", {"tax", "shipping"}),
        ("was my coupon applied?", {"discount"}),
        ("how much is the lamp", {"item"}),
        ("what did i pay for the lamp", {"item"}),
    ],
)
def test_a_question_about_a_sum(says: str, parts: set[str]) -> None:
    assert sums_asked(says, "payment_question") == parts


@pytest.mark.parametrize(
    "says",
    [
        "how much do I get back",
        "how much more does the white one cost",
        "how much is shipping to Canada",
        "how much do you charge for shipping",
        "how much longer",
        "can I get a discount",
        "what would I pay for two",
        "was I charged",
        "when do I get my refund",
    ],
)
def test_another_question(says: str) -> None:
    assert sums_asked(says, "payment_question") == set()


def test_what_is_surely_another_wish_is_no_question_about_a_sum() -> None:
    assert sums_asked("cancel it, what was the total", "cancel_order") == set()


def test_the_tax_of_the_order_that_is_talked_of_needs_no_word_for_it() -> None:
    assert sums_asked("what is the tax", "out_of_scope", of_order=True) == {"tax"}
    assert sums_asked("what is the tax", "out_of_scope") == set()
    assert sums_asked("how much is shipping", "payment_question", of_order=True) == set()
