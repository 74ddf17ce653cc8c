"""The conversation page in browsers: two who press at once, the keyboard, drafts, canned replies, and how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect
from sqlalchemy import select

from meantime.conversations.inbox import Chose, Words, lock_conversation, post, store
from meantime.conversations.options import Offer
from meantime.conversations.tables import AGENT, BOT, SYSTEM, Conversation, Option, new_id
from meantime.db import Database
from meantime.desk import talk as clicks
from meantime.desk.sessions import end_sessions
from meantime.desk.tables import Staff
from meantime.feeds.commands import import_demo
from meantime.shop.calendar import today
from tests.channels.conftest import OpenGateway, open_gateway, rasa, rasa_server
from tests.channels.servers import ThreadedServer
from tests.desk.talks import say, talk
from tests.e2e.at_the_desk import CALM, PASSWORD, Enter, entering, heard, send, somebody
from tests.e2e.browsing import DESKTOP, PHONE, Troubles, picture, require_no_violations

__all__ = ["open_gateway", "rasa", "rasa_server"]


@pytest.fixture
def gateway(open_gateway: OpenGateway, database: Database) -> ThreadedServer:
    """The demo shop's gateway; nobody talks to the assistant here."""
    import_demo(database, today())
    return open_gateway()


@pytest.fixture
def enter(browser: Browser, gateway: ThreadedServer, troubles: Troubles) -> Iterator[Enter]:
    with entering(browser, gateway.url, gateway.app.state.database, troubles) as enter:
        yield enter


@pytest.fixture
def database_of_gateway(gateway: ThreadedServer) -> Database:
    """What is written here is heard of at the gateway at once."""
    found: Database = gateway.app.state.database
    return found


def waiting(database: Database, *said: str, **columns: object) -> str:
    with database.writing() as session:
        return talk(session, *(said or ("Where is my lamp?",)), **({"waits": 3.0} | columns)).id  # type: ignore[arg-type]


def test_of_two_who_press_at_once_one_has_it_and_the_other_reads_who(
    enter: Enter, database_of_gateway: Database
) -> None:
    conversation = waiting(database_of_gateway)
    names = somebody("Ana"), somebody("Ben")
    pages = [enter(name, f"/desk/conversations/{conversation}") for name in names]
    for page in pages:
        expect(page.get_by_role("button", name="Take over")).to_be_visible()
    # Each presses before either has heard of the other.
    held: list[Route] = []
    for page in pages:
        page.route("**/take-over", lambda route: held.append(route))
        with page.expect_request("**/take-over"):
            page.evaluate("document.querySelector('#take-over').click()")
        page.evaluate("'what was held before this is known'")
    assert len(held) == 2
    for route in held:
        route.continue_()
    for page in pages:
        expect(page.locator("#head")).to_contain_text(re.compile("You answer|answers"))
    with database_of_gateway.reading() as session:
        has_it = session.get_one(Conversation, conversation).agent_name
    for name, page in zip(names, pages, strict=True):
        expect(page.locator("#head")).to_contain_text("You answer" if name == has_it else f"{has_it} answers")
    other = pages[1 - names.index(has_it)]
    expect(other.locator("#told")).to_contain_text(f"{has_it} has this conversation already")
    expect(other.locator("#may")).to_contain_text(f"{has_it} answers this customer")
    send(other, CALM)
    expect(other.get_by_role("alert")).to_contain_text(f"{has_it} has this conversation now")
    expect(other.locator("#text")).to_have_value(CALM)
    expect(other.locator("#presence")).to_contain_text(has_it)


def test_by_keyboard_alone(enter: Enter, database_of_gateway: Database) -> None:
    conversation = waiting(database_of_gateway)
    page = enter(somebody("Ana"), f"/desk/conversations/{conversation}")
    expect(page.get_by_role("button", name="Take over")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("the h and the t are only letters here")
    expect(page.locator("#text")).to_have_value("the h and the t are only letters here")
    page.keyboard.press("Escape")
    for key, dialog in (("h", "#hand-back"), ("s", "#snooze"), ("e", "#close")):
        page.keyboard.press(key)
        expect(page.locator(dialog)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(dialog)).to_be_hidden()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Hand back to the assistant")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("n")
    expect(page.get_by_label("Internal note")).to_be_checked()
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_label("Reply", exact=True)).to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page).to_have_url(f"{page.url.split('/desk')[0]}/desk/queue")


