"""What a shop's own systems get over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from meantime.db import Database
from meantime.feeds.api import router
from meantime.feeds.keys import add_key, require, revoke_key
from meantime.feeds.problems import install_problems
from meantime.feeds.tables import ApiKey
from meantime.shop.audit import LineQuantity, announce
from meantime.shop.tables import Order
from tests.feeds.conftest import Source
from tests.feeds.test_import import cancel
from tests.feeds.test_swapped_lines import swap


@pytest.fixture
def app(database: Database) -> FastAPI:
    app = FastAPI()
    app.state.database = database
    app.include_router(router)
    install_problems(app)

    @app.get("/api/v1/write")
    def write(key: Annotated[ApiKey, Depends(require("write"))]) -> str:
        return key.name

    @app.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError("secret inner detail")

    @app.get("/page/{number}")
    def page(number: int) -> int:
        return number

    return app


@pytest.fixture
def secret(database: Database) -> str:
    with database.writing() as session:
        return add_key(session, "webshop", "read")


@pytest.fixture
def client(app: FastAPI, secret: str) -> TestClient:
    return TestClient(app, headers={"Authorization": f"Bearer {secret}"}, raise_server_exceptions=False)


def the_problem(answer: Any, status: int) -> dict[str, Any]:
    """Return the problem document of an answer, which must be one."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"]
    return document


def test_an_order_is_given_as_it_stands_here(source: Source, client: TestClient) -> None:
    source.set("orders", placed_at="2026-11-02T10:00:00Z").set("inbound", due_on="2999-12-02").bring_in()
    body = client.get("/api/v1/orders/W1001").json()
    promise = body["lines"][1].pop("promise")
    assert date.fromisoformat(promise["earliest"]) <= date.fromisoformat(promise["latest"])
    assert promise["earliest"].startswith("2999-12")
    assert promise["confidence"] == 0.9
    assert body["lines"][0].pop("promise") is not None
    assert body == {
        "number": "W1001",
        "status": "open",
        "payment_status": "authorised",
        "lines": [
            {"line": 1, "sku": "LAMP", "quantity": 2, "cancelled_quantity": 0, "state": "ready", "replaces": None},
            {
                "line": 2,
                "sku": "SHADE",
                "quantity": 3,
                "cancelled_quantity": 0,
                "state": "backordered",
                "replaces": None,
            },
        ],
    }


def test_a_line_that_waits_without_a_day_has_no_promise(source: Source, client: TestClient) -> None:
    source.set("inbound", due_on="").bring_in()
    assert client.get("/api/v1/orders/W1001").json()["lines"][1]["promise"] is None


def test_a_swapped_line_names_the_one_it_replaces(source: Source, database: Database, client: TestClient) -> None:
    source.without("shipments").bring_in()
    swap(database, 2, "LAMP", units=1)
    lines = client.get("/api/v1/orders/W1001").json()["lines"]
    assert [(line["line"], line["cancelled_quantity"], line["replaces"]) for line in lines] == [
        (1, 0, None),
        (2, 1, None),
        (3, 0, 2),
    ]


@pytest.mark.parametrize(("sku", "line", "amount"), [("LAMP", 2, "45.50"), ("SHADE", 1, "-45.50")])
def test_a_swap_is_in_the_changes_with_its_new_line_and_what_it_adds(
    source: Source, database: Database, client: TestClient, sku: str, line: int, amount: str
) -> None:
    source.without("shipments").add("stock", sku="SHADE", on_hand="9").bring_in()
    swap(database, line, sku, units=1)
    (change,) = client.get("/api/v1/changes").json()["changes"]
    assert (change["kind"], change["amount"], change["state"]) == ("swap", amount, "pending")
    assert change["lines"] == [{"line": line, "quantity": 1, "replaced_by": 3, "sku": sku}]


def test_an_order_nobody_knows_is_a_404(client: TestClient) -> None:
    assert "W404" in the_problem(client.get("/api/v1/orders/W404"), 404)["detail"]


def test_the_history_of_an_order_is_given_oldest_first(source: Source, database: Database, client: TestClient) -> None:
    source.without("shipments").bring_in()
    source.set("orders", payment_status="paid").bring_in()
    cancel(database, "W1001")
    events = client.get("/api/v1/orders/W1001/events").json()["events"]
    assert [(event["who"], event["what"]) for event in events] == [("source", "import"), ("customer:C1", "cancel")]
    assert (events[0]["before"], events[0]["after"]) == ({"payment_status": "authorised"}, {"payment_status": "paid"})
    assert events[0]["at"].endswith("Z")


def test_the_history_of_an_order_nobody_knows_is_a_404(client: TestClient) -> None:
    the_problem(client.get("/api/v1/orders/W404/events"), 404)


