"""Signing in and out: what the form does, what guessing meets, and when a session is over."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from meantime.app import create_app
from meantime.db import Database
from meantime.desk.accounts import disable_staff
from meantime.desk.sessions import end_sessions
from meantime.desk.sign_in import MOST_BY_ADDRESS, MOST_BY_NAME
from meantime.desk.tables import Staff
from meantime.settings import Settings
from meantime.shop.tables import AuditEntry
from tests.desk.conftest import NOWHERE, QUIET, SignIn, another
from tests.desk.staff import PASSWORD, Desk, add, token_in

HTTPS = "https://desk.example.com"


@pytest.fixture
def ana(browser: TestClient, database: Database) -> Desk:
    """Ana, who has an account and is not signed in."""
    add(database, "Ana")
    return Desk(browser, "Ana")


def audit(database: Database, *what: str) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.what.in_(what)).order_by(AuditEntry.id))
        return [(row.who, row.what) for row in rows]


def cookies(desk: Desk) -> dict[str, str]:
    return {cookie.name: cookie.value or "" for cookie in desk.client.cookies.jar}


def test_one_is_asked_who_one_is_and_comes_back_to_where_one_wanted_to_go(ana: Desk) -> None:
    asked = ana.get("/desk/queue?view=mine")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/desk/sign-in?next=/desk/queue%3Fview%3Dmine"
    answer = ana.sign_in(next="/desk/queue?view=mine")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/queue?view=mine")
    assert ana.get("/desk/queue").status_code == 200
    assert ana.get("/desk/sign-in").headers["location"] == "/desk"


def test_however_the_name_is_written_it_is_ones_own(browser: TestClient, database: Database) -> None:
    add(database, "Ana Maria")
    assert Desk(browser, "  ANA  maria ").sign_in().status_code == 303


@pytest.mark.parametrize("name", ["Ana", "Nobody"])
def test_a_wrong_password_says_the_same_whether_there_is_such_a_name(ana: Desk, name: str) -> None:
    ana.name = name
    answer = ana.sign_in("another sentence")
    assert answer.status_code == 401
    assert "This name and password do not fit together." in answer.text
    assert "another sentence" not in answer.text
    assert ana.get("/desk/queue").status_code == 303


def test_signing_in_and_failing_to_are_in_the_audit(ana: Desk, database: Database) -> None:
    Desk(ana.client, "Nobody").sign_in()
    ana.sign_in("wrong sentence")
    ana.sign_in()
    assert audit(database, "signed_in", "sign_in_failed") == [
        ("nobody", "sign_in_failed"),
        ("staff:Ana", "signed_in"),
    ]


def test_guessing_one_persons_password_is_stopped_and_the_right_one_does_not_help(
    ana: Desk, browser: TestClient, database: Database
) -> None:
    for _ in range(MOST_BY_NAME):
        assert ana.sign_in("wrong sentence").status_code == 401
    stopped = ana.sign_in()
    assert stopped.status_code == 429
    assert "Please wait 15 minutes" in stopped.text
    add(database, "Ben")
    assert Desk(another(browser), "Ben").sign_in().status_code == 303


def test_guessing_at_many_names_from_one_address_is_stopped(
    ana: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meantime.desk.sign_in.MOST_BY_ADDRESS", 5)
    assert MOST_BY_ADDRESS > 5
    for n in range(5):
        Desk(ana.client, f"name {n}").sign_in("wrong sentence")
    assert ana.sign_in().status_code == 429


def test_the_first_password_is_good_for_choosing_another_alone(browser: TestClient, database: Database) -> None:
    first = add(database, "Ana", password=None)
    ana = Desk(browser, "Ana", first)
    assert ana.sign_in().headers["location"] == "/desk"
    for path in ("/desk", "/desk/queue"):
        assert ana.get(path).headers["location"] == "/desk/password"
    page = ana.get("/desk/password")
    assert "Choose your own password" in page.text
    ana.form_token = token_in(page)
    chosen = ana.post("/desk/password", old=first, new=PASSWORD, again=PASSWORD)
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/desk")
    assert ana.get("/desk/queue").status_code == 200
    assert audit(database, "password_changed") == [("staff:Ana", "password_changed")]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"old": "not that one", "new": "quite another one", "again": "quite another one"}, "not right"),
        ({"old": PASSWORD, "new": "quite another one", "again": "yet another one"}, "two ways"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "10 characters or more"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "another password"),
        ({"old": PASSWORD, "new": "ana ana 1 2", "again": "ana ana 1 2"}, ""),
    ],
)
def test_a_password_is_changed_only_for_one_that_will_do(desk: Desk, form: dict[str, str], words: str) -> None:
    answer = desk.post("/desk/password", **form)
    if words:
        assert answer.status_code == 422
        assert words in answer.text
    else:
        assert "Your password is changed." in answer.text


def test_changing_the_password_signs_one_out_elsewhere(desk: Desk, browser: TestClient) -> None:
    elsewhere = Desk(another(browser), "Ana").signed_in()
    desk.post("/desk/password", old=PASSWORD, new="quite another one", again="quite another one")
    assert desk.get("/desk/queue").status_code == 200
    assert elsewhere.get("/desk/queue").status_code == 303


def test_signing_out_ends_this_session_and_no_other(desk: Desk, browser: TestClient) -> None:
    elsewhere = Desk(another(browser), "Ana").signed_in()
    kept = cookies(desk)
    assert desk.post("/desk/sign-out").headers["location"] == "/desk/sign-in"
    desk.client.cookies.update(kept)  # the cookie alone opens nothing any more
    assert desk.get("/desk/queue").status_code == 303
    assert elsewhere.get("/desk/queue").status_code == 200


def test_signing_out_everywhere_ends_every_session(desk: Desk, browser: TestClient, database: Database) -> None:
    elsewhere = Desk(another(browser), "Ana").signed_in()
    assert desk.post("/desk/sign-out-everywhere").status_code == 303
    assert elsewhere.get("/desk/queue").status_code == 303
    assert audit(database, "signed_out_everywhere") == [("staff:Ana", "signed_out_everywhere")]


def test_a_disabled_account_is_out_at_once(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        disable_staff(session, "Ana", by="test")
    assert desk.get("/desk/queue").status_code == 303
    assert desk.sign_in().status_code == 401


@pytest.mark.parametrize(
    "next",
    [
        "https://elsewhere.example/desk",
        "//elsewhere.example/desk",
        "/\\elsewhere.example",
        "/desk\\..\\..//elsewhere.example",
        "javascript:alert(1)",
        "/shop",
        "/desk/sign-in",
        "/desk/queue\r\nset-cookie: a=b",
    ],
)
def test_nobody_is_led_elsewhere_by_signing_in(ana: Desk, next: str) -> None:
    assert ana.sign_in(next=next).headers["location"] == "/desk"


def test_a_sign_in_form_of_another_site_is_not_taken(ana: Desk, browser: TestClient) -> None:
    token = token_in(ana.get("/desk/sign-in"))
    for given in ("", "0" * 64, token_in(another(browser).get("/desk/sign-in"))):
        form = {"form_token": given, "name": "Ana", "password": PASSWORD}
        assert ana.client.post("/desk/sign-in", data=form).status_code == 403
    cookieless = another(browser)
    form = {"form_token": token, "name": "Ana", "password": PASSWORD}
    assert cookieless.post("/desk/sign-in", data=form).status_code == 403


def test_the_cookie_is_kept_from_scripts_other_sites_and_other_pages(ana: Desk) -> None:
    flags = ana.sign_in().headers["set-cookie"]
    assert "HttpOnly" in flags
    assert "SameSite=lax" in flags
    assert "Path=/desk" in flags
    assert "Secure" not in flags


def test_behind_tls_the_cookie_never_travels_in_the_clear(database_url: str, database: Database) -> None:
    chosen = Settings(
        _env_file=None, database_url=database_url, rasa_url=NOWHERE, actions_url=NOWHERE, public_url=HTTPS
    )
    add(database, "Ana")
    with TestClient(create_app(chosen, Database(database_url), QUIET), base_url=HTTPS) as browser:
        ana = Desk(browser, "Ana")
        asked = ana.get("/desk/sign-in")
        assert "Secure" in asked.headers["set-cookie"]
        assert "Secure" in ana.sign_in().headers["set-cookie"]


def test_a_session_of_another_copy_opens_nothing_here(desk: Desk, app: FastAPI, database_url: str) -> None:
    """Two copies on one machine share the browser's cookies: each keeps its own by its port."""
    chosen = Settings(
        _env_file=None,
        database_url=database_url,
        rasa_url=NOWHERE,
        actions_url=NOWHERE,
        port=app.state.settings.port + 1,
    )
    with TestClient(create_app(chosen, Database(database_url), QUIET)) as other:
        other.cookies.update(cookies(desk))
        assert other.get("/desk/queue", follow_redirects=False).status_code == 303
    assert desk.get("/desk/queue").status_code == 200


