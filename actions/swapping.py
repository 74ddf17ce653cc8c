"""Finding what can be sent instead, and listing one item of it for a yes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from actions.agreeing import on_condition
from actions.asked import Asked, Memory, Wish
from actions.base import Answer, database
from actions.cancelling import refund_by
from actions.going import Going, going
from actions.intents import CHOOSING, SUBSTITUTE
from actions.pointing import meant_of_objects, points_back
from meantime.shop.lines import LineState, LineView, views, whole_order
from meantime.shop.naming import meant, units_meant
from meantime.shop.product_wishes import wish_in
from meantime.shop.reach import TO_SWAP, reach_of
from meantime.shop.strangers import objects_in
from meantime.shop.substitutes import Offer, products_like, substitutes_for
from meantime.shop.swaps import SoldOutMeanwhile, propose_swap
from meantime.shop.unsold import names_unsold
from meantime.wording import swap as say

ANY_PRICE = "at any price"
"""Where nothing near the price is there, something further off is better than nothing, and said to be that."""


def swap(session: Session, asked: Asked, wish: Wish, number: str) -> Answer:
    """Offer what can be sent instead of the line that ``wish`` names; list it for a yes when it is one item."""
    lines = views(session, whole_order(session, number), policy=asked.policy)
    targets = _targets(asked, wish, number, lines)
    swappable = [line for line in targets if line.is_cancellable]
    if not swappable:
        return Answer(say.not_possible(number, lines, targets), asked.memory.about(number))
    if not wish.lines and _names_stranger(wish.words, lines):
        memory = replace(asked.memory.about(number), wish=replace(wish, words=""), topic=CHOOSING)
        return Answer(say.not_in_order(number, [line for line in lines if line.is_cancellable]), memory)
    if len(swappable) > 1:
        memory = replace(asked.memory.about(number), wish=wish, topic=CHOOSING)
        return Answer(say.which_line(number, swappable), memory)
    line = swappable[0]
    if wish.sku:
        return offer_one(session, asked, number, line, wish)
    return offer_some(session, asked, number, line, wish)


def offer_some(
    session: Session, asked: Asked, number: str, line: LineView, wish: Wish, exclude: Collection[str] = ()
) -> Answer:
    """List up to a few items, or the one that was wished for."""
    words = "" if wish.choice == say.OTHERS else wish.words
    units = _units(wish, line)
    offer = substitutes_for(session, number, line.line, words, asked.policy, units=units, exclude=exclude)
    if not offer.choices and not offer.wish:
        further = substitutes_for(session, number, line.line, ANY_PRICE, asked.policy, units=units, exclude=exclude)
        offer = replace(further, wish=offer.wish, outside_band=True)
    if not offer.choices:
        return Answer(say.nothing_similar(offer, number), asked.memory.about(number, (line.line,)))
    if offer.the_one and wish.choice != say.OTHERS:
        chosen = replace(wish, sku=offer.choices[0].sku, units=units)
        return offer_one(session, asked, number, line, chosen, offer)
    reply = say.choices(offer)
    if wish.choice != say.OTHERS and not offer.wish and names_unsold(session, words):
        reply = say.not_sold(reply)
    if on_condition(asked.text):
        reply = say.only_now(reply)
    return Answer(reply, _choosing(asked, number, line, wish))


def offer_one(
    session: Session, asked: Asked, number: str, line: LineView, wish: Wish, offer: Offer | None = None
) -> Answer:
    """List one item for a yes and keep it back; when it is gone meanwhile, offer the next."""
    try:
        proposed = propose_swap(
            session, asked.asker, number, line.line, wish.sku, asked.policy, units=_units(wish, line)
        )
    except SoldOutMeanwhile:
        following = offer_some(session, asked, number, line, replace(wish, sku="", choice=say.OTHERS), {wish.sku})
        return Answer(say.sold_out_meanwhile(following.reply), following.memory)
    minutes = asked.policy.substitutes.reservation_minutes
    reply = say.proposed(proposed, offer, minutes, refund_by(asked.policy))
    if on_condition(asked.text):
        reply = say.only_now(reply)
    return Answer(reply, asked.memory.about(number, (line.line,)))


def describes_item(asked: Asked, number: str, lines: Iterable[int]) -> bool:
    """Return whether the words say what an item should be like that is sent instead of the first of ``lines``."""
    with database().reading() as session:
        line = next((v for v in whole_order(session, number).lines if v.line in set(lines)), None)
        if line is None:
            return False
        products, like = products_like(session, line.sku)
        return bool(wish_in(asked.text, products, like))


def _choosing(asked: Asked, number: str, line: LineView, wish: Wish) -> Memory:
    """The line is settled; what comes next says which item, in words of its own."""
    open_wish = Wish(SUBSTITUTE, lines=(line.line,), units=wish.units)
    return replace(asked.memory.about(number, (line.line,)), wish=open_wish, topic=CHOOSING)


def _targets(asked: Asked, wish: Wish, number: str, lines: Sequence[LineView]) -> list[LineView]:
    """Return the lines that may be meant: by option, by name, by "it", or those that wait."""
    by_number = {line.line: line for line in lines}
    if wish.lines:
        chosen = [by_number[n] for n in wish.lines if n in by_number]
        return (_others_named(asked.text, chosen, lines) if not asked.about else []) or chosen or list(lines)
    named = list(_governed(wish.words, lines))
    if named:
        return _not_meant_for_else(asked, [line for line in named if line.is_cancellable] or named)
    if asked.memory.order == number and asked.memory.lines and points_back(asked.text):
        return [by_number[n] for n in asked.memory.lines if n in by_number]
    waiting = [line for line in lines if line.state is LineState.BACKORDERED]
    return waiting or [line for line in lines if line.is_cancellable] or list(lines)


def _governed(words: str, lines: Sequence[LineView]) -> Sequence[LineView]:
    """Return what the verb names that asks for the swap; where it names nothing, whatever is named and not to stay."""
    found = going(words, lines, TO_SWAP)
    if found.lines and reach_of(words, TO_SWAP).objects:
        return found.lines
    named = meant_of_objects(words, lines).things
    return [line for line in named if line.line not in found.kept] or named


def _names_stranger(words: str, lines: Sequence[LineView]) -> bool:
    """Return whether one thing is named to be swapped and nothing in the order is that."""
    clear = [thing for thing in objects_in(words) if not thing.is_vague]
    return bool(clear) and not meant_of_objects(words, lines).things


def _not_meant_for_else(asked: Asked, named: Sequence[LineView]) -> list[LineView]:
    """Leave out what the other wishes of the same message name: "swap my shoes and cancel the size 8"."""
    for clause in asked.memory.later:
        elsewhere = meant_of_objects(clause.text, named)
        if not elsewhere.is_ambiguous and len(elsewhere.things) < len(named):
            named = [line for line in named if line not in elsewhere.things]
    return list(named)


def _others_named(text: str, chosen: Sequence[LineView], lines: Sequence[LineView]) -> list[LineView]:
    """Return the lines that ``text`` names instead of those chosen before. Only names count: "in blue" says what is
    wanted, not that a blue thing of the same order is to go."""
    others = [line for line in lines if line.name not in {c.name for c in chosen}]
    found = meant(text, [OnlyName(line.name, line) for line in others])
    return [thing.line for thing in found.things]


@dataclass(frozen=True, slots=True)
class OnlyName:
    """A line without what it is made of."""

    name: str
    line: LineView
    attributes: Mapping[str, Any] = field(default_factory=dict)


def _units(wish: Wish, line: LineView) -> int | None:
    named = going(wish.words, [line], TO_SWAP) if reach_of(wish.words, TO_SWAP).objects else Going()
    units = wish.units or named.units.get(line.line) or named.units_of_any or units_meant(wish.words)
    return min(units, line.open_quantity) if units else None
