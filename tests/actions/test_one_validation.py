"""An angry customer is told once that they were heard, also where the answer itself begins with that."""

from __future__ import annotations

import asyncio
import os

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.passing_on import Complaint
from meantime.db import Database
from meantime.ledger import TurnToken
from meantime.wording.passing_on import LEADS
from meantime.wording.reasons import Reason
from meantime.wording.small import FRUSTRATING


def test_who_is_angry_for_the_second_time_is_told_once_that_they_were_heard(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("base", "summing", "reaching"):
        monkeypatch.setattr(f"actions.{module}.database", lambda: database, raising=False)
    token = TurnToken("c1", "m1", "website", "a1").sign(os.environ["SECRET_KEY"])
    message = {
        "text": "this is useless, you idiots",
        "intent": {"name": "complaint"},
        "metadata": {"token": token},
        "entities": [],
    }
    asked = Tracker("c1", {"upset": 0}, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    asyncio.run(Complaint().run(dispatcher, asked, {}))
    said = dispatcher.messages[0]["text"]
    assert said.startswith(LEADS[Reason.UPSET])
    assert FRUSTRATING not in said
