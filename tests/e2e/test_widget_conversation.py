"""Whole conversations in the demo shop's chat, with the real assistant, on a phone and on a desktop."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from meantime.db import Database
from tests.e2e.browsing import box, log, open_chat, picture, require_no_violations, say
from tests.e2e.world import GATEWAY, World, fresh_shop


def test_from_where_it_is_to_something_similar_to_yes(page: Page, shop_database: Database) -> None:
    fresh_shop(shop_database)
    talk = open_chat(page)
    page.get_by_role("button", name="Where is my order?").last.click()
    expect(talk.get_by_text("Which order is it?")).to_be_visible()
    say(page, "M104217")
    expect(talk.get_by_text("To keep order M104217 private")).to_be_visible()
    expect(box(page)).to_have_attribute("autocomplete", "on")  # an e-mail address, a postcode or a phone number
    say(page, "48207")
    expect(talk.get_by_text("Alder Backpack").first).to_be_visible()
    picture(page, "status")
    say(page, "is there something like the rust backpack?")
    expect(talk.get_by_text("In stock now instead of Alder Backpack")).to_be_visible()
    expect(talk.get_by_text("$95.00, the same price")).to_have_count(1)  # on its card, not in the words as well
    expect(talk.locator(".card img").first).to_be_visible()
    picture(page, "cards")
    require_no_violations(page)
    page.get_by_role("button", name="Alder Backpack (navy").click()
    expect(talk.get_by_text("Shall I swap?")).to_be_visible()
    picture(page, "swap")
    page.get_by_role("button", name="Yes, swap").click()
    expect(talk.get_by_text("Done. In order M104217 we now send")).to_be_visible()
    expect(page.get_by_role("button", name="Yes, swap")).to_be_disabled()
    expect(page.get_by_role("button", name="No, leave it")).to_be_disabled()
    picture(page, "done")


def test_a_customer_learns_where_the_order_is_and_keeps_it(page: Page) -> None:
    talk = open_chat(page)
    say(page, "Hi, where is my order M104190? 60614")
    expect(talk.get_by_text("There is no date for it yet")).to_be_visible()
    page.get_by_role("button", name="Cancel it", exact=True).click()
    expect(talk.get_by_text("Shall I cancel?")).to_be_visible()
    picture(page, "proposal")
    page.get_by_role("button", name="No, keep it").click()
    expect(talk.get_by_text("Nothing is cancelled.")).to_be_visible()


def test_a_reload_in_the_middle_shows_all_that_was_said_and_goes_on(page: Page) -> None:
    talk = open_chat(page)
    say(page, "where is my order?")
    expect(talk.get_by_text("Which order is it?")).to_be_visible()
    page.reload()
    expect(log(page).get_by_text("Which order is it?")).to_have_count(1)
    expect(log(page).locator("[data-author=customer]")).to_have_count(1)
    say(page, "M104190")
    expect(log(page).get_by_text("To keep order M104190 private")).to_be_visible()


def test_words_said_while_the_gateway_is_away_are_answered_once_it_is_back(page: Page, world: World) -> None:
    talk = open_chat(page)
    say(page, "hello")
    expect(talk.get_by_text("this is the assistant of")).to_be_visible()
    world.kill(GATEWAY)
    say(page, "are you a bot?")
    expect(page.get_by_text("The connection was lost.")).to_be_visible()
    world.start(GATEWAY)
    expect(talk.get_by_text("not a person")).to_have_count(1, timeout=60_000)
    expect(talk.get_by_text("are you a bot?")).to_have_count(1)
    expect(page.get_by_text("The connection was lost.")).to_have_count(0)


def test_two_tabs_show_the_same(page: Page, world: World) -> None:
    talk = open_chat(page)
    say(page, "hello")
    expect(talk.get_by_text("this is the assistant of")).to_be_visible()
    other = page.context.new_page()
    other.goto(world.url)
    there = open_chat(other)
    expect(there.get_by_text("this is the assistant of")).to_be_visible()
    say(other, "are you a bot?")
    expect(talk.get_by_text("are you a bot?")).to_be_visible()
    for each in (talk, there):
        expect(each.get_by_text("not a person")).to_have_count(1)
