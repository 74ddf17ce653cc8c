"""The frames of the website socket: what may come in, and how things look going out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from meantime.conversations.inbox import Chose, Said
from meantime.conversations.reading import Shown
from meantime.wording.gateway import ERRORS

LARGEST_FRAME = 64 * 1024
LARGEST_SEQ = 2**31 - 1
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)

Frame = dict[str, Any]


class BadFrame(Exception):
    """A frame outside the protocol. ``words_id`` is set when it wanted to say something: that ends in a `done`."""

    def __init__(self, *, is_words: bool = False, words_id: str | None = None) -> None:
        super().__init__()
        self.is_words = is_words
        self.words_id = words_id


@dataclass(frozen=True, slots=True)
class Hello:
    token: str
    after: int


@dataclass(frozen=True, slots=True)
class Typing:
    """The customer is writing."""


def parse(text: str) -> Hello | Said | Chose | Typing:
    """Return what a frame says. Raises BadFrame."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame from None
    if not isinstance(frame, dict):
        raise BadFrame
    match frame.get("type"):
        case "hello":
            return _hello(frame)
        case "say":
            return Said(_words_id(frame), _string(frame, "text"))
        case "choose":
            return Chose(_words_id(frame), _string(frame, "option"))
        case "typing":
            return Typing()
    raise BadFrame


def message(shown: Shown) -> Frame:
    return {
        "type": "message",
        "seq": shown.seq,
        "id": shown.id,
        "author": shown.author,
        "name": shown.name,
        "text": shown.text,
        "options": [{"id": o.id, "title": o.title, "role": o.role} for o in shown.options],
        "asks": shown.asks,
        "cards": [
            {"title": c.title, "subtitle": c.subtitle, "image_url": c.image_url, "option": c.option}
            for c in shown.cards
        ],
        "at": shown.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }


def ready(seq: int, owner: str, name: str, ahead: int | None) -> Frame:
    return {"type": "ready", "seq": seq, "owner": owner, "name": name, "ahead": ahead}


def typing(author: str, name: str = "") -> Frame:
    frame = {"type": "typing", "author": author}
    return {**frame, "name": name} if name else frame


def owner(who: str, name: str, ahead: int | None) -> Frame:
    return {"type": "owner", "owner": who, "name": name, "ahead": ahead}


def done(words_id: str | None) -> Frame:
    return {"type": "done", "in_reply_to": words_id}


def error(code: str, words_id: str | None = None) -> Frame:
    frame = {"type": "error", "code": code, "text": ERRORS[code]}
    return frame if words_id is None else {**frame, "in_reply_to": words_id}


def _hello(frame: Frame) -> Hello:
    token, after = frame.get("token"), frame.get("after", 0)
    if not isinstance(token, str) or not isinstance(after, int) or isinstance(after, bool) or after < 0:
        raise BadFrame
    return Hello(token, min(after, LARGEST_SEQ))


def _words_id(frame: Frame) -> str:
    words_id = frame.get("id")
    if not isinstance(words_id, str) or not _UUID.fullmatch(words_id):
        raise BadFrame(is_words=True, words_id=words_id if isinstance(words_id, str) else None)
    return words_id


def _string(frame: Frame, name: str) -> str:
    value = frame.get(name)
    if not isinstance(value, str):
        raise BadFrame(is_words=True, words_id=frame["id"])
    return value
