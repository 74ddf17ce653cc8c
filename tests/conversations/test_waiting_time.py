"""How long a wait is said to be: from the queue's own record, and never shorter than can be relied on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from meantime.conversations.places import ahead_of, places, shown_place, shown_places
from meantime.conversations.tables import AGENT, QUEUE, Conversation
from meantime.conversations.waiting_time import in_steps, newest_answered, still_waiting_time, waiting_time
from meantime.db import now
from tests.conftest import Configure
from tests.opening import closed_now


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def answered(session: Session, *waits: float, apart: float = 30, ago: timedelta = minutes(5)) -> None:
    """Hand-offs a person has answered, the newest ``ago``; nobody waited for anybody else."""
    for count, wait in enumerate(waits):
        at = now() - ago - minutes(apart * count)
        session.add(
            Conversation(
                id=f"answered{count}",
                channel="website",
                owner=AGENT,
                handed_off_at=at - minutes(wait),
                first_answered_at=at,
            )
        )
    session.flush()


def waiting(session: Session, id: str, since: datetime | None = None, **more: object) -> Conversation:
    at = since or now()
    conversation = Conversation(
        id=id, channel="website", owner=QUEUE, queued_at=at, awaits_since=at, handed_off_at=at, **more
    )
    session.add(conversation)
    session.flush()
    return conversation


def told(session: Session) -> int | None:
    return waiting_time(session, waiting(session, "me")).minutes


def test_too_little_known_tells_nothing(session: Session) -> None:
    answered(session, 3, 3, 3, 3)
    assert told(session) is None


@pytest.mark.parametrize(
    ("waits", "minutes"),
    [
        ((3, 3, 3, 3, 3), 5),
        ((3, 3, 3, 3, 25), 5),  # one of five may have waited longer
        ((3, 3, 3, 11, 25), 15),
        ((10, 10, 10, 10, 10), 10),
        ((10, 10, 10, 10.5, 10), 10),
        ((10, 10, 10, 10.5, 10.5), 15),
    ],
)
def test_four_of_five_did_not_wait_longer_and_it_is_rounded_up(
    session: Session, waits: Sequence[float], minutes: int
) -> None:
    answered(session, *waits)
    assert told(session) == minutes


def test_a_long_line_takes_as_long_as_its_turns(session: Session) -> None:
    answered(session, 6, 6, 6, 6, 6)
    for place in range(3):
        waiting(session, f"w{place}", now() - minutes(1) + timedelta(seconds=place))
    found = waiting_time(session, waiting(session, "me"))
    assert (found.ahead, found.minutes) == (3, 25)  # the fourth turn of six minutes


def test_who_were_answered_one_after_the_other_had_short_turns(session: Session) -> None:
    answered(session, 60, 60, 60, 60, 60, apart=2)
    for place in range(3):
        waiting(session, f"w{place}", now() - timedelta(seconds=9 - place))
    assert told(session) == 60


def test_a_line_that_stands_still_is_not_said_to_be_quick(session: Session) -> None:
    answered(session, 3, 3, 3, 3, 3, ago=timedelta(hours=3))
    waiting(session, "first", now() - minutes(42))
    assert told(session) == 45


def test_who_was_passed_over_does_not_count_for_those_who_are_not(session: Session) -> None:
    answered(session, 3, 3, 3, 3, 3)
    waiting(session, "forgotten", now() - timedelta(days=2))
    assert told(session) == 10  # the second turn of three minutes
    waiting(session, "opted out", now() - minutes(4), handed_off_kind="opted_out")
    assert waiting_time(session, session.get_one(Conversation, "me")).minutes == 10


def test_only_the_newest_of_a_week_count(session: Session) -> None:
    answered(session, *[3] * 20, *[50] * 20)
    assert told(session) == 5
    assert len(newest_answered(session)) == 20


def test_what_is_older_than_a_week_is_no_longer_true(session: Session) -> None:
    answered(session, 3, 3, 3, 3, 3, ago=timedelta(days=7))
    assert told(session) is None


def test_a_wait_over_closed_hours_is_left_out(session: Session, configure: Configure, tmp_path: Path) -> None:
    answered(session, 3, 3, 3, 3, 3)
    configure(policy_file=str(closed_now(tmp_path / "policy.yml")))
    assert newest_answered(session) == []


def test_who_has_waited_hears_of_those_who_waited_longer(session: Session) -> None:
    answered(session, 5, 5, 5, 5, 5, 21, 21, 21, 21, 40)
    me = waiting(session, "me", now() - minutes(12))
    found = still_waiting_time(session, me, minutes(12))
    assert (found.ahead, found.minutes) == (0, 10)  # four of five had 9 more minutes to wait
    assert still_waiting_time(session, me, minutes(30)).minutes is None


@pytest.mark.parametrize(("length", "told"), [(0, 5), (5, 5), (5.01, 10), (10, 10), (61, 65)])
def test_minutes_are_told_in_steps_and_never_below(length: float, told: int) -> None:
    assert in_steps(minutes(length)) == told


def test_who_is_snoozed_or_with_a_person_stands_in_nobodys_way(session: Session) -> None:
    at = now()
    waiting(session, "snoozed", at - minutes(9), snoozed_until=at + minutes(9))
    waiting(session, "taken", at - minutes(8)).owner = AGENT
    waiting(session, "first", at - minutes(7))
    waiting(session, "me", at)
    assert ahead_of(session, "me") == 1
    assert places(session, ["snoozed", "first", "me"]) == {"first": 0, "me": 1}


def test_the_line_is_told_in_the_order_in_which_it_is_answered(session: Session) -> None:
    at = now()
    waiting(session, "first", at - minutes(5))
    waiting(session, "upset", at - minutes(2), handed_off_kind="upset")
    waiting(session, "lost", at - minutes(1), undelivered_at=at)
    waiting(session, "late", at - minutes(12), handed_off_kind="wish")
    waiting(session, "later", at - minutes(11), handed_off_kind="legal")
    line = ["late", "later", "upset", "lost", "first"]
    assert places(session, line) == {name: place for place, name in enumerate(line)}
    assert [ahead_of(session, name) for name in line] == [0, 1, 2, 3, 4]


def test_nobody_is_shown_a_place_while_nobody_is_there(session: Session, configure: Configure, tmp_path: Path) -> None:
    waiting(session, "me")
    assert (shown_place(session, "me"), shown_places(session, ["me", "gone"])) == (0, {"me": 0})
    configure(policy_file=str(closed_now(tmp_path / "policy.yml")))
    assert (shown_place(session, "me"), shown_places(session, ["me"])) == (None, {"me": None})
