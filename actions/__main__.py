"""Serve the actions on loopback, in one process: `python -m actions`."""

from __future__ import annotations

import logging
import os
import warnings
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Request
from sanic.response import HTTPResponse, raw

from actions import confirming, notices, orders, passing_on, questions, small
from actions.base import ShopAction
from meantime import observe
from meantime.settings import settings

ROOMS = (confirming, notices, orders, passing_on, questions, small)
"""Importing these is what makes their actions known."""


class Executor(ActionExecutor):  # type: ignore[misc]
    """rasa-sdk's executor, without a domain: none of our actions reads it, so Rasa need not send it."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any] | None:
        return payload.get("domain")


def main() -> None:
    """Run until interrupted."""
    observe.configure_logging(logging.WARNING)
    # Rasa 3.6.21 and rasa-sdk 3.21.1 work together (tested here); the SDK warns at every single call.
    warnings.filterwarnings("ignore", message=".*not be compatible.*")
    executor = Executor()
    for action in ShopAction.known.values():
        executor.register_action(action)
    app = create_app(executor)
    app.add_route(metrics, "/metrics")
    host = os.environ.get("SANIC_HOST", "127.0.0.1")
    app.run(host=host, port=settings().actions_port, single_process=True, access_log=False, motd=False)


async def metrics(_: Request) -> HTTPResponse:
    """How long actions and their transactions take (Prometheus)."""
    return raw(generate_latest(), content_type=CONTENT_TYPE_LATEST)


if __name__ == "__main__":
    main()
