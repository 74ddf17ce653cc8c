"""A customer in the widget and an agent at the desk, with the real processes: from the hand-off to the hand-back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e import browsing
from tests.e2e.at_the_desk import CALM, Enter, conversation_of, heard, send, somebody, take


def test_from_the_hand_off_to_the_hand_back(customer: Page, enter: Enter) -> None:
    ana = somebody("Ana")
    browsing.say(customer, "I want to talk to a person")
    expect(customer.get_by_text("You are waiting for a person")).to_be_visible()
    desk = enter(ana)
    take(desk, conversation_of(customer))
    expect(customer.get_by_text(f"You are talking to {ana}")).to_be_visible()

    browsing.box(customer).press_sequentially("It is about M104204")
    expect(desk.get_by_text("The customer is writing")).to_be_visible()
    browsing.box(customer).press("Enter")
    expect(heard(desk).get_by_text("It is about M104204")).to_be_visible()
    expect(desk.locator("#head").get_by_text("Order M104204")).to_be_visible()

    desk.locator("#text").press_sequentially("Let me look it up.")
    expect(customer.get_by_text(f"{ana} is writing")).to_be_visible()
    desk.locator("#text").press("Control+Enter")
    expect(browsing.log(customer).get_by_text("Let me look it up.")).to_be_visible()
    expect(heard(desk).get_by_text("Let me look it up.")).to_have_count(1)
    expect(desk.locator("#text")).to_have_value("")

    desk.get_by_role("radio", name="Internal note").check()
    send(desk, "Between us: the truck is late again.")
    expect(heard(desk).get_by_text("Between us: the truck is late again.")).to_be_visible()

    desk.get_by_role("radio", name="Reply").check()
    send(desk, "It will come soon!!")
    expect(desk.get_by_role("alert").get_by_text("A day, or a range of days")).to_be_visible()
    desk.get_by_role("button", name="Change it").click()
    expect(desk.locator("#text")).to_be_focused()
    expect(desk.locator("#text")).to_have_value("It will come soon!!")
    send(desk, CALM)
    expect(browsing.log(customer).get_by_text(CALM)).to_be_visible()
    expect(browsing.log(customer).get_by_text("It will come soon")).to_have_count(0)
    expect(browsing.log(customer).get_by_text("Between us")).to_have_count(0)

    desk.get_by_role("button", name="Hand back").click()
    desk.get_by_label("Order", exact=True).fill("M104204")
    desk.get_by_label("Note for whoever helps next").fill("She knows the day.")
    desk.locator("#hand-back-form").get_by_role("button", name="Hand back").click()
    expect(desk.locator("#head").get_by_text("With the assistant")).to_be_visible()
    expect(desk.locator("#hand-back")).to_be_hidden()
    expect(customer.get_by_text("You are talking to our assistant")).to_be_visible()
    browsing.say(customer, "where is my order?")
    expect(browsing.log(customer).get_by_text("To keep order M104204 private").first).to_be_visible()
    expect(heard(desk).get_by_text("To keep order M104204 private").first).to_be_visible()
