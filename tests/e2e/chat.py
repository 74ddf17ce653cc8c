"""A customer at the other end of the socket: says something, waits for `done`, reads what came."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from websockets.sync.client import ClientConnection, connect

ANSWERED_WITHIN_SECONDS = 60


@dataclass
class Turn:
    """All frames from one `say` or `choose` to its `done`."""

    frames: list[dict[str, Any]]

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

    url: str
    identity: str | None = None
    token: str = ""
    conversation_id: str = ""
    frames: list[dict[str, Any]] = field(default_factory=list)
    socket: ClientConnection | None = None
    options: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        if not self.token:
            body = {"identity": self.identity} if self.identity else {}
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
                return turn

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
