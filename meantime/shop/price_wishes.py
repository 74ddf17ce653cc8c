"""What a customer's words say of the price of something else: the cheapest, at most so much, as much as mine."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from meantime.shop.money import BadMoney, to_minor


class PriceKind(StrEnum):
    """What the price should be."""

    CHEAPEST = "cheapest"
    CHEAPER = "cheaper"
    """Than what the customer pays now."""
    NO_DEARER = "no_dearer"
    SAME = "same"
    DEAREST = "dearest"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class PriceWish:
    """``minor`` is the most one unit may cost; it may come with any kind ("the best one under $50")."""

    kind: PriceKind
    minor: int | None = None


@dataclass(frozen=True, slots=True)
class SaidOfPrice:
    """What was said of the price, and the words without it: an amount is no size."""

    wish: PriceWish | None
    is_unimportant: bool
    rest: str


def _phrases(lines: str) -> str:
    """Return a pattern for any of the patterns in ``lines``, one a line."""
    return r"\b(?:" + "|".join(line.strip() for line in lines.strip().splitlines()) + r")\b"


NUMBER_WORDS = {
    **{"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70},
    **{"eighty": 80, "ninety": 90, "a hundred": 100, "one hundred": 100, "two hundred": 200, "three hundred": 300},
}
DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD"})
MEANT = {
    **dict.fromkeys(("$", "dollar", "buck"), DOLLARS),
    **dict.fromkeys(("€", "euro", "eur"), frozenset({"EUR"})),
    **dict.fromkeys(("£", "pound", "quid", "gbp"), frozenset({"GBP"})),
    "usd": frozenset({"USD"}),
}
"""What a customer calls a currency, and which ones that may be."""

# Where no currency is named, a number is an amount only when nothing is counted with it: "under 2 kg" is none.
NOTHING_COUNTED = (
    r"\s*(?:$|[.,;!?)]|(?:please|and|or|if|would|is|for|in|but|with|that|total|each|max|tops|only|then|thanks?|can|could|"
    r"do|what|instead|though|ok|okay|i|you)\b)"
)
AMOUNT = (
    r"(?:(?P<sign>[$€£]|\b(?:usd|eur|gbp)\b) ?)?"
    rf"(?P<number>\d+(?:\.\d{{1,2}})?(?![\d.]*\d)|\b(?:{'|'.join(NUMBER_WORDS)})\b)"
    r"(?: ?(?P<name>[$€£]|(?:dollar|buck|usd|euro|eur|pound|quid|gbp)s?\b))?"
)
UP_TO = _phrases(
    r"""
    under
    below
    (?:for )?(?:less|cheaper|lower) th[ae]n
    up ?to
    at (?:the )?most
    (?:no|not|nothing|never) (?:\w+ ){0,3}?(?:more than|over|above|higher than)
    max(?:imum)?(?: price)?(?: is| of)?
    budget(?: is| of)?
    (?:can|will|could|would) (?:only )?(?:spend|pay)
    spend(?:ing)?(?: only)?(?: up to)?
    limit is
    """
)
LIMITS = (
    re.compile(rf"{AMOUNT}(?P<alone>) (?:or (?:less|under|below|cheaper|lower)|max(?:imum)?|tops|at (?:the )?most)\b"),
    re.compile(
        rf"{UP_TO}(?: (?:about|around|like|say|a|my|the|maybe))* ?{AMOUNT}(?:(?P<alone>)(?={NOTHING_COUNTED}))?"
    ),
)
CHEAPEST = _phrases(
    r"""
    cheapest
    least expensive
    lowest[- ](?:priced?|cost)
    """
)
DEAREST = _phrases(
    r"""
    most expensive
    dearest
    priciest
    highest[- ]priced?
    top[- ]of[- ]the[- ](?:line|range)
    best (?:ones?|model|version|quality|there is)
    best (?!price|deal|match|alternative|substitute|replacement|option|fit)(?:\w+ ){0,3}?(?:that )?you (?:have|got|sell)
    """
)
CHEAPER = _phrases(
    r"""
    cheaper
    less (?:expensive|pricey|money)
    less than (?:mine|what i pay|what i paid|the one i)
    lower[- ](?:priced?|cost)
    not (?:as|so|that|too) (?:expensive|pricey|dear)
    costs? less
    more affordable
    (?:a|something|anything) cheap
    """
)
SAME = _phrases(
    r"""
    same[- ](?:price|cost|amount)d?
    (?:costs?|priced) the same
    equal(?:ly)? priced?
    identical price
    """
)
NO_DEARER = _phrases(
    r"""
    (?:not|no|nothing|without) (?:\w+ ){0,3}?(?:more expensive|dearer|pricier)
    (?:not|nothing|without) (?:\w+ ){0,3}?(?:cost|pay|charge)(?:s|d|ing)?(?: me)?(?: anything)? (?:more|extra)
    (?:no|without) (?:an? |any )?(?:extra|additional|more) (?:cost|charge|money)
    same price or (?:less|lower|cheaper|below)
    """
)
UNIMPORTANT = re.compile(
    _phrases(
        r"""
        (?:price|cost|money) (?:does not|do not|is not|is no) (?:really )?(?:an? )?(?:matter|important|issue|object)
        any price
        whatever (?:the price|it costs)
        (?:no matter|regardless of) (?:the |what the |what )?(?:price|costs?|it costs)
        not (?:care|mind|worry)(?: about)?(?: the| what| what the)? (?:price|costs?|it costs)
        not mind (?:paying|spending) (?:more|extra)
        (?:happy|willing|ready) to pay (?:more|extra)
        """
    )
)
DENIED = re.compile(
    rf"\b(?:not|never)(?: (?:want|need|like|be|looking for))?(?: the| your| a)? (?:{CHEAPEST}|{DEAREST}|cheaper\b)"
)
KINDS = {
    PriceKind.NO_DEARER: re.compile(NO_DEARER),
    PriceKind.CHEAPEST: re.compile(CHEAPEST),
    PriceKind.DEAREST: re.compile(DEAREST),
    PriceKind.CHEAPER: re.compile(CHEAPER),
    PriceKind.SAME: re.compile(SAME),
}
"""In the order in which they are looked for: "not more expensive" is not "the most expensive"."""


def said_of_price(words: str, currency: str) -> SaidOfPrice:
    """Return what ``words`` (as ``plain_words`` gives them) say of the price. An amount of another currency than
    ``currency`` says nothing."""
    rest, is_unimportant = _cut(words, UNIMPORTANT)
    most: list[int] = []
    for limit in LIMITS:
        rest = limit.sub(_keep_amount(currency, most), rest)
    rest, _ = _cut(rest, DENIED)
    said = []
    for kind, pattern in KINDS.items():
        rest, is_said = _cut(rest, pattern)
        said += [kind] if is_said else []
    if most and not said:
        said = [PriceKind.AT_MOST]
    wish = PriceWish(said[0], most[-1] if most else None) if said else None
    return SaidOfPrice(wish, is_unimportant, rest)


def _cut(words: str, pattern: re.Pattern[str]) -> tuple[str, bool]:
    rest, count = pattern.subn(" ", words)
    return rest, bool(count)


def _keep_amount(currency: str, most: list[int]) -> Callable[[re.Match[str]], str]:
    def keep(found: re.Match[str]) -> str:
        named = [MEANT.get(name, MEANT.get(name.rstrip("s"))) for name in found.group("sign", "name") if name]
        is_amount = all(meant and currency in meant for meant in named) if named else found["alone"] is not None
        if not is_amount:
            return found.group()
        number = found["number"]
        try:
            most.append(to_minor(str(NUMBER_WORDS.get(number, number)), currency))
        except BadMoney:  # more decimals than the currency has
            return found.group()
        return " "

    return keep
