"""Counting and writing text messages as phone networks do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meantime.wording.gsm import foreign_to_gsm, in_gsm, segments


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("’" * 70, 1),
        ("’" * 71, 2),
        ("a" * 69 + "’", 1),
        ("a" * 70 + "’", 2),
        ("’" * 134, 2),
        ("’" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted_as_they_are_sent(text: str, count: int) -> None:
    assert segments(text) == count


def test_what_takes_two_places_is_never_cut_in_half() -> None:
    assert segments("a" * 152 + "€" + "a" * 152) == 3  # 306 places, but the euro moves to the second part
    assert segments("a" * 151 + "€" + "a" * 153) == 2
    assert segments("a" * 66 + "😀" + "a" * 66) == 3


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("“It’s” – here… 2\u00a0×", '"It\'s" - here... 2 x'),
        ("é à ü ñ Ç ß ø", "é à ü ñ Ç ß ø"),
        ("cafe\u0301", "café"),
        ("ó ê ç Ł", "o e c L"),
        ("€5 {~}", "€5 {~}"),
        ("`x`\ttab\r\nline", "'x' tab\nline"),
        ("Привет", "Privet"),
        ("ok 👍 thanks", "ok thanks"),
        ("ok👍🏽thanks", "ok thanks"),
        ("Great 😀😀!", "Great!"),
        ("🤷‍♀️ Sorry\nBye ❤️\n📧 (us)", "Sorry\nBye\n(us)"),
        ("1️⃣ Lamp", "1 Lamp"),
        ("😡 😡", ""),
    ],
)
def test_other_characters_are_written_with_what_comes_closest(text: str, written: str) -> None:
    assert in_gsm(text) == written


@given(st.text())
def test_whatever_it_is_it_can_be_sent(text: str) -> None:
    assert foreign_to_gsm(in_gsm(text)) == ""


@given(st.text(alphabet=st.sampled_from("aé€\n’😀"), max_size=700))
def test_a_longer_text_never_takes_fewer_messages(text: str) -> None:
    assert segments(text) <= segments(text + "a")
