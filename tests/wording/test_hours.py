"""Opening hours in words, and how a hand-off ends: when somebody answers, and where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from meantime.shop.policy import Contact
from meantime.shop.week import Span, Week, read_week
from meantime.wording.hours import clock, in_words, moment, team_hours
from meantime.wording.numbered import pages
from meantime.wording.passing_on import handing_off_at_once
from meantime.wording.presence import AnswerTo, outlook
from meantime.wording.tone import lint, lint_sms
from tests.conftest import Configure

OFFICE = read_week({"monday-friday": {"from": "9:00", "to": "17:00"}})
BACK = datetime(2026, 11, 30, 14, tzinfo=UTC)
CONTACT = Contact(phone="(503) 555-0100", email="help@example.com", opening=OFFICE)


@pytest.fixture(autouse=True)
def new_york(configure: Configure) -> None:
    configure(shop_timezone="America/New_York", shop_country="US", smtp_url="smtp://127.0.0.1", mail_from="a@b.example")


@pytest.mark.parametrize(
    ("minute", "words"),
    [
        (0, "midnight"),
        (540, "9 am"),
        (545, "9:05 am"),
        (720, "noon"),
        (750, "12:30 pm"),
        (1050, "5:30 pm"),
        (1440, "midnight"),
    ],
)
def test_a_time_of_day_reads_as_it_is_said(minute: int, words: str) -> None:
    assert clock(minute) == words


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        ({"mon-fri": {"from": "9:00", "to": "17:00"}}, "Monday to Friday, 9 am to 5 pm"),
        (
            {"mon-thu": {"from": "8:30", "to": "16:00"}, "fri": {"from": "8:30", "to": "12:00"}},
            "Monday to Thursday, 8:30 am to 4 pm; Friday, 8:30 am to noon",
        ),
        ({"sat-sun": {"from": "10:00", "to": "14:00"}}, "Saturday and Sunday, 10 am to 2 pm"),
        (
            {"tue": [{"from": "9:00", "to": "12:00"}, {"from": "13:00", "to": "17:00"}]},
            "Tuesday, 9 am to noon and 1 pm to 5 pm",
        ),
    ],
)
def test_days_of_the_same_hours_are_said_together(opening: dict[str, object], words: str) -> None:
    assert in_words(read_week(opening)) == words


def test_the_zone_is_said_where_a_country_has_several(configure: Configure) -> None:
    assert team_hours(CONTACT) == "Monday to Friday, 9 am to 5 pm Eastern Time, except on public holidays"
    configure(shop_country="GB", shop_timezone="Europe/London")
    assert team_hours(Contact(opening=OFFICE, closed_on_holidays=False)) == "Monday to Friday, 9 am to 5 pm"


def test_around_the_clock_is_said_shortly() -> None:
    always = Week(((Span(0, 1440),),) * 7)
    assert team_hours(Contact(opening=always, closed_on_holidays=False)) == "at any hour"


def test_the_clock_beats_the_shops_own_words() -> None:
    assert team_hours(Contact(hours="mornings")) == "mornings"
    assert "mornings" not in team_hours(CONTACT.model_copy(update={"hours": "mornings"}))


@time_machine.travel(datetime(2026, 11, 30, 11, tzinfo=UTC), tick=False)
def test_a_moment_is_today_or_has_its_day() -> None:
    assert moment(BACK) == "today at 9 am Eastern Time"
    assert moment(datetime(2026, 12, 1, 14, tzinfo=UTC)) == "on Tuesday, December 1, at 9 am Eastern Time"


def test_while_somebody_is_there_nobody_is_asked_for_an_address() -> None:
    said = outlook(CONTACT, None, AnswerTo.UNKNOWN)
    assert said.asks == ""
    assert "Our team is here Monday to Friday, 9 am to 5 pm" in said.text


@pytest.mark.parametrize(
    ("answer_to", "asks", "words"),
    [
        (AnswerTo.UNKNOWN, "email", "which e-mail address may we answer to?"),
        (AnswerTo.ASKED, "", ""),
        (AnswerTo.GIVEN, "", "goes to the address or number you gave"),
        (AnswerTo.ON_FILE, "", "the e-mail address we have for you"),
        (AnswerTo.THIS_NUMBER, "", "comes to this number"),
    ],
)
@time_machine.travel(datetime(2026, 11, 28, 2, tzinfo=UTC), tick=False)
def test_at_night_a_customer_hears_when_how_else_and_where(answer_to: AnswerTo, asks: str, words: str) -> None:
    said = outlook(CONTACT, BACK, answer_to)
    assert "Nobody from our team is here right now; they are back on Monday, November 30, at 9 am" in said.text
    assert "(503) 555-0100" in said.text
    assert "help@example.com" in said.text
    assert words in said.text
    assert said.asks == asks
    assert ("?" in said.text) == bool(asks)
    reply = handing_off_at_once(said, "")
    assert lint(reply.text) == []
    assert [finding for page in pages(reply.text, []) for finding in lint_sms(page)] == []
    assert reply.asks == asks


@pytest.mark.parametrize(
    ("sends", "asks"),
    [
        ({"smtp_url": "", "mail_from": ""}, "contact"),  # people answer by hand
        ({}, "email"),
        (
            {"twilio_account_sid": "AC1", "twilio_auth_token": "t" * 32, "twilio_from": "+15550100000"},
            "contact",
        ),
        (
            {"smtp_url": "", "twilio_account_sid": "AC1", "twilio_auth_token": "t" * 32, "twilio_from": "+15550100000"},
            "phone",
        ),
    ],
)
def test_only_what_can_be_sent_to_is_asked_for(configure: Configure, sends: dict[str, str], asks: str) -> None:
    configure(**sends)
    assert outlook(CONTACT, BACK, AnswerTo.UNKNOWN).asks == asks
