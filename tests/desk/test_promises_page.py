"""The page of promises of one's own, and the badge in the bar."""

from __future__ import annotations

import pytest

from meantime.db import Database
from meantime.shop.tables import StaffPromise
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.talks import promise, talk

DAY = 24 * 60
PROBE = "<script>alert(1)</script>"


@pytest.fixture
def ana(desk: Desk) -> Desk:
    return desk


def promised(database: Database, minutes_ago: float, what: str, by: str = "Ana") -> int:
    with database.writing() as session:
        made = promise(session, talk(session, "hello", agent=by), minutes_ago, what=what)
        made.made_by = by
        return made.id


def badge(desk: Desk) -> str:
    return desk.get("/desk/promises/badge").text.strip()


def stored(database: Database, promise_id: int) -> StaffPromise:
    with database.reading() as session:
        return session.get_one(StaffPromise, promise_id)


def test_ones_own_promises_are_listed_with_what_is_overdue_first_and_in_words(ana: Desk, database: Database) -> None:
    promised(database, -DAY, "about the lamp")
    promised(database, 120, "about the grill")
    promised(database, 5, "of a colleague", by="Kim")
    page = ana.get("/desk/promises").text
    assert page.index("about the grill") < page.index("about the lamp")
    assert page.count("overdue by") == 1
    assert "of a colleague" not in page


def test_a_lead_also_sees_what_others_have_missed_and_what_is_open_by_person(
    sign_in: SignIn, database: Database
) -> None:
    lead = sign_in("Lea", "lead")
    promised(database, 5, "missed by Kim", by="Kim")
    promised(database, -DAY, "open of Bo", by="Bo")
    promised(database, -DAY, "open of Lea", by="Lea")
    page = lead.get("/desk/promises").text
    missed, mine, of_bo = page.index("Missed by colleagues"), page.index(">Yours<"), page.index(">Bo<")
    assert missed < page.index("missed by Kim") < mine < page.index("open of Lea") < of_bo < page.index("open of Bo")


def test_a_promise_is_kept_or_withdrawn_once(ana: Desk, database: Database) -> None:
    kept, withdrawn = promised(database, -DAY, "one"), promised(database, -DAY, "two")
    assert ana.post(f"/desk/promises/{kept}/kept").headers["location"].endswith("done=kept")
    assert ana.post(f"/desk/promises/{withdrawn}/withdraw").headers["location"].endswith("done=withdrawn")
    assert stored(database, kept).kept_by == "Ana"
    assert stored(database, withdrawn).withdrawn_at is not None
    assert ana.post(f"/desk/promises/{kept}/withdraw").headers["location"].endswith("done=settled")
    assert stored(database, kept).withdrawn_at is None
    assert ana.post("/desk/promises/999/kept").headers["location"].endswith("done=settled")
    assert "Nothing is promised in your name" in ana.get("/desk/promises").text


def test_a_colleagues_promise_is_left_to_them_and_to_leads(ana: Desk, sign_in: SignIn, database: Database) -> None:
    kims = promised(database, 5, "missed", by="Kim")
    assert ana.post(f"/desk/promises/{kims}/kept").headers["location"].endswith("done=not-yours")
    assert stored(database, kims).kept_at is None
    sign_in("Lea", "lead").post(f"/desk/promises/{kims}/kept")
    assert stored(database, kims).kept_by == "Lea"


def test_the_badge_counts_what_is_due_and_for_leads_what_anybody_missed(
    ana: Desk, sign_in: SignIn, database: Database
) -> None:
    lead = sign_in("Lea", "lead")
    assert (badge(ana), badge(lead)) == ("", "")
    promised(database, -3 * DAY, "in three days")
    assert badge(ana) == ""
    promised(database, -1, "in a minute")
    promised(database, 5, "missed")
    assert '<span class="badge">2<' in badge(ana)
    assert '<span class="badge">1<' in badge(lead)


def test_what_was_promised_is_text(ana: Desk, database: Database) -> None:
    promised(database, 5, PROBE)
    page = ana.get("/desk/promises").text
    assert PROBE not in page
    assert page.count("&lt;script&gt;") == 3  # the words, and the names of the two buttons


def test_buyers_promise_nothing(sign_in: SignIn) -> None:
    buyer = sign_in("Bo", "buyer")
    assert buyer.get("/desk/promises").status_code == 403
    assert buyer.get("/desk/promises/badge").status_code == 403
