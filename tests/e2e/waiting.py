"""Waiting for what is to be seen: no longer than it takes, and not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable

SEEN_WITHIN_SECONDS = 60
LOOK_AGAIN_SECONDS = 0.01


def until(is_so: Callable[[], bool], otherwise: str) -> None:
    """Return once it is so; fails with ``otherwise``."""
    deadline = time.monotonic() + SEEN_WITHIN_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, otherwise
        time.sleep(LOOK_AGAIN_SECONDS)
