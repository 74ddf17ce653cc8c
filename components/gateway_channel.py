"""The one way into Rasa: the gateway asks for a turn and gets replies and the new state in one answer.

Rasa's own `rest` channel has no authentication and answers `[]` with 200 on an internal error. This one
asks for a shared secret, and answers 200 only when a turn was done and its state is in the answer.
"""

import hmac
import json
import logging
import re
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, List, Optional

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from components.schema_check import check_schemas_once
from components.turn import BadState, State, Turn, serving
from components.typed_text import plain, words_of

logger = logging.getLogger(__name__)

SHORTEST_SECRET = 16
LONGEST_TEXT = 10_000
NOT_UNDERSTOOD = "out_of_scope"
# Rasa's own intents rewind or restart a conversation; no button of ours carries one.
_RESERVED = {"restart", "back", "session_start", "nlu_fallback"}
_PAYLOAD = re.compile(r"/(?P<intent>[a-z][\w/]*)(?P<entities>\{.*\})?", re.DOTALL)


class BadBody(ValueError):
    """The request does not say what is needed for a turn."""


@dataclass(frozen=True)
class Asked:
    """A request for one turn, checked."""

    message_id: str
    text: Optional[str]
    payload: Optional[str]
    state: State
    metadata: Dict[str, Any]

    @classmethod
    def parse(cls, raw: bytes) -> "Asked":
        """Return what ``raw`` asks for. Raises BadBody or BadState with a sentence for the caller."""
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise BadBody("the body is not JSON") from error
        if not isinstance(body, dict):
            raise BadBody("the body must be a JSON object")
        message_id, text, payload = body.get("message_id"), body.get("text"), body.get("payload")
        metadata = body.get("metadata", {})
        if not isinstance(message_id, str) or not message_id:
            raise BadBody("message_id must be a string that is not empty")
        if (text is None) == (payload is None):
            raise BadBody("exactly one of text and payload must be given")
        if not isinstance(payload if text is None else text, str):
            raise BadBody("text and payload must be strings")
        if text is not None and len(text) > LONGEST_TEXT:
            raise BadBody(f"text is longer than {LONGEST_TEXT} characters")
        if not isinstance(metadata, dict):
            raise BadBody("metadata must be an object")
        return cls(message_id, text, payload, State.parse(body.get("state")), metadata)

    def check_payload(self, intents: List[str]) -> None:
        """Raise BadBody unless the payload is one that Rasa will take as an intent with entities."""
        if self.payload is None:
            return
        match = _PAYLOAD.fullmatch(self.payload)
        if not match or match["intent"] not in intents or match["intent"] in _RESERVED:
            raise BadBody('payload must be "/" and a known intent, then perhaps a JSON object')
        try:
            json.loads(match["entities"] or "{}")
        except (ValueError, RecursionError) as error:
            raise BadBody("what follows the intent in payload is not a JSON object") from error


class TurnOutput(OutputChannel):
    """Collects the replies of one turn, each whole: text, buttons and custom part of one utterance."""

    def __init__(self) -> None:
        self.replies: List[Dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "gateway"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        buttons = [*(message.get("buttons") or []), *(message.get("quick_replies") or [])]
        reply = {
            "text": message.get("text") or "",
            "buttons": [{"title": b.get("title", ""), "payload": b.get("payload", "")} for b in buttons],
            "custom": message.get("custom") or {},
        }
        if any(reply.values()):
            self.replies.append(reply)


class GatewayChannel(InputChannel):
    """`POST turn` and `GET health` under /webhooks/gateway."""

    def __init__(self, secret: str) -> None:
        self._expected = f"Bearer {secret}".encode()

    @classmethod
    def name(cls) -> str:
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "GatewayChannel":
        secret = str((credentials or {}).get("secret") or "").strip()
        if len(secret) < SHORTEST_SECRET:
            raise RasaException(
                f"RASA_SHARED_SECRET must be set to at least {SHORTEST_SECRET} characters, the same for the "
                "gateway and for Rasa: without it anyone on this machine could ask for a turn."
            )
        check_schemas_once()
        return cls(secret)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("gateway_channel")

        @routes.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            agent = _ready_agent(request)
            if agent is None:
                return _answer({"status": "not ready", "model": None}, 503)
            return _answer({"status": "ok", "model": agent.model_name})

        @routes.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get("authorization", "").encode(), self._expected):
                return _answer({"error": "the shared secret is missing or wrong"}, 401)
            agent = _ready_agent(request)
            if agent is None:
                return _answer({"error": "no model is loaded"}, 503)
            try:
                asked = Asked.parse(request.body)
                asked.check_payload(agent.domain.intents)
            except (BadBody, BadState) as error:
                return _answer({"error": str(error)}, 400)
            try:
                return _answer(await self._take_turn(asked, on_new_message))
            except Exception:
                logger.exception("A turn failed.")
                return _answer({"error": "the turn failed; Rasa's log says why"}, 500)

        return routes

    async def _take_turn(self, asked: Asked, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Dict[str, Any]:
        output = TurnOutput()
        with serving(Turn(asked.state)) as turn:
            await on_new_message(self._message(asked, output))
        if turn.error is not None:
            raise turn.error
        if turn.after is None:
            raise RuntimeError("Rasa finished the turn without saving anything")
        failed = turn.failed_action
        if failed is None and not output.replies:
            failed = turn.last_action or "no_reply"
        return {
            "replies": output.replies,
            "state": turn.after.as_dict(),
            "intent": turn.intent,
            "failed_action": failed,
        }

    def _message(self, asked: Asked, output: TurnOutput) -> UserMessage:
        parsed = None
        if asked.text is None:
            text = asked.payload
        else:
            text = words_of(asked.text)
            if text is None:
                text = plain(asked.text)
                parsed = _not_understood(text)
        return UserMessage(
            text,
            output,
            # Rasa locks by sender and polls that lock once a second, so no two turns may share one.
            sender_id=asked.message_id,
            parse_data=parsed,
            input_channel=self.name(),
            message_id=asked.message_id,
            metadata=asked.metadata,
        )


def _not_understood(text: str) -> Dict[str, Any]:
    intent = {"name": NOT_UNDERSTOOD, "confidence": 1.0}
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": []}


def _ready_agent(request: Request) -> Any:
    agent = getattr(request.app.ctx, "agent", None)
    return agent if agent is not None and agent.is_ready() else None


def _answer(body: Dict[str, Any], status: int = 200) -> HTTPResponse:
    return HTTPResponse(json.dumps(body), status=status, content_type="application/json")
