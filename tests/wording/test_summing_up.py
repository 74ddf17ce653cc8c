"""What a person reads first: words of several messages are not read as one sentence."""

from __future__ import annotations

from meantime.wording.summing_up import quoted_apart


def test_words_of_several_messages_stay_apart() -> None:
    assert quoted_apart("I need a change.\n gift wrap \n\nplease") == '"I need a change / gift wrap / please"'
