"""Sending something else instead, in words: what there is, what it costs more or less, the one to agree to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from meantime.shop.lines import LineState, LineView
from meantime.shop.substitutes import Offer, Substitute
from meantime.shop.swaps import Swap
from meantime.wording.cancel import names_of
from meantime.wording.replies import NO, PERSON, YES, Button, Card, Reply, option
from meantime.wording.speech import contrasts, day, days, item, listed, price

WHY_NOT = {
    LineState.PACKING: "is being packed already, so it can no longer be swapped",
    LineState.SHIPPED: "has left our warehouse, so it can no longer be swapped",
    LineState.DELIVERED: "has been delivered, so it can no longer be swapped here",
    LineState.CANCELLED: "is cancelled, so there is nothing to swap",
}
OTHERS = "others"


def which_line(number: str, lines: Sequence[LineView]) -> Reply:
    """Ask which of several items is to be swapped."""
    names = names_of(lines)
    buttons = [
        option(item(names[line.line], line.open_quantity), "request_substitute", order=number, lines=str(line.line))
        for line in lines
        if line.is_cancellable
    ]
    return Reply(
        "Which of these would you like to swap for something else?",
        buttons=tuple(buttons),
        asks="choice",
        again="Please pick the item that something else should be sent for.",
    )


def not_in_order(number: str, lines: Sequence[LineView]) -> Reply:
    """Say that what was named is not in the order, and ask for which of what is there something else is wanted."""
    which = which_line(number, lines)
    text = f"I do not find that in order {number}. {which.text}"
    return replace(which, text=text, buttons=(*which.buttons, PERSON))


def choices(offer: Offer) -> Reply:
    """List what can be sent instead: what differs, and what it costs more or less."""
    mine = item(offer.line.name, offer.units)
    titles = _titles(offer.choices)
    bullets = [f"- {titles[s.sku]}: {_facts(s, offer.units)}" for s in offer.choices]
    buttons = tuple(_choose(offer, s, titles[s.sku]) for s in offer.choices)
    text = [
        f"{_lead(offer)} {_instead_of(mine)}",
        *bullets,
        "",
        f"{_beside_the_price(offer)}Which one would you like? You can also tell me what it should be like.",
    ]
    return Reply(
        "\n".join(text),
        buttons=(*buttons, option("None of these", NO)),
        asks="choice",
        cards=tuple(
            Card(titles[s.sku], _facts(s, offer.units), s.image_url, b.payload)
            for s, b in zip(offer.choices, buttons, strict=True)
        ),
        again=f"For {mine} I could send {listed([titles[s.sku] for s in offer.choices], either=True)}. "
        "Tell me which, or what matters to you.",
    )


def proposed(swap: Swap, offer: Offer | None, minutes: int, refund_by: date) -> Reply:
    """List one swap and ask for a yes. The item is kept back meanwhile."""
    lead = ""
    if offer is not None and not offer.meets_wish:
        lead = "Just what you describe is not in stock. The closest is this:\n\n"
    elif offer is not None and offer.outside_band:
        lead = "There is one, at quite another price:\n\n"
    old, new = both(swap)
    text = (
        f"{lead}This would change order {swap.order_number}:\n"
        f"- {old} would not be sent\n"
        f"- {new} would be sent instead, {_each(swap)}\n\n"
        f"{_differs_in(swap)}{_cost(swap, refund_by, done=False)}{_arrives(swap)} "
        f"I keep it back for you for {minutes} minutes. Shall I swap?"
    )
    return Reply(
        text,
        buttons=(
            option("Yes, swap", YES),
            option("No, leave it", NO),
            option("Show others", "request_substitute", order=swap.order_number, lines=str(swap.line), choice=OTHERS),
        ),
        asks="confirmation",
        proposal=swap.proposal_id,
        again=f"Nothing has been swapped so far. You would get {new} in place of {old}. "
        f"{_cost(swap, refund_by, done=False)} A yes is all I need.",
    )


def swapped(swap: Swap, refund_by: date) -> Reply:
    """Say what was swapped."""
    old, new = both(swap)
    return Reply(
        f"Done. In order {swap.order_number} we now send {new} instead of {old}. "
        f"{_cost(swap, refund_by, done=True)}{_arrives(swap)}",
        buttons=_next(swap.order_number),
        again=f"The swap is made: {new} comes, {old} does not. {_cost(swap, refund_by, done=True)}",
    )


def nothing_similar(offer: Offer, number: str) -> Reply:
    """Say that nothing like it is in stock, and what can be done instead."""
    mine = item(offer.line.name, offer.units)
    what = "like that" if offer.wish else "of the same kind"
    return Reply(
        f"Just now we have nothing {what} in stock to send instead of {mine}, so the order stays as it is. "
        "You can wait for it, cancel it, or talk to a person.",
        buttons=_ways(number, offer.line),
        again=f"There is nothing {what} here that could take the place of {mine} today.",
    )


def sold_out_meanwhile(reply: Reply) -> Reply:
    """Put before what can be sent now that somebody else got the last one."""
    return reply.after("The last one of those has just gone to another customer, so nothing has been swapped.")


def changed_meanwhile(reply: Reply) -> Reply:
    """Put before a new list, or a refusal, that something has changed since the last one."""
    return reply.after("Something has changed since I listed it, so nothing has been swapped yet.")


def still_open(reply: Reply) -> Reply:
    """Put before the same list that nothing has been done: the answer to it was no plain yes."""
    return reply.after("Nothing has been swapped yet; I only do that after a clear yes.")


def not_sold(reply: Reply) -> Reply:
    """Put before what is similar that the shop does not have what was named."""
    return reply.after("I do not find just that in our shop. This is the nearest I can send.")


def only_now(reply: Reply) -> Reply:
    """Put before the list, for who swaps on a condition, that a yes counts at once."""
    return reply.after("I cannot keep a condition in mind. With your yes I would swap now, whatever comes.")


def kept(number: str, line: LineView | None) -> Reply:
    """Say that nothing was swapped."""
    buttons = _ways(number, line) if line is not None and line.is_cancellable else _next(number)
    return Reply(
        f"Nothing is swapped. Order {number} stays as it is.",
        buttons=buttons,
        again=f"Order {number} is as it was before.",
    )


def not_possible(number: str, lines: Sequence[LineView], asked_for: Sequence[LineView]) -> Reply:
    """Say why what was asked for cannot be swapped any more."""
    names = names_of(lines)
    why = [f"- {names[v.line]} {WHY_NOT.get(v.state, 'stays as it is')}." for v in asked_for]
    rest = [v for v in lines if v.is_cancellable and v not in asked_for]
    text = [f"I cannot swap this in order {number}:", *why]
    if rest:
        text.append(f"I can still look for something instead of {listed([names[v.line] for v in rest])}.")
    text.append("If it is not what you need, a person can help you with sending it back.")
    offer = tuple(
        option(f"Swap {names[v.line]}", "request_substitute", order=number, lines=str(v.line)) for v in rest[:3]
    )
    return Reply("\n".join(text), buttons=(*offer, PERSON), again=" ".join(text[1:]))


def _beside_the_price(offer: Offer) -> str:
    """What the listed prices leave out."""
    taxed = "Prices are before tax." if offer.is_taxed else ""
    told = f"{taxed}{_lost_discount(offer.discount_minor, offer.line.currency)}".strip()
    return f"{told} " if told else ""


def _lead(offer: Offer) -> str:
    if not offer.meets_wish:
        return "Just what you describe is not in stock. The closest we have"
    if offer.outside_band:
        return "Nothing near its price is in stock. At another price there is this"
    return "In stock now"


def _instead_of(mine: str) -> str:
    return f"instead of {mine}:"


def _titles(choices: Sequence[Substitute]) -> dict[str, str]:
    """Return what to call each: its name with what tells it from the customer's own, or with all of it where that
    would leave two alike."""
    short = {s.sku: item(s.name, attributes={name: its for name, _, its in s.differs if its}) for s in choices}
    alike = Counter(short.values())
    return {s.sku: short[s.sku] if alike[short[s.sku]] == 1 else item(s.name, attributes=s.attributes) for s in choices}


def _facts(substitute: Substitute, units: int) -> str:
    cost = f"{price(substitute.unit_price_minor, substitute.currency)}{' each' if units > 1 else ''}"
    sentences = [f"{cost}, {_more_or_less(substitute.difference_minor, substitute.currency, units)}"]
    mine = {name: mine for name, mine, its in substitute.differs if mine and its}
    if differs := contrasts(mine, {name: its for name, _, its in substitute.differs}):
        sentences.append(differs)
    if substitute.promise:
        sentences.append(f"Expect it {days(substitute.promise.earliest, substitute.promise.latest)}")
    return ". ".join(sentences) + "."


def _more_or_less(difference_minor: int, currency: str, units: int) -> str:
    if difference_minor == 0:
        return "the same price"
    amount = price(abs(difference_minor), currency)
    return f"{amount} {'more' if difference_minor > 0 else 'less'}{' in all' if units > 1 else ''}"


def _each(swap: Swap) -> str:
    return f"{price(swap.unit_price_minor, swap.currency)}{' each' if swap.units > 1 else ''}"


def _differs_in(swap: Swap) -> str:
    differs = contrasts(swap.old_attributes, swap.attributes)
    return f"{differs}. " if differs else ""


def _cost(swap: Swap, refund_by: date, *, done: bool) -> str:
    """What the swap costs. A sum that goes back is named only for money that was taken. What tax adds or takes off is
    for the shop to work out, so where there is one the sum is said to be without."""
    amount = price(abs(swap.difference_minor), swap.currency)
    taxed = " before tax" if swap.is_taxed else ""
    was_paid = swap.payment_status in ("paid", "part_refunded")
    if swap.difference_minor == 0:
        cost = "It costs the same."
    elif swap.difference_minor > 0:
        cost = f"The difference you {'owe' if done else 'would owe'} is {amount}{taxed}."
    elif was_paid:
        refund = f"We {'refund' if done else 'would refund'} that{', and its tax,' if taxed else ''}"
        cost = f"It costs {amount} less{taxed}. {refund} to your card by {day(refund_by)}."
    else:
        cost = f"It costs {amount} less{taxed}. Your card has not been charged yet."
    return f"{cost}{_lost_discount(swap.discount_minor, swap.currency)}"


def _lost_discount(discount_minor: int, currency: str) -> str:
    """Say that a discount was for the old item; the sums count it already."""
    if not discount_minor:
        return ""
    return f" Your discount of {price(discount_minor, currency)} was for the old item, so the new one is without it."


def _arrives(swap: Swap) -> str:
    return f" Expect it {days(swap.promise.earliest, swap.promise.latest)}." if swap.promise else ""


def both(swap: Swap) -> tuple[str, str]:
    """Return what to call what was ordered and what comes instead; of one name, by what differs."""
    mine, its = swap.old_attributes, swap.attributes
    if swap.name != swap.old_name:
        mine, its = {}, {}
    differing = [name for name in {**mine, **its} if str(mine.get(name, "")) != str(its.get(name, ""))]
    old = item(swap.old_name, swap.units, {name: mine[name] for name in differing if name in mine})
    return old, item(swap.name, swap.units, {name: its[name] for name in differing if name in its})


def _choose(offer: Offer, substitute: Substitute, title: str) -> Button:
    about = {"order": offer.order_number, "lines": str(offer.line.line), "sku": substitute.sku}
    return option(title, "request_substitute", **about)


def _ways(number: str, line: LineView) -> tuple[Button, ...]:
    return (
        option("Keep waiting", "keep_waiting", order=number),
        option("Cancel it", "cancel_order", order=number, lines=str(line.line)),
        PERSON,
    )


def _next(number: str) -> tuple[Button, ...]:
    return (option("Show the order", "order_status", order=number), PERSON)
