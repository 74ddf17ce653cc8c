"""What the gateway serves besides the chat: its health, its metrics, the demo shop, and errors without traces."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from meantime import shop_pages
from meantime.db import Database
from meantime.feeds.demo import demo_orders, import_demo
from meantime.shop.calendar import today
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat


def test_a_gateway_says_that_it_lives_and_is_ready(gateway: ThreadedServer) -> None:
    assert httpx.get(f"{gateway.url}/healthz").json() == {"status": "alive"}
    ready = httpx.get(f"{gateway.url}/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"ready": True, "database": "ok", "rasa": "ok", "actions": "ok"}


def test_a_gateway_names_what_does_not_answer(gateway: ThreadedServer, rasa: RasaStandIn) -> None:
    rasa.actions_are_up = False
    without_actions = httpx.get(f"{gateway.url}/readyz")
    assert without_actions.status_code == 503
    assert without_actions.json()["actions"] == "not answering"
    rasa.stop()
    assert httpx.get(f"{gateway.url}/readyz").json()["rasa"] == "not answering"


def test_a_gateway_without_its_database_is_alive_and_not_ready(
    gateway: ThreadedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Database) -> None:
        raise OperationalError("select 1", {}, Exception())

    monkeypatch.setattr(Database, "ping", broken)
    assert httpx.get(f"{gateway.url}/readyz").json()["database"] == "not answering"
    assert httpx.get(f"{gateway.url}/healthz").status_code == 200


def test_how_long_a_turn_takes_is_measured_by_stage(chat: Chat, gateway: ThreadedServer) -> None:
    chat.say("hello")
    metrics = httpx.get(f"{gateway.url}/metrics").text
    for stage in ("store", "rasa", "keep", "gateway", "total"):
        assert f'meantime_turn_stage_seconds_count{{stage="{stage}"}}' in metrics
    assert "hello" not in metrics


def test_the_demo_shop_shows_its_products_and_orders_to_try(gateway: ThreadedServer, database: Database) -> None:
    assert demo_orders()[0].number not in httpx.get(gateway.url).text
    import_demo(database, today())
    page = httpx.get(gateway.url)
    assert page.status_code == 200
    assert demo_orders()[0].number in page.text
    assert "$" in page.text


def test_the_demo_page_runs_only_our_own_scripts(gateway: ThreadedServer) -> None:
    policy = httpx.get(gateway.url).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert f"ws://127.0.0.1:{gateway.port}" in policy


def test_a_host_header_cannot_write_the_policy(gateway: ThreadedServer) -> None:
    page = httpx.get(gateway.url, headers={"host": "x; script-src *"})
    assert "script-src" not in page.headers.get("content-security-policy", "")


def test_an_error_nobody_foresaw_shows_no_trace(open_gateway: OpenGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(shop_pages, "version_of", broken)
    answer = httpx.get(open_gateway().url, timeout=30)
    assert answer.status_code == 500
    assert answer.json()["title"] == "Something went wrong here."
    assert "secret" not in answer.text
