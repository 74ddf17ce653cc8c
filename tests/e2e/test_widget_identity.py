"""Who is signed in: a customer's conversation follows them, and nobody else ever sees it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import box, launcher, log, say, warnings_of
from tests.e2e.stage import Stage, identity_of

ANNA, BORIS = identity_of("anna"), identity_of("boris")


def identify(page: Page, identity: str | None) -> None:
    page.evaluate("identity => Meantime.identify(identity)", identity)


def kept(page: Page) -> str:
    return str(page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])"))


def test_a_signed_in_customer_finds_the_conversation_again_on_another_device(stage: Stage) -> None:
    page = stage.opened(attributes=f"data-identity='{ANNA}'")
    say(page, "is it there?")
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    stage.opened(attributes=f"data-identity='{ANNA}'")
    expect(log(page).get_by_text("is it there?")).to_be_visible()
    assert len(stage.gateway.conversations) == 1


def test_what_was_said_before_signing_in_stays_with_who_signs_in(stage: Stage) -> None:
    page = stage.opened()
    say(page, "is it there?")
    identify(page, ANNA)
    expect(log(page).get_by_text("is it there?")).to_be_visible()
    say(page, "the lamp, I mean")
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    assert [told.customer for told in stage.gateway.conversations] == ["anna"]


def test_another_customer_never_sees_the_formers_words(stage: Stage) -> None:
    page = stage.opened(attributes=f"data-identity='{ANNA}'")
    say(page, "anna's words")
    stage.gateway.told.say("the answer for anna")
    box(page).fill("anna was going to say")
    expect(log(page).get_by_text("the answer for anna")).to_be_visible()
    stage.gateway.go_away()  # not even the gateway has to be there for it
    say(page, "anna's unsent words")
    box(page).fill("anna was going to say")
    identify(page, BORIS)
    expect(page.get_by_text("anna")).to_have_count(0)
    expect(box(page)).to_have_value("")
    assert "anna" not in kept(page)
    assert stage.gateway.told.token not in kept(page)
    stage.gateway.come_back()
    expect(page.locator("meantime-chat .log[aria-busy=false]")).to_be_visible()
    say(page, "boris's words")
    expect(log(page).get_by_text("boris's words")).to_be_visible()
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    assert [[m["text"] for m in told.messages] for told in stage.gateway.conversations] == [
        ["anna's words", "the answer for anna"],
        ["boris's words"],
    ]
    expect(page.get_by_text("anna")).to_have_count(0)


def test_signing_out_leaves_nothing_to_see(stage: Stage) -> None:
    page = stage.opened(attributes=f"data-identity='{ANNA}'")
    say(page, "anna's words")
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    identify(page, None)
    expect(page.get_by_text("anna")).to_have_count(0)
    say(page, "good day")
    expect(log(page).get_by_text("good day")).to_be_visible()
    assert json.loads(page.evaluate("localStorage['meantime.conversation']"))["customer"] is None


def test_a_page_for_somebody_else_shows_nothing_of_the_customer_before(stage: Stage) -> None:
    page = stage.opened(attributes=f"data-identity='{ANNA}'")
    say(page, "anna's words")
    box(page).fill("anna was going to say")
    page.goto(stage.shop.page(attributes=f"data-identity='{BORIS}'"))
    expect(log(page)).to_be_visible()  # it was open before
    expect(box(page)).to_have_value("")
    say(page, "boris's words")
    expect(log(page).get_by_text("boris's words")).to_be_visible()
    expect(page.get_by_text("anna")).to_have_count(0)
    assert "anna" not in kept(page)


def test_a_page_for_somebody_else_keeps_nothing_of_the_customer_before(stage: Stage) -> None:
    page = stage.opened(attributes=f"data-identity='{ANNA}'")
    say(page, "anna's words")
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    box(page).fill("anna was going to say")
    page.get_by_role("button", name="Close chat").click()
    assert "anna was going to say" in kept(page)
    page.goto(stage.shop.page(attributes=f"data-identity='{BORIS}'"))
    expect(launcher(page)).to_be_visible()
    assert "anna" not in kept(page)
    assert stage.gateway.told.token not in kept(page)


def test_a_page_for_nobody_shows_nothing_of_a_customer(stage: Stage) -> None:
    page = stage.opened(attributes=f"data-identity='{ANNA}'")
    say(page, "anna's words")
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    page.goto(stage.shop.page())
    expect(log(page)).to_be_visible()
    say(page, "good day")
    expect(log(page).get_by_text("good day")).to_be_visible()
    expect(page.get_by_text("anna")).to_have_count(0)
    assert len(stage.gateway.conversations) == 2


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "was refused; going on"),
        ({"reason": "expired"}, "was refused (it has expired); going on"),
        ({"reason": "lives_too_long"}, "was refused (its exp is more than 24 hours ahead); going on"),
        ({"reason": "of a later version"}, "was refused; going on"),
    ],
)
def test_an_identity_that_is_not_believed_leaves_a_chat_for_anybody(
    stage: Stage, told: dict[str, str], said: str
) -> None:
    stage.gateway.refusal = (401, {"title": "Not valid.", "status": 401, "code": "bad_identity", **told})
    page = stage.page
    warnings = warnings_of(page)
    page.goto(stage.shop.page(attributes=f"data-identity='{ANNA}'"))
    page.on("console", lambda line: setattr(stage.gateway, "refusal", None) if "refused" in line.text else None)
    launcher(page).click()
    expect(page.locator("meantime-chat .log[aria-busy=false]")).to_be_visible()
    say(page, "good day")
    expect(log(page).locator("[data-unsent]")).to_have_count(0)
    assert warnings == [f"Meantime: the identity token {said} as not signed in."]
