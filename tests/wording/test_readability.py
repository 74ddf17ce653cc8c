"""The school grade of a text."""

from __future__ import annotations

import pytest

from meantime.wording.readability import grade, sentences, syllables, words


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("card", 1),
        ("the", 1),
        ("again", 2),
        ("order", 2),
        ("table", 2),
        ("able", 2),
        ("while", 1),
        ("shipped", 1),
        ("wanted", 2),
        ("pages", 2),
        ("comes", 1),
        ("e-mail", 2),
        ("don't", 1),
        ("created", 3),
        ("address", 2),
        ("cancellation", 4),
    ],
)
def test_syllables_are_counted_as_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_is_the_formulas() -> None:
    assert grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert grade(["The cat sat.", "A dog came here again."]) == pytest.approx(0.39 * 8 / 2 + 11.8 * 9 / 8 - 15.59)
    assert grade([]) == 0


def test_a_sentence_ends_at_a_stop_a_colon_and_a_line() -> None:
    assert len(sentences("One two. Three four: five six; seven\neight nine? Ten!")) == 6


def test_a_full_stop_within_a_number_ends_none() -> None:
    assert len(sentences("It costs $12.50 in all.")) == 1


@pytest.mark.parametrize("line", ["- one thing", "* one thing", "3. one thing"])
def test_lists_are_left_out(line: str) -> None:
    assert words(sentences(f"Here it is\n{line}\nall of it")) == ["Here", "it", "is", "all", "of", "it"]


@pytest.mark.parametrize(
    "chunk",
    [
        "Wednesday, December 23",
        "Wednesday, 23 December 2027",
        "M104204",
        "$12.50",
        "mara.ellison@example.com",
        "https://shop.example.com/orders",
        "Harbor Desk Lamp",
        '"a very long remark"',
    ],
)
def test_what_is_read_at_a_glance_is_one_short_word(chunk: str) -> None:
    assert words(sentences(f"We send this to {chunk}, as you know.")) == [
        "We",
        "send",
        "this",
        "to",
        "it",
        "as",
        "you",
        "know",
    ]


def test_a_day_at_the_start_of_a_sentence_is_one_too() -> None:
    assert words(sentences("Saturday is fine.")) == ["it", "is", "fine"]
