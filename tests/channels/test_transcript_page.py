"""The page to read a conversation on, in a real browser: phone and desktop, light and dark, nothing to trip over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from meantime.conversations.answering import answer
from meantime.conversations.links import Links
from meantime.conversations.owner import take_over
from meantime.db import Database
from meantime.settings import ROOT, settings
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.channels.servers import ThreadedServer
from tests.e2e.chat import Chat

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
SCREENSHOTS = ROOT / "results" / "screenshots"
LOOKS = [(390, 844, "light"), (390, 844, "dark"), (1280, 800, "light"), (1280, 800, "dark")]
PROBE = "<img src=x onerror=\"document.title='owned'\"> is my order late?"
STATUS = (
    "Order M104190:\n- 2 x Harbor Desk Lamp (brass): on backorder, which means it is sold out for now, with more on "
    "its way to us.\nYour card has not been charged yet. You can wait, or cancel at any time."
)


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


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    yield page
    scheme_and_width = f"{scheme}-{width}"
    page.screenshot(path=_picture(f"transcript-{request.node.originalname}-{scheme_and_width}"), full_page=True)
    context.close()
    assert [trouble for trouble in troubles if "404" not in trouble and "410" not in trouble] == []


def _picture(name: str) -> str:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return str(SCREENSHOTS / f"{name.replace('test_', '')}.png")


@pytest.fixture
def url(chat: Chat, rasa: RasaStandIn, gateway: ThreadedServer, database: Database) -> str:
    rasa.says(PROBE, reply(STATUS, ("Cancel it", "/cancel_order"), ("Talk to a person", "/talk_to_person")))
    rasa.says("/talk_to_person", reply("I am passing you on to a person in our team.", hand_off="asked for a person"))
    chat.say(PROBE)
    chat.choose("Talk to a person")
    with database.writing() as session:
        take_over(session, chat.conversation_id, "Ana")
        words = "Hello, this is Ana.\n\nYour lamps ship on Friday, December 4. " + "Averylongwordindeed" * 12
        answer(session, chat.conversation_id, "Ana", words, lambda *_: None)
    return Links(settings().secret_key.get_secret_value(), gateway.url).to(chat.conversation_id)


def has_no_faults(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0, "the page scrolls sideways"


def test_it_can_be_read(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("heading", name="Your conversation")).to_be_visible()
    expect(page.get_by_text("is my order late?")).to_be_visible()
    expect(page.locator("#newest")).to_be_in_viewport()
    expect(page.get_by_text("To answer, open the chat on our website.")).to_be_visible()
    colour = page.evaluate("getComputedStyle(document.querySelector('.customer')).backgroundColor")
    assert colour != "rgba(0, 0, 0, 0)", "the page has no style: were the web assets built?"
    assert page.title() != "owned"
    has_no_faults(page)


def test_without_a_conversation_it_is_kind(page: Page, gateway: ThreadedServer) -> None:
    page.goto(f"{gateway.url}/chat/read/nothing")
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    has_no_faults(page)


def test_nothing_on_it_runs(url: str) -> None:
    assert "script" not in httpx.get(url).headers["content-security-policy"]
