"""For leads: give a customer all that is kept of them, and take them out of it."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from meantime.desk.access import LEADS, Who, allowed
from meantime.desk.place import HEADERS, desk_of
from meantime.desk.subjects import page_of
from meantime.privacy.belonging import UnknownCustomer
from meantime.privacy.erase import OrdersOpen, erase, outlook
from meantime.privacy.export import export

NOT_THE_SAME = "What you typed is not this customer's id, so nothing was erased."
STILL_OPEN = "Something is still to be sent, so nothing was erased. Tick the box if it has to be done all the same."

router = APIRouter()


@router.get("/customers/{customer_id:path}/export")
@allowed(LEADS)
async def download(request: Request, who: Who, customer_id: str) -> Response:
    """Give out everything as one file. That it was, and by whom, is in the audit."""
    try:
        document = await desk_of(request).storage.write(
            partial(export, customer_id=customer_id, by=who.as_author), within=30
        )
    except UnknownCustomer:
        return _nobody(request)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", customer_id)
    headers = {**HEADERS, "content-disposition": f'attachment; filename="customer-{name}.json"'}
    body = json.dumps(document, ensure_ascii=False, indent=2)
    return Response(body, media_type="application/json; charset=utf-8", headers=headers)


@router.get("/customers/{customer_id:path}/erase")
@allowed(LEADS)
async def ask(request: Request, who: Who, customer_id: str) -> Response:
    return await _ask(request, customer_id)


@router.post("/customers/{customer_id:path}/erase")
@allowed(LEADS)
async def do(
    request: Request,
    who: Who,
    customer_id: str,
    typed: Annotated[str, Form()] = "",
    even_with_open_orders: Annotated[str, Form()] = "",
) -> Response:
    """Erase, once the customer's id was typed: nobody does that by a slip of the finger."""
    if typed.strip() != customer_id:
        return await _ask(request, customer_id, NOT_THE_SAME)
    work = partial(erase, customer_id=customer_id, by=who.as_author, even_with_open_orders=bool(even_with_open_orders))
    try:
        await desk_of(request).storage.write(work, within=30)
    except UnknownCustomer:
        return _nobody(request)
    except OrdersOpen:
        return await _ask(request, customer_id, STILL_OPEN)
    await desk_of(request).storage.sweep()
    # Asked again, the page says that it is done, and when.
    return RedirectResponse(request.url.path, 303)


async def _ask(request: Request, customer_id: str, fault: str = "") -> Response:
    desk = desk_of(request)
    try:
        found = await desk.storage.read(partial(outlook, customer_id=customer_id))
    except UnknownCustomer:
        return _nobody(request)
    return desk.page(
        request,
        "erase.html",
        status=422 if fault else 200,
        found=found,
        fault=fault,
        back=page_of("customer", customer_id),
    )


def _nobody(request: Request) -> Response:
    words = "There is no customer of this id. The look-up finds them by name, e-mail, phone or order."
    return desk_of(request).page(request, "refused.html", status=404, title="Nobody found", words=words)
