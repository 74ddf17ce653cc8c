"""What a shop can say on its tag and in its own script."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.browsing import box, launcher, log, picture, require_no_violations, say, warnings_of
from tests.e2e.stage import BODY, Stage


def test_a_tag_says_the_name_the_colour_the_greeting_and_the_side(stage: Stage) -> None:
    attributes = "data-name='Lamps &amp; More' data-colour='gold' data-greeting='Ask about lamps.' data-position='left'"
    page = stage.opened(attributes=attributes)
    panel = page.get_by_role("dialog", name="Lamps & More")
    expect(panel).to_be_visible()
    expect(page.get_by_text("Ask about lamps.")).to_be_visible()
    assert (panel.bounding_box() or {})["x"] == 20
    head = panel.locator(".head")
    assert head.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 215, 0)"
    assert head.evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"  # white could not be read on it
    picture(page, "gold-left")
    require_no_violations(page)


def test_custom_properties_theme_it(stage: Stage) -> None:
    style = "<style>meantime-chat { --meantime-accent: rgb(120, 0, 60); --meantime-font: serif }</style>"
    page = stage.opened(head=style)
    assert page.locator("meantime-chat .head").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(120, 0, 60)"
    assert page.locator("meantime-chat .log").evaluate("e => getComputedStyle(e).fontFamily") == "serif"


def test_two_tags_make_one_chat(stage: Stage) -> None:
    page = stage.page
    page.goto(stage.shop.page(head="<script src='/widget.js'></script>"))
    expect(launcher(page)).to_have_count(1)
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {src: '/widget.js?again'}))")
    page.wait_for_load_state("networkidle")
    expect(page.locator("meantime-chat")).to_have_count(1)


def test_a_page_opens_and_closes_it_and_puts_words_in_its_box(stage: Stage) -> None:
    page = stage.page
    page.goto(stage.shop.page())
    expect(launcher(page)).to_be_visible()
    page.evaluate("Meantime.open('Is the lamp in stock?')")
    expect(box(page)).to_have_value("Is the lamp in stock?")
    assert stage.gateway.words == []
    page.evaluate("Meantime.close()")
    expect(launcher(page)).to_be_visible()


def test_an_event_that_does_not_exist_is_said_in_the_console(stage: Stage) -> None:
    page = stage.page
    warnings = warnings_of(page)
    page.goto(stage.shop.page())
    expect(launcher(page)).to_be_visible()
    page.evaluate("Meantime.push((chat) => { chat.on('open', () => {})(); chat.on('nope', () => {})() })")
    assert warnings == ['Meantime: there is no event "nope"; there are message, unread, owner, open, close.']


def test_a_page_that_is_quicker_than_the_script_is_heard_when_it_comes(stage: Stage) -> None:
    early = "<script>(window.Meantime ||= []).push((chat) => chat.open('early'))</script>"
    page = stage.page
    page.goto(stage.shop.page(head=early))
    expect(box(page)).to_have_value("early")
    page.evaluate("Meantime.push((chat) => chat.close())")
    expect(launcher(page)).to_be_visible()


def test_a_page_is_told_what_happens_until_it_no_longer_wants_to(stage: Stage) -> None:
    page = stage.page
    page.goto(stage.shop.page())
    expect(launcher(page)).to_be_visible()
    page.evaluate(
        """window.told = []; window.ends = ['message', 'unread', 'owner', 'open', 'close'].map(
          (name) => Meantime.on(name, (what) => told.push([name, what])))"""
    )
    launcher(page).click()
    say(page, "good day")
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    stage.gateway.told.stand("agent", "Ann")
    page.get_by_role("button", name="Close chat").click()
    stage.gateway.told.say("Hello.", "agent", name="Ann")
    expect(launcher(page)).to_contain_text("1")
    launcher(page).click()
    told = page.evaluate("told")
    assert [name for name, _ in told] == ["open", "message", "owner", "close", "message", "unread", "unread", "open"]
    assert told[2][1] == {"owner": "agent", "name": "Ann"}
    assert [told[4][1][key] for key in ("author", "name", "text")] == ["agent", "Ann", "Hello."]
    assert [what for name, what in told if name == "unread"] == [1, 0]
    page.evaluate("ends.forEach((end) => end())")
    stage.gateway.told.say("Anything else?", "agent", name="Ann")
    expect(log(page).get_by_text("Anything else?")).to_be_visible()
    assert len(page.evaluate("told")) == len(told)


def test_a_page_whose_script_fails_still_has_a_chat(stage: Stage, troubles: list[str]) -> None:
    early = "<script>window.Meantime = [() => { throw new Error('the page itself') }, (chat) => chat.open()]</script>"
    page = stage.page
    page.goto(stage.shop.page(head=early, body=BODY))
    expect(log(page)).to_be_visible()
    assert [trouble for trouble in troubles if "the page itself" in trouble]
    troubles.clear()


def test_a_browser_that_keeps_nothing_still_has_a_chat(stage: Stage) -> None:
    stage.page.add_init_script(
        "for (const kind of ['localStorage', 'sessionStorage'])"
        "Object.defineProperty(window, kind, {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    page = stage.opened()
    say(page, "good day")
    expect(log(page).locator("[data-unsent]")).to_have_count(0)


def test_days_are_written_as_the_language_says(stage: Stage) -> None:
    page = stage.opened(attributes="data-lang='en-GB'")
    stage.gateway.told.say("Long ago.", at="2026-03-04T12:00:00Z")
    expect(log(page).get_by_text("Wednesday, 4 March").or_(log(page).get_by_text("Wednesday 4 March"))).to_be_visible()
