"""Who may do what at the desk: nobody anything, unless a page says so.

Every route of the desk runs through ``guard``. A route that names no roles is refused to everybody, so that a
forgotten decorator is noticed at once and opens nothing. What changes something must carry the token of its session.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from meantime.desk.faults import is_ours, require_readable, told
from meantime.desk.place import Desk, desk_of
from meantime.desk.sessions import SignedIn, form_token, keep, session_of
from meantime.desk.tables import ROLES

AGENTS = frozenset({"agent", "lead"})
"""Who answers customers, and so may see what belongs to them."""
LEADS = frozenset({"lead"})
STAFF = frozenset(ROLES)

_RULE = "__desk_rule__"
HOME, SIGN_IN, PASSWORD = "/desk", "/desk/sign-in", "/desk/password"
READS = frozenset({"GET", "HEAD"})
OF_WORDS = frozenset({"text", "note", "words", "what"})
"""Fields of free words: what keeps them takes NUL out, or says beside the field that it is there."""
TOKEN_FIELD, TOKEN_HEADER = "form_token", "x-form-token"

type Endpoint = Callable[..., Any]


class NotSignedIn(Exception):
    """Nobody is signed in in this browser."""


class HasToChangePassword(Exception):
    """The first password is good for one thing: choosing another."""


class NotAllowed(Exception):
    """Somebody is signed in, but not for this."""


class ForeignForm(Exception):
    """A form that was not made by a page of this session."""


class Rule:
    """Who may use a route. ``roles`` None: everybody, signed in or not."""

    def __init__(self, roles: frozenset[str] | None, *, with_first_password: bool = False) -> None:
        self.roles = roles
        self.with_first_password = with_first_password


def allowed[E: Endpoint](roles: frozenset[str], *, with_first_password: bool = False) -> Callable[[E], E]:
    """Open a route to the signed-in staff of ``roles``."""
    return partial(_ruled, Rule(roles, with_first_password=with_first_password))


def open_to_everybody[E: Endpoint](endpoint: E) -> E:
    """Open a route to whoever comes: only signing in is."""
    return _ruled(Rule(None), endpoint)


def rule_of(endpoint: Endpoint) -> Rule:
    """Return who may use a route: nobody, where nothing is said."""
    rule: Rule = getattr(endpoint, _RULE, Rule(frozenset()))
    return rule


async def guard(request: Request) -> None:
    """Let the request through, or raise why not. Runs before anything else of the route."""
    desk, rule = desk_of(request), rule_of(request.scope["endpoint"])
    who = await signed_in(request, desk)
    request.state.who = who
    if rule.roles is not None:
        if who is None:
            raise NotSignedIn
        if who.role not in rule.roles:
            raise NotAllowed
        if who.must_change_password and not rule.with_first_password:
            raise HasToChangePassword
    if request.method not in READS and rule.roles is not None and who is not None:
        await _require_token(request, form_token(desk.secret, who.session))
    require_readable((*request.path_params.values(), *request.query_params.values()))
    if request.method not in READS:
        require_readable(
            value.replace("\0", "") if name in OF_WORDS and isinstance(value, str) else value
            for name, value in (await request.form()).multi_items()
        )


async def signed_in(request: Request, desk: Desk) -> SignedIn | None:
    """Return who is signed in in this browser, and note that they are still here."""
    token = request.cookies.get(desk.cookie)
    if not token:
        return None
    found = await desk.storage.read(partial(session_of, token=token))
    if found is None:
        return None
    who, is_time_to_note = found
    if is_time_to_note:
        await desk.storage.write(partial(keep, token_hash=who.session))
    return who


def _who(request: Request) -> SignedIn:
    who: SignedIn | None = request.state.who
    if who is None:
        raise NotSignedIn
    return who


Who = Annotated[SignedIn, Depends(_who)]
"""The one who asks, in a route that only signed-in staff may use."""


async def _require_token(request: Request, expected: str) -> None:
    given: object = request.headers.get(TOKEN_HEADER)
    if given is None:
        given = (await request.form()).get(TOKEN_FIELD)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
        raise ForeignForm


def _ruled[E: Endpoint](rule: Rule, endpoint: E) -> E:
    setattr(endpoint, _RULE, rule)
    return endpoint


# What a browser is answered


def to_sign_in(request: Request, _error: Exception) -> Response:
    """Ask for a sign-in, and come back afterwards. A part of a page that is asked for takes the whole page there."""
    if request.headers.get("hx-request"):
        way = f"{SIGN_IN}?next={quote(_page_of(request))}&has_ended=1"
        return Response(status_code=401, headers={"hx-redirect": way, "cache-control": "no-store"})
    if request.method not in READS:
        words = "You are not signed in any more. Please sign in, go back, reload the page and send it again."
        return told(request, 401, "Nothing was changed", words)
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=401, headers={"cache-control": "no-store"})
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?next={quote(path)}", 303)


def _page_of(request: Request) -> str:
    """Return the page of ours from which a part was asked for; what is no page of the desk is the desk itself."""
    try:
        page = urlsplit(request.headers.get("hx-current-url", ""))
    except ValueError:  # "//[": half of an address
        return HOME
    ours = {request.headers.get("host", ""), urlsplit(desk_of(request).settings.gateway_url).netloc}
    if page.netloc not in ours or not is_ours(page.path):
        return HOME
    return page.path + (f"?{page.query}" if page.query else "")


def to_password(request: Request, _error: Exception) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=403, headers={"hx-redirect": PASSWORD, "cache-control": "no-store"})
    return RedirectResponse(PASSWORD, 303)


async def refused(request: Request, _error: Exception) -> Response:
    words = "Your account may not open this page. A lead can change what it is for."
    return told(request, 403, "Not for this account", words)


async def foreign_form(request: Request, _error: Exception) -> Response:
    words = "This form belongs to another sign-in. Please go back, reload the page and send it again."
    return told(request, 403, "Nothing was changed", words)
