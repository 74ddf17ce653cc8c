"""What every test stands on: a real, migrated, empty database of its own, SQLite unless told otherwise."""

from __future__ import annotations

import gc
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import pytest
import structlog
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from meantime.db import Database
from meantime.migrate import upgrade
from meantime.observe import keep_private, outline_exception
from meantime.settings import settings
from meantime.wording.speech import locale
from tests import known_statements

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")

os.environ.setdefault("SECRET_KEY", "test-secret-key-" + "k" * 32)
os.environ.setdefault("RASA_SHARED_SECRET", "test-rasa-secret-" + "r" * 32)
os.environ.setdefault("IDENTITY_JWT_SECRET", "test-identity-secret-" + "i" * 32)

NewDatabase = Callable[[], AbstractContextManager[str]]
Configure = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=["sqlite", "postgresql"], default="sqlite", help="database under test")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    foreign = "postgresql_only" if config.getoption("--engine") == "sqlite" else "sqlite_only"
    left_out = [item for item in items if item.get_closest_marker(foreign)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """What has been imported and collected stays: looked through again and again for garbage, it takes a fifth of the
    time of all tests together."""
    gc.collect()
    gc.freeze()


def pytest_sessionstart() -> None:
    gc.set_threshold(50_000, 20, 50)
    known_statements.remember(POSTGRES)
    # What is logged has no traceback drawn, as in what a shop runs.
    structlog.configure(
        processors=[
            structlog.processors.add_log_level, keep_private, outline_exception, structlog.processors.JSONRenderer(),
        ],
    )  # fmt: skip


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("REQUIRE_SERVICES") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("REQUIRE_SERVICES is set, so nothing may be skipped", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything has to be there, as in CI, a skipped test is a failed one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REQUIRE_SERVICES") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Return a function that sets names of the environment, as if the processes had been started with them."""

    def configure(**names: str) -> None:
        for name, value in names.items():
            monkeypatch.setenv(name.upper(), value)
        forget()

    def forget() -> None:
        settings.cache_clear()
        locale.cache_clear()

    yield configure
    monkeypatch.undo()
    forget()


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def new_database(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewDatabase]:
    """Return a function that makes a migrated, empty database and gives its address; it is gone after the `with`."""
    with empty_database(engine_name, tmp_path_factory) as template:
        upgrade(template)
        yield partial(empty_database, engine_name, tmp_path_factory, template)


@pytest.fixture
def database_url(new_database: NewDatabase) -> Iterator[str]:
    """An empty database of this test's own."""
    with new_database() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


def empty_database(
    engine_name: str, tmp_path_factory: pytest.TempPathFactory, template: str | None = None
) -> AbstractContextManager[str]:
    """A database of one's own: without a table, or as ``template`` is."""
    make = _sqlite_file if engine_name == "sqlite" else _postgresql_database
    return make(tmp_path_factory, template)


@contextmanager
def _sqlite_file(tmp_path_factory: pytest.TempPathFactory, template: str | None) -> Iterator[str]:
    file = tmp_path_factory.mktemp("database") / "meantime.db"
    if template:
        shutil.copy(make_url(template).database or "", file)
    yield f"sqlite:///{file}"


@contextmanager
def _postgresql_database(_: pytest.TempPathFactory, template: str | None) -> Iterator[str]:
    name = f"meantime_{uuid.uuid4().hex[:12]}"
    copied = f"template {make_url(template).database}" if template else ""
    with _admin() as connection:
        connection.execute(text(f"create database {name} {copied}"))
    try:
        yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        with _admin() as connection:
            connection.execute(text(f"drop database if exists {name} with (force)"))


def _admin() -> Connection:
    return create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()
