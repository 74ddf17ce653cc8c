"""Logs say what happened, never what was said."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from meantime.db import Database
from meantime.observe import configure_logging


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    configure_logging()
    yield stream
    root.handlers = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_time_level_and_event(log: io.StringIO) -> None:
    structlog.get_logger().info("turn.failed", message="m1")
    assert lines(log)[0].items() >= {"event": "turn.failed", "level": "info", "message": "m1"}.items()


@pytest.mark.parametrize(
    "name", ["text", "email", "phone", "address", "token", "amount", "payload", "theirs", "note", "summary"]
)
def test_what_is_private_is_not_logged(log: io.StringIO, name: str) -> None:
    structlog.get_logger().info("said", **{name: "private thing"})
    assert "private thing" not in log.getvalue()


def test_an_error_of_the_database_does_not_say_what_was_to_be_stored(database: Database) -> None:
    with database.writing() as session, pytest.raises(DBAPIError) as raised:
        session.execute(text("insert into nowhere values (:mail)"), {"mail": "ada@example.com"})
    assert "ada@example.com" not in str(raised.value)


def test_the_text_of_an_exception_is_not_logged_but_its_place_is(log: io.StringIO) -> None:
    for logger in (structlog.get_logger(), logging.getLogger("uvicorn.error")):
        try:
            raise ValueError("ada@example.com")
        except ValueError:
            logger.exception("failed")
    assert "ada@example.com" not in log.getvalue()
    for line in lines(log):
        assert line["error"] == "ValueError"
        assert "test_logging.py" in line["at"][0]