def test_what_is_written_is_kept_until_it_is_sent(enter: Enter, database_of_gateway: Database) -> None:
    ana = somebody("Ana")
    conversation = waiting(database_of_gateway)
    page = enter(ana, f"/desk/conversations/{conversation}")
    page.locator("#text").fill(CALM)
    page.reload()
    expect(page.locator("#text")).to_have_value(CALM)
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_role("button", name="Hand back")).to_be_visible()
    page.locator("#text").press("Control+Enter")
    expect(heard(page).get_by_text(CALM)).to_have_count(1)
    page.reload()
    expect(page.locator("#text")).to_have_value("")


def test_what_somebody_has_written_is_not_the_next_ones_to_send(enter: Enter, database_of_gateway: Database) -> None:
    names = somebody("Ana"), somebody("Ben")
    page = enter(names[0], f"/desk/conversations/{waiting(database_of_gateway)}")
    here = page.url
    page.locator("#text").fill(CALM)
    enter(names[1])  # makes the account
    for name, words in ((names[1], ""), (names[0], CALM)):
        page.locator(".me summary").click()
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("banner")).to_contain_text(name)
        page.goto(here)
        expect(page.locator("#text")).to_have_value(words)


def test_a_note_never_becomes_a_reply(enter: Enter, database_of_gateway: Database) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}")
    text = page.locator("#text")
    text.fill("A reply.")
    page.get_by_role("radio", name="Internal note").check()
    expect(text).to_have_value("")
    text.fill("For us only.")
    page.get_by_role("radio", name="Reply").check()
    expect(text).to_have_value("A reply.")
    page.reload()
    expect(text).to_have_value("A reply.")
    page.get_by_role("radio", name="Internal note").check()
    expect(text).to_have_value("For us only.")


def test_what_a_dialog_was_refused_is_read_in_it(enter: Enter, database_of_gateway: Database) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}", **PHONE)
    page.locator("#ask-snooze").click()
    page.locator("#snooze [name=at]").fill("2020-01-01T10:00")
    page.get_by_role("button", name="Snooze until then").click()
    expect(page.locator("#snooze").get_by_role("alert")).to_contain_text("still to come")
    page.locator("#snooze").get_by_role("button", name="Cancel").click()
    page.locator("#ask-close").click()
    dialog = page.locator("#close")
    expect(dialog).to_contain_text("Their last words have no answer yet.")
    dialog.get_by_role("radio", name="Something else").check()
    expect(dialog.locator("[name=words]")).to_have_attribute("required", "")
    dialog.locator("[name=words]").fill("  ")
    dialog.get_by_role("button", name="Close", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("in a few words")


@pytest.mark.parametrize("state", [403, 413, 500, 502])
def test_whatever_a_press_is_answered_is_said_and_nothing_is_lost(
    enter: Enter, database_of_gateway: Database, state: int
) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}")
    in_words = state != 502  # a proxy has none
    body = '<p class="fault" role="alert">It went wrong.</p>' if in_words else "Bad Gateway"
    words = "It went wrong." if in_words else "This did not work."

    def fails(route: Route) -> None:
        route.fulfill(status=state, content_type="text/html", body=body)

    page.route("**/take-over", fails)
    page.route("**/say", fails)
    page.route("**/promises", fails)
    page.get_by_role("button", name="Take over").click()
    expect(page.locator("#told")).to_contain_text(words)
    page.get_by_role("radio", name="Internal note").check()
    send(page, CALM)
    expect(page.locator("#verdict" if in_words else "#told")).to_contain_text(words)
    expect(page.locator("#text")).to_have_value(CALM)
    page.get_by_role("button", name="Promise something").click()
    page.locator("#promising [name=what]").fill("when it comes")
    page.get_by_role("button", name="Promise it").click()
    expect(page.locator("#told")).to_contain_text(words)
    expect(page.locator("#promising [name=what]")).to_have_value("when it comes")


def test_a_sign_in_that_ended_elsewhere_is_said_where_something_was_pressed(
    enter: Enter, database_of_gateway: Database
) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}")
    page.evaluate("""() => {
        document.body.setAttribute("hx-headers", JSON.stringify({"x-form-token": "of the sign-in before"}));
    }""")
    page.get_by_role("button", name="Take over").click()
    expect(page.locator("#told")).to_contain_text("This form belongs to another sign-in.")