def test_what_a_customer_cancelled_is_in_the_changes(source: Source, database: Database, client: TestClient) -> None:
    source.without("shipments").set("orders", shipping_price="7.95", tax="0").bring_in()
    cancel(database, "W1001", [2])
    (change,) = client.get("/api/v1/changes").json()["changes"]
    assert change.pop("at").endswith("Z")
    assert change == {
        "id": 1,
        "kind": "cancel",
        "order": "W1001",
        "lines": [{"line": 2, "quantity": 3}],
        "amount": "55.50",
        "currency": "USD",
        "by": "customer:C1",
        "state": "pending",
    }


def test_the_changes_are_read_to_their_end_with_the_cursor(
    source: Source, database: Database, client: TestClient
) -> None:
    source.bring_in()
    with database.writing() as session:
        for amount in (100, 250, None):
            announce(session, "goodwill", "W1001", [LineQuantity(1, 1)], amount, "USD", "staff:ann")
    first = client.get("/api/v1/changes", params={"limit": 2}).json()
    assert [change["amount"] for change in first["changes"]] == ["1.00", "2.50"]
    second = client.get("/api/v1/changes", params={"after": first["next"]}).json()
    assert [change["amount"] for change in second["changes"]] == [None]
    last = client.get("/api/v1/changes", params={"after": second["next"]}).json()
    assert last == {"changes": [], "next": second["next"]}


@pytest.mark.parametrize("query", ["after=x", "after=-1", f"after={10**30}", "limit=0", "limit=1001", "limit=all"])
def test_a_faulty_query_is_a_problem_that_names_it(client: TestClient, query: str) -> None:
    document = the_problem(client.get(f"/api/v1/changes?{query}"), 422)
    (fault,) = document["errors"]
    assert fault["where"] == f"query/{query.split('=')[0]}"
    assert fault["what"] in document["detail"]


@pytest.mark.parametrize("number", ["%00", "W" * 101, "a%0Ab"])
def test_a_number_that_cannot_be_one_is_a_problem(client: TestClient, number: str) -> None:
    the_problem(client.get(f"/api/v1/orders/{number}"), 422)


@pytest.mark.parametrize("path", ["orders/W1001", "orders/W1001/events", "changes"])
@pytest.mark.parametrize("header", [None, "Basic bXQ6bXQ=", "Bearer mt_nobody", "Bearer"])
def test_without_a_key_nothing_is_told(app: FastAPI, source: Source, path: str, header: str | None) -> None:
    source.bring_in()
    answer = TestClient(app).get(f"/api/v1/{path}", headers={"Authorization": header} if header else {})
    assert "W1001" not in the_problem(answer, 401)["detail"]
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_revoked_key_opens_nothing(database: Database, client: TestClient) -> None:
    assert client.get("/api/v1/changes").status_code == 200
    with database.writing() as session:
        revoke_key(session, "webshop")
    the_problem(client.get("/api/v1/changes"), 401)


def test_a_key_that_may_read_may_not_write(client: TestClient) -> None:
    answer = client.get("/api/v1/write")
    the_problem(answer, 403)
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def test_a_key_that_may_write_may_read_too(app: FastAPI, database: Database) -> None:
    with database.writing() as session:
        secret = add_key(session, "erp", "write")
    client = TestClient(app, headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/write").json() == "erp"
    assert client.get("/api/v1/changes").status_code == 200


def test_a_path_that_is_not_there_and_a_wrong_method_are_problems(client: TestClient) -> None:
    the_problem(client.get("/api/v1/nothing"), 404)
    answer = client.delete("/api/v1/changes")
    the_problem(answer, 405)
    assert answer.headers["allow"] == "GET"


def test_a_failure_of_ours_is_a_problem_that_gives_nothing_away(client: TestClient) -> None:
    assert "secret" not in str(the_problem(client.get("/api/v1/broken"), 500))


def test_pages_keep_their_own_errors(client: TestClient) -> None:
    for path, status in (("/page/x", 422), ("/nothing", 404)):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")


def test_the_description_names_answers_problems_and_the_key(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    order = paths["/api/v1/orders/{number}"]["get"]
    assert order["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/OrderOut")
    for path in ("/api/v1/orders/{number}", "/api/v1/orders/{number}/events", "/api/v1/changes"):
        operation = paths[path]["get"]
        assert operation["security"]
        for status in ("401", "403", "422"):
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"], (path, status)
    assert "404" in order["responses"]


def test_an_order_changed_between_two_calls_is_told_as_it_is_now(
    source: Source, database: Database, client: TestClient
) -> None:
    source.bring_in()
    client.get("/api/v1/orders/W1001")
    with database.writing() as session:
        session.get_one(Order, "W1001").status = "packing"
    assert client.get("/api/v1/orders/W1001").json()["status"] == "packing"
