"""What a writer is told of their words, the usual times to put a conversation away, and what the shop suggests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from meantime.conversations.snoozing import NotATime
from meantime.db import Database, now
from meantime.desk.composer import consent, draft_of, is_consent, unfilled
from meantime.desk.snooze_times import chosen, presets
from meantime.desk.suggestions import MOST, suggestions_for
from meantime.feeds.commands import import_demo
from meantime.settings import settings
from meantime.shop.policy import Policy
from meantime.shop.tables import Order
from meantime.wording.tone import lint

THURSDAY = date(2026, 11, 26)


def at(hour: int, minute: int = 0, on: date = THURSDAY) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZoneInfo(settings().shop_timezone))


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("I will write by [day].", ["[day]"]),
        ("[date] and [date], {order}", ["[date]", "{order}"]),
        ("It costs $5 [1].", []),
        ("All is well.", []),
    ],
)
def test_gaps_are_found(text: str, gaps: list[str]) -> None:
    assert unfilled(text) == gaps


def test_a_text_message_is_counted_as_it_is_sent() -> None:
    assert draft_of("a" * 160, "sms").texts == 1
    assert draft_of("a" * 161, "sms").texts == 2
    assert draft_of("It’s here", "sms").texts == 1  # the quote is sent as a plain one
    assert draft_of("a" * 161, "website").texts == 0


def test_consent_belongs_to_one_text_one_conversation_and_one_session() -> None:
    given = consent("s", "session", "c1", "soon")
    assert is_consent(given, "s", "session", "c1", "soon\r\n")
    assert not is_consent(given, "s", "session", "c1", "sooner")
    assert not is_consent(given, "s", "session", "c2", "soon")
    assert not is_consent(given, "s", "other", "c1", "soon")
    assert not is_consent("", "s", "session", "c1", "soon")


def test_the_usual_times_are_the_shops_own_mornings() -> None:
    assert [(p.name, p.until) for p in presets(at(10))] == [
        ("hour", at(11)),
        ("afternoon", at(15)),
        ("tomorrow", at(9, on=date(2026, 11, 27))),
        ("monday", at(9, on=date(2026, 11, 30))),
    ]


def test_an_afternoon_that_is_over_is_not_offered_and_monday_is_the_next_one() -> None:
    names = {p.name: p.until for p in presets(at(16, on=date(2026, 11, 30)))}
    assert "afternoon" not in names
    assert names["monday"] == at(9, on=date(2026, 12, 7))


def test_a_time_that_is_typed_is_by_the_shops_clock() -> None:
    assert chosen("", "2026-12-01T08:30", at(10)) == at(8, 30, on=date(2026, 12, 1))
    with pytest.raises(NotATime):
        chosen("", "soon", at(10))


@pytest.fixture
def demo(database: Database) -> Database:
    import_demo(database, now().date())
    return database


@pytest.mark.parametrize("channel", ["website", "sms"])
def test_every_suggestion_is_calm_on_both_channels(demo: Database, channel: str) -> None:
    policy, seen = Policy(), set()
    with demo.reading() as session:
        for order in session.query(Order).all():
            found = suggestions_for(session, order.number, channel, policy)
            assert len(found) <= MOST
            for one in found:
                seen.add(one.title)
                assert lint(one.text, channel=channel) == [], one.text
    assert seen == {"When it comes", "No date yet", "Send what is ready", "Something similar", "Where it is"}


def test_where_nobody_knows_the_day_the_writer_has_to_name_when_they_write_again(demo: Database) -> None:
    with demo.reading() as session:
        found = suggestions_for(session, "M104190", "website", Policy())
    undated = next(one for one in found if one.title == "No date yet")
    assert "There is no date" in undated.text
    assert unfilled(undated.text) == ["[day]"]


def test_a_promised_day_is_the_shops_own(demo: Database) -> None:
    with demo.reading() as session:
        found = suggestions_for(session, "M104204", "website", Policy())
    assert "Harbor Desk Lamp should reach you between" in found[0].text
    assert "cancel" in found[0].text


def test_without_an_order_nothing_is_suggested(demo: Database) -> None:
    with demo.reading() as session:
        assert suggestions_for(session, None, "website", Policy()) == []
        assert suggestions_for(session, "M999999", "website", Policy()) == []


def test_an_hour_is_an_hour() -> None:
    assert presets(at(10))[0].until - at(10) == timedelta(hours=1)


@pytest.mark.parametrize(("month", "day"), [(3, 8), (11, 1)])
@pytest.mark.parametrize("hour", [4, 5, 6, 7])
def test_an_hour_is_an_hour_also_when_the_clocks_are_changed(month: int, day: int, hour: int) -> None:
    at = datetime(2026, month, day, hour, 30, tzinfo=UTC)
    first = presets(at)[0]
    assert first.name == "hour"
    assert first.until.astimezone(UTC) - at == timedelta(hours=1)
