"""Where parcels are longer on the road than elsewhere: areas of postcodes, as the shop's policy names them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, field_validator, model_validator

from meantime.shop.policy_part import Days, Part
from meantime.shop.postcodes import area_of, written_area


class Transit(Part):
    """Business days on the road, from the first to the last that is usual."""

    shortest: Days
    longest: Days

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.shortest > self.longest:
            raise ValueError(f"shortest ({self.shortest}) must not be more than longest ({self.longest})")
        return self

    def later(self, by: int) -> Transit:
        """Return the same some days later; that may be more than a policy may name."""
        return Transit.model_construct(shortest=self.shortest + by, longest=self.longest + by)


class Zone(Part):
    """Postcodes that begin alike, or lie between two beginnings ("995-999"); none means the whole country."""

    name: str = Field(min_length=1)
    country: str = ""
    """ISO 3166; empty: the shop's own."""
    postcodes: tuple[str, ...] = ()
    transit: dict[str, Transit] = {}
    """By ship method, instead of the usual days; a method that is not named is taken as the slowest of these."""
    extra: Days | None = None
    """Or so many business days on top of the usual ones."""

    @field_validator("country")
    @classmethod
    def _known(cls, value: str) -> str:
        if value and value.upper() not in SUPPORTED_REGIONS:
            raise ValueError(f"{value!r} is not a country, write two letters like US, GB or DE")
        return value.upper()

    @field_validator("postcodes")
    @classmethod
    def _readable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            # Any country's may stand here; counted as Britain's are, letters and digits keep their order everywhere.
            first, last = _ends(text, "GB")
            if not (first and last):
                raise ValueError(f"{text!r} is not the beginning of a postcode, nor two of them, like 995-999")
            if len(first) != len(last):
                raise ValueError(f"{text!r} must lie between two beginnings of the same length, like 995-999")
            if first > last:
                raise ValueError(f"{text!r} ends before it begins")
        return value

    @model_validator(mode="after")
    def _says_where_and_how_long(self) -> Self:
        if not (self.postcodes or self.country):
            raise ValueError("must name postcodes, or the country it is all of")
        if bool(self.transit) == (self.extra is not None):
            raise ValueError("must have transit or extra, one of them")
        return self

    def covers(self, country: str, postcode: str, home: str) -> bool:
        """Return whether a parcel to ``postcode`` in ``country`` goes there, from a shop in ``home``."""
        if country != (self.country or home):
            return False
        area = area_of(postcode, country)
        return not self.postcodes or any(_lies_in(area, *_ends(text, country)) for text in self.postcodes)


def zone_of(zones: Iterable[Zone], country: str, postcode: str, home: str) -> Zone | None:
    """Return the first zone a parcel goes to, or None where the usual days hold."""
    return next((zone for zone in zones if zone.covers(country, postcode, home)), None)


def _ends(text: str, country: str) -> tuple[str, str]:
    first, dash, last = text.partition("-")
    return written_area(first, country), written_area(last if dash else first, country)


def _lies_in(area: str, first: str, last: str) -> bool:
    return first <= area[: len(first)] <= last
