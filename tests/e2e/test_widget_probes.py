"""Nothing that reaches the page is ever run or taken for markup: words, names, titles, pictures, errors."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from meantime.db import Database
from meantime.shop.tables import Product
from tests.e2e.browsing import launcher, log, open_chat, say
from tests.e2e.stage import Stage
from tests.e2e.world import World, fresh_shop

PROBES = [
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    '"><svg onload="document.title=\'owned\'">',
    "{{constructor.constructor('document.title=`owned`')()}} ${document.title='owned'}",
    "javascript:document.title='owned'",
]


@pytest.mark.parametrize("probe", PROBES)
def test_every_field_of_every_frame_is_only_text(stage: Stage, probe: str) -> None:
    page = stage.opened()
    told = stage.gateway.told
    say(page, probe)
    told.say(
        probe,
        options=[{"id": probe, "title": probe, "role": "choice"}],
        cards=[{"title": f"card {probe}", "subtitle": probe, "image_url": probe, "option": f"card {probe}"}],
    )
    # An option goes from the chat as soon as a person answers.
    expect(log(page).get_by_role("button", name=probe, exact=True)).to_be_visible()
    told.say(probe, "agent", name=probe)
    told.say(probe, "system")
    told.stand("agent", probe)
    told.send({"type": "typing", "author": "agent", "name": probe})
    told.send({"type": "error", "code": probe, "text": f"error {probe}"})
    told.say("the last one", asks=probe, at=probe)
    expect(log(page).get_by_text("the last one")).to_be_visible()
    # words four times and in the error, a name twice, a card's title and its second line
    panel = page.locator("meantime-chat .panel")
    assert panel.inner_text().count(probe) >= 9
    assert panel.locator("script, img[src^=javascript], [onerror], [onload]").count() == 0
    assert page.title() == "Lamps"


@pytest.mark.parametrize("probe", PROBES)
def test_what_the_gateway_refuses_with_is_only_text(stage: Stage, probe: str) -> None:
    stage.gateway.refusal = (429, {"title": probe, "code": "too_many"})
    page = stage.page
    page.goto(stage.shop.page())
    launcher(page).click()
    expect(page.get_by_text(probe)).to_be_visible()
    assert page.title() == "Lamps"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "blob:x", "//"])
def test_a_picture_is_fetched_over_http_or_not_at_all(stage: Stage, url: str) -> None:
    page = stage.opened()
    stage.gateway.told.say("Here:", cards=[{"title": "Lamp", "subtitle": "$20", "image_url": url, "option": None}])
    expect(log(page).get_by_text("Lamp")).to_be_visible()
    expect(log(page).locator("img")).to_have_count(0)


@pytest.mark.parametrize("probe", PROBES)
def test_what_the_real_gateway_sends_back_is_only_text(page: Page, probe: str) -> None:
    title = page.title()
    open_chat(page)
    say(page, f"{probe} hello")
    expect(log(page).locator("[data-author=customer]").get_by_text(probe)).to_be_visible()
    expect(log(page).locator("[data-author=bot]").first).to_be_visible()
    assert page.title() == title


def test_a_products_name_is_only_text_on_the_shops_pages(page: Page, world: World, shop_database: Database) -> None:
    with shop_database.writing() as session:
        lamp = session.get_one(Product, "LMP-HARBOR-BRS")
        lamp.name = lamp.description = PROBES[0]
        lamp.attributes = {"color": PROBES[2]}
        lamp.image_url = "x\" onerror=\"document.title='owned'"
    try:
        for path in ("", "/products/LMP-HARBOR-BRS"):
            page.goto(world.url + path)
            expect(page.get_by_text("<img src=x").first).to_be_visible()
            assert page.title() != "owned"
            assert page.locator("[onerror], [onload]").count() == 0
        page.get_by_role("button", name="Ask about this").click()
        expect(page.get_by_label("Your message")).to_have_value(
            f"Is the {PROBES[0]} ({PROBES[2]}) in stock?",
        )
    finally:
        fresh_shop(shop_database)


def test_what_is_kept_in_the_browser_cannot_be_run(stage: Stage) -> None:
    """Another script of the shop's page may write there."""
    page = stage.page
    page.goto(stage.shop.page())
    draft = {"conversation": None, "words": PROBES[0], "unsent": [{"id": PROBES[1], "text": PROBES[1]}]}
    page.evaluate("([key, value]) => sessionStorage.setItem(key, value)", ["meantime.draft", json.dumps(draft)])
    page.reload()
    launcher(page).click()
    expect(page.get_by_label("Your message")).to_have_value(PROBES[0])
    assert page.title() == "Lamps"
