"""`meantime staff`: who may sign in at the desk."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Literal

import typer
from rich.console import Console
from sqlalchemy.orm import Session

from meantime.db import Database

BY = "cli"
say = Console(stderr=True, highlight=False, soft_wrap=True)


def staff_commands(opened: Callable[[], Database], fail: Callable[[str], None]) -> typer.Typer:
    """Return the commands over the database that ``opened`` gives."""
    staff = typer.Typer(no_args_is_help=True, help="Who may sign in at the desk.")

    def change[Result](work: Callable[[Session], Result]) -> Result | None:
        from meantime.desk.accounts import BadStaffName, LastLead, UnknownStaff

        try:
            with opened().writing() as session:
                return work(session)
        except (BadStaffName, UnknownStaff) as error:
            fail(str(error))
        except LastLead as error:
            fail(f"{error} is the only lead, and somebody has to look after the accounts. Make another lead first.")
        return None

    @staff.command("add")
    def add(name: str, role: Annotated[Literal["agent", "lead", "buyer"], typer.Option()]) -> None:
        """Make an account and print its first password, alone, on standard output. It has to be changed at the first
        sign-in."""
        from meantime.desk.accounts import add_staff

        sys.stdout.write(f"{change(lambda session: add_staff(session, name, role, by=BY))}\n")

    @staff.command("list")
    def show() -> None:
        """List the accounts by name."""
        from meantime.desk.accounts import list_staff

        with opened().reading() as session:
            for account in list_staff(session):
                state = f"disabled {account.disabled_at:%Y-%m-%d %H:%M}" if account.disabled_at else "in use"
                first = "\tfirst password not changed yet" if account.must_change_password else ""
                sys.stdout.write(f"{account.name}\t{account.role}\t{state}{first}\n")

    @staff.command("disable")
    def disable(name: str) -> None:
        """Let nobody in by this account any more, at once."""
        from meantime.desk.accounts import disable_staff

        change(lambda session: disable_staff(session, name, by=BY))
        say.print(f"{name} cannot sign in any more, and is signed out everywhere.")

    @staff.command("enable")
    def enable(name: str) -> None:
        """Let a disabled account in again, and print its new first password, alone, on standard output."""
        from meantime.desk.accounts import enable_staff

        sys.stdout.write(f"{change(lambda session: enable_staff(session, name, by=BY))}\n")

    @staff.command("password")
    def password(name: str) -> None:
        """Print a new first password, alone, on standard output, for somebody who has forgotten theirs."""
        from meantime.desk.accounts import reset_password

        sys.stdout.write(f"{change(lambda session: reset_password(session, name, by=BY))}\n")

    return staff
