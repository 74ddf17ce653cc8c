"""Looking things up: a product and who waits for it, an order, a customer. Plain pages with addresses to pass on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from meantime.conversations.storage import StorageBusy
from meantime.desk import lookup, panel, telling
from meantime.desk.access import AGENTS, STAFF, Who, allowed
from meantime.desk.faults import Number
from meantime.desk.place import desk_of
from meantime.desk.seen import note_look
from meantime.desk.sessions import SignedIn
from meantime.shop.availability import UnknownProduct
from meantime.shop.policy import Policy
from meantime.shop.stock_cards import StockCard, stock_card

PLACE = "/desk/look-up"
BUSY = "The desk is very busy just now. Please try again in a moment."

router = APIRouter(prefix="/look-up")


@router.get("")
@allowed(STAFF)
async def look_up(request: Request, who: Who, q: str = "") -> Response:
    """Show what was found, or go straight to the one thing that was."""
    desk, text = desk_of(request), q.strip()[:200]

    async def show() -> Response:
        search = partial(lookup.search, who=who, text=text, policy=desk.policy)
        found = await desk.storage.write(search) if text else None
        if found and found.only:
            return RedirectResponse(f"{PLACE}/{quote(found.only)}?q={quote(text)}", 303)
        return desk.page(request, "lookup.html", q=q.strip(), found=found, tell=telling)

    return await _answered(request, q, show)


@router.get("/products/{sku:path}")
@allowed(STAFF)
async def product(request: Request, who: Who, sku: str, q: str = "") -> Response:
    """Show a product's stock, what is coming, and who waits; to buyers the units only, not whose."""
    desk = desk_of(request)
    sees_customers = who.role in AGENTS

    async def show() -> Response:
        try:
            card = await desk.storage.read(partial(_card, sku=sku, policy=desk.policy))
        except UnknownProduct:
            return _missing(request, q, "There is no such product.")
        if sees_customers and card.waiting:
            await desk.storage.write(partial(_note_waiting, who=who, sku=sku))
        return desk.page(request, "lookup_product.html", q=q, card=card, sees_customers=sees_customers, tell=telling)

    return await _answered(request, q, show)


@router.get("/orders/{number:path}")
@allowed(AGENTS)
async def order(request: Request, who: Who, number: str, q: str = "") -> Response:
    desk = desk_of(request)

    async def show() -> Response:
        seen = await desk.storage.write(partial(panel.look_at_order, who=who, number=number, policy=desk.policy))
        if seen is None:
            return _missing(request, q, "There is no such order.")
        return desk.page(request, "lookup_order.html", q=q, seen=seen, tell=telling, conversation_id="")

    return await _answered(request, q, show)


@router.get("/customers/{customer_id:path}")
@allowed(AGENTS)
async def customer(request: Request, who: Who, customer_id: str, q: str = "", skip: Number = 0) -> Response:
    desk = desk_of(request)

    async def show() -> Response:
        look = partial(panel.look_at_customer, who=who, customer_id=customer_id, policy=desk.policy, skip=skip)
        seen = await desk.storage.write(look)
        if seen is None:
            return _missing(request, q, "There is no such customer.")
        return desk.page(request, "lookup_customer.html", q=q, seen=seen, tell=telling, conversation_id="")

    return await _answered(request, q, show)


def _card(session: Session, sku: str, policy: Policy) -> StockCard:
    return stock_card(session, sku, policy)


def _note_waiting(session: Session, who: SignedIn, sku: str) -> None:
    """The list of who waits holds customers' names."""
    note_look(session, who, f"product:{sku}")


def _missing(request: Request, q: str, words: str, status: int = 404) -> Response:
    return desk_of(request).page(request, "lookup_told.html", status=status, q=q, words=words)


async def _answered(request: Request, q: str, show: Callable[[], Awaitable[Response]]) -> Response:
    try:
        return await show()
    except StorageBusy:
        return _missing(request, q, BUSY, 503)
