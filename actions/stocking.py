"""Whether an item can be had, by its number or its name."""

from __future__ import annotations

from dataclasses import replace

from actions.asked import Asked, Memory, Wish
from actions.asking_goods import is_quite_that, names_a_thing
from actions.base import Answer, database
from actions.intents import CHOOSING, TOLD_ITEM
from meantime.shop.availability import availabilities
from meantime.shop.catalogue import FoundKind, products_named
from meantime.wording import availability as say
from meantime.wording.speech import listed


def tell_availability(asked: Asked, wish: Wish) -> Answer:
    """Look up what the words name and tell when it can be had."""
    with database().reading() as session:
        found = products_named(session, wish.choice or asked.text or wish.words)
        if found.kind is FoundKind.NOTHING and wish.words != asked.text:
            found = products_named(session, wish.words)
        if found.kind is FoundKind.NOTHING:
            is_told = wish.questions or found.unmet or names_a_thing(asked.text)
            reply = say.not_found() if is_told else say.ask_which()
            return Answer(reply, _asking(asked, wish))
        if found.kind is FoundKind.SEVERAL:
            names = tuple(listed(thing.names) for thing in found.things)
            return Answer(say.of_several(names), _asking(asked, wish))
        told = availabilities(session, [i.sku for i in found.items], asked.policy)
    if found.kind is FoundKind.ONE:
        item = found.items[0]
        reply = say.of_one(item, told[item.sku], found.unmet)
    else:
        reply = say.of_variants(found.things[0], told, found.unmet)
    if not found.unmet and not is_quite_that(asked.text, found.items):
        reply = replace(reply, text=f"{say.NOT_QUITE} {reply.text}")
    return Answer(reply, replace(asked.memory.settled, topic=TOLD_ITEM))


def _asking(asked: Asked, wish: Wish) -> Memory:
    return replace(asked.memory, wish=replace(wish, words="", questions=1), topic=CHOOSING)