def test_what_is_asked_for_by_a_script_is_told_where_to_sign_in(browser: TestClient) -> None:
    part = browser.get("/desk/queue", headers={"hx-request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/desk/sign-in?next=/desk&has_ended=1")
    stream = browser.get("/desk/queue/live", headers={"accept": "text/event-stream"})
    assert stream.status_code == 401


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/desk/conversations/c1", "/desk/conversations/c1"),
        ("http://testserver/desk/queue?view=mine", "/desk/queue?view=mine"),
        ("http://elsewhere.example/desk/queue", "/desk"),
        ("http://testserver/chat", "/desk"),
        ("http://testserver//elsewhere.example/desk/", "/desk"),
        ("http://testserver/desk/sign-in?next=/desk/queue", "/desk"),
        ("//[", "/desk"),
    ],
)
def test_whose_sign_in_has_ended_comes_back_to_the_page_that_asked(ana: Desk, page: str, back: str) -> None:
    script = {"hx-request": "true", "hx-current-url": page}
    part = ana.client.post("/desk/conversations/c1/take-over", headers=script, follow_redirects=False)
    assert part.status_code == 401
    asked = ana.get(part.headers["hx-redirect"])
    assert "Your sign-in has ended." in asked.text
    assert f'name="next" value="{back}"' in asked.text
    assert ana.sign_in(next=back).headers["location"] == back


def test_that_a_sign_in_has_ended_is_said_to_whom_it_was(ana: Desk, database: Database) -> None:
    assert "Your sign-in has ended." not in ana.get("/desk/sign-in").text
    ana.signed_in()
    with database.writing() as session:
        end_sessions(session, session.scalars(select(Staff.id)).one())
    assert "Your sign-in has ended." in ana.get(ana.get("/desk/queue").headers["location"]).text
    ana.signed_in().post("/desk/sign-out")
    assert "Your sign-in has ended." not in ana.get("/desk/sign-in").text


def test_where_one_begins_is_by_what_one_does(sign_in: SignIn) -> None:
    assert sign_in("Ana").get("/desk").headers["location"] == "/desk/queue"
    assert sign_in("Bo", role="buyer").get("/desk").headers["location"] == "/desk/look-up"
