"""What an action was asked: by whom, in which words, about what, and what has been talked of so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from rasa_sdk import Tracker

from actions.intents import CANCEL, COLLECTED, PAYMENT, SPLIT, STATUS
from meantime.ledger import TurnToken
from meantime.settings import settings
from meantime.shop.clues import Clues, clues_in, order_numbers_in
from meantime.shop.identity import Asker
from meantime.shop.policy import Policy, current_policy
from meantime.wording.presence import AnswerTo

LONGEST_WORDS = 500
FOR_EACH_ORDER = frozenset({STATUS, CANCEL, PAYMENT, SPLIT})
NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer wants and has not been given yet, with the words that say which things are meant."""

    intent: str
    words: str = ""
    lines: tuple[int, ...] = ()
    choice: str = ""
    """What an option chose beside order and lines: a part, other offers, a topic."""
    sku: str = ""
    """The item chosen to be sent instead."""
    units: int | None = None
    """How many units of the one line that is meant; None: all of them."""
    questions: int = 0
    """How many have been asked before this goes to a person."""

    def with_words(self, words: str) -> Wish:
        """Return the wish with more words. What only a person reads stays on a line of its own; elsewhere it goes on
        with the words before: "cancel" and then "the lamp" is one wish."""
        between = "\n" if self.intent in COLLECTED else " "
        return replace(self, words=f"{self.words}{between}{words}".strip()[-LONGEST_WORDS:])


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a message that wants something of its own."""

    text: str
    intent: str
    policy_topic: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """The slots: all that a conversation keeps from turn to turn. Proofs are not among it."""

    wish: Wish | None = None
    claims: Clues = field(default_factory=Clues)
    order: str | None = None
    topic: str | None = None
    lines: tuple[int, ...] = ()
    """The lines of ``order`` that were talked of last: what "it" means."""
    said: dict[str, Any] | None = None
    """The last answer in other words."""
    later: tuple[Clause, ...] = ()
    """What else a message asked for, until the first of it is settled."""
    upset: int | None = None
    """How many answers ago the customer was angry; None: not lately, or not since a person was asked."""

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> Self:
        wish = slots.get("wish")
        return cls(
            wish=Wish(**{**wish, "lines": tuple(wish["lines"])}) if wish else None,
            claims=Clues(**(slots.get("claims") or {})),
            order=slots.get("order"),
            topic=slots.get("topic"),
            lines=tuple(slots.get("lines") or ()),
            said=slots.get("said"),
            later=tuple(Clause(**clause) for clause in slots.get("later") or ()),
            upset=slots.get("upset"),
        )

    def as_slots(self) -> dict[str, Any]:
        """Return the values as plain JSON; what is empty is None."""
        return {
            "wish": {**asdict(self.wish), "lines": list(self.wish.lines)} if self.wish else None,
            "claims": asdict(self.claims) if self.claims else None,
            "order": self.order,
            "topic": self.topic,
            "lines": list(self.lines) or None,
            "said": self.said,
            "later": [asdict(clause) for clause in self.later] or None,
            "upset": self.upset,
        }

    def about(self, order: str | None, lines: Iterable[int] = ()) -> Memory:
        """Return what is remembered when nothing is open any more and ``order`` was talked of last."""
        return Memory(order=order, lines=tuple(lines), later=self.later, upset=self.upset)

    def after_a_person(self, order: str | None) -> Memory:
        """Return what is remembered when a person has talked about ``order`` since (None: nobody has, or of none).
        What was open about another order before that is settled, or was the person's to settle."""
        return self if order in (None, self.order) else Memory(order=order)

    @property
    def settled(self) -> Memory:
        """What is remembered when nothing is open any more and no other order was talked of."""
        return self.about(self.order, self.lines)


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
    policy_topic: str = ""
    clauses: tuple[Clause, ...] = ()
    """Where a message asks for several things: each of them, in the order of the text."""
    answer_to: AnswerTo = AnswerTo.UNKNOWN
    """What the gateway knows of where an answer reaches the customer."""

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
            memory=Memory.of(tracker.slots).after_a_person(token.order),
            asker=Asker(
                token.conversation, token.message, token.channel, token.address_hash, token.proof, token.sender
            ),
            shown_proposal=token.proposal,
            intents_before=tuple(_intent(e) for e in before),
            policy=policy,
            policy_topic=_topic(message),
            clauses=tuple(Clause(c["text"], c["intent"], _topic(c)) for c in message.get("clauses") or ()),
            answer_to=AnswerTo[token.answer_to],
        )

    def for_clause(self, clause: Clause, memory: Memory) -> Asked:
        """Return the turn as if only ``clause`` had been said."""
        return replace(
            self,
            intent=clause.intent,
            text=clause.text,
            about={},
            clues=clues_in(clause.text, self.policy, settings().shop_country),
            memory=memory,
            shown_proposal=None,
            policy_topic=clause.policy_topic,
            clauses=(),
        )

    @property
    def by_order(self) -> tuple[Clause, ...]:
        """The same wish for each of several orders that are named; nothing where there are not several."""
        numbers = order_numbers_in(self.text, self.policy) if self.intent in FOR_EACH_ORDER else ()
        # Bare digits may be a postcode beside the one order that is meant.
        if len(numbers) < 2 or not all(n[:1].isalpha() and n.casefold() in self.text.casefold() for n in numbers):
            return ()
        return tuple(
            Clause(_without(self.text, (other for other in numbers if other != number)), self.intent)
            for number in numbers
        )

    @property
    def was_just_misunderstood(self) -> bool:
        """Whether the message before this one was not understood either."""
        return bool(self.intents_before) and self.intents_before[-1] in NOT_UNDERSTOOD


def _topic(part: Mapping[str, Any]) -> str:
    return str((part.get("policy_topic") or {}).get("name") or "")


def _without(text: str, numbers: Iterable[str]) -> str:
    for number in numbers:
        text = re.sub(rf"{re.escape(number)}(?:\s*(?:,|and|&))*", " ", text, flags=re.IGNORECASE)
    return text.strip()


def _is_payload(message: Mapping[str, Any]) -> bool:
    return str(message.get("text") or "").startswith("/")


def _intent(event: Mapping[str, Any]) -> str:
    return str(((event.get("parse_data") or {}).get("intent") or {}).get("name") or "")
