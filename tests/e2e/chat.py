"""A customer at the other end of the socket: says something, waits for `done`, reads what came."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import httpx
from websockets.sync.client import ClientConnection, connect

from meantime.wording.numbered import pages
from meantime.wording.tone import Finding, lint, lint_sms

ANSWERED_WITHIN_SECONDS = 60
OURS = frozenset({"bot", "system"})


def choices_of(message: dict[str, Any]) -> dict[str, str]:
    """Title → id of all that may be chosen, in the order it is counted off: what only cards offer comes first."""
    below = {o["title"]: o["id"] for o in message["options"]}
    on_cards = {c["title"]: c["option"] for c in message["cards"] if c["option"]}
    return {title: i for title, i in on_cards.items() if i not in below.values()} | below


def faults_of_tone(message: dict[str, Any]) -> list[Finding]:
    """Return what the linter finds in a message of ours, on the website and cut into text messages."""
    titles = list(choices_of(message))
    by_sms = [finding for page in pages(message["text"], titles) for finding in lint_sms(page)]
    return [*lint(message["text"], titles), *by_sms]


@dataclass
class Turn:
    """All frames from one `say` or `choose` to its `done`."""

    frames: list[dict[str, Any]]
    texts: list[str] = field(default_factory=list)
    """By SMS: what arrived on the telephone."""

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [f for f in self.frames if f["type"] == "message" and f["author"] != "customer"]

    @property
    def text(self) -> str:
        return "\n".join(m["text"] for m in self.messages)

    @property
    def options(self) -> dict[str, str]:
        """Title → id, of all messages."""
        return {o["title"]: o["id"] for m in self.messages for o in m["options"]}

    @property
    def choices(self) -> dict[str, str]:
        """Title → id of all that the newest message offers, on cards too, in the order it is counted off."""
        return choices_of(self.messages[-1]) if self.messages else {}

    @property
    def asks(self) -> str | None:
        return self.messages[-1]["asks"] if self.messages else None

    @property
    def errors(self) -> list[str]:
        return [f["code"] for f in self.frames if f["type"] == "error"]

    @property
    def owner(self) -> str | None:
        owners = [f["owner"] for f in self.frames if f["type"] == "owner"]
        return owners[-1] if owners else None


@dataclass
class Chat:
    """One conversation. Every frame that ever came is kept in ``frames``."""

    minds_tone: ClassVar[bool] = False
    """Whether a reply of ours that the linter rejects fails the test. Set where the replies are real."""

    url: str
    identity: str | None = None
    resume: bool = False
    """Come back to the customer's newest conversation, as the widget does."""
    token: str = ""
    conversation_id: str = ""
    frames: list[dict[str, Any]] = field(default_factory=list)
    socket: ClientConnection | None = None
    options: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        if not self.token:
            body = {"identity": self.identity, "resume": self.resume} if self.identity else {}
            opened = httpx.post(f"{self.url}/chat/conversations", json=body, timeout=10)
            opened.raise_for_status()
            self.token, self.conversation_id = opened.json()["token"], opened.json()["conversation_id"]
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def last_seq(self) -> int:
        return max((f["seq"] for f in self.frames if f["type"] == "message"), default=0)

    def connect(self) -> None:
        """Open a socket and catch up with what was missed."""
        self.socket = connect(self.url.replace("http", "ws") + "/chat/socket", open_timeout=10, close_timeout=1)
        self.send({"type": "hello", "token": self.token, "after": self.last_seq})
        while self.receive()["type"] != "ready":
            pass

    def close(self) -> None:
        if self.socket:
            self.socket.close()
            self.socket = None

    def send(self, frame: dict[str, Any]) -> None:
        assert self.socket
        self.socket.send(json.dumps(frame))

    def receive(self, timeout: float = ANSWERED_WITHIN_SECONDS) -> dict[str, Any]:
        assert self.socket
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=timeout))
        self.frames.append(frame)
        return frame

    def until_done(self, client_id: str) -> Turn:
        start = len(self.frames)
        while True:
            frame = self.receive()
            if frame["type"] == "done" and frame["in_reply_to"] == client_id:
                turn = Turn(self.frames[start:])
                if any(m["options"] for m in turn.messages):
                    self.options = turn.options
                if self.minds_tone:
                    self._require_good_tone(turn)
                return turn

    def _require_good_tone(self, turn: Turn) -> None:
        for message in turn.messages:
            found = faults_of_tone(message) if message["author"] in OURS else []
            assert not found, f"{message['text']!r} {list(choices_of(message))}: {found}"

    def say(self, text: str, client_id: str = "") -> Turn:
        client_id = client_id or str(uuid.uuid4())
        self.send({"type": "say", "id": client_id, "text": text})
        return self.until_done(client_id)

    def choose(self, title: str, client_id: str = "") -> Turn:
        """Choose an option by (the start of) its title."""
        client_id = client_id or str(uuid.uuid4())
        option = next((i for t, i in self.options.items() if t.startswith(title)), None)
        assert option, f"{title!r} is not among {list(self.options)}"
        self.send({"type": "choose", "id": client_id, "option": option})
        return self.until_done(client_id)
