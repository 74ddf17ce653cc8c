"""The page of changes that the shop's own system has not taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from meantime.db import Database
from meantime.feeds.commands import import_demo
from meantime.shop.calendar import today
from meantime.shop.tables import Change
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.talks import ago, talk

Made = Callable[..., None]


@pytest.fixture
def made(database: Database) -> Made:
    """Return a function that adds a change of the demo shop."""
    import_demo(database, today())

    def made(at: datetime, **columns: Any) -> None:
        of = {"kind": "cancel", "order_number": "M104204", "lines": [{"line": 1, "quantity": 2}], "currency": "USD"}
        with database.writing() as session:
            session.add(Change(at=at, **(of | {"by": "staff:Kim", "amount_minor": 0} | columns)))

    return made


def test_what_waits_for_half_an_hour_stands_before_what_is_newer(desk: Desk, made: Made) -> None:
    empty = desk.get("/desk/changes").text
    assert "Nothing was refused, and nothing waits for the shop&#39;s system." in empty.replace("'", "&#39;")
    made(ago(5), order_number="M104190", lines=[])
    newer = desk.get("/desk/changes").text
    assert "Nothing was refused" not in newer
    assert "Not answered for 30 minutes" not in newer
    assert "not answered yet, since" in newer
    made(ago(45))
    page = desk.get("/desk/changes").text
    assert page.index("Not answered for 30 minutes") < page.index("M104204") < page.index("M104190")
    assert 'href="/desk/look-up/orders/M104204"' in page
    assert "2 x Harbor Desk Lamp" in page
    assert "Kim" in page


def test_a_refused_change_is_shown_with_its_reason_and_the_way_to_the_conversation(
    desk: Desk, database: Database, made: Made
) -> None:
    with database.writing() as session:
        theirs = talk(session, "cancel it").id
    made(ago(3), state="refused", decided_at=ago(1), reason="<b>Packed</b> already", conversation_id=theirs)
    made(ago(3), state="accepted", decided_at=ago(1), reason="not shown")
    made(ago(60 * 24 * 20), state="refused", decided_at=ago(60 * 24 * 15), reason="long ago")
    page = desk.get("/desk/changes").text
    assert "&lt;b&gt;Packed&lt;/b&gt; already" in page
    assert f'href="/desk/conversations/{theirs}"' in page
    assert "not shown" not in page
    assert "long ago" not in page


def test_buyers_do_not_see_changes(sign_in: SignIn) -> None:
    assert sign_in("Bo", "buyer").get("/desk/changes").status_code == 403
