"""What every test stands on: a real, migrated, empty database of its own, SQLite unless told otherwise."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from meantime.db import Database

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")

os.environ.setdefault("SECRET_KEY", "test-secret-key-" + "k" * 32)
os.environ.setdefault("RASA_SHARED_SECRET", "test-rasa-secret-" + "r" * 32)
os.environ.setdefault("IDENTITY_JWT_SECRET", "test-identity-secret-" + "i" * 32)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=["sqlite", "postgresql"], default="sqlite", help="database under test")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--engine") == "sqlite":
        return
    only_sqlite = [item for item in items if item.get_closest_marker("sqlite_only")]
    config.hook.pytest_deselected(items=only_sqlite)
    items[:] = [item for item in items if item not in only_sqlite]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("REQUIRE_SERVICES") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("REQUIRE_SERVICES is set, so nothing may be skipped", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything has to be there, as in CI, a skipped test is a failed one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REQUIRE_SERVICES") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def template_url(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated, empty database that each test's own is copied from."""
    from meantime.migrate import upgrade

    if engine_name == "sqlite":
        file = tmp_path_factory.mktemp("template") / "meantime.db"
        upgrade(f"sqlite:///{file}")
        yield f"sqlite:///{file}"
        return
    name = f"meantime_template_{uuid.uuid4().hex[:12]}"
    with admin() as connection:
        connection.execute(text(f"create database {name}"))
    url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    upgrade(url)
    yield url
    with admin() as connection:
        connection.execute(text(f"drop database if exists {name} with (force)"))


@pytest.fixture
def database_url(template_url: str, engine_name: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of this test's own."""
    if engine_name == "sqlite":
        file = tmp_path / "meantime.db"
        shutil.copy(make_url(template_url).database or "", file)
        yield f"sqlite:///{file}"
        return
    name = f"meantime_{uuid.uuid4().hex[:12]}"
    with admin() as connection:
        connection.execute(text(f"create database {name} template {make_url(template_url).database}"))
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with admin() as connection:
        connection.execute(text(f"drop database if exists {name} with (force)"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


def admin():  # type: ignore[no-untyped-def]
    return create_engine(POSTGRES, isolation_level="AUTOCOMMIT").connect()
