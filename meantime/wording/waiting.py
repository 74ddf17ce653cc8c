"""What somebody hears who waits for a person: their place, how long it takes, and when it takes too long."""

from __future__ import annotations

from datetime import datetime

from meantime.wording.hours import moment

HOUR = 60


def place(ahead: int) -> str:
    """Return how many wait before the customer."""
    if ahead == 0:
        return "You are next in line."
    return "1 customer waits before you." if ahead == 1 else f"{ahead} customers wait before you."


def still_place(ahead: int) -> str:
    """Return the same for who has waited for long, and wonders whether they still do."""
    return place(ahead) if ahead == 0 else f"You are still in line: {place(ahead)}"


def next_steps(ahead: int, minutes: int | None, aim: int, back: datetime | None) -> str:
    """Return what a customer may count on who has just been put in line. ``minutes`` is what is known of the waits of
    the last days, ``aim`` what the shop wants to keep; ``back`` is the next opening, where both may reach beyond
    today's closing."""
    if minutes is None:
        takes = f"We aim to answer within {span(aim)}."
    else:
        takes = f"Going by the last few days, an answer takes up to {span(minutes)}."
    return f"{place(ahead)} {takes}{_or_later(back)}"


def late(ahead: int, more: int | None, aim: int, back: datetime | None, elsewhere: str, question: str) -> str:
    """Tell who has waited longer than the shop wants: honestly, with one apology, and with what can be done."""
    if more is None:
        takes = "How much longer it takes, I cannot say."
    else:
        takes = f"Going by the last few days, it may take up to {span(more)} more."
    return (
        f"We aim to answer within {span(aim)} and have not kept that for you. I am sorry. "
        f"{still_place(ahead)} {takes}{_or_later(back)}{elsewhere}{question}"
    )


def late_with(name: str, aim: int, elsewhere: str, question: str) -> str:
    """Tell the same to whom ``name`` is to answer and has not written yet."""
    return (
        f"We aim to answer within {span(aim)} and have not kept that for you. I am sorry. {name} has your conversation "
        f"and has not answered yet.{elsewhere}{question}"
    )


def span(minutes: int) -> str:
    """Return a length of time, never shorter than it is: "15 minutes", "an hour and a half", "3 hours"."""
    if minutes <= HOUR:
        return "1 minute" if minutes == 1 else "an hour" if minutes == HOUR else f"{minutes} minutes"
    halves = -(-minutes // (HOUR // 2))
    hours, half = divmod(halves, 2)
    if half:
        return "an hour and a half" if hours == 1 else f"{hours} and a half hours"
    return f"{hours} hours"


def _or_later(back: datetime | None) -> str:
    return f" If that is after we close, we are back {moment(back)}." if back is not None else ""
