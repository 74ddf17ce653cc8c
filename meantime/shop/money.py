"""Money is whole minor units and a currency; only the edges speak in decimals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from babel.numbers import get_currency_precision, list_currencies


class BadMoney(ValueError):
    """A text that is no amount of its currency; the message says why."""


@dataclass(frozen=True, slots=True)
class Money:
    """``minor`` units (cents) of ``currency`` (ISO 4217)."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.minor + other.minor, self.currency)

    def __str__(self) -> str:
        return to_text(self.minor, self.currency)


def known_currency(currency: str) -> bool:
    """Return whether ``currency`` is an ISO 4217 code."""
    return currency in list_currencies("en")


def to_minor(text: str, currency: str) -> int:
    """Return the minor units of a decimal text like ``12.50``. Raises BadMoney."""
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise BadMoney(f"{text!r} is not an amount; write it like 12.50") from None
    if not amount.is_finite():
        raise BadMoney(f"{text!r} is not an amount; write it like 12.50")
    digits = get_currency_precision(currency)
    minor = amount.scaleb(digits)
    if minor != minor.to_integral_value():
        raise BadMoney(f"{text!r} has more than {digits} decimals, which {currency} does not have")
    return int(minor)


def to_text(minor: int, currency: str) -> str:
    """Return the decimal text of an amount, with all its decimals: ``12.50``."""
    digits = get_currency_precision(currency)
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"
