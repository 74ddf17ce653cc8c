"""What an action was asked: by whom, in which words, about what, and what has been talked of so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from rasa_sdk import Tracker

from meantime.ledger import TurnToken
from meantime.settings import settings
from meantime.shop.clues import Clues, clues_in
from meantime.shop.identity import Asker
from meantime.shop.policy import Policy, current_policy

LONGEST_WORDS = 500
NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer wants and has not been given yet, with the words that say which things are meant."""

    intent: str
    words: str = ""
    lines: tuple[int, ...] = ()
    chooses_part: bool = False
    units: int | None = None
    """How many units of the one line that is meant; None: all of them."""

    def with_words(self, words: str) -> Wish:
        return replace(self, words=f"{self.words} {words}".strip()[-LONGEST_WORDS:])


@dataclass(frozen=True, slots=True)
class Memory:
    """The slots: all that a conversation keeps from turn to turn. Proofs are not among it."""

    wish: Wish | None = None
    claims: Clues = field(default_factory=Clues)
    order: str | None = None
    topic: str | None = None

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> Self:
        wish = slots.get("wish")
        return cls(
            wish=Wish(**{**wish, "lines": tuple(wish["lines"])}) if wish else None,
            claims=Clues(**(slots.get("claims") or {})),
            order=slots.get("order"),
            topic=slots.get("topic"),
        )

    def as_slots(self) -> dict[str, Any]:
        """Return the values as plain JSON; what is empty is None."""
        return {
            "wish": {**asdict(self.wish), "lines": list(self.wish.lines)} if self.wish else None,
            "claims": asdict(self.claims) if self.claims else None,
            "order": self.order,
            "topic": self.topic,
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """One turn, as an action sees it."""

    intent: str
    text: str
    about: Mapping[str, str]
    """What a chosen option is about; empty for typed words."""
    clues: Clues
    memory: Memory
    asker: Asker
    shown_proposal: str | None
    intents_before: tuple[str, ...]
    policy: Policy

    @classmethod
    def of(cls, tracker: Tracker) -> Self:
        """Read the turn. Raises BadTurnToken when the call was not made by our gateway."""
        message = tracker.latest_message
        metadata = message.get("metadata") or {}
        token = TurnToken.verify(str(metadata.get("token", "")), settings().secret_key.get_secret_value())
        policy = current_policy()
        about = {e["entity"]: str(e["value"]) for e in message.get("entities", [])}
        # The words of a payload are JSON, not a customer's.
        text = "" if about or _is_payload(message) else str(message.get("text") or "")
        before = [e for e in tracker.events if e.get("event") == "user"][:-1]
        return cls(
            intent=str((message.get("intent") or {}).get("name") or ""),
            text=text,
            about=about,
            clues=clues_in(text, policy, settings().shop_country),
            memory=Memory.of(tracker.slots),
            asker=Asker(token.conversation, token.message, token.channel, token.address_hash, token.proof),
            shown_proposal=token.proposal,
            intents_before=tuple(_intent(e) for e in before),
            policy=policy,
        )

    @property
    def was_just_misunderstood(self) -> bool:
        """Whether the message before this one was not understood either."""
        return bool(self.intents_before) and self.intents_before[-1] in NOT_UNDERSTOOD


def _is_payload(message: Mapping[str, Any]) -> bool:
    return str(message.get("text") or "").startswith("/")


def _intent(event: Mapping[str, Any]) -> str:
    return str(((event.get("parse_data") or {}).get("intent") or {}).get("name") or "")
