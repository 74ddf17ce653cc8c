"""One world for the tests that talk to the real thing: the demo shop behind real processes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from meantime.db import Database
from meantime.feeds.commands import import_demo
from meantime.migrate import upgrade
from meantime.shop.calendar import today
from meantime.training import train
from tests.conftest import POSTGRES, admin
from tests.e2e.world import World

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.services)


@pytest.fixture(scope="session")
def model() -> Path:
    return train()


@pytest.fixture(scope="session")
def lasting_database(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database that several tests share."""
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('world') / 'meantime.db'}"
        upgrade(url)
        yield url
        return
    name = f"meantime_world_{uuid.uuid4().hex[:12]}"
    with admin() as connection:
        connection.execute(text(f"create database {name}"))
    url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    upgrade(url)
    yield url
    with admin() as connection:
        connection.execute(text(f"drop database if exists {name} with (force)"))


@pytest.fixture(scope="session")
def world(lasting_database: str, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo shop, served."""
    database = Database(lasting_database)
    import_demo(database, today())
    database.dispose()
    world = World(lasting_database, model, tmp_path_factory.mktemp("logs"))
    world.start()
    try:
        world.wait_until_ready()
        yield world
    finally:
        world.stop()


@pytest.fixture
def shop_database(world: World) -> Iterator[Database]:
    """A look at the world's own database."""
    database = Database(world.database_url)
    yield database
    database.dispose()
