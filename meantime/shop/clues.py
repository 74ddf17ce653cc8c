"""What a customer's own words tell of who they are: order number, e-mail, postcode, phone.

An address, number or e-mail that something is to be changed to says nothing of who is asking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import phonenumbers

from meantime.shop.new_details import without_new_details
from meantime.shop.policy import Policy
from meantime.shop.postcodes import US_ZIP, postcode_key

EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
# Ordered from the most telling shape to the least: letters and digits first, bare digits last.
POSTCODES = (
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),  # United Kingdom
    re.compile(r"\b[A-Z]\d[A-Z][ -]?\d[A-Z]\d\b"),  # Canada
    re.compile(r"\b\d{4} ?[A-Z]{2}\b"),  # Netherlands
    re.compile(r"\b\d{5}(?:-\d{4})?\b"),  # United States, Germany, France, Spain, Italy
)
FOUR_DIGITS = re.compile(r"\b\d{4}\b")
FOUR_DIGIT_COUNTRIES = frozenset("AT AU BE BG CH CY DK HU LU LV NO NZ SI ZA".split())  # noqa: SIM905
SAYS_POSTCODE = re.compile(r"\b(post ?code|post(al)? code|zip)\b", re.IGNORECASE)
CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
SHORTEST_PHONE = 7
MOST_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class Clues:
    """What was found in one message. Each is in the form it is compared in; empty where there was none."""

    order_number: str = ""
    email: str = ""
    postcode: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.order_number or self.email or self.postcode or self.phone)

    def updated(self, newer: Clues) -> Clues:
        """Return these clues with what ``newer`` tells besides or instead."""
        return Clues(**{**asdict(self), **{name: value for name, value in asdict(newer).items() if value}})

    @property
    def has_contact(self) -> bool:
        """Whether there is something that only the owner of an order should know."""
        return bool(self.email or self.postcode or self.phone)


def clues_in(text: str, policy: Policy, country: str) -> Clues:
    """Return the clues in ``text``. ``country`` (ISO 3166) reads phone numbers that name no country."""
    number, _ = _order_number(EMAIL.sub(" ", text), policy)
    own = without_new_details(CARD.sub(" ", text))
    email = EMAIL.search(own)
    _, rest = _order_number(EMAIL.sub(" ", own), policy)
    phone, rest = _phone(rest, country)
    return Clues(
        order_number=number,
        email=email_key(email.group()) if email else "",
        postcode=_postcode(rest, country),
        phone=phone,
    )


def order_numbers_in(text: str, policy: Policy) -> tuple[str, ...]:
    """Return all order numbers in ``text``, each once, in its order."""
    numbers: dict[str, None] = {}
    number, rest = _order_number(EMAIL.sub(" ", text), policy)
    while number and len(numbers) < MOST_NUMBERS:
        numbers[number] = None
        number, rest = _order_number(rest, policy)
    return tuple(numbers)


def email_key(email: str) -> str:
    """Return an e-mail address as it is compared."""
    return email.strip().casefold()


def phone_key(phone: str, country: str) -> str:
    """Return a phone number as it is compared (E.164), or "" when it cannot be read as one."""
    try:
        parsed = phonenumbers.parse(phone, country or None)
    except phonenumbers.NumberParseException:
        return ""
    # A number that is possible only within its town may be anything, an order number without its letter first.
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def number_from_digits(text: str, example: str) -> str:
    """Return the order number whose letters were left out ("1234567" for W1234567), or "" when there is none.

    ``example`` is a number of the shop: its letters are put before a run of as many digits.
    """
    shape = re.fullmatch(r"([A-Z]+-?)(\d+)", example)
    if shape is None:
        return ""
    letters, digits = shape.groups()
    found = re.search(rf"(?<![\w$£€.,-])\d{{{len(digits)}}}(?![\w.,-]*\d)", text)
    return letters + found.group() if found else ""


def _order_number(text: str, policy: Policy) -> tuple[str, str]:
    """Return the first order number and the text without it. Spaces and dashes inside it are forgiven."""
    pattern = re.compile(rf"(?<![A-Z0-9])(?:{policy.order_number_pattern})(?![A-Z0-9])")
    for candidate in _spellings(text):
        if match := pattern.search(candidate):
            return match.group(), candidate[: match.start()] + " " + candidate[match.end() :]
    return "", text


def _spellings(text: str) -> Iterator[str]:
    upper = text.upper().replace("#", " ")
    yield upper
    # "W 123 4567", "w-1234567": close the gaps before and between digits.
    # A letter after an apostrophe and the words "a" and "I" belong to the sentence: "it's 78704".
    yield re.sub(r"(?<=(?<!['’])\b[B-HJ-Z])[ -]+(?=\d)|(?<=\b[AI])-(?=\d)|(?<=\d)[ -]+(?=\d)", "", upper)


def _phone(text: str, country: str) -> tuple[str, str]:
    matcher = phonenumbers.PhoneNumberMatcher(text, country, leniency=phonenumbers.Leniency.POSSIBLE)
    for match in matcher:
        if sum(c.isdigit() for c in match.raw_string) < SHORTEST_PHONE or US_ZIP.fullmatch(match.raw_string):
            continue
        key = phone_key(match.raw_string, country)
        if key:
            return key, text[: match.start] + " " + text[match.end :]
    return "", text


def _postcode(text: str, country: str) -> str:
    upper = text.upper()
    for pattern in POSTCODES:
        if match := pattern.search(upper):
            return postcode_key(match.group())
    # Elsewhere four digits are a year, a price or a part of something: believed only when said to be a postcode.
    if country in FOUR_DIGIT_COUNTRIES or SAYS_POSTCODE.search(text) or FOUR_DIGITS.fullmatch(text.strip()):
        found = FOUR_DIGITS.search(text)
        return found.group() if found else ""
    return ""
