"""What the widget and the real gateway do together: an item's days, a forgotten conversation, one on another device."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
from playwright.sync_api import Page, expect

from meantime.conversations.owner import hand_back, take_over
from meantime.conversations.tables import Conversation
from meantime.db import Database
from tests.e2e.browsing import Troubles, box, log, open_chat, picture, require_no_violations, say
from tests.e2e.stage import ShopServer
from tests.e2e.world import World, fresh_shop

CUSTOMER = "C1003"


@pytest.fixture(autouse=True)
def shop(shop_database: Database) -> None:
    fresh_shop(shop_database)


def identity() -> str:
    claims = {"sub": CUSTOMER, "exp": datetime.now(UTC) + timedelta(hours=1)}
    return jwt.encode(claims, os.environ["IDENTITY_JWT_SECRET"], "HS256")


def test_a_product_says_when_it_can_be_had_from_stock_and_deliveries(page: Page, world: World) -> None:
    for sku, state, words in (
        ("SHO-FERN-8", "available", "Available now"),
        ("LMP-HARBOR-BRS", "expected", "If that slips we write at once, and you can cancel."),
        ("KTL-WREN-BLK", "unknown", "No date known yet"),
    ):
        page.goto(f"{world.url}/products/{sku}")
        element = page.locator("meantime-availability")
        expect(element).to_have_attribute("state", state)
        expect(element).to_contain_text(words)
    picture(page, "real-product")
    page.goto(world.url)
    expect(page.locator("meantime-availability[state]").first).to_be_visible()
    require_no_violations(page)


def test_a_forgotten_conversation_can_be_opened_by_nobody(page: Page, world: World) -> None:
    talk = open_chat(page)
    say(page, "good day to you")
    expect(talk.locator("[data-author=bot]").first).to_be_visible()
    token = page.evaluate("JSON.parse(localStorage['meantime.conversation']).token")
    page.get_by_role("button", name="Forget this conversation").click()
    with page.expect_response("**/chat/conversations/forget") as answer:
        page.get_by_role("button", name="Yes, forget it").click()
    assert answer.value.status == 204
    expect(page.get_by_text("The conversation is forgotten here.")).to_be_visible()
    opened = httpx.post(f"{world.url}/chat/conversations", json={"conversation_token": token}).json()
    assert opened["token"] != token


def test_a_signed_in_customer_goes_on_elsewhere(
    page: Page, world: World, shop_server: ShopServer, troubles: Troubles
) -> None:
    address = shop_server.page(script=f"{world.url}/widget.js", attributes=f"data-identity='{identity()}'")
    here, elsewhere = f"good day from {uuid.uuid4()}", f"good day from {uuid.uuid4()}"
    page.goto(address)
    open_chat(page)
    say(page, here)
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    assert page.context.browser
    other = page.context.browser.new_context().new_page()
    other.goto(address)
    there = open_chat(other)
    expect(there.get_by_text(here)).to_be_visible()
    say(other, elsewhere)
    expect(log(page).get_by_text(elsewhere)).to_be_visible()
    other.context.close()


def test_a_person_is_waited_for_takes_over_and_hands_back(page: Page, shop_database: Database) -> None:
    open_chat(page)
    say(page, "I want to talk to a person")
    expect(page.get_by_text("You are waiting for a person")).to_be_visible()
    expect(page.get_by_text("The answer will be here, also when you come back later.")).to_be_visible()
    conversation = page.evaluate("JSON.parse(localStorage['meantime.conversation']).conversation")
    with shop_database.writing() as session:
        assert session.get_one(Conversation, conversation)
        take_over(session, conversation, "Ann")
    expect(page.get_by_text("You are talking to Ann")).to_be_visible()
    expect(box(page)).to_be_visible()
    with shop_database.writing() as session:
        hand_back(session, conversation, "Ann")
    expect(page.get_by_text("You are talking to our assistant")).to_be_visible()
