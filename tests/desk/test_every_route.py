"""Who may open what: every route of the desk, for nobody and for each role, against a table written by hand."""

from __future__ import annotations

import re

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from meantime.db import Database
from meantime.desk import access
from meantime.desk.tables import ROLES
from tests.desk.conftest import SignIn, another
from tests.desk.staff import Desk, add

NOBODY, FIRST_PASSWORD = "nobody", "first password"
AGENTS = frozenset({"agent", "lead"})
LEADS = frozenset({"lead"})
STAFF = frozenset({"agent", "lead", "buyer"})
BEFORE = STAFF | {FIRST_PASSWORD}
EVERYBODY = BEFORE | {NOBODY}
LET_IN = 418

MAY: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/desk"): STAFF,
    ("GET", "/desk/sign-in"): EVERYBODY,
    ("POST", "/desk/sign-in"): EVERYBODY,
    ("POST", "/desk/sign-out"): BEFORE,
    ("POST", "/desk/sign-out-everywhere"): BEFORE,
    ("GET", "/desk/password"): BEFORE,
    ("POST", "/desk/password"): BEFORE,
    ("GET", "/desk/queue"): AGENTS,
    ("GET", "/desk/queue/live"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/older"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/suggestions"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/snooze-times"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/live"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/take-over"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/hand-back"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/transfer"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/put-back"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/snooze"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/bring-back"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/close"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/say"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/draft"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/typing"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/panel"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/panel/find"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/panel/order"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/panel/customer"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/promises/new"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/promises/none"): AGENTS,
    ("GET", "/desk/conversations/{conversation_id}/promises/staying"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/promises"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/promises/{promise_id}/kept"): AGENTS,
    ("POST", "/desk/conversations/{conversation_id}/promises/{promise_id}/withdrawn"): AGENTS,
    ("GET", "/desk/changing/cancel"): AGENTS,
    ("POST", "/desk/changing/cancel/list"): AGENTS,
    ("POST", "/desk/changing/cancel"): AGENTS,
    ("GET", "/desk/changing/swap"): AGENTS,
    ("POST", "/desk/changing/swap/list"): AGENTS,
    ("POST", "/desk/changing/swap"): AGENTS,
    ("POST", "/desk/changing/leave"): AGENTS,
    ("GET", "/desk/look-up"): STAFF,
    ("GET", "/desk/look-up/products/{sku:path}"): STAFF,
    ("GET", "/desk/look-up/orders/{number:path}"): AGENTS,
    ("GET", "/desk/look-up/customers/{customer_id:path}"): AGENTS,
    ("GET", "/desk/promises"): AGENTS,
    ("GET", "/desk/promises/badge"): AGENTS,
    ("POST", "/desk/promises/{promise_id:int}/kept"): AGENTS,
    ("POST", "/desk/promises/{promise_id:int}/withdraw"): AGENTS,
    ("GET", "/desk/changes"): AGENTS,
    ("GET", "/desk/replies"): AGENTS,
    ("GET", "/desk/replies/pick"): AGENTS,
    ("POST", "/desk/replies"): LEADS,
    ("POST", "/desk/replies/check"): LEADS,
    ("POST", "/desk/replies/begin"): LEADS,
    ("GET", "/desk/replies/new"): LEADS,
    ("GET", "/desk/replies/{reply_id:int}"): LEADS,
    ("POST", "/desk/replies/{reply_id:int}"): LEADS,
    ("POST", "/desk/replies/{reply_id:int}/delete"): LEADS,
    ("GET", "/desk/staff"): LEADS,
    ("POST", "/desk/staff"): LEADS,
    ("GET", "/desk/staff/{staff_id:int}"): LEADS,
    ("POST", "/desk/staff/{staff_id:int}/role"): LEADS,
    ("POST", "/desk/staff/{staff_id:int}/password"): LEADS,
    ("POST", "/desk/staff/{staff_id:int}/disable"): LEADS,
    ("POST", "/desk/staff/{staff_id:int}/enable"): LEADS,
    ("GET", "/desk/customers/{customer_id:path}/export"): LEADS,
    ("GET", "/desk/customers/{customer_id:path}/erase"): LEADS,
    ("POST", "/desk/customers/{customer_id:path}/erase"): LEADS,
    ("GET", "/desk/ratings"): LEADS,
    ("GET", "/desk/audit"): LEADS,
}
"""A new route stands here before it is served: who it is for is decided, not found out."""

