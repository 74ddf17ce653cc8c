"""What an action knows of a conversation that goes to a person: who it is, which order, and what they want.

What was asked, tried and told so far the gateway adds from the messages it keeps.
"""

from __future__ import annotations

from actions.asked import Asked
from actions.base import database
from meantime.shop.clues import EMAIL
from meantime.shop.identity import may_see, proven_customers
from meantime.shop.lines import views, whole_order
from meantime.wording import passing_on
from meantime.wording import summing_up as say
from meantime.wording.status import summed_up


def summary(asked: Asked, *, number: str | None = None, wants: str = "", words: str = "") -> str:
    """Return the lines for a person; nothing of an order is told that was not proven. ``number`` is the order it is
    about where that is not the one talked of last, ``words`` the customer's own where there are more than the
    newest."""
    number = number or asked.memory.order
    wish = asked.memory.wish
    with database().reading() as session:
        proven = number is not None and may_see(session, asked.asker, number)
        who = say.customer(proven_customers(session, asked.asker), number if proven else None)
        lines = views(session, whole_order(session, number), policy=asked.policy) if proven and number else []
    if not wants and wish is not None:
        wants = passing_on.WANTS.get(wish.intent, "") or say.ASKED_FOR.get(wish.intent, "")
        words = words or wish.with_words("" if asked.text in wish.words else asked.text).words
    return say.lines(
        (
            (say.WHO, who),
            (say.ORDER, say.order(number, summed_up(lines) if lines else "", proven=proven) if number else ""),
            (say.WANTS, wants),
            (say.SAYS, say.quoted_apart(EMAIL.sub("", words or asked.text))),
        )
    )
