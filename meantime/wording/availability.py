"""Whether an item can be had, in words: now, expected back on a day, without a day, or not any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from meantime.shop.availability import Availability, AvailabilityKind
from meantime.shop.catalogue import Item, Thing
from meantime.wording.replies import PERSON, Button, Reply, option
from meantime.wording.speech import days, item, listed, price, trait

MOST_VARIANTS = 5
NOT_QUITE = "I find none that is just like that. What there is:"


def of_one(product: Item, availability: Availability, unmet: Sequence[str] = ()) -> Reply:
    """Say when one item can be had."""
    name = item(product.name, attributes=product.attributes)
    return Reply(
        f"{_not_in(unmet)}{name}, {price(product.price_minor, product.currency)}: {_when(availability)}",
        buttons=_next(),
        again=f"{name} costs {price(product.price_minor, product.currency)}: {_in_short(availability)}",
    )


def of_variants(thing: Thing, found: Mapping[str, Availability], unmet: Sequence[str] = ()) -> Reply:
    """Say which kinds of one item can be had; what is here now comes first."""
    products = thing.variants
    ranked = sorted(products, key=lambda p: (_RANK[found[p.sku].kind], p.price_minor, p.sku))
    shown = ranked[:MOST_VARIANTS]
    here = sum(found[p.sku].kind is AvailabilityKind.NOW for p in products)
    name = listed(thing.names)
    told = [f"- {_telling(p, thing)}, {price(p.price_minor, p.currency)}: {_when(found[p.sku])}" for p in shown]
    left = len(ranked) - len(shown)
    more = f"\nThere are {left} more; tell me what it should be like." if left else ""
    count = f"{here} of {len(products)} kinds in stock" if here else "none of its kinds in stock at the moment"
    return Reply(
        "\n".join([f"{_not_in(unmet)}{name}: {count}.", *told]) + more,
        buttons=_next(),
        again=f"Of {name} we have {here or 'no'} kind{'s' if here != 1 else ''} in stock out of {len(products)}. "
        f"{_prices(products)} Name one, and I look it up.",
    )


def _prices(products: Sequence[Item]) -> str:
    least, most = (pick(products, key=lambda p: p.price_minor) for pick in (min, max))
    prices = dict.fromkeys(price(p.price_minor, p.currency) for p in (least, most))
    return f"The price is {' to '.join(prices)}."


def of_several(names: Sequence[str]) -> Reply:
    """Ask which of several different things is meant."""
    return Reply(
        f"Which one do you mean: {listed(names, either=True)}?",
        buttons=tuple(option(name, "check_availability", choice=name) for name in names),
        asks="choice",
        again="I found more than one thing by that name. Please pick one.",
    )


def ask_which() -> Reply:
    """Ask which item is meant."""
    return Reply(
        "I could not tell which item you mean. Its name as it stands in the shop will do.",
        asks="text",
        again="Tell me the name of the item, and I look up whether we have it.",
    )


def not_found() -> Reply:
    """Say that the shop has nothing by that name."""
    return Reply(
        "I find no item by that name in this shop. Could you tell me its name as it stands in the shop?",
        buttons=(PERSON,),
        asks="text",
        again="Nothing here goes by that name. The name as it stands in the shop would help.",
    )


def _when(availability: Availability) -> str:
    promise = availability.promise
    match availability.kind:
        case AvailabilityKind.NOW:
            arrives = f" Ordered today, expect it {days(promise.earliest, promise.latest)}." if promise else ""
            return f"in stock now.{arrives}"
        case AvailabilityKind.EXPECTED if promise and not availability.may_be_ordered:
            return f"sold out for now, and expected {days(promise.earliest, promise.latest)}. It can be ordered then."
        case AvailabilityKind.EXPECTED if promise:
            return f"sold out for now. Ordered today, expect it {days(promise.earliest, promise.latest)}."
        case AvailabilityKind.ENDED:
            return "not sold any more."
    return "sold out for now, and there is no date for more yet."


def _in_short(availability: Availability) -> str:
    match availability.kind:
        case AvailabilityKind.NOW:
            return "yes, we have it."
        case AvailabilityKind.EXPECTED:
            return "not today, but more is coming."
        case AvailabilityKind.ENDED:
            return "no, and it will not come back."
    return "not today, and nobody can name a day yet."


_RANK = {AvailabilityKind.NOW: 0, AvailabilityKind.EXPECTED: 1, AvailabilityKind.UNKNOWN: 2, AvailabilityKind.ENDED: 3}


def _telling(product: Item, thing: Thing) -> str:
    """What tells this one from the others."""
    telling = [trait(name, str(product.attributes[name])) for name in thing.differences if name in product.attributes]
    if len(thing.names) > 1 or not telling:
        return f"{product.name}{f' ({listed(telling)})' if telling else ''}"
    return listed(telling)


def _not_in(unmet: Sequence[str]) -> str:
    return f"I find none that is {listed(unmet, either=True)}. What there is: " if unmet else ""


def _next() -> tuple[Button, ...]:
    return (option("Where is my order", "order_status"), PERSON)
