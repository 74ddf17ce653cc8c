"""The hours in which people are there: as the policy file writes them, and whether that is now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from meantime.shop.policy import BadPolicy, Contact, load_policy
from meantime.shop.presence import back_at, closes_at, time_open
from meantime.shop.week import Span, Week
from tests.conftest import Configure

NINE, NOON, FIVE = 540, 720, 1020


@pytest.fixture(autouse=True)
def new_york(configure: Configure) -> None:
    configure(shop_timezone="America/New_York", shop_country="US")


def policy(tmp_path: Path, opening: str, more: str = "") -> Contact:
    file = tmp_path / "policy.yml"
    file.write_text(f"contact:\n  opening: {opening}\n{more}")
    load_policy.cache_clear()
    return load_policy(file).contact


def week(**days: list[Span]) -> Week:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return Week(tuple(tuple(days.get(name, [])) for name in names))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{ monday: { from: '9:00', to: '17:00' } }", week(mon=[Span(NINE, FIVE)])),
        ("{ monday: { from: 9:00, to: 17:00 } }", week(mon=[Span(NINE, FIVE)])),  # sixty times nine, says YAML
        ("{ monday: { from: 09:00, to: 17:00 } }", week(mon=[Span(NINE, FIVE)])),
        ("{ Sat-Mon: { from: 0:00, to: 24:00 } }", week(sat=[Span(0, 1440)], sun=[Span(0, 1440)], mon=[Span(0, 1440)])),
        (
            "{ tue: [{ from: 12:00, to: 17:00 }, { from: 9:00, to: 12:00 }] }",
            week(tue=[Span(NINE, NOON), Span(NOON, FIVE)]),
        ),
        ("{ monday: closed, tuesday: }", Week()),
        ("", Week()),
    ],
)
def test_hours_are_read_as_people_write_them(tmp_path: Path, written: str, meant: Week) -> None:
    assert policy(tmp_path, written).opening == meant


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("{ mo: { from: 9:00, to: 17:00 } }", "'mo' is not a day; write monday"),
        ("{ monday: { from: 25:00, to: 26:00 } }", "not a time of day; write one like 9:00"),
        ("{ monday: { from: 9, to: 17 } }", "monday: 9 is not a time of day"),
        ("{ monday: { from: 17:00, to: 9:00 } }", "monday: to must be later than from; for a night"),
        ("{ monday: { from: 9:00 } }", "monday: must have from and to"),
        ("{ monday: 9-17 }", "monday: must have from and to"),
        ("{ mon-fri: { from: 9:00, to: 17:00 }, friday: { from: 9:00, to: 12:00 } }", "friday is named twice"),
        ("{ monday: [{ from: 9:00, to: 12:00 }, { from: 11:00, to: 12:30 }] }", "monday: the hours overlap"),
        ("Monday to Friday", "must name days, as in: monday-friday"),
    ],
)
def test_hours_that_make_no_sense_are_refused_in_words(tmp_path: Path, written: str, fault: str) -> None:
    with pytest.raises(BadPolicy, match=f"contact.opening.*{fault}"):
        policy(tmp_path, written)


@pytest.fixture
def office(tmp_path: Path) -> Contact:
    return policy(tmp_path, "{ mon-fri: [{ from: 9:00, to: 12:00 }, { from: 13:00, to: 17:00 }] }")


def at(day: str, clock: str) -> datetime:
    """A moment by the clock of New York in the winter of 2026."""
    hour, minute = map(int, clock.split(":"))
    return datetime.fromisoformat(f"2026-{day}T{hour:02}:{minute:02}:00-05:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "back"),
    [
        (at("12-01", "9:00"), None),
        (at("12-01", "11:59"), None),
        (at("12-01", "12:00"), at("12-01", "13:00")),  # lunch
        (at("12-01", "8:59"), at("12-01", "9:00")),
        (at("12-01", "17:00"), at("12-02", "9:00")),
        (at("12-04", "20:00"), at("12-07", "9:00")),  # the weekend
        (at("12-24", "18:00"), at("12-28", "9:00")),  # Christmas is a Friday
    ],
)
def test_somebody_is_there_or_is_back_at_a_time_that_is_named(
    office: Contact, now: datetime, back: datetime | None
) -> None:
    assert back_at(office, now) == back


def test_a_shop_may_be_there_on_holidays(tmp_path: Path) -> None:
    always = policy(tmp_path, "{ mon-fri: { from: 9:00, to: 17:00 } }", "  closed_on_holidays: false\n")
    assert back_at(always, at("12-25", "10:00")) is None


def test_nine_stays_nine_when_the_clocks_are_changed(office: Contact) -> None:
    saturday = datetime(2026, 10, 31, 16, tzinfo=UTC)  # summer time ends in the night
    assert back_at(office, saturday) == datetime(2026, 11, 2, 14, tzinfo=UTC)


def test_of_a_shop_that_does_not_say_nothing_is_known() -> None:
    assert back_at(Contact(hours="mornings"), at("12-06", "3:00")) is None


NINE_TO_FIVE = Week(((Span(NINE, FIVE),),) * 5 + ((), ()))
WEEKDAYS = Contact(opening=NINE_TO_FIVE, closed_on_holidays=False)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-11-30T15:00Z", "2026-11-30T16:00Z", 1),  # Monday, 10 to 11
        ("2026-11-30T12:00Z", "2026-11-30T15:00Z", 1),  # from 7; open from 9
        ("2026-11-30T21:30Z", "2026-12-01T14:30Z", 1),  # half an hour on either side of a night
        ("2026-12-04T21:00Z", "2026-12-07T15:00Z", 2),  # over a weekend
        ("2026-12-05T12:00Z", "2026-12-06T12:00Z", 0),
        ("2026-10-30T20:00Z", "2026-11-02T15:00Z", 2),  # the clocks are changed in between
        ("2026-11-30T16:00Z", "2026-11-30T15:00Z", 0),
    ],
)
def test_only_the_hours_when_people_are_there_count(since: str, until: str, hours: int) -> None:
    moments = (datetime.fromisoformat(since), datetime.fromisoformat(until))
    assert time_open(WEEKDAYS, *moments) == timedelta(hours=hours)


def test_where_the_policy_does_not_tell_all_the_time_counts() -> None:
    at = datetime(2026, 12, 5, tzinfo=UTC)
    assert time_open(Contact(), at, at + timedelta(hours=9)) == timedelta(hours=9)
    assert closes_at(Contact(), at) is None


def test_who_is_there_leaves_at_closing_time() -> None:
    at = datetime(2026, 11, 30, 15, tzinfo=UTC)
    assert closes_at(WEEKDAYS, at) == datetime(2026, 11, 30, 22, tzinfo=UTC)
    assert closes_at(WEEKDAYS, at - timedelta(hours=3)) is None