def test_a_panel_that_could_not_be_fetched_anew_keeps_what_is_typed_into_it(
    enter: Enter, database_of_gateway: Database
) -> None:
    conversation = waiting(database_of_gateway)
    page = enter(somebody("Ana"), f"/desk/conversations/{conversation}")
    page.get_by_role("button", name="Promise something").click()
    what = page.locator("#promising [name=what]")
    what.fill("when it comes")
    busy = '<p class="warned" role="status">The desk is very busy.</p>'
    page.route("**/panel", lambda route: route.fulfill(status=503, content_type="text/html", body=busy))
    with page.expect_response("**/panel"), database_of_gateway.writing() as session:
        say(session, session.get_one(Conversation, conversation), "Hello?")
    page.unroute("**/panel")
    with page.expect_response("**/panel"), database_of_gateway.writing() as session:
        say(session, session.get_one(Conversation, conversation), "Is anybody there?")
    expect(what).to_have_value("when it comes")
    expect(page.locator("#panel")).not_to_contain_text("The desk is very busy.")


def test_a_panel_that_cannot_be_had_says_so(enter: Enter, database_of_gateway: Database) -> None:
    page = enter(somebody("Ana"))
    busy = '<p class="warned" role="status">The desk is very busy.</p>'
    page.route("**/panel", lambda route: route.fulfill(status=503, content_type="text/html", body=busy))
    page.goto(page.url.replace("/queue", f"/conversations/{waiting(database_of_gateway)}"))
    expect(page.locator("#panel")).to_contain_text("The desk is very busy.")


def test_a_time_of_ones_own_is_the_one_that_enter_asks_for(enter: Enter, database_of_gateway: Database) -> None:
    conversation = waiting(database_of_gateway)
    page = enter(somebody("Ana"), f"/desk/conversations/{conversation}")
    page.locator("#ask-snooze").click()
    time = page.locator("#snooze [name=at]")
    time.press("Enter")
    expect(page.locator("#snooze")).to_be_visible()  # there is none yet
    day = today() + timedelta(days=5)
    time.fill(f"{day}T10:00")
    time.press("Enter")
    expect(page.locator("#head")).to_contain_text(re.compile(r"Put away until \w+ 10:00"))


def test_what_there_is_advice_on_is_not_sent_anyway_by_enter(enter: Enter, database_of_gateway: Database) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}")
    page.locator("#take-over").click()
    expect(page.get_by_role("button", name="Hand back")).to_be_visible()
    send(page, "It should be there by [day].")
    expect(page.locator("#verdict")).to_contain_text("still to be filled in")
    with page.expect_response("**/say") as answered:
        page.get_by_role("radio", name="Reply").press("Enter")
    assert answered.value.status == 422
    expect(heard(page).get_by_text("[day]")).to_have_count(0)


def test_words_are_sent_while_it_is_still_being_told_that_they_are_written(
    enter: Enter, database_of_gateway: Database
) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}")
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_role("button", name="Hand back")).to_be_visible()
    page.route("**/typing", lambda _route: None)  # never answered
    send(page, CALM)
    expect(heard(page).get_by_text(CALM)).to_have_count(1)


def test_a_canned_reply_is_found_by_its_shortcut(enter: Enter, database_of_gateway: Database) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}")

    def pick(route: Route) -> None:
        rows = {"date": "It should reach you by [date].", "thanks": "Thank you for waiting."}
        typed = route.request.url.rsplit("q=", 1)[1]
        found = (f'<li role="option" data-text="{text}">/{name}</li>' for name, text in rows.items() if typed in name)
        route.fulfill(body="".join(found), content_type="text/html")

    page.route("**/desk/replies/pick?*", pick)
    text, rows = page.locator("#text"), page.locator("#picker [role=option]")
    text.press_sequentially("/")
    expect(rows).to_have_count(2)
    expect(rows.first).to_have_attribute("aria-selected", "true")
    text.press("ArrowDown")
    expect(rows.last).to_have_attribute("aria-selected", "true")
    require_no_violations(page)
    text.press_sequentially("da")
    expect(rows).to_have_count(1)
    text.press("Enter")
    expect(text).to_have_value("It should reach you by [date].")
    expect(page.locator("#picker")).to_be_hidden()
    assert page.evaluate("getSelection().toString()") == "[date]"


