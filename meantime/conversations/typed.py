"""What a few typed words mean to the gateway itself, whatever the conversation is about."""

from __future__ import annotations

import re
import unicodedata

from meantime.wording.numbered import MORE

_INVISIBLE = ("Zs", "Zl", "Zp", "Cc", "Cf")
_MORE = re.compile(rf"(?:{MORE}|more please|the rest|go on|next|rest|show (?:me )?(?:more|the rest))", re.IGNORECASE)
_YES = re.compile(
    r"(?:yes|yep|yeah|yea|yup|ya|y|ok|okay|sure|agreed|confirm(?:ed)?|correct|absolutely|definitely|certainly|go ahead"
    r"|do it|go for it|please do|let'?s do it|sounds good|(?:i'?ll|i will) take (?:it|that)|(?:please )?(?:cancel|swap"
    r"|send|ship|exchange|take) (?:it|them|that one))\b.*",
    re.IGNORECASE | re.DOTALL,
)


def is_empty(text: str) -> bool:
    """Return whether nobody could see a word of ``text``."""
    return all(unicodedata.category(character) in _INVISIBLE for character in text)


def says_more(text: str) -> bool:
    """Return whether ``text`` asks for the next page, and nothing else."""
    return _MORE.fullmatch(text.strip().rstrip(".! ").strip("\"'")) is not None


def says_yes(text: str) -> bool:
    """Return whether ``text`` begins like a yes. Whether it is a plain one is for the assistant to say."""
    return _YES.fullmatch(text.strip().replace("’", "'")) is not None
