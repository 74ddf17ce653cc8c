"""The desk with somebody signed in: within the test's own process, or at a real server for what is live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from meantime.app import create_app
from meantime.db import Database
from meantime.desk import passwords
from meantime.desk.tables import Role
from meantime.settings import Settings
from tests.channels.conftest import PATIENT, open_gateway, rasa, rasa_server
from tests.desk.staff import Desk, add

__all__ = ["open_gateway", "rasa", "rasa_server"]

SignIn = Callable[..., Desk]
"""``sign_in("Ada", role="lead")``: makes the account, and signs it in in a browser of its own."""

NOWHERE = "http://127.0.0.1:9"
QUIET = replace(PATIENT, poll_seconds=60)
"""Nobody talks to the assistant in these tests."""


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow by design; here as little of it as argon2 allows will do."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(passwords, "hasher", lambda: quick)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(_env_file=None, database_url=database_url, rasa_url=NOWHERE, actions_url=NOWHERE)


@pytest.fixture
def app(settings: Settings, database_url: str) -> FastAPI:
    return create_app(settings, Database(database_url), QUIET)


@pytest.fixture
def browser(app: FastAPI) -> Iterator[TestClient]:
    """A browser in which nobody is signed in."""
    with TestClient(app) as client:
        yield client


@pytest.fixture
def sign_in(app: FastAPI, browser: TestClient, database: Database) -> SignIn:
    """Return a function that signs somebody in, in a browser of their own."""

    def sign_in(name: str, role: Role = "agent") -> Desk:
        add(database, name, role)
        # The application runs already: another browser must not start it again.
        return Desk(another(browser), name).signed_in()

    return sign_in


@pytest.fixture
def desk(sign_in: SignIn) -> Desk:
    """Ana, an agent, at work."""
    return sign_in("Ana")


def another(browser: TestClient) -> TestClient:
    """Return another browser at the same application."""
    other = TestClient(browser.app)
    other.portal = browser.portal
    return other
