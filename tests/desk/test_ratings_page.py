"""The leads' page of customers' ratings."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from meantime.conversations.ratings import Rating
from meantime.db import Database
from meantime.shop.tables import AuditEntry
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.talks import ago, talk

MONTH = 31 * 24 * 60


@pytest.fixture
def lead(sign_in: SignIn) -> Desk:
    return sign_in("Lea", "lead")


def rate(database: Database, stars: int | None, by: str = "Ana", minutes_ago: float = 5, **columns: Any) -> str:
    """Have a customer rate; return the conversation."""
    with database.writing() as session:
        theirs = talk(session, "thanks")
        at = ago(minutes_ago)
        rated_at = None if stars is None else at
        session.add(
            Rating(conversation_id=theirs.id, agent_name=by, asked_at=at, stars=stars, rated_at=rated_at, **columns)
        )
        return theirs.id


def test_the_newest_ratings_come_first_with_their_words_and_the_conversation(lead: Desk, database: Database) -> None:
    rate(database, 2, word="It took <long>")
    theirs = rate(database, 5, word="Kind")
    page = lead.get("/desk/ratings").text
    assert page.index("5 of 5") < page.index("2 of 5")
    assert "It took &lt;long&gt;" in page
    assert f'href="/desk/conversations/{theirs}"' in page


def test_the_mean_is_of_thirty_days_and_of_those_who_answered(lead: Desk, database: Database) -> None:
    for stars in (5, 4, None):
        rate(database, stars)
    rate(database, 1, minutes_ago=MONTH)
    rate(database, None, by="Kim")
    cells = re.findall(r"<tr><td>(\w+)</td><td>(.*?)</td><td>(.*?)</td></tr>", lead.get("/desk/ratings").text)
    assert cells == [("Ana", "4.5", "2 of 3"), ("Kim", '<span class="quiet">none</span>', "0 of 1")]


def test_older_ratings_are_a_page_further(lead: Desk, database: Database) -> None:
    for number in range(55):
        rate(database, 3, word=f"word-{number}.")
    page = lead.get("/desk/ratings").text
    older = re.search(r'href="(/desk/ratings\?before=\d+)"', page)
    assert older
    words = re.findall(r"word-\d+\.", page + lead.get(older[1]).text)
    assert len(words) == len(set(words)) == 55


def test_who_has_read_customers_words_is_in_the_audit(lead: Desk, database: Database) -> None:
    lead.get("/desk/ratings")
    with database.reading() as session:
        looked = select(func.count()).where(AuditEntry.subject == "ratings", AuditEntry.who == "staff:Lea")
        assert session.scalar(looked) == 1


def test_ratings_are_for_leads(sign_in: SignIn, lead: Desk) -> None:
    assert "Nobody" not in lead.get("/desk/ratings").text
    assert sign_in("Kim").get("/desk/ratings").status_code == 403
