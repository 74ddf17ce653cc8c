"""A shop's own system says what it made of a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from meantime.db import Database
from meantime.feeds.api import router
from meantime.feeds.keys import Scope, add_key
from meantime.feeds.problems import install_problems
from meantime.shop.tables import AuditEntry, Event
from tests.e2e.invariants import check_shop
from tests.feeds.conftest import Source
from tests.feeds.test_api import the_problem
from tests.feeds.test_import import cancel, states
from tests.feeds.test_swapped_lines import swap, told

OUTCOME = "/api/v1/changes/1/outcome"


@pytest.fixture
def app(database: Database) -> FastAPI:
    app = FastAPI()
    app.state.database = database
    app.include_router(router)
    install_problems(app)
    return app


@pytest.fixture
def client_with(app: FastAPI, database: Database) -> Callable[[Scope], TestClient]:
    def client(scope: Scope) -> TestClient:
        with database.writing() as session:
            secret = add_key(session, scope, scope)
        return TestClient(app, headers={"Authorization": f"Bearer {secret}"}, raise_server_exceptions=False)

    return client


@pytest.fixture
def client(client_with: Callable[[Scope], TestClient]) -> TestClient:
    return client_with("write")


@pytest.fixture
def cancelled(source: Source, database: Database) -> Source:
    """The order of two lamps and three shades, both lines cancelled here."""
    source.without("shipments").set("orders", currency="USD").bring_in()
    cancel(database, "W1001")
    assert {state.value for state in states(database)} == {"cancelled"}
    return source


def changes(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/v1/changes").json()["changes"]
    return found


@pytest.mark.usefixtures("cancelled")
def test_an_accepted_change_stays_and_says_so(database: Database, client: TestClient) -> None:
    answer = client.post(OUTCOME, json={"state": "accepted"})
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    (change,) = changes(client)
    assert change["state"] == "accepted"
    assert change["decided_at"].endswith("Z")
    assert "reason" not in change
    assert {state.value for state in states(database)} == {"cancelled"}


def test_a_refused_cancel_is_undone_and_says_why(cancelled: Source, database: Database, client: TestClient) -> None:
    answer = client.post(OUTCOME, json={"state": "refused", "reason": " packed already "})
    assert answer.status_code == 200
    (change,) = changes(client)
    assert change == answer.json()
    assert (change["state"], change["reason"], change["conflict"]) == ("refused", "packed already", "")
    assert [state.value for state in states(database)] == ["ready", "backordered"]
    assert cancelled.bring_in().changes_nothing
    with database.reading() as session:
        check_shop(session)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "change_refused")).one()
        assert (entry.who, entry.subject) == ("source", "order:W1001")
        event = session.scalars(select(Event).where(Event.kind == "change_refused")).one()
        assert (event.body["change"], event.body["conversation"]) == (1, "chat-1")


def test_an_order_that_the_source_had_packed_is_packed_again(
    cancelled: Source, database: Database, client: TestClient
) -> None:
    cancelled.set("orders", status="packing").bring_in()
    assert client.post(OUTCOME, json={"state": "refused"}).json()["conflict"] == "under way"
    assert [state.value for state in states(database)] == ["packing", "packing"]


def test_an_order_that_the_source_has_cancelled_as_well_stays_so(
    cancelled: Source, database: Database, client: TestClient
) -> None:
    cancelled.set("orders", status="cancelled").bring_in()
    assert client.post(OUTCOME, json={"state": "refused"}).json()["conflict"] == "not undone"
    assert {state.value for state in states(database)} == {"cancelled"}


def test_a_refused_swap_is_undone_and_one_the_source_has_followed_is_a_conflict(
    source: Source, database: Database, client: TestClient
) -> None:
    source.without("shipments").set("orders", currency="USD").bring_in()
    swap(database, 2, "LAMP", units=1)
    assert client.post(OUTCOME, json={"state": "refused"}).json()["conflict"] == ""
    assert told(database) == [(1, "LAMP", 2, None), (2, "SHADE", 3, None), (3, "LAMP", 0, 2)]
    swap(database, 2, "LAMP", units=1)
    source.add("order_lines", line="4", sku="LAMP", quantity="1", unit_price="64.00").bring_in()
    answer = client.post("/api/v1/changes/2/outcome", json={"state": "refused"})
    assert answer.json()["conflict"] == "not undone"
    with database.reading() as session:
        check_shop(session)


@pytest.mark.usefixtures("cancelled")
def test_the_same_outcome_again_is_answered_the_same_and_a_contrary_one_is_a_409(
    database: Database, client: TestClient
) -> None:
    first = client.post(OUTCOME, json={"state": "refused", "reason": "late"})
    again = client.post(OUTCOME, json={"state": "refused", "reason": "other"})
    assert again.status_code == 200
    assert again.json() == first.json()
    assert "refused" in the_problem(client.post(OUTCOME, json={"state": "accepted"}), 409)["detail"]
    assert changes(client) == [first.json()]
    with database.reading() as session:
        assert len(session.scalars(select(Event).where(Event.kind == "change_refused")).all()) == 1


def test_a_change_nobody_made_is_a_404(client: TestClient) -> None:
    the_problem(client.post("/api/v1/changes/404/outcome", json={"state": "accepted"}), 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"state": "pending"},
        {"state": "refused", "reason": "x" * 501},
        {"state": "refused", "reason": "a\0b"},
        {"state": "refused", "reason": None},
        {"state": "refused", "reason": 7},
    ],
)
@pytest.mark.usefixtures("cancelled")
def test_a_faulty_outcome_is_a_problem_and_changes_nothing(client: TestClient, body: Any) -> None:
    the_problem(client.post(OUTCOME, json=body), 422)
    assert changes(client)[0]["state"] == "pending"


@pytest.mark.parametrize("change", ["0", "-1", "x", str(2**31)])
def test_an_id_that_cannot_be_one_is_a_problem(client: TestClient, change: str) -> None:
    the_problem(client.post(f"/api/v1/changes/{change}/outcome", json={"state": "accepted"}), 422)


@pytest.mark.usefixtures("cancelled")
def test_only_a_key_that_may_write_decides(app: FastAPI, client_with: Callable[[Scope], TestClient]) -> None:
    reader = client_with("read")
    the_problem(reader.post(OUTCOME, json={"state": "refused"}), 403)
    the_problem(TestClient(app).post(OUTCOME, json={"state": "refused"}), 401)
    assert changes(reader)[0]["state"] == "pending"


def test_the_outcome_is_described(app: FastAPI) -> None:
    operation = app.openapi()["paths"]["/api/v1/changes/{id}/outcome"]["post"]
    assert operation["security"]
    assert {"200", "401", "403", "404", "409", "422"} <= operation["responses"].keys()
    assert list(operation["responses"]["409"]["content"]) == ["application/problem+json"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    outcomes=st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["accepted", "refused"]), st.text(max_size=20)), max_size=8
    )
)
def test_whatever_is_said_of_whatever_change_the_books_agree(
    source: Source, database: Database, client: TestClient, outcomes: list[tuple[int, str, str]]
) -> None:
    source.without("shipments").set("orders", currency="USD").bring_in()
    if not changes(client):
        swap(database, 2, "LAMP", units=1)
        swap(database, 2, "LAMP", units=1)
        cancel(database, "W1001", [2, 3])
    for change, state, reason in outcomes:
        answer = client.post(f"/api/v1/changes/{change}/outcome", json={"state": state, "reason": reason})
        assert answer.status_code in (200, 404, 409, 422)
    with database.reading() as session:
        check_shop(session)
