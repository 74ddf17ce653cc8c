"""The desk while things go wrong, with the real processes: a change under way, a gateway that dies, no assistant."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from meantime.db import Database
from meantime.settings import ROOT
from meantime.shop.tables import Change, OrderLine
from tests.conftest import NewDatabase
from tests.e2e import browsing
from tests.e2e.at_the_desk import (
    CALM,
    Enter,
    conversation_of,
    hand_back,
    heard,
    line,
    send,
    somebody,
    take,
)
from tests.e2e.chat import Chat
from tests.e2e.conftest import Serve, demo_shop
from tests.e2e.waiting import until
from tests.e2e.wire import Wire
from tests.e2e.world import ACTIONS, GATEWAY, RASA_SERVER, World

ORDER, PROOF = "M104222", "ben.archer@example.com"
TRACES = re.compile("Quentin|Walt|Brandt|19147")
TOLD_WITHIN_SECONDS = 10


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    wire = Wire()
    wire.server.start()
    yield wire
    wire.server.stop()


@pytest.fixture(scope="module")
def world(new_database: NewDatabase, serve: Serve, wire: Wire) -> Iterator[World]:
    """A shop of this module's own: its processes may die, and what goes between them may be held."""
    with new_database() as url, demo_shop(url, serve, **wire.settings()) as world:
        yield world


@pytest.fixture(autouse=True)
def everything_runs(world: World) -> Iterator[None]:
    """Whatever a test has killed is there for the next one."""
    yield
    if killed := world.commands().keys() - world.processes.keys():
        world.start(*killed)
        world.wait_until_ready()


def asks_to_cancel(customer: Page) -> str:
    """Have the customer come as far as the question whether to cancel; return the conversation."""
    browsing.say(customer, f"cancel {ORDER}, {PROOF}")
    expect(browsing.log(customer).get_by_text("Shall I")).to_be_visible()
    return conversation_of(customer)


def units_cancelled(database: Database) -> int:
    with database.reading() as session:
        found = select(func.sum(OrderLine.cancelled_quantity)).where(OrderLine.order_number == ORDER)
        return session.scalars(found).one()


def changes(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(Change)).one()


def until_nothing_is_asked(world: World) -> None:
    """Wait for whatever Rasa still answers to be dealt with."""
    until(lambda: "\nmeantime_asks_running 0.0\n" in httpx.get(f"{world.url}/metrics").text, "a turn runs on")


def next_words(chat: Chat) -> dict[str, Any]:
    """Return the next message that is not the customer's own, within the time in which nobody may meet silence."""
    while (frame := chat.receive(TOLD_WITHIN_SECONDS))["type"] != "message" or frame["author"] == "customer":
        pass
    return frame


def test_a_cancel_under_way_does_not_happen_once_somebody_has_taken_over(
    customer: Page, enter: Enter, world: World, wire: Wire, shop_database: Database
) -> None:
    ana = somebody("Ana")
    desk = enter(ana, f"/desk/conversations/{asks_to_cancel(customer)}")
    by_bot = browsing.log(customer).locator("[data-author=bot]")
    before = by_bot.count()
    with wire.held("asked"):
        browsing.say(customer, "yes")
        wire.wait_until_held()
        desk.get_by_role("button", name="Take over").click()
        expect(customer.get_by_text(f"You are talking to {ana}")).to_be_visible()
    until_nothing_is_asked(world)
    assert (units_cancelled(shop_database), changes(shop_database)) == (0, 0)
    send(desk, CALM)
    expect(browsing.log(customer).get_by_text(CALM)).to_be_visible()
    expect(by_bot).to_have_count(before)
    expect(heard(desk).get_by_text("Just before you took over")).to_have_count(0)
    # What was listed before the take-over is agreed to by no later yes either.
    hand_back(desk)
    browsing.say(customer, "yes")
    expect(by_bot).to_have_count(before + 1)
    assert changes(shop_database) == 0


def test_what_was_done_and_not_said_any_more_is_told_to_who_takes_over(
    customer: Page, enter: Enter, world: World, wire: Wire, shop_database: Database
) -> None:
    ana = somebody("Ana")
    desk = enter(ana, f"/desk/conversations/{asks_to_cancel(customer)}")
    by_bot = browsing.log(customer).locator("[data-author=bot]")
    before = by_bot.count()
    with wire.held("answered"):
        browsing.say(customer, "yes")
        wire.wait_until_held()
        desk.get_by_role("button", name="Take over").click()
        expect(customer.get_by_text(f"You are talking to {ana}")).to_be_visible()
    until_nothing_is_asked(world)
    assert changes(shop_database) == 1
    assert units_cancelled(shop_database) == 2
    note = heard(desk).get_by_text("Just before you took over, the assistant cancelled")
    expect(note).to_have_count(1)
    expect(note).to_contain_text(f"of order {ORDER}. The customer was not told.")
    send(desk, "Both grills are cancelled. Your card was not charged.")
    expect(browsing.log(customer).get_by_text("Both grills are cancelled.")).to_be_visible()
    expect(by_bot).to_have_count(before)
    expect(browsing.log(customer).get_by_text("Just before")).to_have_count(0)


