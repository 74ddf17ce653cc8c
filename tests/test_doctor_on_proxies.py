"""What is wrong with the settings, in words."""

from __future__ import annotations

import pytest

from meantime.doctor import examine
from meantime.settings import Settings

NOBODY = "http://127.0.0.1:1"
RIGHT = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": "t" * 32,
    "twilio_from": "+15035550100",
    "public_url": "https://chat.example.com",
}


def troubles(database_url: str, **settings: str) -> str:
    found = examine(
        Settings(_env_file=None, database_url=database_url, port=1, rasa_port=1, actions_port=1, **settings)
    )
    return " ".join(trouble for trouble in found if "TWILIO" in trouble or "Twilio" in trouble)


@pytest.mark.parametrize("settings", [{}, RIGHT], ids=["without Twilio", "with Twilio"])
def test_a_right_configuration_is_not_complained_of(database_url: str, settings: dict[str, str]) -> None:
    assert troubles(database_url, **settings) == ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"twilio_auth_token": ""}, "without TWILIO_AUTH_TOKEN"),
        ({"twilio_account_sid": ""}, "without TWILIO_ACCOUNT_SID"),
        ({"twilio_account_sid": "SK123"}, "no account's id"),
        ({"twilio_from": "(503) 555-0100"}, "not a number in E.164"),
        ({"twilio_from": "+1 503 555 0100"}, "not a number in E.164"),
        ({"twilio_from": ""}, "TWILIO_FROM is not set"),
        ({"public_url": ""}, "PUBLIC_URL is not set"),
    ],
)
def test_each_fault_is_named_with_what_to_do(database_url: str, wrong: dict[str, str], said: str) -> None:
    found = troubles(database_url, **{name: value for name, value in (RIGHT | wrong).items() if value})
    assert said in found
    assert RIGHT["twilio_auth_token"] not in found


@pytest.mark.parametrize(
    ("public_url", "trusted_proxies", "is_said"),
    [("https://chat.example", "", True), ("https://chat.example", "127.0.0.1", False), ("", "", False)],
)
def test_a_web_server_in_front_that_nobody_named_is_noticed(
    database_url: str, public_url: str, trusted_proxies: str, is_said: bool
) -> None:
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        public_url=public_url,
        trusted_proxies=trusted_proxies,
        rasa_url=NOBODY,
        actions_url=NOBODY,
        port=1,
    )
    assert any("TRUSTED_PROXIES" in sentence for sentence in examine(settings)) is is_said
