"""What one turn says: text, options and what is asked for. Channels show it in their own way."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Button:
    """An option: what the customer reads, and the payload Rasa is given when it is chosen."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a customer. ``asks`` tells the channel which keyboard helps; ``hand_off`` is a reason."""

    text: str
    buttons: tuple[Button, ...] = ()
    asks: str = ""
    hand_off: str = ""
    proposal: str = ""

    def utterance(self) -> dict[str, Any]:
        """Return the arguments for rasa-sdk's ``dispatcher.utter_message``."""
        extras = {"asks": self.asks, "hand_off": self.hand_off, "proposal": self.proposal}
        return {
            "text": self.text,
            "buttons": [{"title": b.title, "payload": b.payload} for b in self.buttons],
            "json_message": {name: value for name, value in extras.items() if value},
        }


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent with what it is about: what stands behind an option."""

    name: str
    about: dict[str, str] = field(default_factory=dict)

    @property
    def payload(self) -> str:
        return f"/{self.name}{json.dumps(self.about) if self.about else ''}"


def option(title: str, intent: str, **about: str) -> Button:
    """Return an option that means ``intent`` about these things."""
    return Button(title, Intent(intent, about).payload)


PERSON = option("Talk to a person", "talk_to_person")
YES = "affirm"
NO = "deny"
