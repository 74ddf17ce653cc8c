"""`meantime staff`: the password alone on standard output, and words for everything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from meantime import cli
from meantime.db import Database
from meantime.desk.accounts import list_staff, staff_named
from meantime.desk.passwords import is_right
from meantime.settings import Settings

StaffCommand = Callable[..., Result]


@pytest.fixture
def staff(database_url: str, monkeypatch: pytest.MonkeyPatch) -> StaffCommand:
    """Return a function that runs `meantime staff ...` on the test's database."""
    settings = Settings(_env_file=None, database_url=database_url)
    monkeypatch.setattr(cli, "configured", lambda: settings)
    return lambda *words: CliRunner().invoke(cli.app, ["staff", *words])


def test_add_prints_the_first_password_alone(staff: StaffCommand, database: Database) -> None:
    made = staff("add", "Ben Ode", "--role", "agent")
    assert made.exit_code == 0, made.stderr
    assert len(made.stdout.split()) == 1
    with database.reading() as session:
        account = staff_named(session, "Ben Ode")
        assert account.role == "agent"
        assert is_right(made.stdout.strip(), account.password_hash)


def test_list_shows_names_roles_and_states(staff: StaffCommand, database: Database) -> None:
    staff("add", "Ana", "--role", "lead")
    staff("add", "Ben", "--role", "buyer")
    assert staff("disable", "ben").exit_code == 0
    shown = [line.split("\t")[:2] for line in staff("list").stdout.splitlines()]
    assert shown == [["Ana", "lead"], ["Ben", "buyer"]]
    assert "disabled" in staff("list").stdout
    with database.reading() as session:
        assert [account.disabled_at is None for account in list_staff(session)] == [True, False]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "Ana", "--role", "lead"), "already"),
        (("add", "Bot", "--role", "lead"), "Meantime's own"),
        (("disable", "Ana"), "only lead"),
        (("disable", "Nobody"), "nobody named"),
        (("password", "Nobody"), "nobody named"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_printed(
    staff: StaffCommand, words: tuple[str, ...], said: str
) -> None:
    staff("add", "Ana", "--role", "lead")
    done = staff(*words)
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_role_that_is_none_is_refused(staff: StaffCommand) -> None:
    assert staff("add", "Ana", "--role", "boss").exit_code == 2
