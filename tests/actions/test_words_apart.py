"""Words of several messages: apart where a person reads them, together where they are one wish."""

from __future__ import annotations

from actions.asked import Wish
from actions.intents import CANCEL, CHANGE
from meantime.wording.summing_up import quoted_apart


def test_what_a_person_reads_of_several_messages_stays_apart() -> None:
    wish = Wish(CHANGE).with_words("I need a change").with_words("gift wrap")
    assert quoted_apart(wish.words) == '"I need a change / gift wrap"'


def test_a_wish_in_two_messages_is_one_wish() -> None:
    assert Wish(CANCEL).with_words("cancel").with_words("the lamp").words == "cancel the lamp"
