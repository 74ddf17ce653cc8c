"""Rules of a shop that is closed right now, or that goes by no clock, whenever a test runs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import yaml

from meantime.shop.calendar import today
from meantime.shop.week import DAYS

AWAY_DAYS = 3
"""Far enough from now that no midnight in mid-test opens the shop."""


def without_a_clock(file: Path, rules: Path) -> Path:
    """Write the policy of ``rules`` to ``file``, with the hours in the shop's own words only."""
    policy = yaml.safe_load(rules.read_text(encoding="utf-8"))
    del policy["contact"]["opening"]
    policy["contact"]["hours"] = "Monday to Friday from 9 am to 6 pm"
    file.write_text(yaml.safe_dump(policy), encoding="utf-8")
    return file


def closed_now(file: Path, rules: Path | None = None) -> Path:
    """Write the policy of ``rules`` to ``file``, with people there on one day only, days from now."""
    policy = yaml.safe_load(rules.read_text(encoding="utf-8")) if rules else {}
    day = DAYS[(today() + timedelta(days=AWAY_DAYS)).weekday()]
    contact = policy.setdefault("contact", {})
    contact |= {"opening": {day: {"from": "9:00", "to": "17:00"}}, "closed_on_holidays": False}
    file.write_text(yaml.safe_dump(policy), encoding="utf-8")
    return file
