"""Order status, and every change of an order that ends in a list to agree to."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.asked import Asked, Wish
from actions.base import Answer, ShopAction
from actions.intents import CANCEL, COLLECTING, COMPLAINT, GOODWILL, PAYMENT, SPLIT, STATUS, SUBSTITUTE
from actions.proposals import answer_proposal, on_table, show_again
from actions.saying import says_cancel, says_swap
from actions.swapping import describes_item
from actions.wishes import grant, lines_of, renewed
from meantime.wording import policies
from meantime.wording.notices import NOTHING_CANCELLED

ASKS_WHERE = re.compile(
    r"\b(where|when|wheres|whens|status|track\w*|arriv\w*|deliver\w*|ship\w*|news|update|late|eta|how long)\b|\?",
    re.IGNORECASE,
)

WANTS = re.compile(
    r"(?:\bnot|n['’]?t)\b.*[,.;]\s*(?:but )?(?:i|we) (?:\w+ ){0,2}?(?:want|prefer|like) (?P<wanted>.+)", re.IGNORECASE
)


CODE = re.compile(r"\b(?:codes?|coupons?|promos?|promotions?)\b", re.IGNORECASE)
TROUBLE = re.compile(
    r"\b(?:late|wait\w*|delay\w*|trouble|inconvenien\w*|sorry|compensat\w*|make (?:it )?up|backorder\w*)\b",
    re.IGNORECASE,
)


def only_identifies(asked: Asked) -> bool:
    """Return whether the message answers who is asking ("my zip is 10001"), while something else is wanted."""
    return bool(asked.memory.wish and asked.clues and not ASKS_WHERE.search(asked.text))


class OrderStatus(ShopAction):
    named = "action_order_status"

    def answer(self, asked: Asked) -> Answer:
        if only_identifies(asked):
            return carry_on(asked)
        table = on_table(asked)
        if table is not None and table.kind != "cancel" and not asked.about and not asked.clues:
            return show_again(asked, table)  # "and when would it be here?": the list says it
        if says_cancel(asked.text):
            return grant(asked, renewed(asked, CANCEL))
        if says_swap(asked.text):
            return grant(asked, renewed(asked, SUBSTITUTE))
        return grant(asked, Wish(STATUS, asked.text, choice=asked.about.get("choice", "")))


class CancelOrder(ShopAction):
    """A wish to cancel; with a proposal on the table, "yes, cancel it" is the answer to that."""

    named = "action_cancel_order"

    def answer(self, asked: Asked) -> Answer:
        table = on_table(asked)
        if (wish := wants_instead(asked, tuple(table.proposed) if table else ())) is not None:
            return grant(asked, wish)
        if table is not None and table.kind != "cancel":
            lines = tuple(table.proposed) if not table.named else ()
            return grant(asked, replace(renewed(asked, CANCEL), lines=lines_of(asked) or lines))
        return answer_proposal(asked) or grant(asked, renewed(asked, CANCEL))


def wants_instead(asked: Asked, listed: tuple[int, ...]) -> Wish | None:
    """Return the wish of "not the white lamp, I want the brass" after an offer: another item, and nothing cancelled."""
    found = WANTS.search(asked.text)
    order = asked.memory.order
    if found is None or order is None or asked.about or says_cancel(asked.text):
        return None
    lines = listed or (asked.memory.wish.lines if asked.memory.wish else ()) or asked.memory.lines
    wanted = replace(asked, text=found["wanted"])
    return Wish(SUBSTITUTE, wanted.text, lines=lines) if describes_item(wanted, order, lines) else None


class RequestSubstitute(ShopAction):
    """A wish for something else; with a list on the table, or while choosing, words about what it should be."""

    named = "action_request_substitute"

    def answer(self, asked: Asked) -> Answer:
        table = on_table(asked)
        if table is not None and table.kind == "swap" and not asked.about:
            return answer_proposal(asked) or grant(asked, renewed(asked, SUBSTITUTE))
        if table is not None and table.kind == "cancel" and not asked.about and not table.named:
            instead = grant(asked, replace(renewed(asked, SUBSTITUTE), lines=tuple(table.proposed)))
            return replace(instead, reply=instead.reply.after(NOTHING_CANCELLED))
        return grant(asked, renewed(asked, SUBSTITUTE))


class SplitShipment(ShopAction):
    """Send what is ready. "Yes, send it now" answers the list of that."""

    named = "action_split_shipment"

    def answer(self, asked: Asked) -> Answer:
        table = on_table(asked)
        if table is not None and table.kind == "split" and not asked.about:
            return answer_proposal(asked) or grant(asked, renewed(asked, SPLIT))
        return grant(asked, renewed(asked, SPLIT))


class PaymentQuestion(ShopAction):
    """What happened to the money; with a list on the table, the answer and then the list again."""

    named = "action_payment_question"

    def answer(self, asked: Asked) -> Answer:
        table = on_table(asked)
        answer = grant(asked, renewed(asked, PAYMENT))
        if table is None or answer.reply.asks or asked.about:
            return answer
        again = show_again(asked, table)
        return replace(again, reply=again.reply.following(answer.reply))


class AskGoodwill(ShopAction):
    """Something for the trouble. A code for the next purchase is no trouble: the shop's rules may know one."""

    named = "action_ask_goodwill"

    def answer(self, asked: Asked) -> Answer:
        if CODE.search(asked.text) and not TROUBLE.search(asked.text) and not asked.memory.order and not asked.clues:
            return Answer(policies.answer("discounts", asked.policy), asked.memory.settled)
        return grant(asked, renewed(asked, GOODWILL))


class Inform(ShopAction):
    """An order number, a postcode, a thing: whatever was asked for, or the start of asking for the status."""

    named = "action_inform"

    def answer(self, asked: Asked) -> Answer:
        return answer_proposal(asked) or carry_on(asked)


def carry_on(asked: Asked) -> Answer:
    """Go on with the open wish, now that more is known."""
    wish = asked.memory.wish or Wish(STATUS)
    if says_cancel(asked.text) and asked.memory.topic != COLLECTING and wish.intent != COMPLAINT:
        wish = replace(wish, intent=CANCEL)
    elif says_swap(asked.text) and wish.intent == STATUS:
        wish = replace(wish, intent=SUBSTITUTE)
    wish = replace(wish, choice="", lines=lines_of(asked) or wish.lines)
    return grant(asked, wish.with_words(asked.text))