def test_a_canned_reply_is_found_however_fast_its_shortcut_is_typed(
    enter: Enter, database_of_gateway: Database
) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}")
    asked: list[Route] = []
    page.route("**/desk/replies/pick?*", lambda route: asked.append(route))
    text, rows = page.locator("#text"), page.locator("#picker [role=option]")

    def find(which: int) -> None:
        while len(asked) <= which:
            page.wait_for_timeout(20)
        typed = asked[which].request.url.rsplit("q=", 1)[1]
        body = f'<li role="option" data-text="Words for {typed}.">/{typed}</li>'
        asked[which].fulfill(body=body, content_type="text/html")

    text.press_sequentially("/dam")
    find(0)
    expect(rows).to_have_count(0)  # what was found is not for what is typed by now
    find(1)
    expect(rows.first).to_have_attribute("aria-selected", "true")
    text.press("Enter")
    expect(text).to_have_value("Words for dam.")


def test_whoever_reads_what_was_is_not_moved_on(enter: Enter, database_of_gateway: Database) -> None:
    conversation = waiting(database_of_gateway, *(f"number {n}" for n in range(40)))
    page = enter(somebody("Ana"), f"/desk/conversations/{conversation}")
    expect(heard(page).get_by_text("number 39")).to_be_in_viewport()
    page.locator("#log").evaluate("log => { log.scrollTop = 0; }")
    expect(heard(page).get_by_text("number 0", exact=True)).to_be_in_viewport()
    with database_of_gateway.writing() as session:
        say(session, session.get_one(Conversation, conversation), "the newest of all")
    newer = page.get_by_role("button", name="1 new message")
    expect(newer).to_be_visible()
    expect(heard(page).get_by_text("number 0", exact=True)).to_be_in_viewport()
    newer.click()
    expect(heard(page).get_by_text("the newest of all")).to_be_in_viewport()
    expect(newer).to_be_hidden()


def test_the_title_counts_what_was_written_while_nobody_looked(enter: Enter, database_of_gateway: Database) -> None:
    conversation = waiting(database_of_gateway)
    with_live = re.compile(f"/desk/conversations/{conversation}/live")
    ana = somebody("Ana")
    page = enter(ana, "/desk/queue")
    with page.expect_response(with_live):
        page.goto(page.url.replace("/queue", f"/conversations/{conversation}"))
    plain = page.title()
    look_away = "away => { Object.defineProperty(document, 'hidden', { value: away, configurable: true }); "
    look_away += "document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(look_away, True)
    with database_of_gateway.writing() as session:
        say(session, session.get_one(Conversation, conversation), "Is anybody there?")
    expect(page).to_have_title(f"(1) {plain}")
    page.evaluate(look_away, False)
    expect(page).to_have_title(plain)