WAYS_IN = frozenset({"/desk/sign-in"})
"""Their forms carry a token of their own, of before anybody is signed in."""


def routes(app: FastAPI) -> list[tuple[str, str]]:
    found = []
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        if path == "/desk" or path.startswith("/desk/"):
            assert isinstance(route.original_route, APIRoute), f"no guard stands before {path}: it is no plain route"
            found += [(method, path) for method in sorted(route.methods or ())]
    assert found
    return found


def filled(path: str) -> str:
    """Return ``path`` with something in each of its places: who may not go there is not told whether it exists."""
    return re.sub(r"\{[^}]+\}", "1", path)


@pytest.fixture(params=[NOBODY, FIRST_PASSWORD, *ROLES])
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def somebody(role: str, browser: TestClient, sign_in: SignIn, database: Database) -> Desk:
    """A browser in which somebody of ``role`` is signed in, or nobody."""
    if role == NOBODY:
        return Desk(browser)
    if role == FIRST_PASSWORD:
        return Desk(another(browser), "Ana", add(database, "Ana", "lead", password=None)).signed_in()
    return sign_in("Ana", role=role)  # type: ignore[arg-type]


@pytest.fixture
def stops_inside(app: FastAPI) -> None:
    """Whoever gets past the guard is answered LET_IN: what a route does is not tried here."""

    async def guard_alone(request: Request) -> None:
        await access.guard(request)
        raise HTTPException(LET_IN)

    app.dependency_overrides[access.guard] = guard_alone


def knock(desk: Desk, method: str, path: str, **fields: str) -> httpx.Response:
    form = {"form_token": desk.form_token} | fields if method not in access.READS else None
    return desk.client.request(method, filled(path), data=form, follow_redirects=False)


def test_every_route_stands_in_the_table(app: FastAPI) -> None:
    served = set(routes(app))
    assert served - MAY.keys() == set(), "who may open these is not said in the table"
    assert MAY.keys() - served == set(), "these are not served any more"


def test_every_route_lets_in_whom_the_table_says_and_nobody_else(
    app: FastAPI, role: str, somebody: Desk, stops_inside: None
) -> None:
    for method, path in routes(app):
        answer = knock(somebody, method, path)
        where = f"{method} {path} as {role}: {answer.status_code}"
        if role in MAY[method, path]:
            assert answer.status_code == LET_IN, where
        elif role == NOBODY and method == "GET":
            assert answer.status_code == 303, where
            assert answer.headers["location"].startswith("/desk/sign-in"), where
        elif role == NOBODY:
            assert answer.status_code == 401, where
            assert "You are not signed in any more" in answer.text, where
        elif role == FIRST_PASSWORD:
            assert (answer.status_code, answer.headers.get("location")) == (303, "/desk/password"), where
        else:
            assert answer.status_code == 403, where
            assert "Not for this account" in answer.text, where


def test_every_form_needs_the_token_of_its_own_session(app: FastAPI, sign_in: SignIn, browser: TestClient) -> None:
    lead = sign_in("Ana", role="lead")
    elsewhere = Desk(another(browser), "Ana").signed_in()
    for method, path in routes(app):
        if method in access.READS or path in WAYS_IN:
            continue
        for given in ("", "0" * 64, elsewhere.form_token):
            answer = knock(lead, method, path, form_token=given)
            assert answer.status_code == 403, f"{method} {path}"
            assert "Nothing was changed" in answer.text, f"{method} {path}"


def test_a_script_may_send_the_token_in_a_header(desk: Desk) -> None:
    refused = desk.client.post("/desk/sign-out", headers={"x-form-token": "0" * 64}, follow_redirects=False)
    assert refused.status_code == 403
    answer = desk.client.post("/desk/sign-out", headers={"x-form-token": desk.form_token}, follow_redirects=False)
    assert answer.status_code == 303


def test_a_route_that_says_nothing_is_open_to_nobody(app: FastAPI, role: str, somebody: Desk) -> None:
    forgotten = APIRouter()

    @forgotten.get("/forgotten")
    async def forgotten_rule() -> str:
        return "inside"

    app.include_router(forgotten, prefix="/desk", dependencies=[Depends(access.guard)])
    answer = somebody.get("/desk/forgotten")
    assert "inside" not in answer.text
    assert answer.status_code == (303 if role == NOBODY else 403)
