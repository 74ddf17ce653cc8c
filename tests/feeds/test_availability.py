"""What a product page is told before the order, over HTTP, by whomever it is asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from meantime.app import create_app
from meantime.db import Database
from meantime.feeds.shelf import KEPT_SECONDS, Shelf
from meantime.settings import Settings
from meantime.shop.availability import availability
from meantime.shop.calendar import business_days_after, today
from meantime.shop.policy import DaysRules, Policy
from meantime.shop.tables import StockLevel
from meantime.shop.zones import Zone
from tests.shop.conftest import Shop

OpenClient = Callable[..., TestClient]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_client(database: Database, clock: Clock) -> Iterator[OpenClient]:
    opened: list[TestClient] = []

    def start(**settings: Any) -> TestClient:
        chosen = Settings(_env_file=None, database_url="sqlite:///unused.db", rasa_url="http://127.0.0.1:1", **settings)
        app = create_app(chosen, database)
        app.state.shelf = Shelf(database, Policy(), clock)
        opened.append(TestClient(app).__enter__())
        return opened[-1]

    yield start
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(open_client: OpenClient) -> TestClient:
    return open_client()


@pytest.fixture
def stocked(database: Database) -> None:
    """One product of each kind there is."""
    soon = today() + timedelta(days=10)
    with database.writing() as session:
        shop = Shop(session)
        shop.product("LAMP", name="Desk Lamp", on_hand=2)
        shop.product("RUG", name="Wool Rug")
        shop.inbound("RUG", 5, soon)
        shop.product("CHAIR")
        shop.product("SHELF")
        shop.inbound("SHELF", 5, None)
        shop.product("VASE", backorderable=False)
        shop.product("BOWL", backorderable=False)
        shop.inbound("BOWL", 5, soon)
        shop.product("GONE", status="discontinued")
        shop.product("LAST", status="discontinued", on_hand=1)


def told(client: TestClient, sku: str) -> dict[str, Any]:
    answer = client.get(f"/availability/{quote(sku, safe='')}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def in_shop(database: Database, work: Callable[[Shop, Session], None]) -> None:
    with database.writing() as session:
        work(Shop(session), session)


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    ("sku", "state", "begins"),
    [
        ("LAMP", "available", "Available now, expected "),
        ("LAST", "available", "Available now, expected "),
        ("RUG", "expected", "Expected "),
        ("CHAIR", "unknown", "Sold out for now, and there is no date for more yet. You can order it all the same"),
        ("SHELF", "unknown", "Sold out for now, and there is no date for more yet. You can order it all the same"),
        ("BOWL", "not_sold", "Sold out for now. More is on its way"),
        ("VASE", "not_sold", "Sold out, and no more is expected."),
        ("GONE", "not_sold", "Sold out, and no more is expected."),
    ],
)
def test_each_kind_of_product_is_told_apart(client: TestClient, sku: str, state: str, begins: str) -> None:
    answer = told(client, sku)
    assert (answer["sku"], answer["state"]) == (sku, state)
    assert answer["text"].startswith(begins)
    has_days = state in ("available", "expected")
    assert (answer["earliest"] is not None, answer["latest"] is not None) == (has_days, has_days)


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("sku", ["LAMP", "RUG"])
def test_the_days_are_those_the_assistant_names(client: TestClient, database: Database, sku: str) -> None:
    with database.reading() as session:
        promise = availability(session, sku, Policy()).promise
    assert promise
    answer = told(client, sku)
    assert (answer["earliest"], answer["latest"]) == (promise.earliest.isoformat(), promise.latest.isoformat())


def test_an_order_placed_now_stands_behind_all_others(client: TestClient, database: Database) -> None:
    first, second = today() + timedelta(days=7), today() + timedelta(days=40)

    def sell(shop: Shop, _: Session) -> None:
        shop.product("LAMP", on_hand=1)
        shop.order(("LAMP", 1))
        shop.inbound("LAMP", 2, first)
        shop.order(("LAMP", 2))
        shop.inbound("LAMP", 1, second)

    in_shop(database, sell)
    answer = told(client, "LAMP")
    assert answer["state"] == "expected"
    assert answer["earliest"] > second.isoformat()


@pytest.mark.usefixtures("stocked")
def test_a_postcode_of_no_zone_and_what_is_none_move_nothing(client: TestClient) -> None:
    plain = client.get("/availability/LAMP")
    for postcode in ("78704", "78704-1234", "787", "", "🚚", "'; drop table products; --"):
        answer = client.get("/availability/LAMP", params={"postcode": postcode})
        assert (answer.status_code, answer.content) == (200, plain.content)
    assert client.get("/availability/LAMP", params={"postcode": "x" * 101}).status_code == 422


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(("postcode", "by"), [("99501", 4), ("96813-0001", 4), ("k1a 0b1", 5), ("SW1A 1AA", 5)])
def test_where_it_takes_longer_a_later_day_is_told(
    client: TestClient, database: Database, clock: Clock, postcode: str, by: int
) -> None:
    far = Zone(name="Alaska and Hawaii", postcodes=("995-999", "967-968"), extra=4)
    client.app.state.shelf = Shelf(database, Policy(days=DaysRules(zones=(far,))), clock)  # type: ignore[attr-defined]
    near = told(client, "RUG")
    answer = client.get("/availability/RUG", params={"postcode": postcode}).json()
    assert answer["earliest"] > near["earliest"]
    first, last = (date.fromisoformat(near[name]) for name in ("earliest", "latest"))
    assert date.fromisoformat(answer["earliest"]) >= business_days_after(first, by, "US")
    assert date.fromisoformat(answer["latest"]) >= business_days_after(last, by, "US")
    assert told(client, "RUG") == near


@pytest.mark.usefixtures("stocked")
def test_an_answer_may_be_kept_for_a_minute_by_anybody(client: TestClient) -> None:
    answer = client.get("/availability/LAMP")
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["content-type"] == "application/json"
    assert "set-cookie" not in answer.headers


@pytest.mark.usefixtures("stocked")
def test_what_has_not_changed_is_not_sent_again(client: TestClient, database: Database, clock: Clock) -> None:
    etag = client.get("/availability/LAMP").headers["etag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = client.get("/availability/LAMP", headers={"if-none-match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        assert answer.headers["access-control-allow-origin"] == "*"
    in_shop(database, lambda shop, _: shop.order(("LAMP", 2)) and None)
    clock.at += KEPT_SECONDS
    answer = client.get("/availability/LAMP", headers={"if-none-match": etag})
    assert (answer.status_code, answer.json()["state"]) == (200, "unknown")


@pytest.mark.usefixtures("stocked")
def test_head_tells_what_get_would(client: TestClient) -> None:
    get, head = client.get("/availability/LAMP"), client.head("/availability/LAMP")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == get.headers
    assert client.head("/availability/nothing").status_code == 404


@pytest.mark.usefixtures("stocked")
def test_a_change_of_stock_is_seen_within_seconds(client: TestClient, database: Database, clock: Clock) -> None:
    assert told(client, "CHAIR")["state"] == "unknown"

    def arrive(_: Shop, session: Session) -> None:
        session.get_one(StockLevel, ("CHAIR", "MAIN")).on_hand = 3

    in_shop(database, arrive)
    clock.at += KEPT_SECONDS - 0.1
    assert told(client, "CHAIR")["state"] == "unknown"
    clock.at += 0.1
    assert told(client, "CHAIR")["state"] == "available"
    assert KEPT_SECONDS < 60


@pytest.mark.usefixtures("stocked")
def test_a_new_product_is_seen_within_seconds_too(client: TestClient, database: Database, clock: Clock) -> None:
    answer = client.get("/availability/NEW")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    in_shop(database, lambda shop, _: shop.product("NEW", on_hand=1) and None)
    clock.at += KEPT_SECONDS
    assert told(client, "NEW")["state"] == "available"


@pytest.mark.usefixtures("stocked")
def test_many_who_ask_at_once_cost_one_look(database: Database) -> None:
    looks: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: looks.append(args[2]))

    async def ask(times: int) -> None:
        shelf = Shelf(database, Policy())
        answers = await asyncio.gather(*(shelf.tell("LAMP") for _ in range(times)))
        assert len({answer.body for answer in answers if answer}) == 1

    asyncio.run(ask(1))
    once = len(looks)
    asyncio.run(ask(50))
    assert len(looks) == 2 * once > 0


def test_the_shelf_keeps_no_more_than_it_has_room_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meantime.feeds.shelf.MOST_KEPT", 3)

    async def ask() -> int:
        shelf = Shelf(database, Policy())
        for n in range(10):
            assert await shelf.tell(f"nothing {n}") is None
        return len(shelf._kept)

    assert asyncio.run(ask()) == 3


@pytest.mark.usefixtures("stocked")
def test_while_the_database_is_away_this_is_said_and_not_remembered(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("select", {}, Exception("secret host name"))

    with monkeypatch.context() as broken:
        broken.setattr(Shelf, "_look", away)
        answer = client.get("/availability/LAMP")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert told(client, "LAMP")["state"] == "available"


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("origin", ["https://shop.example", "https://anybody.example", "null"])
def test_every_page_may_read_every_answer(client: TestClient, origin: str) -> None:
    for path in ("/availability/LAMP", "/availability/nothing", "/availability/LAMP?postcode=" + "x" * 200):
        answer = client.get(path, headers={"origin": origin})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


def test_reading_is_all_that_can_be_done(client: TestClient) -> None:
    asked = {"origin": "https://shop.example", "access-control-request-method": "DELETE"}
    allowed = client.options("/availability/LAMP", headers=asked)
    assert (allowed.status_code, allowed.headers["access-control-allow-methods"]) == (204, "GET, HEAD")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.request(method, "/availability/LAMP")
        assert answer.status_code == 405
        assert answer.headers["content-type"] == "application/problem+json"


ODD = (
    *("A/B", "A//B", "/A", "A/", "ÄÖÜ", "椅子", "🪑", "a b", "100%", "../etc/passwd", "a?b#c", "x" * 100),
    *("'\"", "-", "a..", "\u202eevil"),
)


def test_odd_numbers_of_products_are_found(client: TestClient, database: Database) -> None:
    in_shop(database, lambda shop, _: [shop.product(sku, on_hand=1) for sku in ODD] and None)
    for sku in ODD:
        assert told(client, sku)["sku"] == sku


def the_problem(answer: Any) -> None:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize(
    "path", ["", "%00", "a%00b", "%0A", "a%0Ab", "%ff%fe", "x" * 101, "y" * 5000, "%2e%2e", "nothing"]
)
def test_what_is_no_product_is_a_problem_document(client: TestClient, path: str) -> None:
    answer = client.get(f"/availability/{path}")
    assert answer.status_code == 404
    the_problem(answer)


@hypothesis_settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    # A client takes "." and ".." out of an address itself.
    sku=st.text(st.characters(exclude_categories=["Cs"]), max_size=200).filter(lambda sku: sku not in (".", "..")),
    postcode=st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    method=st.sampled_from(["GET", "HEAD", "OPTIONS", "POST"]),
    known=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=50),
)
def test_whatever_is_asked_is_answered_within_the_protocol(
    client: TestClient, sku: str, postcode: str | None, method: str, known: str
) -> None:
    answer = client.request(
        method,
        f"/availability/{quote(sku, safe='')}",
        params={} if postcode is None else {"postcode": postcode},
        headers={"if-none-match": known},
    )
    expected = {"OPTIONS": {204}, "POST": {404, 405}}.get(method, {404, 422})
    assert answer.status_code in expected
    assert answer.headers["access-control-allow-origin"] == "*"
    if method in ("GET", "POST"):
        the_problem(answer)


def test_who_asks_for_too_much_is_told_when_to_come_back(open_client: OpenClient, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_text(json.dumps({"limits": {"availability_per_address_minute": 2}}))
    client = open_client(policy_file=policy, trusted_proxies="203.0.113.0/24")
    client._transport.client = ("203.0.113.1", 50000)  # type: ignore[attr-defined]
    here, there = {"x-forwarded-for": "198.51.100.7"}, {"x-forwarded-for": "198.51.100.8"}
    for _ in range(2):
        assert client.get("/availability/x", headers=here).status_code == 404
    answer = client.get("/availability/x", headers=here)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (answer.headers["access-control-allow-origin"], answer.headers["cache-control"]) == ("*", "no-store")
    the_problem(answer)
    assert client.get("/availability/x", headers=there).status_code == 404
    assert 'meantime_requests_refused_total{of="availability"}' in client.get("/metrics").text


def test_it_is_described_with_its_schema(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    operation = described["paths"]["/availability/{sku}"]["get"]
    schema = described["components"]["schemas"]["AvailabilityOut"]
    assert operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("AvailabilityOut")
    assert {"304", "404", "422", "429", "503"} <= set(operation["responses"])
    assert set(schema["properties"]) == {"sku", "name", "state", "earliest", "latest", "text"}
    assert schema["properties"]["state"]["enum"] == ["available", "expected", "unknown", "not_sold"]
