"""A stretch of a message that may be a wish of its own, as it is handed from one component to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Optional

if TYPE_CHECKING:
    from rasa.nlu.tokenizers.tokenizer import Token
    from rasa.shared.nlu.training_data.message import Message

PARTS = "parts"


@dataclass
class Part:
    """Where it stands and how it is put; once the classifiers have seen it, also what it is about."""

    start: int
    end: int
    # As the whole message was read, so that a "not" before the cut still counts.
    tokens: List[Token]
    is_question: bool
    # Whether it asks for something at all: "it was due monday" tells, "send it now" asks.
    asks: bool
    # Whether it says what is not wanted: "I don't need a refund".
    declines: bool
    # Whether all it speaks of is what was named before: "how long does it take".
    refers: bool
    intent: Optional[str] = None
    confidence: float = 0.0
    policy_topic: Optional[Dict[str, Any]] = None


def parts_of(message: Message) -> List[Part]:
    """Return the parts left on ``message``; none where it is all of a piece."""
    return message.get(PARTS) or []
