"""A customer who texts and an agent at the desk, with everything real but Twilio: from the hand-off to the rating."""

from __future__ import annotations

from playwright.sync_api import expect

from meantime.db import Database
from tests.e2e.at_the_desk import Enter, hand_back, heard, line, send, somebody, take
from tests.e2e.texting import Texting
from tests.e2e.world import World
from tests.twilio_stand_in import Phone, TwilioStandIn
from tests.twilio_stand_in.server import Message

FIRST = "Your lamp should reach you on Friday. If that is too late, I can cancel it."
SECOND = "Is the address on the order still the right one?"


def hears(phone: Phone, words: str) -> Message:
    """Return the text with these words, once it has come."""
    return next(
        text for text in phone.twilio.until(lambda: _has_come(phone, words), phone.number) if words in text["body"]
    )


def _has_come(phone: Phone, words: str) -> bool:
    return any(words in text["body"] for text in phone.inbox)


def test_by_text_from_the_hand_off_to_the_rating(
    enter: Enter, world: World, twilio: TwilioStandIn, shop_database: Database
) -> None:
    twilio.gateway_url = world.url
    phone, ana = Phone(twilio), somebody("Ana")
    desk = enter(ana)
    phone.texts("I want to talk to a person")
    hears(phone, "passing you on to a person")
    conversation = Texting(phone, world.url, shop_database).conversation_id
    expect(line(desk, conversation).locator(".tags")).to_contain_text("Asked for a person")
    expect(line(desk, conversation).locator(".tags")).to_contain_text("Text")
    take(desk, conversation)
    hears(phone, f"{ana} from our team has joined")

    desk.locator("#text").press_sequentially("x" * 161)
    expect(desk.locator("#draft")).to_contain_text("161 characters, 2 text messages")
    desk.locator("#text").fill(FIRST)
    expect(desk.locator("#draft")).to_contain_text(f"{len(FIRST)} characters, 1 text message")
    desk.locator("#text").press("Control+Enter")
    twilio.reports(hears(phone, FIRST), "delivered")
    first = heard(desk).locator("article", has_text=FIRST)
    expect(first.locator(".sent")).to_have_text("Text message delivered")
    send(desk, SECOND)
    twilio.reports(hears(phone, SECOND), "undelivered", "30005")
    second = heard(desk).locator("article", has_text=SECOND)
    expect(second.locator(".sent.is-bad")).to_have_text(
        "Text message not delivered: the number is not known or not in use (error 30005)"
    )
    expect(desk.locator("#head").get_by_text("A message did not arrive")).to_be_visible()

    hand_back(desk)
    hears(phone, f"{ana} has left the conversation")
    phone.texts("where is M104112, 19147")
    hears(phone, "Order M104112:")
    expect(heard(desk).locator("article", has_text="Order M104112:")).to_be_visible()

    desk.get_by_role("button", name="Close").click()
    desk.locator("#close-form").get_by_role("button", name="Close").click()
    hears(phone, "from 1 (poor) to 5 (excellent)")
    phone.texts("5")
    hears(phone, "Thank you for your rating of 5 out of 5.")
    lead = enter(somebody("Lea"), "/desk/ratings", "lead")
    rated = lead.locator(".promise", has=lead.locator(f"a[href*='{conversation}']"))
    expect(rated.get_by_role("img", name="5 of 5")).to_be_visible()
    expect(rated).to_contain_text(f"closed by {ana}")
