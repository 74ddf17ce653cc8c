"""What a colleague may say of a promise of their own: the exact day and hour, so that it can be counted on."""

from __future__ import annotations

from datetime import datetime

from meantime.wording.hours import moment


def promise_in_words(*, calls: bool, due_at: datetime, what: str = "") -> str:
    """Return the sentence that tells the customer until when they will be called or written to, and what about."""
    about = f" about {matter}" if (matter := as_matter(what)) else ""
    when = moment(due_at)
    by = f"today, by {when.removeprefix('today at ')}" if when.startswith("today at ") else f"by {when[3:]}"
    if calls:
        return f"I will call you{about} {by}. If the line is busy, I will try again and write to you here."
    return f"I will write to you{about} {by}, even if there is no news yet."


def as_matter(what: str) -> str:
    """Return what a promise is about as it follows the word "about", however it was typed."""
    words = " ".join(what.split()).rstrip(" .,;:!?")
    return words[6:] if words.casefold().startswith("about ") else words
