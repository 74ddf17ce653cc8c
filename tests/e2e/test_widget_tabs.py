"""One browser, several tabs: one conversation, read once, forgotten everywhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import launcher, log, say
from tests.e2e.stage import Stage


@pytest.fixture
def address(stage: Stage) -> str:
    return stage.shop.page()


def another(stage: Stage, address: str) -> Page:
    tab = stage.page.context.new_page()
    tab.goto(address)
    return tab


def test_tabs_that_are_opened_at_once_share_one_conversation(stage: Stage, address: str) -> None:
    stage.page.goto(address)
    other = another(stage, address)
    stage.gateway.held = []
    launcher(stage.page).dispatch_event("click")
    launcher(other).dispatch_event("click")
    waits = "navigator.locks.query().then(({held, pending}) => held.length === 1 && pending.length === 1)"
    other.wait_for_function(waits)
    stage.gateway.release()
    for tab in (stage.page, other):
        expect(tab.locator("meantime-chat .log[aria-busy=false]")).to_be_visible()
    say(other, "good day")
    expect(log(stage.page).get_by_text("good day")).to_be_visible()
    assert len(stage.gateway.conversations) == 1


TELLS_LATE = """
() => {
    const read = Storage.prototype.getItem;
    let knows = false;
    Storage.prototype.getItem = function (key) {
        return this === localStorage && !knows ? null : read.call(this, key);
    };
    addEventListener("storage", (event) => {
        if (knows) return;
        event.stopImmediatePropagation();
        setTimeout(() => {
            knows = true;
            dispatchEvent(new StorageEvent("storage", { key: event.key }));
        }, 200);
    }, true);
}
"""
"""What another tab has stored, the browser tells this one a while later."""


def test_a_tab_that_hears_late_of_the_conversation_of_another_opens_none(stage: Stage, address: str) -> None:
    stage.page.goto(address)
    other = stage.page.context.new_page()
    other.add_init_script(f"({TELLS_LATE})()")
    other.goto(address)
    stage.gateway.held = []
    launcher(stage.page).dispatch_event("click")
    stage.page.wait_for_function("navigator.locks.query().then(({held}) => held.length === 1)")
    launcher(other).dispatch_event("click")
    other.wait_for_function("navigator.locks.query().then(({pending}) => pending.length === 1)")
    stage.gateway.release()
    expect(other.locator("meantime-chat .log[aria-busy=false]")).to_be_visible()
    assert len(stage.gateway.conversations) == 1


def test_what_is_read_in_one_tab_is_read_in_the_others(stage: Stage, address: str) -> None:
    stage.page.goto(address)
    launcher(stage.page).click()
    say(stage.page, "good day")
    stage.page.get_by_role("button", name="Close chat").click()
    other = another(stage, address)
    expect(launcher(other)).to_be_visible()
    expect(launcher(other)).to_have_accessible_name("Chat with us")
    stage.gateway.told.say("It has left the warehouse.")
    for tab in (stage.page, other):
        expect(launcher(tab)).to_have_accessible_name("Chat with us, 1 new message")
        expect(tab).to_have_title("(1) Lamps")
    launcher(other).click()
    expect(log(other).get_by_text("It has left the warehouse.")).to_be_visible()
    expect(launcher(stage.page)).to_have_accessible_name("Chat with us")
    for tab in (stage.page, other):
        expect(tab).to_have_title("Lamps")


def test_an_open_chat_on_a_page_out_of_sight_is_not_read(stage: Stage, address: str) -> None:
    stage.page.goto(address)
    launcher(stage.page).click()
    say(stage.page, "good day")
    expect(log(stage.page).locator("[data-unsent]")).to_have_count(0)
    turn = """hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
      document.dispatchEvent(new Event('visibilitychange')); }"""
    stage.page.evaluate(turn, True)
    stage.gateway.told.say("It has left the warehouse.")
    expect(stage.page).to_have_title("(1) Lamps")
    stage.page.evaluate(turn, False)
    expect(stage.page).to_have_title("Lamps")


def test_what_came_while_nobody_looked_is_new_after_a_reload(stage: Stage, address: str) -> None:
    stage.page.goto(address)
    launcher(stage.page).click()
    say(stage.page, "good day")
    expect(log(stage.page).locator("[data-unsent]")).to_have_count(0)
    stage.page.get_by_role("button", name="Close chat").click()
    stage.page.goto("about:blank")
    stage.gateway.told.say("It has left the warehouse.")
    stage.gateway.told.say("It arrives on Friday.")
    stage.page.goto(address)
    expect(launcher(stage.page)).to_have_accessible_name("Chat with us, 2 new messages")
    expect(stage.page.get_by_text("2 new messages in the chat")).to_be_attached()


def test_a_tab_that_comes_later_stays_closed_and_a_reload_stays_open(stage: Stage, address: str) -> None:
    stage.page.goto(address)
    launcher(stage.page).click()
    expect(log(stage.page)).to_be_visible()
    expect(launcher(another(stage, address))).to_be_visible()
    stage.page.reload()
    expect(log(stage.page)).to_be_visible()


def test_an_option_chosen_in_one_tab_is_dead_in_the_other(stage: Stage, address: str) -> None:
    stage.page.goto(address)
    launcher(stage.page).click()
    other = another(stage, address)
    launcher(other).click()
    say(other, "cancel it")
    options = [{"id": "y", "title": "Yes, cancel", "role": "confirm"}, {"id": "n", "title": "No", "role": "decline"}]
    stage.gateway.told.say("Shall I cancel?", options=options)
    for tab in (stage.page, other):
        expect(tab.get_by_role("button", name="Yes, cancel")).to_be_enabled()
    other.get_by_role("button", name="Yes, cancel").click()
    expect(stage.page.get_by_role("button", name="chosen: Yes, cancel")).to_be_disabled()
    expect(stage.page.get_by_role("button", name="No", exact=True)).to_be_disabled()
    assert stage.gateway.words == ["cancel it", "y"]


def test_a_conversation_forgotten_in_one_tab_is_gone_from_all(stage: Stage, address: str) -> None:
    stage.page.goto(address)
    launcher(stage.page).click()
    other = another(stage, address)
    launcher(other).click()
    say(other, "my secret")
    expect(log(stage.page).get_by_text("my secret")).to_be_visible()
    other.get_by_role("button", name="Forget this conversation").click()
    other.get_by_role("button", name="No, keep it").click()
    expect(log(other).get_by_text("my secret")).to_be_visible()
    assert stage.gateway.forgotten == []
    other.get_by_role("button", name="Forget this conversation").click()
    other.get_by_role("button", name="Yes, forget it").click()
    for tab in (stage.page, other):
        expect(tab.get_by_text("my secret")).to_have_count(0)
        expect(tab.get_by_text("The conversation is forgotten here.")).to_be_visible()
        stored = tab.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert stage.gateway.told.token not in stored
        assert "secret" not in stored
    assert stage.gateway.forgotten == [stage.gateway.told.token]
    say(stage.page, "good day again")
    expect(log(stage.page).get_by_text("good day again")).to_be_visible()
    expect(log(other).get_by_text("good day again")).to_be_visible()
    assert len(stage.gateway.conversations) == 2
    for tab in (stage.page, other):
        expect(tab.get_by_text("my secret")).to_have_count(0)
