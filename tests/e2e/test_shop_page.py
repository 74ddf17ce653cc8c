"""The demo shop's pages: worth looking at, nothing for axe to find, and used as any shop would use the chat."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browsing import box, picture, require_no_violations
from tests.e2e.world import World

ANSWERS: dict[str, dict[str, Any]] = {
    "LMP-HARBOR-BRS": {"state": "expected", "earliest": "2026-12-04", "latest": "2026-12-08"},
    "KTL-WREN-BLK": {"state": "unknown", "earliest": None, "latest": None},
}
AT_HAND = {"state": "available", "earliest": "2026-11-30", "latest": "2026-12-02"}


@pytest.fixture(params=["light", "dark"])
def scheme(page: Page, request: pytest.FixtureRequest) -> str:
    page.emulate_media(color_scheme=request.param)
    return str(request.param)


@pytest.fixture
def asked(page: Page) -> list[str]:
    """What the pages ask the gateway about; it knows the days of a few."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        sku = route.request.url.split("/availability/")[1]
        asked.append(sku)
        route.fulfill(json={"sku": sku, "name": "", "text": "", **ANSWERS.get(sku.split("?")[0], AT_HAND)})

    page.route("**/availability/*", answer)
    return asked


def test_the_front_shows_what_is_sold_and_when_it_can_be_had(
    page: Page, world: World, asked: list[str], scheme: str
) -> None:
    page.goto(world.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".hero meantime-availability")).to_have_attribute("state", "expected")
    picture(page, f"shop-{scheme}")
    card = page.locator(".product", has=page.locator("[sku='KTL-WREN-BLK']"))
    card.scroll_into_view_if_needed()
    expect(card).to_contain_text("No date known yet")
    picture(page, f"shelf-{scheme}")
    broken = "[...document.images].filter((each) => each.complete && !each.naturalWidth).length"
    assert page.evaluate(broken) == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    require_no_violations(page)


def test_a_product_says_its_days_before_it_is_ordered(page: Page, world: World, asked: list[str], scheme: str) -> None:
    page.goto(world.url)
    page.locator(".hero .feature a").click()
    expect(page.get_by_role("heading", level=1, name="Harbor Desk Lamp")).to_be_visible()
    when = page.locator("meantime-availability")
    expect(when).to_contain_text("If that slips we write at once, and you can cancel.")
    page.get_by_label("Your postcode").fill("97214")
    with page.expect_request("**/availability/*postcode=97214"):
        page.get_by_role("button", name="Show").click()
    expect(when.locator("[aria-live=polite]")).to_be_visible()
    assert asked[-1] == "LMP-HARBOR-BRS?postcode=97214"
    assert "97214" not in page.url
    picture(page, f"product-{scheme}")
    require_no_violations(page)
    page.get_by_role("link", name="black, LED").click()
    expect(page.locator("[aria-current=page]")).to_contain_text("black")


def test_one_asks_about_a_product_in_the_chat(page: Page, world: World) -> None:
    page.goto(f"{world.url}/products/KTL-WREN-BLK")
    page.get_by_role("button", name="Ask about this").click()
    expect(box(page)).to_have_value("Is the Wren Electric Kettle (black, 1.2 l) in stock?")
    box(page).press("Enter")
    answer = page.get_by_role("log").locator("[data-author=bot]")
    expect(answer.get_by_text("Wren Electric Kettle (black, 1.2 l)").first).to_be_visible()
    picture(page, "asked")


def test_orders_to_try_are_there_for_who_looks_for_them(page: Page) -> None:
    expect(page.get_by_text("M104171")).to_be_hidden()
    page.get_by_text("Try it: this is a demo").click()
    expect(page.get_by_text("M104171")).to_be_visible()
    picture(page, "try")
    require_no_violations(page)


def test_a_page_without_a_script_still_says_what_is_in_stock(page: Page, world: World) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    plain.goto(f"{world.url}/products/SHO-FERN-8")
    expect(plain.get_by_text("In stock", exact=True)).to_be_visible()
    context.close()


def test_what_is_not_sold_is_said_kindly(page: Page, world: World) -> None:
    answer = page.goto(f"{world.url}/products/NOTHING")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="We do not have this.")).to_be_visible()
    require_no_violations(page)


def test_the_orders_to_try_are_found_from_the_top_of_the_page(
    page: Page, world: World, asked: list[str], scheme: str
) -> None:
    page.goto(world.url)
    orders = page.get_by_text("Open the chat and ask about one of them.")
    expect(orders).to_be_hidden()
    page.locator(".hero").get_by_role("link", name="Orders to try").click()
    expect(orders).to_be_in_viewport()
    picture(page, f"orders-to-try-{scheme}")
