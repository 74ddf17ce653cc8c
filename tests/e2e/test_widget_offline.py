"""Nothing a customer has typed is lost, and nothing is sent twice: without a line, across reloads, when refused."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.e2e.browsing import box, launcher, log, say
from tests.e2e.stage import Stage


def test_words_said_without_a_line_are_kept_and_sent_once(stage: Stage) -> None:
    page = stage.opened()
    stage.gateway.go_away()
    say(page, "is it there?")
    expect(page.get_by_text("Will be sent when we are connected again")).to_be_visible()
    assert stage.gateway.words == []
    stage.gateway.come_back()
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    expect(page.get_by_text("Connected again.")).to_be_attached()
    assert stage.gateway.words == ["is it there?"]


def test_words_said_without_a_line_outlive_a_reload(stage: Stage) -> None:
    page = stage.opened()
    stage.gateway.go_away()
    say(page, "is it there?")
    page.reload()
    expect(log(page).get_by_text("is it there?")).to_have_count(1)
    stage.gateway.come_back()
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    expect(log(page).get_by_text("is it there?")).to_have_count(1)
    assert stage.gateway.words == ["is it there?"]


def test_words_that_were_cut_off_are_sent_under_the_same_name(stage: Stage) -> None:
    """The server handles a repeated id once; so the customer's words may be sent again, but never under another."""
    page = stage.opened()
    told = stage.gateway.told
    stage.gateway._take = lambda *_: stage.gateway.go_away()  # type: ignore[method-assign]
    say(page, "is it there?")
    expect(page.get_by_text("Will be sent when we are connected again")).to_be_visible()
    del stage.gateway._take
    stage.gateway.come_back()
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    assert [f["id"] for f in stage.gateway.heard if f["type"] == "say"] == [told.messages[0]["id"]] * 2


def test_what_stands_in_the_box_outlives_a_reload(stage: Stage) -> None:
    page = stage.opened()
    box(page).fill("I would like to know")
    page.reload()
    expect(box(page)).to_have_value("I would like to know")
    say(page, "when it comes")
    page.reload()
    expect(box(page)).to_have_value("")


def test_a_browser_without_a_network_is_told_so(stage: Stage) -> None:
    page = stage.opened()
    stage.gateway.go_away()
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline. What you write is kept")).to_be_visible()
    stage.gateway.come_back()
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_have_count(0)
    expect(page.get_by_text("Connected again.")).to_be_attached()


def test_attempts_come_less_and_less_often_and_not_all_at_once(stage: Stage) -> None:
    page = stage.page
    page.add_init_script(
        """window.waits = []; const later = window.setTimeout;
        window.setTimeout = (what, ms, ...more) => {
          if (ms) waits.push(ms);
          return later(what, 0, ...more);
        };"""
    )
    stage.gateway.is_away = True
    page.goto(stage.shop.page())
    launcher(page).click()
    page.wait_for_function("waits.length >= 8")
    waits = page.evaluate("waits")
    for tried, wait in enumerate(waits[:8]):
        longest = min(15_000, 500 * 2**tried)
        assert longest / 2 <= wait <= longest
    assert len(set(waits)) == len(waits)


def test_a_customer_who_wrote_too_fast_keeps_the_words_and_may_send_them_again(stage: Stage) -> None:
    page = stage.opened()
    taken = stage.gateway._take

    def refuse(told: object, frame: dict[str, str]) -> None:
        del stage.gateway._take
        error = {"type": "error", "code": "too_fast", "text": "That was a lot at once.", "in_reply_to": frame["id"]}
        stage.gateway.told.send(error)
        stage.gateway.told.send({"type": "done", "in_reply_to": frame["id"]})

    stage.gateway._take = refuse  # type: ignore[method-assign, assignment]
    say(page, "good day")
    expect(page.get_by_text("That was a lot at once.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    assert stage.gateway.words == ["good day", "good day"]
    assert taken is not None


def test_too_many_conversations_are_refused_in_the_gateways_own_words(stage: Stage) -> None:
    title = "There are too many new conversations from here. Please try again in a minute."
    stage.gateway.refusal = (429, {"title": title, "status": 429, "code": "too_many"})
    page = stage.page
    page.goto(stage.shop.page())
    launcher(page).click()
    expect(page.get_by_text(title)).to_be_visible()
    stage.gateway.refusal = None
    expect(page.get_by_text(title)).to_have_count(0)
    expect(page.locator("meantime-chat .log[aria-busy=false]")).to_be_visible()


def test_a_frame_that_makes_no_sense_changes_nothing(stage: Stage) -> None:
    page = stage.opened()
    stage.gateway.told.sockets[0].send("{")
    stage.gateway.told.sockets[0].send(json.dumps({"type": "news from a later version"}))
    say(page, "good day")
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
