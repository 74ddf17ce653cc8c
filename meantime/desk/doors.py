"""Signing in and out, and one's own password."""

from __future__ import annotations

import hmac
import secrets
from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from meantime.conversations.storage import StorageBusy
from meantime.desk.access import HOME, SIGN_IN, STAFF, Who, allowed, open_to_everybody
from meantime.desk.accounts import NOT_RIGHT, change_password, require_new
from meantime.desk.passwords import WeakPassword, aside, hash_of, is_right
from meantime.desk.place import Desk, desk_of
from meantime.desk.sessions import LASTS, SignedIn, end_session, end_sessions
from meantime.desk.sign_in import TooManyTries, Try, begin_try, fail, forgive, succeed
from meantime.shop.audit import record

WRONG = "This name and password do not fit together. Please try again."
STALE = "This page was open for a long time. Please try again."
BUSY = "The desk is very busy just now. Please try again in a moment."

HOMES = {"buyer": "/desk/look-up"}
"""Where work begins, for those who do not answer customers."""

router = APIRouter()


@router.get("")
@allowed(STAFF)
async def home(who: Who) -> Response:
    return RedirectResponse(HOMES.get(who.role, "/desk/queue"), 303)


@router.get("/sign-in")
@open_to_everybody
async def ask(request: Request, next: str = HOME, has_ended: bool = False) -> Response:
    """Ask who it is. Somebody who is signed in already goes on; whose sign-in ``has_ended`` reads that."""
    if request.state.who is not None:
        return RedirectResponse(_inside(next), 303)
    desk = desk_of(request)
    return _ask(request, desk, next, has_ended=has_ended or desk.cookie in request.cookies)


@router.post("/sign-in")
@open_to_everybody
async def sign_in(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = HOME,
    form_token: Annotated[str, Form()] = "",
) -> Response:
    desk = desk_of(request)
    if not _is_own_form(request, desk, form_token):
        return _ask(request, desk, next, name, STALE, 403)
    try:
        attempt = await desk.storage.write(
            partial(begin_try, name=name, address_hash=desk.addresses.hash_of(request)), within=2
        )
        if not await aside(is_right, password, attempt.password_hash):
            await desk.storage.write(partial(fail, attempt=attempt))
            return _ask(request, desk, next, name, WRONG, 401)
        token = await desk.storage.write(partial(succeed, attempt=attempt))
    except TooManyTries as many:
        return _ask(request, desk, next, name, _wait(many), 429)
    except StorageBusy:
        return _ask(request, desk, next, name, BUSY, 503)
    if token is None:
        return _ask(request, desk, next, name, WRONG, 401)
    answer = RedirectResponse(_inside(next), 303)
    answer.set_cookie(
        desk.cookie,
        token,
        max_age=int(LASTS.total_seconds()),
        path="/desk",
        secure=_is_secure(request, desk),
        httponly=True,
        samesite="lax",
    )
    answer.delete_cookie(_before(desk), path="/desk")
    return answer


@router.post("/sign-out")
@allowed(STAFF, with_first_password=True)
async def sign_out(request: Request, who: Who) -> Response:
    desk = desk_of(request)
    await desk.storage.write(partial(end_session, token_hash=who.session))
    return _to_sign_in(desk)


@router.post("/sign-out-everywhere")
@allowed(STAFF, with_first_password=True)
async def sign_out_everywhere(request: Request, who: Who) -> Response:
    desk = desk_of(request)
    await desk.storage.write(partial(_everywhere, who=who))
    return _to_sign_in(desk)


@router.get("/password")
@allowed(STAFF, with_first_password=True)
async def ask_password(request: Request) -> Response:
    return desk_of(request).page(request, "password.html", fault="", is_changed=False)