def rich(database: Database) -> str:
    """A conversation with something of everything in it."""
    with database.writing() as session:
        conversation = talk(
            session,
            "Hi, where is my order M104171?",
            waits=14,
            customer_id="C1002",
            handed_off_because="the customer asks for a person",
            summary="Customer: signed in\nOrder: M104171\nAsked for: order status, then a person\n"
            "Tried: told the date; offered something similar, declined\nMood: annoyed",
        )
        id = conversation.id
        offers = (Offer("Keep waiting", "/k"), Offer("Cancel it", "/c"), Offer("Talk to a person", "/p"))
        status = "Cinder Charcoal Grill: expect it between December 2 and December 5. I am sorry about the wait."
        post(session, lock_conversation(session, id), BOT, Words(status, offers))
        post(session, lock_conversation(session, id), SYSTEM, Words("A person will answer here. One is before you."))
        wrote = say(session, conversation, "I have been waiting for three weeks.")
        wrote.intent, wrote.confidence = "complaint", 0.88
        clicks.add_note(session, id, "Ben", "She called this morning too. The truck left on Monday.")
        post(session, lock_conversation(session, id), AGENT, Words("Hello, this is Ben. I am looking."), name="Ben")
        say(session, conversation, "Thank you.")
    return id


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_it_can_be_used_by_everybody_and_looks_well(
    enter: Enter, database_of_gateway: Database, scheme: str, size: str
) -> None:
    look = {**(PHONE if size == "phone" else DESKTOP), "color_scheme": scheme}
    page = enter(somebody("Ana"), f"/desk/conversations/{rich(database_of_gateway)}", **look)
    expect(page.get_by_role("button", name="When it comes")).to_be_visible()
    require_no_violations(page)
    picture(page, f"desk-conversation-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_role("button", name="Hand back")).to_be_visible()
    for _twice in range(2):
        page.get_by_role("button", name="When it comes").click()
    expect(page.locator("#text")).to_have_value(re.compile("Cinder Charcoal Grill should reach you"))
    assert page.locator("#text").input_value().count("should reach you") == 1
    send(page, "As I said, it comes soon!!")
    expect(page.get_by_role("button", name="Send anyway")).to_be_visible()
    require_no_violations(page)
    picture(page, f"desk-tone-{scheme}")
    for name, dialog in (
        ("Hand back", "hand-back"),
        ("Transfer", "transfer"),
        ("Snooze", "snooze"),
        ("Close", "close"),
    ):
        page.locator(f"#ask-{dialog}").click()
        expect(page.locator(f"#{dialog}")).to_be_visible()
        require_no_violations(page)
        picture(page, f"desk-{dialog}-{scheme}")
        page.locator(f"#{dialog}").get_by_role("button", name="Cancel").click()
        expect(page.locator(f"#{dialog}"), name).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_however_much_was_chosen_the_page_ends_where_its_parts_do(
    enter: Enter, database_of_gateway: Database, size: dict[str, Any]
) -> None:
    conversation = waiting(database_of_gateway)
    with database_of_gateway.writing() as session:
        for n in range(20):
            talking = lock_conversation(session, conversation)
            post(session, talking, BOT, Words("Which one?", (Offer(f"The one of {n}", "/k"),)))
            session.flush()
            option = session.scalars(
                select(Option).where(Option.conversation_id == conversation, Option.title == f"The one of {n}")
            ).one()
            store(session, talking, Chose(new_id(), option.id))
    page = enter(somebody("Ana"), f"/desk/conversations/{conversation}", **size)
    expect(heard(page).locator(".chosen")).to_have_count(20)
    expect(page.locator("#panel")).to_contain_text("Not identified")
    ends = page.evaluate("""() => Math.max(
        ...[...document.querySelectorAll(".talk-main, #panel")].map(part => part.getBoundingClientRect().bottom),
    ) + scrollY""")
    height = page.evaluate("document.scrollingElement.scrollHeight")
    assert height == pytest.approx(ends, abs=1)
    assert size is PHONE or height == page.evaluate("innerHeight")


@pytest.mark.parametrize("place", ["queue", "conversation"])
def test_a_page_that_is_not_live_says_so_until_it_is(
    enter: Enter, gateway: ThreadedServer, database_of_gateway: Database, place: str
) -> None:
    path = "queue" if place == "queue" else f"conversations/{waiting(database_of_gateway)}"
    page = enter(somebody("Ana"), "/desk/password")
    with page.expect_response("**/live?*"):
        page.goto(f"{gateway.url}/desk/{path}")
    told = page.get_by_role("status").filter(has_text="Not live: the connection was lost.")
    expect(told).to_have_count(0)
    gateway.stop()
    expect(told).to_be_visible()
    require_no_violations(page)
    picture(page, f"desk-not-live-{place}")
    gateway.start()
    expect(told).to_have_count(0)
    new = waiting(database_of_gateway, "Am I heard again?", customer_id="C1002")
    expect(page.locator(f"#line-{new}" if place == "queue" else "#head")).to_be_visible()


def test_whoever_leaves_a_page_is_not_told_that_it_is_not_live(
    enter: Enter, gateway: ThreadedServer, database_of_gateway: Database
) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}")
    page.evaluate("""() => new MutationObserver(() => sessionStorage.setItem("told", "yes"))
        .observe(document.querySelector("#not-live"), { childList: true, characterData: true, subtree: true })""")
    page.goto(f"{gateway.url}/desk/queue")
    assert page.evaluate("sessionStorage.getItem('told')") is None


