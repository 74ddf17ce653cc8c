"""The demo shop's pages: its front, and one page for each product. They use the chat as any shop would: by one tag."""

from __future__ import annotations

import hashlib
import re
from functools import partial
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from meantime import shopfront
from meantime.channels.chat import Chat
from meantime.settings import Settings

HERE = Path(__file__).parent
STATIC = HERE / "static"
WIDGET = STATIC / "widget.js"
_VERSIONED = (WIDGET, STATIC / "shop.js", STATIC / "shop.css")
_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}")

templates = Jinja2Templates(HERE / "templates")
router = APIRouter(include_in_schema=False)


@router.get("/")
async def front(request: Request) -> Response:
    """What the shop sells."""
    chat: Chat = request.app.state.chat
    shelves = await chat.storage.read(shopfront.shelves)
    return await _page(request, "shop.html", shelves=shelves, waited_for=_waited_for(shelves))


@router.get("/products/{sku:path}")
async def product(request: Request, sku: str) -> Response:
    """One product: when it can be had is said before it is ordered."""
    chat: Chat = request.app.state.chat
    page = await chat.storage.read(partial(shopfront.product_page, sku=sku))
    if page is None:
        return await _page(request, "nothing.html", status=404)
    return await _page(request, "product.html", product=page.product, variants=page.variants)


def version_of(*files: Path) -> str:
    """Return what changes when one of the files does, so that no browser shows old ones."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()[:12]


def _waited_for(shelves: list[shopfront.Shelf]) -> shopfront.ProductShown | None:
    """The product to show first: one that customers wait for, else any."""
    sold = [product for shelf in shelves for product in shelf.products if product.image_url]
    waited = (product for product in sold if "Expected" in product.availability)
    return next(waited, sold[0] if sold else None)


async def _page(request: Request, template: str, status: int = 200, **shown: object) -> Response:
    chat: Chat = request.app.state.chat
    settings: Settings = request.app.state.settings
    context = {
        "shop_name": settings.shop_name,
        "orders": await chat.storage.read(shopfront.orders_to_try),
        "version": version_of(*_VERSIONED),
        **shown,
    }
    return templates.TemplateResponse(request, template, context, status, headers=_strict(request))


def _strict(request: Request) -> dict[str, str]:
    host = request.headers.get("host", "")
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return {
        "content-security-policy": (
            f"default-src 'self'; connect-src 'self'{sockets}; img-src 'self' data:; "
            "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
    }
