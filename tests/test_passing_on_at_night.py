"""What an action tells of where the answer goes: by what the gateway and the shop know of the customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions import base
from actions.reaching import outlook
from meantime.db import Database, now
from meantime.shop.identity import Asker
from meantime.shop.policy import Policy, load_policy
from meantime.shop.tables import Customer, Proof
from meantime.wording.presence import AnswerTo
from tests.conftest import Configure
from tests.opening import closed_now

ASKS, ON_FILE = "may we answer to?", "the e-mail address we have for you"


@pytest.fixture
def shop(database: Database, database_url: str, configure: Configure) -> Iterator[Database]:
    """A shop that sends mail, and in which Ann has proven in conversation c to be herself."""
    configure(database_url=database_url, smtp_url="smtp://127.0.0.1", mail_from="a@shop.example")
    with database.writing() as session:
        session.add(Customer(id="ann", email="ann@example.com"))
        session.add(Proof(conversation_id="c", customer_id="ann", how="test", expires_at=now() + timedelta(hours=1)))
    base.database.cache_clear()
    yield database
    base.database().dispose()
    base.database.cache_clear()


@pytest.fixture
def closed(tmp_path: Path) -> Policy:
    return load_policy(closed_now(tmp_path / "policy.yml"))


def told(policy: Policy, conversation: str, channel: str = "website", answer_to: AnswerTo = AnswerTo.UNKNOWN) -> Any:
    asker = Asker(conversation, "m", channel, "a")
    return outlook(cast(Any, SimpleNamespace(policy=policy, asker=asker, answer_to=answer_to)))


def test_a_stranger_is_asked_once(shop: Database, closed: Policy) -> None:
    assert ASKS in told(closed, "another").text
    assert ASKS not in told(closed, "another", answer_to=AnswerTo.ASKED).text


def test_who_is_known_is_not_asked(shop: Database, closed: Policy) -> None:
    said = told(closed, "c")
    assert ON_FILE in said.text
    assert (said.asks, ASKS in said.text) == ("", False)


def test_what_was_given_comes_before_what_is_known(shop: Database, closed: Policy) -> None:
    assert ON_FILE not in told(closed, "c", answer_to=AnswerTo.GIVEN).text


def test_a_shop_that_sends_no_mail_asks_the_known_too(shop: Database, closed: Policy, configure: Configure) -> None:
    configure(smtp_url="")
    assert told(closed, "c").asks == "contact"


def test_by_text_the_number_is_known(shop: Database, closed: Policy) -> None:
    said = told(closed, "another", channel="sms")
    assert "comes to this number" in said.text
    assert said.asks == ""


def test_by_day_nothing_of_this_is_said(shop: Database) -> None:
    said = told(Policy(), "another")
    assert (said.text, said.asks) == ("", "")
