"""What somebody hears who waits: lengths that are never too short, and sentences that pass the linter."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from meantime.wording import passing_on, presence, waiting
from meantime.wording.presence import Outlook
from meantime.wording.reasons import LABELS, Reason, label
from meantime.wording.tone import lint

BACK = datetime(2026, 12, 7, 14, 0, tzinfo=UTC)
WAYS = " You can also reach us by phone at 555-0100."


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "1 minute"),
        (10, "10 minutes"),
        (60, "an hour"),
        (65, "an hour and a half"),
        (90, "an hour and a half"),
        (95, "2 hours"),
        (150, "2 and a half hours"),
    ],
)
def test_a_length_is_never_shorter_than_it_is(minutes: int, words: str) -> None:
    assert waiting.span(minutes) == words


def test_a_customer_hears_their_place_and_what_is_known() -> None:
    assert waiting.next_steps(0, None, 10, None) == "You are next in line. We aim to answer within 10 minutes."
    assert waiting.next_steps(1, 15, 10, None) == (
        "1 customer waits before you. Going by the last few days, an answer takes up to 15 minutes."
    )
    assert "3 customers wait before you." in waiting.next_steps(3, 15, 10, None)


@pytest.mark.parametrize(
    ("ahead", "stands"),
    [(0, "You are next in line."), (3, "You are still in line: 3 customers wait before you.")],
)
def test_who_has_waited_for_long_hears_once_where_they_stand(ahead: int, stands: str) -> None:
    told = waiting.late(ahead, None, 10, None, "", "")
    assert told.count(" in line") == 1
    assert f"I am sorry. {stands} How much longer" in told


def test_who_may_not_be_answered_today_hears_when_it_goes_on() -> None:
    assert "If that is after we close, we are back on Monday, December 7, at" in waiting.next_steps(0, 15, 10, BACK)


@pytest.mark.parametrize(("ahead", "minutes", "back"), [*product((0, 1, 4), (None, 5, 95), (None, BACK))])
def test_every_sentence_passes_the_linter(ahead: int, minutes: int | None, back: datetime | None) -> None:
    question = presence.question("contact")
    said = [
        waiting.next_steps(ahead, minutes, 10, back),
        waiting.late(ahead, minutes, 10, back, WAYS, question),
    ]
    for text in said:
        assert lint(text, ("Carry on with the assistant", "Stop waiting")) == []


@pytest.mark.parametrize("kind", passing_on.LEADS)
def test_every_hand_off_passes_the_linter(kind: Reason) -> None:
    steps = waiting.next_steps(2, 15, 10, None)
    for is_open in (False, True):
        said = passing_on.handing_off_at_once(Outlook(WAYS), "", kind, open_list=is_open)
        assert lint(f"{said.text} {steps}") == []
        assert said.hand_off_kind == kind
        assert said.hand_off


def test_every_kind_has_a_label_and_fits_its_column() -> None:
    assert set(LABELS) == set(Reason)
    assert all(len(kind) <= 20 for kind in Reason)
    assert label("") == ""
    assert label("legal") == "Legal or chargeback threat"
