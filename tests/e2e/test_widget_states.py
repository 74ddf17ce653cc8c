"""Each state of the chat, on a phone and on a desktop, light and dark: axe finds nothing, and it can be looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browsing import SIZES, box, launcher, log, picture, require_no_violations, say
from tests.e2e.stage import Stage

OPTIONS = [
    {"id": "o1", "title": "Yes, cancel", "role": "confirm"},
    {"id": "o2", "title": "No, keep it", "role": "decline"},
    {"id": "o3", "title": "Talk to a person", "role": "human"},
]
LAMP = "/static/pictures/desk-lamp"
CARDS = [
    {
        "title": f"Harbor Desk Lamp ({colour})",
        "subtitle": "$64.00 each, $16.00 less in all. Color: " + colour + " instead of brass. "
        "Expect it between November 30 and December 2.",
        "image_url": f"{LAMP}-{colour}.svg",
        "option": f"c-{colour}",
    }
    for colour in ("black", "white")
]
CARD_OPTIONS = [
    *({"id": c["option"], "title": c["title"], "role": "choice"} for c in CARDS),
    {"id": "none", "title": "None of these", "role": "decline"},
]


@pytest.fixture(params=[f"{size}-{scheme}" for size in SIZES for scheme in ("light", "dark")])
def look(request: pytest.FixtureRequest) -> dict[str, object]:
    size, scheme = request.param.split("-")
    return {**SIZES[size], "color_scheme": scheme}


def begin(stage: Stage) -> None:
    """Some talk for every state to stand on."""
    said: dict[str, str] = {
        "where is my order?": "Which order is it? Its number stands in our e-mails; it looks like M104204.",
        "M104204": "Order M104204:\n- 2 x Harbor Desk Lamp (brass): expect them between December 4 and December 8.\n\n"
        "If that slips we write to you at once. Your card has not been charged yet.",
    }
    stage.gateway.answers = lambda told, frame: said.get(frame.get("text", "")) and told.say(said[frame["text"]])
    stage.opened()
    for words, answer in said.items():
        say(stage.page, words)
        expect(log(stage.page).get_by_text(answer.splitlines()[0])).to_be_visible()


def closed(stage: Stage) -> None:
    stage.page.goto(stage.shop.page())
    expect(launcher(stage.page)).to_be_visible()


def closed_with_news(stage: Stage) -> None:
    begin(stage)
    stage.page.get_by_role("button", name="Close chat").click()
    stage.gateway.told.say("Your lamps have left the warehouse.", "system")
    expect(launcher(stage.page)).to_contain_text("1")


def opened(stage: Stage) -> None:
    stage.opened()
    expect(stage.page.get_by_role("button", name="Where is my order?")).to_be_visible()


def with_options(stage: Stage) -> None:
    begin(stage)
    stage.gateway.told.say("This would be cancelled:\n- 2 x Harbor Desk Lamp (brass)\nShall I cancel?", options=OPTIONS)
    expect(stage.page.get_by_role("button", name="Yes, cancel")).to_be_enabled()


def with_dead_options(stage: Stage) -> None:
    with_options(stage)
    stage.page.get_by_role("button", name="No, keep it").click()
    expect(stage.page.get_by_role("button", name="Yes, cancel")).to_be_disabled()
    expect(log(stage.page).locator("[data-unsent]")).to_have_count(0)


def with_cards(stage: Stage) -> None:
    begin(stage)
    text = "In stock now instead of 2 x Harbor Desk Lamp:\n" + "".join(f"- {c['title']}: x\n" for c in CARDS)
    stage.gateway.told.say(f"{text}\nWhich one would you like?", cards=CARDS, options=CARD_OPTIONS, asks="choice")
    expect(stage.page.get_by_role("button", name="Harbor Desk Lamp (black)")).to_be_visible()


def waiting(stage: Stage) -> None:
    begin(stage)
    stage.gateway.told.say("I am passing you on to a person in our team.")
    stage.gateway.told.stand("queue", ahead=2)
    expect(stage.page.get_by_text("2 customers are before you")).to_be_visible()
    stage.gateway.told.stand("queue", ahead=0)
    expect(stage.page.get_by_text("You are next")).to_be_visible()


def with_person(stage: Stage) -> None:
    begin(stage)
    stage.gateway.told.say("Ann from our team has joined and will answer you from here on.", "system")
    stage.gateway.told.stand("agent", "Ann")
    stage.gateway.told.say("Hello, this is Ann. I am looking into your lamps.", "agent", name="Ann")
    stage.gateway.told.send({"type": "typing", "author": "agent", "name": "Ann"})
    expect(stage.page.get_by_text("You are talking to Ann")).to_be_visible()
    expect(stage.page.get_by_text("Ann is writing")).to_be_visible()


def asked_to_rate(stage: Stage) -> None:
    with_person(stage)
    words = ("Poor", "Fair", "Good", "Very good", "Excellent")
    stars = [{"id": f"s{n}", "title": f"{n} {word}", "role": "choice"} for n, word in enumerate(words, 1)]
    text = "Ann has closed this conversation. How was our help, from 1 (poor) to 5 (excellent)?"
    stage.gateway.told.say(text, "system", options=stars)
    stage.gateway.told.stand("bot")
    expect(stage.page.get_by_role("button", name="5 Excellent")).to_be_enabled()


def rated(stage: Stage) -> None:
    asked_to_rate(stage)
    stage.page.get_by_role("button", name="4 Very good").click()
    expect(stage.page.get_by_role("button", name="Chosen: 4 Very good")).to_be_disabled()
    stage.gateway.told.say("Thank you for your rating of 4 out of 5. If you like, add a word for our team.")


def handed_back(stage: Stage) -> None:
    with_person(stage)
    stage.gateway.told.say("Ann has left the conversation. You are with the assistant again.", "system")
    stage.gateway.told.stand("bot")
    expect(stage.page.get_by_text("You are talking to our assistant")).to_be_visible()


def offline(stage: Stage) -> None:
    begin(stage)
    stage.gateway.go_away()
    stage.page.context.set_offline(True)
    say(stage.page, "and the blue one?")
    expect(stage.page.get_by_text("You are offline.")).to_be_visible()
    expect(stage.page.get_by_text("Will be sent when we are connected again")).to_be_visible()


def refused(stage: Stage) -> None:
    begin(stage)
    stage.gateway.told.sockets[0].send('{"type":"error","code":"too_fast","text":"That was a lot at once."}')
    expect(stage.page.get_by_text("That was a lot at once.")).to_be_visible()


def asking_to_forget(stage: Stage) -> None:
    begin(stage)
    stage.page.get_by_role("button", name="Forget this conversation").click()
    expect(stage.page.get_by_role("alertdialog")).to_be_visible()


def forgotten(stage: Stage) -> None:
    asking_to_forget(stage)
    stage.page.get_by_role("button", name="Yes, forget it").click()
    expect(stage.page.get_by_text("The conversation is forgotten here.")).to_be_visible()


STATES: dict[str, Callable[[Stage], Any]] = {
    state.__name__: state
    for state in (
        closed, closed_with_news, opened, with_options, with_dead_options, with_cards, waiting, with_person,
        asked_to_rate, rated, handed_back, offline, refused, asking_to_forget, forgotten,
    )
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(stage: Stage, state: str, look: dict[str, Any]) -> None:
    STATES[state](stage)
    picture(stage.page, f"{state}-{look['color_scheme']}")
    require_no_violations(stage.page)


def test_a_long_message_can_be_written_and_says_how_much_is_left(stage: Stage) -> None:
    stage.opened()
    box(stage.page).fill("word " * 790)
    expect(stage.page.get_by_text("50 characters left")).to_be_visible()
    picture(stage.page, "long")
    require_no_violations(stage.page)


def test_a_tall_answer_is_read_from_its_first_line(stage: Stage) -> None:
    with_cards(stage)
    expect(log(stage.page).get_by_text("In stock now instead of")).to_be_in_viewport()
    stage.gateway.told.say("By the way, I am still here.")
    expect(log(stage.page).get_by_text("still here")).to_be_in_viewport()


def test_who_has_scrolled_back_to_read_is_left_there(stage: Stage) -> None:
    begin(stage)
    for number in range(20):
        stage.gateway.told.say(f"Notice {number}.", "system")
    expect(log(stage.page).get_by_text("Notice 19.")).to_be_in_viewport()
    seen = "requestAnimationFrame(() => requestAnimationFrame(done))"
    log(stage.page).evaluate(f"e => new Promise((done) => {{ e.scrollTo(0, 0); {seen} }})")
    stage.gateway.told.say("The newest.")
    expect(log(stage.page).get_by_text("The newest.")).to_be_attached()
    expect(stage.page.get_by_text("Hello. I am the shop's assistant")).to_be_in_viewport()
    say(stage.page, "where is my order?")
    expect(log(stage.page).get_by_text("Which order is it?").last).to_be_in_viewport()


def test_what_announced_a_list_that_cards_show_is_a_sentence_of_its_own(stage: Stage) -> None:
    page = stage.opened()
    say(page, "something similar?")
    cards = [{"title": "Lamp", "subtitle": "$20.", "image_url": "", "option": None}]
    stage.gateway.told.say("In stock now:\n- Lamp: $20.\n\nYou may also\n- wait: it comes.\nWhich?", cards=cards)
    words = log(page).locator("[data-author=bot] .bubble").last
    expect(words).to_have_text("In stock now.\nYou may also\n• wait: it comes.\nWhich?", use_inner_text=True)


WAYS_OUT = [
    {"id": "w1", "title": "Carry on with the assistant", "role": "choice"},
    {"id": "w2", "title": "Stop waiting", "role": "choice"},
]


def waiting_with_ways_out(stage: Stage, author: str) -> Locator:
    begin(stage)
    stage.gateway.told.say("I am passing you on to a person in our team.", author, options=WAYS_OUT)
    stage.gateway.told.stand("queue", ahead=0)
    stop = stage.page.get_by_role("button", name="Stop waiting")
    expect(stop).to_be_enabled()
    return stop


@pytest.mark.parametrize("author", ["bot", "system"])
def test_what_was_offered_while_waiting_goes_when_a_person_takes_over(stage: Stage, author: str) -> None:
    stop = waiting_with_ways_out(stage, author)
    stop.focus()
    stage.gateway.told.say("Ann from our team has joined.", "system")
    stage.gateway.told.stand("agent", "Ann")
    expect(stop).to_have_count(0)
    expect(log(stage.page)).to_be_focused()
    expect(log(stage.page).get_by_text("I am passing you on")).to_be_visible()


@pytest.mark.parametrize("author", ["bot", "system"])
def test_what_ended_with_a_persons_answer_does_not_come_back_after_a_reload(stage: Stage, author: str) -> None:
    stop = waiting_with_ways_out(stage, author)
    stage.gateway.told.stand("agent", "Ann")
    stage.gateway.told.say("Hello, this is Ann.", "agent", name="Ann")
    stage.gateway.told.say("Ann has left the conversation.", "system")
    stage.gateway.told.stand("bot")
    stage.page.reload()
    expect(log(stage.page).get_by_text("Hello, this is Ann.")).to_be_visible()
    expect(stop).to_have_count(0)


def test_what_the_gateway_calls_gone_goes(stage: Stage) -> None:
    stop = waiting_with_ways_out(stage, "bot")
    stage.gateway.refuses = {"code": "option_gone", "text": "This option is no longer available."}
    stop.click()
    expect(log(stage.page).get_by_text("This option is no longer available.")).to_be_visible()
    expect(stop).to_have_count(0)


def test_a_rating_is_asked_for_in_one_row(stage: Stage, look: dict[str, Any]) -> None:
    asked_to_rate(stage)
    boxes = [button.bounding_box() or {} for button in stage.page.locator("meantime-chat .scale button").all()]
    assert len(boxes) == 5
    assert len({(round(box["y"]), round(box["width"]), round(box["height"])) for box in boxes}) == 1
    assert min(box["width"] for box in boxes) >= 44
