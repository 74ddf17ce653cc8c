"""Who of the staff has seen what is in the audit, and leads find it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.orm import Session

from meantime.shop.audit import record
from meantime.shop.staff_audit import search_audit, staff_view

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def five(session: Session) -> None:
    """Five entries, an hour apart."""
    acts = [
        ("staff:Ana", "view", "order:W1"),
        ("staff:Bo", "view", "order:W1"),
        ("staff:Ana", "cancel", "order:W1"),
        ("customer:c1", "cancel", "order:W2"),
        ("staff:Ana", "view", "customer:c1"),
    ]
    for hour, (who, what, subject) in enumerate(acts):
        with time_machine.travel(NOON + timedelta(hours=hour), tick=False):
            if what == "view":
                staff_view(session, who.removeprefix("staff:"), subject)
            else:
                record(session, who, what, subject, None, None)
            session.flush()


def ids(session: Session, **wanted: object) -> list[int]:
    return [entry.id for entry in search_audit(session, **wanted)]  # type: ignore[arg-type]


@pytest.mark.usefixtures("five")
def test_the_newest_come_first_page_by_page(session: Session) -> None:
    assert ids(session) == [5, 4, 3, 2, 1]
    assert ids(session, most=2) == [5, 4]
    assert ids(session, most=2, before_id=4) == [3, 2]


@pytest.mark.usefixtures("five")
def test_it_is_searched_by_who_what_subject_and_time(session: Session) -> None:
    assert ids(session, who="staff:Ana") == [5, 3, 1]
    assert ids(session, who="staff:Ana", what="view") == [5, 1]
    assert ids(session, subject="order:W1") == [3, 2, 1]
    assert ids(session, since=NOON + timedelta(hours=1), until=NOON + timedelta(hours=3)) == [3, 2]
    assert ids(session, who="staff:Nobody") == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize("column", ["who", "what", "subject"])
def test_a_search_reads_an_index_from_its_end(session: Session, column: str) -> None:
    plan = session.execute(
        text(f"explain query plan select * from audit where {column} = 'x' order by id desc limit 50")
    )
    told = " ".join(row[-1] for row in plan)
    assert f"ix_audit_{column}" in told
    assert "TEMP B-TREE" not in told
