"""Postcodes as they are compared, and what country one is of, as far as its form tells."""

from __future__ import annotations

import re

US_ZIP = re.compile(r"\d{5}-?\d{4}")
FORMS = {
    "GB": re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}"),
    "CA": re.compile(r"[A-Z]\d[A-Z]\d[A-Z]\d"),
    "NL": re.compile(r"\d{4}[A-Z]{2}"),
    "US": re.compile(r"\d{5}"),
}
DIGITS = re.compile(r"\d{3,7}")
BRITISH_INWARD = 3
_ONE_DIGIT_DISTRICT = re.compile(r"^([A-Z]{1,2})(\d)(?!\d)")


def postcode_key(postcode: str) -> str:
    """Return a postcode as it is compared: letters and digits, a US ZIP+4 cut to its five."""
    postcode = postcode.strip()
    if US_ZIP.fullmatch(postcode):
        return postcode[:5]
    return re.sub(r"[^A-Z0-9]", "", postcode.upper())


def country_of(postcode: str, home: str) -> str:
    """Return the country (ISO 3166) a postcode is of, the shop's own before any other, or "" where it is none."""
    key = postcode_key(postcode)
    fitting = [country for country, form in FORMS.items() if form.fullmatch(key)]
    if home in fitting or (home not in FORMS and DIGITS.fullmatch(key)):
        return home
    return fitting[0] if fitting else ""


def area_of(postcode: str, country: str) -> str:
    """Return a postcode so that those of one area begin alike, and sort as the post numbers them: of a British one
    its first half, with two digits in every district, so that PA2 is not the beginning of PA20."""
    key = postcode_key(postcode)
    return _two_digits(key[:-BRITISH_INWARD]) if country == "GB" else key


def written_area(text: str, country: str) -> str:
    """Return the beginning of postcodes that a policy names, in the form of ``area_of``."""
    key = postcode_key(text)
    return _two_digits(key) if country == "GB" else key


def _two_digits(area: str) -> str:
    return _ONE_DIGIT_DISTRICT.sub(r"\g<1>0\2", area)
