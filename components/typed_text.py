"""Keep what a customer types from being believed as a command.

Rasa takes any message that starts with a slash, after stripping it, as an intent with entities, so
`/cancel_order{"order": "W1"}` typed into the chat would be obeyed. Only button payloads may do that.
"""

import re
import unicodedata
from typing import Optional

# Removed: format characters (zero-width, direction marks), control characters, lone surrogates.
_INVISIBLE = {"Cf", "Cc", "Cs"}
_LINE_BREAKS = {"\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"}
# `/word`, `/word/sub`, `/word@0.9`, `/word{...}`: nobody writes a sentence like that.
_PAYLOAD_LIKE = re.compile(r"[\w/-]+\s*(?:[@{].*)?$", re.DOTALL)


def plain(text: str) -> str:
    """Return ``text`` as it reads on a screen: normalised, without invisible characters, stripped.

    A line break stays one: what stands on two lines is often two wishes.
    """
    folded = unicodedata.normalize("NFKC", text)
    visible = "".join(
        ("\n" if character in _LINE_BREAKS else " ") if character.isspace() else character
        for character in folded
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE
    )
    # Taking a character out can bring two others together, hence once more.
    return unicodedata.normalize("NFKC", visible).strip()


def words_of(text: str) -> Optional[str]:
    """Return the words a customer typed, or None when they look like a payload or hold nothing but signs.

    What comes back never starts with a slash, so Rasa can only classify it.
    """
    typed = plain(text)
    rest = typed.lstrip("/ \n") if typed.startswith("/") else typed
    if rest != typed and _PAYLOAD_LIKE.match(rest):
        return None
    return rest if any(_says_something(character) for character in rest) else None


def _says_something(character: str) -> bool:
    """Tell whether it is a letter, a digit or an emoji: "????" says nothing."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "So"
