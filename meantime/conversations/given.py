"""The address or number a customer types when asked where the answer may go."""

from __future__ import annotations

import re
from dataclasses import dataclass

import idna
import phonenumbers

from meantime.conversations.tables import SMS
from meantime.wording.presence import CONTACT, EMAIL, PHONE

LONGEST_ADDRESS, LONGEST_LOCAL = 254, 64
FEWEST_DIGITS, MOST_DIGITS = 7, 15
"""Of what is meant as a phone number: a postcode has fewer, the number of a parcel more."""
FEW_WORDS = 4
_AROUND = "<>()[]{}\"'“”‘’.,;:!?"
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_][\w-]+")
_DIGITS = re.compile(r"(?<![\w#@.-])\+?\(?\d[\d\s()./-]{5,}\d(?![\w@])")
_NO_NUMBER = re.compile(r"\d{5}-\d{4}|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}")
"""A long postcode, a date."""
_SAYS_NUMBER = re.compile(r"\b(?:phone|number|call|text|sms|mobile|cell|reach)\b", re.IGNORECASE)
_ORDER = re.compile(r"\border(?:\s+(?:number|no|nr))?\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """Where an answer may go."""

    channel: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Meant as an address or a number (``what``), and cannot be one."""

    what: str


def given_in(text: str, wanted: str, country: str) -> Given | Unreadable | None:
    """Return the address or number in ``text`` of the kinds that are ``wanted``, what was meant as one, or None."""
    found = _address_in(text) if wanted in (CONTACT, EMAIL) else None
    if isinstance(found, Given):
        return found
    number = _number_in(text, country) if wanted in (CONTACT, PHONE) else None
    return number if isinstance(number, Given) else found or number


def _address_in(text: str) -> Given | Unreadable | None:
    written = [word.strip(_AROUND) for word in text.split() if "@" in word]
    for word in written:
        if (address := mail_address(word)) is not None:
            return Given(EMAIL, address)
    return Unreadable(EMAIL) if written else None


def mail_address(word: str) -> str | None:
    """Return ``word`` as an e-mail address, or None where no mail can go to it."""
    local, _, domain = word.rpartition("@")
    if len(word) > LONGEST_ADDRESS or len(local) > LONGEST_LOCAL or "@" in local:
        return None
    if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        return None
    try:
        idna.encode(domain, uts46=True)
    except idna.IDNAError:
        return None
    return f"{local}@{domain.lower()}"


def _number_in(text: str, country: str) -> Given | Unreadable | None:
    found: Unreadable | None = None
    for match in _DIGITS.finditer(text):
        digits = sum(c.isdigit() for c in match.group())
        if not FEWEST_DIGITS <= digits <= MOST_DIGITS or _NO_NUMBER.fullmatch(match.group()):
            continue
        if _ORDER.search(text[: match.start()]):
            continue
        try:
            number = phonenumbers.parse(match.group(), country)
        except phonenumbers.NumberParseException:
            number = None
        if number is not None and phonenumbers.is_valid_number(number):
            return Given(SMS, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        # Digits in a longer tale may be anything.
        rest = text.replace(match.group(), " ")
        if len(rest.split()) <= FEW_WORDS or _SAYS_NUMBER.search(rest):
            found = Unreadable(PHONE)
    return found
