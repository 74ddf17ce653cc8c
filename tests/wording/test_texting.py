"""What the gateway itself says, as text messages: short, in plain characters, and of no page."""

from __future__ import annotations

import pytest

from meantime.wording import gateway, texting
from meantime.wording.texting import about_texts
from meantime.wording.tone import lint

FOR_STAFF = {"OPTED_OUT_BY_CANCEL", "STILL_WRITES"}
SAID = {
    f"{room.__name__.rsplit('.', 1)[-1]}.{name}": text
    for room in (gateway, texting)
    for name, text in vars(room).items()
    if name.isupper() and isinstance(text, str) and name not in FOR_STAFF
}


@pytest.mark.parametrize("text", SAID.values(), ids=SAID)
def test_it_keeps_the_rules_of_a_text_message(text: str) -> None:
    assert lint(text, channel="sms") == []


@pytest.mark.parametrize(
    ("phone", "email", "reach"),
    [
        ("555-0100", "help@example.com", "at 555-0100 or help@example.com."),
        ("", "help@example.com", "at help@example.com."),
        ("", "", ""),
    ],
)
def test_help_says_who_writes_how_else_to_reach_us_and_how_to_leave(phone: str, email: str, reach: str) -> None:
    text = about_texts("Harbor & Pine", phone, email)
    assert text.startswith("This is Harbor & Pine.")
    assert ("You can also reach us" in text) == bool(reach)
    assert reach in text
    assert "STOP" in text
    assert lint(text, channel="sms") == []
