"""The page at `/` in a real browser: the demo shop, and a chat that works. Screenshots are left in results/."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from meantime.settings import ROOT
from tests.e2e.world import GATEWAY, World

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
SCREENSHOTS = ROOT / "results" / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail("Chromium is not installed, and it is required here")
        pytest.skip("NOT COVERED: Chromium is not installed, so the page was not tried in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                  "--disable-background-networking", "--disable-component-update"],
        )  # fmt: skip
        yield browser
        browser.close()


@pytest.fixture(params=SIZES)
def page(browser: Browser, world: World, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(world.url)
    yield page
    context.close()
    assert troubles == []


def say(page: Page, words: str) -> None:
    box = page.get_by_label("Your message")
    box.fill(words)
    box.press("Enter")


def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png")


def test_a_customer_learns_where_the_order_is_and_keeps_it(page: Page) -> None:
    expect(page.get_by_text("Harbor Desk Lamp").first).to_be_visible()
    picture(page, "shop")
    page.get_by_role("button", name="Chat with us").click()
    log = page.get_by_role("log")
    say(page, "Hi, where is my order?")
    expect(log.get_by_text("Which order is it?")).to_be_visible()
    say(page, "M104190")
    expect(log.get_by_text("To keep order M104190 private")).to_be_visible()
    say(page, "60614")
    expect(log.get_by_text("There is no date for it yet")).to_be_visible()
    picture(page, "status")
    page.get_by_role("button", name="Cancel it", exact=True).click()
    expect(log.get_by_text("Shall I cancel?")).to_be_visible()
    picture(page, "proposal")
    page.get_by_role("button", name="No, keep it").click()
    expect(log.get_by_text("Nothing is cancelled.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("log").get_by_text("Nothing is cancelled.")).to_be_visible()


def test_a_customer_is_shown_what_else_there_is_and_leaves_it(page: Page) -> None:
    page.get_by_role("button", name="Chat with us").click()
    log = page.get_by_role("log")
    say(page, "is there something like the rust backpack in M104217? 48207")
    expect(log.get_by_text("In stock now instead of Alder Backpack")).to_be_visible()
    expect(log.get_by_text("$95.00, the same price")).to_have_count(1)  # on its card, not in the words as well
    picture(page, "cards")
    page.get_by_role("button", name="Alder Backpack (navy)").click()
    expect(log.get_by_text("Shall I swap?")).to_be_visible()
    picture(page, "swap")
    page.get_by_role("button", name="No, leave it").click()
    expect(log.get_by_text("Nothing is swapped.")).to_be_visible()


def test_what_a_customer_types_is_never_run(page: Page) -> None:
    page.get_by_role("button", name="Chat with us").click()
    say(page, "<img src=x onerror=\"document.title='owned'\"> hello")
    expect(page.get_by_role("log").get_by_text("<img src=x")).to_be_visible()
    assert page.title() != "owned"


def test_words_said_while_the_gateway_is_away_are_answered_once_it_is_back(page: Page, world: World) -> None:
    page.get_by_role("button", name="Chat with us").click()
    log = page.get_by_role("log")
    say(page, "hello")
    expect(log.get_by_text("this is the assistant of")).to_be_visible()
    world.kill(GATEWAY)
    say(page, "are you a bot?")
    world.start(GATEWAY)
    expect(log.get_by_text("not a person")).to_have_count(1, timeout=60_000)
    expect(log.get_by_text("are you a bot?")).to_have_count(1)
