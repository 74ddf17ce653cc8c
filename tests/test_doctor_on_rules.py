"""What the doctor says about the shop's own rules, and about which pages may open a chat."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from meantime import cli
from meantime.db import Database
from meantime.doctor import examine
from meantime.feeds.commands import import_demo
from meantime.settings import Settings
from meantime.shop.calendar import today


def of(database_url: str, **settings: object) -> Settings:
    return Settings(_env_file=None, database_url=database_url, port=1, rasa_port=1, actions_port=1, **settings)


@pytest.fixture
def with_rules(database_url: str, database: Database, tmp_path: Path) -> Settings:
    """The demo shop under a policy that a test writes."""
    import_demo(database, today())
    return of(database_url, policy_file=tmp_path / "policy.yml")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("order_number_pattern: 'W[0-9]{7}'", "does not match 20 of your newest 20 orders, like M1"),
        ("order_number_pattern: 'm[0-9]{6}'", "does not match 20"),
        ("order_number_pattern: 'M1041[0-9]{2}'", "does not match 14 of your newest 20 orders, like M1042"),
        ("order_number_example: '104171'", "order_number_example 104171 does not match"),
        ("order_number_pattern: 'M[0-9]{6}'\norder_number_example: M123456", ""),
        ("{}", ""),
    ],
)
def test_numbers_that_would_not_be_recognised_are_named(with_rules: Settings, rules: str, said: str) -> None:
    assert with_rules.policy_file
    with_rules.policy_file.write_text(rules)
    found = " ".join(trouble for trouble in examine(with_rules) if "order_number" in trouble)
    assert said in found
    assert bool(found) is bool(said)


def test_the_demo_is_looked_at_under_the_rules_it_is_served_with(
    database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "configured", lambda: of(database_url))
    assert "names no phone or e-mail" in CliRunner().invoke(cli.app, ["doctor"]).output
    import_demo(database, today())
    assert "names no phone or e-mail" not in CliRunner().invoke(cli.app, ["doctor"]).output


def test_a_database_that_is_not_there_is_said_and_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = of("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    monkeypatch.setattr(cli, "configured", lambda: gone)
    done = CliRunner().invoke(cli.app, ["doctor"])
    assert done.exit_code == 1
    assert "does not answer" in done.output
    assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    ("public_url", "allowed_origins", "is_said"),
    [("https://chat.example", "", True), ("https://chat.example", "https://shop.example", False), ("", "", False)],
)
def test_a_shop_whose_pages_may_not_open_a_chat_is_told(
    database_url: str, public_url: str, allowed_origins: str, is_said: bool
) -> None:
    settings = of(database_url, public_url=public_url, allowed_origins=allowed_origins)
    assert any("ALLOWED_ORIGINS" in trouble for trouble in examine(settings)) is is_said


@pytest.mark.parametrize("origins", ["*", "https://*", "https://*.example.com", "https://shop.example, https://*"])
def test_all_the_world_is_no_origin(database_url: str, origins: str) -> None:
    with pytest.raises(ValidationError, match=r"has a \* in it; name each origin"):
        of(database_url, allowed_origins=origins)


def test_revoking_a_key_that_is_not_there_is_one_sentence(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "configured", lambda: of(database_url))
    done = CliRunner().invoke(cli.app, ["keys", "revoke", "nope"])
    assert done.exit_code == 1
    assert done.output.strip() == "there is no key named 'nope'"
    assert isinstance(done.exception, SystemExit)
