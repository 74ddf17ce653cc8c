"""A moving window: how often, how long to wait, and nobody remembered for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from limits import parse

from meantime.conversations import window as windows
from meantime.conversations.window import Window
from meantime.db import now

LIMIT = parse("2 per 60 seconds")


def test_so_many_are_let_in_and_the_next_when_the_first_is_over() -> None:
    window = Window()
    with time_machine.travel(now(), tick=False) as clock:
        assert [window.lets_in(LIMIT, "a") for _ in range(3)] == [True, True, False]
        assert window.lets_in(LIMIT, "b")
        clock.shift(20)
        assert not window.lets_in(LIMIT, "a")
        assert window.seconds_to_wait(LIMIT, "a") == pytest.approx(40)
        clock.shift(40.001)
        assert window.lets_in(LIMIT, "a")


def test_who_has_not_come_for_long_is_forgotten_and_who_has_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "ROOM", 100)
    window = Window()
    window._full_at = 100
    at = now()
    with time_machine.travel(at, tick=False):
        for n in range(150):
            window.lets_in(LIMIT, f"early {n}")
        assert window.remembered == 150
    with time_machine.travel(at + timedelta(seconds=61), tick=False):
        for n in range(400):
            assert window.lets_in(LIMIT, f"late {n}")
        assert window.remembered <= 400
        assert not any("early" in name for name in window._storage.events)
        for n in range(400):
            assert window.lets_in(LIMIT, f"late {n}")
            assert not window.lets_in(LIMIT, f"late {n}")
