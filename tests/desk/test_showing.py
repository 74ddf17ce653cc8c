"""How times are written at the desk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from meantime.desk.showing import moment
from tests.conftest import Configure


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 3, 10, 13, 5, tzinfo=UTC), "13:05"),
        (datetime(2026, 3, 9, 13, 5, tzinfo=UTC), "Mon 13:05"),
        (datetime(2026, 3, 1, 13, 5, tzinfo=UTC), "1 Mar 13:05"),
        (datetime(2025, 12, 31, 13, 5, tzinfo=UTC), "31 Dec 2025 13:05"),
        (datetime(2024, 3, 3, 13, 5, tzinfo=UTC), "3 Mar 2024 13:05"),
    ],
)
def test_a_moment_says_as_much_as_is_needed_to_know_when(configure: Configure, at: datetime, words: str) -> None:
    configure(shop_timezone="UTC")
    with time_machine.travel(datetime(2026, 3, 10, 14, tzinfo=UTC), tick=False):
        assert f">{words}</time>" in moment(at)
