"""Databases as an earlier version left them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from meantime.settings import ROOT
from tests.conftest import empty_database

Migrate = Callable[[str], None]


@pytest.fixture
def bare_url(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database without any table."""
    with empty_database(engine_name, tmp_path_factory) as url:
        yield url


@pytest.fixture
def migrate(bare_url: str) -> Migrate:
    """Return a function that brings the bare database up, or down, to a revision."""

    def to(revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(ROOT) / "migrations"))
        config.attributes["url"] = bare_url
        is_down = revision.startswith("-")
        (command.downgrade if is_down else command.upgrade)(config, revision.removeprefix("-"))

    return to
