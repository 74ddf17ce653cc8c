"""The panel and the look-up as a colleague sees them: in a browser, on a phone and a desktop, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from meantime.app import create_app
from meantime.conversations.owner import take_over
from meantime.conversations.tables import Conversation, Message
from meantime.db import Database, now
from meantime.desk.accounts import add_staff
from meantime.feeds.commands import import_demo
from meantime.settings import Settings
from meantime.shop.calendar import today
from meantime.shop.tables import Change, Guess, InboundDueDate, Order, OrderLine, Proof, StaffPromise
from tests.channels.servers import ThreadedServer
from tests.e2e.browsing import DESKTOP, PHONE, Troubles, picture, require_no_violations
from tests.ports import free_port

PASSWORD = "a long sentence of one's own"
ORDER = "M104171"
"""Of the demo shop: a grill that is late, and a kettle that is ready."""
ODD = '"><img src=x onerror="document.title=1">'
LOOKS = {
    "desktop": DESKTOP,
    "dark": {**DESKTOP, "color_scheme": "dark"},
    "phone": PHONE,
}


@pytest.fixture
def gateway(database_url: str) -> Iterator[ThreadedServer]:
    """A gateway over the demo shop. No Rasa: whoever works at the desk needs none."""
    database = Database(database_url)
    import_demo(database, today())
    with database.writing() as session:
        add_staff(session, "Ana", "agent", by="test", password=PASSWORD)
        add_staff(session, "Bo", "buyer", by="test", password=PASSWORD)
    nowhere, port = "http://127.0.0.1:9", free_port()
    settings = Settings(_env_file=None, database_url=database_url, port=port, rasa_url=nowhere, actions_url=nowhere)
    server = ThreadedServer(create_app(settings, database), port).start()
    yield server
    server.stop()


@pytest.fixture
def shop_data(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, gateway: ThreadedServer, troubles: Troubles, look: str) -> Iterator[Page]:
    context = browser.new_context(**LOOKS[look], reduced_motion="reduce", base_url=gateway.url)
    context.on("page", troubles.watch)
    page = context.new_page()
    yield page
    context.close()


def sign_in(page: Page, name: str = "Ana") -> None:
    page.goto("/desk/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def conversation(database: Database, *, proves: str | None = ORDER) -> str:
    with database.writing() as session:
        talk = Conversation(channel="website", last_seq=2, last_message_at=now())
        session.add(talk)
        session.flush()
        said = (("customer", "Where is my grill? I want it before the weekend."), ("bot", "I pass you on to a person."))
        for seq, (author, text) in enumerate(said, 1):
            session.add(Message(conversation_id=talk.id, seq=seq, author=author, text=text, handled_at=now()))
        session.add(Guess(message_id="m", conversation_id=talk.id, address_hash="a"))
        if proves:
            ends = now() + timedelta(hours=2)
            session.add(Proof(conversation_id=talk.id, order_number=proves, how="order", expires_at=ends))
            refused = {
                "order_number": proves,
                "currency": "USD",
                "lines": [{"line": 1, "quantity": 1}],
                "by": "staff:Ana",
            }
            session.add(Change(kind="cancel", state="refused", reason="It was packed by hand.", **refused))
            session.add(
                StaffPromise(
                    conversation_id=talk.id,
                    order_number=proves,
                    kind="write",
                    what="the day the grill ships",
                    made_by="Ana",
                    due_at=now() + timedelta(hours=1),
                )
            )
        take_over(session, talk.id, "Ana")
        return talk.id


def shot(page: Page, name: str, look: str) -> None:
    picture(page, f"desk-{name}{'-dark' if look == 'dark' else ''}")


def panel(page: Page) -> Any:
    return page.locator("#panel-inside")


def test_from_the_panel_an_item_is_cancelled_and_the_words_go_into_the_reply(
    page: Page, shop_data: Database, look: str
) -> None:
    talk = conversation(shop_data)
    sign_in(page)
    page.goto(f"/desk/conversations/{talk}")
    beside = panel(page)
    expect(beside.get_by_text("Theo Vance")).to_be_visible()
    beside.get_by_role("button", name="Cancel several items").scroll_into_view_if_needed()
    require_no_violations(page)
    shot(page, "panel", look)
    beside.get_by_role("button", name="Cancel several items").click()
    expect(beside.get_by_role("heading", name=f"Cancel in order {ORDER}")).to_be_focused()
    boxes = beside.get_by_role("checkbox")
    expect(boxes.first).to_be_checked()
    boxes.first.uncheck()
    beside.get_by_role("button", name="See what happens").click()
    expect(beside.get_by_role("heading", name=f"Cancel this in order {ORDER}?")).to_be_focused()
    require_no_violations(page)
    shot(page, "cancel", look)
    beside.get_by_role("button", name="Cancel these items").dblclick()
    expect(beside.get_by_text("Ana cancelled Wren Electric Kettle")).to_be_visible()
    expect(beside.locator(".order[open] .tag", has_text="Not confirmed by the shop yet")).to_be_visible()
    expect(page.locator("#log").get_by_text("Ana cancelled Wren Electric Kettle")).to_be_visible()
    expect(page.locator("#log .note", has_text="Ana cancelled")).to_have_count(1)
    beside.get_by_role("button", name="Put into the reply").click()
    expect(page.locator("#text")).to_have_value(re.compile(f"^Cancelled in order {ORDER}"))
    require_no_violations(page)
    shot(page, "cancelled", look)
    with shop_data.reading() as session:
        assert len(session.scalars(select(Change).where(Change.state == "pending")).all()) == 1


def test_an_item_is_swapped_and_what_was_opened_stays_open(page: Page, shop_data: Database, look: str) -> None:
    talk = conversation(shop_data)
    sign_in(page)
    page.goto(f"/desk/conversations/{talk}")
    beside = panel(page)
    settled = beside.locator("#panel-look-up")
    settled.locator("summary").click()
    beside.get_by_role("button", name="Swap").first.click()
    expect(beside.get_by_role("heading", name="Instead of")).to_be_focused()
    beside.get_by_label("What it should be like").fill("grill")
    beside.get_by_role("button", name="Find").first.click()
    expect(beside.locator(".offers li").first).to_be_visible()
    require_no_violations(page)
    shot(page, "swap-offers", look)
    beside.get_by_role("button", name="Choose").first.click()
    expect(beside.get_by_role("heading", name="Swap this in order")).to_be_focused()
    require_no_violations(page)
    shot(page, "swap", look)
    beside.get_by_role("button", name="Swap it").click()
    expect(beside.get_by_text("Ana swapped")).to_be_visible()
    expect(beside.locator(".order[open] .tag", has_text="Swapped").first).to_be_visible()
    expect(settled).to_have_attribute("open", "")
    beside.get_by_role("button", name="Swap").first.click()  # what was not told yet is still there to be told
    still = beside.get_by_role("group", name="Still to tell the customer")
    expect(still.get_by_text("we now send")).to_be_visible()
    require_no_violations(page)
    shot(page, "still-to-tell", look)
    still.get_by_role("button", name="Dismiss").click()
    expect(still).to_be_hidden()


def test_a_promise_is_made_and_kept_from_the_panel(page: Page, shop_data: Database, look: str) -> None:
    talk = conversation(shop_data)
    sign_in(page)
    page.goto(f"/desk/conversations/{talk}")
    beside = panel(page)
    beside.get_by_role("button", name="Promise something").click()
    expect(beside.get_by_label("Another time", exact=True)).to_be_hidden()
    beside.get_by_label("By when").select_option(index=1)
    beside.get_by_label("What about").fill("the new date")
    require_no_violations(page)
    shot(page, "promise", look)
    beside.get_by_role("button", name="Promise it").click()
    expect(beside.get_by_text("Noted: write by")).to_be_visible()
    expect(beside.get_by_text("the new date", exact=True)).to_be_visible()
    require_no_violations(page)
    shot(page, "promised", look)
    beside.get_by_role("button", name="Kept").first.click()
    expect(beside.get_by_text("The promise is marked as kept.")).to_be_visible()
    expect(beside.get_by_text("1 settled")).to_be_visible()


def test_an_order_nobody_has_proven_is_looked_up(page: Page, shop_data: Database, look: str) -> None:
    with shop_data.writing() as session:
        session.get_one(Order, ORDER).customer.name = ODD
    talk = conversation(shop_data, proves=None)
    sign_in(page)
    page.goto(f"/desk/conversations/{talk}")
    beside = panel(page)
    expect(beside.get_by_text("Not identified")).to_be_visible()
    beside.get_by_label("Order number, name, e-mail or phone").fill(ORDER)
    beside.get_by_label("Order number, name, e-mail or phone").press("Enter")
    beside.get_by_role("button", name=f"Order {ORDER}").click()
    expect(beside.get_by_text("You looked this up.")).to_be_visible()
    expect(beside.get_by_text(ODD).first).to_be_visible()
    require_no_violations(page)
    shot(page, "looked-up", look)
    assert page.title() != "1"


def test_the_look_up_shows_a_product_an_order_and_a_customer(page: Page, shop_data: Database, look: str) -> None:
    with shop_data.writing() as session:
        line = session.scalars(select(OrderLine).where(OrderLine.order_number == ORDER, OrderLine.line == 1)).one()
        waits = next((a for a in line.allocations if a.inbound_reference), None)
        if waits:
            session.add(InboundDueDate(reference=waits.inbound_reference, due_on=today() - timedelta(days=9)))
        sku, customer = line.sku, session.get_one(Order, ORDER).customer_id
    sign_in(page)
    pages = {"look-up": "", "results": "?q=lamp", "product": f"/products/{sku}", "order": f"/orders/{ORDER}"}
    for name, path in {**pages, "customer": f"/customers/{customer}"}.items():
        page.goto(f"/desk/look-up{path}")
        expect(page.get_by_role("searchbox")).to_be_visible()
        require_no_violations(page)
        shot(page, f"look-up-{name}", look)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"/desk/look-up/orders/{ORDER}")
    page.get_by_role("button", name="Cancel several items").click()
    page.get_by_role("button", name="See what happens").click()
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.get_by_text(f"Ana cancelled all of order {ORDER}")).to_be_visible()
    expect(page.locator(".order > summary .tag", has_text="Cancelled")).to_be_visible()


def test_a_buyer_looks_products_up(page: Page, look: str) -> None:
    sign_in(page, "Bo")
    page.wait_for_url("**/desk/look-up")
    page.get_by_role("searchbox").fill("LMP-HARBOR-BRS")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", name="Who waits")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Customer")).to_have_count(0)
    require_no_violations(page)
    shot(page, "look-up-buyer", look)