def test_what_was_refused_to_somebody_else_is_gone_once_they_answer(
    enter: Enter, database_of_gateway: Database
) -> None:
    ana, ben = somebody("Ana"), somebody("Ben")
    conversation = waiting(database_of_gateway, waits=None, agent=ana)
    page = enter(ben, f"/desk/conversations/{conversation}")
    send(page, CALM)
    refused = page.locator("#verdict").get_by_role("alert")
    expect(refused).to_contain_text(f"{ana} has this conversation now")
    with database_of_gateway.writing() as session:
        clicks.transfer(session, conversation, ana, ben, by=ana)
    expect(page.locator("#head")).to_contain_text("You answer")
    expect(refused).to_have_count(0)
    expect(page.locator("#text")).to_have_value(CALM)


def test_why_one_answers_no_more_is_said_until_somebody_else_does(enter: Enter, database_of_gateway: Database) -> None:
    """What was sent just then is refused before the page hears of it."""
    ana, ben = somebody("Ana"), somebody("Ben")
    conversation = waiting(database_of_gateway, waits=None, agent=ben)
    page = enter(ben, f"/desk/conversations/{conversation}")
    page.route("**/live?*", lambda route: route.abort())
    page.reload()
    with database_of_gateway.writing() as session:
        clicks.transfer(session, conversation, ben, ana, by=ana)
    send(page, CALM)
    refused = page.locator("#verdict").get_by_role("alert")
    expect(refused).to_contain_text(f"{ana} has this conversation now")
    page.unroute("**/live?*")
    expect(page.locator("#head")).to_contain_text(f"{ana} answers")
    expect(refused).to_be_visible()


def test_whose_sign_in_has_ended_comes_back_to_the_conversation_and_to_their_words(
    enter: Enter, database_of_gateway: Database
) -> None:
    ana = somebody("Ana")
    conversation = waiting(database_of_gateway)
    page = enter(ana, f"/desk/conversations/{conversation}")
    here = page.url
    with page.expect_response("**/draft"):
        page.locator("#text").fill(CALM)
    # Whatever the page asks for by itself would lead to the sign-in as well.
    page.wait_for_function("!document.querySelector('.htmx-request')")
    with database_of_gateway.writing() as session:
        end_sessions(session, session.scalars(select(Staff.id).where(Staff.name == ana)).one())
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_role("status").filter(has_text="Your sign-in has ended.")).to_contain_text(
        "kept in this browser"
    )
    require_no_violations(page)
    page.get_by_label("Name").fill(ana)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#text")).to_have_value(CALM)
    assert page.url == here


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_is_told_covers_nothing_that_is_pressed(
    enter: Enter, database_of_gateway: Database, size: dict[str, Any]
) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}", **size)
    page.locator("#take-over").click()
    expect(page.get_by_role("button", name="Hand back")).to_be_visible()
    page.route("**/say", lambda route: route.abort())
    send(page, CALM)
    told = page.locator("#told p")
    expect(told).to_contain_text("The desk cannot be reached just now.")
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
    picture(page, "desk-told")
    covered = told.evaluate("""told => {
        const over = told.getBoundingClientRect();
        const lies = part => {
            const { left, right, top, bottom } = part.getBoundingClientRect();
            return left < over.right && right > over.left && top < over.bottom && bottom > over.top;
        };
        return [...document.querySelectorAll("#composer, #head, #panel, .bar")].filter(lies).map(part => part.id);
    }""")
    assert covered == []
    expect(told).to_be_in_viewport(ratio=1)


def test_what_is_told_stands_in_sight_also_where_the_messages_do_not(
    enter: Enter, database_of_gateway: Database
) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}", **PHONE)
    page.get_by_role("button", name="Promise something").click()
    page.locator("#promising [name=what]").fill("when it comes")
    page.route("**/promises", lambda route: route.abort())
    page.get_by_role("button", name="Promise it").click()
    expect(page.locator("#told p")).to_be_in_viewport(ratio=1)


def test_until_when_it_can_be_put_away_is_as_of_when_one_asks(enter: Enter, database_of_gateway: Database) -> None:
    page = enter(somebody("Ana"), f"/desk/conversations/{waiting(database_of_gateway)}")
    page.locator(".preset").first.evaluate("preset => { preset.querySelector('.quiet').textContent = 'long ago'; }")
    page.keyboard.press("s")
    first = page.locator(".preset").first
    expect(first).to_be_visible()
    expect(first).not_to_contain_text("long ago")
    expect(first).to_contain_text("For an hour")
    expect(first).to_be_focused()
    first.press("Enter")
    expect(page.locator("#head")).to_contain_text("Put away until")
