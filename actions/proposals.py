"""Answering a message while a proposal is on the table. Only a plain yes carries it out.

A yes with a condition, a question, a doubt or a joke is no yes: then the list is made anew or shown again, and
nothing is cancelled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.asked import Asked, Memory, Wish
from actions.base import Answer, database
from actions.wishes import CANCEL, grant, list_cancellation, refund_by
from meantime.shop.cancellations import ChangedMeanwhile, NotYours, ProposalGone, accept_cancel
from meantime.shop.lines import views, whole_order
from meantime.shop.naming import meant
from meantime.shop.tables import Proposal
from meantime.wording import cancel, small

YES_WORDS = frozenset(
    """yes yep yeah yea yup ya y ok okay sure confirm confirmed agreed absolutely definitely correct certainly
    """.split()  # noqa: SIM905
)
WITH_YES = frozenset(
    """please cancel it them all the order whole that this thanks thank you go ahead do i am im sure want to now fine
    of course exactly everything both
    """.split()  # noqa: SIM905
)
THANKS = frozenset({"thanks", "thank"})
PLAIN_WITHOUT_YES = frozenset(
    {
        *("go ahead", "go ahead please", "please go ahead", "do it", "do it please", "please do", "please do it"),
        *("cancel it", "cancel it please", "please cancel it", "cancel them", "please cancel them"),
    }
)
AS_WELL = re.compile(r"\b(too|also|as well|both|and)\b", re.IGNORECASE)
WORD = re.compile(r"[\w'-]+")


@dataclass(frozen=True, slots=True)
class OnTable:
    """What was proposed, and which lines of that order the message names."""

    proposal_id: str
    order_number: str
    proposed: dict[int, int]
    named: frozenset[int]


def is_plain_yes(text: str, order_number: str) -> bool:
    """Return whether ``text`` is a yes and nothing else. A question mark makes it a question."""
    words = [word.casefold().replace("'", "") for word in WORD.findall(text)]
    if "?" in text or not words:
        return False
    if " ".join(words) in PLAIN_WITHOUT_YES:
        return True
    said = set(words)
    if "cancel" not in said and ("want" in said or (said & THANKS and said & YES_WORDS <= {"ok", "okay"})):
        return False  # "yes, I do want this order" means the opposite; "ok thanks" may only end the talk
    known = YES_WORDS | WITH_YES | {order_number.casefold()}
    return not YES_WORDS.isdisjoint(words) and known.issuperset(words)


def answer_proposal(asked: Asked, *, says_no: bool = False) -> Answer | None:
    """Answer a message that follows a proposal, or return None when it is not about that."""
    table = _on_table(asked)
    if table is None:
        return None
    if asked.clues.order_number not in ("", table.order_number):
        return None
    if asked.intent == "affirm" and (not asked.text or is_plain_yes(asked.text, table.order_number)):
        return _accept(asked, table.proposal_id)
    if is_plain_yes(asked.text, table.order_number):
        return _accept(asked, table.proposal_id)
    if asked.about:
        return None  # a chosen option says itself what it is about
    if table.named:
        wider = table.named | table.proposed.keys() if AS_WELL.search(asked.text) and not says_no else table.named
        if wider != table.proposed.keys():
            return grant(asked, Wish(CANCEL, asked.text, lines=tuple(sorted(wider))))
    if says_no:
        return Answer(cancel.kept(table.order_number), Memory(order=table.order_number))
    return _show_again(asked, table)


def _on_table(asked: Asked) -> OnTable | None:
    if not asked.shown_proposal:
        return None
    with database().reading() as session:
        proposal = session.get(Proposal, asked.shown_proposal)
        if proposal is None:
            return None
        order = whole_order(session, proposal.order_number)
        named = meant(asked.text, views(session, order, policy=asked.policy))
        return OnTable(
            proposal_id=proposal.id,
            order_number=order.number,
            proposed={line["line"]: line["quantity"] for line in proposal.lines},
            named=frozenset(line.line for line in named.things),
        )


def _show_again(asked: Asked, table: OnTable) -> Answer:
    lines = tuple(sorted(table.proposed))
    wish = Wish(CANCEL, lines=lines, units=table.proposed[lines[0]] if len(lines) == 1 else None)
    with database().writing() as session:
        reply = list_cancellation(session, asked.asker, table.order_number, wish, asked.policy)
    return Answer(cancel.still_open(reply), Memory(order=table.order_number))


def _accept(asked: Asked, proposal_id: str) -> Answer:
    try:
        with database().writing() as session:
            done = accept_cancel(session, asked.asker, proposal_id)
            names = cancel.names_of(views(session, whole_order(session, done.order_number), policy=asked.policy))
    except ChangedMeanwhile as changed:
        wish = Wish(CANCEL, lines=tuple(changed.lines))
        with database().writing() as session:
            reply = list_cancellation(session, asked.asker, changed.order_number, wish, asked.policy)
        return Answer(cancel.changed_meanwhile(reply), Memory(order=changed.order_number))
    except ProposalGone:
        return Answer(small.proposal_gone(), Memory(order=asked.memory.order))
    except NotYours:
        return grant(asked, Wish(CANCEL))  # the proof has run out meanwhile: ask for it again
    return Answer(cancel.cancelled(done, names, refund_by(asked.policy)), Memory(order=done.order_number))
