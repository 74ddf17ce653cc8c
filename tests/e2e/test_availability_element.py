"""<meantime-availability> on a product's page: what is said before anything is ordered."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browsing import box, launcher, require_no_violations
from tests.e2e.stage import Stage

ELEMENT = "<meantime-availability sku='LAMP'></meantime-availability>"
IN_STOCK = "<meantime-availability sku='LAMP'>In stock, says the shop</meantime-availability>"


def page_with(element: str) -> str:
    return f"<main><h1>Lamps</h1>{element}</main>"


def answer(stage: Stage, body: dict[str, Any], status: int = 200) -> list[str]:
    """Have the gateway answer; return the addresses that were asked for, as they come."""
    asked: list[str] = []

    def fulfil(route: Route) -> None:
        asked.append(route.request.url.removeprefix(stage.shop.url))
        route.fulfill(status=status, json={"sku": "LAMP", "name": "Lamp", "text": "", **body})

    stage.page.context.route("**/availability/**", fulfil)
    return asked


def told(state: str, earliest: str | None = None, latest: str | None = None, text: str = "") -> dict[str, Any]:
    return {"state": state, "earliest": earliest, "latest": latest, "text": text}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            told("available", "2026-11-30", "2026-12-02"),
            ["Available now", "Order today, and it arrives November 30 – December 2."],
        ),
        (
            told("expected", "2026-12-04", "2026-12-08"),
            ["Expected December 4 – 8", "If that slips we write at once, and you can cancel."],
        ),
        (told("expected", "2026-12-04", "2026-12-04"), ["Expected Friday, December 4"]),
        (told("expected"), ["No date known yet"]),
        (told("unknown"), ["No date known yet"]),
        (told("not_sold"), ["Not available"]),
        (told("a state of a later version", text="In the shop window."), ["In the shop window."]),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_when_it_can_be_had_is_said_before_it_is_ordered(
    stage: Stage, body: dict[str, Any], said: list[str], scheme: Any
) -> None:
    answer(stage, body)
    stage.page.emulate_media(color_scheme=scheme)
    stage.page.goto(stage.shop.page(body=page_with(ELEMENT)))
    text = stage.page.locator("meantime-availability")
    for words in said:
        # Intl puts thin spaces around the dash
        expect(text).to_contain_text(words.replace(" – ", "\u2009–\u2009"))
    require_no_violations(stage.page)


@pytest.mark.parametrize("size", ["12px", "16px", "24px"])
def test_both_lines_begin_at_the_same_place(stage: Stage, size: str) -> None:
    answer(stage, told("expected", "2026-12-04", "2026-12-08"))
    stage.page.goto(stage.shop.page(body=page_with(ELEMENT), head=f"<style>main {{ font-size: {size} }}</style>"))
    text = stage.page.locator("meantime-availability")
    expect(text).to_contain_text("If that slips")
    headline = text.locator(".headline span").evaluate("e => e.getBoundingClientRect().left")
    detail = text.locator(".detail").evaluate(
        "e => { const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect().left }"
    )
    assert detail == pytest.approx(headline, abs=0.5)


def test_days_are_written_as_the_language_of_the_page_says(stage: Stage) -> None:
    answer(stage, told("expected", "2026-12-04", "2026-12-08"))
    stage.page.goto(stage.shop.page(body=page_with(ELEMENT), attributes="data-lang='en-GB'"))
    expect(stage.page.locator("meantime-availability")).to_contain_text("Expected 4\u2009–\u20098 December")


def test_the_days_are_the_same_wherever_the_browser_is(stage: Stage) -> None:
    context = stage.page.context.browser.new_context(timezone_id="Pacific/Honolulu")  # type: ignore[union-attr]
    page = context.new_page()
    page.route("**/availability/**", lambda route: route.fulfill(json=told("expected", "2026-12-04", "2026-12-04")))
    page.goto(stage.shop.page(body=page_with(ELEMENT)))
    expect(page.locator("meantime-availability")).to_contain_text("Friday, December 4")
    context.close()


def test_another_postcode_asks_again_and_is_announced(stage: Stage) -> None:
    asked = answer(stage, told("available", "2026-11-30", "2026-12-02"))
    page = stage.page
    page.goto(stage.shop.page(body=page_with("<meantime-availability sku='A/B 1' postcode='97214'>")))
    element = page.locator("meantime-availability")
    expect(element).to_contain_text("Available now")
    expect(element.locator("[aria-live]")).to_have_attribute("aria-live", "off")
    element.evaluate("e => e.setAttribute('postcode', 'EC1A 1BB')")
    expect(element.locator("[aria-live]")).to_have_attribute("aria-live", "polite")
    element.evaluate("e => e.removeAttribute('postcode')")
    page.wait_for_load_state("networkidle")
    paths = ["/availability/A%2FB%201?postcode=97214", "/availability/A%2FB%201?postcode=EC1A+1BB"]
    assert asked == [*paths, "/availability/A%2FB%201"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_failed_answer_leaves_what_the_page_says_itself(stage: Stage, status: int) -> None:
    asked = answer(stage, {"title": "no"}, status)
    stage.page.goto(stage.shop.page(body=page_with(IN_STOCK)))
    expect(launcher(stage.page)).to_be_visible()
    stage.page.wait_for_load_state("networkidle")
    assert asked
    expect(stage.page.get_by_text("In stock, says the shop")).to_be_visible()


def test_a_failed_answer_on_a_page_that_says_nothing_offers_to_ask_us(stage: Stage) -> None:
    stage.page.context.route("**/availability/**", lambda route: route.abort())
    stage.page.goto(stage.shop.page(body=page_with(ELEMENT)))
    stage.page.get_by_role("button", name="Ask us when you can have it").click()
    expect(box(stage.page)).to_be_focused()


def test_an_unknown_item_says_nothing(stage: Stage) -> None:
    asked = answer(stage, {"title": "not found"}, 404)
    stage.page.goto(stage.shop.page(body=page_with(ELEMENT)))
    expect(launcher(stage.page)).to_be_visible()
    stage.page.wait_for_load_state("networkidle")
    assert asked == ["/availability/LAMP"]
    assert stage.page.locator("meantime-availability").inner_text() == ""


def test_a_late_answer_does_not_undo_a_newer_one(stage: Stage) -> None:
    held: list[Route] = []
    stage.page.context.route("**/availability/OLD", lambda route: held.append(route))
    stage.page.context.route("**/availability/NEW", lambda route: route.fulfill(json=told("not_sold")))
    stage.page.goto(stage.shop.page(body=page_with("<meantime-availability sku='OLD'></meantime-availability>")))
    element = stage.page.locator("meantime-availability")
    stage.page.wait_for_function("document.querySelector('meantime-availability').isNear")
    with stage.page.expect_request("**/availability/NEW"):
        element.evaluate("e => e.setAttribute('sku', 'NEW')")
    expect(element).to_contain_text("Not available")
    for route in held:
        route.fulfill(json=told("available"))
    stage.page.wait_for_load_state("networkidle")
    expect(element).to_contain_text("Not available")


def test_what_is_far_down_a_list_asks_only_when_it_comes_near(stage: Stage) -> None:
    asked = answer(stage, told("available"))
    far = f"{ELEMENT}<div style='height:4000px'></div><meantime-availability sku='FAR'></meantime-availability>"
    stage.page.goto(stage.shop.page(body=page_with(far)))
    expect(stage.page.locator("meantime-availability").first).to_contain_text("Available now")
    assert asked == ["/availability/LAMP"]
    stage.page.locator("meantime-availability").last.scroll_into_view_if_needed()
    expect(stage.page.locator("meantime-availability").last).to_contain_text("Available now")
    assert asked == ["/availability/LAMP", "/availability/FAR"]


def test_a_page_may_colour_it_and_hide_its_second_line(stage: Stage) -> None:
    answer(stage, told("available", "2026-11-30", "2026-12-02"))
    style = (
        "<style>meantime-availability { --meantime-available: rgb(0, 0, 255) } ::part(detail) { display: none }</style>"
    )
    stage.page.goto(stage.shop.page(body=page_with(ELEMENT), head=style))
    element = stage.page.locator("meantime-availability")
    expect(element.get_by_text("Available now")).to_be_visible()
    expect(element.get_by_text("Order today")).to_be_hidden()
    dot = element.locator(".headline").evaluate("e => getComputedStyle(e, '::before').backgroundColor")
    assert dot == "rgb(0, 0, 255)"
