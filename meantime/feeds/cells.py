"""What one value of a feed may be: each type turns the text of a cell into a value, or says why it cannot."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator

from meantime.feeds.faults import quoted
from meantime.shop.money import known_currency

LONGEST_KEY = 100
MOST = 1_000_000_000
"""Larger counts are typing errors, and would not fit PostgreSQL's integer."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,12}")
_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_WRITTEN_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_BREAKS = re.compile("[\t\r\n]")
_LINE_QUANTITY = re.compile(r"([0-9]{1,9})\s*:\s*([0-9]{1,9})")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _text(value: str) -> str:
    if _UNSTORABLE.search(value):
        raise ValueError("holds a control character")
    return value


def _name(value: str) -> str:
    if not value:
        raise ValueError("is empty")
    return _text(value)


def _key(value: str) -> str:
    if len(value) > LONGEST_KEY:
        raise ValueError(f"{quoted(value)} is longer than {LONGEST_KEY} characters")
    if _BREAKS.search(value):
        raise ValueError("holds a tab or a line break")
    return _name(value)


def _whole(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value:
        raise ValueError("is empty; write a whole number like 3")
    if not _WHOLE.fullmatch(value):
        raise ValueError(f"{quoted(value)} is not a whole number")
    return int(value)


def _whole_or_none_given(value: object) -> object:
    return 0 if value == "" else _whole(value)


def _not_negative(value: int) -> int:
    if value < 0:
        raise ValueError(f"{quoted(value)} is negative")
    if value > MOST:
        raise ValueError(f"{quoted(value)} is more than {MOST}")
    return value


def _at_least_one(value: int) -> int:
    if value == 0:
        raise ValueError(f"{quoted(value)} is less than 1")
    return _not_negative(value)


def _amount(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value:
        raise ValueError("is empty; write an amount like 12.50")
    if not _AMOUNT.fullmatch(value):
        raise ValueError(f"{quoted(value)} is not an amount; write it like 12.50")
    if value.startswith("-"):
        raise ValueError(f"{quoted(value)} is negative")
    return Decimal(value)


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError(f"{quoted(value)} is not a day; write it like 2026-11-02")


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value:
        raise ValueError("is empty; write a time like 2026-11-02T10:00:00Z")
    try:
        moment = datetime.fromisoformat(value)
        in_utc = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{quoted(value)} is not a time; write it like 2026-11-02T10:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"{quoted(value)} has no time zone; write it like 2026-11-02T10:00:00Z")
    return in_utc


def _flag(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value:
        raise ValueError("is empty; write true or false")
    if value.lower() not in _FLAGS:
        raise ValueError(f"{quoted(value)} is neither true nor false")
    return _FLAGS[value.lower()]


def _consent(value: object) -> object:
    """Nothing said is no consent."""
    return False if value == "" else _flag(value)


def _attributes(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value:
        return {}
    try:
        content = json.loads(value)
        written = json.dumps(content, allow_nan=False, ensure_ascii=False)
    except (ValueError, RecursionError):
        raise ValueError(f'{quoted(value)} is not JSON; write it like {{"color": "blue"}}') from None
    if not isinstance(content, dict):
        raise ValueError(f'{quoted(value)} is no JSON object; write it like {{"color": "blue"}}')
    if _WRITTEN_NUL.search(written) or _UNSTORABLE.search(written):
        raise ValueError("holds a control character")
    return content


def _shipped(value: object) -> object:
    if not isinstance(value, str):
        return value
    shipped: dict[int, int] = {}
    for part in filter(None, (part.strip() for part in value.split(";"))):
        pair = _LINE_QUANTITY.fullmatch(part)
        if pair is None:
            raise ValueError(f"{quoted(part)} is not line:quantity; write it like 1:2;2:1")
        line, quantity = int(pair[1]), int(pair[2])
        if line in shipped:
            raise ValueError(f"names line {line} twice")
        shipped[line] = _at_least_one(quantity)
    if not shipped:
        raise ValueError("names no line; write it like 1:2;2:1")
    return shipped


@lru_cache
def _currency(value: str) -> str:
    if not value:
        raise ValueError("is empty; write a currency like USD")
    if not known_currency(value.upper()):
        raise ValueError(f"{quoted(value)} is not a currency; write it like USD")
    return value.upper()


def _optional_currency(value: str) -> str:
    return _currency(value) if value else ""


def _zone(value: str) -> str:
    try:
        if value:
            ZoneInfo(value)
    except (OSError, ValueError, KeyError):
        raise ValueError(f"{quoted(value)} is not a time zone; write it like Europe/Berlin") from None
    return value


def _address(value: str) -> str:
    if value and not value.startswith(("https://", "http://", "/")):
        raise ValueError(f"{quoted(value)} is not an address; write it like https://shop.example/lamp.jpg")
    return _text(value)


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Text = Annotated[str, AfterValidator(_text)]
Name = Annotated[str, AfterValidator(_name)]
Key = Annotated[str, AfterValidator(_key)]
Count = Annotated[int, BeforeValidator(_whole), AfterValidator(_not_negative)]
CountOrNone = Annotated[int, BeforeValidator(_whole_or_none_given), AfterValidator(_not_negative)]
Units = Annotated[int, BeforeValidator(_whole), AfterValidator(_at_least_one)]
Amount = Annotated[Decimal, BeforeValidator(_amount)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Consent = Annotated[bool, BeforeValidator(_consent)]
Attributes = Annotated[dict[str, Any], BeforeValidator(_attributes)]
Shipped = Annotated[dict[int, int], BeforeValidator(_shipped)]
Currency = Annotated[str, AfterValidator(_currency)]
OptionalCurrency = Annotated[str, AfterValidator(_optional_currency)]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]
OptionalAmount = Annotated[Amount | None, BeforeValidator(_none_if_empty)]
OptionalDay = Annotated[Day | None, BeforeValidator(_none_if_empty)]
OptionalMoment = Annotated[Moment | None, BeforeValidator(_none_if_empty)]