def test_a_gateway_that_dies_loses_and_doubles_nothing_of_what_either_says(
    customer: Page, enter: Enter, world: World
) -> None:
    ana = somebody("Ana")
    browsing.say(customer, "I want to talk to a person")
    expect(customer.get_by_text("You are waiting for a person")).to_be_visible()
    desk = enter(ana)
    take(desk, conversation_of(customer))
    desk.locator("#text").fill(CALM)
    world.kill(GATEWAY)

    expect(customer.get_by_text("The connection was lost")).to_be_visible()
    browsing.say(customer, "Are you still there?")
    desk.locator("#text").press("Control+Enter")
    expect(desk.get_by_text("The desk cannot be reached just now. Nothing is lost")).to_be_visible()
    expect(desk.locator("#text")).to_have_value(CALM)
    world.start(GATEWAY)
    world.wait_until_ready()

    expect(heard(desk).get_by_text("Are you still there?")).to_have_count(1)
    expect(customer.get_by_text(f"You are talking to {ana}")).to_be_visible()
    expect(desk.locator("#head").get_by_text("You answer")).to_be_visible()
    expect(desk.locator("#text")).to_have_value(CALM)

    def answer_is_lost(route: Route) -> None:
        route.fetch()
        route.abort()

    desk.route("**/say", answer_is_lost, times=1)
    desk.locator("#text").press("Control+Enter")
    expect(heard(desk).get_by_text(CALM)).to_have_count(1)
    desk.locator("#text").press("Control+Enter")
    expect(desk.locator("#text")).to_have_value("")
    for page in (customer, desk):
        page.reload()
    log = browsing.log(customer)
    for said in (log, heard(desk)):
        expect(said.get_by_text(CALM)).to_have_count(1)
        expect(said.get_by_text("Are you still there?")).to_have_count(1)
        expect(said.get_by_text(f"{ana} from our team has joined")).to_have_count(1)


def test_people_talk_on_while_the_assistant_is_down(enter: Enter, world: World) -> None:
    ana = somebody("Ana")
    desk = enter(ana)
    with Chat(world.url) as chat:
        chat.say("I want to talk to a person")
        take(desk, chat.conversation_id)
        for name in (RASA_SERVER, ACTIONS):
            world.kill(name)
        turn = chat.say("Can you hear me?")
        assert turn.errors == []
        assert [message["author"] for message in turn.messages] in ([], ["system"])  # that Ana has joined
        expect(heard(desk).get_by_text("Can you hear me?")).to_have_count(1)
        send(desk, CALM)
        told = next_words(chat)
        assert (told["author"], told["name"], told["text"]) == ("agent", ana, CALM)

        desk.get_by_role("button", name="Back to the queue", exact=True).click()
        expect(desk.locator("#head").get_by_text("Waiting for a person")).to_be_visible()
        desk.get_by_role("link", name="Back to the queue").click()
        assert "passed you on within our team" in next_words(chat)["text"]
        take(desk, chat.conversation_id)
        assert f"{ana} from our team has joined" in next_words(chat)["text"]
        hand_back(desk)
        client_id = str(uuid.uuid4())
        assert "You are with the assistant again" in next_words(chat)["text"]
        chat.send({"type": "say", "id": client_id, "text": "where is order M104112, 19147"})
        said = next_words(chat)
        assert (said["author"], said["text"].count("takes longer than usual")) == ("system", 1)
        world.start(RASA_SERVER, ACTIONS)
        world.wait_until_ready()
        assert "delivered" in chat.until_done(client_id).text
    expect(heard(desk).get_by_text("Order M104112")).to_be_visible()
    desk.get_by_role("link", name="Back to the queue").click()
    expect(line(desk, chat.conversation_id)).to_have_count(0)


def test_nothing_is_left_of_a_customer_who_is_erased_while_both_look_on(
    customer: Page, enter: Enter, world: World
) -> None:
    browsing.say(customer, "where is M104112, 19147")
    expect(browsing.log(customer).get_by_text("Order M104112:")).to_be_visible()
    browsing.say(customer, "I want to talk to a person")
    expect(customer.get_by_text("You are waiting for a person")).to_be_visible()
    conversation = conversation_of(customer)
    desk = enter(somebody("Ana"))
    take(desk, conversation)
    browsing.say(customer, "my neighbour Quentin has it")
    expect(heard(desk).get_by_text("Quentin")).to_be_visible()
    expect(desk.get_by_role("heading", name="Walt Brandt", level=1)).to_be_visible()
    expect(desk.locator("#panel").get_by_text("walt.brandt@example.com")).to_be_visible()

    env = {**os.environ, "DATABASE_URL": world.database_url}
    erase = [sys.executable, "-m", "meantime.cli", "erase-customer", "C1014", "--yes"]
    subprocess.run(erase, env=env, cwd=ROOT, check=True, capture_output=True)

    expect(heard(desk).get_by_text("Quentin")).to_have_count(0)
    expect(desk.locator("#head").get_by_text("has been erased")).to_be_visible()
    browsing.say(customer, "Hello?")
    for page in (customer, desk):
        page.reload()
        expect(page.locator("body")).not_to_contain_text(TRACES)
    expect(desk.locator("#panel")).not_to_contain_text(TRACES)
    browsing.say(customer, "hello")
    expect(browsing.log(customer).locator("[data-author=bot]").last).to_be_visible()
    expect(browsing.log(customer)).not_to_contain_text(TRACES)
