"""The website's chat: `POST /chat/conversations` opens one, `/chat/socket` is where it happens."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from fastapi import APIRouter, Request, WebSocket
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ValidationError

from meantime.channels.chat import Chat
from meantime.channels.socket import ChatSocket
from meantime.conversations.identity import BadIdentity, verify_identity
from meantime.conversations.opening import open_conversation
from meantime.conversations.storage import StorageBusy

CHANNEL = "website"
LARGEST_BODY = 16 * 1024

router = APIRouter(prefix="/chat")


class Opening(BaseModel):
    identity: str | None = None
    conversation_token: str | None = None


class BodyTooLarge(Exception):
    """More than anybody needs to open a conversation."""


@router.post("/conversations", status_code=201)
async def open_(request: Request) -> Response:
    """Open a conversation, or come back to one."""
    chat: Chat = request.app.state.chat
    try:
        opening = Opening.model_validate_json(await _body(request) or b"{}")
    except BodyTooLarge:
        return _problem(HTTPStatus.CONTENT_TOO_LARGE, "too_large", "The body is too large.")
    except ValidationError:
        return _problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "bad_body",
            "The body must be a JSON object; identity and conversation_token are texts.",
        )
    try:
        identity = verify_identity(opening.identity, chat.identity_secret) if opening.identity else None
    except BadIdentity:
        return _problem(HTTPStatus.UNAUTHORIZED, "bad_identity", "The identity token is not valid.")
    try:
        opened = await chat.storage.write(
            partial(
                open_conversation,
                channel=CHANNEL,
                address_hash=chat.addresses.hash_of(request),
                identity=identity,
                token=opening.conversation_token,
                known_customer=chat.known_customer,
            )
        )
    except StorageBusy:
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "try_again", "Please try again in a moment.")
    return JSONResponse(
        {"conversation_id": opened.conversation_id, "token": opened.token},
        HTTPStatus.CREATED,
        {"cache-control": "no-store"},
    )


@router.websocket("/socket")
async def socket(websocket: WebSocket) -> None:
    chat: Chat = websocket.app.state.chat
    await ChatSocket(websocket, chat, chat.addresses.hash_of(websocket)).serve()


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise BodyTooLarge
    return body


def _problem(status: HTTPStatus, code: str, title: str) -> Response:
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status.value, "code": code},
        status,
        media_type="application/problem+json",
    )
