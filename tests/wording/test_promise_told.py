"""What a customer is told of a promise of a colleague's: calm, short, and the exact hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from meantime.db import now
from meantime.wording.promise_told import promise_in_words
from meantime.wording.tone import lint

AHEAD = datetime(2031, 3, 4, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("calls", [True, False])
@pytest.mark.parametrize("due_at", [AHEAD, now() + timedelta(minutes=1)])
def test_a_promise_passes_the_linter_also_by_text(calls: bool, due_at: datetime) -> None:
    assert lint(promise_in_words(calls=calls, due_at=due_at), channel="sms") == []


def test_a_promise_names_the_day_and_the_hour() -> None:
    told = promise_in_words(calls=False, due_at=AHEAD)
    assert "by Tuesday, March 4, 2031, at 10:30 am" in told


def test_a_promise_says_what_it_is_about_however_that_was_typed() -> None:
    for typed in ("the missing shade", "About  the missing shade. "):
        assert "I will write to you about the missing shade by" in promise_in_words(
            calls=False, due_at=AHEAD, what=typed
        )
    assert lint(promise_in_words(calls=True, due_at=AHEAD, what="the missing shade"), channel="sms") == []


def test_a_promise_for_today_says_so() -> None:
    assert "today, by " in promise_in_words(calls=True, due_at=now())
