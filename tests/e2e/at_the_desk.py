"""Members of staff at the desk, each in a browser of their own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import update

from meantime.conversations.tables import BOT, Conversation
from meantime.db import Database
from meantime.desk.accounts import add_staff
from meantime.desk.tables import Role
from tests.e2e.browsing import DESKTOP, Troubles

PASSWORD = "one short sentence"
CALM = "I have looked it up for you. Your lamp should reach you on Friday. If that is too late, I can cancel it."

Enter = Callable[..., Page]
"""``enter("Ana", "/desk/queue", role="lead", **look)``: makes the account, signs it in and goes to a page."""


@contextmanager
def entering(browser: Browser, url: str, database: Database, troubles: Troubles) -> Iterator[Enter]:
    """Give a function that signs somebody new in, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def enter(name: str, path: str = "/desk/queue", role: Role = "agent", **look: object) -> Page:
        with database.writing() as session:
            add_staff(session, name, role, by="test", password=PASSWORD)
        context = browser.new_context(**(DESKTOP | look))
        contexts.append(context)
        context.on("page", troubles.watch)
        page = context.new_page()
        page.goto(f"{url}/desk/sign-in?next={path}")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("banner")).to_contain_text(name)
        return page

    try:
        yield enter
    finally:
        for context in contexts:
            context.close()


def clear_desk(database: Database) -> None:
    """As though all who wrote before had been answered."""
    nobody_waits = {"awaits_since": None, "queued_at": None, "undelivered_at": None, "snoozed_until": None}
    with database.writing() as session:
        session.execute(update(Conversation).values(owner=BOT, agent_name="", **nobody_waits))


def somebody(name: str) -> str:
    """Return a name that nobody at this shop has yet."""
    return f"{name} {uuid.uuid4().hex[:6]}"


def conversation_of(customer: Page) -> str:
    """Return the conversation in a customer's widget, by its id."""
    return str(customer.evaluate("JSON.parse(localStorage['meantime.conversation']).conversation"))


def line(queue: Page, conversation: str) -> Locator:
    """The conversation in a list of the queue."""
    return queue.locator(f"#line-{conversation}")


def take(desk: Page, conversation: str) -> None:
    """Choose the conversation in the queue and take it over."""
    line(desk, conversation).get_by_role("link").click()
    desk.get_by_role("button", name="Take over").click()
    expect(desk.get_by_role("button", name="Hand back")).to_be_visible()


def hand_back(desk: Page) -> None:
    """Give the conversation back to the assistant, without a word."""
    desk.get_by_role("button", name="Hand back").click()
    desk.locator("#hand-back-form").get_by_role("button", name="Hand back").click()
    expect(desk.locator("#head").get_by_text("With the assistant")).to_be_visible()


def heard(page: Page) -> Locator:
    """What stands in the transcript at the desk."""
    return page.locator("#recent")


def send(page: Page, words: str) -> None:
    """Write to the customer, or whatever the box stands at, and send it."""
    page.locator("#text").fill(words)
    page.locator("#text").press("Control+Enter")
