"""The widget on the pages of a shop that has never heard of it: another origin, a strict policy, the worst of CSS."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from meantime.db import Database
from tests.e2e.browsing import launcher, log, open_chat, picture, say, warnings_of
from tests.e2e.stage import ShopServer, Stage
from tests.e2e.world import World, fresh_shop

HOSTILE = """
html { font-size: 60px; direction: rtl } body { font: 99px/5 cursive; letter-spacing: 1em; text-align: right }
div { position: fixed; inset: 0; z-index: 2147483647 } p { color: red } button { transform: rotate(90deg) }
body * { all: unset !important; display: none !important; visibility: hidden !important; opacity: 0.1 !important;
  font-size: 80px !important; color: red !important; transform: rotate(9deg) !important; position: static !important;
  pointer-events: none !important; text-transform: uppercase !important; letter-spacing: 1em !important }
"""
STYLES = """[document.querySelector('meantime-chat'), ...document.querySelector('meantime-chat').shadowRoot
  .querySelectorAll('*')].map((each) => {
    const style = getComputedStyle(each);
    const own = Object.fromEntries([...style].map((name) => [name, style.getPropertyValue(name)]));
    return [each.className || each.localName, own];
  })"""


def test_it_works_under_a_strict_policy_on_another_origin(
    context: BrowserContext, world: World, shop_server: ShopServer, shop_database: Database
) -> None:
    fresh_shop(shop_database)
    sockets = world.url.replace("http", "ws")
    policy = (
        f"default-src 'none'; script-src {world.url}; connect-src {world.url} {sockets}; img-src {world.url}; "
        "require-trusted-types-for 'script'"
    )
    page = context.new_page()
    address = shop_server.page(
        script=f"{world.url}/widget.js",
        attributes="data-colour='#7a1f4b'",
        headers={"content-security-policy": policy},
    )
    page.goto(address)
    talk = open_chat(page)
    say(page, "where is my order M104190? 60614")
    expect(talk.get_by_text("There is no date for it yet")).to_be_visible()
    say(page, "is there something like the rust backpack in M104217? 48207")
    expect(talk.locator(".card img").first).to_be_visible()
    picture(page, "strict-policy")


def test_a_page_that_was_not_allowed_gets_no_chat(context: BrowserContext, world: World) -> None:
    """ALLOWED_ORIGINS, not the widget, decides: the customer is not left with silence either."""
    other = ShopServer()
    other.server.start()
    page = context.new_page()
    warnings = warnings_of(page)
    page.goto(other.page(script=f"{world.url}/widget.js"))
    launcher(page).click()
    expect(page.get_by_text("The connection was lost. Reconnecting…")).to_be_visible()
    for _ in range(2):
        page.wait_for_event("requestfailed")  # it tries again, and does not say so again
    assert warnings == [
        f"Meantime: the gateway at {world.url} refuses pages of {other.url}; name it in ALLOWED_ORIGINS."
    ]
    other.server.stop()


@pytest.mark.parametrize("is_open", [False, True])
def test_no_style_of_the_page_gets_in(stage: Stage, is_open: bool) -> None:
    plain = styles_with(stage, "", is_open)
    hostile = styles_with(stage, f"<style>{HOSTILE}</style>", is_open)
    picture(stage.page, f"hostile-{'open' if is_open else 'closed'}")
    assert [name for name, _ in plain] == [name for name, _ in hostile]
    wrong = [
        (name, prop, value, changed[prop])
        for (name, style), (_, changed) in zip(plain, hostile, strict=True)
        for prop, value in style.items()
        if changed[prop] != value
    ]
    assert wrong == []
    expect(log(stage.page) if is_open else launcher(stage.page)).to_be_visible()


def styles_with(stage: Stage, head: str, is_open: bool) -> Any:
    """All that is computed for all of the chat, on a page with ``head``."""
    page = stage.page
    page.emulate_media(reduced_motion="reduce")
    address = stage.shop.page(head=head)
    page.goto(address)
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto(address)
    expect(launcher(page)).to_be_visible()
    if is_open:
        launcher(page).click()
        page.locator("meantime-chat .log[aria-busy=false]").wait_for()
        stage.gateway.told.say("Shall I?", options=[{"id": "y", "title": "Yes", "role": "confirm"}])
        expect(page.get_by_role("button", name="Yes")).to_be_visible()
        page.mouse.move(0, 0)
    return page.evaluate(STYLES)


def test_no_style_of_the_chat_gets_out(stage: Stage) -> None:
    seen = """[...document.querySelectorAll('html, body, main, main *')].map((each) => {
      const style = getComputedStyle(each);
      return [...style].map((name) => [name, style.getPropertyValue(name)]);
    })"""
    page = stage.page
    page.goto(stage.shop.page(script="/nothing.js"))
    before = page.evaluate(seen)
    stage.opened()
    page.mouse.move(0, 0)
    assert page.evaluate(seen) == before
    assert page.evaluate("document.querySelectorAll('style, link[rel=stylesheet]').length") == 0
