"""A member of staff in a browser of their own, without the browser: signs in through the form, then reads and sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from httpx import Response
from starlette.testclient import TestClient

from meantime.app import create_app
from meantime.db import Database
from meantime.desk.accounts import add_staff
from meantime.settings import Settings

PASSWORD = "a long sentence of one's own"
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Seat:
    """One browser at the desk."""

    def __init__(self, client: TestClient, database: Database, name: str, role: str) -> None:
        self.name, self.client = name, client
        with database.writing() as session:
            add_staff(session, name, role, by="test", password=PASSWORD)
        form = client.get("/desk/sign-in").text
        sent = {"name": name, "password": PASSWORD, "form_token": _token(form), "next": "/desk/password"}
        self.token = _token(client.post("/desk/sign-in", data=sent).text)

    def get(self, path: str, **query: str) -> Response:
        return self.client.get(path, params=query or None)

    def post(self, path: str, form: Mapping[str, Any] | None = None, *, token: str | None = None) -> Response:
        """Send a form as the page does. ``token`` stands in for the page's own."""
        headers = {"x-form-token": self.token if token is None else token}
        return self.client.post(path, data=dict(form or {}), headers=headers)


def gateway(database: Database) -> TestClient:
    """A gateway without a Rasa: whoever works at the desk needs none."""
    nowhere = "http://127.0.0.1:9"
    settings = Settings(_env_file=None, rasa_url=nowhere, actions_url=nowhere)
    return TestClient(create_app(settings, database))


def field(html: str, name: str) -> str:
    """Return what a hidden field of the first form that has it carries."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no field {name!r}"
    return found[1]


def fields(html: str) -> dict[str, str]:
    """Return all hidden fields."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))


def _token(html: str) -> str:
    found = TOKEN.search(html)
    assert found
    return found[1]
