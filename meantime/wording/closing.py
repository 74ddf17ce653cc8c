"""What a customer hears when a person closes their conversation: that it opens again, and how it was, from 1 to 5."""

from __future__ import annotations

RATINGS = ("Poor", "Fair", "Good", "Very good", "Excellent")
"""From 1 to 5."""
ADD_WORD = "Add a word"
RATE_AGAIN = "Change it"
NO_WORD = "No, thank you"

_ASKED = " How was our help, from 1 (poor) to 5 (excellent)?"
_BY_TEXT = " Reply with a number from 1 to 5."
ASKED_AGAIN = "How was our help, from 1 (poor) to 5 (excellent)?"
STANDS = "Thank you. Your rating is stored already and stays as it is. If you need anything, write here at any time."
WORD = "What would you like to add? Your next message goes to our team as it is."
WORD_KEPT = "Thank you, our team reads this. If you need anything else, write here at any time."
SOMETHING_ELSE = "I need something else"
WHAT_ELSE = "All right. What can I do for you?"
NO_WORD_GIVEN = "All right. If you need anything else, write here at any time."


def closed(name: str) -> str:
    """Say that ``name`` has closed the conversation, and how it opens again."""
    who = name or "Our team"
    return f"{who} has closed this conversation. If you need anything else, write here and it opens again."


def closed_and_asked(name: str, *, by_text: bool) -> str:
    """Say the same and ask for a rating; by text the options stand below as a numbered list."""
    return f"{closed(name)}{_ASKED}{_BY_TEXT if by_text else ''}"


def asked_again(*, by_text: bool) -> str:
    """Ask for the rating once more."""
    return f"{ASKED_AGAIN}{_BY_TEXT if by_text else ''}"


def rating(stars: int, *, by_text: bool) -> str:
    """Return the title of an option. By text its number stands before it anyway."""
    word = RATINGS[stars - 1]
    return word if by_text else f"{stars} {word}"


def rated(stars: int) -> str:
    """Thank for a rating. A low one is taken seriously, without a show of it."""
    thanks = f"Thank you for your rating of {stars} out of 5."
    if stars <= 2:
        return f"{thanks} Our team reads it. If you like, add a word on what went wrong."
    return f"{thanks} If you like, add a word for our team."
