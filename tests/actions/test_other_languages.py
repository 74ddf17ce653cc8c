"""Another language is known from English, and from a wish that was understood all the same."""

from __future__ import annotations

import pytest

from actions.other_languages import is_not_english


@pytest.mark.parametrize(
    "text",
    [
        "no entiendo",
        "¿dónde está mi pedido?",
        "je ne comprends pas",
        "wo ist meine bestellung",
        "non capisco",
        "где мой заказ",
        "我的订单在哪里",
    ],
)
def test_another_language(text: str) -> None:
    assert is_not_english("out_of_scope", text)


@pytest.mark.parametrize(
    "text", ["no", "where is my order", "I don't get it", "98103", "ok", "kettle", "my café table", ""]
)
def test_english(text: str) -> None:
    assert not is_not_english("out_of_scope", text)


def test_a_wish_that_is_understood_is_answered() -> None:
    assert not is_not_english("cancel_order", "quiero cancelar")
