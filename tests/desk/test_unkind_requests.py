"""Whatever is sent to the desk, and by whomever, it answers in calm words: nothing unkind is an error of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from meantime.db import Database
from meantime.desk import faults, staff_pages
from tests.desk.conftest import SignIn, another
from tests.desk.staff import Desk
from tests.desk.talks import customer, order, talk

UNKIND = ("a\0b", "9" * 30, "0001-01-01", "'\"><img src=x onerror=alert(1)>//[")
MARKUP = "<img src=x"
ENDS = re.compile(r"/live$|/sign-out")
FILLED = {
    **{"kind": "write", "what": "x", "due": "other", "other": "2026-11-28T10:00", "key": "k", "because": "other"},
    **{"words": "x", "at": "2026-11-28T10:00", "order": "W1", "to": "Lea", "name": "Kim", "role": "agent"},
    **{"shortcut": "a", "title": "t", "text": "hi", "proposal": "p", "line": "1", "sku": "S", "before": "9"},
}

type Field = tuple[str, str, str, bool]
"""Method, path, name, and whether it stands in the form."""


def names(dependant: Dependant, *, of_form: bool) -> Iterator[str]:
    yield from (field.alias for field in (dependant.body_params if of_form else dependant.query_params))
    for inner in dependant.dependencies:
        yield from names(inner, of_form=of_form)


def places(app: FastAPI) -> Iterator[tuple[str, str, set[str]]]:
    """Yield every method and path of the desk, and what may be filled in there."""
    for context in iter_route_contexts(app.routes):
        route, path = context.original_route, context.path or ""
        if isinstance(route, APIRoute) and faults.is_ours(path) and not ENDS.search(path):
            for method in route.methods:
                yield method, path, set(names(route.dependant, of_form=method != "GET"))


def require_calm(answer: httpx.Response, where: str) -> None:
    assert answer.status_code < 500, where
    if answer.status_code >= 400:
        assert answer.headers["content-type"].startswith("text/html"), where
        assert re.search(r"role=\"(alert|status)\"", answer.text) or answer.status_code == 422, where
        assert answer.headers["cache-control"] == "no-store", where
    assert MARKUP not in answer.text, where


@pytest.mark.parametrize("unkind", UNKIND, ids=["nul", "huge", "long-ago", "markup"])
def test_nothing_unkind_in_any_field_is_an_error_of_ours(
    app: FastAPI, sign_in: SignIn, database: Database, unkind: str
) -> None:
    with database.writing() as session:
        talked = talk(session, "hello", waits=3).id
        order(session, "W1", customer(session, "c1", "Robin").id)
    lead = sign_in("Lea", role="lead")
    for method, path, fields in places(app):
        slots = re.findall(r"\{[^}]+\}", path)
        here = re.sub(r"\{[^}]+\}", "1", path.replace("{conversation_id}", talked))
        filled = {name: value for name, value in FILLED.items() if name in fields}
        for name in fields:
            require_calm(send(lead, method, here, filled | {name: unkind}), f"{method} {path} {name}")
        for slot in slots:
            there = re.sub(r"\{[^}]+\}", "1", path.replace(slot, quote(unkind, safe="")))
            require_calm(send(lead, method, there, filled), f"{method} {path} {slot}")


def send(desk: Desk, method: str, path: str, fields: dict[str, str]) -> httpx.Response:
    return desk.get(path, params=fields) if method == "GET" else desk.post(path, **fields)


@pytest.mark.parametrize("next", ["//[", "http://[", "//\u2100.example", "https://example.com", "/desk\\..", "/desk\0"])
def test_where_to_go_after_signing_in_is_a_page_of_the_desk_or_its_first_one(browser: TestClient, next: str) -> None:
    answer = browser.get("/desk/sign-in", params={"next": next})
    assert answer.status_code in (200, 422)
    assert "example" not in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/desk/nowhere", 404), ("PUT", "/desk/queue", 405)])
def test_an_address_that_is_none_is_told_as_a_page(desk: Desk, method: str, path: str, status: int) -> None:
    answer = desk.client.request(method, path)
    assert answer.status_code == status
    assert "Back to the desk" in answer.text


def test_half_a_character_is_refused_however_it_is_written(desk: Desk) -> None:
    half = '--x\r\ncontent-disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = half.format("form_token", desk.form_token) + half.format("old", r"\ud83d") + "--x--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=x; charset=unicode_escape"}
    answer = desk.client.post("/desk/password", content=body, headers=headers)
    assert answer.status_code in (403, 422)
    assert "Nothing was changed" in answer.text


def test_a_file_in_place_of_words_is_refused_in_words(desk: Desk) -> None:
    headers = {"x-form-token": desk.form_token}
    answer = desk.client.post("/desk/password", files={"old": ("a.txt", b"x")}, headers=headers)
    assert answer.status_code == 422
    assert "Back to the desk" in answer.text


def test_nobody_makes_the_desk_read_a_form_without_end(browser: TestClient) -> None:
    taken = 0

    def without_end() -> Iterator[bytes]:
        nonlocal taken
        while taken < 8 * faults.LARGEST_FORM:
            taken += 65_536
            yield b"x" * 65_536

    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = browser.post("/desk/sign-in", content=without_end(), headers=headers)
    assert answer.status_code == 413
    assert "far more text" in answer.text


def test_an_error_nobody_foresaw_is_told_without_a_trace(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lead = sign_in("Lea", role="lead")

    def breaks(*_: object) -> None:
        raise RuntimeError("Robin Example, Elm Street")

    monkeypatch.setattr(staff_pages, "everybody", breaks)
    answer = lead.get("/desk/staff")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "Back to the desk" in answer.text
    assert "Robin" not in answer.text


def test_the_rest_of_the_gateway_keeps_its_answers(browser: TestClient) -> None:
    assert browser.get("/nowhere").json() == {"detail": "Not Found"}
    assert browser.get("/api/v1/nowhere").headers["content-type"] == "application/problem+json"
    assert another(browser).get("/deskless").json() == {"detail": "Not Found"}
