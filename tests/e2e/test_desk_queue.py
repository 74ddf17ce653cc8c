"""The queue in a browser: by keyboard, on a phone, in light and dark, live, and nothing for axe to find."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from meantime.conversations.contacts import contact_of
from meantime.conversations.owner import take_over
from meantime.db import Database, now
from tests.channels.conftest import OpenGateway, open_gateway, rasa, rasa_server
from tests.channels.servers import ThreadedServer
from tests.desk.staff import PASSWORD, add
from tests.desk.talks import ago, customer, order, promise, prove, talk
from tests.e2e.browsing import DESKTOP, SIZES, Troubles, picture, require_no_violations

__all__ = ["open_gateway", "rasa", "rasa_server"]


@pytest.fixture
def gateway(open_gateway: OpenGateway, database: Database) -> ThreadedServer:
    add(database, "Ana")
    return open_gateway()


@pytest.fixture
def shop(gateway: ThreadedServer) -> Database:
    """The gateway's own database: what is written to it here is shown at once."""
    found: Database = gateway.app.state.database
    return found


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> dict[str, Any]:
    return SIZES[request.param]


@pytest.fixture
def page(browser: Browser, gateway: ThreadedServer, troubles: Troubles) -> Iterator[Page]:
    """Ana's browser at the queue."""
    yield from _at_work(browser, gateway, troubles, DESKTOP)


@pytest.fixture
def any_page(browser: Browser, gateway: ThreadedServer, troubles: Troubles, size: dict[str, Any]) -> Iterator[Page]:
    """The same on a phone and on a desktop."""
    yield from _at_work(browser, gateway, troubles, size)


def _at_work(browser: Browser, gateway: ThreadedServer, troubles: Troubles, size: dict[str, Any]) -> Iterator[Page]:
    context = browser.new_context(**size)
    context.on("page", troubles.watch)
    page = context.new_page()
    page.goto(f"{gateway.url}/desk/queue")
    page.get_by_label("Name").fill("Ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for a person")
    yield page
    context.close()


def lines(page: Page) -> Locator:
    return page.locator("a.line")


