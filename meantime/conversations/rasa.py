"""Asking Rasa for one turn. Whether it is down or fails is told apart, because the customer is helped differently."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError, field_validator

from meantime.conversations.pace import Pace

DOWN = frozenset({502, 503, 504})
"""What a proxy, or a Rasa without its model, answers."""


class RasaDown(Exception):
    """Nobody answers: worth waiting for."""


class RasaFailed(Exception):
    """Rasa is up and did not answer this message."""


class Button(BaseModel):
    title: str
    payload: str
    role: str | None = None


class CardSaid(BaseModel):
    """A card as an action says it; ``option`` is the payload behind it."""

    title: str = ""
    subtitle: str | None = None
    image_url: str | None = None
    option: str | None = None


class Custom(BaseModel):
    asks: str | None = None
    cards: list[CardSaid] = []
    hand_off: str | None = None
    hand_off_kind: str | None = None
    """One of ``reasons``."""
    summary: str | None = None
    """For the person who takes over, where ``hand_off`` is set."""
    proposal: str | None = None
    contact: str | None = None
    """What the customer wants of our messages, see ``agreements``."""
    number: str | None = None
    """The telephone they gave for that."""


class Reply(BaseModel):
    text: str = ""
    buttons: list[Button] = []
    custom: Custom = Custom()

    @field_validator("text", "buttons", "custom", mode="before")
    @classmethod
    def _nothing(cls, value: Any, info: Any) -> Any:
        return cls.model_fields[info.field_name].get_default() if value is None else value


class Intent(BaseModel):
    name: str | None = None
    confidence: float | None = None


class Answer(BaseModel):
    """What came of one turn."""

    replies: list[Reply]
    state: dict[str, Any]
    intent: Intent | None = None
    failed_action: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One message as Rasa is asked: either typed text or the payload of a chosen option."""

    message_id: str
    text: str
    payload: str | None
    state: dict[str, Any] | None
    token: str

    def as_body(self) -> dict[str, Any]:
        return {
            "message_id": self.message_id,
            "text": self.text if self.payload is None else None,
            "payload": self.payload,
            "state": self.state,
            "metadata": {"token": self.token},
        }


class Rasa:
    """A pool of kept-alive connections to Rasa, and the way to ask the action server whether it lives."""

    def __init__(self, rasa_url: str, actions_url: str, secret: str, pace: Pace) -> None:
        self._turn = f"{rasa_url}/webhooks/gateway/turn"
        self._health = f"{rasa_url}/webhooks/gateway/health"
        self._actions_health = f"{actions_url}/health"
        self._pace = pace
        # A proxy from the environment must never see a customer's words.
        self._client = httpx.AsyncClient(
            verify=_authorities(),
            headers={"Authorization": f"Bearer {secret}"},
            timeout=None,  # noqa: S113  every request below is under asyncio.timeout
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=pace.asks_at_once),
            trust_env=False,
        )

    async def ask(self, question: Question) -> Answer:
        """Return Rasa's answer. Raises RasaDown or RasaFailed."""
        try:
            async with asyncio.timeout(self._pace.ask_seconds):
                response = await self._client.post(self._turn, json=question.as_body())
        except TimeoutError:
            raise await self._too_slow() from None
        except httpx.HTTPError as error:
            raise RasaDown(type(error).__name__) from error
        if response.status_code in DOWN:
            raise RasaDown(str(response.status_code))
        if response.status_code != httpx.codes.OK:
            raise RasaFailed(f"status {response.status_code}")
        try:
            answer = Answer.model_validate_json(response.content)
        except ValidationError as error:
            raise RasaFailed("the answer is not in the agreed form") from error
        if answer.failed_action is not None:
            await self._require_actions()
            raise RasaFailed(f"action {answer.failed_action}")
        return answer

    async def is_up(self) -> bool:
        return await self._answers(self._health)

    async def actions_are_up(self) -> bool:
        return await self._answers(self._actions_health)

    async def close(self) -> None:
        await self._client.aclose()

    async def _too_slow(self) -> Exception:
        """A Rasa that answers others has failed this one; one that answers nobody is down."""
        return RasaFailed("no answer in time") if await self.is_up() else RasaDown("no answer in time")

    async def _require_actions(self) -> None:
        if not await self.actions_are_up():
            raise RasaDown("the action server does not answer")

    async def _answers(self, url: str) -> bool:
        try:
            async with asyncio.timeout(self._pace.health_seconds):
                return (await self._client.get(url)).is_success
        except (httpx.HTTPError, TimeoutError):
            return False


@cache
def _authorities() -> ssl.SSLContext:
    """Whom an https address of Rasa is checked with: read from disk once, whoever asks."""
    return httpx.create_ssl_context(trust_env=False)
