"""Logs and metrics. A log line says what happened and to which id; never what was said, by whom, or for how much."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response
from structlog.typing import EventDict, Processor

FRAMES_SHOWN = 8
PRIVATE = frozenset(
    {
        "text", "words", "message_text", "body", "payload", "email", "phone", "name", "address", "street", "city",
        "postcode", "token", "secret", "password", "identity", "authorization", "amount", "price", "total", "url",
        "theirs", "note", "summary", "word", "before", "after",
    }
)  # fmt: skip
"""Names under which nothing is logged, whoever tries."""


def configure_logging(level: int = logging.INFO) -> None:
    """Have everything in this process log one JSON object a line to stderr, without anything private."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        keep_private,
        outline_exception,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            keep_exc_info=False,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # uvicorn names the customer's address with each socket it accepts.
    for chatty in ("httpx", "httpcore", "uvicorn.access", "uvicorn.error", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def keep_private(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Take out values under private names."""
    for name in PRIVATE & event.keys():
        event[name] = "[private]"
    return event


def outline_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and where it came from: its text may hold what a customer wrote."""
    info = event.pop("exc_info", None)
    error = sys.exception() if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = _places(error.__traceback__)
    return event


def metrics() -> Response:
    """Answer a scrape by Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES_SHOWN:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
