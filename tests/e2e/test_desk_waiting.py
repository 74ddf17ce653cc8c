"""Who waits for a person, with the real processes: why, for how long, who has them, and when they come back."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from meantime.conversations.tables import Conversation
from meantime.db import Database, now
from tests.e2e import browsing
from tests.e2e.at_the_desk import Enter, conversation_of, line, somebody, take
from tests.e2e.chat import Chat
from tests.e2e.world import World

A_PERSON = "I want to talk to a person"
REASONS = {
    "Legal or chargeback threat": ("if it is not here on friday you will hear from my lawyer",),
    "Upset": ("where the fuck is my order", "this is ridiculous, you people are useless"),
    "Not understood twice": ("what is the weather on mars", "purple monkey dishwasher"),
}
"""How staff read it → what the customer said."""
URGENT = ("Legal or chargeback threat", "Upset")


def test_of_two_who_press_at_once_the_customer_hears_one_name(
    customer: Page, enter: Enter, shop_database: Database
) -> None:
    browsing.say(customer, A_PERSON)
    expect(customer.get_by_text("You are waiting for a person")).to_be_visible()
    conversation = conversation_of(customer)
    names = somebody("Ana"), somebody("Ben")
    pages = [enter(name, f"/desk/conversations/{conversation}") for name in names]
    for page in pages:
        expect(page.get_by_role("button", name="Take over")).to_be_visible()
    for page in pages:  # each presses before either has heard of the other
        page.evaluate("document.querySelector('#take-over').click()")
    for page in pages:
        expect(page.locator("#head")).to_contain_text(re.compile("You answer|answers"))
    with shop_database.reading() as session:
        has_it = session.get_one(Conversation, conversation).agent_name
    other = pages[1 - names.index(has_it)]
    expect(other.locator("#head")).to_contain_text(f"{has_it} answers")
    expect(other.locator("#may")).to_contain_text(f"{has_it} answers this customer")
    expect(customer.get_by_text(f"You are talking to {has_it}")).to_be_visible()
    expect(browsing.log(customer).get_by_text("from our team has joined")).to_have_count(1)
    expect(browsing.log(customer).get_by_text(f"{has_it} from our team has joined")).to_have_count(1)


def test_who_is_not_answered_in_time_is_told_once_and_stands_in_front(
    customer: Page, enter: Enter, world: World, shop_database: Database
) -> None:
    desk = enter(somebody("Ana"))
    with Chat(world.url) as other:
        other.say(A_PERSON)
    browsing.say(customer, A_PERSON)
    expect(customer.get_by_text("You are waiting for a person")).to_be_visible()
    conversation = conversation_of(customer)
    expect(desk.locator(".line")).to_have_count(2)
    expect(desk.locator(".line").last).to_have_attribute("href", f"/desk/conversations/{conversation}")
    with shop_database.writing() as session:
        waits = session.get_one(Conversation, conversation)
        waits.awaits_since = waits.queued_at = waits.handed_off_at = now() - timedelta(hours=1)

    told = browsing.log(customer).get_by_text("have not kept that for you. I am sorry.")
    expect(told).to_have_count(1)
    expect(desk.locator(".line").first).to_have_attribute("href", f"/desk/conversations/{conversation}")
    expect(line(desk, conversation).get_by_text("Overdue")).to_be_visible()
    expect(desk.locator("#view-waiting")).to_contain_text("1 overdue")
    browsing.say(customer, "(503) 555-0177")
    expect(browsing.log(customer).get_by_text("the answer goes to the number you gave")).to_be_visible()
    line(desk, conversation).get_by_role("link").click()
    expect(desk.locator("#head").get_by_text("Overdue: has waited")).to_be_visible()
    expect(told).to_have_count(1)


def test_what_was_put_away_comes_back_by_itself_when_its_time_has_come(
    customer: Page, enter: Enter, shop_database: Database
) -> None:
    browsing.say(customer, A_PERSON)
    expect(customer.get_by_text("You are waiting for a person")).to_be_visible()
    conversation = conversation_of(customer)
    ana = somebody("Ana")
    desk, queue = enter(ana), enter(somebody("Ben"), "/desk/queue?view=others")
    take(desk, conversation)
    expect(line(queue, conversation)).to_contain_text(ana)
    desk.get_by_role("button", name="Snooze").click()
    desk.locator("#snooze .preset").last.click()
    expect(desk.locator("#head").get_by_text("Put away until")).to_be_visible()
    expect(line(queue, conversation)).to_have_count(0)
    with shop_database.writing() as session:
        session.get_one(Conversation, conversation).snoozed_until = now() - timedelta(seconds=1)
    expect(line(queue, conversation)).to_contain_text(ana)
    expect(desk.locator("#head").get_by_text("Put away until")).to_have_count(0)
    expect(desk.locator("#recent")).to_contain_text("The time until which this conversation was put away has come.")


def test_each_reason_for_a_person_is_read_in_the_queue(enter: Enter, world: World) -> None:
    desk = enter(somebody("Ana"))
    waiting = {}
    for reason, said in reversed(REASONS.items()):
        with Chat(world.url) as chat:
            for words in said:
                turn = chat.say(words)
            assert turn.owner == "queue"
            waiting[reason] = chat.conversation_id
    for reason, conversation in waiting.items():
        expect(line(desk, conversation).locator(".tag", has_text=reason)).to_be_visible()
    # Who came last is urgent, and stands before who is not.
    expect(desk.locator(".line").last).to_have_attribute(
        "href", f"/desk/conversations/{waiting['Not understood twice']}"
    )
    for reason in URGENT:
        expect(line(desk, waiting[reason]).locator(".tag.warn", has_text=reason)).to_be_visible()
