"""What `meantime serve` starts its processes with, and what the demo shop leaves in a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from meantime import cli, serving
from meantime.db import Database
from meantime.feeds.commands import import_demo
from meantime.feeds.demo import DEMO_SHOP
from meantime.settings import Settings
from meantime.shop.calendar import today
from meantime.shop.policy import load_policy
from meantime.shop.tables import Order

Serve = Callable[..., str | None]


@pytest.fixture
def policy_served(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Return a function that runs `serve` with these words and gives the POLICY_FILE of its processes."""
    monkeypatch.delenv("POLICY_FILE", raising=False)

    def run(*words: str, policy_file: Path | None = None) -> str | None:
        served: list[Settings] = []
        settings = Settings(_env_file=None, database_url=database_url, policy_file=policy_file)
        monkeypatch.setattr(cli, "configured", lambda: settings)
        monkeypatch.setattr(cli, "train", lambda: None)
        monkeypatch.setattr(serving, "serve", lambda settings, _model: served.append(settings) or 0)
        done = CliRunner().invoke(cli.app, ["serve", *words])
        assert done.exit_code == 0, done.output
        return serving.child_environment(served[0], Path("model")).get("POLICY_FILE")

    return run


def test_the_demo_shop_is_written_before_there_are_any_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []
    monkeypatch.setattr(cli, "ensure_secrets", lambda: made.append(True))
    settings = Settings(_env_file=None)
    monkeypatch.setattr(cli, "settings", lambda: settings if made else pytest.fail("read before they were made"))
    done = CliRunner().invoke(cli.app, ["demo", "--to", str(tmp_path / "my-shop")])
    assert done.exit_code == 0, done.output
    assert (made, (tmp_path / "my-shop" / "orders.csv").exists()) == ([True], True)


def test_the_demo_shop_is_served_with_its_own_rules(policy_served: Serve) -> None:
    file = policy_served("--demo")
    assert file is not None
    assert Path(file) == DEMO_SHOP / "policy.yml"
    assert load_policy(Path(file)).contact.phone == "(503) 555-0100"
    assert policy_served("--demo") == file  # the second time the shop is there already


def test_rules_that_are_set_win(policy_served: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yml").touch()
    monkeypatch.chdir(tmp_path)
    assert policy_served("--demo", policy_file=Path("mine.yml")) == str(tmp_path / "mine.yml")


def test_without_the_demo_there_are_no_demo_rules(policy_served: Serve, database: Database) -> None:
    import_demo(database, today())
    assert policy_served() is None


def test_another_shop_is_not_served_with_the_demos_rules(policy_served: Serve, database: Database) -> None:
    import_demo(database, today())
    with database.writing() as session:
        session.execute(update(Order).where(Order.number == "M104171").values(customer_id="C1001"))
    assert policy_served("--demo") is None


def test_the_demo_shops_rules_are_no_part_of_the_folder_to_start_from(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.app, ["demo", "--to", str(tmp_path / "shop")])
    assert done.exit_code == 0, done.output
    written = {file.name for file in (tmp_path / "shop").iterdir()}
    assert written == {file.name for file in DEMO_SHOP.glob("*.csv")}
    assert written