@router.post("/password")
@allowed(STAFF, with_first_password=True)
async def choose_password(
    request: Request,
    who: Who,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    desk = desk_of(request)
    fault = "The new password was typed in two ways. Please type the same twice." if new != again else ""
    if not fault:
        try:
            await _choose(request, desk, who, old, new)
        except WeakPassword as weak:
            fault = str(weak)
        except TooManyTries as many:
            fault = _wait(many)
    if fault:
        return desk.page(request, "password.html", status=422, fault=fault, is_changed=False)
    if who.must_change_password:
        return RedirectResponse(HOME, 303)
    return desk.page(request, "password.html", fault="", is_changed=True)


async def _choose(request: Request, desk: Desk, who: SignedIn, old: str, new: str) -> None:
    """Change one's own password. Whoever sits down at somebody else's desk has no more tries than at the door.
    Raises WeakPassword, TooManyTries."""
    require_new(old, new, who.name)
    begin = partial(begin_try, name=who.name, address_hash=desk.addresses.hash_of(request))
    attempt = await desk.storage.write(begin)
    if not await aside(is_right, old, attempt.password_hash):
        await desk.storage.write(partial(fail, attempt=attempt))
        raise WeakPassword(NOT_RIGHT)
    new_hash = await aside(hash_of, new)
    await desk.storage.write(partial(_change, who=who, attempt=attempt, new_hash=new_hash))


def _change(session: Session, who: SignedIn, attempt: Try, new_hash: str) -> None:
    change_password(session, who.id, attempt.password_hash, new_hash, keeps=who.session)
    forgive(session, attempt)


def _wait(many: TooManyTries) -> str:
    minutes = f"{many.minutes} minute{'s' if many.minutes > 1 else ''}"
    return f"That was tried too often. Please wait {minutes}, or ask a lead for a new password."


def _everywhere(session: Session, who: SignedIn) -> None:
    end_sessions(session, who.id)
    record(session, who.as_author, "signed_out_everywhere", f"staff:{who.id}", None, None)


def _ask(
    request: Request,
    desk: Desk,
    next: str,
    name: str = "",
    fault: str = "",
    status: int = 200,
    *,
    has_ended: bool = False,
) -> Response:
    """Show the form. Nobody is signed in yet, so a cookie of this form alone says that it is our own."""
    token = request.cookies.get(_before(desk)) or secrets.token_urlsafe(24)
    answer = desk.page(
        request,
        "sign_in.html",
        status=status,
        next=_inside(next),
        name=name[:100],
        fault=fault,
        has_ended=has_ended,
        form_token=_signed(desk, token),
    )
    answer.set_cookie(
        _before(desk), token, path="/desk", secure=_is_secure(request, desk), httponly=True, samesite="lax"
    )
    return answer


def _to_sign_in(desk: Desk) -> Response:
    answer = RedirectResponse(SIGN_IN, 303)
    answer.delete_cookie(desk.cookie, path="/desk")
    return answer


def _before(desk: Desk) -> str:
    return f"{desk.cookie}_form"


def _signed(desk: Desk, token: str) -> str:
    return hmac.new(desk.secret.encode(), f"desk.sign-in:{token}".encode(), "sha256").hexdigest()


def _is_own_form(request: Request, desk: Desk, given: str) -> bool:
    token = request.cookies.get(_before(desk), "")
    return bool(token) and hmac.compare_digest(_signed(desk, token).encode(), given.encode())


def _inside(path: str) -> str:
    """Return where to go after signing in: a page of the desk, never another site."""
    try:
        parts = urlsplit(path)
    except ValueError:  # "//[": half of an address
        return HOME
    is_ours = not parts.scheme and not parts.netloc and (parts.path == HOME or parts.path.startswith(f"{HOME}/"))
    return path if is_ours and "\\" not in path and path.isprintable() and parts.path != SIGN_IN else HOME


def _is_secure(connection: HTTPConnection, desk: Desk) -> bool:
    forwarded = desk.addresses.is_from_proxy(connection) and connection.headers.get("x-forwarded-proto") == "https"
    return desk.is_behind_tls or connection.url.scheme == "https" or forwarded
