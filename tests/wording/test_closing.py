"""What is said around a person who leaves: calm, plain, and short enough for a text message."""

from __future__ import annotations

import pytest

from meantime.wording import closing, gateway
from meantime.wording.numbered import pages
from meantime.wording.tone import lint, lint_sms

NAME, LONG_NAME = "Ana", "Maximiliane-Alexandra von Hohenstein"
BY_TEXT = [closing.rating(stars, by_text=True) for stars in range(1, 6)]
SAID = {
    "closed": closing.closed(NAME),
    "closed by nobody": closing.closed(""),
    "asked": closing.closed_and_asked(NAME, by_text=False),
    "asked by text": closing.closed_and_asked(NAME, by_text=True),
    "asked again": closing.asked_again(by_text=True),
    "transferred": gateway.transferred(NAME, NAME),
    "put back": gateway.put_back(NAME),
    "handed back": gateway.handed_back(NAME),
    "handed back with a note": gateway.handed_back(NAME, has_note=True),
    **{f"rated {stars}": closing.rated(stars) for stars in range(1, 6)},
    **{name: text for name, text in vars(closing).items() if name.isupper() and isinstance(text, str)},
}


@pytest.mark.parametrize("text", SAID.values(), ids=SAID)
def test_it_is_said_as_we_talk(text: str) -> None:
    assert lint(text, channel="sms") == []


@pytest.mark.parametrize("words", [gateway.put_back(LONG_NAME), gateway.transferred(LONG_NAME, LONG_NAME)])
def test_a_long_name_makes_no_third_text_message(words: str) -> None:
    assert lint_sms(words) == []


def test_by_text_the_question_and_its_numbers_are_one_message() -> None:
    [page] = pages(closing.closed_and_asked(LONG_NAME, by_text=True), BY_TEXT)
    assert [f"{n}. {title}" for n, title in enumerate(BY_TEXT, 1)] == page.splitlines()[-5:]


def test_on_the_page_every_option_bears_its_number() -> None:
    assert [closing.rating(stars, by_text=False)[:2] for stars in range(1, 6)] == ["1 ", "2 ", "3 ", "4 ", "5 "]
