"""What a customer is told of what is kept of them: all of it, and nothing of anybody else."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from typer.testing import CliRunner, Result

from meantime import cli
from meantime.db import Database, now
from meantime.privacy.belonging import UnknownCustomer
from meantime.privacy.export import customer_document
from meantime.settings import Settings
from meantime.shop.tables import AuditEntry
from tests.privacy.conftest import CANCELLED, MIA, MIAS, OF_MIA, OF_OTTO, OTTO, OTTOS, SECRETS, World, talk


def document(world: World, customer_id: str = MIA) -> dict[str, Any]:
    with world.database.reading() as session:
        made = customer_document(session, customer_id)
    told: dict[str, Any] = json.loads(json.dumps(made))
    return told


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False).casefold()


def test_everything_that_is_kept_of_a_customer_is_told(world: World) -> None:
    told = as_text(document(world))
    assert [secret for secret in SECRETS if secret.casefold() not in told] == []


def test_nothing_of_anybody_else_is_told(world: World) -> None:
    told = as_text(document(world))
    assert [each for each in (*OF_OTTO.values(), OTTO, OTTOS, "dim") if each.casefold() in told] == []


def test_an_order_is_told_with_its_lines_parcels_changes_and_wishes(world: World) -> None:
    orders = {order["number"]: order for order in document(world)["orders"]}
    assert orders.keys() == {MIAS, CANCELLED}
    order = orders[MIAS]
    assert [(line["sku"], line["quantity"], line["unit_price"]) for line in order["lines"]] == [
        ("LAMP", 2, "64.00"),
        ("SHADE", 3, "18.50"),
    ]
    assert [parcel["tracking_number"] for parcel in order["shipments"]] == ["1ZMIA"]
    assert [wish["kind"] for wish in order["wishes"]] == ["notify"]
    assert [promise["what"] for promise in order["promises"]] == ["about the tangerine"]
    assert [(change["kind"], change["amount"]) for change in orders[CANCELLED]["changes"]] == [("cancel", None)]
    assert [proposal["kind"] for proposal in orders[CANCELLED]["proposals"]] == ["cancel"]


def test_a_waiting_line_is_told_with_its_promise_and_where_it_comes_from(world: World) -> None:
    world.source.set("orders", status="open").set("order_lines", 1, quantity="5").only(
        "products", "orders", "order_lines"
    )
    world.source.bring_in()
    (order,) = [order for order in document(world)["orders"] if order["number"] == MIAS]
    line = order["lines"][1]
    assert line["state"] == "backordered"
    assert line["promise"]["earliest"] < line["promise"]["latest"]
    assert [units["due_on"] for units in line["allocations"]] == ["2026-12-01"]


def test_a_conversation_is_told_word_by_word_with_who_said_it_and_when(world: World) -> None:
    web, texted = document(world)["conversations"]
    assert [(m["author"], m["text"].split()[0]) for m in web["messages"]] == [
        ("customer", "where"),
        ("bot", "The"),
        ("customer", "I"),
        ("system", "Ana"),
        ("agent", "Hello"),
    ]
    assert all(message["at"] for message in web["messages"])
    assert [sent["channel"] for sent in web["messages"][-1]["deliveries"]] == ["email"]
    assert texted["messages"][0]["pictures"][0]["url"].endswith("porcupine.jpg")
    assert (web["ratings"][0]["word"], web["notes"][0]["author"]) == ("lovely umbrella", "Ana")


def test_their_addresses_are_told_with_what_was_agreed_to(world: World) -> None:
    contacts = document(world)["contacts"]
    assert {contact["theirs"] for contact in contacts} == {OF_MIA["email"], "+12065550177"}


def test_of_a_conversation_in_which_somebody_else_was_proven_only_the_time_before_is_told(world: World) -> None:
    with world.database.writing() as session:
        shared = talk(session, "mine is violet", order=MIAS, clue=OF_MIA["email"])
    with time_machine.travel(now() + timedelta(minutes=1)), world.database.writing() as session:
        talk(session, "and his is crimson", order=OTTOS, clue=OF_OTTO["email"], conversation_id=shared)
    mias, ottos = document(world), document(world, OTTO)
    (told,) = [each for each in mias["conversations"] if each["id"] == shared]
    assert told["shared"] is True
    assert [message["text"] for message in told["messages"]] == ["mine is violet", f"About {MIAS}: it is fine."]
    assert "notes" not in told
    (told,) = [each for each in ottos["conversations"] if each["id"] == shared]
    assert told["messages"] == []  # who came second may be told nothing: it may be about the first
    assert "violet" not in as_text(ottos)


def test_two_accounts_with_one_address_are_one_person(world: World) -> None:
    world.source.add("customers", customer_id="K300", **(OF_MIA | {"name": "M. Quillfeather"})).bring_in()
    with world.database.writing() as session:
        shared = talk(session, "mine is violet", order=MIAS, clue=OF_MIA["email"])
    (told,) = [each for each in document(world)["conversations"] if each["id"] == shared]
    assert told["shared"] is False


def test_who_is_unknown_has_no_document(world: World) -> None:
    with world.database.reading() as session, pytest.raises(UnknownCustomer):
        customer_document(session, "K999")


@pytest.fixture
def configured(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "configured", lambda: Settings(_env_file=None, database_url=database_url))


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


@pytest.mark.usefixtures("configured")
def test_the_command_prints_the_document_alone_and_puts_it_on_record(world: World, database: Database) -> None:
    done = run("export-customer", MIA)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["customer"]["name"] == OF_MIA["name"]
    assert done.stderr == ""
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.what == "export")).all()
    assert [(e.who, e.subject, e.before, e.after) for e in entries] == [("cli", f"customer:{MIA}", None, None)]


@pytest.mark.usefixtures("configured")
def test_the_command_says_that_it_knows_nobody_of_that_id(world: World, database: Database) -> None:
    done = run("export-customer", "K999")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "There is no customer K999." in done.stderr
    with database.reading() as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.what == "export")).all() == []


@pytest.mark.usefixtures("configured")
def test_a_file_is_for_nobody_elses_eyes_and_none_is_written_over(world: World, tmp_path: Path) -> None:
    file = tmp_path / "mia.json"
    done = run("export-customer", MIA, "--to", str(file))
    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads(file.read_text(encoding="utf-8"))["customer"]["id"] == MIA
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = run("export-customer", OTTO, "--to", str(file))
    assert again.exit_code == 1
    assert "is there already" in again.stderr
    assert json.loads(file.read_text(encoding="utf-8"))["customer"]["id"] == MIA