def busy_morning(database: Database) -> None:
    with database.writing() as session:
        customer(session, "C1", "Mara Ellison")
        customer(session, "C2", "Jonathan Featherstonehaugh-Cholmondeley the Younger")
        customer(session, "C3", "Priya Raman")
        order(session, "W1001", "C1")
        talk(
            session,
            "This is the third date I was given, and nobody tells me why. I want to speak to a person now, please.",
            waits=26,
            handed_off_kind="upset",
            customer_id="C1",
            summary="order: W1001",
        )
        talk(
            session,
            "I will dispute the charge with my bank unless I hear from somebody today.",
            waits=6,
            handed_off_kind="legal",
            customer_id="C2",
            summary="order: W2044",
        )
        number = contact_of(session, "sms", "+15035550100", "+15035550177")
        talk(session, "CANCEL", waits=3, handed_off_kind="opted_out", channel="sms", contact_id=number.id)
        talk(session, "Can I talk to someone about changing the address?", waits=1)
        talk(session, "ok thanks", undelivered_at=ago(4), customer_id="C3", channel="sms")
        promise(session, talk(session, "Please write when you know more", customer_id="C3"), minutes_ago=50)
        mine = talk(session, "And when will the lamp be here?", agent="Ana", awaits_since=ago(2), customer_id="C3")
        prove(session, mine, customer_id="C3")
        talk(session, "Thank you", agent="Ana", last_message_at=ago(30))
        talk(session, "Hello?", agent="Ben", awaits_since=ago(12), handed_off_kind="asked")
        talk(session, "Where is my order W3001?")
        talk(session, "Later then", agent="Ben", snoozed_until=now() + timedelta(hours=20), handed_off_kind="wish")
        talk(session, "Great, thanks", closed_at=ago(20), closed_because="solved", customer_id="C1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_view_reads_well_and_axe_finds_nothing(any_page: Page, shop: Database, scheme: Any) -> None:
    page = any_page
    busy_morning(shop)
    page.emulate_media(color_scheme=scheme)
    page.reload()
    expect(lines(page)).to_have_count(6)
    for view in ("waiting", "mine", "others", "bot", "snoozed", "closed"):
        page.locator(f"#view-{view}").click()
        expect(page.locator(f"#view-{view}")).to_have_attribute("aria-current", "page")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if view in ("waiting", "mine", "snoozed"):
            picture(page, f"desk-queue-{view}-{scheme}")
        require_no_violations(page)
    page.goto(page.url.split("?")[0] + "?q=lamp")
    picture(page, f"desk-queue-search-{scheme}")
    require_no_violations(page)
    page.goto(page.url.split("?")[0] + "?q=nothing+of+the+kind")
    picture(page, f"desk-queue-nothing-{scheme}")
    require_no_violations(page)


def test_who_comes_and_goes_is_shown_and_said_without_a_reload(page: Page, shop: Database) -> None:
    expect(page.get_by_text("Nobody waits.")).to_be_visible()
    with shop.writing() as session:
        waiting = talk(session, "Please, a person", waits=0)
    expect(lines(page)).to_contain_text("Please, a person")
    expect(page).to_have_title(re.compile(r"^\(1\) Queue · "))
    expect(page.locator("#news")).to_have_text("Somebody new waits: 1 in all.")
    with shop.writing() as session:
        take_over(session, waiting.id, "Ben")
    expect(page.get_by_text("Nobody waits.")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^Queue · "))
    expect(page.locator("#view-others .count")).to_have_text("1")


def test_what_one_has_chosen_stays_chosen_while_others_come_before_it(page: Page, shop: Database) -> None:
    with shop.writing() as session:
        talk(session, "the one", waits=1)
    expect(lines(page)).to_have_count(1)
    page.keyboard.press("j")
    expect(lines(page).first).to_be_focused()
    with shop.writing() as session:
        talk(session, "more urgent", waits=2, handed_off_kind="legal")
    expect(lines(page)).to_have_count(2)
    expect(lines(page).first).to_contain_text("more urgent")
    expect(page.locator("a.line", has_text="the one")).to_be_focused()


def test_the_queue_is_worked_through_by_keyboard(page: Page, shop: Database) -> None:
    with shop.writing() as session:
        for n, name in enumerate(("first", "second", "third")):
            talk(session, name, id=name, waits=9 - n)
    expect(lines(page)).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    expect(lines(page).nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(lines(page).nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("j2")
    expect(page.get_by_role("searchbox")).to_have_value("j2")
    page.get_by_role("searchbox").fill("third")
    page.keyboard.press("Enter")
    expect(lines(page)).to_have_count(1)
    page.keyboard.press("2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mine")
    page.keyboard.press("1")
    expect(lines(page)).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/conversations/first")


def test_the_keys_of_the_queue_stand_in_the_list_and_do_nothing_behind_it(page: Page, shop: Database) -> None:
    with shop.writing() as session:
        for n, name in enumerate(("first", "second")):
            talk(session, name, id=name, waits=9 - n)
    expect(lines(page)).to_have_count(2)
    page.keyboard.press("j")
    expect(lines(page).first).to_be_focused()  # one press, one step
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    for key, says in (("j", "Next one"), ("k", "The one before"), ("/", "Search"), ("1", "Waiting"), ("6", "Closed")):
        row = keys.locator(".keys-list > div").filter(has=page.get_by_text(key, exact=True))
        expect(row).to_contain_text(says)
    require_no_violations(page)
    page.keyboard.press("2")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for a person")
    page.keyboard.press("2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mine")


def test_a_customers_markup_does_nothing_however_it_comes(page: Page, shop: Database) -> None:
    probe = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    with shop.writing() as session:
        customer(session, "C1", probe)
        talk(session, probe, waits=1, customer_id="C1", summary=probe)
    expect(lines(page).first).to_contain_text("<img src=x")
    page.reload()
    expect(lines(page).first).to_contain_text("<img src=x")
    page.get_by_role("searchbox").fill(probe)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    assert page.evaluate("document.title") != "taken"
    assert page.locator("main img").count() == 0
