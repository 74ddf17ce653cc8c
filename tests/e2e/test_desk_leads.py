"""The leads' pages in a browser: what they look like, by keyboard and without a mouse, and nothing axe minds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from meantime.app import create_app
from meantime.conversations.ratings import Rating
from meantime.conversations.tables import AGENT, Conversation
from meantime.db import Database, now
from meantime.desk.accounts import add_staff, disable_staff
from meantime.desk.canned import add_reply, begin_with_ours
from meantime.feeds.commands import import_demo
from meantime.settings import Settings
from meantime.shop.audit import record
from meantime.shop.calendar import today
from meantime.shop.tables import Change, StaffPromise
from tests.channels.conftest import PATIENT
from tests.channels.servers import ThreadedServer
from tests.e2e.browsing import DESKTOP, PHONE, Troubles, picture, require_no_violations

PASSWORD = "one short sentence"
NOWHERE = "http://127.0.0.1:9"
PAGES = {
    "replies": "/desk/replies",
    "reply": "/desk/replies/9",
    "staff": "/desk/staff",
    "person": "/desk/staff/2",
    "promises": "/desk/promises",
    "changes": "/desk/changes",
    "ratings": "/desk/ratings",
    "audit": "/desk/audit",
    "erase": "/desk/customers/C1002/erase",
}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {**DESKTOP, "color_scheme": "light"},
    "dark": {**DESKTOP, "color_scheme": "dark"},
    "phone": {**PHONE, "color_scheme": "light"},
    "phone-dark": {**PHONE, "color_scheme": "dark"},
}

SignIn = Callable[..., Page]


@pytest.fixture
def gateway(database_url: str, database: Database) -> Iterator[ThreadedServer]:
    """A gateway over a shop in which there is something on every page. Nobody talks to the assistant here."""
    import_demo(database, today())
    with database.writing() as session:
        furnish(session)
    settings = Settings(_env_file=None, database_url=database_url, rasa_url=NOWHERE, actions_url=NOWHERE)
    server = ThreadedServer(create_app(settings, Database(database_url), replace(PATIENT, poll_seconds=60))).start()
    yield server
    server.stop()


def furnish(session: Session) -> None:
    for name, role in (("Ana", "lead"), ("Kim", "agent"), ("Bo", "buyer"), ("Ines", "lead"), ("Old", "agent")):
        add_staff(session, name, role, by="cli", password=None if name == "Bo" else PASSWORD)  # type: ignore[arg-type]
    disable_staff(session, "Old", by="staff:Ana")
    begin_with_ours(session, by="staff:Ana")
    add_reply(session, "late", "It is late", "Calm down, {customer}. Your {item} will be here soon.", by="staff:Ana")
    talks = [Conversation(channel="website", owner=AGENT, agent_name="Kim") for _ in range(2)]
    session.add_all(talks)
    session.flush()
    words = [("write", "about the delivery of the grill", -0.1), ("call", "", 2), ("write", "about the photo", 30)]
    for kind, what, hours in words:
        for by in ("Ana", "Kim"):
            due = now() + timedelta(hours=hours)
            of = {"conversation_id": talks[0].id, "made_by": by, "order_number": "M104171" if what else None}
            session.add(StaffPromise(kind=kind, what=what, due_at=due, **of))
    for stars, by, word in [(5, "Kim", "Kind and quick."), (2, "Kim", "It took three days."), (4, "Ana", "")]:
        session.add(
            Rating(conversation_id=talks[1].id, agent_name=by, stars=stars, word=word, rated_at=now(), asked_at=now())
        )
    change = {"order_number": "M104204", "lines": [{"line": 1, "quantity": 2}], "currency": "USD", "by": "staff:Kim"}
    hour_ago = now() - timedelta(hours=1)
    refused = {"state": "refused", "decided_at": now(), "reason": "It was handed to the carrier this morning."}
    session.add(
        Change(kind="cancel", amount_minor=15800, at=hour_ago, conversation_id=talks[0].id, **refused, **change)
    )
    session.add(Change(kind="swap", amount_minor=None, at=hour_ago, **(change | {"by": "customer:C1004"})))
    before, after = ({"line": 1, "state": state, "open": units} for state, units in (("open", 2), ("cancelled", 0)))
    record(session, "staff:Kim", "cancel", "order:M104204", {**before, "card": "none"}, {**after, "card": "refund due"})
    record(session, "customer:C1004", "swap", "order:M104204", None, {"line": 1, "by": "LAMP"})
    record(session, "staff:Kim", "take_over", f"conversation:{talks[0].id}", None, None)


@pytest.fixture
def sign_in(browser: Browser, gateway: ThreadedServer, troubles: Troubles) -> Iterator[SignIn]:
    """Return a function that signs somebody in, in a browser that looks so."""
    contexts = []

    def sign_in(name: str = "Ana", **look: Any) -> Page:
        context = browser.new_context(base_url=gateway.url, **(look or DESKTOP))
        contexts.append(context)
        context.on("page", troubles.watch)
        page = context.new_page()
        page.goto("/desk/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile("/desk/(?!sign-in)"))
        return page

    yield sign_in
    for context in contexts:
        context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_leads_is_fit_to_be_seen(sign_in: SignIn, look: str) -> None:
    page = sign_in(**LOOKS[look])
    for name, path in PAGES.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".places .badge")).to_have_text("2 due")
        for summary in page.locator("main details > summary").all():
            summary.click()
        require_no_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than its window"
        picture(page, f"desk-{name}-{look}")


def test_pages_hold_at_twice_the_size(sign_in: SignIn) -> None:
    page = sign_in(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    for name, path in PAGES.items():
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than its window"


def test_somebody_is_added_by_keyboard_and_the_first_password_copied(sign_in: SignIn) -> None:
    page = sign_in()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/desk/staff")
    page.get_by_label("Name").focus()
    page.keyboard.type("Mo")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mo is added")).to_be_visible()
    require_no_violations(page)
    picture(page, "desk-first-password-light")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#first-password").inner_text()
    page.get_by_role("link", name="Back to the staff").click()
    expect(page.get_by_role("row", name="Mo")).to_contain_text("Lead")
    expect(page.locator("main")).not_to_contain_text(copied)


def test_disabling_somebody_takes_two_steps_and_says_what_becomes_of_their_conversations(sign_in: SignIn) -> None:
    page = sign_in()
    page.goto("/desk/staff")
    page.get_by_role("link", name="Kim").click()
    expect(page.get_by_role("button", name="Disable Kim")).to_be_hidden()
    page.get_by_text("Disable this account").click()
    expect(page.get_by_text("Kim has 2 open conversations. They go back to the queue")).to_be_visible()
    page.get_by_role("button", name="Disable Kim").click()
    expect(page.get_by_role("status").filter(has_text="The account is disabled")).to_be_visible()
    expect(page.get_by_role("button", name="Enable Kim")).to_be_visible()


def test_a_reply_is_judged_while_it_is_written(sign_in: SignIn) -> None:
    page = sign_in()
    page.goto("/desk/replies/new")
    page.get_by_label("Shortcut").fill("asap")
    page.get_by_label("Title").fill("In a hurry")
    page.get_by_label("Text").press_sequentially("We will send it soon, {customer}.")
    expect(page.locator("#judged q")).to_have_text("soon")
    expect(page.locator("#judged .said")).to_have_text("We will send it soon, Robin.")
    expect(page.get_by_label("Text")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="The reply is saved.")).to_be_visible()
    page.get_by_label("Text").fill("Hello {who}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("{who} is not a variable.")).to_be_visible()
    require_no_violations(page)
    picture(page, "desk-reply-fault-light")


def test_a_promise_that_is_kept_leaves_the_list_and_the_badge(sign_in: SignIn) -> None:
    page = sign_in("Kim")
    page.goto("/desk/promises")
    expect(page.locator(".places .badge")).to_have_text("1 due")
    page.get_by_role("button", name="Kept: Write about the delivery of the grill").click()
    expect(page.get_by_role("status").filter(has_text="Noted as kept.")).to_be_visible()
    expect(page.locator(".places .badge")).to_have_count(0)
