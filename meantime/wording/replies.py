"""What one turn says: text, options and what is asked for. Channels show it in their own way."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Button:
    """An option: what the customer reads, and the payload Rasa is given when it is chosen."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Card:
    """An item with its picture; ``option`` is the payload of the button that chooses it."""

    title: str
    subtitle: str
    image_url: str
    option: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a customer. ``asks`` tells the channel which keyboard helps; ``hand_off`` is a reason in
    words, ``hand_off_kind`` one of ``reasons.Reason``, and ``summary`` what the person who takes over should know."""

    text: str
    buttons: tuple[Button, ...] = ()
    asks: str = ""
    hand_off: str = ""
    hand_off_kind: str = ""
    proposal: str = ""
    cards: tuple[Card, ...] = ()
    summary: str = ""
    contact: str = ""
    """``wants_notices`` or ``leaves``: what the customer wants of our messages from now on."""
    number: str = ""
    """The telephone (E.164) they gave for that."""
    again: str = ""
    """The same in other words, for who asks to hear it again."""

    def utterance(self) -> dict[str, Any]:
        """Return the arguments for rasa-sdk's ``dispatcher.utter_message``."""
        extras = {
            "asks": self.asks,
            "hand_off": self.hand_off,
            "hand_off_kind": self.hand_off_kind,
            "proposal": self.proposal,
            "summary": self.summary,
            "contact": self.contact,
            "number": self.number,
            "cards": [
                {"title": c.title, "subtitle": c.subtitle, "image_url": c.image_url, "option": c.option}
                for c in self.cards
            ],
        }
        return {
            "text": self.text,
            "buttons": [{"title": b.title, "payload": b.payload} for b in self.buttons],
            "json_message": {name: value for name, value in extras.items() if value},
        }

    def after(self, words: str) -> Reply:
        """Return this reply with a paragraph before it."""
        return replace(self, text=f"{words}\n\n{self.text}")

    def following(self, first: Reply) -> Reply:
        """Return one reply that says ``first`` and then this one; the options are this one's, where it has any."""
        return replace(
            self,
            text=f"{first.text}\n\n{self.text}",
            buttons=self.buttons or first.buttons,
            hand_off=self.hand_off or first.hand_off,
            hand_off_kind=self.hand_off_kind if self.hand_off else first.hand_off_kind,
            summary=self.summary or first.summary,
            contact=self.contact or first.contact,
            number=self.number or first.number,
            again="\n\n".join(filter(None, (first.again, self.again))),
        )


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
