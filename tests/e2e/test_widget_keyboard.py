"""Without a mouse and without sight: where the focus goes, what a screen reader is told, which keyboard comes up."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import DESKTOP, PHONE, box, launcher, log, require_no_violations, say
from tests.e2e.stage import Stage, settle


def focused(page: Page) -> str:
    """The name of what has the focus, in the chat or on the page."""
    return str(
        page.evaluate(
            """(() => { let at = document.activeElement;
              while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
              return at?.ariaLabel || at?.textContent.trim() || at?.tagName; })()"""
        )
    )


def test_all_of_it_works_with_the_keyboard_alone(stage: Stage) -> None:
    page = stage.page
    page.goto(stage.shop.page())
    expect(launcher(page)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "Chat with us"
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()
    page.keyboard.type("cancel it")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("please")
    page.keyboard.press("Enter")
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    assert stage.gateway.words == ["cancel it\nplease"]
    stage.gateway.told.say("Shall I?", options=[{"id": "y", "title": "Yes", "role": "confirm"}])
    expect(page.get_by_role("button", name="Yes")).to_be_enabled()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "Yes"
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()  # the button went dead; the focus is not lost with it
    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()


def test_closing_goes_back_to_where_it_was_opened_from(stage: Stage) -> None:
    page = stage.page
    page.goto(stage.shop.page())
    expect(launcher(page)).to_be_visible()
    page.get_by_role("button", name="Help").focus()
    page.evaluate("Meantime.open()")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Help")).to_be_focused()


def test_a_reload_with_the_chat_open_takes_no_focus(stage: Stage) -> None:
    page = stage.opened()
    page.reload()
    expect(log(page)).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")


def test_escape_leaves_the_question_first(stage: Stage) -> None:
    page = stage.opened()
    say(page, "good day")
    page.get_by_role("button", name="Forget this conversation").press("Enter")
    expect(page.get_by_role("button", name="No, keep it")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
        assert focused(page) in ("No, keep it", "Yes, forget it")
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Forget this conversation")).to_be_focused()
    expect(log(page)).to_be_visible()


def test_a_screen_reader_is_told_politely(stage: Stage) -> None:
    page = stage.opened()
    expect(log(page)).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("dialog", name="Chat with us")).to_be_visible()
    say(page, "good day")
    stage.gateway.told.say("Hello.", "bot")
    stage.gateway.told.say("Hi, this is Ann.", "agent", name="Ann")
    expect(log(page).get_by_text("Ann", exact=True)).to_be_visible()
    assert log(page).locator("[data-author=customer] .for-readers").inner_text() == "You:"
    assert log(page).locator("[data-author=bot] .for-readers").inner_text() == "Assistant:"
    stage.gateway.told.stand("queue", ahead=1)
    expect(page.get_by_role("status").filter(has_text="1 customer is before you")).to_be_visible()


@pytest.mark.parametrize(
    ("asks", "inputmode", "autocomplete", "autocapitalize"),
    [
        ("email", "email", "email", "off"),
        ("postcode", "text", "postal-code", "characters"),
        ("phone", "tel", "tel", "sentences"),
        ("contact", "text", "on", "off"),
        ("order_number", "text", "off", "characters"),
        ("text", "text", "off", "sentences"),
    ],
)
def test_what_is_asked_for_brings_its_keyboard(
    stage: Stage, asks: str, inputmode: str, autocomplete: str, autocapitalize: str
) -> None:
    page = stage.opened()
    stage.gateway.told.say("And what is it?", asks=asks)
    expect(box(page)).to_have_attribute("inputmode", inputmode)
    expect(box(page)).to_have_attribute("autocomplete", autocomplete)
    expect(box(page)).to_have_attribute("autocapitalize", autocapitalize)
    expect(box(page)).to_have_attribute("enterkeyhint", "send")
    say(page, "here it is")
    expect(box(page)).to_have_attribute("inputmode", "text")


class TestOnAPhone:
    @pytest.fixture
    def look(self) -> dict[str, object]:
        return PHONE

    def test_it_is_the_whole_screen_and_the_focus_stays_in_it(self, stage: Stage) -> None:
        page = stage.opened(body="<main><h1>Lamps</h1><div style='height:4000px'>Long</div><a href='#'>End</a></main>")
        panel = page.get_by_role("dialog", name="Chat with us")
        assert panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        expect(panel).to_have_attribute("aria-modal", "true")
        for keys in ("Tab", "Shift+Tab"):
            seen = set()
            for _ in range(8):
                page.keyboard.press(keys)
                seen.add(focused(page))
            assert {"Close chat", "Conversation", "Your message", "Send"} <= seen
            assert "End" not in seen

    def test_the_page_behind_stays_where_it_is(self, stage: Stage) -> None:
        page = stage.opened(body="<main><h1>Lamps</h1><div style='height:4000px'>Long</div></main>")
        page.mouse.move(200, 400)
        page.mouse.wheel(0, 500)
        page.keyboard.press("PageDown")
        assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
        assert page.evaluate("scrollY") == 0
        page.get_by_role("button", name="Close chat").click()
        assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "visible"

    def test_a_reload_comes_back_to_the_whole_screen(self, stage: Stage) -> None:
        page = stage.opened()
        page.reload()
        expect(box(page)).to_be_visible()
        settle(page)
        assert page.get_by_role("dialog").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"

    def test_the_keyboard_that_comes_up_hides_nothing(self, stage: Stage) -> None:
        stage.page.add_init_script(
            """const seen = Object.assign(new EventTarget(), {scale: 1, height: 844, offsetTop: 0});
            Object.defineProperty(window, 'visualViewport', {value: seen});"""
        )
        page = stage.opened()
        page.evaluate("Object.assign(visualViewport, {height: 500, offsetTop: 40}).dispatchEvent(new Event('resize'))")
        assert page.get_by_role("dialog").bounding_box() == {"x": 0, "y": 40, "width": 390, "height": 500}
        expect(box(page)).to_be_in_viewport()


class TestZoomedIn:
    @pytest.fixture
    def look(self) -> dict[str, object]:
        return {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}

    def test_at_two_hundred_percent_all_of_it_can_be_reached(self, stage: Stage) -> None:
        page = stage.opened()
        say(page, "good day")
        stage.gateway.told.say("Shall I?", options=[{"id": "y", "title": "Yes", "role": "confirm"}])
        for each in (box(page), page.get_by_role("button", name="Close chat"), page.get_by_role("button", name="Yes")):
            each.scroll_into_view_if_needed()
            expect(each).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
        require_no_violations(page)


class TestWithLessMotionAndMoreContrast:
    @pytest.fixture
    def look(self) -> dict[str, object]:
        return {**DESKTOP, "reduced_motion": "reduce", "forced_colors": "active", "contrast": "more"}

    def test_nothing_moves_and_everything_has_an_edge(self, stage: Stage) -> None:
        page = stage.opened()
        say(page, "good day")
        stage.gateway.told.send({"type": "typing", "author": "bot"})
        expect(page.locator("meantime-chat [data-typing]")).to_be_visible()
        assert page.evaluate("document.getAnimations({subtree: true}).length") == 0
        for each in (".panel", ".bubble", ".send"):
            width = page.locator(f"meantime-chat {each}").first.evaluate("e => getComputedStyle(e).borderTopWidth")
            assert width != "0px", each
        require_no_violations(page)
