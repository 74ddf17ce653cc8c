"""A reply without buttons, and the number that a customer answers with."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meantime.wording import numbered
from meantime.wording.gsm import foreign_to_gsm, in_gsm, segments
from meantime.wording.numbered import GOES_ON, chosen, pages


def test_options_are_numbered_below_the_text() -> None:
    assert pages("What now?", ["Keep waiting", "Cancel it"]) == ["What now?\n1. Keep waiting\n2. Cancel it"]


def test_without_options_the_text_stands_alone() -> None:
    assert pages("All right.", []) == ["All right."]


def test_a_bullet_about_an_option_carries_its_number() -> None:
    text = "In stock:\n- Lamp (white): $64.00\n- Lamp (black), $8.00 less\n- Lamp (black, tall): $70.00\n\nWhich one?"
    assert pages(text, ["Lamp (white)", "Lamp (black)", "None of these"]) == [
        "In stock:\n1. Lamp (white): $64.00\n2. Lamp (black), $8.00 less\n- Lamp (black, tall): $70.00\nWhich one?\n"
        "3. None of these"
    ]


def test_an_order_is_named_by_what_stands_before_the_colon() -> None:
    [page] = pages("Which?\n- M1, ordered on Friday: Lamp and Kettle", ["M1: Lamp"])
    assert page == "Which?\n1. M1, ordered on Friday: Lamp and Kettle"


@pytest.mark.parametrize(
    ("bullet", "title"),
    [
        ("- Lamp shade: $5", "Lamp"),
        ("- Lamp is being packed", "Lamp"),
        ("- Lamp (dimmable: no): $5", "Lamp (dimmable: yes)"),
        ("- 2 x Lamp, black", "2 x Lamp, white"),
        ("Lamp: $5", "Lamp"),
    ],
)
def test_a_bullet_about_something_else_stays_a_bullet(bullet: str, title: str) -> None:
    assert pages(bullet, [title]) == [f"{bullet}\n1. {title}"]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("- Lamp: $5\n- Lamp: $6", ["Lamp"]),
        ("- Lamp: $5", ["Lamp", "Lamp"]),
        ("- B: 2\n- A: 1", ["A", "B"]),
        ("- B: 2", ["A", "B"]),
        ("- M1, today: Lamp", ["M1: Lamp", "M1: Kettle"]),
    ],
)
def test_bullets_that_would_be_numbered_wrongly_stay_bullets(text: str, options: list[str]) -> None:
    numbers = [f"{number}. {title}" for number, title in enumerate(options, 1)]
    assert pages(text, options) == ["\n".join([text, *numbers])]


def test_a_long_reply_is_cut_at_line_and_sentence_ends() -> None:
    text = "\n".join(f"- Thing {n}: in stock and set aside. Expect it on Friday, December 4." for n in range(1, 12))
    found = pages(text, ["Keep waiting", "Cancel"])
    assert len(found) == 3
    assert all(page.endswith(f".\n{GOES_ON}") for page in found[:-1])
    assert all(segments(page) == 2 for page in found[:-1])
    assert found[-1].endswith("\n1. Keep waiting\n2. Cancel")
    assert not any(page.startswith((" ", "\n")) for page in found)


def test_a_page_is_filled_before_the_next_begins() -> None:
    sentence = "a" * 137 + "."
    text = f"{sentence} {sentence} {sentence}"
    assert pages(text, []) == [f"{sentence} {sentence}\n{GOES_ON}", sentence]


def test_two_whole_segments_need_no_second_page() -> None:
    text = "a b " * 76 + "ab"
    assert len(text) == 306
    assert pages(text, []) == [text]
    assert len(pages(text + " c", [])) == 2


def test_the_number_of_an_option_is_not_cut_from_its_title() -> None:
    for length in range(230, 275):
        found = pages("a" * length + ".", ["Keep waiting for it", "Cancel"])
        assert not any(re.search(r"^\d\.$", page, re.MULTILINE) for page in found), found


def test_a_sentence_that_is_too_long_is_cut_between_words_and_a_word_where_nothing_else_helps() -> None:
    assert all(segments(page) <= 2 for page in pages("word " * 200, []))
    assert pages("word " * 200, [])[0].endswith(f"word\n{GOES_ON}")
    assert all(segments(page) <= 2 for page in pages("w" * 1000, []))


def test_a_reply_is_written_in_the_phones_own_characters() -> None:
    assert pages("It’s here…", ["“Yes” – é"]) == ['It\'s here...\n1. "Yes" - é']


@given(st.text(max_size=900), st.lists(st.text(min_size=1, max_size=40), max_size=6))
def test_no_word_is_lost_and_every_page_fits(text: str, options: list[str]) -> None:
    text = text.replace("-", "")  # no bullets, which options could stand in
    found = pages(text, options)
    assert all(segments(page) <= 2 and not foreign_to_gsm(page) for page in found)
    assert all(page.endswith(GOES_ON) for page in found[:-1])
    told = "".join(page.removesuffix(GOES_ON) for page in found[:-1]) + found[-1]
    numbered = "".join(f"{number}.{in_gsm(title)}" for number, title in enumerate(options, 1))
    assert re.sub(r"\s", "", told) == re.sub(r"\s", "", in_gsm(text) + numbered)


@pytest.mark.parametrize(
    "words",
    [
        *("2", "2.", " 2 ", "(2)", "2)", "2!", "２", "#2", "# 2", "two", "Two.", "TWO", "no. 2", "nr 2", "2nd"),
        *("the second", "second one", "The second one.", "the second option", "the 2nd one", "second, please"),
        *("option 2", "Option two", "number two please", "number 2, thanks", "choice 2", "2 please", "please, 2"),
        *("I'll take the second one", "I would like number 2", "I want option 2", "ok, 2", "give me the second one"),
    ],
)
def test_ways_to_say_two(words: str) -> None:
    assert chosen(words, 4) == 2


@pytest.mark.parametrize("words", ["last", "the last one", "the last", "4", "four", "the fourth", "4th"])
def test_ways_to_say_the_last_of_four(words: str) -> None:
    assert chosen(words, 4) == 4


@pytest.mark.parametrize("number", range(1, 11))
def test_up_to_ten_there_are_words(number: int) -> None:
    cardinals = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
    assert chosen(cardinals[number - 1], 10) == number
    assert chosen(f"the {ordinals[number - 1]} one", 10) == number


@pytest.mark.parametrize(
    "words",
    [
        *("", "0", "5", "02", "five", "the fifth one", "-1", "2.5", "1 2", "1, 2", "1 and 2", "22", "2222222222222"),
        *("2 lamps", "two of them", "2?", "cancel 2", "not 2", "no 2", "no, 2", "2 x", "the one", "one second"),
        *("wait a second", "second thoughts", "at first", "both", "all", "M104204", "the last time", "2 or 3", "$2"),
        *(
            "I'll take two lamps",
            "I'll take two",
            "give me 2",
            "make it 2",
            "another one",
            "this one",
            "one more",
            "2nd floor",
            "first of all",
        ),
    ],
)
def test_what_is_no_choice_of_four(words: str) -> None:
    assert chosen(words, 4) is None


def test_of_nothing_nothing_is_chosen() -> None:
    assert chosen("1", 0) is None
    assert chosen("last", 0) is None


def test_a_long_text_is_cut_without_looking_at_all_of_it_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0

    def counted(text: str) -> int:
        nonlocal looked_at
        looked_at += len(text)
        return segments(text)

    monkeypatch.setattr(numbered, "segments", counted)
    text = "sorry " * 660
    assert " ".join(page.removesuffix(GOES_ON).strip() for page in pages(text, ())) == text.strip()
    assert looked_at < 20 * len(text)
