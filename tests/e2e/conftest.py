"""Worlds for the tests that talk to the real thing: a shop behind real processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from meantime.db import Database
from meantime.feeds.commands import import_demo, import_folder
from meantime.feeds.demo import DEMO_SHOP
from meantime.settings import ROOT
from meantime.shop.calendar import today
from meantime.training import train
from tests.conftest import NewDatabase
from tests.e2e.at_the_desk import Enter, clear_desk, entering
from tests.e2e.browsing import DESKTOP, SIZES, Troubles, chromium, open_chat
from tests.e2e.chat import Chat
from tests.e2e.stage import ShopServer, Stage, StageGateway
from tests.e2e.world import World, fresh_shop
from tests.opening import without_a_clock
from tests.twilio_stand_in import TwilioStandIn

HERE = Path(__file__).parent
RETAIL = ROOT.parent / "shared" / "shops" / "tau_retail"

Serve = Callable[..., AbstractContextManager[World]]
"""``serve(database_url, policy=file, **environment)``: a world over that database, until the `with` ends."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.services)
            if os.environ.get("CI"):
                # A browser on two busy cores stumbles now and then. What fails is tried once more, and the summary
                # names it (RERUN); what fails twice fails. On one's own machine the first time counts.
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def minds_tone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the real thing says in a test goes through the linter of tone."""
    monkeypatch.setattr(Chat, "minds_tone", True)


@pytest.fixture(scope="session")
def model() -> Path:
    return train()


@pytest.fixture(scope="session")
def serve(
    model: Path, tmp_path_factory: pytest.TempPathFactory, twilio_server: TwilioStandIn, shop_server: ShopServer
) -> Serve:
    """Return a function that starts the real processes over a database, ready to be talked to."""

    @contextmanager
    def serve(database_url: str, policy: Path | None = None, **more: str) -> Iterator[World]:
        ours = {"policy_file": str(policy) if policy else "", "allowed_origins": shop_server.url}
        env = {name.upper(): value for name, value in (twilio_server.settings() | ours | more).items()}
        world = World(database_url, model, tmp_path_factory.mktemp("logs"), env)
        try:
            world.start()
            world.wait_until_ready()
            yield world
        finally:
            world.stop()

    return serve


@pytest.fixture(scope="session")
def twilio_server() -> Iterator[TwilioStandIn]:
    twilio = TwilioStandIn().start()
    yield twilio
    twilio.stop()


@pytest.fixture
def twilio(twilio_server: TwilioStandIn) -> Iterator[TwilioStandIn]:
    """The account that every world texts through."""
    twilio_server.forget()
    yield twilio_server
    assert twilio_server.faults == []


@pytest.fixture(scope="session")
def world(new_database: NewDatabase, serve: Serve) -> Iterator[World]:
    """The demo shop with its own rules. Most tests share it."""
    with new_database() as url, demo_shop(url, serve) as world:
        yield world


@pytest.fixture
def own_world(database_url: str, serve: Serve) -> Iterator[World]:
    """The demo shop for one test alone."""
    with demo_shop(database_url, serve) as world:
        yield world


@pytest.fixture
def retail_policy() -> Path | None:
    """The rules of the shop of real size; a test module may have its own."""
    return None


@pytest.fixture
def retail(database_url: str, serve: Serve, retail_policy: Path | None) -> Iterator[World]:
    """A shop of real size for one test alone."""
    if not RETAIL.is_dir():
        pytest.skip(f"{RETAIL} is not here: the real-sized shop was not tried")
    database = Database(database_url)
    import_folder(database, RETAIL)
    database.dispose()
    with serve(database_url, retail_policy) as world:
        yield world


@contextmanager
def demo_shop(database_url: str, serve: Serve, **more: str) -> Iterator[World]:
    """The demo shop with its own rules, except that people may be there at any hour a test runs."""
    database = Database(database_url)
    import_demo(database, today())
    database.dispose()
    with TemporaryDirectory() as folder:
        rules = without_a_clock(Path(folder) / "policy.yml", DEMO_SHOP / "policy.yml")
        with serve(database_url, rules, **more) as world:
            yield world


@pytest.fixture
def shop_database(world: World) -> Iterator[Database]:
    """A look at the world's own database."""
    database = Database(world.database_url)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def shop_server() -> Iterator[ShopServer]:
    """Somebody else's shop, which every world lets in."""
    shop = ShopServer()
    shop.server.start()
    yield shop
    shop.server.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For the tests here alone: as long as it is open, its event loop is the one that runs in this thread."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def troubles() -> Iterator[Troubles]:
    """Whatever goes wrong unseen in the pages of a test fails it."""
    troubles = Troubles()
    yield troubles
    assert troubles == []


@pytest.fixture
def enter(browser: Browser, world: World, shop_database: Database, troubles: Troubles) -> Iterator[Enter]:
    """Lets members of staff in at the desk of a shop where nothing is left over from before."""
    fresh_shop(shop_database)
    clear_desk(shop_database)
    with entering(browser, world.url, shop_database, troubles) as enter:
        yield enter


@pytest.fixture
def customer(browser: Browser, world: World, troubles: Troubles) -> Iterator[Page]:
    """The demo shop's own page, with the chat open."""
    context = browser.new_context(**DESKTOP)
    context.on("page", troubles.watch)
    page = context.new_page()
    page.goto(world.url)
    open_chat(page)
    yield page
    context.close()


@pytest.fixture(params=SIZES)
def page(browser: Browser, world: World, troubles: Troubles, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The demo shop's own page, on a phone and on a desktop."""
    context = browser.new_context(**SIZES[request.param])
    context.on("page", troubles.watch)
    page = context.new_page()
    page.goto(world.url)
    yield page
    context.close()


@pytest.fixture
def look() -> dict[str, object]:
    """How the browser on stage is set up; a test module may have its own."""
    return DESKTOP


@pytest.fixture
def context(browser: Browser, troubles: Troubles, look: dict[str, object]) -> Iterator[BrowserContext]:
    context = browser.new_context(**look)  # type: ignore[arg-type]
    context.on("page", troubles.watch)
    yield context
    context.close()


@pytest.fixture
def stage(context: BrowserContext, shop_server: ShopServer) -> Stage:
    return Stage(context.new_page(), StageGateway(context), shop_server)
