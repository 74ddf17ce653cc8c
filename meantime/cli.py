"""The `meantime` command: set up, import, serve, keys, and saying what is misconfigured."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from meantime.envfile import ensure_secrets
from meantime.settings import Settings, settings
from meantime.shop.policy import BadPolicy, current_policy
from meantime.staff_commands import staff_commands

if TYPE_CHECKING:
    from meantime.db import Database

# What a command needs, it imports itself: importing all of it takes longer than most commands do.

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
keys = typer.Typer(no_args_is_help=True, help="API keys for the shop's own systems.")
app.add_typer(keys, name="keys")
say = Console(stderr=True, highlight=False, soft_wrap=True)
MOST_FAULTS = 50
A_DEMO_ORDER, ITS_CUSTOMER = "M104171", "C1002"
DEMO_LEAD = "Ana"


def fail(message: str) -> NoReturn:
    """End with words on what is wrong and what to do."""
    say.print(f"[bold red]{message}[/]" if "[" not in message else message, markup="[" not in message)
    raise typer.Exit(1)


def configured() -> Settings:
    """Return the settings, or end with the names that are wrong."""
    ensure_secrets()
    try:
        found = settings()
        current_policy()
    except ValidationError as error:
        faults = "\n".join(
            f"  {str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()
        )
        fail(f"The configuration (.env or the environment) has to be put right first:\n{faults}")
    except BadPolicy as error:
        fail(str(error))
    return found


def opened() -> Database:
    """Return the database, brought to the newest schema."""
    from sqlalchemy.exc import OperationalError

    from meantime.db import Database
    from meantime.migrate import upgrade

    url = configured().database_url
    try:
        upgrade(url)
        return Database(url)
    except OperationalError as error:
        fail(f"The database of DATABASE_URL does not answer: {error.orig}")


app.add_typer(staff_commands(opened, fail), name="staff")


def with_demo_rules(found: Settings, database: Database) -> Settings:
    """Return the settings with the demo shop's own rules, where that shop is what the database holds and
    POLICY_FILE names no others. Raises SQLAlchemyError where the database does not answer or is not set up."""
    from meantime.feeds.demo import DEMO_SHOP

    if found.policy_file is not None or not holds_demo(database):
        return found
    return found.model_copy(update={"policy_file": DEMO_SHOP / "policy.yml"})


def holds_demo(database: Database) -> bool:
    """Return whether the demo shop is what the database holds."""
    from meantime.shop.tables import Order

    with database.reading() as session:
        order = session.get(Order, A_DEMO_ORDER)
        return order is not None and order.customer_id == ITS_CUSTOMER


def working(what: str) -> Progress:
    """A spinner with the time that has passed."""
    progress = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=say)
    progress.add_task(what)
    return progress


@app.command("import")
def import_command(folder: Annotated[Path, typer.Argument(help="A folder of CSV files, see the README.")]) -> None:
    """Read a shop's data from CSV files: all of it, or, when there is a fault, nothing."""
    from meantime.feeds.commands import ImportFaults, import_folder

    database = opened()
    try:
        with Progress(*Progress.get_default_columns(), TimeElapsedColumn(), console=say, transient=True) as bar:
            task = bar.add_task("Reading ...", total=None)
            report = import_folder(
                database,
                folder,
                lambda step, done, total: bar.update(task, description=step, completed=done, total=total),
            )
    except ImportFaults as faults:
        shown = "\n".join(f"  {fault}" for fault in faults.faults[:MOST_FAULTS])
        more = len(faults.faults) - MOST_FAULTS
        rest = f"\n  and {more} more" if more > 0 else ""
        fail(f"Nothing was imported. Please mend:\n{shown}{rest}")
    say.print(str(report), markup=False)


@app.command()
def demo(
    to: Annotated[Path | None, typer.Option(help="Write it as CSV files into this folder instead.")] = None,
) -> None:
    """Put a small demo shop into an empty database, with dates around today."""
    from meantime.feeds.demo import import_demo, write_demo
    from meantime.shop.calendar import today

    if to is not None:
        configured()
        try:
            write_demo(to, today())
        except FileExistsError:
            fail(f"{to} holds something already. Name a new folder.")
        say.print(f"Written to {to}. Fill it with your own shop, then: .venv/bin/meantime import {to}", markup=False)
        return
    report = import_demo(opened(), today())
    say.print(str(report) if report else "The database holds products already, so no demo shop was added.")


@app.command()
def train() -> None:
    """Train the assistant, if what it is trained on has changed."""
    from meantime.training import TrainingFailed, model_file
    from meantime.training import train as train_model

    if model_file().exists():
        return
    try:
        with working("Training the assistant (under a minute) ..."):
            train_model()
    except TrainingFailed as error:
        fail(str(error))


@app.command()
def serve(
    with_demo: Annotated[bool, typer.Option("--demo", help="Fill an empty database with the demo shop.")] = False,
) -> None:
    """Serve everything on this machine: gateway, Rasa and actions. The demo shop brings its own rules, unless
    POLICY_FILE names others."""
    from meantime.feeds.demo import import_demo
    from meantime.serving import CannotServe
    from meantime.serving import serve as serve_all
    from meantime.shop.calendar import today
    from meantime.training import model_file

    found = configured()
    database = opened()
    if with_demo:
        if report := import_demo(database, today()):
            say.print(f"The demo shop is new: {report}")
        if holds_demo(database):
            open_desk(database, found)
        found = with_demo_rules(found, database)
    database.dispose()
    train()
    try:
        raise typer.Exit(serve_all(found, model_file()))
    except CannotServe as error:
        fail(str(error))


