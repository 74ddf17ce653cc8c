"""The leads' pages of accounts: add somebody, change what they may do, give a new password, let nobody in any more."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from meantime.desk import accounts
from meantime.desk.access import LEADS, Who, allowed
from meantime.desk.accounts import BadStaffName, LastLead, UnknownStaff
from meantime.desk.faults import Number
from meantime.desk.passwords import FirstPassword, aside, first_password
from meantime.desk.people import Person, everybody, person
from meantime.desk.place import desk_of
from meantime.desk.tables import ROLES, Role

STAFF_PAGE = "/desk/staff"
WHAT_FOR = {
    "agent": "answers customers",
    "lead": "answers customers, and looks after accounts, replies and the audit",
    "buyer": "looks up stock and dates",
}
DONE = {
    "role": "The role is changed. It holds from their next click on.",
    "disabled": "The account is disabled, and signed out everywhere.",
    "returned": "Their conversations are back in the queue.",
}
ONLY_LEAD = "{} is the only lead, and somebody has to look after the accounts. Make another lead first."
YOURSELF = "This is your own account. Please tick the box if you mean it."
ONES_OWN = "Your own password is changed under your name at the top of the page."

router = APIRouter()


@router.get("/staff")
@allowed(LEADS)
async def everyone(request: Request, who: Who) -> Response:
    return await _list(request)


@router.post("/staff")
@allowed(LEADS)
async def add(
    request: Request, who: Who, name: Annotated[str, Form()] = "", role: Annotated[str, Form()] = "agent"
) -> Response:
    """Make an account, and show its first password this once."""
    if role not in ROLES:
        return await _list(request, name=name, fault="Please choose a role.")
    first = await aside(first_password)
    work = partial(accounts.add_staff, name=name, role=role, by=who.as_author, first=first)
    try:
        password = await desk_of(request).storage.write(work)
    except BadStaffName as bad:
        return await _list(request, name=name, role=role, fault=_sentence(bad))
    return _password(request, " ".join(name.split()), password, is_new=True)


@router.get("/staff/{staff_id:int}")
@allowed(LEADS)
async def one(request: Request, who: Who, staff_id: Number, done: str = "") -> Response:
    return await _one(request, staff_id, told=DONE.get(done, ""))


@router.post("/staff/{staff_id:int}/role")
@allowed(LEADS)
async def change_role(
    request: Request,
    who: Who,
    staff_id: Number,
    role: Annotated[str, Form()] = "",
    sure: Annotated[str, Form()] = "",
) -> Response:
    if role not in ROLES:
        return await _one(request, staff_id, fault="Please choose a role.", status=422)
    if staff_id == who.id and role != who.role and not sure:
        return await _one(request, staff_id, fault=YOURSELF, status=422)
    try:
        await desk_of(request).storage.write(partial(_change_role, staff_id=staff_id, role=role, by=who.as_author))
    except UnknownStaff:
        return _nobody(request)
    except LastLead as last:
        return await _one(request, staff_id, fault=ONLY_LEAD.format(last), status=409)
    return RedirectResponse("/desk" if staff_id == who.id else f"{STAFF_PAGE}/{staff_id}?done=role", 303)


@router.post("/staff/{staff_id:int}/password")
@allowed(LEADS)
async def new_password(request: Request, who: Who, staff_id: Number) -> Response:
    """Give a new first password, and show it this once."""
    if staff_id == who.id:
        return await _one(request, staff_id, fault=ONES_OWN, status=422)
    try:
        name, password = await desk_of(request).storage.write(
            partial(_new_password, staff_id=staff_id, by=who.as_author, first=await aside(first_password))
        )
    except UnknownStaff:
        return _nobody(request)
    return _password(request, name, password)


@router.post("/staff/{staff_id:int}/disable")
@allowed(LEADS)
async def disable(request: Request, who: Who, staff_id: Number, sure: Annotated[str, Form()] = "") -> Response:
    if staff_id == who.id and not sure:
        return await _one(request, staff_id, fault=YOURSELF, status=422)
    try:
        was_disabled = await desk_of(request).storage.write(partial(_disable, staff_id=staff_id, by=who.as_author))
    except UnknownStaff:
        return _nobody(request)
    except LastLead as last:
        return await _one(request, staff_id, fault=ONLY_LEAD.format(last), status=409)
    return RedirectResponse(f"{STAFF_PAGE}/{staff_id}?done={'returned' if was_disabled else 'disabled'}", 303)


@router.post("/staff/{staff_id:int}/enable")
@allowed(LEADS)
async def enable(request: Request, who: Who, staff_id: Number) -> Response:
    """Let somebody in again, with a new first password that is shown this once."""
    try:
        name, password = await desk_of(request).storage.write(
            partial(_enable, staff_id=staff_id, by=who.as_author, first=await aside(first_password))
        )
    except UnknownStaff:
        return _nobody(request)
    return _password(request, name, password)


async def _list(request: Request, *, name: str = "", role: str = "agent", fault: str = "") -> Response:
    desk = desk_of(request)
    people = await desk.storage.read(everybody)
    return desk.page(
        request,
        "staff.html",
        status=422 if fault else 200,
        people=people,
        roles=WHAT_FOR,
        name=name[:100],
        role=role,
        fault=fault,
        longest=accounts.LONGEST_NAME,
    )


async def _one(request: Request, staff_id: int, *, told: str = "", fault: str = "", status: int = 200) -> Response:
    desk = desk_of(request)
    try:
        found = await desk.storage.read(partial(person, staff_id=staff_id))
    except UnknownStaff:
        return _nobody(request)
    return desk.page(request, "person.html", status=status, person=found, roles=WHAT_FOR, told=told, fault=fault)


def _password(request: Request, name: str, password: str, *, is_new: bool = False) -> Response:
    return desk_of(request).page(
        request, "first_password.html", status=201 if is_new else 200, name=name, password=password, is_new=is_new
    )


def _nobody(request: Request) -> Response:
    words = "There is no such account. The list shows who there is."
    return desk_of(request).page(request, "refused.html", status=404, title="Nobody found", words=words)


def _sentence(error: Exception) -> str:
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."


def _found(session: Session, staff_id: int) -> Person:
    return person(session, staff_id)


def _change_role(session: Session, staff_id: int, role: Role, by: str) -> None:
    accounts.change_role(session, _found(session, staff_id).name, role, by=by)


def _new_password(session: Session, staff_id: int, by: str, first: FirstPassword) -> tuple[str, str]:
    name = _found(session, staff_id).name
    return name, accounts.reset_password(session, name, by=by, first=first)


def _disable(session: Session, staff_id: int, by: str) -> bool:
    """Return whether the account was disabled before, so that only its conversations were left to do."""
    found = _found(session, staff_id)
    accounts.disable_staff(session, found.name, by=by)
    return found.disabled_at is not None


def _enable(session: Session, staff_id: int, by: str, first: FirstPassword) -> tuple[str, str]:
    name = _found(session, staff_id).name
    return name, accounts.enable_staff(session, name, by=by, first=first)
