"""A member of staff in a browser: signs in through the real form, sends forms as its pages do, hears live events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx

from meantime.db import Database
from meantime.desk.accounts import add_staff
from meantime.desk.tables import Role

PASSWORD = "one short sentence"
LIVE_WITHIN_SECONDS = 20
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')

type Event = tuple[str, str]
"""Its name, and the part of a page it carries."""


def add(database: Database, name: str, role: Role = "agent", password: str | None = PASSWORD) -> str:
    """Make an account and return its password; None: the first one, which has to be changed."""
    with database.writing() as session:
        return add_staff(session, name, role, by="test", password=password)


def token_in(page: httpx.Response) -> str:
    """Return the token that the forms of a page carry."""
    found = _TOKEN.search(page.text)
    assert found, page.text
    return found[1]


class Desk:
    """One browser. Redirects are not followed: where one is sent to is for the test to see."""

    def __init__(self, client: httpx.Client, name: str = "", password: str = PASSWORD) -> None:
        self.client, self.name, self.password = client, name, password
        self.form_token = ""

    @classmethod
    def at(cls, url: str, name: str, password: str = PASSWORD) -> Self:
        """Sign ``name`` in at a gateway."""
        return cls(httpx.Client(base_url=url, timeout=LIVE_WITHIN_SECONDS), name, password).signed_in()

    def signed_in(self) -> Self:
        answer = self.sign_in()
        assert answer.status_code == 303, answer.text
        page = self.get("/desk/password")
        self.form_token = token_in(page)
        return self

    def sign_in(self, password: str | None = None, **fields: str) -> httpx.Response:
        """Fill in the form and send it."""
        form = {"form_token": token_in(self.get("/desk/sign-in")), "name": self.name, **fields}
        form["password"] = self.password if password is None else password
        return self.client.post("/desk/sign-in", data=form, follow_redirects=False)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, follow_redirects=False, **more)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of this session."""
        form = {"form_token": self.form_token, **fields}
        return self.client.post(path, data=form, follow_redirects=False)

    @contextmanager
    def events(self, path: str) -> Iterator[Iterator[Event]]:
        """Open a live page; the iterator ends when the stream does. Only where a real server answers."""
        headers = {"accept": "text/event-stream"}
        with self.client.stream("GET", path, headers=headers) as answer:
            assert answer.status_code == 200, answer.status_code
            yield _events(answer.iter_lines())


def _events(lines: Iterator[str]) -> Iterator[Event]:
    name, data = "", []
    for line in lines:
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            data.append(value.removeprefix(" "))
        elif not line and data:
            yield name, "\n".join(data)
            name, data = "", []


def until(events: Iterator[Event], name: str, words: str) -> str:
    """Return the first ``name`` that holds ``words``; fails when the stream ends before."""
    for event, html in events:
        if event == name and words in html:
            return html
    raise AssertionError(f"the stream ended, and no {name} held {words!r}")
