"""The shop's own rules, from POLICY_FILE (YAML). Without a file the defaults below hold."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError, field_validator

from meantime.settings import settings
from meantime.shop.policy_faults import faults_of, place_in
from meantime.shop.policy_part import Days, Part
from meantime.shop.week import OpeningHours, Week
from meantime.shop.zones import Transit, Zone


class BadPolicy(Exception):
    """The policy file cannot be used; the message names each fault in words."""


class DaysRules(Part):
    """How many business days each step of a delivery takes."""

    receiving: Days = 1
    handling: Days = 1
    transit: dict[str, Transit] = {
        "standard": Transit(shortest=3, longest=5),
        "express": Transit(shortest=1, longest=2),
    }
    abroad_extra: Days = 5
    zones: tuple[Zone, ...] = ()
    """Where it takes longer; the first that fits holds, abroad in place of ``abroad_extra``."""
    supplier_margin: Days = 2
    """Added to the last day of a promise that waits for a supplier."""

    @field_validator("transit")
    @classmethod
    def _names_one(cls, value: dict[str, Transit]) -> dict[str, Transit]:
        if not value:
            raise ValueError("must name a ship method, like standard: { shortest: 3, longest: 5 }")
        return value


class Identity(Part):
    """How long a proof lasts, and how often may be guessed. Too many guesses stop guessing, never a proven owner."""

    proof_hours: int = Field(12, ge=1, le=72)
    guesses_per_conversation: int = Field(5, ge=1)
    guesses_per_address_hour: int = Field(20, ge=1)
    guesses_per_order_hour: int = Field(10, ge=1)


class Cancelling(Part):
    proposal_minutes: int = Field(30, ge=1, le=30)
    refund_business_days: int = Field(7, ge=1, le=30)


class Substitutes(Part):
    """What is offered instead of an item that a customer waits for."""

    price_band_percent: int = Field(25, ge=0, le=500)
    """How far from the item's own price an offer may be, unless the customer names a price themselves."""
    most: int = Field(3, ge=1, le=5)
    reservation_minutes: int = Field(15, ge=1, le=60)
    """How long the listed item is kept back for the customer's yes."""


class GoodwillStep(Part):
    """So late (days after the day the order was to ship by), so much of the price of what still waits."""

    days_late: Days
    percent: int = Field(ge=1, le=100)


class Goodwill(Part):
    """What a customer who asks is given by rule, once an order. No steps: a person decides."""

    steps: list[GoodwillStep] = []

    @field_validator("steps")
    @classmethod
    def _grow(cls, value: list[GoodwillStep]) -> list[GoodwillStep]:
        if [(s.days_late, s.percent) for s in value] != sorted({(s.days_late, s.percent) for s in value}):
            raise ValueError("must grow from step to step, in days and in percent")
        return value


class Answers(Part):
    """The shop's own sentences on what only it can know: said after what the other rules tell. Where there is
    nothing to tell at all, a person answers."""

    returns: str = ""
    cancellations: str = ""
    shipping: str = ""
    payment_methods: str = ""
    warranty: str = ""
    pickup: str = ""
    """Whether orders can be picked up."""
    discounts: str = ""
    """Codes, coupons and the like."""
    personal_data: str = ""
    """What is kept, and how it is deleted."""


class Contact(Part):
    """How a person can be reached; empty ones are not said."""

    phone: str = ""
    email: str = ""
    hours: str = ""
    """When people are there, in the shop's own words; said where ``opening`` is empty."""
    opening: OpeningHours = Week()
    """The same by the clock: outside these hours a customer is told when somebody is there again."""
    closed_on_holidays: bool = True


class Sms(Part):
    """Who answers STOP, START and HELP by text message: Twilio, as it does by default, or Meantime."""

    keywords: Literal["twilio", "own"] = "twilio"


class Limits(Part):
    """What is let in from one address, so that nobody keeps the others out. A company or a mobile network may show
    many customers under one address."""

    conversations_per_address_hour: int = Field(30, ge=1)
    requests_per_address_minute: int = Field(300, ge=1)
    availability_per_address_minute: int = Field(600, ge=1)
    sockets_per_address: int = Field(200, ge=1)
    sockets_per_conversation: int = Field(20, ge=1)


class HandOff(Part):
    """What a customer who waits for a person may count on, while people are there."""

    first_response_minutes: int = Field(10, ge=1, le=1440)
    """Within so many minutes somebody answers; if not, the customer is told."""
    promise_reminder_minutes: int = Field(60, ge=0, le=10_080)
    """So long before a promise of one's own is due its maker is reminded."""


class Retention(Part):
    """For how many days what leads to a person is kept; empty: for good."""

    conversations_days: int | None = Field(730, ge=31, le=36_500)
    """After the last word of a conversation; what was used up in it goes after as many. Links to it, and coming back
    to it, hold for less."""
    sign_ins_days: int | None = Field(90, ge=1, le=36_500)
    """Of staff: their tries to sign in, and sessions that have ended."""
    pictures_days: int | None = Field(180, ge=1, le=36_500)
    """Links to pictures that customers have sent."""
    audit_days: int | None = None
    """The record of who has changed what is kept for good: it says so here."""

    @field_validator("audit_days")
    @classmethod
    def _is_kept(cls, value: int | None) -> int | None:
        if value is not None:
            raise ValueError("must stay empty: the audit is kept for good, and nothing personal is in it")
        return value


class Policy(Part):
    """The whole of it."""

    order_number_pattern: str = r"[A-Z]{1,3}-?\d{4,10}"
    order_number_example: str = ""
    """Shown when asking for one; empty: made from the newest order."""
    quote_confidence: float = Field(0.9, gt=0, lt=1)
    days: DaysRules = DaysRules()
    identity: Identity = Identity()
    cancelling: Cancelling = Cancelling()
    substitutes: Substitutes = Substitutes()
    goodwill: Goodwill = Goodwill()
    answers: Answers = Answers()
    contact: Contact = Contact()
    hand_off: HandOff = HandOff()
    sms: Sms = Sms()
    limits: Limits = Limits()
    retention: Retention = Retention()

    @field_validator("order_number_pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        return value


@lru_cache
def load_policy(file: Path | None = None) -> Policy:
    """Return the policy of ``file``, or the defaults. Raises BadPolicy."""
    if file is None:
        return Policy()
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadPolicy(f"POLICY_FILE {file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadPolicy(f"POLICY_FILE {file} is not written in UTF-8. Save it as that.") from error
    except yaml.YAMLError as error:
        raise BadPolicy(f"POLICY_FILE {file} is not YAML{place_in(error)}.") from error
    try:
        return Policy.model_validate({} if content is None else content)
    except ValidationError as error:
        faults = "\n".join(f"  {fault}" for fault in faults_of(error, Policy))
        raise BadPolicy(f"POLICY_FILE {file} has to be put right first:\n{faults}") from error


def current_policy() -> Policy:
    """Return the policy of this installation. Raises BadPolicy."""
    return load_policy(settings().policy_file)