def open_desk(database: Database, found: Settings) -> None:
    """Let the demo shop's one lead in, and say how, once."""
    from meantime.desk.accounts import add_staff, list_staff
    from meantime.desk.canned import begin_with_ours
    from meantime.desk.passwords import random_password

    password = random_password()
    with database.writing() as session:
        if list_staff(session):
            return
        add_staff(session, DEMO_LEAD, "lead", by="demo", password=password)
        begin_with_ours(session, by="demo")
    say.print(
        f"\nThe desk, where staff answer: {found.gateway_url}/desk\n  name      {DEMO_LEAD}\n  password  {password}\n"
        "This is shown once; `.venv/bin/meantime staff password Ana` makes another.\n"
    )


@app.command(hidden=True)
def gateway() -> None:
    """Serve the gateway alone."""
    from meantime.app import run

    run(configured())


@keys.command("add")
def keys_add(name: str, scope: Annotated[Literal["read", "write"], typer.Option()]) -> None:
    """Make a key and print it, alone, on standard output. It is shown this once."""
    from meantime.feeds import keys as api_keys

    try:
        with opened().writing() as session:
            secret = api_keys.add_key(session, name, scope)
    except ValueError as error:
        fail(str(error))
    sys.stdout.write(f"{secret}\n")


@keys.command("list")
def keys_list() -> None:
    """List the keys by name; the keys themselves are not kept."""
    from meantime.feeds import keys as api_keys

    with opened().reading() as session:
        for key in api_keys.list_keys(session):
            state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "in use"
            sys.stdout.write(f"{key.name}\t{key.scope}\tmade {key.created_at:%Y-%m-%d %H:%M}\t{state}\n")


@keys.command("revoke")
def keys_revoke(name: str) -> None:
    """End a key, at once."""
    from meantime.feeds import keys as api_keys

    try:
        with opened().writing() as session:
            api_keys.revoke_key(session, name)
    except api_keys.UnknownKey as error:
        fail(str(error))
    say.print(f"{name} is revoked.")


@app.command()
def outbox(
    retry: Annotated[int | None, typer.Option(metavar="ID", help="Put one back that did not get through.")] = None,
) -> None:
    """Show what waits to be sent and what did not get through: no numbers, no addresses, no words."""
    from meantime.conversations import outbox as deliveries
    from meantime.outbox_table import table_of

    database = opened()
    if retry is not None:
        with database.writing() as session:
            is_back = deliveries.retry(session, retry)
        if not is_back:
            fail(f"{retry} is nothing that could be sent again. `meantime outbox` shows what there is.")
        say.print(f"{retry} is sent again as soon as its turn comes.")
        return
    with database.reading() as session:
        Console(highlight=False).print(table_of(session))


@app.command("export-customer")
def export_customer(
    customer_id: Annotated[str, typer.Argument(metavar="ID", help="The customer's id, as the shop knows it.")],
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it into this new file instead.")] = None,
) -> None:
    """Print all that is kept of a customer as one JSON document on standard output."""
    from meantime.privacy.commands import UnknownCustomer, export_text, write_privately

    try:
        with opened().writing() as session:
            document = export_text(session, customer_id)
            if to is not None:
                write_privately(to, document)
    except UnknownCustomer:
        fail(f"There is no customer {customer_id}.")
    except FileExistsError:
        fail(f"{to} is there already. Name a new file.")
    except OSError as error:
        fail(f"{to} cannot be written: {error.strerror}")
    if to is None:
        sys.stdout.write(document)
    else:
        say.print(f"Written to {to}, which only you can read.", markup=False)


@app.command("erase-customer")
def erase_customer(
    customer_id: Annotated[str, typer.Argument(metavar="ID", help="The customer's id, as the shop knows it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    even_with_open_orders: Annotated[
        bool, typer.Option("--even-with-open-orders", help="Also while something is still to be sent.")
    ] = False,
) -> None:
    """Take a customer out of all that is kept. Sums, quantities, changes and the audit stay, without the person."""
    from meantime.privacy import commands

    database = opened()
    try:
        with database.reading() as session:
            outlook = commands.outlook(session, customer_id, even_with_open_orders=even_with_open_orders)
        if outlook.erased_at is None:
            say.print(commands.would_erase(outlook), markup=False)
            if not yes and not typer.confirm("This cannot be undone. Erase?", err=True):
                fail("Nothing was erased.")
        with database.writing() as session:
            done = commands.erase(session, customer_id, commands.BY, even_with_open_orders=even_with_open_orders)
        database.sweep()
    except commands.UnknownCustomer:
        fail(f"There is no customer {customer_id}.")
    except commands.OrdersOpen as error:
        fail(commands.is_open(error.numbers))
    say.print(commands.has_erased(done), markup=False)


@app.command()
def doctor() -> None:
    """Say in words what is misconfigured or does not answer."""
    from sqlalchemy.exc import SQLAlchemyError

    from meantime.db import Database
    from meantime.doctor import examine

    found = configured()
    database = Database(found.database_url)
    with suppress(SQLAlchemyError):  # what is wrong with the database is among the troubles
        found = with_demo_rules(found, database)
    database.dispose()
    troubles = examine(found)
    for trouble in troubles:
        say.print(f"- {trouble}", markup=False)
    if troubles:
        raise typer.Exit(1)
    say.print("All well: configuration, database, model, Rasa and actions.")


def main() -> None:
    """Run the command line."""
    app(prog_name="meantime")


if __name__ == "__main__":
    main()
