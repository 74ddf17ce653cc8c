"""The website's chat: `POST /chat/conversations` opens one, `/chat/socket` is where it happens, and `POST
/chat/conversations/forget` takes a key to it away."""

from __future__ import annotations

import math
from functools import partial
from http import HTTPStatus

from fastapi import APIRouter, Request, WebSocket
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ValidationError

from meantime.channels.chat import Chat
from meantime.channels.doorkeeper import OPENINGS, TooMuch
from meantime.channels.socket import ChatSocket
from meantime.conversations.identity import BadIdentity, verify_identity
from meantime.conversations.opening import TooMany, open_conversation
from meantime.conversations.storage import StorageBusy
from meantime.conversations.tokens import forget
from meantime.wording import gateway as say

CHANNEL = "website"
LARGEST_BODY = 16 * 1024

router = APIRouter(prefix="/chat")


class Opening(BaseModel):
    identity: str | None = None
    conversation_token: str | None = None
    resume: bool = False
    """Without a token that opens one, come back to the customer's newest conversation: on another device, say."""


class Forgetting(BaseModel):
    conversation_token: str


class BodyTooLarge(Exception):
    """More than anybody needs to open a conversation."""


class Refusal(Exception):
    """A request that is not granted; ``answer`` says why."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


@router.post("/conversations", status_code=201)
async def open_(request: Request) -> Response:
    """Open a conversation, or come back to one."""
    chat: Chat = request.app.state.chat
    try:
        opening = await _asked(request, Opening)
        identity = verify_identity(opening.identity, chat.identity_secret) if opening.identity else None
        opened = await chat.storage.write(
            partial(
                open_conversation,
                channel=CHANNEL,
                address_hash=chat.addresses.hash_of(request),
                identity=identity,
                token=opening.conversation_token,
                known_customer=chat.known_customer,
                proven_customers=chat.proven_customers,
                resume=opening.resume,
                most_an_hour=chat.doorkeeper.openings_allowed(request),
            )
        )
    except Refusal as refusal:
        return refusal.answer
    except BadIdentity as bad:
        title = "The identity token is not valid."
        return _problem(HTTPStatus.UNAUTHORIZED, "bad_identity", title, reason=bad.reason)
    except TooMany as many:
        return _too_many(chat.doorkeeper.refuse(OPENINGS, many.wait_seconds))
    except StorageBusy:
        return _try_again()
    return JSONResponse(
        {"conversation_id": opened.conversation_id, "token": opened.token},
        HTTPStatus.CREATED,
        {"cache-control": "no-store"},
    )


@router.post("/conversations/forget", status_code=204)
async def forget_(request: Request) -> Response:
    """Take a token out of use. Whether it was one is nobody's business, so the answer is always the same."""
    chat: Chat = request.app.state.chat
    try:
        token = (await _asked(request, Forgetting)).conversation_token
        await chat.storage.write(partial(forget, token=token))
    except Refusal as refusal:
        return refusal.answer
    except StorageBusy:
        return _try_again()
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"cache-control": "no-store"})


@router.websocket("/socket")
async def socket(websocket: WebSocket) -> None:
    chat: Chat = websocket.app.state.chat
    await ChatSocket(websocket, chat, chat.addresses.hash_of(websocket)).serve()


async def _asked[Body: BaseModel](request: Request, kind: type[Body]) -> Body:
    """Return what the body asks for. Raises Refusal."""
    chat: Chat = request.app.state.chat
    try:
        chat.doorkeeper.count(request)
        return kind.model_validate_json(await _body(request) or b"{}")
    except TooMuch as much:
        raise Refusal(_too_many(much)) from None
    except BodyTooLarge:
        answer = _problem(HTTPStatus.CONTENT_TOO_LARGE, "too_large", "The body is too large.")
        raise Refusal(answer) from None
    except ValidationError:
        fields = " and ".join(name for name, field in kind.model_fields.items() if field.annotation is not bool)
        title = f"The body must be a JSON object; {fields} must be texts."
        raise Refusal(_problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_body", title)) from None


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise BodyTooLarge
    return body


def _too_many(much: TooMuch) -> Response:
    answer = _problem(HTTPStatus.TOO_MANY_REQUESTS, "too_many", say.TOO_MANY)
    answer.headers["retry-after"] = str(math.ceil(much.wait_seconds))
    return answer


def _try_again() -> Response:
    return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "try_again", "Please try again in a moment.")


def _problem(status: HTTPStatus, code: str, title: str, **more: str) -> Response:
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status.value, "code": code, **more},
        status,
        media_type="application/problem+json",
    )
