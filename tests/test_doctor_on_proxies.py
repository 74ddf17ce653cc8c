"""What the doctor says of who comes from where."""

from __future__ import annotations

import pytest

from meantime.doctor import examine
from meantime.settings import Settings

NOBODY = "http://127.0.0.1:1"


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
